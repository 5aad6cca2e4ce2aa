/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a sample is likely to cost before one has been taken: for the estimate
 * with which a run begins, and for whom advice has time. Afterwards what was
 * seen counts (attempts.h).
 */
#ifndef CONCUR_COST_H
#define CONCUR_COST_H

#include "../suite/suite.h"

/* The time from its process's start to its end, of one that is so wide and has
 * that ideal. Within a factor of two on a machine of today, where nothing but
 * the own origin is waited for. */
nsec cost_guess(const struct bench_case *c, const struct entry *e,
                uint32_t width, nsec ideal);

/* What one task takes of the cores beside what it waits for and computes, the
 * origin's part included: the same figures, of a strategy in C. */
nsec cost_task(const struct bench_case *c);

#endif
