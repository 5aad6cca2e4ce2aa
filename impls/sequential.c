/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * sequential: one task after another, on one thread. The baseline.
 *
 * It cannot overlap anything: the batch takes the sum of all waits, those for
 * files included.
 */
#include "strategy.h"

#include <errno.h>
#include <stdlib.h>

#include "parts/blocking.h"

struct sequential {
    struct client client;
};

static void do_task(struct client *client, struct batch *batch, uint32_t i)
{
    enum outcome outcome = OUTCOME_OK;

    client_await_due(batch, i);
    if (!task_start(batch, i))
        return;
    for (const struct step *step = batch->phase_begin;
         outcome == OUTCOME_OK && step < batch->phase_end; step++)
        outcome = client_step(client, step, i);
    task_finish(batch, i, outcome);
}

static int sequential_open(struct batch *batch, void **self)
{
    struct sequential *s = calloc(1, sizeof(*s));

    if (!s)
        return ENOMEM;
    int error = client_open(&s->client, batch);
    if (error)
        free(s);
    else
        *self = s;
    return error;
}

static int sequential_run(void *self, struct batch *batch)
{
    struct sequential *s = self;

    for (uint32_t i = 0; i < batch->count; i++)
        do_task(&s->client, batch, i);
    return 0;
}

static void sequential_close(void *self)
{
    struct sequential *s = self;

    client_close(&s->client);
    free(s);
}

const struct strategy sequential = {
    .name = "sequential",
    .gist = "one task after another",
    .width = WIDTH_ONE,
    .kinds = STEPS_BLOCKING,
    .gap = "spawn, join, recv: nobody else could run a task meanwhile",
    .files = "in the calling thread",
    .open = sequential_open,
    .run = sequential_run,
    .close = sequential_close,
};
