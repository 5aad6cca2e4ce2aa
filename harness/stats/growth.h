/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How wall time and memory grow with the number of tasks, over the cases of
 * one section that differ in nothing else.
 *
 * The exponent of a whole wall time says little of how a strategy scales: the
 * delay that few tasks wait for flattens it. So the growth of what tasks *add*
 * is fitted too. Of the time beyond the strategy's own ideal (or of memory) the
 * value at the least number of tasks is subtracted, T(n) - T(m) against n - m,
 * and a least-squares line goes through the logarithms, each weighted by how
 * well it is known, with the interval of its slope from Student's t. A fixed
 * cost thus drops out, and whatever grows in a straight line has the exponent 1
 * exactly. Two sizes leave no degree of freedom: there the interval is that of
 * what is known of their errors. A cost that sets in at the end of a sweep
 * (what no longer fits a cache, a table that fills) makes the line through all
 * sizes a bad one, and its interval wide; so of three sizes or more the step
 * from the last but one to the last is judged too, as two sizes are. Steps
 * before it are not: what rises there and is flat again is no growth. That a
 * lower-order term bends such a line is the known weakness of the power law
 * (McGeoch, Sanders, Fleischer, Cohen and Precup, Using finite experiments to
 * study asymptotic performance, 2002; Goldsmith, Aiken and Wilkerson, Measuring
 * empirical computational complexity, 2007).
 */
#ifndef CONCUR_GROWTH_H
#define CONCUR_GROWTH_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "curves.h"

/* Growth is faster than linear where the whole interval lies above this: 1, and
 * what a time that is 5 % off at both ends of a hundredfold range moves an
 * exponent by. */
#define GROWTH_LINEAR 1.02

/* Libraries and allocator move a process's peak by 80 KiB from one case to the
 * next; this is still known within a factor of two. */
#define GROWTH_MEMORY_LEAST (192.0 * 1024)

/* What one more task adds, as a power of the number of tasks. */
struct added_growth {
    double exponent, lo, hi; /* all NAN below two points */
    size_t points;           /* used: what they add is told from noise */
    double from, to;         /* their numbers of tasks */
};

/* Of sums in increasing number of tasks. A point counts where what it adds to
 * the first one is at least `least`, and known within a factor of two: the
 * interval's lower end, less the first one's upper, is half of it or more.
 * *last is the growth over the last two of such points, `exponent` NAN where
 * there are not three of them. */
struct added_growth growth_added(const struct curve_value *sums, size_t count,
                                 double least, struct added_growth *last);

/* Whether all of the interval is beyond GROWTH_LINEAR. */
bool growth_is_faster(const struct added_growth *growth);

/* From a summary's cases: [{"section","axes","label","points","from","to",
 * "exponent","lo","hi","over_ideal_ns":ADDED,"peak_rss_bytes":ADDED}, …], an
 * entry for each strategy that is ok at three numbers of tasks at least; `axes`
 * are those held fixed. ADDED is {"exponent","lo","hi","points","from","to",
 * "faster","last":{"exponent","lo","hi","from","to","faster"}}, or null where
 * fewer than two points add what can be told. `last` is the last step; null
 * below three points, and of memory, which has no rounds to judge it by. A new
 * reference, NULL without memory. */
json_t *growth_json(const json_t *cases);

#endif
