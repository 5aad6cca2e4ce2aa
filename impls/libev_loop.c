/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libev_loop: one thread, one event loop, and nothing on it blocks: timers for
 * sleeps, libcurl's multi socket interface for fetches.
 *
 * It has one core. Its timers end up to a millisecond late.
 */
#include "strategy.h"

#include <errno.h>
#include <stdlib.h>

#include "parts/evented.h"

struct libev_loop {
    struct batch *batch;
    struct evented *evented;
    uint32_t next;   /* the first task not yet looked at */
    uint32_t active; /* waits in use */
};

/* The wait is free: it takes the next task, if there is one. */
static void begin_task(struct libev_loop *l, struct wait *wait)
{
    while (l->next < l->batch->count) {
        wait->task = l->next++;
        wait->step = 0;
        if (task_start(l->batch, wait->task)) {
            l->active++;
            evented_begin(l->evented, wait, l->batch->phase_begin);
            return;
        }
    }
}

static void step_is_done(void *self, struct wait *wait, enum outcome outcome)
{
    struct libev_loop *l = self;
    const struct step *step = l->batch->phase_begin + ++wait->step;

    if (outcome == OUTCOME_OK && step < l->batch->phase_end) {
        evented_begin(l->evented, wait, step);
        return;
    }
    task_finish(l->batch, wait->task, outcome);
    l->active--;
    begin_task(l, wait);
    if (!l->active)
        ev_break(evented_loop(l->evented), EVBREAK_ALL);
}

static int libev_loop_open(struct batch *batch, void **self)
{
    struct libev_loop *l = calloc(1, sizeof(*l));

    if (!l)
        return ENOMEM;
    l->batch = batch;
    int error = evented_open(&l->evented, batch, batch->width, step_is_done, l);
    if (error)
        free(l);
    else
        *self = l;
    return error;
}

static int libev_loop_run(void *self, struct batch *batch)
{
    struct libev_loop *l = self;

    l->next = 0;
    for (uint32_t w = 0; w < batch->width; w++)
        begin_task(l, evented_wait(l->evented, w));
    if (l->active)
        ev_run(evented_loop(l->evented), 0);
    return 0;
}

static void libev_loop_close(void *self)
{
    struct libev_loop *l = self;

    evented_close(l->evented);
    free(l);
}

const struct strategy libev_loop = {
    .name = "libev_loop",
    .gist = "one event loop, nothing on it blocks",
    .width = WIDTH_BATCH,
    .kinds = STEP_BIT(STEP_SLEEP) | STEP_BIT(STEP_FETCH),
    .open = libev_loop_open,
    .run = libev_loop_run,
    .close = libev_loop_close,
};
