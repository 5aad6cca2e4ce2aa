/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Steps that wait for nothing but the processor: the same for every strategy,
 * done at once on the calling thread.
 */
#ifndef CONCUR_INSTANT_H
#define CONCUR_INSTANT_H

#include "../task.h"

static inline bool step_is_instant(const struct step *step)
{
    return (STEPS_INSTANT & STEP_BIT(step->kind)) != 0;
}

/* Does such a step of task i. */
enum outcome instant_step(struct batch *batch, const struct step *step,
                          uint32_t i);

#endif
