/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * io_uring: one thread and one ring of requests to the kernel, which says what
 * is done rather than what is ready: timeouts, connections, transfers and files
 * alike. A turn of the loop is one system call, however much is asked for.
 *
 * It fetches by HTTP/1.1 from literal addresses only. It has one core. It needs
 * Linux 6.0, and many containers forbid it: then it is absent.
 */
#include "strategy.h"

#include <errno.h>
#include <stdlib.h>

#include "parts/uring_steps.h"
#include "parts/instant.h"

struct io_uring {
    struct batch *batch;
    struct uring_steps *steps;
    uint32_t next;   /* the first task not yet looked at */
    uint32_t active; /* waits in use */
};

/* The step of a task that has not started: it was spawned, and starts in the
 * loop's next turn, or is not due yet. */
#define UNBORN UINT16_MAX

static void spawn_task(struct io_uring *l, uint32_t i)
{
    struct uring_wait *wait = uring_wait(l->steps, i);

    wait->task = i;
    wait->step = UNBORN;
    l->active++;
    uring_pause(l->steps, wait);
}

/* Does the task's steps up to one that has to be waited for. False: it has
 * ended. */
static bool go_on(struct io_uring *l, struct uring_wait *wait,
                  enum outcome outcome)
{
    const struct step *end = task_steps_end(l->batch, wait->task);
    const struct step *step = task_steps(l->batch, wait->task) + wait->step;

    for (; outcome == OUTCOME_OK && step < end; step++, wait->step++) {
        if (step->kind == STEP_SPAWN) {
            spawn_task(l, (uint32_t)step->number);
        } else if (step_is_instant(step)) {
            outcome = instant_step(l->batch, step, wait->task);
        } else {
            uring_begin(l->steps, wait, step);
            return true;
        }
    }
    task_finish(l->batch, wait->task, outcome);
    uring_finished(l->steps, wait->task);
    return false;
}

/* True if the place's task now waits in it. */
static bool begin_task(struct io_uring *l, struct uring_wait *wait)
{
    wait->step = 0;
    return task_start(l->batch, wait->task) && go_on(l, wait, OUTCOME_OK);
}

/* The place is free: it takes the next task that has to wait. */
static bool fill_place(struct io_uring *l, struct uring_wait *wait)
{
    while (l->next < l->batch->count) {
        wait->task = l->next++;
        wait->step = UNBORN;
        if (uring_await_due(l->steps, wait) || begin_task(l, wait))
            return true;
    }
    return false;
}

static void step_is_done(void *self, struct uring_wait *wait,
                         enum outcome outcome)
{
    struct io_uring *l = self;
    bool waits;

    if (wait->step == UNBORN) {
        waits = begin_task(l, wait);
    } else {
        wait->step++;
        waits = go_on(l, wait, outcome);
    }
    if (!waits && !fill_place(l, wait))
        l->active--;
}

static int io_uring_open(struct batch *batch, void **self)
{
    struct io_uring *l = calloc(1, sizeof(*l));

    if (!l)
        return ENOMEM;
    l->batch = batch;
    int error =
        uring_steps_open(&l->steps, batch, batch->width, step_is_done, l);
    if (error)
        free(l);
    else
        *self = l;
    return error;
}

static int io_uring_run(void *self, struct batch *batch)
{
    struct io_uring *l = self;
    int error = 0;

    uring_enter();
    /* A creator's tasks wait in the places of their own to be spawned. */
    l->next = batch->creator_begin ? batch->count - 1 : 0;
    for (uint32_t w = l->next; w < batch->width; w++)
        l->active += fill_place(l, uring_wait(l->steps, w));
    while (l->active && !error)
        error = uring_steps_turn(l->steps);
    return error;
}

static void io_uring_close(void *self)
{
    struct io_uring *l = self;

    uring_steps_close(l->steps);
    free(l);
}

const struct strategy io_uring = {
    .name = "io_uring",
    .gist = "one ring of requests to the kernel, and of completions",
    .width = WIDTH_BATCH,
    .kinds = STEPS_INSTANT | STEPS_URING | STEP_BIT(STEP_SPAWN),
    .files = "in the kernel, as everything else",
    .real_gap = "real URLs need names, TLS and redirects: libcurl's part",
    .absent = uring_steps_absent,
    .open = io_uring_open,
    .run = io_uring_run,
    .close = io_uring_close,
};
