/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether a series had a steady state: a trend over its rounds, in the order
 * taken. A machine that warms up, throttles, or gets company moves every later
 * round, and a median of such rounds is that of nothing ("no steady state" as a
 * verdict: Barrett et al., OOPSLA 2017). What goes up and comes down again, or
 * moves in the last round only, is no trend and is not found; a single step is
 * only where there are tens of rounds, as ten of them are too few for any test
 * of ranks that is corrected for a whole run.
 */
#ifndef CONCUR_TREND_H
#define CONCUR_TREND_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

/* Below so many rounds there is no test. */
#define TREND_ROUNDS_LEAST 6

/* No steady state: a corrected p below this, and a drift of at least that part
 * of the median. As all series of a run are corrected for together, at most 1
 * run in 100 whose samples are independent is called so. */
#define TREND_P     0.01
#define TREND_DRIFT 0.05

/* The Mann-Kendall test of "no trend", two-sided (Mann 1945; Kendall 1975):
 * exact without ties and up to 60 values, else normal, corrected for ties and
 * continuity. The drift is the Theil-Sen slope (Sen 1968), the median of the
 * slopes of all pairs, over the whole series, as a part of the median. */
struct trend {
    double drift; /* 0.1: from the first to the last 10 % longer */
    double p;     /* both NAN below TREND_ROUNDS_LEAST, or without memory */
};

struct trend trend_of(const double *values, size_t count);

/* Puts "trend" into every strategy of the summary's cases: {"drift", "p",
 * "steady"}, p corrected over all of them (Holm), of wall times or, in an open
 * load, of sojourn_round_ns. Null where there is no test. False: no memory. */
bool trend_put(json_t *cases);

#endif
