/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * executor: an event loop hands each blocking call to a pool of threads and is
 * woken when the call's future is done; results arrive on the loop's thread.
 *
 * It waits in threads, for files too: one a call in flight, a trip each way.
 */
#include "strategy.h"

#include <errno.h>
#include <ev.h>
#include <pthread.h>
#include <stdlib.h>

#include "parts/blocking.h"
#include "parts/pool.h"
#include "parts/thread.h"
#include "parts/watch.h"

/* One call: a step of a task, and what came of it. */
struct future {
    const struct step *step;
    struct future *next; /* on the list of those done, or free */
    uint32_t task;
    enum outcome outcome;
};

struct executor {
    struct batch *batch;
    struct pool *pool;
    struct client *clients; /* one for each worker */
    struct ev_loop *loop;
    ev_async wake;
    ev_timer due;           /* while the next task may not start yet */
    struct future *futures; /* `width` of them */
    struct future *free;
    pthread_mutex_t lock; /* of `done` */
    struct future *done;
    uint32_t next;   /* the first task not yet looked at */
    uint32_t active; /* futures in use */
};

/* On a worker: the blocking call, then back to the loop. */
static void call(void *self, uint32_t number, uint32_t worker)
{
    struct executor *e = self;
    struct future *future = &e->futures[number];

    future->outcome =
        client_step(&e->clients[worker], future->step, future->task);
    pthread_mutex_lock(&e->lock);
    future->next = e->done;
    e->done = future;
    pthread_mutex_unlock(&e->lock);
    ev_async_send(e->loop, &e->wake);
}

static void run_in_executor(struct executor *e, struct future *future)
{
    pool_submit(e->pool, (uint32_t)(future - e->futures));
}

/* Free futures take the next tasks that are due; the timer does so again when
 * one is, or to see whether the batch has been cancelled. */
static void begin_tasks(struct executor *e)
{
    while (e->free && e->next < e->batch->count) {
        struct future *future = e->free;
        nsec left = task_due_in(e->batch, e->next);

        if (left && !batch_cancelled(e->batch)) {
            e->due.repeat = left < NSEC_PER_SEC / 10 ? (double)left / 1e9 : 0.1;
            ev_timer_again(e->loop, &e->due);
            return;
        }
        future->task = e->next++;
        future->step = e->batch->phase_begin;
        if (task_start(e->batch, future->task)) {
            e->free = future->next;
            e->active++;
            run_in_executor(e, future);
        }
    }
    ev_timer_stop(e->loop, &e->due);
    if (!e->active)
        ev_break(e->loop, EVBREAK_ALL);
}

static void on_due(struct ev_loop *loop, ev_timer *due, int events)
{
    (void)due, (void)events;
    begin_tasks(ev_userdata(loop));
}

/* On the loop: a call's result has arrived. */
static void resolve(struct executor *e, struct future *future)
{
    future->step++;
    if (future->outcome == OUTCOME_OK && future->step < e->batch->phase_end) {
        run_in_executor(e, future);
        return;
    }
    task_finish(e->batch, future->task, future->outcome);
    e->active--;
    future->next = e->free;
    e->free = future;
}

static void on_wake(struct ev_loop *loop, ev_async *wake, int events)
{
    struct executor *e = ev_userdata(loop);
    struct future *next;

    (void)wake, (void)events;
    pthread_mutex_lock(&e->lock);
    struct future *future = e->done;
    e->done = NULL;
    pthread_mutex_unlock(&e->lock);
    for (; future; future = next) {
        next = future->next;
        resolve(e, future);
    }
    begin_tasks(e);
}

static int executor_open(struct batch *batch, void **self)
{
    struct executor *e = calloc(1, sizeof(*e));
    int error = ENOMEM;

    if (!e || thread_lock_init(&e->lock, NULL) != 0) {
        free(e);
        return error;
    }
    e->batch = batch;
    e->futures = calloc(batch->width, sizeof(*e->futures));
    e->loop = watch_loop();
    e->clients = clients_open(batch, batch->width);
    if (e->futures && e->loop && e->clients)
        error = pool_open(&e->pool, batch->width, batch->stack_bytes,
                          batch->width, call, e);
    if (error)
        goto fail;
    ev_set_userdata(e->loop, e);
    ev_async_init(&e->wake, on_wake);
    ev_timer_init(&e->due, on_due, 0, 0);
    for (uint32_t f = batch->width; f-- > 0; e->free = &e->futures[f])
        e->futures[f].next = e->free;
    *self = e;
    return 0;
fail:
    if (e->clients)
        clients_close(e->clients, batch->width);
    if (e->loop)
        ev_loop_destroy(e->loop);
    thread_lock_destroy(&e->lock, NULL);
    free(e->futures);
    free(e);
    return error;
}

static int executor_run(void *self, struct batch *batch)
{
    struct executor *e = self;

    e->next = 0;
    ev_async_start(e->loop, &e->wake);
    begin_tasks(e);
    if (e->active || e->next < batch->count)
        ev_run(e->loop, 0);
    ev_async_stop(e->loop, &e->wake);
    return 0;
}

static void executor_close(void *self)
{
    struct executor *e = self;

    pool_close(e->pool);
    clients_close(e->clients, e->batch->width);
    ev_loop_destroy(e->loop);
    thread_lock_destroy(&e->lock, NULL);
    free(e->futures);
    free(e);
}

const struct strategy executor = {
    .name = "executor",
    .gist = "an event loop that hands blocking calls to a pool of threads",
    .width = WIDTH_POOL,
    .threaded = true,
    .tick = NSEC_PER_MSEC,
    .kinds = STEPS_BLOCKING,
    .gap = "spawn, join: workers that all join would wait for ever; "
           "recv: a thread is not resumed by others",
    .files = "in a worker thread",
    .open = executor_open,
    .run = executor_run,
    .close = executor_close,
};
