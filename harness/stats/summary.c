/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a run's folder to its summary: what belongs to which case, and what is
 * said about cases and the run as a whole. A strategy's figures are made in
 * result.c. See summary.h.
 */
#include "summary.h"
#include "../store/store.h"
#include "calibration.h"
#include "cost_lines.h"
#include "growth.h"
#include "reached.h"
#include "result.h"
#include "run_file.h"
#include "summary_csv.h"
#include "trend.h"

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What the run as a whole is asked for, summed up case by case. */
struct progress {
    json_int_t rounds_done, rounds;
    bool complete;
    const json_t *stopping; /* of run.json */
    double spent;           /* on all samples, in ns */
};

/* A copy of an object without some of its keys; NULL without memory. */
static json_t *copy_without(json_t *object, const char *const *keys)
{
    json_t *copy = json_copy(object);

    for (; copy != NULL && *keys != NULL; keys++)
        json_object_del(copy, *keys);
    return copy;
}

/* ---- a case ---- */

/* How many tasks the case has without its creator, which only starts them: it
 * is one of run.json's. */
static json_int_t tasks_of(const json_t *one_case)
{
    bool creator = json_is_integer(json_object_get(one_case, "creator"));

    return json_integer_value(json_object_get(one_case, "tasks")) - creator;
}

/* The series of a case, in the order of run.json. NULL without memory. */
static struct series *open_series(const json_t *one_case,
                                  const struct samples *samples, size_t *next,
                                  uint32_t index)
{
    const json_t *entries = json_object_get(one_case, "strategies");
    size_t count = json_array_size(entries);
    struct series *series = calloc(count + 1, sizeof *series);
    uint32_t tasks = (uint32_t)tasks_of(one_case);

    for (size_t i = 0; series != NULL && i < count; i++) {
        size_t begin = *next;

        while (*next < samples->count &&
               samples->list[*next].in_case == index &&
               samples->list[*next].entry == i)
            ++*next;
        series_open(&series[i], json_array_get(entries, i), tasks,
                    samples->list + begin, *next - begin);
    }
    return series;
}

/* The baseline's series. Where run.json lists no such strategy, one in which
 * nothing was reached stands for it. */
static const struct series *find_baseline(const json_t *one_case,
                                          const struct series *series,
                                          size_t count)
{
    static const struct series none = {.state = SERIES_MISSING};
    const char *label =
        json_string_value(json_object_get(one_case, "baseline"));

    for (size_t i = 0; i < count; i++)
        if (series[i].label && strcmp(series[i].label, label) == 0)
            return &series[i];
    return &none;
}

/* Rounds that every strategy of the case has that can do it, or, of a race, the
 * one that has most; where none can, as many as were asked for: there is
 * nothing left to do. */
static json_int_t count_rounds(const struct series *series, size_t count,
                               json_int_t asked, bool race)
{
    json_int_t least = asked, most = 0;

    for (size_t i = 0; i < count; i++) {
        json_int_t measured = (json_int_t)series[i].measured;

        if (series[i].state != SERIES_OK && series[i].state != SERIES_MISSING)
            continue;
        least = measured < least ? measured : least;
        most = measured > most ? measured : most;
    }
    return race ? most : least;
}

/* What a sample says its tasks came to, as text; the caller frees it. NULL if
 * it says nothing. */
typedef char *result_text(const struct sample *sample);

static char *digest_text(const struct sample *sample)
{
    return sample->digest[0] ? strdup(sample->digest) : NULL;
}

static char *aggregate_text(const struct sample *sample)
{
    return json_dumps(sample->aggregate, JSON_COMPACT | JSON_SORT_KEYS);
}

/* How many samples there are that say it, and how many different texts. */
static size_t count_results(const struct series *series, size_t count,
                            result_text *of, json_int_t *samples)
{
    json_t *seen = json_object();

    *samples = 0;
    for (size_t i = 0; i < count; i++) {
        for (size_t j = 0; j < series[i].count; j++) {
            const struct sample *s = &series[i].list[j];
            char *text = sample_counts(s) ? of(s) : NULL;

            if (text == NULL)
                continue;
            json_object_set_new(seen, text, json_null());
            ++*samples;
            free(text);
        }
    }
    size_t different = json_object_size(seen);
    json_decref(seen);
    return different;
}

/* What is worth saying about the case as a whole, as an array of texts. */
static json_t *case_notes(const json_t *one_case, const struct series *series,
                          size_t count)
{
    static const struct {
        const char *what;
        result_text *of;
    } results[] = {{"digests", digest_text}, {"aggregates", aggregate_text}};
    bool real = json_is_true(json_object_get(one_case, "real"));
    json_t *notes = json_array();
    json_int_t samples;

    for (size_t r = 0; r < sizeof results / sizeof *results; r++) {
        size_t found = count_results(series, count, results[r].of, &samples);

        if (found > 1 &&
            json_array_append_new(
                notes,
                json_sprintf("%s: %zu different %s in %lld samples",
                             real ? "the pages differed between fetches"
                                  : "the strategies do not concur",
                             found, results[r].what, (long long)samples)) < 0) {
            json_decref(notes);
            return NULL;
        }
    }
    return notes;
}

/* Those that calibrate are no results of their own. */
static json_t *strategies_json(const struct series *series, size_t count,
                               const struct series *baseline, double cores)
{
    json_t *out = json_array();

    for (size_t i = 0; i < count; i++) {
        if (json_object_get(series[i].entry, "calibration") == NULL &&
            json_array_append_new(
                out, result_json(&series[i], baseline, cores)) < 0) {
            json_decref(out);
            return NULL;
        }
    }
    return out;
}

/* A case without a fixed number of rounds was to have as many as it has, and
 * six at least. */
static void take_progress(struct progress *progress, const json_t *one_case)
{
    json_int_t done =
        json_integer_value(json_object_get(one_case, "rounds_done"));
    json_int_t asked = json_integer_value(json_object_get(one_case, "rounds"));
    const json_t *least = json_object_get(one_case, "rounds_least");

    if (json_is_integer(least) && json_integer_value(least) < asked)
        asked =
            done > json_integer_value(least) ? done : json_integer_value(least);
    progress->rounds += asked;
    progress->rounds_done += done;
    progress->complete = progress->complete && !reached_interrupted(one_case);
}

/* Everything of run.json's case, and what came of it. NULL without memory. */
static json_t *case_json(json_t *one_case, const struct samples *samples,
                         size_t *next, uint32_t index, double cores,
                         struct progress *progress)
{
    static const char *const replaced[] = {"strategies", NULL};
    size_t count = json_array_size(json_object_get(one_case, "strategies"));
    struct series *series = open_series(one_case, samples, next, index);
    json_t *out = copy_without(one_case, replaced);
    json_int_t asked = json_integer_value(json_object_get(one_case, "rounds"));
    json_int_t done;

    if (series == NULL || out == NULL) {
        free(series);
        json_decref(out);
        return NULL;
    }
    done =
        count_rounds(series, count, asked,
                     json_is_true(json_object_get(progress->stopping, "race")));
    if (json_object_set_new(out, "rounds_done", json_integer(done)) < 0 ||
        json_object_set_new(out, "tasks", json_integer(tasks_of(one_case))) <
            0 ||
        json_object_set_new(out, "notes", case_notes(one_case, series, count)) <
            0 ||
        json_object_set_new(
            out, "strategies",
            strategies_json(series, count,
                            find_baseline(one_case, series, count), cores)) <
            0 ||
        !reached_put(out, progress->stopping, series, count, progress->spent) ||
        !calibration_put_case(out, series, count)) {
        json_decref(out);
        out = NULL;
    }
    take_progress(progress, out);
    free(series);
    return out;
}

/* ---- the run ---- */

static json_t *cases_json(const json_t *run, const struct samples *samples,
                          struct progress *progress)
{
    json_t *cases = json_object_get(run, "cases"), *out = json_array();
    double cores = json_number_value(
        json_object_get(json_object_get(run, "machine"), "cores"));
    size_t next = 0;

    for (size_t i = 0; i < json_array_size(cases); i++) {
        if (json_array_append_new(out, case_json(json_array_get(cases, i),
                                                 samples, &next, (uint32_t)i,
                                                 cores, progress)) < 0) {
            json_decref(out);
            return NULL;
        }
    }
    return out;
}

static json_t *discards_json(const json_t *run, const struct samples *samples)
{
    json_t *cases = json_object_get(run, "cases"), *out = json_array();

    for (size_t i = 0; i < samples->discard_count; i++) {
        const struct discard *d = &samples->discards[i];

        if (json_array_append_new(
                out,
                json_pack(
                    "{s:O, s:I, s:I, s:s?}", "case",
                    json_object_get(json_array_get(cases, d->in_case), "name"),
                    "round", (json_int_t)d->round, "attempt",
                    (json_int_t)d->attempt, "cause", d->cause)) < 0) {
            json_decref(out);
            return NULL;
        }
    }
    return out;
}

/* Rounds that stand although a sample of theirs is invalid, each once. The
 * samples are sorted by case and strategy. */
static json_t *invalid_json(const json_t *run, const struct samples *samples)
{
    json_t *cases = json_object_get(run, "cases"), *out = json_array();
    json_t *seen = json_object();

    for (size_t i = 0; i < samples->count; i++) {
        const struct sample *s = &samples->list[i];
        const json_t *one_case = json_array_get(cases, s->in_case);
        char place[64];

        snprintf(place, sizeof place, "%u %u", s->in_case, s->round);
        if (!s->stands || s->warmup || s->invalid == NULL ||
            json_object_get(seen, place) != NULL)
            continue;
        json_object_set_new(seen, place, json_true());
        if (json_array_append_new(
                out,
                json_pack(
                    "{s:O, s:I, s:I, s:o}", "case",
                    json_object_get(one_case, "name"), "round",
                    (json_int_t)s->round, "attempt", (json_int_t)s->attempt,
                    "cause",
                    json_sprintf("%s: %s", s->invalid,
                                 json_string_value(json_object_get(
                                     json_array_get(json_object_get(
                                                        one_case, "strategies"),
                                                    s->entry),
                                     "label"))))) < 0) {
            json_decref(out);
            out = NULL;
            break;
        }
    }
    json_decref(seen);
    return out;
}

/* The load average over the measured samples: what a quarter of them had, or
 * more, and the most. Null where no sample tells it. */
static json_t *load_json(const struct samples *samples)
{
    double *loads = calloc(samples->count + 1, sizeof *loads);
    json_t *out = NULL;
    size_t n = 0;

    for (size_t i = 0; loads != NULL && i < samples->count; i++) {
        const struct sample *s = &samples->list[i];

        if (s->stands && !s->warmup && !isnan(s->values[METRIC_LOAD]))
            loads[n++] = s->values[METRIC_LOAD];
    }
    if (n > 0) {
        gsl_sort(loads, 1, n);
        out = json_pack("{s:f, s:f}", "quarter",
                        gsl_stats_quantile_from_sorted_data(loads, 1, n, 0.75),
                        "max", loads[n - 1]);
    }
    free(loads);
    return out != NULL ? out : json_null();
}

static json_t *run_json(json_t *run, const struct progress *progress)
{
    static const char *const left_out[] = {"suite_text", "request", "cases",
                                           NULL};
    json_t *out = copy_without(run, left_out);

    if (json_object_set_new(out, "rounds_done",
                            json_integer(progress->rounds_done)) < 0 ||
        json_object_set_new(out, "rounds", json_integer(progress->rounds)) <
            0 ||
        json_object_set_new(out, "complete", json_boolean(progress->complete)) <
            0) {
        json_decref(out);
        return NULL;
    }
    return out;
}

json_t *summary_make(const char *dir, char *error, size_t error_size)
{
    struct progress progress = {.complete = true};
    struct samples samples = {0};
    char path[PATH_MAX];
    json_t *run, *cases, *calibration, *summary = NULL;
    bool tested;

    run = run_file_read(dir, error, error_size);
    if (run == NULL)
        return NULL;
    snprintf(path, sizeof path, "%s/samples.jsonl", dir);
    if (samples_read(path, json_object_get(run, "cases"), &samples, error,
                     error_size) == 0) {
        progress.stopping = json_object_get(run, "stopping");
        progress.spent = reached_spent(&samples);
        cases = cases_json(run, &samples, &progress);
        calibration = calibration_run(cases);
        tested = trend_put(cases);
        summary = json_pack("{s:i, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}",
                            "schema", 1, "load1", load_json(&samples), "run",
                            run_json(run, &progress), "discards",
                            discards_json(run, &samples), "invalid",
                            invalid_json(run, &samples), "growth",
                            growth_json(cases), "calibration", calibration,
                            "costs", cost_lines_json(cases), "cases", cases);
        if (!tested) {
            json_decref(summary);
            summary = NULL;
        }
        if (summary == NULL)
            snprintf(error, error_size, "%s: no memory for its summary", dir);
    }
    samples_clear(&samples);
    json_decref(run);
    return summary;
}

/* ---- files ---- */

static int write_json(const char *path, const json_t *summary, char *error,
                      size_t error_size)
{
    char *text = json_dumps(summary, JSON_INDENT(1) | JSON_REAL_PRECISION(12));
    size_t size = text != NULL ? strlen(text) : 0;
    int result = -1;

    if (text == NULL) {
        snprintf(error, error_size, "%s: no memory to write it", path);
    } else {
        text[size] = '\n'; /* in the place of its end */
        result = store_replace(path, text, size + 1, error, error_size);
    }
    free(text);
    return result;
}

static int write_csv(const char *path, const json_t *summary, char *error,
                     size_t error_size)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    bool failed = out == NULL;
    int result = -1;

    if (out != NULL) {
        summary_csv(out, summary);
        failed = ferror(out) != 0;
        failed |= fclose(out) != 0;
    }
    if (failed)
        snprintf(error, error_size, "%s: no memory to write it", path);
    else
        result = store_replace(path, text, size, error, error_size);
    free(text);
    return result;
}

int summary_write(const char *dir, const json_t *summary, char *error,
                  size_t error_size)
{
    char path[PATH_MAX];

    snprintf(path, sizeof path, "%s/summary.json", dir);
    if (write_json(path, summary, error, error_size) < 0)
        return -1;
    snprintf(path, sizeof path, "%s/summary.csv", dir);
    return write_csv(path, summary, error, error_size);
}
