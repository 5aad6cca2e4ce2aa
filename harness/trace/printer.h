/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An observer that prints: one line for each event, as it happens, whatever
 * the thread. A stamp is made before its line, so two lines of different
 * threads may stand in the wrong order if less than their resolution, a
 * millisecond, lies between them.
 */
#ifndef CONCUR_PRINTER_H
#define CONCUR_PRINTER_H

#include <pthread.h>
#include <stdio.h>

#include "../../impls/task.h"

struct printer {
    struct observer observer; /* give this one to the batch */
    FILE *out;
    int columns;       /* of a time: times stand below each other */
    bool breaks;       /* trace_break is called … */
    uint32_t break_at; /* … when this task, from 0, has ended its steps */

    pthread_mutex_t lock;
    uint8_t phase; /* of the last line */
};

/* `longest`: about how long the batch will take. */
void printer_begin(struct printer *printer, FILE *out, nsec longest);
void printer_end(struct printer *printer);

/* ---- words, for whoever prints more of the same batch ---- */

#define TASK_NAME_BYTES 16

/* `3`, its number; `creator` for the task that only starts others. Into buf,
 * which is returned. */
char *task_name(const struct batch *batch, uint32_t i,
                char buf[TASK_NAME_BYTES]);

/* True if the task is the one that only starts others. */
bool task_is_creator(const struct batch *batch, uint32_t i);

/* Why the task failed: `connect: Couldn't connect to server`. Into buf, which
 * is returned. */
char *failure_text(const struct task *task, char *buf, size_t size);

#endif
