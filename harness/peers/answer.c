/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A peer's answer, checked field by field. Only fields that are known go on;
 * what it does not tell is null.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../stats/histogram.h"
#include "work.h"

struct answer {
    const json_t *json; /* as written */
    json_t *figures;
    const struct bench_case *c;
    const struct sampled *sampled;
    uint32_t timeline; /* rows, at most */
    nsec began;
    nsec *started, *finished; /* a task each, or NULL */
    nsec *due;                /* from `began`; NULL: a closed load */
    char error[256];
};

/* Numbers that go on as they are; the first ones must be there. */
static const struct field {
    const char *name;
    bool must;
    bool unverified; /* … also of a tool that cannot say what it received */
} fields[] = {
    {"wall_ns", true, true},
    {"ok", true, false},
    {"failed", true, false},
    {"bytes", false, false},
    {"values", false, false},
    {"user_ns", false, false},
    {"sys_ns", false, false},
    {"voluntary_switches", false, false},
    {"involuntary_switches", false, false},
    {"base_rss_bytes", false, false},
    {"peak_rss_bytes", false, false},
    {"threads_peak", false, false},
};
#define FIELDS (sizeof(fields) / sizeof(*fields))

static bool wrong(struct answer *a, const char *name, const char *what)
{
    if (!a->error[0])
        snprintf(a->error, sizeof(a->error), "its answer's '%s' %s", name,
                 what);
    return false;
}

static bool is_unverified(const struct answer *a)
{
    return json_is_true(json_object_get(a->json, "unverified"));
}

static const json_t *told(const struct answer *a, const char *name)
{
    const json_t *value = json_object_get(a->json, name);

    return json_is_null(value) ? NULL : value;
}

static bool is_whole(const json_t *value)
{
    return json_is_integer(value) && json_integer_value(value) >= 0;
}

static void set(struct answer *a, const char *name, uint64_t value)
{
    json_object_set_new(a->figures, name, json_integer((json_int_t)value));
}

static bool take_numbers(struct answer *a)
{
    for (size_t f = 0; f < FIELDS; f++) {
        const struct field *field = &fields[f];
        const json_t *value = told(a, field->name);

        if (!value && field->must && (field->unverified || !is_unverified(a)))
            return wrong(a, field->name, "is missing");
        if (value && !is_whole(value))
            return wrong(a, field->name, "is not a whole number from 0 up");
        if (value)
            json_object_set(a->figures, field->name, (json_t *)value);
    }
    return true;
}

static bool take_digest(struct answer *a)
{
    const json_t *value = told(a, "digest");
    const char *text = json_string_value(value);

    if (!value && is_unverified(a))
        return true;
    if (!value)
        return wrong(a, "digest", "is missing");
    if (!text || strlen(text) != 8 || strspn(text, "0123456789abcdef") != 8)
        return wrong(a, "digest", "is not eight hex digits in lower case");
    json_object_set(a->figures, "digest", (json_t *)value);
    return true;
}

/* {"ConnectionError": 3}: the peer's own words. */
static bool take_failures(struct answer *a)
{
    json_t *failures = (json_t *)told(a, "failures"), *value;
    const char *key;

    if (!failures)
        return true;
    if (!json_is_object(failures))
        return wrong(a, "failures", "is not an object of numbers");
    json_object_foreach (failures, key, value)
        if (!is_whole(value))
            return wrong(a, "failures", "is not an object of numbers");
    json_object_set(a->figures, "failures", failures);
    return true;
}

/* ---- stamps ---- */

static bool take_stamps(struct answer *a, const char *name, nsec **out)
{
    const json_t *list = told(a, name);

    if (!list)
        return true;
    if (!json_is_array(list) || json_array_size(list) != a->c->tasks)
        return wrong(a, name, "is not an array of a number for each task");
    *out = calloc(a->c->tasks, sizeof(**out));
    if (!*out)
        return wrong(a, name, "has no room in memory");
    for (uint32_t i = 0; i < a->c->tasks; i++) {
        const json_t *stamp = json_array_get(list, i);

        if (!is_whole(stamp))
            return wrong(a, name, "is not an array of a number for each task");
        (*out)[i] = (nsec)json_integer_value(stamp);
    }
    return true;
}

/* When task i could have been started. */
static nsec created(const struct answer *a, uint32_t i)
{
    return a->began + (a->due ? a->due[i] : 0);
}

/* The waits of task i, less what its sleeps may be short of. */
static nsec least_time(const struct batch *batch, uint32_t i)
{
    const struct step *end = task_steps_end(batch, i);
    nsec sum = 0;

    for (const struct step *step = task_steps(batch, i); step < end; step++) {
        nsec wait = step_delay(batch, step, i);
        nsec slack = step->kind == STEP_SLEEP ? SLEEP_SLACK : 0;

        sum += wait > slack ? wait - slack : 0;
    }
    return sum;
}

static bool check_stamps(struct answer *a, uint64_t seed)
{
    struct batch batch = case_batch(a->c, seed);
    bool all_ok =
        json_integer_value(json_object_get(a->figures, "ok")) == a->c->tasks;
    nsec from = a->sampled->began, to = from + a->sampled->process;

    if (a->began < from || a->began > to) {
        wrong(a, "began_ns",
              "is not within its process's life, as "
              "CLOCK_MONOTONIC has it");
        return false;
    }
    for (uint32_t i = 0; i < a->c->tasks; i++) {
        const char *what = NULL;

        if (a->started[i] < a->began || a->finished[i] < a->started[i])
            what = "its stamps are out of order";
        else if (a->started[i] < created(a, i))
            what = "it started before it was due";
        else if (a->finished[i] > to)
            what = "it finished after its process had ended";
        else if (all_ok &&
                 a->finished[i] - a->started[i] < least_time(&batch, i))
            what = "it finished sooner than its waits allow";
        if (!what)
            continue;
        snprintf(a->error, sizeof(a->error), "task %u: %s", i, what);
        return false;
    }
    return true;
}

static int compare(const void *left, const void *right)
{
    const nsec *a = left, *b = right;

    return (*a > *b) - (*a < *b);
}

/* The most tasks that were in flight at once; sorts copies of the stamps.
 * 0 if there is no memory. */
static uint32_t peak_of(const struct answer *a)
{
    size_t count = a->c->tasks, bytes = count * sizeof(nsec), done = 0;
    nsec *starts = malloc(bytes), *ends = malloc(bytes);
    size_t peak = 0;

    if (starts && ends) {
        memcpy(starts, a->started, bytes);
        memcpy(ends, a->finished, bytes);
        qsort(starts, count, sizeof(nsec), compare);
        qsort(ends, count, sizeof(nsec), compare);
    }
    for (size_t s = 0; starts && ends && s < count; s++) {
        while (done < s && ends[done] <= starts[s])
            done++;
        if (s + 1 - done > peak)
            peak = s + 1 - done;
    }
    free(starts);
    free(ends);
    return (uint32_t)peak;
}

static void put_histograms(struct answer *a)
{
    struct histogram *latency = histogram_new();
    struct histogram *sojourn = histogram_new();

    for (uint32_t i = 0; latency && sojourn && i < a->c->tasks; i++) {
        histogram_add(latency, a->finished[i] - a->started[i], 1);
        histogram_add(sojourn, a->finished[i] - created(a, i), 1);
    }
    if (latency && sojourn) {
        json_object_set_new(a->figures, "latency_hist",
                            histogram_to_json(latency));
        json_object_set_new(a->figures, "sojourn_hist",
                            histogram_to_json(sojourn));
    }
    histogram_free(latency);
    histogram_free(sojourn);
}

/* How far it fell behind an open load, as the worker counts. */
static void put_lag(struct answer *a)
{
    struct histogram *lag = a->due ? histogram_new() : NULL;
    uint64_t behind = 0;

    for (uint32_t i = 0; lag && i < a->c->tasks; i++) {
        nsec late = a->started[i] - created(a, i);

        histogram_add(lag, late, 1);
        behind += late > BEHIND_NS;
    }
    if (lag) {
        json_object_set_new(a->figures, "lag_hist", histogram_to_json(lag));
        set(a, "behind", behind);
    }
    histogram_free(lag);
}

/* As the worker writes it. Which task failed a peer does not tell. */
static void put_timeline(struct answer *a)
{
    uint32_t count = a->c->tasks;
    uint32_t rows = count < a->timeline ? count : a->timeline;
    bool all_ok =
        json_integer_value(json_object_get(a->figures, "ok")) == count;
    json_t *timeline = json_array();

    for (uint32_t row = 0; all_ok && row < rows; row++) {
        uint32_t i = (uint32_t)((uint64_t)row * count / rows);

        json_array_append_new(
            timeline, json_pack("[I, I, I, I, s]", (json_int_t)i,
                                (json_int_t)(created(a, i) - a->began),
                                (json_int_t)(a->started[i] - a->began),
                                (json_int_t)(a->finished[i] - a->began), "ok"));
    }
    json_object_set_new(a->figures, "timeline", timeline);
}

/* When all of its tasks were in flight at once, if ever: for the probe. */
static void put_together(struct answer *a)
{
    nsec start = 0, end = UINT64_MAX;

    for (uint32_t i = 0; i < a->c->tasks; i++) {
        start = a->started[i] > start ? a->started[i] : start;
        end = a->finished[i] < end ? a->finished[i] : end;
    }
    set(a, "began_ns", a->began);
    set(a, "last_start_ns", start);
    set(a, "first_end_ns", end);
}

/* ---- the whole ---- */

static bool take_times(struct answer *a, uint64_t seed)
{
    const json_t *began = told(a, "began_ns");
    bool open = a->c->rate.per_second > 0;

    if (!take_stamps(a, "started_ns", &a->started) ||
        !take_stamps(a, "finished_ns", &a->finished))
        return false;
    if (open && (!a->started || !a->finished)) /* who was late? */
        return wrong(a, a->started ? "finished_ns" : "started_ns",
                     "is missing");
    if (!a->started || !a->finished)
        return true;
    a->due = case_due(a->c, seed);
    if (open && !a->due)
        return wrong(a, "started_ns", "has no room in memory");
    if (!is_whole(began))
        return wrong(a, "began_ns", "is missing or no whole number");
    a->began = (nsec)json_integer_value(began);
    if (!check_stamps(a, seed))
        return false;
    put_together(a);
    /* Between two phases a task is not in flight; stamps do not tell. */
    uint32_t peak = a->c->phase_count == 1 ? peak_of(a) : 0;
    if (peak)
        set(a, "inflight_peak", peak);
    put_histograms(a);
    put_lag(a);
    if (a->timeline)
        put_timeline(a);
    return true;
}

/* The peer's own figures; nobody else can tell the batch's memory from the
 * runtime's. */
static void put_memory(struct answer *a)
{
    const json_t *base = json_object_get(a->figures, "base_rss_bytes");
    const json_t *peak = json_object_get(a->figures, "peak_rss_bytes");
    double in_flight = (double)json_integer_value(
        json_object_get(a->figures, "inflight_peak"));

    if (!base || !peak || in_flight < 1)
        return;
    double growth =
        (double)(json_integer_value(peak) - json_integer_value(base));
    json_object_set_new(a->figures, "bytes_per_task",
                        json_real(growth > 0 ? growth / in_flight : 0));
}

/* It does not say what of its time was preparing: all of it counts as run. */
static void put_rest(struct answer *a)
{
    static const char *const others[] = {
        "setup_cpu_ns",       "close_ns",
        "virtual_peak_bytes", "page_table_bytes",
        "kernel_stack_bytes", "inflight_peak",
        "bytes_per_task",     "digest",
        "failures",           "latency_hist",
        "sojourn_hist",
    };

    for (size_t f = 0; f < FIELDS; f++)
        if (!json_object_get(a->figures, fields[f].name))
            json_object_set_new(a->figures, fields[f].name, json_null());
    for (size_t f = 0; f < sizeof(others) / sizeof(*others); f++)
        if (!json_object_get(a->figures, others[f]))
            json_object_set_new(a->figures, others[f], json_null());
    json_object_set(a->figures, "run_ns",
                    json_object_get(a->figures, "wall_ns"));
    set(a, "setup_ns", 0);
    if (is_unverified(a))
        json_object_set_new(a->figures, "unverified", json_true());
}

bool work_unverified(const struct sampled *sampled)
{
    return json_is_true(json_object_get(sampled->result, "unverified"));
}

void work_take(struct sampled *sampled, const struct bench_case *c,
               const struct job_terms *terms)
{
    struct answer a = {
        .json = sampled->result,
        .figures = json_object(),
        .c = c,
        .sampled = sampled,
        .timeline = terms->timeline,
    };

    if (!sampled->result) {
        json_decref(a.figures);
        return;
    }
    if (take_numbers(&a) && take_digest(&a) && take_failures(&a) &&
        take_times(&a, terms->seed))
        put_memory(&a);
    put_rest(&a);
    if (a.error[0])
        json_object_set_new(a.figures, "error", json_string(a.error));
    free(a.started);
    free(a.finished);
    free(a.due);
    json_decref(sampled->result);
    sampled->result = a.figures;
}
