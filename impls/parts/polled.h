/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Steps that are asked again and again whether they are done; nothing ever
 * waits or calls back. File steps are done when they are begun, and block
 * meanwhile: a regular file is always ready.
 */
#ifndef CONCUR_POLLED_H
#define CONCUR_POLLED_H

#include "../task.h"

#define STEPS_POLLED                                                           \
    (STEP_BIT(STEP_SLEEP) | STEP_BIT(STEP_FETCH) | STEP_BIT(STEP_READ) |       \
     STEP_BIT(STEP_WRITE) | STEP_BIT(STEP_RECV) | STEP_BIT(STEP_JOIN))

struct polled; /* places for steps under way */

/* Returns 0 or an errno. */
int polled_open(struct polled **polled, struct batch *batch, uint32_t width);

/* Begins a step of task i in place `slot`. */
void polled_begin(struct polled *polled, uint32_t slot, const struct step *step,
                  uint32_t i);

/* Lets libcurl move what can be moved; once before each pass of questions. */
void polled_turn(struct polled *polled);

/* True if the step has ended, and how. When the batch is cancelled, every step
 * has. */
bool polled_ready(struct polled *polled, uint32_t slot, enum outcome *outcome);

void polled_close(struct polled *polled);

#endif
