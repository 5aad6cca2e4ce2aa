/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Finds what two runs have in common, and what keeps the rest from being
 * compared. See compare.h; the judging is in judge.c.
 */
#include "compare.h"
#include "../stats/run_file.h"
#include "../stats/series.h"
#include "../stats/stats.h"
#include "../stats/tails.h"
#include "../suite/words.h"
#include "parts.h"

#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

static const char *const side_names[] = {"OLD", "NEW"};

/* ---- adding to a comparison ---- */

bool compare_note(struct comparison *c, const char *format, ...)
{
    char **more = realloc(c->notes, (c->note_count + 1) * sizeof *more);
    va_list arguments;

    if (more == NULL)
        return false;
    c->notes = more;
    va_start(arguments, format);
    more[c->note_count] = words_vprintf(format, arguments);
    va_end(arguments);
    return more[c->note_count] != NULL && ++c->note_count > 0;
}

bool compare_gap(struct comparison *c, const char *in_case, const char *label,
                 const char *format, ...)
{
    struct compare_gap *more =
        realloc(c->gaps, (c->gap_count + 1) * sizeof *more);
    va_list arguments;

    if (more == NULL)
        return false;
    c->gaps = more;
    more += c->gap_count++;
    va_start(arguments, format);
    more->why = words_vprintf(format, arguments);
    va_end(arguments);
    more->what = words_printf("%s%s%s", in_case, label != NULL ? ", " : "",
                              label != NULL ? label : "");
    return more->why != NULL && more->what != NULL;
}

bool compare_row(struct comparison *c, const struct compare_row *row)
{
    struct compare_row *more = realloc(c->rows, (c->count + 1) * sizeof *more);

    if (more == NULL)
        return false;
    c->rows = more;
    more[c->count++] = *row;
    return true;
}

void compare_close(struct comparison *c)
{
    for (size_t i = 0; i < c->gap_count; i++) {
        free(c->gaps[i].what);
        free(c->gaps[i].why);
    }
    for (size_t i = 0; i < c->note_count; i++)
        free(c->notes[i]);
    free(c->rows);
    free(c->gaps);
    free(c->notes);
    json_decref(c->runs[0]);
    json_decref(c->runs[1]);
    *c = (struct comparison){0};
}

/* ---- the two runs ---- */

/* What is read of OLD and NEW, and where the work is within them. */
struct pairing {
    struct comparison *out;
    struct samples samples[2];
    const json_t *cases[2]; /* the case at work, of each run */
    size_t indices[2];      /* its number there */
    enum metric metric;     /* what is compared of its samples */
};

static const json_t *cases_of(const struct comparison *c, int side)
{
    return json_object_get(c->runs[side], "cases");
}

static const char *text_at(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

/* The place in `array` of the object whose `key` is `text`; the array's size
 * if there is none. */
static size_t place_of(const json_t *array, const char *key, const char *text)
{
    size_t i = 0;

    while (i < json_array_size(array) &&
           strcmp(text_at(json_array_get(array, i), key), text) != 0)
        i++;
    return i;
}

/* The series of an entry of the case at work; samples are sorted by both. */
static void open_series(const struct pairing *p, int side, size_t entry,
                        struct series *out)
{
    const struct samples *all = &p->samples[side];
    const json_t *entries = json_object_get(p->cases[side], "strategies");
    size_t begin = 0, end;

    while (begin < all->count &&
           (all->list[begin].in_case != p->indices[side] ||
            all->list[begin].entry != entry))
        begin++;
    end = begin;
    while (end < all->count && all->list[end].in_case == p->indices[side] &&
           all->list[end].entry == entry)
        end++;
    series_open(
        out, json_array_get(entries, entry),
        (uint32_t)json_integer_value(json_object_get(p->cases[side], "tasks")),
        all->list + begin, end - begin);
}

/* ---- one strategy ---- */

static double most_failed(const struct series *s)
{
    double most = 0;

    for (size_t i = 0; i < s->count; i++)
        if (sample_counts(&s->list[i]))
            most = fmax(most, s->list[i].values[METRIC_FAILED]);
    return most;
}

/* "failed in NEW: …", "absent: …" where both are so alike; false: neither. */
static bool say_state(const struct series s[2], char *why, size_t size)
{
    static const char *const words[] = {
        [SERIES_OK] = "ok",
        [SERIES_FAILED] = "failed",
        [SERIES_ABSENT] = "absent",
        [SERIES_MISSING] = "absent",
    };
    size_t used = 0;

    why[0] = '\0';
    if (s[0].state != SERIES_OK && s[0].state == s[1].state &&
        strcmp(s[0].reason, s[1].reason) == 0) {
        snprintf(why, size, "%s in both: %s", words[s[0].state], s[0].reason);
        return true;
    }
    for (int side = 0; side < 2; side++)
        if (s[side].state != SERIES_OK && used < size)
            used += (size_t)snprintf(why + used, size - used, "%s%s in %s: %s",
                                     used > 0 ? "; " : "", words[s[side].state],
                                     side_names[side], s[side].reason);
    return why[0] != '\0';
}

/* Why the two cannot be compared, into `why`; false: they can. Who does less
 * is done sooner: where tasks failed, there is nothing to compare. */
static bool series_gap(const struct series s[2], char *why, size_t size)
{
    double failed[] = {most_failed(&s[0]), most_failed(&s[1])};

    if (say_state(s, why, size))
        return true;
    if (series_unverified(&s[0]) || series_unverified(&s[1])) {
        snprintf(why, size, "unverified: it cannot say what it received");
        return true;
    }
    if (!(failed[0] > 0 || failed[1] > 0))
        return false;
    snprintf(why, size, "tasks failed: %.0f in OLD, %.0f in NEW", failed[0],
             failed[1]);
    return true;
}

/* What is compared of a series, times or ratios to the baseline's, into `out`,
 * which has room for 2 * s->ok. Returns how many; -1 where a time is 0. */
static long take_values(const struct pairing *p, const struct series *s,
                        const struct series *baseline, double *out)
{
    size_t n = baseline == NULL
                   ? series_values(s, p->metric, out)
                   : series_pairs_of(s, baseline, p->metric, out, out + s->ok);

    for (size_t i = 0; i < n; i++) {
        if (baseline != NULL)
            out[i] /= out[s->ok + i];
        if (!(out[i] > 0 && isfinite(out[i])))
            return -1;
    }
    return (long)n;
}

/* The row of a strategy, `baseline` NULL where times are compared. */
static bool add_row(struct pairing *p, const struct series s[2],
                    const struct series *baseline, enum compare_verdict verdict)
{
    const char *name = text_at(p->cases[1], "name");
    struct compare_row row = {.in_case = name,
                              .label = s[1].label,
                              .wall = baseline == NULL,
                              .verdict = verdict};
    double *values[2] = {NULL, NULL};
    bool done = true, empty = false, zero = false;

    for (int side = 0; done && side < 2; side++) {
        long n;

        values[side] = malloc((2 * s[side].ok + 1) * sizeof **values);
        done = values[side] != NULL;
        n = done ? take_values(p, &s[side],
                               baseline != NULL ? &baseline[side] : NULL,
                               values[side])
                 : 0;
        empty = empty || n == 0;
        zero = zero || n < 0;
        row.samples[side] = n > 0 ? (size_t)n : 0;
    }
    if (done && (empty || zero))
        done = compare_gap(p->out, name, s[1].label, "%s",
                           zero ? "a sample took no time"
                                : "no round with it and the baseline");
    else if (done)
        done = judge_row(&row, values) && compare_row(p->out, &row);
    free(values[0]);
    free(values[1]);
    return done;
}

/* ---- one case ---- */

/* It is no result of its own, but measures the measuring. */
static bool calibrates(const json_t *entry)
{
    return json_object_get(entry, "calibration") != NULL;
}

/* Gaps for the labels of `side` that the other run does not have. */
static bool add_lone_labels(struct pairing *p, int side)
{
    const json_t *own = json_object_get(p->cases[side], "strategies");
    const json_t *other = json_object_get(p->cases[1 - side], "strategies");
    bool done = true;

    for (size_t i = 0; done && i < json_array_size(own); i++) {
        const char *label = text_at(json_array_get(own, i), "label");

        if (!calibrates(json_array_get(own, i)) &&
            place_of(other, "label", label) == json_array_size(other))
            done = compare_gap(p->out, text_at(p->cases[side], "name"), label,
                               "only in %s", side_names[side]);
    }
    return done;
}

/* The baselines of both runs; false: there is none to compare by, and a gap
 * for the whole case says so (*done is then whether it could be noted). */
static bool open_baselines(struct pairing *p, struct series baseline[2],
                           bool *done)
{
    const char *name = text_at(p->cases[1], "name");
    const char *labels[] = {text_at(p->cases[0], "baseline"),
                            text_at(p->cases[1], "baseline")};
    char why[512];

    if (strcmp(labels[0], labels[1]) != 0) {
        *done = compare_gap(p->out, name, NULL,
                            "its baseline was %s and is %s (--absolute "
                            "compares wall times)",
                            labels[0], labels[1]);
        return false;
    }
    for (int side = 0; side < 2; side++) {
        const json_t *entries = json_object_get(p->cases[side], "strategies");
        size_t entry = place_of(entries, "label", labels[side]);

        if (entry == json_array_size(entries)) {
            *done = compare_gap(p->out, name, NULL,
                                "its baseline, %s, is not among its "
                                "strategies in %s",
                                labels[side], side_names[side]);
            return false;
        }
        open_series(p, side, entry, &baseline[side]);
    }
    if (!series_gap(baseline, why, sizeof why))
        return true;
    *done =
        compare_gap(p->out, name, NULL, "its baseline, %s, %s", labels[1], why);
    return false;
}

/* A label of NEW in OLD: a row, or why there is none. */
static bool add_label(struct pairing *p, size_t entry,
                      const struct series *baseline)
{
    const json_t *olds = json_object_get(p->cases[0], "strategies");
    const json_t *news = json_object_get(p->cases[1], "strategies");
    const char *label = text_at(json_array_get(news, entry), "label");
    const char *base = text_at(p->cases[1], "baseline");
    struct series s[2];
    size_t before = place_of(olds, "label", label);
    char why[512];

    if (before == json_array_size(olds) ||
        calibrates(json_array_get(news, entry)))
        return true;
    open_series(p, 0, before, &s[0]);
    open_series(p, 1, entry, &s[1]);
    if (series_gap(s, why, sizeof why))
        return compare_gap(p->out, text_at(p->cases[1], "name"), label, "%s",
                           why);
    if (baseline != NULL && strcmp(label, base) == 0)
        return add_row(p, s, NULL, COMPARE_BASELINE);
    return add_row(p, s, baseline, COMPARE_UNRESOLVED);
}

/* The rate of an open load decides its wall times: its tails are compared, by
 * which reports rank too. */
static bool choose_metric(struct pairing *p)
{
    json_int_t tasks =
        json_integer_value(json_object_get(p->cases[1], "tasks"));
    double q = 0;

    p->metric = METRIC_WALL;
    if (!json_is_object(json_object_get(p->cases[1], "rate")))
        return true;
    p->metric = METRIC_TAIL;
    for (int side = 0; side < 2; side++) {
        struct samples *all = &p->samples[side];

        for (size_t i = 0; i < all->count; i++)
            if (all->list[i].in_case == p->indices[side])
                q = tails_note(&all->list[i], 1, (uint64_t)tasks);
    }
    return compare_note(p->out,
                        "%s: its load is open: what is compared is p%g of its "
                        "tasks, counted from when they were due, round by "
                        "round, and no wall time",
                        text_at(p->cases[1], "name"), 100 * q);
}

static bool add_case(struct pairing *p)
{
    const json_t *entries = json_object_get(p->cases[1], "strategies");
    const char *name = text_at(p->cases[1], "name");
    struct series baseline[2];
    char why[512];
    bool done = true, absolute = p->out->request.absolute;

    if (notes_work(p->out, p->cases[0], p->cases[1], why, sizeof why))
        return compare_gap(p->out, name, NULL, "%s", why);
    if (!choose_metric(p))
        return false;
    if (!absolute && !open_baselines(p, baseline, &done))
        return done;
    for (size_t i = 0; done && i < json_array_size(entries); i++)
        done = add_label(p, i, absolute ? NULL : baseline);
    return done && add_lone_labels(p, 0) && add_lone_labels(p, 1);
}

/* ---- all cases ---- */

/* Every case of NEW, then what only OLD has. */
static bool add_cases(struct pairing *p)
{
    const json_t *olds = cases_of(p->out, 0), *news = cases_of(p->out, 1);
    bool done = true;

    for (size_t i = 0; done && i < json_array_size(news); i++) {
        const char *name;

        p->cases[1] = json_array_get(news, i);
        name = text_at(p->cases[1], "name");
        p->indices[1] = i;
        p->indices[0] = place_of(olds, "name", name);
        p->cases[0] = json_array_get(olds, p->indices[0]);
        done = p->cases[0] != NULL
                   ? add_case(p)
                   : compare_gap(p->out, name, NULL, "only in NEW");
    }
    for (size_t i = 0; done && i < json_array_size(olds); i++) {
        const char *name = text_at(json_array_get(olds, i), "name");

        if (place_of(news, "name", name) == json_array_size(news))
            done = compare_gap(p->out, name, NULL, "only in OLD");
    }
    return done;
}

/* Median load of the machine over a run's samples; NAN where not known. */
static double load_of(const struct samples *samples)
{
    double *loads = malloc((samples->count + 1) * sizeof *loads), load;
    size_t n = 0;

    for (size_t i = 0; loads != NULL && i < samples->count; i++)
        if (!isnan(samples->list[i].values[METRIC_LOAD]))
            loads[n++] = samples->list[i].values[METRIC_LOAD];
    load = loads != NULL ? stats_median(loads, n).median : (double)NAN;
    free(loads);
    return load;
}

static bool read_side(struct pairing *p, int side, char *error, size_t size)
{
    struct comparison *c = p->out;
    char path[PATH_MAX];

    c->runs[side] = run_file_read(c->request.dirs[side], error, size);
    if (c->runs[side] == NULL)
        return false;
    snprintf(path, sizeof path, "%s/samples.jsonl", c->request.dirs[side]);
    return samples_read(path, cases_of(c, side), &p->samples[side], error,
                        size) == 0;
}

bool compare_open(struct comparison *c, const struct compare_request *request,
                  char *error, size_t error_size)
{
    struct pairing p = {.out = c};
    bool done;

    *c = (struct comparison){.request = *request};
    done = read_side(&p, 0, error, error_size) &&
           read_side(&p, 1, error, error_size);
    if (done) {
        double loads[] = {load_of(&p.samples[0]), load_of(&p.samples[1])};

        done = notes_runs(c, loads) && add_cases(&p) && judge_all(c) &&
               notes_baselines(c);
        if (!done)
            snprintf(error, error_size, "no memory to compare the runs");
    }
    samples_clear(&p.samples[0]);
    samples_clear(&p.samples[1]);
    return done;
}
