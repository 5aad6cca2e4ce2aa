/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One line of samples.jsonl. Fields that are not known here are passed over,
 * fields that are known must be what they should be. See sample_line.h.
 */
#include "sample_line.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *name;
    enum metric metric;
} own_fields[] =
    {
        {"wall_ns", METRIC_WALL},
        {"setup_ns", METRIC_SETUP},
        {"run_ns", METRIC_RUN},
        {"close_ns", METRIC_CLOSE},
        {"user_ns", METRIC_USER},
        {"sys_ns", METRIC_SYS},
        {"process_ns", METRIC_PROCESS},
        {"process_cpu_ns", METRIC_PROCESS_CPU},
        {"peak_rss_bytes", METRIC_PEAK_RSS},
        {"base_rss_bytes", METRIC_BASE_RSS},
        {"bytes_per_task", METRIC_BYTES_PER_TASK},
        {"virtual_peak_bytes", METRIC_VIRTUAL},
        {"page_table_bytes", METRIC_PAGE_TABLE},
        {"kernel_stack_bytes", METRIC_KERNEL_STACK},
        {"threads_peak", METRIC_THREADS},
        {"processes", METRIC_PROCESSES},
        {"inflight_peak", METRIC_INFLIGHT},
        {"voluntary_switches", METRIC_VOLUNTARY},
        {"involuntary_switches", METRIC_INVOLUNTARY},
        {"ok", METRIC_OK},
        {"failed", METRIC_FAILED},
        {"behind", METRIC_BEHIND},
        {"bytes", METRIC_BYTES},
        {"load1", METRIC_LOAD},
        {"ideal_ns", METRIC_IDEAL},
        {"setup_cpu_ns", METRIC_SETUP_CPU},
        {"close_cpu_ns", METRIC_CLOSE_CPU},
        {"handicap_ns", METRIC_HANDICAP},
},
  origin_fields[] =
      {
          {"requests", METRIC_ORIGIN_REQUESTS},
          {"connections", METRIC_ORIGIN_CONNECTIONS},
          {"in_service_peak", METRIC_ORIGIN_PEAK},
          {"cpu_ns", METRIC_ORIGIN_CPU},
},
  mid_fields[] = {
      {"resident_bytes", METRIC_MID_RESIDENT},
      {"virtual_bytes", METRIC_MID_VIRTUAL},
      {"page_table_bytes", METRIC_MID_PAGE_TABLE},
      {"kernel_stack_bytes", METRIC_MID_KERNEL_STACK},
      {"threads", METRIC_MID_THREADS},
      {"processes", METRIC_MID_PROCESSES},
};

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static const char *const status_words[] = {
    [SAMPLE_OK] = "ok",
    [SAMPLE_FAILED] = "failed",
    [SAMPLE_ABSENT] = "absent",
};

const char *line_wrong(struct line_reader *reader, const char *format, ...)
{
    va_list values;

    va_start(values, format);
    vsnprintf(reader->message, sizeof reader->message, format, values);
    va_end(values);
    return reader->message;
}

/* ---- the run's cases ---- */

const char *line_reader_open(struct line_reader *reader, const json_t *cases)
{
    *reader = (struct line_reader){.cases = cases, .numbers = json_object()};
    for (size_t i = 0; i < json_array_size(cases); i++) {
        const char *name = json_string_value(
            json_object_get(json_array_get(cases, i), "name"));

        if (json_object_set_new(reader->numbers, name,
                                json_integer((json_int_t)i)) < 0)
            return line_wrong(reader, "no memory");
    }
    return NULL;
}

void line_reader_close(struct line_reader *reader)
{
    json_decref(reader->numbers);
    reader->numbers = NULL;
}

/* ---- fields ---- */

/* A figure that is there must be a number, not below 0. */
static const char *read_figure(struct line_reader *reader, const json_t *json,
                               const char *name, double *out)
{
    const json_t *value = json_object_get(json, name);

    *out = NAN;
    if (value == NULL || json_is_null(value))
        return NULL;
    if (!json_is_number(value) || json_number_value(value) < 0)
        return line_wrong(reader, "'%s' is not a number from 0 up", name);
    *out = json_number_value(value);
    return NULL;
}

static const char *read_count(struct line_reader *reader, const json_t *json,
                              const char *name, uint32_t *out)
{
    const json_t *value = json_object_get(json, name);
    json_int_t number = json_integer_value(value);

    if (!json_is_integer(value) || number < 0 || number > UINT32_MAX)
        return line_wrong(reader, "'%s' is not a whole number from 0 up", name);
    *out = (uint32_t)number;
    return NULL;
}

/* A copy of the text into *out, NULL where there is none. */
static const char *read_text(struct line_reader *reader, const json_t *json,
                             const char *name, char **out)
{
    const json_t *value = json_object_get(json, name);

    *out = NULL;
    if (value == NULL || json_is_null(value))
        return NULL;
    if (!json_is_string(value))
        return line_wrong(reader, "'%s' is not a text", name);
    *out = strdup(json_string_value(value));
    return *out != NULL ? NULL : line_wrong(reader, "no memory");
}

static const char *read_histogram(struct line_reader *reader,
                                  const json_t *json, const char *name,
                                  struct packed **out)
{
    const json_t *value = json_object_get(json, name);

    *out = NULL;
    if (value == NULL || json_is_null(value))
        return NULL;
    *out = packed_from_json(value);
    return *out != NULL ? NULL
                        : line_wrong(reader, "'%s' is not a histogram", name);
}

/* Counts by name into *out, NULL where there are none. */
static const char *read_counts(struct line_reader *reader, const json_t *json,
                               const char *name, json_t **out)
{
    json_t *value = json_object_get(json, name), *count;
    const char *key;

    *out = NULL;
    if (value != NULL && !json_is_null(value) && !json_is_object(value))
        return line_wrong(reader, "'%s' is not an object", name);
    json_object_foreach (value, key, count)
        if (!json_is_integer(count) || json_integer_value(count) < 0)
            return line_wrong(reader, "'%s' has '%s' without a number", name,
                              key);
    if (json_object_size(value) > 0)
        *out = json_incref(value);
    return NULL;
}

/* Statistics over the tasks' values into *out, NULL where there are none. */
static const char *read_aggregate(struct line_reader *reader,
                                  const json_t *json, json_t **out)
{
    json_t *value = json_object_get(json, "aggregate");

    *out = NULL;
    if (value == NULL || json_is_null(value))
        return NULL;
    if (!json_is_string(json_object_get(value, "field")) ||
        !json_is_integer(json_object_get(value, "count")))
        return line_wrong(reader, "'aggregate' has no 'field' and 'count'");
    *out = json_incref(value);
    return NULL;
}

/* A list of objects into *out, NULL where it is empty. */
static const char *read_list(struct line_reader *reader, const json_t *json,
                             const char *name, json_t **out)
{
    json_t *value = json_object_get(json, name), *one;
    size_t i;

    *out = NULL;
    if (value != NULL && !json_is_null(value) && !json_is_array(value))
        return line_wrong(reader, "'%s' is not a list", name);
    json_array_foreach (value, i, one)
        if (!json_is_object(one))
            return line_wrong(reader, "'%s' holds what is no object", name);
    if (json_array_size(value) > 0)
        *out = json_incref(value);
    return NULL;
}

static const char *read_digest(struct line_reader *reader, const json_t *json,
                               char out[9])
{
    const json_t *value = json_object_get(json, "digest");
    const char *text = json_string_value(value);

    out[0] = '\0';
    if (value == NULL || json_is_null(value))
        return NULL;
    if (text == NULL || strlen(text) != 8 ||
        strspn(text, "0123456789abcdef") != 8)
        return line_wrong(reader, "'digest' is not eight hex digits");
    memcpy(out, text, 9);
    return NULL;
}

/* ---- which sample ---- */

static const char *read_case(struct line_reader *reader, const json_t *json,
                             uint32_t *out)
{
    const char *name = json_string_value(json_object_get(json, "case"));
    const json_t *number;

    if (name == NULL)
        return line_wrong(reader, "no 'case'");
    number = json_object_get(reader->numbers, name);
    if (number == NULL)
        return line_wrong(reader, "run.json has no case '%s'", name);
    *out = (uint32_t)json_integer_value(number);
    return NULL;
}

static const char *read_entry(struct line_reader *reader, const json_t *json,
                              uint32_t in_case, uint32_t *out)
{
    const char *label = json_string_value(json_object_get(json, "label"));
    const json_t *entries =
        json_object_get(json_array_get(reader->cases, in_case), "strategies");

    if (label == NULL)
        return line_wrong(reader, "no 'label'");
    for (size_t i = 0; i < json_array_size(entries); i++) {
        const char *known = json_string_value(
            json_object_get(json_array_get(entries, i), "label"));

        if (strcmp(label, known) == 0) {
            *out = (uint32_t)i;
            return NULL;
        }
    }
    return line_wrong(reader, "run.json has no '%s' in this case", label);
}

static const char *read_status(struct line_reader *reader, const json_t *json,
                               enum sample_status *out)
{
    const char *word = json_string_value(json_object_get(json, "status"));

    for (size_t i = 0; word != NULL && i < LENGTH(status_words); i++) {
        if (strcmp(word, status_words[i]) == 0) {
            *out = (enum sample_status)i;
            return NULL;
        }
    }
    return line_wrong(reader, "'status' is not ok, failed or absent");
}

/* Which sample of the run the line is about, and what became of it. */
static const char *read_identity(struct line_reader *reader, const json_t *json,
                                 struct sample *out)
{
    const char *wrong = read_case(reader, json, &out->in_case);

    if (wrong == NULL)
        wrong = read_entry(reader, json, out->in_case, &out->entry);
    if (wrong == NULL)
        wrong = read_count(reader, json, "round", &out->round);
    if (wrong == NULL)
        wrong = read_status(reader, json, &out->status);
    /* An absent strategy is of no attempt. */
    if (wrong == NULL && (out->status != SAMPLE_ABSENT ||
                          json_object_get(json, "attempt") != NULL))
        wrong = read_count(reader, json, "attempt", &out->attempt);
    out->warmup = out->round == 0;
    if (wrong == NULL && out->status != SAMPLE_ABSENT &&
        json_is_true(json_object_get(json, "warmup")) != out->warmup)
        return line_wrong(reader, "'warmup' and 'round' disagree");
    return wrong;
}

/* ---- what was measured ---- */

/* 0 where a line has none: a peer says nothing of its close, and older runs
 * nothing of its CPU time. */
static double or_none(double value)
{
    return isnan(value) ? 0 : value;
}

/* CPU time is told in whole microseconds, user and system apart, and its two
 * readings take some themselves: of a shorter wall time they are more than a
 * few parts in a thousand. */
#define CORES_WALL_LEAST_NS 1e6

/* CPU time / time, both of run; where it is not known what of it open took, of
 * both together: of a peer's that is the same. */
static double run_cores(const double *values)
{
    bool apart = !isnan(values[METRIC_SETUP_CPU]);
    double time = values[apart ? METRIC_RUN : METRIC_WALL];
    double cpu = values[METRIC_CPU] - or_none(values[METRIC_SETUP_CPU]);

    return time >= CORES_WALL_LEAST_NS ? cpu / time : NAN;
}

static void derive_figures(double *values)
{
    values[METRIC_CPU] = values[METRIC_USER] + values[METRIC_SYS];
    values[METRIC_CORES] = values[METRIC_WALL] >= CORES_WALL_LEAST_NS
                               ? values[METRIC_CPU] / values[METRIC_WALL]
                               : NAN;
    values[METRIC_SWITCHES] =
        values[METRIC_VOLUNTARY] + values[METRIC_INVOLUNTARY];
    values[METRIC_RUN_CORES] = run_cores(values);
    /* Its counts are read after the close, whose work is in them too. */
    values[METRIC_ORIGIN_SHARE] =
        values[METRIC_RUN] > 0
            ? values[METRIC_ORIGIN_CPU] /
                  (values[METRIC_RUN] + or_none(values[METRIC_CLOSE]))
            : NAN;
    values[METRIC_NET] = values[METRIC_WALL] - or_none(values[METRIC_HANDICAP]);
    values[METRIC_LIFE] = values[METRIC_WALL] + or_none(values[METRIC_CLOSE]);
    values[METRIC_TAIL] = NAN;
    values[METRIC_LIFE_CPU] =
        values[METRIC_CPU] + or_none(values[METRIC_CLOSE_CPU]);
    values[METRIC_MID_TAKEN] = values[METRIC_MID_RESIDENT] +
                               values[METRIC_MID_PAGE_TABLE] +
                               values[METRIC_MID_KERNEL_STACK];
}

static const char *read_figures(struct line_reader *reader, const json_t *json,
                                double *values)
{
    const json_t *origin = json_object_get(json, "origin");
    const json_t *mid = json_object_get(json, "mid");
    const char *wrong = NULL;

    for (size_t i = 0; wrong == NULL && i < LENGTH(own_fields); i++)
        wrong = read_figure(reader, json, own_fields[i].name,
                            &values[own_fields[i].metric]);
    for (size_t i = 0; wrong == NULL && i < LENGTH(origin_fields); i++)
        wrong = read_figure(reader, origin, origin_fields[i].name,
                            &values[origin_fields[i].metric]);
    for (size_t i = 0; wrong == NULL && i < LENGTH(mid_fields); i++)
        wrong = read_figure(reader, mid, mid_fields[i].name,
                            &values[mid_fields[i].metric]);
    if (wrong != NULL)
        return wrong;
    derive_figures(values);
    return NULL;
}

const char *line_sample(struct line_reader *reader, const json_t *json,
                        struct sample *out)
{
    size_t line = out->line;
    const char *wrong;

    *out = (struct sample){.line = line};
    wrong = read_identity(reader, json, out);
    if (wrong == NULL)
        wrong = read_figures(reader, json, out->values);
    if (wrong == NULL)
        wrong = read_text(reader, json, "reason", &out->reason);
    if (wrong == NULL)
        wrong = read_text(reader, json_object_get(json, "validity"), "invalid",
                          &out->invalid);
    if (wrong == NULL && json_object_get(json, "timeline_rows") != NULL)
        wrong = read_count(reader, json, "timeline_rows", &out->timeline_rows);
    if (wrong == NULL)
        wrong = read_digest(reader, json, out->digest);
    if (wrong == NULL)
        wrong = read_histogram(reader, json, "latency_hist", &out->latency);
    if (wrong == NULL)
        wrong = read_histogram(reader, json, "sojourn_hist", &out->sojourn);
    if (wrong == NULL)
        wrong = read_histogram(reader, json, "lag_hist", &out->lag);
    if (wrong == NULL)
        wrong = read_counts(reader, json, "failures", &out->failures);
    if (wrong == NULL)
        wrong = read_counts(reader, json, "statuses", &out->statuses);
    if (wrong == NULL)
        wrong = read_list(reader, json, "failed_tasks", &out->failed_tasks);
    if (wrong == NULL)
        wrong = read_aggregate(reader, json, &out->aggregate);
    if (wrong != NULL)
        return wrong;
    out->stacks_computed = json_is_true(
        json_object_get(json_object_get(json, "mid"), "kernel_stack_computed"));
    out->unverified = json_is_true(json_object_get(json, "unverified"));
    if (out->status == SAMPLE_OK && !(out->values[METRIC_WALL] > 0))
        return line_wrong(reader, "a sample that is ok has no 'wall_ns'");
    return NULL;
}

const char *line_discard(struct line_reader *reader, const json_t *json,
                         struct discard *out)
{
    const char *wrong;

    *out = (struct discard){0};
    wrong = read_case(reader, json, &out->in_case);
    if (wrong == NULL)
        wrong = read_count(reader, json, "round", &out->round);
    if (wrong == NULL)
        wrong = read_count(reader, json, "attempt", &out->attempt);
    return wrong != NULL ? wrong
                         : read_text(reader, json, "cause", &out->cause);
}
