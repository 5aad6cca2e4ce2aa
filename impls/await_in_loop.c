/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * await_in_loop: an event loop on which each operation is awaited before the
 * next is started. Asynchronous in form, sequential in effect.
 *
 * Nothing blocks, yet no two of its own tasks overlap; only other work on the
 * same loop would gain. File steps wait in a thread.
 */
#include "strategy.h"

#include <errno.h>
#include <stdlib.h>

#include "parts/evented.h"
#include "parts/instant.h"

struct await_in_loop {
    struct batch *batch;
    struct evented *evented;
    enum outcome outcome; /* of the step awaited */
};

static void step_is_done(void *self, struct wait *wait, enum outcome outcome)
{
    struct await_in_loop *a = self;

    (void)wait;
    a->outcome = outcome;
    ev_break(evented_loop(a->evented), EVBREAK_ALL);
}

/* Turns the loop until the task is due. */
static void await_due(struct await_in_loop *a, uint32_t i)
{
    struct wait *wait = evented_wait(a->evented, 0);

    wait->task = i;
    if (evented_await_due(a->evented, wait))
        ev_run(evented_loop(a->evented), 0);
}

/* Begins a step and turns the loop until it is done. */
static enum outcome await_step(struct await_in_loop *a, const struct step *step,
                               uint32_t i)
{
    struct wait *wait = evented_wait(a->evented, 0);

    if (step_is_instant(step))
        return instant_step(a->batch, step, i);
    wait->task = i;
    evented_begin(a->evented, wait, step);
    ev_run(evented_loop(a->evented), 0);
    return a->outcome;
}

static void do_task(struct await_in_loop *a, struct batch *batch, uint32_t i)
{
    enum outcome outcome = OUTCOME_OK;

    await_due(a, i);
    if (!task_start(batch, i))
        return;
    for (const struct step *step = batch->phase_begin;
         outcome == OUTCOME_OK && step < batch->phase_end; step++)
        outcome = await_step(a, step, i);
    task_finish(batch, i, outcome);
    evented_finished(a->evented, i);
}

static int await_in_loop_open(struct batch *batch, void **self)
{
    struct await_in_loop *a = calloc(1, sizeof(*a));

    if (!a)
        return ENOMEM;
    a->batch = batch;
    int error =
        evented_open(&a->evented, batch, 1, &curl_fetcher, step_is_done, a);
    if (error)
        free(a);
    else
        *self = a;
    return error;
}

static int await_in_loop_run(void *self, struct batch *batch)
{
    struct await_in_loop *a = self;

    evented_enter();
    for (uint32_t i = 0; i < batch->count; i++)
        do_task(a, batch, i);
    return 0;
}

static void await_in_loop_close(void *self)
{
    struct await_in_loop *a = self;

    evented_close(a->evented);
    free(a);
}

const struct strategy await_in_loop = {
    .name = "await_in_loop",
    .gist = "an event loop, each operation awaited before the next is started",
    .width = WIDTH_ONE,
    .tick = NSEC_PER_MSEC,
    .kinds = STEPS_INSTANT | (STEPS_EVENTED & ~STEP_BIT(STEP_JOIN)),
    .gap = "spawn, join: nobody else could run a task meanwhile",
    .files = "in a thread beside the loop",
    .open = await_in_loop_open,
    .run = await_in_loop_run,
    .close = await_in_loop_close,
};
