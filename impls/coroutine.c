/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * coroutine: straight-line code over the same event loop: each task has a
 * small stack of its own and gives up the thread while it waits.
 *
 * It has one core, and needs a stack (two mappings) for each task in flight.
 * File steps wait in threads, since libev cannot wait for a regular file.
 */
#include "strategy.h"

#include <errno.h>
#include <stdlib.h>

#include "parts/coro.h"
#include "parts/evented.h"
#include "parts/instant.h"

/* One place of the width: a coroutine and what it waits with. */
struct place {
    struct coroutine *owner;
    struct wait *wait;
    const struct step *awaited; /* what it suspended itself for */
    bool unborn;                /* spawned: starts in the loop's next turn */
};

struct coroutine {
    struct batch *batch;
    struct evented *evented;
    struct coros *coros;
    struct place *places;
    enum outcome outcome;  /* of the step awaited, for who is resumed */
    uint32_t next, active; /* first task not looked at; coroutines alive */
};

static void do_tasks(void *);

/* After a coroutine's turn, off its stack: that is to stay in the cache. */
static void begin_awaited(struct coroutine *c, struct place *place)
{
    if (place->awaited)
        evented_begin(c->evented, place->wait, place->awaited);
    place->awaited = NULL;
}

static void step_is_done(void *self, struct wait *wait, enum outcome outcome)
{
    struct coroutine *c = self;
    uint32_t slot = evented_slot(c->evented, wait);
    struct place *place = &c->places[slot];

    c->outcome = outcome;
    if (place->unborn)
        coro_start(c->coros, slot, do_tasks, place);
    else
        coro_resume(c->coros, slot);
    begin_awaited(c, place);
    if (!c->active)
        ev_break(evented_loop(c->evented), EVBREAK_ALL);
}

static void spawn_task(struct coroutine *c, uint32_t i)
{
    struct place *place = &c->places[i];

    place->wait->task = i;
    place->unborn = true;
    c->active++;
    evented_yield(c->evented, place->wait);
}

/* Gives up the thread until the step is done. */
static enum outcome await_step(struct place *place, const struct step *step,
                               uint32_t i)
{
    struct coroutine *c = place->owner;

    if (step_is_instant(step))
        return instant_step(c->batch, step, i);
    if (step->kind == STEP_SPAWN) {
        spawn_task(c, (uint32_t)step->number);
        return OUTCOME_OK;
    }
    place->awaited = step;
    coro_suspend(c->coros);
    return c->outcome;
}

static void do_task(struct place *place, struct batch *batch, uint32_t i)
{
    struct coroutine *c = place->owner;
    enum outcome outcome = OUTCOME_OK;

    place->unborn = false;
    place->wait->task = i;
    if (evented_await_due(c->evented, place->wait))
        coro_suspend(c->coros);
    if (!task_start(batch, i))
        return;
    for (const struct step *step = task_steps(batch, i);
         outcome == OUTCOME_OK && step < task_steps_end(batch, i); step++)
        outcome = await_step(place, step, i);
    task_finish(batch, i, outcome);
    evented_finished(c->evented, i);
}

/* A coroutine's life: the task that it was spawned for, or one after another,
 * while there are any. */
static void do_tasks(void *arg)
{
    struct place *place = arg;
    struct coroutine *c = place->owner;

    if (place->unborn)
        do_task(place, c->batch, place->wait->task);
    while (c->next < c->batch->count)
        do_task(place, c->batch, c->next++);
    c->active--;
}

/* Whose stack it is, should it overflow. */
static uint32_t task_on_stack(const void *self, uint32_t n)
{
    const struct coroutine *c = self;

    return c->batch->first + c->places[n].wait->task;
}

static int coroutine_open(struct batch *batch, void **self)
{
    struct coroutine *c = calloc(1, sizeof(*c));
    int error = ENOMEM;

    if (!c)
        return error;
    c->batch = batch;
    c->places = calloc(batch->width, sizeof(*c->places));
    if (c->places)
        error = coros_open(&c->coros, batch->width, batch->stack_bytes,
                           task_on_stack, c);
    if (!error)
        error = evented_open(&c->evented, batch, batch->width, &curl_fetcher,
                             step_is_done, c);
    if (error)
        goto fail;
    for (uint32_t p = 0; p < batch->width; p++)
        c->places[p] =
            (struct place){.owner = c, .wait = evented_wait(c->evented, p)};
    *self = c;
    return 0;
fail:
    if (c->coros)
        coros_close(c->coros);
    free(c->places);
    free(c);
    return error;
}

static int coroutine_run(void *self, struct batch *batch)
{
    struct coroutine *c = self;

    evented_enter();
    c->next = batch->creator_begin ? batch->count : 0;
    if (batch->creator_begin) {
        spawn_task(c, batch->count - 1);
    } else {
        c->active = batch->width;
        for (uint32_t p = 0; p < batch->width; p++) {
            coro_start(c->coros, p, do_tasks, &c->places[p]);
            begin_awaited(c, &c->places[p]);
        }
    }
    if (c->active)
        ev_run(evented_loop(c->evented), 0);
    return 0;
}

static void coroutine_close(void *self)
{
    struct coroutine *c = self;

    evented_close(c->evented);
    coros_close(c->coros);
    free(c->places);
    free(c);
}

const struct strategy coroutine = {
    .name = "coroutine",
    .gist = "straight-line code on small stacks over one event loop",
    .width = WIDTH_BATCH,
    .stacked = true,
    .stack_bytes = CORO_STACK_BYTES,
    .tick = NSEC_PER_MSEC,
    .kinds = STEPS_INSTANT | STEPS_EVENTED | STEP_BIT(STEP_SPAWN),
    .files = "in threads beside the loop",
    .open = coroutine_open,
    .run = coroutine_run,
    .close = coroutine_close,
};
