/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * multi_loop: one event loop for each core, each on a thread of its own; tasks
 * go to whichever loop has a place free. Each loop is a libev_loop.
 *
 * A task stays on its loop, and loops do not wake each other: no spawn, no
 * join. File steps wait in threads, since libev cannot wait for a regular file.
 */
#include "strategy.h"

#include <errno.h>
#include <stdlib.h>

#include "parts/evented.h"
#include "parts/instant.h"
#include "parts/thread.h"

struct loop {
    struct multi_loop *owner;
    struct evented *evented;
    uint32_t width;  /* its part of the batch's */
    uint32_t active; /* waits in use */
    pthread_t thread;
};

struct multi_loop {
    struct batch *batch;
    _Atomic uint32_t next; /* the first task not yet looked at */
    uint32_t count;
    struct loop loops[];
};

/* The step of a task that is not due yet. */
#define UNBORN UINT16_MAX

/* Does the task's steps up to one that has to be waited for. False: it has
 * ended. */
static bool go_on(struct loop *l, struct wait *wait, enum outcome outcome)
{
    struct batch *batch = l->owner->batch;
    const struct step *step = batch->phase_begin + wait->step;

    for (; outcome == OUTCOME_OK && step < batch->phase_end;
         step++, wait->step++) {
        if (!step_is_instant(step)) {
            evented_begin(l->evented, wait, step);
            return true;
        }
        outcome = instant_step(batch, step, wait->task);
    }
    task_finish(batch, wait->task, outcome);
    evented_finished(l->evented, wait->task);
    return false;
}

/* True if the place's task now waits in it. */
static bool begin_task(struct loop *l, struct wait *wait)
{
    wait->step = 0;
    return task_start(l->owner->batch, wait->task) &&
           go_on(l, wait, OUTCOME_OK);
}

/* The next task that nobody has looked at, or the batch's count. */
static uint32_t take_task(struct multi_loop *m)
{
    uint32_t i = atomic_load(&m->next);

    while (i < m->batch->count)
        if (atomic_compare_exchange_weak(&m->next, &i, i + 1))
            break;
    return i;
}

/* The place is free: it takes the next task that has to wait. */
static bool fill_place(struct loop *l, struct wait *wait)
{
    uint32_t count = l->owner->batch->count;

    while ((wait->task = take_task(l->owner)) < count) {
        wait->step = UNBORN;
        if (evented_await_due(l->evented, wait) || begin_task(l, wait))
            return true;
    }
    return false;
}

static void step_is_done(void *self, struct wait *wait, enum outcome outcome)
{
    struct loop *l = self;
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

static void *loop_body(void *arg)
{
    struct loop *l = arg;

    evented_enter();
    for (uint32_t w = 0; w < l->width; w++)
        l->active += fill_place(l, evented_wait(l->evented, w));
    if (l->active)
        ev_run(evented_loop(l->evented), 0);
    return NULL;
}

/* Closes the loops that there are. */
static void release(struct multi_loop *m)
{
    for (uint32_t l = 0; l < m->count; l++)
        evented_close(m->loops[l].evented);
    free(m);
}

static int multi_loop_open(struct batch *batch, void **self)
{
    uint32_t cores = strategies_cores();
    uint32_t count = batch->width < cores ? batch->width : cores;
    struct multi_loop *m = calloc(1, sizeof(*m) + count * sizeof(struct loop));
    int error = 0;

    if (!m)
        return ENOMEM;
    m->batch = batch;
    for (; m->count < count; m->count++) {
        struct loop *l = &m->loops[m->count];

        l->owner = m;
        l->width = batch->width / count + (m->count < batch->width % count);
        error = evented_open(&l->evented, batch, l->width, &curl_fetcher,
                             step_is_done, l);
        if (error) {
            release(m);
            return error;
        }
    }
    *self = m;
    return 0;
}

static int multi_loop_run(void *self, struct batch *batch)
{
    struct multi_loop *m = self;
    uint32_t started = 1; /* the first is this thread's own */
    int error = 0;

    (void)batch;
    atomic_store(&m->next, 0);
    for (; started < m->count && !error; started += !error) {
        struct loop *l = &m->loops[started];

        error = thread_start(&l->thread, 0, loop_body, l);
    }
    loop_body(&m->loops[0]);
    while (started-- > 1)
        thread_join(m->loops[started].thread);
    return error;
}

static void multi_loop_close(void *self)
{
    release(self);
}

const struct strategy multi_loop = {
    .name = "multi_loop",
    .gist = "one event loop for each core, nothing on them blocks",
    .width = WIDTH_BATCH,
    .tick = NSEC_PER_MSEC,
    .kinds = STEPS_INSTANT | (STEPS_EVENTED & ~STEP_BIT(STEP_JOIN)),
    .gap = "spawn, join: a task's loop is not told what happens on another",
    .files = "in threads beside each loop",
    .open = multi_loop_open,
    .run = multi_loop_run,
    .close = multi_loop_close,
};
