/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines of samples.jsonl. Made after the sample; nothing here is timed.
 */
#include "jsonl.h"

#include "describe.h"

static json_t *line_begin(const struct plan_case *p, const struct plan_entry *e,
                          uint32_t round, uint32_t attempt)
{
    char now[40];

    time_stamp(now, sizeof(now));
    json_t *line = json_pack(
        "{s:s, s:s, s:s, s:I, s:I, s:I, s:b, s:s}", "case", p->c->name, "label",
        e->entry->label, "strategy", entry_name(e->entry), "width",
        (json_int_t)e->width, "round", (json_int_t)round, "attempt",
        (json_int_t)attempt, "warmup", round == 0, "taken", now);
    if (e->entry->peer)
        json_object_set_new(line, "peer", json_true());
    if (e->entry->calibrates)
        json_object_set_new(line, "calibration",
                            describe_calibration(p, e->entry));
    return line;
}

json_t *jsonl_absent(const struct plan_case *p, const struct plan_entry *e)
{
    json_t *line = line_begin(p, e, 0, 1);

    json_object_set_new(line, "status", json_string("absent"));
    json_object_set_new(line, "reason", json_string(e->absent));
    if (e->too_long)
        json_object_set_new(line, "ideal_ns",
                            json_integer((json_int_t)e->ideal));
    return line;
}

json_t *jsonl_discard(const struct plan_case *p, const char *cause)
{
    return json_pack("{s:{s:s, s:I, s:I, s:s}}", "discard", "case", p->c->name,
                     "round", (json_int_t)p->round, "attempt",
                     (json_int_t)p->attempt, "cause", cause);
}

static json_t *counts_json(const struct origin_counts *counts)
{
    return json_pack("{s:I, s:I, s:I, s:I, s:I}", "requests",
                     (json_int_t)counts->requests, "connections",
                     (json_int_t)counts->connections, "in_service_peak",
                     (json_int_t)counts->in_service_peak, "in_service_ns",
                     (json_int_t)counts->in_service_ns, "cpu_ns",
                     (json_int_t)counts->cpu_ns);
}

/* The worker's figures, but for what is told or kept elsewhere. */
static void take_figures(json_t *line, json_t *result)
{
    static const char *const elsewhere[] = {"error", "timeline", "values",
                                            "lost"};

    if (!result)
        return;
    for (size_t i = 0; i < sizeof(elsewhere) / sizeof(*elsewhere); i++)
        json_object_del(result, elsewhere[i]);
    json_object_update(line, result);
}

json_t *jsonl_sample(const struct place *at, const struct sampled *sampled,
                     const char *reason, const struct origin_counts *counts,
                     const struct validity *validity)
{
    json_t *line = line_begin(at->p, at->e, at->round, at->attempt);
    double load = machine_load();

    json_object_set_new(line, "order", json_integer(at->order));
    json_object_set_new(line, "status", json_string(reason ? "failed" : "ok"));
    json_object_set_new(line, "reason",
                        reason ? json_string(reason) : json_null());
    take_figures(line, sampled->result);
    json_object_set_new(line, "process_ns",
                        json_integer((json_int_t)sampled->process));
    json_object_set_new(
        line, "process_cpu_ns",
        json_integer((json_int_t)(sampled->user + sampled->system)));
    json_object_set_new(line, "origin",
                        counts ? counts_json(counts) : json_null());
    json_object_set_new(line, "validity", validity_json(validity));
    if (at->e->rows)
        json_object_set_new(
            line, "timeline_rows",
            json_integer((json_int_t)json_array_size(at->e->rows)));
    json_object_set_new(line, "load1",
                        load < 0 ? json_null() : json_real(load));
    return line;
}
