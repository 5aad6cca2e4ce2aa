/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The statistics that the results stand on; distributions, quantiles and fits
 * are GSL's. See stats.h.
 */
#include "stats.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_fit.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define COVERAGE    0.95
#define FAR_FROM    14.826 /* in MAD */
#define INNER_FENCE 1.5    /* in IQR */
#define OUTER_FENCE 3.0

/* ---- median and ratio ---- */

static double sign_coverage(size_t n, size_t k)
{
    return 1 - 2 * gsl_cdf_binomial_P((unsigned)(k - 1), 0.5, (unsigned)n);
}

size_t stats_sign_rank(size_t n, double *coverage)
{
    size_t low = 1, high = n / 2; /* the pair must not cross */

    if (n < STATS_MIN_SAMPLES)
        return 0;
    /* Coverage falls with k; at k = 1 it is enough. */
    while (low < high) {
        size_t middle = low + (high - low + 1) / 2;

        if (sign_coverage(n, middle) >= COVERAGE)
            low = middle;
        else
            high = middle - 1;
    }
    if (coverage != NULL)
        *coverage = sign_coverage(n, low);
    return low;
}

static struct interval interval_of_sorted(const double *sorted, size_t n)
{
    size_t k = stats_sign_rank(n, NULL);

    return (struct interval){
        .median = gsl_stats_median_from_sorted_data(sorted, 1, n),
        .lo = k > 0 ? sorted[k - 1] : NAN,
        .hi = k > 0 ? sorted[n - k] : NAN,
        .min = sorted[0],
        .max = sorted[n - 1],
    };
}

struct interval stats_ratio(const double *a, const double *b, size_t n)
{
    struct interval result = {NAN, NAN, NAN, NAN, NAN};
    double *sorted = n > 0 ? malloc(n * sizeof *sorted) : NULL;

    if (sorted == NULL)
        return result;
    for (size_t i = 0; i < n; i++)
        sorted[i] = b != NULL ? a[i] / b[i] : a[i];
    gsl_sort(sorted, 1, n);
    result = interval_of_sorted(sorted, n);
    free(sorted);
    return result;
}

struct interval stats_median(const double *values, size_t n)
{
    return stats_ratio(values, NULL, n);
}

/* ---- quantiles ---- */

bool stats_supports(double q, uint64_t n)
{
    if (q <= 0.5)
        return n >= 1;
    return q < 1 && (double)n * log(q) <= log(1 - COVERAGE);
}

/* ---- outliers ---- */

/* The median absolute deviation from the median, raw (no factor 1.4826).
 * `work` holds n values. */
static double median_deviation(const double *values, size_t n, double median,
                               double *work)
{
    for (size_t i = 0; i < n; i++)
        work[i] = fabs(values[i] - median);
    gsl_sort(work, 1, n);
    return gsl_stats_median_from_sorted_data(work, 1, n);
}

struct outliers stats_outliers(const double *values, size_t n)
{
    struct outliers found = {.median = NAN, .reach = INFINITY};
    double *work = n > 0 ? malloc(n * sizeof *work) : NULL;
    double q1, q3;

    if (work == NULL)
        return found;
    memcpy(work, values, n * sizeof *work);
    gsl_sort(work, 1, n);
    found.median = gsl_stats_median_from_sorted_data(work, 1, n);
    q1 = gsl_stats_quantile_from_sorted_data(work, 1, n, 0.25);
    q3 = gsl_stats_quantile_from_sorted_data(work, 1, n, 0.75);
    if (n >= STATS_MIN_SAMPLES)
        found.reach =
            FAR_FROM * median_deviation(values, n, found.median, work);
    free(work);
    for (size_t i = 0; i < n && n >= STATS_MIN_SAMPLES; i++) {
        double beyond = fmax(q1 - values[i], values[i] - q3);
        bool severe = beyond > OUTER_FENCE * (q3 - q1);

        found.far += fabs(values[i] - found.median) > found.reach;
        found.severe += severe;
        found.mild += !severe && beyond > INNER_FENCE * (q3 - q1);
    }
    return found;
}

/* ---- growth ---- */

/* Half the width of the slope's interval, as the fit's covariance has it. */
static double slope_margin(double variance, size_t n)
{
    double tail = (1 - COVERAGE) / 2;

    return gsl_cdf_tdist_Qinv(tail, (double)(n - 2)) * sqrt(variance);
}

/* Logarithms of x and y into `logs` (2n). False where one has none, or where
 * all x are alike. */
static bool growth_logs(const double *x, const double *y, size_t n,
                        double *logs)
{
    bool spread = false;

    for (size_t i = 0; i < n; i++) {
        if (!(x[i] > 0 && y[i] > 0 && isfinite(x[i]) && isfinite(y[i])))
            return false;
        logs[i] = log(x[i]);
        logs[n + i] = log(y[i]);
        spread |= x[i] > x[0] || x[i] < x[0];
    }
    return spread;
}

struct growth stats_growth(const double *x, const double *y, size_t n)
{
    struct growth result = {NAN, NAN, NAN};
    double *logs = n >= 2 ? malloc(2 * n * sizeof *logs) : NULL;
    double c0, c1, v00, v01, v11, squares;

    if (logs == NULL)
        return result;
    if (growth_logs(x, y, n, logs) &&
        gsl_fit_linear(logs, 1, logs + n, 1, n, &c0, &c1, &v00, &v01, &v11,
                       &squares) == 0) {
        result.exponent = c1;
        if (n >= 3) {
            result.lo = c1 - slope_margin(v11, n);
            result.hi = c1 + slope_margin(v11, n);
        }
    }
    free(logs);
    return result;
}
