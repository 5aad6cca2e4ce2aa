/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The statistics that the results stand on. Each function says where its
 * method comes from. Values are doubles in the caller's unit, none of them
 * NAN; arrays are borrowed and left as they are. Without memory every figure
 * is NAN.
 */
#ifndef CONCUR_STATS_H
#define CONCUR_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct interval {
    double median, lo, hi; /* lo and hi are NAN where there is no interval */
    double min, max;
};

/* The least number of values for which a 95 % sign-test interval exists. */
#define STATS_MIN_SAMPLES 6

/* The rank k (from 1) for which the k-th smallest and the k-th largest of n
 * values are the narrowest symmetric pair around the median that covers it
 * with at least 95 %: 1 - 2 P(Bin(n, 1/2) <= k - 1). *coverage (may be NULL)
 * is what it really covers. 0 if there is none (n < 6). */
size_t stats_sign_rank(size_t n, double *coverage);

/* Median with that interval. All NAN for n = 0. */
struct interval stats_median(const double *values, size_t n);

/* The same of the ratios a[i] / b[i], paired; b[i] > 0. */
struct interval stats_ratio(const double *a, const double *b, size_t n);

/* Whether n values support the quantile q: whether the largest of them lies
 * above it with 95 % certainty, 1 - q^n >= 0.95 (Wilks 1941). p90 needs 29
 * values, p99 299, p99.9 2,995. The median and below need one. */
bool stats_supports(double q, uint64_t n);

/* Values far from the rest. They are counted, never removed. */
struct outliers {
    double median;
    double reach;  /* 14.826 MAD: ten standard deviations */
    size_t far;    /* |x - median| > reach (Iglewicz and Hoaglin 1993, at
                    * hyperfine's threshold) */
    size_t mild;   /* beyond Tukey's inner fences (1.5 IQR), not the outer */
    size_t severe; /* beyond Tukey's outer fences (3 IQR) */
};

/* Below STATS_MIN_SAMPLES values nothing is called an outlier (reach is
 * INFINITY): of five values drawn from one normal distribution, 3 % of the
 * times one would be. */
struct outliers stats_outliers(const double *values, size_t n);

/* How y grows with x: y ~ x^exponent, the slope of the least-squares line
 * through the logarithms, with its 95 % interval from Student's t. */
struct growth {
    double exponent;
    double lo, hi; /* NAN below three points */
};

/* All NAN below two points, where all x are alike, or where a value is not
 * above 0. */
struct growth stats_growth(const double *x, const double *y, size_t n);

#endif
