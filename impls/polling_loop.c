/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * polling_loop: a hand-written loop asks every unfinished task again and again
 * whether it is ready. How event loops are explained before there is one.
 *
 * It burns a core while it waits, and each pass takes longer the more tasks
 * there are. File steps block it.
 */
#include "strategy.h"

#include <errno.h>
#include <stdlib.h>

#include "parts/instant.h"
#include "parts/polled.h"

/* A task that has been begun, or a place for one. */
struct place {
    const struct step *step; /* that it waits for; NULL: to be begun when due */
    uint32_t task;
    bool used;
};

struct polling_loop {
    struct batch *batch;
    struct polled *polled;
    struct place *places;
    uint32_t next;   /* the first task not yet looked at */
    uint32_t active; /* places in use */
};

static void spawn_task(struct polling_loop *l, uint32_t i)
{
    l->places[i] = (struct place){.task = i, .used = true};
    l->active++;
}

/* Does the task's steps up to one that has to be waited for. False: it has
 * ended. */
static bool go_on(struct polling_loop *l, struct place *place,
                  enum outcome outcome)
{
    const struct step *end = task_steps_end(l->batch, place->task);

    for (; outcome == OUTCOME_OK && place->step < end; place->step++) {
        if (place->step->kind == STEP_SPAWN) {
            spawn_task(l, (uint32_t)place->step->number);
        } else if (step_is_instant(place->step)) {
            outcome = instant_step(l->batch, place->step, place->task);
        } else {
            polled_begin(l->polled, (uint32_t)(place - l->places), place->step,
                         place->task);
            return true;
        }
    }
    task_finish(l->batch, place->task, outcome);
    return false;
}

/* True if the task now waits in this place. */
static bool begin_task(struct polling_loop *l, struct place *place, uint32_t i)
{
    place->task = i;
    place->step = task_steps(l->batch, i);
    return task_start(l->batch, i) && go_on(l, place, OUTCOME_OK);
}

/* The place is free: it takes the next task that has to wait. */
static void fill_place(struct polling_loop *l, struct place *place)
{
    place->used = false;
    while (!place->used && l->next < l->batch->count) {
        uint32_t i = l->next++;

        *place =
            (struct place){.task = i, .used = task_due_in(l->batch, i) > 0};
        if (!place->used)
            place->used = begin_task(l, place, i);
    }
}

/* Asks once. */
static void ask(struct polling_loop *l, struct place *place)
{
    enum outcome outcome;
    bool waits;

    if (!place->step) {
        if (task_due_in(l->batch, place->task) && !batch_cancelled(l->batch))
            return;
        waits = begin_task(l, place, place->task);
    } else if (polled_ready(l->polled, (uint32_t)(place - l->places),
                            &outcome)) {
        place->step++;
        waits = go_on(l, place, outcome);
    } else {
        return;
    }
    if (!waits)
        fill_place(l, place);
    if (!place->used)
        l->active--;
}

static int polling_loop_open(struct batch *batch, void **self)
{
    struct polling_loop *l = calloc(1, sizeof(*l));
    int error = ENOMEM;

    if (!l)
        return error;
    l->batch = batch;
    l->places = calloc(batch->width, sizeof(*l->places));
    if (l->places)
        error = polled_open(&l->polled, batch, batch->width);
    if (error) {
        free(l->places);
        free(l);
        return error;
    }
    *self = l;
    return 0;
}

static int polling_loop_run(void *self, struct batch *batch)
{
    struct polling_loop *l = self;

    /* A creator's tasks wait in the places of their own to be spawned. */
    l->next = batch->creator_begin ? batch->count - 1 : 0;
    for (uint32_t p = l->next; p < batch->width; p++) {
        fill_place(l, &l->places[p]);
        l->active += l->places[p].used;
    }
    while (l->active) {
        polled_turn(l->polled);
        for (uint32_t p = 0; p < batch->width; p++)
            if (l->places[p].used)
                ask(l, &l->places[p]);
    }
    return 0;
}

static void polling_loop_close(void *self)
{
    struct polling_loop *l = self;

    polled_close(l->polled);
    free(l->places);
    free(l);
}

const struct strategy polling_loop = {
    .name = "polling_loop",
    .gist = "a hand-written loop that asks every task whether it is ready",
    .width = WIDTH_BATCH,
    .kinds = STEPS_INSTANT | STEPS_POLLED | STEP_BIT(STEP_SPAWN),
    .files = "on the loop, which they block",
    .open = polling_loop_open,
    .run = polling_loop_run,
    .close = polling_loop_close,
};
