/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading a summary into plain structs. Fields that are missing, null or of
 * the wrong type are NAN or NULL, never an error: a run that was cut short
 * still has a report.
 */
#include "view.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

double view_number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);
    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

const char *view_text(const json_t *object, const char *key)
{
    return json_string_value(json_object_get(object, key));
}

const char *view_text_or(const json_t *object, const char *key,
                         const char *other)
{
    const char *text = view_text(object, key);
    return text && *text ? text : other;
}

bool view_measured(const struct view_entry *entry)
{
    return entry->status == VIEW_OK && entry->samples > 0 &&
           isfinite(entry->wall.median);
}

bool view_has_peer(const struct view_case *c)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->entries[i].peer)
            return true;
    return false;
}

size_t view_measured_count(const struct view_case *c)
{
    size_t count = 0;
    for (size_t i = 0; i < c->count; i++)
        count += view_measured(&c->entries[i]);
    return count;
}

double view_failed(const struct view_entry *entry)
{
    return entry->failed > 0 ? entry->failed : 0;
}

bool view_level(const struct view_case *c, const struct view_entry *entry)
{
    for (size_t i = 0; i < c->count; i++)
        if (view_measured(&c->entries[i]) && !c->entries[i].unverified &&
            view_failed(&c->entries[i]) < view_failed(entry))
            return false;
    return view_measured(entry) && !entry->unverified;
}

bool view_open_load(const struct view_case *c)
{
    return c->rate > 0;
}

const struct spread *view_ranked(const struct view_entry *entry)
{
    return isfinite(entry->tail.median) ? &entry->tail : &entry->wall;
}

const struct view_entry *view_fastest(const struct view_case *c)
{
    const struct view_entry *best = NULL;
    for (size_t i = 0; i < c->count; i++) {
        const struct view_entry *e = &c->entries[i];
        if (view_level(c, e) &&
            (!best || view_ranked(e)->median < view_ranked(best)->median))
            best = e;
    }
    return best;
}

const struct view_entry *view_label(const struct view_case *c,
                                    const char *label)
{
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->entries[i].label, label) == 0)
            return &c->entries[i];
    return NULL;
}

const char *view_axis(const struct view_case *c, const char *key)
{
    return view_text(c->axes, key);
}

static struct spread spread_of(const json_t *object)
{
    return (struct spread){view_number(object, "median"),
                           view_number(object, "lo"), view_number(object, "hi"),
                           view_number(object, "min"),
                           view_number(object, "max")};
}

static struct percentiles percentiles_of(const json_t *object)
{
    return (struct percentiles){
        view_number(object, "p50"), view_number(object, "p90"),
        view_number(object, "p99"), view_number(object, "max")};
}

static enum view_status status_of(const char *word)
{
    if (word && strcmp(word, "ok") == 0)
        return VIEW_OK;
    return word && strcmp(word, "failed") == 0 ? VIEW_FAILED : VIEW_ABSENT;
}

static const char *or_empty(const char *text)
{
    return text ? text : "";
}

static void entry_numbers(struct view_entry *e, const json_t *s)
{
    const struct {
        const char *key;
        double *to;
    } numbers[] = {
        {"width", &e->width},
        {"samples", &e->samples},
        {"ideal_ns", &e->ideal},
        {"efficiency", &e->efficiency},
        {"throughput_per_s", &e->throughput},
        {"first_wall_ns", &e->first_wall},
        {"cpu_ns_per_task", &e->cpu},
        {"run_cores", &e->run_cores},
        {"tick_ns", &e->tick},
        {"peak_rss_bytes", &e->rss},
        {"bytes_per_task", &e->bytes_per_task},
        {"virtual_peak_bytes", &e->virtual_bytes},
        {"kernel_stack_bytes", &e->kernel_stack},
        {"page_table_bytes", &e->page_table},
        {"threads_peak", &e->threads},
        {"processes", &e->processes},
        {"inflight_peak", &e->inflight},
        {"context_switches", &e->switches},
        {"voluntary_switches", &e->voluntary},
        {"involuntary_switches", &e->involuntary},
        {"ok", &e->ok},
        {"failed", &e->failed},
    };
    for (size_t i = 0; i < sizeof(numbers) / sizeof(*numbers); i++)
        *numbers[i].to = view_number(s, numbers[i].key);
}

static void entry_times(struct view_entry *e, const json_t *s)
{
    const json_t *tail = json_object_get(s, "sojourn_round_ns");
    e->wall = spread_of(json_object_get(s, "wall_ns"));
    e->walls = json_object_get(s, "walls_ns");
    e->speedup = spread_of(json_object_get(s, "speedup"));
    e->setup = view_number(json_object_get(s, "setup_ns"), "median");
    e->close = view_number(json_object_get(s, "close_ns"), "median");
    e->latency = percentiles_of(json_object_get(s, "latency_ns"));
    e->sojourn = percentiles_of(json_object_get(s, "sojourn_ns"));
    e->lag = percentiles_of(json_object_get(s, "lag_ns"));
    e->behind = view_number(s, "behind_share");
    e->tail = spread_of(tail);
    e->tails = json_object_get(tail, "rounds");
    e->process = view_number(json_object_get(s, "process_ns"), "median");
    e->process_cpu =
        view_number(json_object_get(s, "process_cpu_ns"), "median");
    e->cores = spread_of(json_object_get(s, "cores_busy"));
}

/* Whether its times are of one state of the machine. */
static void entry_steadiness(struct view_entry *e, const json_t *s)
{
    const json_t *trend = json_object_get(s, "trend");
    e->drift = view_number(trend, "drift");
    e->drift_p = view_number(trend, "p");
    e->unsteady = json_is_false(json_object_get(trend, "steady"));
    e->outlier_list = json_object_get(s, "outliers");
    e->outliers = (double)json_array_size(e->outlier_list);
}

static void entry_origin(struct view_entry *e, const json_t *s)
{
    const json_t *origin = json_object_get(s, "origin");
    e->origin_share = view_number(origin, "cpu_share");
    e->origin_peak = view_number(origin, "in_service_peak");
    e->connections = view_number(origin, "connections");
}

static void entry_read(struct view_entry *e, const json_t *s)
{
    entry_numbers(e, s);
    entry_times(e, s);
    entry_steadiness(e, s);
    entry_origin(e, s);
    e->label = or_empty(view_text(s, "label"));
    e->strategy = view_text(s, "strategy");
    if (!e->strategy)
        e->strategy = e->label;
    e->reason = view_text(s, "reason");
    e->status = status_of(view_text(s, "status"));
    e->peer = json_is_true(json_object_get(s, "peer"));
    e->unverified = json_is_true(json_object_get(s, "unverified"));
    e->note = view_text(s, "note");
    e->computed = json_is_true(json_object_get(s, "computed"));
    e->failures = json_object_get(s, "failures");
    e->failed_tasks = json_object_get(s, "failed_tasks");
    e->statuses = json_object_get(s, "statuses");
    e->counterpart = view_text(s, "counterpart");
    e->real_gap = view_text(s, "real_gap");
    e->aggregate = json_object_get(s, "aggregate");
}

static bool case_entries(struct view_case *c, const json_t *list)
{
    c->count = json_array_size(list);
    c->entries = calloc(c->count + 1, sizeof(*c->entries));
    if (!c->entries)
        return false;
    for (size_t i = 0; i < c->count; i++) {
        struct view_entry *e = &c->entries[i];
        entry_read(e, json_array_get(list, i));
        for (size_t k = 0; k < i; k++)
            e->variant += strcmp(c->entries[k].strategy, e->strategy) == 0;
    }
    return true;
}

/* The case's ideal is that of unlimited width. Where its width is limited, no
 * strategy can do better than the widest one's own. */
static void limit_ideal(struct view_case *c)
{
    double least = INFINITY;
    for (size_t i = 0; i < c->count; i++)
        least = fmin(least, c->entries[i].ideal);
    if (isfinite(c->width) && isfinite(least) && least > c->ideal)
        c->ideal = least;
}

/* Every round of every strategy has the same tasks, and so the same quantile.
 */
static void read_load(struct view_case *c, const json_t *from)
{
    const json_t *rate = json_object_get(from, "rate"), *s;
    size_t i;
    c->rate = view_number(rate, "per_second");
    c->poisson = json_is_true(json_object_get(rate, "poisson"));
    c->quantile = (double)NAN;
    json_array_foreach (json_object_get(from, "strategies"), i, s) {
        double q =
            view_number(json_object_get(s, "sojourn_round_ns"), "quantile");
        c->quantile = isfinite(q) ? q : c->quantile;
    }
}

static void calibration_read(struct view_case *c, const json_t *from)
{
    const json_t *resolution = json_object_get(from, "resolution");
    c->from = from;
    c->calibration = json_object_get(from, "calibration");
    c->calibrated = view_text(json_array_get(c->calibration, 0), "of");
    c->resolution = view_number(resolution, "share");
    c->resolution_least = view_number(resolution, "least");
    c->resolution_found = json_is_true(json_object_get(resolution, "found"));
    c->resolution_own =
        strcmp(view_text_or(resolution, "from", ""), "case") == 0;
    c->resolution_of = view_text(resolution, "case");
}

static bool case_read(struct view_case *c, const json_t *from)
{
    c->name = or_empty(view_text(from, "name"));
    c->section = view_text(from, "section");
    if (!c->section)
        c->section = c->name;
    c->workload = or_empty(view_text(from, "workload"));
    c->baseline = or_empty(view_text(from, "baseline"));
    c->delay = view_text(from, "delay");
    c->note = view_text(from, "note");
    c->article = view_text(from, "article");
    c->claim = view_text(from, "claim");
    c->axes = json_object_get(from, "axes");
    c->notes = json_object_get(from, "notes");
    c->tasks = view_number(from, "tasks");
    c->first = view_number(from, "first");
    c->creator = view_number(from, "creator");
    c->width = view_number(from, "width");
    c->body = view_number(from, "body_bytes");
    c->ideal = view_number(from, "ideal_ns");
    c->steps = json_object_get(from, "steps");
    c->real = json_is_true(json_object_get(from, "real"));
    c->reuse = !json_is_false(json_object_get(from, "reuse"));
    c->rounds = view_number(from, "rounds");
    c->rounds_done = view_number(from, "rounds_done");
    read_load(c, from);
    c->is_auto = view_number(from, "rounds_least") < c->rounds;
    c->stopped = view_text_or(from, "stopped", "");
    c->precision = view_number(from, "precision");
    calibration_read(c, from);
    if (!case_entries(c, json_object_get(from, "strategies")))
        return false;
    limit_ideal(c);
    const struct view_entry *base = view_label(c, c->baseline);
    c->base = base && view_measured(base) && !base->unverified ? base : NULL;
    return true;
}

bool view_open(struct view *view, const json_t *run, const json_t *summary)
{
    const json_t *list = json_object_get(summary, "cases");
    *view = (struct view){.run = run, .summary = summary};
    view->count = json_array_size(list);
    view->cases = calloc(view->count + 1, sizeof(*view->cases));
    view->sections = calloc(view->count + 1, sizeof(*view->sections));
    if (!view->cases || !view->sections)
        goto fail;
    for (size_t i = 0; i < view->count; i++) {
        struct view_case *c = &view->cases[i];
        if (!case_read(c, json_array_get(list, i)))
            goto fail;
        if (i == 0 || strcmp(c->section, view->cases[i - 1].section) != 0)
            view->sections[view->section_count++].first = i;
        view->sections[view->section_count - 1].count++;
    }
    return true;
fail:
    view_close(view);
    return false;
}

void view_close(struct view *view)
{
    for (size_t i = 0; view->cases && i < view->count; i++)
        free(view->cases[i].entries);
    free(view->cases);
    free(view->sections);
    *view = (struct view){0};
}
