/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One sample. Between its end and its line in samples.jsonl nothing is done
 * but asking the origin and the kernel, and judging.
 */
#include "take.h"

#include <stdio.h>
#include <time.h>

#include "../peers/work.h"
#include "../sample/scratch.h"
#include "../suite/shown.h"
#include "attempts.h"
#include "fit.h"
#include "interrupt.h"
#include "judge.h"
#include "schedule.h"

#define TIMELINE_ROWS 1000

/* A short limit is no reason to kill a process that still starts, or one that
 * has many tasks, each of which may take a slow runtime so long. */
#define GRACE_MIN  NSEC_PER_SEC
#define GRACE_TASK (2 * NSEC_PER_MSEC)
#define GRACE_MAX  (60 * NSEC_PER_SEC)

/* How long a closed connection rests, and how often we look. */
#define REST_MAX   (61 * NSEC_PER_SEC)
#define REST_PAUSE (100 * NSEC_PER_MSEC)

/* How long connections may take to be closed, and how often we look. */
#define CLOSED_MAX   (2 * NSEC_PER_SEC)
#define CLOSED_PAUSE NSEC_PER_MSEC

/* In a race the limit says who is measured, not how long a sample may take: a
 * fourth of the time for all. */
#define RACE_SHARE 4

/* Workers and origin are this very program. */
static const char self_exe[] = "/proc/self/exe";

/* The origin, started again if it has died. */
static int origin_ready(struct taker *t)
{
    char how[64];

    if (t->origin.pid > 0 && origin_child_alive(&t->origin, how, sizeof(how)))
        return 0;
    if (pin_origin(t->plan->pin, t->error, t->error_size) != 0 ||
        origin_child_start(&t->origin, self_exe, t->error, t->error_size) != 0)
        return -1;
    return pin_strategies(t->plan->pin, t->error, t->error_size);
}

/* Its counts are at 0 then, and no connection of a client is open: the
 * kernel closes some when their process has long ended (those of an io_uring),
 * and that is not work of the sample that comes next. */
static int origin_rested(const struct taker *t)
{
    const struct timespec pause = {.tv_nsec = CLOSED_PAUSE};
    nsec until = now_ns() + CLOSED_MAX;
    struct origin_counts counts;
    int error = origin_counts(t->origin.port, true, &counts);

    while (!error && counts.open_connections > 0 && now_ns() < until &&
           !interrupt_urgent()) {
        nanosleep(&pause, NULL);
        error = origin_counts(t->origin.port, true, &counts);
    }
    return error;
}

/* Ready, with its counts at 0. One that was killed or hangs just now is
 * replaced once. */
static int origin_begin(struct taker *t)
{
    for (int again = 0; again < 2; again++) {
        if (origin_ready(t) != 0)
            return -1;
        if (origin_rested(t) == 0)
            return 0;
        origin_child_stop(&t->origin);
    }
    snprintf(t->error, t->error_size,
             "the origin does not answer: ports or the table of connections "
             "may be used up (see concur doctor); then concur run --resume %s",
             t->folder->path);
    return -1;
}

/* The address at which a sample finds the origin: another one than those before
 * it, whose closed connections keep their ports for a minute. */
static uint32_t host_of(const struct taker *t)
{
    return t->origin.addresses ? 1 + t->fetched % t->origin.addresses : 1;
}

/* Where there is only one address, and ports are not used again at once, the
 * sample waits until those of the samples before it have had their rest. */
static void await_ports(const struct taker *t, const struct place *at)
{
    const struct timespec pause = {.tv_nsec = REST_PAUSE};
    uint64_t needs = fit_connections(at->p->c, at->e->width);
    nsec until = now_ns() + REST_MAX;

    if (t->origin.addresses > 1 || !limits_read("").ports_rest)
        return;
    while (limits_ports_now("") < needs && now_ns() < until &&
           !interrupt_asked())
        nanosleep(&pause, NULL);
}

/* How long a process may live beyond its ideal. */
static nsec grace_of(const struct bench_case *c)
{
    nsec grace = c->tasks * GRACE_TASK;

    if (grace > GRACE_MAX)
        grace = GRACE_MAX;
    if (grace < c->limit)
        grace = c->limit;
    return grace > GRACE_MIN ? grace : GRACE_MIN;
}

static json_t *job_of(const struct place *at, const struct job_terms *terms)
{
    json_t *job = job_write(at->p->c, terms);

    if (at->e->entry->peer)
        work_put(job, at->p->c, terms);
    return job;
}

/* One that calibrates is seen in no figure. */
static bool has_timeline(const struct place *at)
{
    return at->round && !at->e->timeline && !at->e->entry->calibrates;
}

static struct sampled run_worker(const struct taker *t, const struct place *at,
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
        .seed = t->plan->seed,
        .port = t->origin.port,
        .host = host_of(t),
        .folder = folder,
        .timeline = has_timeline(at) ? TIMELINE_ROWS : 0,
        .handicap = schedule_handicap(at->p, at->e->entry),
        .expect = at->p->expect,
    };
    nsec grace = grace_of(at->p->c);
    nsec share = at->p->race ? t->plan->budget / RACE_SHARE : 0;
    nsec most = at->e->ideal + (grace > share ? grace : share);
    nsec left = interrupt_left();
    json_t *job = job_of(at, &terms);
    struct probe probe;
    probe_begin(&probe, at->p->c->probe);
    probe.kept = peer != NULL;
    struct sampled sampled =
        sample_take(self_exe, peer ? outside : worker, job,
                    most < left ? most : left, interrupt_urgent, &probe);

    json_decref(job);
    /* The run's time is up, not the strategy's. */
    sampled.stopped |= sampled.timed_out && interrupt_urgent();
    if (peer)
        work_take(&sampled, at->p->c, &terms);
    probe_put(&probe, sampled.result, at->e->width >= at->p->c->tasks);
    probe_clear(&probe);
    return sampled;
}

/* The rows of a timeline wait until their round stands. */
static void hold_rows(const struct place *at, const struct sampled *sampled)
{
    json_t *rows = json_object_get(sampled->result, "timeline");

    json_decref(at->e->rows);
    at->e->rows = NULL;
    if (at->round && !at->e->timeline && json_array_size(rows) > 0)
        at->e->rows = json_incref(rows);
}

static int write_line(struct taker *t, const struct place *at,
                      const struct sampled *sampled, const char *reason,
                      const struct evidence *evidence,
                      const struct validity *validity)
{
    json_t *line =
        jsonl_sample(at, sampled, reason, evidence->counts, validity);
    int result = folder_put_sample(t->folder, line, t->error, t->error_size);

    json_decref(line);
    return result;
}

/* Where its round is void the strategy has not failed yet; on a terminal the
 * round's own message says the rest. */
static void say_failed(const struct taker *t, const struct place *at,
                       bool invalid, const char *reason)
{
    bool again = invalid && attempt_may_repeat(at->p);

    if (again && t->progress->shown)
        return;
    progress_clear(t->progress);
    fprintf(stderr, "concur: %s: %s: %s: %s\n", at->p->c->name,
            at->e->entry->label, again ? "taken again" : "failed", reason);
}

/* Judges the sample and writes its line. `trouble`: why it failed, if that is
 * known already. */
static int finish(struct taker *t, const struct place *at,
                  const struct evidence *evidence, const char *trouble,
                  struct taken *taken)
{
    const struct sampled *sampled = evidence->sampled;
    char reason[320], told[320] = "";
    struct validity validity = validity_judge(evidence);
    enum verdict verdict = VERDICT_WRONG;

    if (trouble)
        snprintf(told, sizeof(told), "%s", trouble);
    else
        verdict = judge_sample(at->p, at->e, sampled, evidence->counts, told,
                               sizeof(told));
    bool failed = verdict != VERDICT_COUNTS;
    /* A program's last words may be anything. */
    shown_text(reason, sizeof(reason), told);
    if (verdict == VERDICT_DISPUTED)
        validity_dispute(&validity, reason);
    attempt_sample(at->e, failed, sampled->process,
                   (double)json_integer_value(
                       json_object_get(sampled->result, "wall_ns")));
    if (failed) {
        say_failed(t, at, validity.cause != NULL, reason);
    } else {
        hold_rows(at, sampled);
    }
    taken->invalid = validity.cause != NULL;
    if (taken->invalid)
        snprintf(taken->cause, sizeof(taken->cause), "%s: %s: %s",
                 validity.cause, at->e->entry->label, validity.text);
    return write_line(t, at, sampled, failed ? reason : NULL, evidence,
                      &validity);
}

int take_sample(struct taker *t, const struct place *at, struct taken *taken)
{
    bool uses_origin = case_uses_origin(at->p->c);
    uint64_t seed = t->plan->seed;
    struct evidence evidence = {
        .p = at->p, .e = at->e, .warmup = at->round == 0};
    struct origin_counts counts;
    struct scratch scratch;
    char text[300];
    const char *trouble = NULL;

    *taken = (struct taken){0};
    if (uses_origin && origin_begin(t) != 0)
        return -1;
    if (scratch_open(&scratch, at->p->c, seed, t->error, t->error_size) != 0)
        return -1;
    if (uses_origin)
        await_ports(t, at);
    evidence.before = vitals_read();
    struct sampled sampled = run_worker(t, at, scratch.path);
    evidence.after = vitals_read();
    t->fetched += uses_origin;
    evidence.sampled = &sampled;
    if (sampled.result &&
        !scratch_check(&scratch, at->p->c, seed, text, sizeof(text)))
        trouble = text;
    scratch_close(&scratch);
    taken->stopped = sampled.stopped;
    if (sampled.stopped)
        return 0; /* it was not finished: there is nothing to tell */
    if (uses_origin && origin_counts(t->origin.port, true, &counts) != 0) {
        evidence.origin_lost = true;
        trouble = "the origin stopped answering during the sample";
    } else if (uses_origin && !work_unverified(&sampled)) {
        evidence.counts = &counts;
    }
    int result = finish(t, at, &evidence, trouble, taken);
    json_decref(sampled.result);
    return result;
}

void take_end(struct taker *t)
{
    if (t->origin.pid > 0)
        origin_child_stop(&t->origin);
}
