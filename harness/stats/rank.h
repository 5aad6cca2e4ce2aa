/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two independent samples compared by ranks: nothing is assumed of how they
 * are spread, and no outlier is left out. What is said of a shift holds where
 * both are spread alike but for the shift; the test and Cliff's delta need not
 * even that.
 *
 * Values are doubles in one unit, finite; arrays are borrowed and left as they
 * are. Without memory, or with an empty sample, every figure is NAN.
 */
#ifndef CONCUR_RANK_H
#define CONCUR_RANK_H

#include <stdbool.h>
#include <stddef.h>

/* Up to so many values a side the null distribution of U is counted out, where
 * there are no ties; beyond that, and with ties, it is taken as normal, which
 * is then good to three digits. */
#define RANK_EXACT_MOST 40

/* Fewer values a side are too few for a verdict (google/benchmark's rule for
 * its U test). Figures are made all the same. */
#define RANK_MIN_SAMPLES 9

/* The Mann-Whitney test of "neither tends to be greater", two-sided (Mann and
 * Whitney 1947). Inexact p: the normal approximation, with variance corrected
 * for ties and a continuity correction of 1/2. SciPy's mannwhitneyu has both
 * as method='exact' and 'asymptotic'. */
struct rank_test {
    double u; /* pairs in which b is greater, a tie counts half */
    double p;
    bool exact;
};

struct rank_test rank_test(const double *a, size_t n, const double *b,
                           size_t m);

/* How much b lies above a: the median of all n*m differences b[j] - a[i]
 * (Hodges and Lehmann 1963), and the interval that holds every shift which the
 * test above would not reject at 5 % (Moses 1965; Hollander and Wolfe 1999,
 * 4.3). Its ends are order statistics of those differences. Only ties within a
 * sample make it inexact: any true shift parts those between the two. */
struct rank_shift {
    double shift;
    double lo, hi; /* NAN where there is no 95 % interval (3 against 4) */
    bool exact;
};

struct rank_shift rank_shift(const double *a, size_t n, const double *b,
                             size_t m);

/* P(b > a) - P(b < a) over all pairs, -1 to 1: 0 where neither tends to be
 * greater, 1 where every b is (Cliff 1993). */
double rank_cliff(const double *a, size_t n, const double *b, size_t m);

/* Corrects n values of p for being n tests of one family, so that any one
 * below 5 % by chance happens in 5 % of the families (Holm 1979). A NAN is no
 * test and stays. `out` may be `p`. False: no memory. */
bool rank_holm(const double *p, size_t n, double *out);

#endif
