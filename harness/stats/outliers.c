/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Wall times far from the rest of their series. See outliers.h.
 */
#include "outliers.h"
#include "stats.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* One sample beside what is usual in its series. */
struct suspect {
    const struct sample *sample;
    const double *usual; /* medians, by metric */
    bool first;          /* of the measured ones */
    double cores;
};

static double excess(const struct suspect *s, enum metric metric)
{
    return s->sample->values[metric] - s->usual[metric];
}

/* ---- causes: each writes its words and says whether it applies ---- */

static bool was_faster(const struct suspect *s, char *text, size_t size)
{
    snprintf(text, size, "faster than the rest; nothing in it says why");
    return excess(s, METRIC_WALL) < 0;
}

static bool was_first(const struct suspect *s, char *text, size_t size)
{
    snprintf(text, size, "the first measured one: caches were not warm yet");
    return s->first;
}

/* A few switches more are nothing: ten, and twice what is usual. */
static bool was_pushed_off(const struct suspect *s, char *text, size_t size)
{
    double usual = s->usual[METRIC_INVOLUNTARY];

    snprintf(text, size,
             "pushed off the CPU %.0f times (usual: %.0f): others wanted it",
             s->sample->values[METRIC_INVOLUNTARY], usual);
    return excess(s, METRIC_INVOLUNTARY) >= fmax(10, usual);
}

/* More wanted to run than there are cores; nearly all of them are others, as
 * what concur does is mostly waiting. */
static bool was_loaded(const struct suspect *s, char *text, size_t size)
{
    double load = s->sample->values[METRIC_LOAD];

    snprintf(text, size, "the machine's load was %.1f on %.0f cores", load,
             s->cores);
    return s->cores > 0 && load > s->cores;
}

static bool was_busy(const struct suspect *s, char *text, size_t size)
{
    snprintf(text, size, "it used that much more CPU time itself");
    return excess(s, METRIC_CPU) >= excess(s, METRIC_WALL) / 2;
}

static bool was_waiting(const struct suspect *s, char *text, size_t size)
{
    (void)s;
    snprintf(text, size,
             "it waited longer, without the CPU; nothing in it says why");
    return true;
}

/* In this order: the last one always applies. A kind is what outliers of many
 * series are counted by. */
static const struct {
    const char *kind;
    bool (*applies)(const struct suspect *, char *, size_t);
} causes[] = {
    {"faster than the rest", was_faster},   {"the first one", was_first},
    {"pushed off the CPU", was_pushed_off}, {"a loaded machine", was_loaded},
    {"more CPU time of its own", was_busy}, {"a longer wait", was_waiting},
};

/* ---- the series ---- */

/* Walls of the samples that count; `work` has room for s->ok. */
static struct outliers find_outliers(const struct series *s, double *work)
{
    return stats_outliers(work, series_values(s, METRIC_WALL, work));
}

/* What is usual, by metric. A metric that no sample has is NAN, comparisons
 * with it are false: no cause follows from it. */
static void find_usual(const struct series *s, double *work, double *usual)
{
    static const enum metric needed[] = {METRIC_WALL, METRIC_INVOLUNTARY,
                                         METRIC_CPU};

    for (size_t i = 0; i < sizeof needed / sizeof *needed; i++)
        usual[needed[i]] =
            stats_median(work, series_values(s, needed[i], work)).median;
}

static json_t *outlier_json(const struct suspect *suspect)
{
    const struct sample *sample = suspect->sample;
    char text[128];
    size_t i = 0;

    while (!causes[i].applies(suspect, text, sizeof text))
        i++;
    return json_pack("{s:I, s:I, s:s, s:s}", "round", (json_int_t)sample->round,
                     "wall_ns", (json_int_t)sample->values[METRIC_WALL], "kind",
                     causes[i].kind, "cause", text);
}

json_t *outliers_json(const struct series *s, double cores)
{
    double *work = malloc((s->ok + 1) * sizeof *work);
    double usual[METRICS];
    struct outliers found;
    json_t *out = json_array();
    bool first = true, failed = work == NULL;

    if (work != NULL) {
        found = find_outliers(s, work);
        find_usual(s, work, usual);
    }
    free(work);
    for (size_t i = 0; !failed && i < s->count; i++) {
        const struct sample *sample = &s->list[i];
        struct suspect suspect = {sample, usual, first, cores};

        if (!sample_counts(sample))
            continue;
        first = false;
        if (fabs(sample->values[METRIC_WALL] - found.median) > found.reach)
            failed = json_array_append_new(out, outlier_json(&suspect)) < 0;
    }
    if (!failed)
        return out;
    json_decref(out);
    return NULL;
}

json_t *fences_json(const struct series *s)
{
    double *work = malloc((s->ok + 1) * sizeof *work);
    struct outliers found;

    if (work == NULL)
        return NULL;
    found = find_outliers(s, work);
    free(work);
    return json_pack("{s:I, s:I}", "mild", (json_int_t)found.mild, "severe",
                     (json_int_t)found.severe);
}
