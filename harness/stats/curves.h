/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Curves: the cases of a section that differ only in the number of tasks, for
 * one strategy. What is fitted over them is growth.c's and cost_lines.c's.
 */
#ifndef CONCUR_CURVES_H
#define CONCUR_CURVES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* An array of what `add` appends for each curve; it returns false where there
 * is no memory. A curve is {"section","axes","label","cases":[…],
 * "strategies":[…]}; `axes` are those held fixed, the two arrays are as long as
 * one another and hold the objects of the summary's `cases`, in their order: a
 * case, and the strategy in it, which is ok. A new reference, NULL without
 * memory. */
json_t *curves_each(const json_t *cases,
                    bool (*add)(json_t *out, const json_t *curve));

/* Where the curve has a number at `key` (`group.key` where group is not NULL)
 * of a strategy: its number of tasks into x, the number into y, which have
 * room for the curve's cases. Returns how many. */
size_t curve_points(const json_t *curve, const char *group, const char *key,
                    double *x, double *y);

/* A sum over the batch that a strategy of the curve has, and the bounds within
 * which it is known; all NAN where it has none. */
struct curve_value {
    double tasks, value, lo, hi;
};
typedef struct curve_value curve_sum(const json_t *one_case,
                                     const json_t *strategy);

/* Wall time beyond the strategy's own ideal, in ns, with the interval of its
 * median (below six rounds its range). NAN where the wall time is decided by
 * something else: a rate, or a probe that holds the process up. */
curve_sum curve_over_ideal;

/* CPU time of all tasks, in ns; the peak of resident memory, in bytes. Neither
 * has an interval: `lo` and `hi` are the value. */
curve_sum curve_cpu, curve_peak_memory;

/* The sums that the curve has, by number of tasks, into `out`, which has room
 * for the curve's cases. Returns how many. */
size_t curve_sums(const json_t *curve, curve_sum *sum, struct curve_value *out);

#endif
