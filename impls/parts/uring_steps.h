/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Steps that nothing waits for, on an io_uring: each is asked for, and a
 * callback on the loop says when it is done. Files are no exception. The same
 * hooks as those of `evented.h`, on another loop.
 */
#ifndef CONCUR_URING_STEPS_H
#define CONCUR_URING_STEPS_H

#include "../task.h"

/* What uring_begin can wait for. */
#define STEPS_URING                                                            \
    (STEP_BIT(STEP_SLEEP) | STEP_BIT(STEP_FETCH) | STEP_BIT(STEP_READ) |       \
     STEP_BIT(STEP_WRITE) | STEP_BIT(STEP_RECV) | STEP_BIT(STEP_JOIN))

/* A task's wait for its current step. Small: a million may wait. */
struct uring_wait {
    uint32_t task;
    uint16_t step;   /* the strategy's own: how far the task has come */
    uint8_t outcome; /* what the timer will report */
    uint8_t on;      /* what it waits for */
};

/* A ring and places for waits. The strategy runs it turn by turn. */
struct uring_steps;

/* On the loop, once for each step begun; it may begin the next. */
typedef void (*uring_step_done)(void *self, struct uring_wait *wait,
                                enum outcome outcome);

/* Why there can be none here; NULL if there can. */
const char *uring_steps_absent(void);

/* Places for `width` waits. Returns 0 or an errno. For one thread only. */
int uring_steps_open(struct uring_steps **steps, struct batch *batch,
                     uint32_t width, uring_step_done done, void *self);

/* Submits what was begun, waits until something is done, and tells of it: one
 * system call. Returns 0, or an errno that is the end of it. */
int uring_steps_turn(struct uring_steps *steps);

/* Place `slot` of the width. */
struct uring_wait *uring_wait(struct uring_steps *steps, uint32_t slot);

/* Begins a step of the wait's task. `done` is called later from the loop, never
 * from within, whatever happens; when the batch is cancelled, with
 * OUTCOME_CANCELLED. */
void uring_begin(struct uring_steps *steps, struct uring_wait *wait,
                 const struct step *step);

/* True: the wait's task is not due yet; `done` is called when it is, or the
 * batch is cancelled. False: it is due, and nothing was begun. */
bool uring_await_due(struct uring_steps *steps, struct uring_wait *wait);

/* Waits for nothing but the loop's next turn. */
void uring_pause(struct uring_steps *steps, struct uring_wait *wait);

/* To be called where tasks are begun before the first turn. */
void uring_enter(void);

/* Task i has finished: those that join it go on in the loop's next turn. To be
 * called after every task_finish where tasks may join. */
void uring_finished(struct uring_steps *steps, uint32_t i);

/* No wait may be under way. */
void uring_steps_close(struct uring_steps *steps);

#endif
