/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * thread_pool: a fixed number of worker threads take tasks from one queue.
 *
 * It never has more in flight than it has workers, however long the queue. File
 * steps wait in a worker, as all others do.
 */
#include "strategy.h"

#include <errno.h>
#include <stdlib.h>

#include "parts/blocking.h"
#include "parts/pool.h"

struct thread_pool {
    struct batch *batch;
    struct pool *pool;
    struct client *clients; /* one for each worker */
};

static void do_task(void *self, uint32_t i, uint32_t worker)
{
    struct thread_pool *t = self;
    struct batch *batch = t->batch;
    enum outcome outcome = OUTCOME_OK;

    client_await_due(batch, i);
    if (!task_start(batch, i))
        return;
    for (const struct step *step = batch->phase_begin;
         outcome == OUTCOME_OK && step < batch->phase_end; step++)
        outcome = client_step(&t->clients[worker], step, i);
    task_finish(batch, i, outcome);
}

static int thread_pool_open(struct batch *batch, void **self)
{
    struct thread_pool *t = calloc(1, sizeof(*t));
    int error = ENOMEM;

    if (!t)
        return error;
    t->batch = batch;
    t->clients = clients_open(batch, batch->width);
    if (t->clients)
        error = pool_open(&t->pool, batch->width, batch->stack_bytes,
                          batch->count, do_task, t);
    if (error)
        goto fail;
    *self = t;
    return 0;
fail:
    if (t->clients)
        clients_close(t->clients, batch->width);
    free(t);
    return error;
}

static int thread_pool_run(void *self, struct batch *batch)
{
    struct thread_pool *t = self;

    for (uint32_t i = 0; i < batch->count; i++)
        pool_submit(t->pool, i);
    pool_wait(t->pool);
    return 0;
}

static void thread_pool_close(void *self)
{
    struct thread_pool *t = self;

    pool_close(t->pool);
    clients_close(t->clients, t->batch->width);
    free(t);
}

const struct strategy thread_pool = {
    .name = "thread_pool",
    .gist = "fixed worker threads and one queue",
    .width = WIDTH_POOL,
    .threaded = true,
    .kinds = STEPS_BLOCKING,
    .gap = "spawn, join: workers that all join would wait for ever; "
           "recv: a thread is not resumed by others",
    .files = "in a worker thread",
    .open = thread_pool_open,
    .run = thread_pool_run,
    .close = thread_pool_close,
};
