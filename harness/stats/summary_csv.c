/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * summary.csv. Its columns are tables: a path in the summary's JSON each, whose
 * dots become `_` in the header. See summary_csv.h.
 */
#include "summary_csv.h"

#include <stdbool.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* Of the case: the header's word where it is another one, and the field. */
static const struct {
    const char *word, *path;
} case_columns[] = {
    {"case", "name"},       {NULL, "section"},
    {NULL, "workload"},     {NULL, "tasks"},
    {"width_cap", "width"}, {NULL, "delay"},
    {NULL, "body_bytes"},   {NULL, "reuse"},
    {NULL, "rounds"},       {NULL, "rounds_done"},
    {NULL, "baseline"},     {"case_ideal_ns", "ideal_ns"},
};

/* There is a column for each of these, swept or not; others follow. */
static const char *const usual_axes[] = {"tasks", "width", "delay", "body"};

static const char *const strategy_columns[] = {
    "label",
    "strategy",
    "width",
    "status",
    "reason",
    "note",
    "unverified",
    "samples",
    "wall_ns.median",
    "wall_ns.lo",
    "wall_ns.hi",
    "wall_ns.min",
    "wall_ns.max",
    "first_wall_ns",
    "setup_ns.median",
    "run_ns.median",
    "close_ns.median",
    "process_ns.median",
    "process_cpu_ns.median",
    "speedup.median",
    "speedup.lo",
    "speedup.hi",
    "ideal_ns",
    "computed",
    "efficiency",
    "throughput_per_s",
    "latency_ns.count",
    "latency_ns.p50",
    "latency_ns.p90",
    "latency_ns.p99",
    "latency_ns.p999",
    "latency_ns.max",
    "sojourn_ns.count",
    "sojourn_ns.p50",
    "sojourn_ns.p90",
    "sojourn_ns.p99",
    "sojourn_ns.p999",
    "sojourn_ns.max",
    "sojourn_round_ns.quantile",
    "sojourn_round_ns.median",
    "sojourn_round_ns.lo",
    "sojourn_round_ns.hi",
    "trend.drift",
    "trend.p",
    "lag_ns.p50",
    "lag_ns.p99",
    "lag_ns.max",
    "behind_share",
    "cores_busy.median",
    "cores_busy.lo",
    "cores_busy.hi",
    "run_cores",
    "cpu_ns_per_task",
    "user_ns_per_task",
    "sys_ns_per_task",
    "peak_rss_bytes",
    "base_rss_bytes",
    "bytes_per_task",
    "virtual_peak_bytes",
    "page_table_bytes",
    "kernel_stack_bytes",
    "threads_peak",
    "processes",
    "inflight_peak",
    "context_switches",
    "context_switches_per_task",
    "voluntary_switches",
    "involuntary_switches",
    "bytes_received",
    "origin.requests",
    "origin.connections",
    "origin.in_service_peak",
    "origin.cpu_ns",
    "origin.cpu_share",
    "ok",
    "failed",
    "digest",
    "aggregate.field",
    "aggregate.count",
    "aggregate.mean",
    "aggregate.min",
    "aggregate.max",
    "aggregate.sd",
    "outliers",
    "fences.mild",
    "fences.severe",
};

/* ---- cells ---- */

/* Quoted where it must be, and where a reader would cut off blanks. */
static void write_text(FILE *out, const char *text)
{
    size_t length = strlen(text);

    if (strpbrk(text, ",\"\r\n") == NULL &&
        (length == 0 || (text[0] != ' ' && text[length - 1] != ' '))) {
        fputs(text, out);
        return;
    }
    fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('"', out);
        fputc(*text, out);
    }
    fputc('"', out);
}

static void write_value(FILE *out, const json_t *value)
{
    if (json_is_string(value))
        write_text(out, json_string_value(value));
    else if (json_is_integer(value))
        fprintf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
    else if (json_is_real(value))
        fprintf(out, "%.10g", json_real_value(value));
    else if (json_is_boolean(value))
        fputs(json_is_true(value) ? "true" : "false", out);
    else if (json_is_array(value)) /* how many */
        fprintf(out, "%zu", json_array_size(value));
}

/* `wall_ns.median` of an object; NULL if it has no such thing. */
static const json_t *find(const json_t *object, const char *path)
{
    const char *dot = strchr(path, '.');
    char group[32];

    if (dot == NULL)
        return json_object_get(object, path);
    snprintf(group, sizeof group, "%.*s", (int)(dot - path), path);
    return json_object_get(json_object_get(object, group), dot + 1);
}

/* ---- lines ---- */

/* The axes that there are besides the usual ones, as keys of an object. */
static json_t *other_axes(const json_t *cases)
{
    json_t *others = json_object(), *one_case, *value;
    const char *key;
    size_t i;

    json_array_foreach (cases, i, one_case)
        json_object_foreach (json_object_get(one_case, "axes"), key, value)
            json_object_set_new(others, key, json_null());
    for (i = 0; i < LENGTH(usual_axes); i++)
        json_object_del(others, usual_axes[i]);
    return others;
}

static void write_header(FILE *out, json_t *others)
{
    json_t *value;
    const char *key;

    for (size_t i = 0; i < LENGTH(case_columns); i++)
        fprintf(out, "%s%s", i > 0 ? "," : "",
                case_columns[i].word != NULL ? case_columns[i].word
                                             : case_columns[i].path);
    for (size_t i = 0; i < LENGTH(usual_axes); i++)
        fprintf(out, ",axis_%s", usual_axes[i]);
    json_object_foreach (others, key, value)
        fprintf(out, ",axis_%s", key);
    for (size_t i = 0; i < LENGTH(strategy_columns); i++) {
        fputc(',', out);
        for (const char *c = strategy_columns[i]; *c != '\0'; c++)
            fputc(*c == '.' ? '_' : *c, out);
    }
    fputc('\n', out);
}

static void write_line(FILE *out, const json_t *one_case, json_t *others,
                       const json_t *strategy)
{
    const json_t *axes = json_object_get(one_case, "axes");
    json_t *value;
    const char *key;

    for (size_t i = 0; i < LENGTH(case_columns); i++) {
        if (i > 0)
            fputc(',', out);
        write_value(out, find(one_case, case_columns[i].path));
    }
    for (size_t i = 0; i < LENGTH(usual_axes); i++) {
        fputc(',', out);
        write_value(out, json_object_get(axes, usual_axes[i]));
    }
    json_object_foreach (others, key, value) {
        fputc(',', out);
        write_value(out, json_object_get(axes, key));
    }
    for (size_t i = 0; i < LENGTH(strategy_columns); i++) {
        fputc(',', out);
        write_value(out, find(strategy, strategy_columns[i]));
    }
    fputc('\n', out);
}

void summary_csv(FILE *out, const json_t *summary)
{
    const json_t *cases = json_object_get(summary, "cases");
    json_t *others = other_axes(cases), *one_case, *strategy;
    size_t i, j;

    write_header(out, others);
    json_array_foreach (cases, i, one_case)
        json_array_foreach (json_object_get(one_case, "strategies"), j,
                            strategy)
            write_line(out, one_case, others, strategy);
    json_decref(others);
}
