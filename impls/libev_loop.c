/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libev_loop: one thread, one event loop, and nothing on it blocks: timers for
 * sleeps, libcurl's multi socket interface for fetches.
 *
 * It has one core. Its timers end up to a millisecond late. File steps wait in
 * threads, since libev cannot wait for a regular file.
 */
#include "strategy.h"

#include <errno.h>
#include <stdlib.h>

#include "parts/evented.h"
#include "parts/instant.h"

struct libev_loop {
    struct batch *batch;
    struct evented *evented;
    uint32_t next;   /* the first task not yet looked at */
    uint32_t active; /* waits in use */
};

/* The step of a task that has not started: it was spawned, and starts in the
 * loop's next turn, or is not due yet. */
#define UNBORN UINT16_MAX

static void spawn_task(struct libev_loop *l, uint32_t i)
{
    struct wait *wait = evented_wait(l->evented, i);

    wait->task = i;
    wait->step = UNBORN;
    l->active++;
    evented_yield(l->evented, wait);
}

/* Does the task's steps up to one that has to be waited for. False: it has
 * ended. */
static bool go_on(struct libev_loop *l, struct wait *wait, enum outcome outcome)
{
    const struct step *end = task_steps_end(l->batch, wait->task);
    const struct step *step = task_steps(l->batch, wait->task) + wait->step;

    for (; outcome == OUTCOME_OK && step < end; step++, wait->step++) {
        if (step->kind == STEP_SPAWN) {
            spawn_task(l, (uint32_t)step->number);
        } else if (step_is_instant(step)) {
            outcome = instant_step(l->batch, step, wait->task);
        } else {
            evented_begin(l->evented, wait, step);
            return true;
        }
    }
    task_finish(l->batch, wait->task, outcome);
    evented_finished(l->evented, wait->task);
    return false;
}

/* True if the place's task now waits in it. */
static bool begin_task(struct libev_loop *l, struct wait *wait)
{
    wait->step = 0;
    return task_start(l->batch, wait->task) && go_on(l, wait, OUTCOME_OK);
}

/* The place is free: it takes the next task that has to wait. */
static bool fill_place(struct libev_loop *l, struct wait *wait)
{
    while (l->next < l->batch->count) {
        wait->task = l->next++;
        wait->step = UNBORN;
        if (evented_await_due(l->evented, wait) || begin_task(l, wait))
            return true;
    }
    return false;
}

static void step_is_done(void *self, struct wait *wait, enum outcome outcome)
{
    struct libev_loop *l = self;
    bool waits;

    if (wait->step == UNBORN) {
        waits = begin_task(l, wait);
    } else {
        wait->step++;
        waits = go_on(l, wait, outcome);
    }
    if (waits || fill_place(l, wait))
        return;
    l->active--;
    if (!l->active)
        ev_break(evented_loop(l->evented), EVBREAK_ALL);
}

static int libev_loop_open(struct batch *batch, void **self)
{
    struct libev_loop *l = calloc(1, sizeof(*l));

    if (!l)
        return ENOMEM;
    l->batch = batch;
    int error = evented_open(&l->evented, batch, batch->width, &curl_fetcher,
                             step_is_done, l);
    if (error)
        free(l);
    else
        *self = l;
    return error;
}

static int libev_loop_run(void *self, struct batch *batch)
{
    struct libev_loop *l = self;

    evented_enter();
    /* A creator's tasks wait in the places of their own to be spawned. */
    l->next = batch->creator_begin ? batch->count - 1 : 0;
    for (uint32_t w = l->next; w < batch->width; w++)
        l->active += fill_place(l, evented_wait(l->evented, w));
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
    .tick = NSEC_PER_MSEC,
    .kinds = STEPS_INSTANT | STEPS_EVENTED | STEP_BIT(STEP_SPAWN),
    .files = "in threads beside the loop",
    .open = libev_loop_open,
    .run = libev_loop_run,
    .close = libev_loop_close,
};
