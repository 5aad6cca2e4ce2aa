/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The slow end of an open load, round by round. A percentile of all rounds
 * pooled has no interval; one of each round has, and two strategies' can be
 * paired, since their tasks were due at the same times.
 */
#ifndef CONCUR_TAILS_H
#define CONCUR_TAILS_H

#include "series.h"

/* {"quantile","median","lo","hi","min","max","rounds":[[round,ns],…]}: the
 * quantile of the tasks' times from due to finished in each round that counts,
 * and the median of these with its sign-test interval. The quantile is the
 * highest of 0.99, 0.9 and 0.5 that every round's tasks support
 * (stats_supports). Null where the load is closed or the state is not ok. A new
 * reference, NULL without memory. */
json_t *tails_json(const struct series *s);

/* Fills METRIC_TAIL of the `count` samples of a case of `tasks` tasks: that
 * quantile, as these tasks support it, of each that has one. Returns the
 * quantile. Without memory a sample is left without. */
double tails_note(struct sample *list, size_t count, uint64_t tasks);

#endif
