/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run.json from the request, the plan and the machine.
 */
#include "describe.h"

#include <pthread.h>

#include "../doctor/doctor.h"
#include "../suite/shown.h"
#include "program.h"
#include "request.h"

/* How long the doctor looks at other processes: a run need not wait longer. */
#define LOOK (30 * NSEC_PER_MSEC)

/* A list with a piece missing would be wrong: rather none at all. */
static void append(json_t **array, json_t *item)
{
    if (json_array_append_new(*array, item) == 0)
        return;
    json_decref(*array);
    *array = NULL;
}

static json_t *string_or_null(const char *text)
{
    return text ? json_string(text) : json_null();
}

/* What a thread's stack reserves where nobody says; 0 if that is not known. */
static size_t thread_stack(void)
{
    pthread_attr_t attr;
    size_t bytes = 0;

    if (pthread_getattr_default_np(&attr) != 0)
        return 0;
    if (pthread_attr_getstacksize(&attr, &bytes) != 0)
        bytes = 0;
    pthread_attr_destroy(&attr);
    return bytes;
}

/* The stack that each task has of its own, null where it has none. */
static json_t *stack_json(const struct bench_case *c,
                          const struct strategy *strategy)
{
    size_t bytes = 0;

    if (strategy && (strategy->threaded || strategy->stacked))
        bytes = c->stack_bytes;
    if (!bytes && strategy && strategy->threaded)
        bytes = thread_stack();
    if (!bytes && strategy)
        bytes = strategy->stack_bytes;
    return bytes ? json_integer((json_int_t)bytes) : json_null();
}

json_t *describe_calibration(const struct plan_case *p,
                             const struct entry *entry)
{
    return json_pack("{s:s, s:f}", "of", p->c->entries[entry->of].label,
                     "added", entry->added);
}

static json_t *entry_json(const struct plan_case *p, const struct plan_entry *e)
{
    const struct bench_case *c = p->c;
    json_t *entry = json_pack(
        "{s:s, s:s, s:I, s:I, s:s}", "label", e->entry->label, "strategy",
        entry_name(e->entry), "width", (json_int_t)e->width, "ideal_ns",
        (json_int_t)e->ideal, "gist", entry_gist(e->entry));

    json_object_set_new(entry, "stack_bytes",
                        stack_json(c, e->entry->strategy));
    json_object_set_new(entry, "real_gap",
                        string_or_null(e->entry->strategy
                                           ? e->entry->strategy->real_gap
                                           : NULL));
    if (c->rate.per_second > 0)
        json_object_set_new(entry, "tick_ns",
                            json_integer((json_int_t)entry_tick(e->entry)));
    if (e->entry->calibrates)
        json_object_set_new(entry, "calibration",
                            describe_calibration(p, e->entry));
    if (e->entry->peer) {
        const struct strategy *counterpart = e->entry->peer->counterpart;

        json_object_set_new(entry, "peer", json_true());
        json_object_set_new(
            entry, "counterpart",
            string_or_null(counterpart ? counterpart->name : NULL));
        json_object_set_new(
            entry, "command",
            string_or_null(e->command ? e->command : e->entry->peer->command));
    }
    return entry;
}

static json_t *steps_json(const struct bench_case *c)
{
    json_t *steps = json_array();
    size_t phase = 0;

    for (size_t s = 0; s < c->step_count; s++) {
        char text[URL_MAX_BYTES];

        if (phase + 1 < c->phase_count && c->phase_ends[phase] == s) {
            append(&steps, json_string("barrier"));
            phase++;
        }
        append(&steps, json_string(case_step_text(c, s, text, sizeof(text))));
    }
    return steps;
}

static json_t *axes_json(const struct bench_case *c)
{
    json_t *axes = json_object();

    for (size_t a = 0; a < c->axis_count; a++) {
        if (json_object_set_new(axes, c->axes[a].key,
                                json_string(c->axes[a].value)) == 0)
            continue;
        json_decref(axes);
        return NULL;
    }
    return axes;
}

static json_t *rate_json(const struct rate *rate)
{
    if (!(rate->per_second > 0))
        return json_null();
    return json_pack("{s:f, s:b}", "per_second", rate->per_second, "poisson",
                     rate->poisson);
}

json_t *describe_case(const struct plan_case *p)
{
    const struct bench_case *c = p->c;
    json_t *entries = json_array();

    for (size_t e = 0; e < c->entry_count; e++)
        append(&entries, entry_json(p, &p->entries[e]));
    json_t *out = json_pack(
        "{s:s, s:s, s:o, s:s, s:s, s:I, s:I, s:o, s:o, s:o, s:b, s:b, s:I, "
        "s:I, s:I, s:s, s:I, s:o, s:o, s:o, s:o, s:o}",
        "name", c->name, "section", c->section, "axes", axes_json(c),
        "workload", c->workload, "where", c->where, "tasks",
        (json_int_t)c->tasks, "first", (json_int_t)c->first, "width",
        c->width ? json_integer(c->width) : json_null(), "steps", steps_json(c),
        "delay", string_or_null(c->delay), "reuse", c->reuse, "real",
        case_uses_real_urls(c), "body_bytes", (json_int_t)c->body_bytes,
        "rounds", (json_int_t)c->rounds, "limit_ns", (json_int_t)c->limit,
        "baseline", c->entries[c->baseline].label, "ideal_ns",
        (json_int_t)p->ideal, "article", string_or_null(c->article), "claim",
        string_or_null(c->claim), "note", string_or_null(c->note), "rate",
        rate_json(&c->rate), "strategies", entries);

    json_object_set_new(out, "timeout_ns",
                        c->timeout ? json_integer((json_int_t)c->timeout)
                                   : json_null());
    json_object_set_new(out, "rounds_least",
                        json_integer((json_int_t)c->rounds_least));
    json_object_set_new(out, "probe_ns",
                        c->probe ? json_integer((json_int_t)c->probe)
                                 : json_null());
    json_object_set_new(out, "creator",
                        c->creator < c->step_count
                            ? json_integer((json_int_t)c->creator)
                            : json_null());
    return out;
}

static json_t *stopping_json(const struct plan *plan)
{
    if (!plan_is_auto(plan))
        return json_null();
    json_t *json = json_pack("{s:f, s:I}", "precision", plan->precision,
                             "budget_ns", (json_int_t)plan->budget);
    if (plan->cases[0].race)
        json_object_set_new(json, "race", json_true());
    return json;
}

/* What is not as it should be, seen in passing. */
static json_t *doctor_found(const struct limits *limits)
{
    struct host host = host_here(LOOK, true);
    struct diagnosis diagnosis;

    host.cores = limits->machine_cores; /* this thread may be pinned */
    doctor_examine(&diagnosis, &host);
    return doctor_json(&diagnosis, false);
}

json_t *describe_run(const struct run_request *request, const struct plan *plan,
                     const struct limits *limits)
{
    json_t *command = json_array();
    json_t *cases = json_array();
    char now[40];

    for (int a = 0; a < request->argc; a++) {
        const char *given = request->argv[a];
        char word[4096];

        /* Options are read by now; the program's own name may be anything. */
        if (shown_fault(given))
            given = shown_text(word, sizeof(word), given);
        append(&command, json_string(given));
    }
    for (size_t i = 0; i < plan->count; i++)
        append(&cases, describe_case(&plan->cases[i]));
    time_stamp(now, sizeof(now));
    json_t *run = json_pack(
        "{s:i, s:s, s:s, s:o, s:o, s:o, s:I, s:o, s:s, s:s, s:s, s:s, s:o, "
        "s:o, "
        "s:o, s:o, s:o, s:o}",
        "schema", 1, "concur", CONCUR_VERSION, "suite", request->suite->name,
        "suite_note", string_or_null(request->suite->note), "suite_text",
        string_or_null(request->suite->text), "request",
        request_json(request->asked, request->suite), "seed",
        (json_int_t)plan->seed, "command", command, "started", now, "libraries",
        strategies_libraries(), "compiler", __VERSION__, "flags", CONCUR_FLAGS,
        "machine", machine_json(limits), "doctor", doctor_found(limits), "pin",
        pin_json(plan->pin), "awake",
        plan->awake ? awake_json(plan->awake) : json_null(), "stopping",
        stopping_json(plan), "cases", cases);
    json_object_set_new(run, "build", json_string(program_digest()));
    return run;
}
