/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a sample is likely to cost before one has been taken: for the estimate
 * with which a run begins. Afterwards what was seen counts (attempts.h).
 */
#ifndef CONCUR_COST_H
#define CONCUR_COST_H

#include "plan.h"

/* The time from its process's start to its end. Within a factor of two on a
 * machine of today, where nothing but the own origin is waited for. */
nsec cost_guess(const struct bench_case *c, const struct plan_entry *e);

#endif
