/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * When a case of `rounds = auto` has been measured for long enough. Pure
 * arithmetic, used by the engine while it measures and by the summary, which
 * says afterwards what was reached. It knows no strategy and no clock.
 *
 * Looking at the data to decide when to stop makes intervals a little too
 * narrow (optional stopping); precision and not significance is the goal here
 * (Kelley and Rausch 2006, accuracy in parameter estimation), which keeps that
 * small, and no verdict is reached by stopping at the right moment.
 */
#ifndef CONCUR_STOPPING_H
#define CONCUR_STOPPING_H

#include "stats.h"

/* Where nothing is asked for. */
#define STOPPING_PRECISION 0.02
#define STOPPING_BUDGET    540e9 /* 9 minutes, in ns */

/* What a sample costs beside its process, in ns: its folder, the origin's
 * counts, its line. */
#define STOPPING_ASIDE 2e6

/* Half the width of the interval, relative to the median: 0.02 is ± 2 %.
 * INFINITY where there is no interval. */
double stopping_width(const struct interval *interval);

/* How much one more round is worth for a case whose widest interval has that
 * relative half-width after so many rounds, by what the round costs. Widths
 * shrink with the root of the rounds, so that of n rounds one more takes off a
 * part of 1 / 2n. 0 where the width is narrow enough. */
double stopping_worth(double width, double precision, uint32_t rounds,
                      double round_cost);

#endif
