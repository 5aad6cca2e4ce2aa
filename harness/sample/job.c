/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A job as JSON: written by the harness, read by the worker.
 */
#include "job.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char *const duration_names[] = {
    [DURATION_LIST] = "list",
    [DURATION_UNIFORM] = "uniform",
    [DURATION_EXPONENTIAL] = "exponential",
    [DURATION_LOGNORMAL] = "lognormal",
};
#define DURATION_KINDS (sizeof(duration_names) / sizeof(*duration_names))

/* ---- writing ---- */

static json_t *duration_json(const struct duration *d)
{
    json_t *values = json_array();

    for (uint32_t v = 0; v < d->count; v++)
        json_array_append_new(values, json_integer((json_int_t)d->list[v]));
    return json_pack("{s:s, s:o, s:I, s:I, s:f}", "kind",
                     duration_names[d->kind], "values", values, "low",
                     (json_int_t)d->low, "high", (json_int_t)d->high, "sigma",
                     d->sigma);
}

json_t *job_own_url(const struct job_terms *terms, const char *path)
{
    return json_sprintf("http://127.0.0.%u:%u%s", terms->host ? terms->host : 1,
                        terms->port, path);
}

/* The URL template with the own origin's address before a bare path. */
static json_t *url_json(const char *url, const struct job_terms *terms)
{
    if (!url)
        return json_null();
    if (url[0] == '/')
        return job_own_url(terms, url);
    return json_string(url);
}

static json_t *step_json(const struct step *step, const struct job_terms *terms)
{
    json_t *urls = json_array();

    for (uint32_t u = 0; u < step->url_count; u++)
        json_array_append_new(urls, json_string(step->urls[u]));
    return json_pack("{s:s, s:o, s:o, s:o, s:s*, s:I}", "kind",
                     step_kind_name(step->kind), "url",
                     url_json(step->url, terms), "urls", urls, "delay",
                     duration_json(&step->delay), "text", step->text, "number",
                     (json_int_t)step->number);
}

static json_t *expect_json(const struct expectation *expect)
{
    if (!expect->known)
        return json_null();
    return json_pack("{s:I, s:I, s:I}", "digest", (json_int_t)expect->digest,
                     "bytes", (json_int_t)expect->bytes, "values",
                     (json_int_t)expect->values);
}

json_t *job_write(const struct bench_case *c, const struct job_terms *terms)
{
    json_t *steps = json_array();
    json_t *ends = json_array();

    for (size_t s = 0; s < c->step_count; s++)
        json_array_append_new(steps, step_json(&c->steps[s], terms));
    for (size_t p = 0; p < c->phase_count; p++)
        json_array_append_new(ends, json_integer((json_int_t)c->phase_ends[p]));
    return json_pack(
        "{s:s, s:I, s:s, s:I, s:I, s:I, s:b, s:b, s:I, s:I, s:I, s:o, s:o, "
        "s:I, s:s*, s:I, s:{s:f, s:b}, s:o}",
        "strategy", terms->name, "width", (json_int_t)terms->width, "workload",
        c->workload, "tasks", (json_int_t)c->tasks, "first",
        (json_int_t)c->first, "seed", (json_int_t)terms->seed, "reuse",
        c->reuse, "real", case_uses_real_urls(c), "timeout_ns",
        (json_int_t)c->timeout, "stack_bytes", (json_int_t)c->stack_bytes,
        "timeline", (json_int_t)terms->timeline, "steps", steps, "phase_ends",
        ends, "creator", (json_int_t)c->creator, "folder", terms->folder,
        "handicap_ns", (json_int_t)terms->handicap, "rate", "per_second",
        c->rate.per_second, "poisson", c->rate.poisson, "expect",
        expect_json(&terms->expect));
}

/* ---- reading ---- */

static int read_duration(const json_t *json, struct duration *d)
{
    const char *kind = json_string_value(json_object_get(json, "kind"));
    const json_t *values = json_object_get(json, "values");
    size_t k = 0;

    while (kind && k < DURATION_KINDS && strcmp(kind, duration_names[k]) != 0)
        k++;
    if (!kind || k == DURATION_KINDS)
        return -1;
    *d = (struct duration){
        .kind = (enum duration_kind)k,
        .count = (uint32_t)json_array_size(values),
        .low = (nsec)json_integer_value(json_object_get(json, "low")),
        .high = (nsec)json_integer_value(json_object_get(json, "high")),
        .sigma = json_number_value(json_object_get(json, "sigma")),
    };
    nsec *list = calloc(d->count + 1, sizeof(*list));
    if (!list)
        return -1;
    for (uint32_t v = 0; v < d->count; v++)
        list[v] = (nsec)json_integer_value(json_array_get(values, v));
    d->list = list;
    return 0;
}

static int read_urls(const json_t *json, struct step *step)
{
    size_t count = json_array_size(json);
    const char **urls = calloc(count + 1, sizeof(*urls));

    step->urls = urls;
    if (!urls)
        return -1;
    for (size_t u = 0; u < count; u++) {
        const char *url = json_string_value(json_array_get(json, u));
        char *copy = url ? strdup(url) : NULL;

        if (!copy)
            return -1;
        urls[u] = copy;
        step->url_count++;
    }
    return 0;
}

static int read_step(const json_t *json, struct step *step)
{
    const char *kind = json_string_value(json_object_get(json, "kind"));
    const char *url = json_string_value(json_object_get(json, "url"));
    const char *text = json_string_value(json_object_get(json, "text"));
    int k = 0;

    while (kind && k < STEP_KINDS && strcmp(kind, step_kind_name(k)) != 0)
        k++;
    if (!kind || k == STEP_KINDS)
        return -1;
    step->kind = (enum step_kind)k;
    step->number = json_integer_value(json_object_get(json, "number"));
    step->url = url ? strdup(url) : NULL;
    step->text = text ? strdup(text) : NULL;
    if ((url && !step->url) || (text && !step->text))
        return -1;
    if (read_urls(json_object_get(json, "urls"), step) != 0)
        return -1;
    return read_duration(json_object_get(json, "delay"), &step->delay);
}

static int read_steps(struct job *job, const json_t *json)
{
    size_t count = json_array_size(json);

    job->steps = calloc(count + 1, sizeof(*job->steps));
    if (!job->steps)
        return -1;
    job->batch.steps = job->steps;
    for (size_t s = 0; s < count; s++) {
        job->batch.step_count++;
        if (read_step(json_array_get(json, s), &job->steps[s]) != 0)
            return -1;
    }
    return 0;
}

static int read_phases(struct job *job, const json_t *json)
{
    size_t before = 0;

    job->phase_count = json_array_size(json);
    job->phase_ends = calloc(job->phase_count + 1, sizeof(*job->phase_ends));
    if (!job->phase_ends)
        return -1;
    for (size_t p = 0; p < job->phase_count; p++) {
        size_t end = (size_t)json_integer_value(json_array_get(json, p));

        if (end < before || end > job->batch.step_count)
            return -1;
        job->phase_ends[p] = before = end;
    }
    return 0;
}

static void read_expectation(struct expectation *expect, const json_t *json)
{
    *expect = (struct expectation){
        .known = json_is_object(json),
        .digest = (uint32_t)json_integer_value(json_object_get(json, "digest")),
        .bytes = (uint64_t)json_integer_value(json_object_get(json, "bytes")),
        .values = (uint32_t)json_integer_value(json_object_get(json, "values")),
    };
}

static struct rate read_rate(const json_t *json)
{
    return (struct rate){
        json_number_value(json_object_get(json, "per_second")),
        json_is_true(json_object_get(json, "poisson")),
    };
}

static void set_creator(struct batch *batch, json_int_t creator)
{
    if (creator < 0 || creator >= batch->step_count)
        return;
    batch->creator_begin = batch->steps + creator;
    batch->creator_end = batch->steps + batch->step_count;
}

/* The numbers of the batch and who does it. False: *problem says what. */
static bool read_terms(struct job *job, json_t *json, json_error_t *problem)
{
    json_int_t tasks, first, width, seed, timeout, stack, timeline;
    int reuse, real;
    const char *name;

    if (json_unpack_ex(json, problem, 0,
                       "{s:s, s:I, s:I, s:I, s:I, s:b, s:b, s:I, s:I, s:I}",
                       "strategy", &name, "width", &width, "tasks", &tasks,
                       "first", &first, "seed", &seed, "reuse", &reuse, "real",
                       &real, "timeout_ns", &timeout, "stack_bytes", &stack,
                       "timeline", &timeline) != 0)
        return false;
    job->strategy = strategy_find(name);
    if (!job->strategy)
        snprintf(problem->text, sizeof(problem->text), "no strategy '%s'",
                 name);
    job->batch.count = (uint32_t)(tasks < 1 ? 0 : tasks);
    job->batch.first = (uint32_t)first;
    job->batch.width = (uint32_t)(width < 1 ? 0 : width);
    job->batch.seed = (uint64_t)seed;
    job->batch.reuse = reuse;
    job->batch.real = real;
    job->batch.timeout = (nsec)timeout;
    job->batch.stack_bytes = (size_t)stack;
    job->timeline = (uint32_t)timeline;
    return job->strategy != NULL;
}

int job_read(struct job *job, const json_t *json, char *error,
             size_t error_size)
{
    json_int_t creator = -1, handicap = 0;
    const char *folder = NULL;
    json_t *steps, *ends, *expect;
    json_error_t problem;

    memset(job, 0, sizeof(*job));
    if (!read_terms(job, (json_t *)json, &problem) ||
        json_unpack_ex(
            (json_t *)json, &problem, 0, "{s:o, s:o, s?I, s?s, s?I, s:o}",
            "steps", &steps, "phase_ends", &ends, "creator", &creator, "folder",
            &folder, "handicap_ns", &handicap, "expect", &expect) != 0) {
        snprintf(error, error_size, "job: %s", problem.text);
        return -1;
    }
    job->handicap = (nsec)handicap;
    read_expectation(&job->expect, expect);
    if (!job->batch.count || !job->batch.width || read_steps(job, steps) != 0 ||
        read_phases(job, ends) != 0) {
        snprintf(error, error_size, "job: steps, phases or counts are wrong");
        return -1;
    }
    job->rate = read_rate(json_object_get(json, "rate"));
    set_creator(&job->batch, creator);
    job->folder = folder ? strdup(folder) : NULL;
    job->batch.folder = job->folder;
    return 0;
}

void job_clear(struct job *job)
{
    for (uint32_t s = 0; s < job->batch.step_count; s++) {
        struct step *step = &job->steps[s];

        for (uint32_t u = 0; u < step->url_count; u++)
            free((void *)step->urls[u]);
        free((void *)step->urls);
        free((void *)step->url);
        free((void *)step->text);
        free((void *)step->delay.list);
    }
    free(job->folder);
    free(job->steps);
    free(job->phase_ends);
}
