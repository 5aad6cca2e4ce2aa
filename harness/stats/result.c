/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The figures of a series. Where the state is not ok every figure is null, and
 * so is one for which no sample has a value. See result.h.
 */
#include "result.h"
#include "outliers.h"
#include "percentiles.h"
#include "stats.h"
#include "tails.h"

#include <math.h>
#include <stdlib.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

enum fold { FOLD_MEDIAN, FOLD_MAX };
enum kind { KIND_WHOLE, KIND_REAL, KIND_PER_TASK };

struct figure {
    const char *group; /* an object of its own, or NULL */
    const char *key;
    enum metric metric;
    enum fold fold;
    enum kind kind;
};

static const struct figure figures[] = {
    {"setup_ns", "median", METRIC_SETUP, FOLD_MEDIAN, KIND_WHOLE},
    {"run_ns", "median", METRIC_RUN, FOLD_MEDIAN, KIND_WHOLE},
    {"close_ns", "median", METRIC_CLOSE, FOLD_MEDIAN, KIND_WHOLE},
    {"process_ns", "median", METRIC_PROCESS, FOLD_MEDIAN, KIND_WHOLE},
    {"process_cpu_ns", "median", METRIC_PROCESS_CPU, FOLD_MEDIAN, KIND_WHOLE},
    {NULL, "cpu_ns_per_task", METRIC_CPU, FOLD_MEDIAN, KIND_PER_TASK},
    {NULL, "user_ns_per_task", METRIC_USER, FOLD_MEDIAN, KIND_PER_TASK},
    {NULL, "sys_ns_per_task", METRIC_SYS, FOLD_MEDIAN, KIND_PER_TASK},
    {NULL, "run_cores", METRIC_RUN_CORES, FOLD_MEDIAN, KIND_REAL},
    {NULL, "peak_rss_bytes", METRIC_PEAK_RSS, FOLD_MEDIAN, KIND_WHOLE},
    {NULL, "base_rss_bytes", METRIC_BASE_RSS, FOLD_MEDIAN, KIND_WHOLE},
    {NULL, "bytes_per_task", METRIC_BYTES_PER_TASK, FOLD_MEDIAN, KIND_WHOLE},
    {NULL, "virtual_peak_bytes", METRIC_VIRTUAL, FOLD_MEDIAN, KIND_WHOLE},
    {NULL, "page_table_bytes", METRIC_PAGE_TABLE, FOLD_MEDIAN, KIND_WHOLE},
    {NULL, "kernel_stack_bytes", METRIC_KERNEL_STACK, FOLD_MEDIAN, KIND_WHOLE},
    {NULL, "threads_peak", METRIC_THREADS, FOLD_MAX, KIND_WHOLE},
    {NULL, "processes", METRIC_PROCESSES, FOLD_MAX, KIND_WHOLE},
    {NULL, "inflight_peak", METRIC_INFLIGHT, FOLD_MAX, KIND_WHOLE},
    {NULL, "context_switches", METRIC_SWITCHES, FOLD_MEDIAN, KIND_WHOLE},
    {NULL, "context_switches_per_task", METRIC_SWITCHES, FOLD_MEDIAN,
     KIND_PER_TASK},
    {NULL, "voluntary_switches", METRIC_VOLUNTARY, FOLD_MEDIAN, KIND_WHOLE},
    {NULL, "involuntary_switches", METRIC_INVOLUNTARY, FOLD_MEDIAN, KIND_WHOLE},
    {NULL, "bytes_received", METRIC_BYTES, FOLD_MEDIAN, KIND_WHOLE},
    {NULL, "behind_share", METRIC_BEHIND, FOLD_MEDIAN, KIND_PER_TASK},
    {"life_ns", "median", METRIC_LIFE, FOLD_MEDIAN, KIND_WHOLE},
    {"life_cpu_ns", "median", METRIC_LIFE_CPU, FOLD_MEDIAN, KIND_WHOLE},
    {"mid", "resident_bytes", METRIC_MID_RESIDENT, FOLD_MEDIAN, KIND_WHOLE},
    {"mid", "virtual_bytes", METRIC_MID_VIRTUAL, FOLD_MEDIAN, KIND_WHOLE},
    {"mid", "page_table_bytes", METRIC_MID_PAGE_TABLE, FOLD_MEDIAN, KIND_WHOLE},
    {"mid", "kernel_stack_bytes", METRIC_MID_KERNEL_STACK, FOLD_MEDIAN,
     KIND_WHOLE},
    {"mid", "taken_bytes", METRIC_MID_TAKEN, FOLD_MEDIAN, KIND_WHOLE},
    {"mid", "threads", METRIC_MID_THREADS, FOLD_MAX, KIND_WHOLE},
    {"mid", "processes", METRIC_MID_PROCESSES, FOLD_MAX, KIND_WHOLE},
    {"origin", "requests", METRIC_ORIGIN_REQUESTS, FOLD_MEDIAN, KIND_WHOLE},
    {"origin", "connections", METRIC_ORIGIN_CONNECTIONS, FOLD_MEDIAN,
     KIND_WHOLE},
    {"origin", "in_service_peak", METRIC_ORIGIN_PEAK, FOLD_MAX, KIND_WHOLE},
    {"origin", "cpu_ns", METRIC_ORIGIN_CPU, FOLD_MEDIAN, KIND_WHOLE},
    {"origin", "cpu_share", METRIC_ORIGIN_SHARE, FOLD_MEDIAN, KIND_REAL},
};

/* What the makers below share. `work` has room for 2 × s->ok. */
struct maker {
    const struct series *s, *baseline;
    json_t *out;
    double *work;
    double wall; /* median, NAN if the state is not ok */
    bool failed; /* no memory somewhere */
};

/* ---- values ---- */

static json_t *whole_json(double value)
{
    return isfinite(value) ? json_integer((json_int_t)llround(value))
                           : json_null();
}

static json_t *real_json(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

/* Takes over `value`. */
static void put_in(struct maker *m, json_t *object, const char *key,
                   json_t *value)
{
    if (json_object_set_new(object, key, value) < 0)
        m->failed = true;
}

static void put(struct maker *m, const char *key, json_t *value)
{
    put_in(m, m->out, key, value);
}

/* How many values of the metric there are to make a figure from. */
static size_t values(struct maker *m, enum metric metric)
{
    return m->s->state == SERIES_OK ? series_values(m->s, metric, m->work) : 0;
}

static double median(struct maker *m, enum metric metric)
{
    return stats_median(m->work, values(m, metric)).median;
}

/* ---- the table's figures ---- */

static json_t *figure_json(struct maker *m, const struct figure *f)
{
    struct interval i = stats_median(m->work, values(m, f->metric));
    double value = f->fold == FOLD_MAX ? i.max : i.median;

    if (f->kind == KIND_WHOLE)
        return whole_json(value);
    return real_json(f->kind == KIND_PER_TASK ? value / m->s->tasks : value);
}

/* A group is there once one of its figures has a value, else it is null. */
static void put_grouped(struct maker *m, const struct figure *f)
{
    json_t *group = json_object_get(m->out, f->group);
    json_t *value = figure_json(m, f);

    if (group == NULL || (json_is_null(group) && !json_is_null(value))) {
        group = json_is_null(value) ? json_null() : json_object();
        put(m, f->group, group);
    }
    if (json_is_object(group))
        put_in(m, group, f->key, value);
    else
        json_decref(value);
}

static void put_table(struct maker *m)
{
    for (size_t i = 0; i < LENGTH(figures); i++) {
        if (figures[i].group != NULL)
            put_grouped(m, &figures[i]);
        else
            put(m, figures[i].key, figure_json(m, &figures[i]));
    }
}

/* Beside the readings from the middle of the batch, how many there are, and
 * where one of them was computed. */
static void put_mid(struct maker *m)
{
    json_t *mid = json_object_get(m->out, "mid");
    bool computed = false;

    for (size_t i = 0; i < m->s->count; i++)
        computed = computed || (sample_counts(&m->s->list[i]) &&
                                m->s->list[i].stacks_computed);
    if (!json_is_object(mid))
        return;
    put_in(m, mid, "kernel_stack_computed", json_boolean(computed));
    put_in(m, mid, "samples",
           json_integer((json_int_t)values(m, METRIC_MID_RESIDENT)));
}

/* ---- what the series is ---- */

static const char *const state_words[] = {
    [SERIES_OK] = "ok",
    [SERIES_FAILED] = "failed",
    [SERIES_ABSENT] = "absent",
    [SERIES_MISSING] = "absent",
};

static json_t *copy_of(const json_t *object, const char *key)
{
    json_t *value = json_object_get(object, key);

    return value != NULL ? json_incref(value) : json_null();
}

static void put_identity(struct maker *m)
{
    static const char *const copied[] = {
        "label",       "strategy", "width",       "gist",
        "stack_bytes", "tick_ns",  "counterpart", "real_gap"};
    const struct series *s = m->s;

    for (size_t i = 0; i < LENGTH(copied); i++)
        put(m, copied[i], copy_of(s->entry, copied[i]));
    put(m, "peer",
        json_boolean(json_is_true(json_object_get(s->entry, "peer"))));
    put(m, "status", json_string(state_words[s->state]));
    put(m, "reason", s->reason != NULL ? json_string(s->reason) : json_null());
    put(m, "samples", json_integer((json_int_t)s->ok));
}

/* Its ideal is drawn as computed where that is why the strategy is absent. */
static void put_ideal(struct maker *m)
{
    const struct series *s = m->s;
    double ideal = NAN;
    bool computed =
        s->state == SERIES_ABSENT && !isnan(s->absence->values[METRIC_IDEAL]);

    if (json_is_number(json_object_get(s->entry, "ideal_ns")))
        ideal = json_number_value(json_object_get(s->entry, "ideal_ns"));
    if (computed)
        ideal = s->absence->values[METRIC_IDEAL];
    put(m, "ideal_ns", whole_json(ideal));
    put(m, "computed", json_boolean(computed));
    put(m, "efficiency", real_json(ideal > 0 ? ideal / m->wall : NAN));
}

/* ---- wall time ---- */

static void put_wall(struct maker *m)
{
    struct interval i = stats_median(m->work, values(m, METRIC_WALL));
    const struct sample *warmup = m->s->warmup;

    m->wall = i.median;
    put(m, "wall_ns",
        isnan(i.median)
            ? json_null()
            : json_pack("{s:o, s:o, s:o, s:o, s:o}", "median",
                        whole_json(i.median), "lo", whole_json(i.lo), "hi",
                        whole_json(i.hi), "min", whole_json(i.min), "max",
                        whole_json(i.max)));
    put(m, "first_wall_ns",
        whole_json(warmup != NULL && warmup->status == SAMPLE_OK
                       ? warmup->values[METRIC_WALL]
                       : NAN));
}

static int compare_lines(const void *left, const void *right)
{
    const struct sample *a = *(const struct sample *const *)left;
    const struct sample *b = *(const struct sample *const *)right;

    return (a->line > b->line) - (a->line < b->line);
}

/* [[round, wall_ns], …] in the order taken: a round that was done again comes
 * later than its number says. */
static void put_walls(struct maker *m)
{
    const struct series *s = m->s;
    const struct sample **taken = malloc((s->ok + 1) * sizeof *taken);
    json_t *walls = json_array();
    size_t n = 0;

    if (taken == NULL || walls == NULL)
        m->failed = true;
    for (size_t i = 0; taken != NULL && i < s->count; i++)
        if (sample_counts(&s->list[i]))
            taken[n++] = &s->list[i];
    if (n > 1)
        qsort(taken, n, sizeof *taken, compare_lines);
    for (size_t i = 0; i < n; i++)
        if (json_array_append_new(
                walls, json_pack("[I, o]", (json_int_t)taken[i]->round,
                                 whole_json(taken[i]->values[METRIC_WALL]))))
            m->failed = true;
    free(taken);
    put(m, "walls_ns", walls);
}

/* ---- cores ---- */

/* CPU time / wall time: how many cores were busy all the while. */
static void put_cores(struct maker *m)
{
    struct interval i = stats_median(m->work, values(m, METRIC_CORES));

    put(m, "cores_busy",
        isnan(i.median) ? json_null()
                        : json_pack("{s:o, s:o, s:o, s:o, s:o}", "median",
                                    real_json(i.median), "lo", real_json(i.lo),
                                    "hi", real_json(i.hi), "min",
                                    real_json(i.min), "max", real_json(i.max)));
}

/* ---- against the baseline ---- */

/* Why there is no speed-up; NULL where there is one. */
static const char *speedup_gap(const struct maker *m, size_t pairs)
{
    static const char *const gaps[] = {
        [SERIES_FAILED] = "no speed-up: the baseline failed",
        [SERIES_ABSENT] = "no speed-up: the baseline is absent",
        [SERIES_MISSING] = "no speed-up: the baseline was not reached",
    };

    if (m->s->state != SERIES_OK || pairs > 0)
        return NULL;
    if (series_unverified(m->baseline))
        return "no speed-up: the baseline is unverified";
    return m->baseline->state != SERIES_OK
               ? gaps[m->baseline->state]
               : "no speed-up: no round in which both succeeded";
}

/* The note is also where a failed warm-up is said: the strategy was measured,
 * but not warm; and that nobody knows what a peer received. */
static void put_speedup(struct maker *m)
{
    bool both = m->s->state == SERIES_OK && m->baseline->state == SERIES_OK &&
                !series_unverified(m->baseline);
    double *own = m->work, *base = m->work + m->s->ok;
    size_t n = both ? series_pairs(m->s, m->baseline, own, base) : 0;
    struct interval i = stats_ratio(base, own, n);
    const char *gap = speedup_gap(m, n);

    put(m, "speedup",
        n == 0 ? json_null()
               : json_pack("{s:o, s:o, s:o}", "median", real_json(i.median),
                           "lo", real_json(i.lo), "hi", real_json(i.hi)));
    if (gap == NULL && m->s->warmup != NULL && m->s->state == SERIES_OK &&
        m->s->warmup->status == SAMPLE_FAILED)
        gap = "the warm-up failed";
    bool unverified = m->s->state == SERIES_OK && series_unverified(m->s);
    if (unverified)
        gap = "unverified: it cannot say what it received";
    put(m, "unverified", json_boolean(unverified));
    put(m, "note", gap != NULL ? json_string(gap) : json_null());
}

/* ---- what the tasks came to ---- */

static json_t *shared(json_t *value)
{
    return value != NULL ? json_incref(value) : json_null();
}

/* What one sample had: the one in which most replies were no success, and the
 * last of those. */
static void put_statuses(struct maker *m)
{
    json_t *shown = NULL;
    json_int_t most = 0;

    for (size_t i = 0; m->s->state == SERIES_OK && i < m->s->count; i++) {
        json_t *statuses = m->s->list[i].statuses, *count;
        json_int_t all = 0;
        const char *key;

        json_object_foreach (statuses, key, count)
            all += json_integer_value(count);
        if (sample_counts(&m->s->list[i]) && all > 0 && all >= most) {
            most = all;
            shown = statuses;
        }
    }
    put(m, "statuses", shared(shown));
}

/* What is told of a sample's tasks: of one that counts, or, where the series
 * failed for that, of one in which every task failed. */
static bool tells_tasks(const struct series *s, const struct sample *sample)
{
    if (s->state == SERIES_OK)
        return sample_counts(sample);
    return s->state == SERIES_FAILED && s->reason == s->words &&
           sample->stands && !sample->warmup && sample_idle(sample);
}

/* Counts of one sample, so that they belong together: the one in which most
 * tasks failed, and the last of those. */
static void put_tasks(struct maker *m)
{
    const struct sample *shown = NULL, *last = NULL;

    for (size_t i = 0; i < m->s->count; i++) {
        const struct sample *sample = &m->s->list[i];

        if (!tells_tasks(m->s, sample))
            continue;
        if (shown == NULL ||
            !(sample->values[METRIC_FAILED] < shown->values[METRIC_FAILED]))
            shown = sample;
        last = sample;
    }
    put(m, "ok", whole_json(shown != NULL ? shown->values[METRIC_OK] : NAN));
    put(m, "failed",
        whole_json(shown != NULL ? shown->values[METRIC_FAILED] : NAN));
    put(m, "failures", shared(shown != NULL ? shown->failures : NULL));
    put(m, "failed_tasks", shared(shown != NULL ? shown->failed_tasks : NULL));
    put(m, "digest",
        last != NULL && last->digest[0] != '\0' ? json_string(last->digest)
                                                : json_null());
    put(m, "aggregate", shared(last != NULL ? last->aggregate : NULL));
}

json_t *result_json(const struct series *s, const struct series *baseline,
                    double cores)
{
    struct maker m = {
        .s = s,
        .baseline = baseline,
        .out = json_object(),
        .work = malloc((2 * s->ok + 1) * sizeof(double)),
    };

    if (m.out == NULL || m.work == NULL) {
        m.failed = true;
    } else {
        put_identity(&m);
        put_wall(&m);
        put_walls(&m);
        put_speedup(&m);
        put_ideal(&m);
        put(&m, "throughput_per_s",
            real_json(s->tasks / (median(&m, METRIC_RUN) / 1e9)));
        put(&m, "latency_ns", percentiles_json(s, SPAN_LATENCY));
        put(&m, "sojourn_ns", percentiles_json(s, SPAN_SOJOURN));
        put(&m, "lag_ns", percentiles_json(s, SPAN_LAG));
        put(&m, "sojourn_round_ns", tails_json(s));
        put_cores(&m);
        put_table(&m);
        put_mid(&m);
        put_tasks(&m);
        put_statuses(&m);
        put(&m, "outliers",
            s->state == SERIES_OK ? outliers_json(s, cores) : json_null());
        put(&m, "fences", s->state == SERIES_OK ? fences_json(s) : json_null());
    }
    free(m.work);
    if (m.failed) {
        json_decref(m.out);
        return NULL;
    }
    return m.out;
}
