/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What asyncio's debug mode tells: the loop's backend, address look-ups,
 * callbacks that held the loop for long, tasks that were never started.
 */
#ifndef CONCUR_DEBUG_H
#define CONCUR_DEBUG_H

#include <stdio.h>

#include "../sample/job.h"

struct debug {
    struct watcher watcher; /* give this one to the strategies */
    FILE *out;              /* NULL: says nothing */
    nsec slow;              /* a loop held for longer is told of */
    const nsec *began;      /* the batch's: times are counted from there */
    atomic_uint loops;      /* that were made */
};

/* Says what is known before: strategy, libraries, limits. */
void debug_begin(struct debug *debug, FILE *out, nsec slow,
                 const struct job *job);

/* The strategy is open: says if it has no loop. */
void debug_opened(struct debug *debug);

/* The batch is over: says what was never started, and the peaks. */
void debug_end(struct debug *debug, const struct batch *batch);

#endif
