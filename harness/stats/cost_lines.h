/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one more task costs: over the cases of one section that differ only in
 * the number of tasks, a straight line through the medians. Where sizes lie far
 * apart, the line is fitted to relative errors, so that the few tasks at its
 * beginning count as much as the many at its end.
 */
#ifndef CONCUR_COST_LINES_H
#define CONCUR_COST_LINES_H

#include <jansson.h>
#include <stddef.h>

/* y = intercept + slope × x by least squares, with the 95 % interval of the
 * slope from Student's t with n - 2 degrees of freedom (Draper and Smith,
 * Applied Regression Analysis, 1.4). */
struct line {
    double slope, intercept;
    double lo, hi; /* of the slope; NAN below three points */
};

/* All NAN below two points, or where all x are alike. */
struct line cost_line(const double *x, const double *y, size_t n);

/* The same with each point weighted by 1 / y², as for a constant relative error
 * (Draper and Smith, 9.2); y > 0. *misfit is the relative error that is left,
 * its standard deviation; NAN below three points. */
struct line cost_line_relative(const double *x, const double *y, size_t n,
                               double *misfit);

/* From a summary's cases, an entry for each strategy that is ok at three
 * numbers of tasks at least:
 * [{"section","axes","workload","article","label","strategy","peer",
 *   "stack_bytes","tasks":[N…],"samples","kernel_stack_computed",
 *   QUANTITY:{"slope","lo","hi","intercept","points"} or null}, …]
 * QUANTITY is `taken_bytes`, `resident_bytes`, `virtual_bytes`,
 * `page_table_bytes`, `kernel_stack_bytes` (in the middle of the batch, where
 * the case has a probe), `life_ns` and `life_cpu_ns` (open, run and close).
 * `over_ideal_ns`, `cpu_ns` and `peak_rss_bytes` (curves.h) are fitted to
 * relative errors and have a "misfit" too, and "first" and "last", each
 * {"tasks","each"} or null: what a task adds to the smallest batch at the
 * smallest and at the largest size where that is known within a factor of two.
 * `stack_bytes` is null where tasks have none of their own, or take turns on
 * fewer. A new reference, NULL without memory. */
json_t *cost_lines_json(const json_t *cases);

#endif
