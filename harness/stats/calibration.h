/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a run can tell apart, measured within it: a strategy against itself (an
 * A/A pair), and against itself with work of known size added. A difference
 * that was not found when it was known to be there is no difference that may
 * be claimed. Ratios are paired within rounds, as all others.
 */
#ifndef CONCUR_CALIBRATION_H
#define CONCUR_CALIBRATION_H

#include <jansson.h>

#include "series.h"
#include "stats.h"

/* A strategy with that share of work added (0: none) against itself. */
struct calibration_point {
    double added;
    struct interval ratio; /* its wall time / that of what it calibrates */
};

/* Whether the interval leaves out 1: for added work on the side above it, which
 * means that it was found; without added work on either, a false alarm. */
bool calibration_found(const struct calibration_point *point);

/* The least of the added shares from which on all were found, none of which is
 * less than what a false alarm among the points pretended. INFINITY: not even
 * the greatest was found; NAN: nothing was added, or there are no intervals. */
double calibration_resolution(const struct calibration_point *points,
                              size_t count);

/* How far apart two have to be at least to be ranked: as far as was resolved.
 * Where nothing was, not even the greatest of the shares, nothing just above it
 * is known to be found either. A slow-down would have been, by the intervals
 * there are, had it been greater than what the lowest of them reaches below
 * what was added; that, and no less than a false alarm pretended. NAN as above.
 */
double calibration_least(const struct calibration_point *points, size_t count);

/* A share of n, with its exact 95 % interval (Clopper and Pearson 1934). For n
 * = 0 nothing is known: 0 to 1. */
struct proportion {
    size_t count, of;
    double lo, hi;
};
struct proportion calibration_share(size_t count, size_t of);

/* Puts what the case's calibration came to into its object of the summary:
 * "calibration", "aa" and "resolution", as docs/results.md has them. False: no
 * memory. */
bool calibration_put_case(json_t *out, const struct series *series,
                          size_t count);

/* Sums the cases up, and gives those that are not calibrated the resolution of
 * others: of the nearest one of their section (nearest.h), or the run's middle
 * one where that has none. A new reference: null where no case is
 * calibrated; NULL without memory. */
json_t *calibration_run(json_t *cases);

#endif
