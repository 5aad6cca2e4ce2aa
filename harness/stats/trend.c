/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Trends over rounds. See trend.h. Every pair of rounds is looked at, and an
 * exact p is counted out: made for tens or hundreds of rounds.
 */
#include "trend.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "rank.h"
#include "stats.h"

#define EXACT_MOST 60

/* ---- the test ---- */

/* Of n! orders, the part in which at most `most` pairs are inverted, counted
 * value by value: the n-th can invert 0 … n - 1 pairs. NAN without memory. */
static double inversions_up_to(size_t n, size_t most)
{
    size_t room = n * (n - 1) / 2 + 1;
    double *parts = calloc(2 * room, sizeof *parts), sum = 0;
    double *now, *next;

    if (parts == NULL)
        return (double)NAN;
    now = parts;
    next = parts + room;
    now[0] = 1;
    for (size_t m = 2; m <= n; m++) {
        double *swap = now;

        for (size_t k = 0; k < room; k++) {
            next[k] = 0;
            for (size_t i = 0; i < m && i <= k; i++)
                next[k] += now[k - i] / (double)m;
        }
        now = next;
        next = swap;
    }
    for (size_t k = 0; k <= most && k < room; k++)
        sum += now[k];
    free(parts);
    return sum;
}

/* The variance of S, with groups of equal values; `sorted` is sorted. */
static double variance(const double *sorted, size_t n)
{
    double all = (double)n, sum = all * (all - 1) * (2 * all + 5);

    for (size_t begin = 0, end = 0; begin < n; begin = end) {
        double t;

        while (end < n && !(sorted[end] > sorted[begin]))
            end++;
        t = (double)(end - begin);
        sum -= t * (t - 1) * (2 * t + 5);
    }
    return sum / 18;
}

static bool has_ties(const double *sorted, size_t n)
{
    for (size_t i = 1; i < n; i++)
        if (!(sorted[i] > sorted[i - 1]))
            return true;
    return false;
}

/* Of the count S of pairs that rise, those that fall taken off. */
static double p_of(long s, const double *sorted, size_t n)
{
    size_t pairs = n * (n - 1) / 2, apart = (size_t)labs(s);
    double deviation = sqrt(variance(sorted, n)), p = 1;

    if (apart == 0)
        return 1;
    if (n <= EXACT_MOST && !has_ties(sorted, n))
        p = 2 * inversions_up_to(n, (pairs - apart) / 2);
    else if (deviation > 0)
        p = 2 * gsl_cdf_ugaussian_Q(((double)apart - 1) / deviation);
    return p > 1 ? 1 : p;
}

struct trend trend_of(const double *values, size_t count)
{
    struct trend trend = {NAN, NAN};
    size_t pairs = count * (count - 1) / 2, at = 0;
    double *slopes, *sorted, middle;
    long s = 0;

    if (count < TREND_ROUNDS_LEAST)
        return trend;
    slopes = malloc((pairs + count) * sizeof *slopes);
    if (slopes == NULL)
        return trend;
    sorted = slopes + pairs;
    for (size_t i = 0; i < count; i++)
        for (size_t k = i + 1; k < count; k++) {
            s += (values[k] > values[i]) - (values[k] < values[i]);
            slopes[at++] = (values[k] - values[i]) / (double)(k - i);
        }
    memcpy(sorted, values, count * sizeof *sorted);
    gsl_sort(sorted, 1, count);
    middle = stats_median(slopes, pairs).median;
    trend.drift =
        middle * (double)(count - 1) / stats_median(sorted, count).median;
    gsl_sort(sorted, 1, count); /* whatever became of the order */
    trend.p = p_of(s, sorted, count);
    free(slopes);
    return trend;
}

/* ---- the summary ---- */

/* One strategy's; NAN where there is nothing to test. */
static struct trend trend_in(const json_t *one_case, const json_t *strategy)
{
    bool open = json_is_object(json_object_get(one_case, "rate"));
    const json_t *tail = json_object_get(strategy, "sojourn_round_ns");
    const json_t *rounds = open ? json_object_get(tail, "rounds")
                                : json_object_get(strategy, "walls_ns");
    size_t count = json_array_size(rounds);
    double *values = malloc((count + 1) * sizeof *values);
    struct trend trend = {NAN, NAN};

    for (size_t i = 0; values != NULL && i < count; i++)
        values[i] =
            json_number_value(json_array_get(json_array_get(rounds, i), 1));
    if (values != NULL)
        trend = trend_of(values, count);
    free(values);
    return trend;
}

static json_t *trend_json(struct trend trend, double corrected)
{
    if (!isfinite(trend.drift) || !isfinite(corrected))
        return json_null();
    return json_pack(
        "{s:f, s:f, s:b}", "drift", trend.drift, "p", corrected, "steady",
        !(corrected < TREND_P && fabs(trend.drift) >= TREND_DRIFT));
}

/* A strategy of the run, and what was found in it. */
struct tested {
    json_t *strategy;
    struct trend trend;
};

static size_t test_all(json_t *cases, struct tested *tested)
{
    size_t count = 0, i, k;
    json_t *one_case, *strategy;

    json_array_foreach (cases, i, one_case)
        json_array_foreach (json_object_get(one_case, "strategies"), k,
                            strategy) {
            if (tested != NULL)
                tested[count] =
                    (struct tested){strategy, trend_in(one_case, strategy)};
            count++;
        }
    return count;
}

bool trend_put(json_t *cases)
{
    size_t count = test_all(cases, NULL);
    struct tested *tested = calloc(count + 1, sizeof *tested);
    double *p = calloc(count + 1, sizeof *p);
    bool good = tested != NULL && p != NULL;

    if (good)
        test_all(cases, tested);
    for (size_t i = 0; good && i < count; i++)
        p[i] = tested[i].trend.p;
    good = good && rank_holm(p, count, p);
    for (size_t i = 0; good && i < count; i++)
        good = json_object_set_new(tested[i].strategy, "trend",
                                   trend_json(tested[i].trend, p[i])) == 0;
    free(tested);
    free(p);
    return good;
}
