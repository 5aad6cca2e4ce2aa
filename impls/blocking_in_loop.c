/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * blocking_in_loop: all tasks are on the event loop at once, and each of them
 * blocks it. What an asynchronous program becomes when one forgets that a call
 * blocks.
 *
 * It cannot overlap anything, and while a task waits, for a file too, the loop
 * serves nobody.
 */
#include "strategy.h"

#include <errno.h>
#include <ev.h>
#include <stdlib.h>

#include "parts/blocking.h"
#include "parts/watch.h"

struct blocking_in_loop {
    struct batch *batch;
    struct ev_loop *loop;
    struct client client;
    ev_timer *ready; /* one a task: due at once, in the tasks' order, or when
                      * the task is */
    ev_io cancel;
};

static void do_task(struct client *client, struct batch *batch, uint32_t i)
{
    enum outcome outcome = OUTCOME_OK;

    if (!task_start(batch, i))
        return;
    for (const struct step *step = batch->phase_begin;
         outcome == OUTCOME_OK && step < batch->phase_end; step++)
        outcome = client_step(client, step, i);
    task_finish(batch, i, outcome);
}

static void on_ready(struct ev_loop *loop, ev_timer *ready, int events)
{
    struct blocking_in_loop *b = ev_userdata(loop);

    (void)events;
    do_task(&b->client, b->batch, (uint32_t)(ready - b->ready));
    watch_lap();
}

/* Nothing more comes of those that are not due yet. */
static void on_cancel(struct ev_loop *loop, ev_io *cancel, int events)
{
    struct blocking_in_loop *b = ev_userdata(loop);

    (void)cancel, (void)events;
    for (uint32_t i = 0; i < b->batch->count; i++)
        ev_timer_stop(loop, &b->ready[i]);
}

static int blocking_in_loop_open(struct batch *batch, void **self)
{
    struct blocking_in_loop *b = calloc(1, sizeof(*b));
    int error = ENOMEM;

    if (!b)
        return error;
    b->batch = batch;
    b->ready = calloc(batch->count, sizeof(*b->ready));
    b->loop = watch_loop();
    if (b->ready && b->loop)
        error = client_open(&b->client, batch);
    if (error)
        goto fail;
    ev_set_userdata(b->loop, b);
    ev_io_init(&b->cancel, on_cancel, batch->cancel->fd, EV_READ);
    ev_io_start(b->loop, &b->cancel);
    ev_unref(b->loop); /* the loop ends with the tasks */
    *self = b;
    return 0;
fail:
    if (b->loop)
        ev_loop_destroy(b->loop);
    free(b->ready);
    free(b);
    return error;
}

static int blocking_in_loop_run(void *self, struct batch *batch)
{
    struct blocking_in_loop *b = self;

    for (uint32_t i = 0; i < batch->count; i++) {
        /* Equal times would come back in the heap's order; the clock moves on
         * between two timers, which keeps them in the tasks' order. */
        ev_now_update(b->loop);
        ev_timer_init(&b->ready[i], on_ready,
                      (double)task_due_in(batch, i) / 1e9, 0);
        ev_timer_start(b->loop, &b->ready[i]);
    }
    ev_run(b->loop, 0);
    return 0;
}

static void blocking_in_loop_close(void *self)
{
    struct blocking_in_loop *b = self;

    client_close(&b->client);
    ev_loop_destroy(b->loop);
    free(b->ready);
    free(b);
}

const struct strategy blocking_in_loop = {
    .name = "blocking_in_loop",
    .gist = "all tasks on the loop at once, each of them blocks it",
    .width = WIDTH_ONE,
    .tick = NSEC_PER_MSEC,
    .kinds = STEPS_BLOCKING,
    .gap = "spawn, join, recv: the loop that they wait for is blocked",
    .files = "on the loop, which they block",
    .open = blocking_in_loop_open,
    .run = blocking_in_loop_run,
    .close = blocking_in_loop_close,
};
