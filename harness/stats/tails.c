/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Quantiles of an open load, one a round. See tails.h.
 */
#include "tails.h"
#include "stats.h"

#include <math.h>
#include <stdlib.h>

static const double quantiles[] = {0.99, 0.9, 0.5};

/* Whether a figure is made from the sample: only an open load has a lag. */
static bool has_tail(const struct sample *sample)
{
    return sample_counts(sample) && sample->lag != NULL &&
           sample->sojourn != NULL;
}

/* A new histogram of one sample; NULL without memory. */
static struct histogram *unpack(const struct sample *sample)
{
    struct histogram *h = histogram_new();

    if (h != NULL)
        histogram_add_packed(h, sample->sojourn);
    return h;
}

/* The least number of tasks that any of the rounds has; 0: there is none. */
static uint64_t least_count(const struct series *s)
{
    uint64_t least = 0;

    for (size_t i = 0; i < s->count; i++) {
        struct histogram *h =
            has_tail(&s->list[i]) ? unpack(&s->list[i]) : NULL;
        uint64_t count = h != NULL ? histogram_count(h) : 0;

        if (count > 0 && (least == 0 || count < least))
            least = count;
        histogram_free(h);
    }
    return least;
}

static double supported(uint64_t count)
{
    size_t i = 0;

    while (i + 1 < sizeof quantiles / sizeof *quantiles &&
           !stats_supports(quantiles[i], count))
        i++;
    return quantiles[i];
}

double tails_note(struct sample *list, size_t count, uint64_t tasks)
{
    double q = supported(tasks);

    for (size_t i = 0; i < count; i++) {
        struct histogram *h = has_tail(&list[i]) ? unpack(&list[i]) : NULL;

        if (h != NULL)
            list[i].values[METRIC_TAIL] = (double)histogram_quantile(h, q);
        histogram_free(h);
    }
    return q;
}

/* Fills `values` and `rounds`; -1 without memory, else how many there are. */
static long collect(const struct series *s, double q, double *values,
                    json_t *rounds)
{
    long count = 0;

    for (size_t i = 0; i < s->count; i++) {
        if (!has_tail(&s->list[i]))
            continue;
        struct histogram *h = unpack(&s->list[i]);
        if (h == NULL)
            return -1;
        json_int_t value = (json_int_t)histogram_quantile(h, q);
        histogram_free(h);
        values[count++] = (double)value;
        if (json_array_append_new(
                rounds,
                json_pack("[I, I]", (json_int_t)s->list[i].round, value)) < 0)
            return -1;
    }
    return count;
}

static json_t *whole_json(double value)
{
    return isfinite(value) ? json_integer((json_int_t)llround(value))
                           : json_null();
}

json_t *tails_json(const struct series *s)
{
    uint64_t tasks = s->state == SERIES_OK ? least_count(s) : 0;

    if (tasks == 0)
        return json_null();
    double *values = calloc(s->count, sizeof *values), q = supported(tasks);
    json_t *rounds = json_array();
    long count = values != NULL ? collect(s, q, values, rounds) : -1;
    struct interval i = stats_median(values, count > 0 ? (size_t)count : 0);
    free(values);
    if (count < 0) {
        json_decref(rounds);
        return NULL;
    }
    return json_pack("{s:f, s:o, s:o, s:o, s:o, s:o, s:o}", "quantile", q,
                     "median", whole_json(i.median), "lo", whole_json(i.lo),
                     "hi", whole_json(i.hi), "min", whole_json(i.min), "max",
                     whole_json(i.max), "rounds", rounds);
}
