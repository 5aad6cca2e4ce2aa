/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two independent samples compared by ranks. See rank.h. Every pair of values
 * is looked at, n*m of them: nothing here is made for a million samples.
 */
#include "rank.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ALPHA 0.05

/* ---- pairs and ties ---- */

/* Pairs in which b is greater, and those in which it is less. */
struct pairs {
    double above, below;
};

static struct pairs count_pairs(const double *a, size_t n, const double *b,
                                size_t m)
{
    struct pairs pairs = {0, 0};

    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < m; j++) {
            pairs.above += b[j] > a[i];
            pairs.below += b[j] < a[i];
        }
    return pairs;
}

/* The sum of t^3 - t over the groups of t equal values; sorts them. */
static double tie_sum(double *values, size_t n)
{
    double sum = 0;

    gsl_sort(values, 1, n);
    for (size_t begin = 0, end = 0; begin < n; begin = end) {
        double t;

        while (end < n && !(values[end] > values[begin]))
            end++;
        t = (double)(end - begin);
        sum += t * t * t - t;
    }
    return sum;
}

/* The standard deviation of U where nothing tells a from b. */
static double u_deviation(size_t n, size_t m, double ties)
{
    double both = (double)n * (double)m, all = (double)n + (double)m;

    return sqrt(both / 12 * (all + 1 - ties / (all * (all - 1))));
}

/* ---- the null distribution of U ---- */

/* In how many of the C(n + m, n) orders of n a's and m b's U has each of its
 * values 0 … n*m: subsets of n of the places 1 … n + m, by their sum. A place
 * is added at a time, and with it the counts of the subsets that it joins.
 * Counts are doubles: beyond 2^53 they are rounded, never cancelled. Divided
 * by their sum in the end. The caller frees it; NULL without memory. */
static double *u_distribution(size_t n, size_t m)
{
    size_t values = n * m + 1;
    double *ways = calloc((n + 1) * values, sizeof *ways), total = 0;

    if (ways == NULL)
        return NULL;
    ways[0] = 1;
    for (size_t place = 1; place <= n + m; place++) {
        for (size_t k = place < n ? place : n; k > 0; k--) {
            /* As the last of k, so many b's stand before it. */
            size_t before = place - k;
            const double *from = ways + (k - 1) * values;
            double *to = ways + k * values;

            if (before > m)
                break;
            for (size_t u = before; u < values; u++)
                to[u] += from[u - before];
        }
    }
    memmove(ways, ways + n * values, values * sizeof *ways);
    for (size_t u = 0; u < values; u++)
        total += ways[u];
    for (size_t u = 0; u < values; u++)
        ways[u] /= total;
    return ways;
}

static bool counted_out(size_t n, size_t m, double ties)
{
    return n <= RANK_EXACT_MOST && m <= RANK_EXACT_MOST && !(ties > 0);
}

/* P(U <= u); NAN without memory. */
static double u_tail(size_t n, size_t m, double u)
{
    double *ways = u_distribution(n, m), tail = ways == NULL ? (double)NAN : 0;

    for (size_t i = 0; ways != NULL && (double)i <= u; i++)
        tail += ways[i];
    free(ways);
    return tail;
}

/* ---- test ---- */

struct rank_test rank_test(const double *a, size_t n, const double *b, size_t m)
{
    struct rank_test test = {NAN, NAN, false};
    double *all = n > 0 && m > 0 ? malloc((n + m) * sizeof *all) : NULL;
    struct pairs pairs;
    double ties, less, deviation;

    if (all == NULL)
        return test;
    memcpy(all, a, n * sizeof *all);
    memcpy(all + n, b, m * sizeof *all);
    ties = tie_sum(all, n + m);
    free(all);
    pairs = count_pairs(a, n, b, m);
    test.u = ((double)n * (double)m + pairs.above - pairs.below) / 2;
    test.exact = counted_out(n, m, ties);
    less = fmin(test.u, (double)n * (double)m - test.u);
    deviation = u_deviation(n, m, ties);
    if (test.exact)
        test.p = 2 * u_tail(n, m, less);
    else if (deviation > 0)
        test.p = 2 * gsl_cdf_ugaussian_P(
                         (less + 0.5 - (double)n * (double)m / 2) / deviation);
    else
        test.p = 1; /* all values are the same */
    test.p = test.p > 1 ? 1 : test.p;
    return test;
}

/* ---- shift ---- */

/* The rank k (from 1) of the lower end among the n*m sorted differences: the
 * greatest for which U <= k - 1 is rejected. 0 if there is none. */
static size_t shift_rank(size_t n, size_t m, double ties)
{
    double half = (double)n * (double)m / 2, tail = 0, rank;
    double *ways = counted_out(n, m, ties) ? u_distribution(n, m) : NULL;
    size_t k = 0;

    if (counted_out(n, m, ties)) {
        while (ways != NULL && (double)k < half) {
            tail += ways[k];
            if (2 * tail > ALPHA)
                break;
            k++;
        }
        free(ways);
        return k;
    }
    rank = floor(half + 0.5 -
                 gsl_cdf_ugaussian_Qinv(ALPHA / 2) * u_deviation(n, m, ties));
    return rank < 1 ? 0 : (size_t)fmin(rank, ceil(half));
}

/* Ties within either sample; -1 without memory. */
static double ties_within(const double *a, size_t n, const double *b, size_t m)
{
    double *work = malloc((n > m ? n : m) * sizeof *work), ties;

    if (work == NULL)
        return -1;
    memcpy(work, a, n * sizeof *work);
    ties = tie_sum(work, n);
    memcpy(work, b, m * sizeof *work);
    ties += tie_sum(work, m);
    free(work);
    return ties;
}

struct rank_shift rank_shift(const double *a, size_t n, const double *b,
                             size_t m)
{
    struct rank_shift result = {NAN, NAN, NAN, false};
    double *sorted = NULL, ties;
    size_t k, count = 0;

    if (n == 0 || m == 0 || n > SIZE_MAX / m / sizeof *sorted)
        return result;
    ties = ties_within(a, n, b, m);
    sorted = ties < 0 ? NULL : malloc(n * m * sizeof *sorted);
    if (sorted == NULL)
        return result;
    for (size_t i = 0; i < n; i++)
        for (size_t j = 0; j < m; j++)
            sorted[count++] = b[j] - a[i];
    gsl_sort(sorted, 1, count);
    k = shift_rank(n, m, ties);
    result.shift = gsl_stats_median_from_sorted_data(sorted, 1, count);
    result.lo = k > 0 ? sorted[k - 1] : NAN;
    result.hi = k > 0 ? sorted[count - k] : NAN;
    result.exact = counted_out(n, m, ties);
    free(sorted);
    return result;
}

/* ---- effect size ---- */

double rank_cliff(const double *a, size_t n, const double *b, size_t m)
{
    struct pairs pairs = count_pairs(a, n, b, m);

    if (n == 0 || m == 0)
        return NAN;
    return (pairs.above - pairs.below) / ((double)n * (double)m);
}

/* ---- many tests ---- */

bool rank_holm(const double *p, size_t n, double *out)
{
    size_t *order = malloc((n + 1) * sizeof *order), tests = 0;
    double *given = malloc((n + 1) * sizeof *given), least = 0;
    bool done = order != NULL && given != NULL;

    for (size_t i = 0; done && i < n; i++)
        given[i] = isnan(p[i]) ? INFINITY : p[i]; /* no test: to the end */
    if (done && n > 0)
        gsl_sort_index(order, given, 1, n);
    for (size_t i = 0; done && i < n; i++)
        tests += isnan(p[i]) ? 0 : 1;
    for (size_t i = 0; done && i < n; i++) {
        double corrected = given[order[i]] * (double)(tests - i);

        if (i >= tests) {
            out[order[i]] = NAN;
            continue;
        }
        /* One that is behind another in order is never less sure of it. */
        least = fmin(1, fmax(least, corrected));
        out[order[i]] = least;
    }
    free(order);
    free(given);
    return done;
}
