/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rounds of samples. Between a sample's end and its line in samples.jsonl
 * nothing is done but asking the origin and judging.
 */
#include "rounds.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../origin/child.h"
#include "../peers/work.h"
#include "../sample/scratch.h"
#include "../sample/verify.h"
#include "../suite/shown.h"
#include "interrupt.h"
#include "judge.h"
#include "progress.h"

/* A strategy that fails again and again would only cost time. */
#define FAILURES_MAX 2

#define TIMELINE_ROWS 1000

/* A short limit is no reason to kill a process that still starts. */
#define GRACE_MIN NSEC_PER_SEC

/* Workers and origin are this very program. */
static const char self_exe[] = "/proc/self/exe";

struct rounds {
    struct plan *plan;
    struct folder *folder;
    struct progress progress;
    struct origin_child origin;
    gsl_rng *rng;
    uint32_t failed;
    char *error;
    size_t error_size;
};

/* One sample's place in the run. */
struct place {
    struct plan_case *p;
    struct plan_entry *e;
    uint32_t round;
    uint32_t order; /* within the round */
};

static bool goes_on(const struct plan_entry *e)
{
    return !e->absent && e->failures < FAILURES_MAX;
}

/* ---- one line of samples.jsonl ---- */

static json_t *line_begin(const struct plan_case *p, const struct plan_entry *e,
                          uint32_t round)
{
    char now[40];

    time_stamp(now, sizeof(now));
    json_t *line = json_pack("{s:s, s:s, s:s, s:I, s:I, s:i, s:b, s:s}", "case",
                             p->c->name, "label", e->entry->label, "strategy",
                             entry_name(e->entry), "width",
                             (json_int_t)e->width, "round", (json_int_t)round,
                             "attempt", 1, "warmup", round == 0, "taken", now);
    if (e->entry->peer)
        json_object_set_new(line, "peer", json_true());
    return line;
}

static int put(struct rounds *r, json_t *line)
{
    int result = folder_put_sample(r->folder, line, r->error, r->error_size);

    json_decref(line);
    return result;
}

static int put_absent(struct rounds *r, const struct plan_case *p,
                      const struct plan_entry *e)
{
    json_t *line = line_begin(p, e, 0);

    json_object_set_new(line, "status", json_string("absent"));
    json_object_set_new(line, "reason", json_string(e->absent));
    if (e->too_long)
        json_object_set_new(line, "ideal_ns",
                            json_integer((json_int_t)e->ideal));
    return put(r, line);
}

static json_t *counts_json(const struct origin_counts *counts)
{
    return json_pack("{s:I, s:I, s:I, s:I}", "requests",
                     (json_int_t)counts->requests, "connections",
                     (json_int_t)counts->connections, "in_service_peak",
                     (json_int_t)counts->in_service_peak, "cpu_ns",
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

static int put_sample(struct rounds *r, const struct place *at,
                      const struct sampled *sampled, const char *reason,
                      const struct origin_counts *counts)
{
    json_t *line = line_begin(at->p, at->e, at->round);
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
    json_object_set_new(line, "load1",
                        load < 0 ? json_null() : json_real(load));
    return put(r, line);
}

/* ---- one sample ---- */

static int put_timeline(struct rounds *r, const struct place *at,
                        const json_t *result)
{
    at->e->timeline = true;
    return folder_put_timeline(r->folder, at->p->c->name, at->e->entry->label,
                               at->round, json_object_get(result, "timeline"),
                               r->error, r->error_size);
}

/* The origin, started again if it has died. */
static int origin_ready(struct rounds *r)
{
    char how[64];

    if (r->origin.pid > 0 && origin_child_alive(&r->origin, how, sizeof(how)))
        return 0;
    if (pin_origin(r->plan->pin, r->error, r->error_size) != 0 ||
        origin_child_start(&r->origin, self_exe, r->error, r->error_size) != 0)
        return -1;
    return pin_strategies(r->plan->pin, r->error, r->error_size);
}

static json_t *job_of(const struct place *at, const struct job_terms *terms)
{
    json_t *job = job_write(at->p->c, terms);

    if (at->e->entry->peer)
        work_put(job, at->p->c, terms);
    return job;
}

static struct sampled run_worker(struct rounds *r, const struct place *at,
                                 const char *folder)
{
    static const char *const worker[] = {"concur", "worker", NULL};
    const struct peer *peer = at->e->entry->peer;
    const char *const outside[] = {
        "concur",       "worker",
        "--peer",       peer && peer->folder ? peer->folder : ".",
        at->e->command, NULL};
    struct job_terms terms = {
        .name = entry_name(at->e->entry),
        .width = at->e->width,
        .seed = r->plan->seed,
        .port = r->origin.port,
        .folder = folder,
        .timeline = at->round && !at->e->timeline ? TIMELINE_ROWS : 0,
        .expect = at->p->expect,
    };
    nsec limit = at->p->c->limit;
    nsec grace = limit > GRACE_MIN ? limit : GRACE_MIN;
    json_t *job = job_of(at, &terms);
    struct probe probe;
    probe_begin(&probe, at->p->c->probe);
    struct sampled sampled =
        sample_take(self_exe, peer ? outside : worker, job,
                    at->e->ideal + grace, interrupt_urgent, &probe);

    json_decref(job);
    if (peer)
        work_take(&sampled, at->p->c, &terms);
    probe_put(&probe, sampled.result, at->e->width >= at->p->c->tasks);
    probe_clear(&probe);
    return sampled;
}

static int finish_sample(struct rounds *r, const struct place *at,
                         struct sampled *sampled,
                         const struct origin_counts *counts,
                         const char *trouble)
{
    char reason[320], told[320] = "";
    bool failed = true;

    if (trouble)
        snprintf(told, sizeof(told), "%s", trouble);
    else
        failed =
            judge_sample(at->p, at->e, sampled, counts, told, sizeof(told));
    /* A program's last words may be anything. */
    shown_text(reason, sizeof(reason), told);
    at->e->cost = sampled->process + NSEC_PER_MSEC;
    if (failed) {
        at->e->failures++;
        r->failed++;
        progress_clear(&r->progress);
        fprintf(stderr, "concur: %s: %s: failed: %s\n", at->p->c->name,
                at->e->entry->label, reason);
    } else if (at->round && !at->e->timeline &&
               put_timeline(r, at, sampled->result) != 0) {
        return -1;
    }
    return put_sample(r, at, sampled, failed ? reason : NULL, counts);
}

/* The origin's counts since the last call. */
static int origin_take_counts(struct rounds *r, struct origin_counts *counts)
{
    if (origin_counts(r->origin.port, true, counts) == 0)
        return 0;
    snprintf(r->error, r->error_size, "the origin does not answer");
    return -1;
}

static int take(struct rounds *r, const struct place *at)
{
    bool uses_origin = case_uses_origin(at->p->c);
    uint64_t seed = r->plan->seed;
    struct origin_counts counts;
    struct scratch scratch;
    char text[300];
    const char *trouble = NULL;

    progress_show(
        &r->progress, at->p->c->name, at->e->entry->label, at->round,
        at->p->c->rounds,
        plan_time(r->plan, (size_t)(at->p - r->plan->cases), at->round));
    if (uses_origin &&
        (origin_ready(r) != 0 || origin_take_counts(r, &counts) != 0))
        return -1;
    if (scratch_open(&scratch, at->p->c, seed, r->error, r->error_size) != 0)
        return -1;
    struct sampled sampled = run_worker(r, at, scratch.path);
    if (sampled.result &&
        !scratch_check(&scratch, at->p->c, seed, text, sizeof(text)))
        trouble = text;
    scratch_close(&scratch);
    if (sampled.stopped)
        return 0; /* it was not finished: there is nothing to tell */
    if (uses_origin && origin_take_counts(r, &counts) != 0)
        trouble = "the origin stopped answering during the sample";
    int result = finish_sample(
        r, at, &sampled, uses_origin && !trouble ? &counts : NULL, trouble);
    json_decref(sampled.result);
    return result;
}

/* ---- rounds ---- */

static int run_round(struct rounds *r, struct plan_case *p, uint32_t round)
{
    size_t count = p->c->entry_count;
    size_t *order = calloc(count, sizeof(*order));
    uint32_t place = 0;
    int result = 0;

    if (!order) {
        snprintf(r->error, r->error_size, "out of memory");
        return -1;
    }
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    gsl_ran_shuffle(r->rng, order, count, sizeof(*order));
    for (size_t i = 0; i < count && !result && !interrupt_asked(); i++) {
        struct place at = {p, &p->entries[order[i]], round, place};

        if (!goes_on(at.e))
            continue;
        result = take(r, &at);
        place++;
    }
    free(order);
    return result;
}

static int run_case(struct rounds *r, struct plan_case *p)
{
    struct batch batch = case_batch(p->c, r->plan->seed);
    int result = 0;

    p->expect = expect_batch(&batch);
    if (p->expect.known)
        p->aggregate = expect_aggregate(&batch);
    for (size_t e = 0; e < p->c->entry_count && !result; e++)
        if (p->entries[e].absent)
            result = put_absent(r, p, &p->entries[e]);
    /* Round 0 warms up and is not counted. */
    for (uint32_t round = 0; round <= p->c->rounds && !result; round++) {
        if (interrupt_asked())
            break;
        result = run_round(r, p, round);
    }
    return result;
}

int rounds_run(struct plan *plan, struct folder *folder, bool quiet,
               uint32_t *failed, char *error, size_t error_size)
{
    struct rounds r = {
        .plan = plan,
        .folder = folder,
        .rng = gsl_rng_alloc(gsl_rng_mt19937),
        .error = error,
        .error_size = error_size,
    };
    int result = 0;

    error[0] = '\0';
    *failed = 0;
    if (!r.rng) {
        snprintf(error, error_size, "out of memory");
        return -1;
    }
    gsl_rng_set(r.rng, (unsigned long)plan->seed);
    progress_begin(&r.progress, plan_samples(plan, 0, 0), quiet);
    for (size_t i = 0; i < plan->count && !result && !interrupt_asked(); i++)
        result = run_case(&r, &plan->cases[i]);
    progress_clear(&r.progress);
    if (r.origin.pid > 0)
        origin_child_stop(&r.origin);
    gsl_rng_free(r.rng);
    *failed = r.failed;
    return result;
}
