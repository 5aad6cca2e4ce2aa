/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Threads that wait for tasks of other threads: one lock, one condition, a
 * flag a task.
 */
#include "joins.h"

#include <errno.h>
#include <stdlib.h>

#include "thread.h"

int joins_open(struct joins *j, struct batch *batch)
{
    *j = (struct joins){.batch = batch};
    if (batch_has(batch, STEP_JOIN)) {
        j->finished = calloc(batch->count, sizeof(*j->finished));
        if (!j->finished)
            return ENOMEM;
    }
    int error = thread_lock_init(&j->lock, &j->changed);
    if (error)
        free(j->finished);
    return error;
}

void joins_finished(struct joins *j, uint32_t i)
{
    if (!j->finished)
        return;
    pthread_mutex_lock(&j->lock);
    j->finished[i] = true;
    pthread_cond_broadcast(&j->changed);
    pthread_mutex_unlock(&j->lock);
}

enum outcome joins_wait(struct joins *j, uint32_t other, uint32_t i)
{
    pthread_mutex_lock(&j->lock);
    while (!j->finished[other])
        pthread_cond_wait(&j->changed, &j->lock);
    pthread_mutex_unlock(&j->lock);
    j->batch->tasks[i].value = j->batch->tasks[other].value;
    return j->batch->tasks[other].outcome;
}

void joins_close(struct joins *j)
{
    thread_lock_destroy(&j->lock, &j->changed);
    free(j->finished);
}
