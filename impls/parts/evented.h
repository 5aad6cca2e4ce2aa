/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Steps that nothing waits for: each is begun, and a callback on the loop says
 * when it is done. A timer for a sleep, a fetcher for a fetch; files, for which
 * libev cannot wait, openly in threads.
 */
#ifndef CONCUR_EVENTED_H
#define CONCUR_EVENTED_H

#include <ev.h>

#include "../task.h"
#include "fetcher.h"

/* What evented_begin can wait for. */
#define STEPS_EVENTED                                                          \
    (STEP_BIT(STEP_SLEEP) | STEP_BIT(STEP_FETCH) | STEP_BIT(STEP_READ) |       \
     STEP_BIT(STEP_WRITE) | STEP_BIT(STEP_RECV) | STEP_BIT(STEP_JOIN))

/* A task's wait for its current step. Small: a million may wait. */
struct wait {
    uint32_t task;
    uint16_t step;   /* the strategy's own: how far the task has come */
    uint8_t outcome; /* what the timer will report */
    uint8_t on;      /* what it waits for */
};

/* A loop and places for waits. The strategy runs the loop and breaks it: it
 * does not end by itself. */
struct evented;

/* On the loop, once for each step begun; it may begin the next. */
typedef void (*step_done)(void *self, struct wait *wait, enum outcome outcome);

/* Places for `width` waits; who fetches. Returns 0 or an errno. */
int evented_open(struct evented **evented, struct batch *batch, uint32_t width,
                 const struct fetcher *fetcher, step_done done, void *self);

struct ev_loop *evented_loop(struct evented *evented);

/* Place `slot` of the width, and the other way round. */
struct wait *evented_wait(struct evented *evented, uint32_t slot);
uint32_t evented_slot(const struct evented *evented, const struct wait *wait);

/* On the loop's thread: the strategy begins. What it does before the loop turns
 * holds the loop as a callback does. To be called first in each `run`. */
void evented_enter(void);

/* Begins a step of the wait's task. `done` is called later from the loop, never
 * from within, whatever happens; when the batch is cancelled, with
 * OUTCOME_CANCELLED. */
void evented_begin(struct evented *evented, struct wait *wait,
                   const struct step *step);

/* True: the wait's task is not due yet; `done` is called when it is, or the
 * batch is cancelled. False: it is due, or the batch is cancelled already, and
 * nothing was begun. */
bool evented_await_due(struct evented *evented, struct wait *wait);

/* Waits for nothing but the loop's next turn. */
void evented_yield(struct evented *evented, struct wait *wait);

/* Task i has finished: those that join it go on in the loop's next turn. To be
 * called after every task_finish. */
void evented_finished(struct evented *evented, uint32_t i);

/* No wait may be under way. */
void evented_close(struct evented *evented);

#endif
