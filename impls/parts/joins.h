/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Threads that wait for tasks of other threads to finish.
 */
#ifndef CONCUR_JOINS_H
#define CONCUR_JOINS_H

#include <pthread.h>

#include "../task.h"

struct joins {
    struct batch *batch;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    bool *finished; /* by task; NULL where no task joins another */
};

/* Returns 0 or an errno. */
int joins_open(struct joins *joins, struct batch *batch);

/* To be called after every task_finish. */
void joins_finished(struct joins *joins, uint32_t i);

/* Blocks until task `other` has finished; task i takes over its value, and
 * fails as it did. */
enum outcome joins_wait(struct joins *joins, uint32_t other, uint32_t i);

void joins_close(struct joins *joins);

#endif
