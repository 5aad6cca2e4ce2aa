/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A series: the samples of one strategy in one case. See series.h.
 */
#include "series.h"

#include <math.h>
#include <stdio.h>

#include "failure_kinds.h"

bool sample_idle(const struct sample *sample)
{
    return sample->status == SAMPLE_OK && sample->values[METRIC_OK] <= 0 &&
           sample->values[METRIC_FAILED] > 0;
}

bool sample_counts(const struct sample *sample)
{
    return sample->stands && !sample->warmup && sample->status == SAMPLE_OK &&
           !sample_idle(sample);
}

/* "every task failed: connect 3, timeout 1" */
static void say_idle(struct series *s, const struct sample *sample)
{
    char kinds[120];

    failure_kinds(kinds, sizeof(kinds), sample->failures);
    snprintf(s->words, sizeof(s->words), "every task failed%s%s",
             kinds[0] ? ": " : "", kinds);
    s->reason = s->words;
}

/* What the lines say, one by one; the first failure is kept. */
static void take_samples(struct series *s, const struct sample **failure)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct sample *sample = &s->list[i];

        if (!sample->stands)
            continue;
        if (sample->status == SAMPLE_ABSENT) {
            s->absence = sample;
        } else if (sample->warmup) {
            s->warmup = sample;
        } else {
            s->measured++;
            s->ok += sample_counts(sample);
            if (!sample_counts(sample) && *failure == NULL)
                *failure = sample;
        }
    }
}

/* Why there is nothing: nothing was tried, or nothing that was tried stands. */
static const char *missing_reason(const struct series *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (!s->list[i].warmup)
            return "no valid round: each was discarded";
    return "not reached";
}

void series_open(struct series *s, const json_t *entry, uint32_t tasks,
                 const struct sample *list, size_t count)
{
    const struct sample *failure = NULL;

    *s = (struct series){
        .entry = entry,
        .label = json_string_value(json_object_get(entry, "label")),
        .tasks = tasks,
        .list = list,
        .count = count,
    };
    take_samples(s, &failure);
    /* A strategy that fails already when it warms up is not measured. */
    if (s->measured == 0 && s->warmup != NULL &&
        s->warmup->status == SAMPLE_FAILED)
        failure = s->warmup;
    if (s->absence != NULL) {
        s->state = SERIES_ABSENT;
        s->reason = s->absence->reason;
    } else if (failure != NULL) {
        s->state = SERIES_FAILED;
        s->reason = failure->reason;
        if (sample_idle(failure))
            say_idle(s, failure);
    } else if (s->ok == 0) {
        s->state = SERIES_MISSING;
        s->reason = missing_reason(s);
    }
    if (s->state != SERIES_OK && s->reason == NULL)
        s->reason = "no reason given";
}

bool series_unverified(const struct series *s)
{
    for (size_t i = 0; i < s->count; i++)
        if (sample_counts(&s->list[i]) && s->list[i].unverified)
            return true;
    return false;
}

size_t series_values(const struct series *s, enum metric metric, double *out)
{
    size_t n = 0;

    for (size_t i = 0; i < s->count; i++)
        if (sample_counts(&s->list[i]) && !isnan(s->list[i].values[metric]))
            out[n++] = s->list[i].values[metric];
    return n;
}

size_t series_pairs_of(const struct series *a, const struct series *b,
                       enum metric metric, double *out_a, double *out_b)
{
    size_t i = 0, j = 0, n = 0;

    while (i < a->count && j < b->count) {
        const struct sample *left = &a->list[i], *right = &b->list[j];

        if (!sample_counts(left) || left->round < right->round) {
            i++;
        } else if (!sample_counts(right) || right->round < left->round) {
            j++;
        } else {
            out_a[n] = left->values[metric];
            out_b[n] = right->values[metric];
            n += !isnan(out_a[n]) && !isnan(out_b[n]);
            i++;
            j++;
        }
    }
    return n;
}

size_t series_pairs(const struct series *a, const struct series *b,
                    double *out_a, double *out_b)
{
    return series_pairs_of(a, b, METRIC_WALL, out_a, out_b);
}
