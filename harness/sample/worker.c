/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The worker. Clocks and counters are read before anything is checked or
 * written, so that the measuring does not measure itself.
 */
#include "worker.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

#include "../stats/histogram.h"
#include "aggregate.h"
#include "batch.h"
#include "readings.h"
#include "replies.h"
#include "sampler.h"
#include "verify.h"

/* What a row of the timeline needs of the phase before. */
struct noted {
    nsec finished, idle;
};

/* What is read around the hooks of a strategy. */
struct readings {
    nsec opened, ran, closed; /* how long each took */
    nsec burnt;               /* … of ran: the job's handicap */
    nsec ended;               /* when run had returned */
    struct usage begun;       /* before open, and what is between phases */
    struct usage opening;     /* over open */
    struct usage usage;       /* over open and run */
    struct usage closing;     /* over close */
    struct memory before, after;
    uint64_t base_pss;   /* likewise, shared pages counted in parts */
    uint32_t processes;  /* that the strategy had started */
    json_t *timeline;    /* rows, as far as noted */
    struct noted *noted; /* by row */
    int error;           /* a hook's errno, or 0 */
    const char *hook;    /* the one that failed */
};

/* What note_phase works on. */
struct noting {
    const struct job *job;
    struct readings *readings;
};

/* Which task is in row `row` of the timeline: evenly thinned. */
static uint32_t timeline_task(const struct job *job, uint32_t row)
{
    uint32_t count = job->batch.count;
    uint32_t rows = count < job->timeline ? count : job->timeline;

    return row < rows ? (uint32_t)((uint64_t)row * count / rows) : count;
}

/* Adds the phase that has just ended to the timeline: for each task that was
 * in it [task, created, started, finished, outcome], times since entry to run.
 * A later phase's row is created where the phase before ended. */
static void note_phase(const struct job *job, struct readings *r)
{
    const struct batch *batch = &job->batch;

    for (uint32_t row = 0; row < job->timeline; row++) {
        uint32_t i = timeline_task(job, row);

        if (i >= batch->count)
            return;
        const struct task *task = &batch->tasks[i];
        struct noted *noted = &r->noted[row];
        nsec created = batch->phase ? noted->finished : task->created;
        nsec started = batch->phase ? noted->finished + task->idle - noted->idle
                                    : task->started;

        if (task->progress != 2 * batch->phase + 2)
            continue; /* it had failed before, or was dropped */
        *noted = (struct noted){task->finished, task->idle};
        json_array_append_new(
            r->timeline, json_pack("[I, I, I, I, s]", (json_int_t)i,
                                   (json_int_t)(created - batch->began),
                                   (json_int_t)(started - batch->began),
                                   (json_int_t)(task->finished - batch->began),
                                   outcome_name(task->outcome)));
    }
}

/* What this takes is in no wall time, and so is left out of the CPU time. */
static void between_phases(void *context)
{
    struct noting *noting = context;
    struct usage *begun = &noting->readings->begun, before = usage_read();

    note_phase(noting->job, noting->readings);
    struct usage took = usage_since(before);
    begun->user += took.user;
    begun->system += took.system;
    begun->voluntary += took.voluntary;
    begun->involuntary += took.involuntary;
}

/* Worker processes count with this one: memory as they stand when the batch is
 * done, each with its part of what is shared. */
static void add_processes(struct readings *r)
{
    static pid_t pids[4096];
    uint32_t count = strategies_processes(pids, 4096);

    r->processes = count;
    if (count) {
        r->before.resident = r->base_pss;
        r->after.resident_peak = memory_pss(getpid());
    }
    for (uint32_t p = 0; p < count; p++)
        r->after.resident_peak += memory_pss(pids[p]);
}

/* Their CPU time is known when they have ended. */
static void add_children(struct readings *r)
{
    struct usage children = usage_children();

    r->usage.user += children.user;
    r->usage.system += children.system;
    r->usage.voluntary += children.voluntary;
    r->usage.involuntary += children.involuntary;
}

/* Work that is really done, for a slow-down of known size: the thread computes
 * until its own CPU time has advanced by so much. Returns how long that took,
 * which is more where others want the core too, as of any work. */
static nsec burn(nsec cpu)
{
    struct timespec time;
    nsec start = now_ns(), until = 0, used = 0;

    while (cpu && clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time) == 0) {
        used = (nsec)time.tv_sec * NSEC_PER_SEC + (nsec)time.tv_nsec;
        if (!until)
            until = used + cpu;
        if (used >= until)
            break;
    }
    return cpu ? now_ns() - start : 0;
}

static void measure(struct job *job, struct readings *r)
{
    void *self = NULL;

    r->begun = usage_read();
    nsec start = now_ns();

    r->hook = "open";
    r->error = job->strategy->open(&job->batch, &self);
    nsec opened = now_ns();
    r->opened = opened - start;
    if (r->error)
        return;
    r->opening = usage_since(r->begun);
    r->hook = "run";
    struct noting noting = {job, r};
    r->error = batch_run_phases(job, self, &r->ran, between_phases, &noting);
    if (!r->error)
        r->burnt = burn(job->handicap);
    r->ran += r->burnt;
    r->ended = now_ns();
    r->usage = usage_since(r->begun);
    r->after = memory_read();
    add_processes(r);

    struct usage before = usage_read();
    nsec closing = now_ns();
    job->strategy->close(self);
    r->closed = now_ns() - closing;
    r->closing = usage_since(before);
    add_children(r);
}

/* ---- the result ---- */

static void set(json_t *result, const char *key, uint64_t value)
{
    json_object_set_new(result, key, json_integer((json_int_t)value));
}

static void put_memory(json_t *result, const struct job *job,
                       const struct readings *r)
{
    uint64_t base = r->before.resident;
    uint64_t peak = r->after.resident_peak;
    uint64_t growth = peak > base ? peak - base : 0;
    uint32_t in_flight = atomic_load(&job->batch.in_flight_peak);
    uint32_t threads = strategies_threads_peak();

    set(result, "base_rss_bytes", base);
    set(result, "peak_rss_bytes", peak);
    json_object_set_new(
        result, "bytes_per_task",
        json_real((double)growth / (in_flight ? in_flight : 1)));
    set(result, "virtual_peak_bytes", r->after.virtual_peak);
    set(result, "page_table_bytes", r->after.page_tables);
    set(result, "threads_peak", threads);
    set(result, "inflight_peak", in_flight);
    set(result, "processes", r->processes);
    /* Computed: the kernel does not tell it of one process. */
    set(result, "kernel_stack_bytes", (uint64_t)threads * 16384);
}

static void put_times(json_t *result, const struct job *job,
                      const struct readings *r)
{
    if (job->handicap)
        set(result, "handicap_ns", r->burnt);
    set(result, "wall_ns", r->opened + r->ran);
    set(result, "setup_ns", r->opened);
    set(result, "run_ns", r->ran);
    set(result, "close_ns", r->closed);
    set(result, "setup_cpu_ns", r->opening.user + r->opening.system);
    set(result, "close_cpu_ns", r->closing.user + r->closing.system);
    set(result, "user_ns", r->usage.user);
    set(result, "sys_ns", r->usage.system);
    set(result, "voluntary_switches", r->usage.voluntary);
    set(result, "involuntary_switches", r->usage.involuntary);
}

/* For the harness (probe.h): when the batch ran, and when all of its tasks were
 * in flight at once, if ever. */
static void put_together(json_t *result, const struct batch *batch)
{
    nsec start = 0, end = UINT64_MAX;

    for (uint32_t i = 0; i < batch->count; i++) {
        const struct task *task = &batch->tasks[i];

        start = task->started > start ? task->started : start;
        end = task->finished < end ? task->finished : end;
    }
    set(result, "began_ns", batch->began);
    set(result, "last_start_ns", start);
    set(result, "first_end_ns", end);
}

static void put_tally(json_t *result, const struct tally *tally)
{
    json_t *failures = json_object();

    for (int o = OUTCOME_OK + 1; o < OUTCOMES; o++)
        if (tally->by_outcome[o])
            set(failures, outcome_name(o), tally->by_outcome[o]);
    set(result, "ok", tally->ok);
    set(result, "failed", tally->failed);
    json_object_set_new(result, "failures", failures);
    set(result, "lost", tally->lost);
    set(result, "bytes", tally->bytes);
    json_object_set_new(result, "digest", json_sprintf("%08x", tally->digest));
    set(result, "values", tally->values);
}

static void put_histograms(json_t *result, const struct batch *batch)
{
    struct histogram *latency = histogram_new();
    struct histogram *sojourn = histogram_new();

    for (uint32_t i = 0; latency && sojourn && i < batch->count; i++) {
        const struct task *task = &batch->tasks[i];

        if (task->outcome == OUTCOME_NONE)
            continue;
        histogram_add(latency, task->finished - task->started - task->idle, 1);
        histogram_add(sojourn, task->finished - task->created, 1);
    }
    if (latency && sojourn) {
        json_object_set_new(result, "latency_hist", histogram_to_json(latency));
        json_object_set_new(result, "sojourn_hist", histogram_to_json(sojourn));
    }
    histogram_free(latency);
    histogram_free(sojourn);
}

/* How far the sender fell behind an open load. */
static void put_lag(json_t *result, const struct batch *batch)
{
    struct histogram *lag = batch->due ? histogram_new() : NULL;
    uint64_t behind = 0;

    for (uint32_t i = 0; lag && i < batch->count; i++) {
        const struct task *task = &batch->tasks[i];

        if (task->outcome == OUTCOME_NONE)
            continue;
        histogram_add(lag, task->started - task->created, 1);
        behind += task->started - task->created > BEHIND_NS;
    }
    if (lag) {
        json_object_set_new(result, "lag_hist", histogram_to_json(lag));
        set(result, "behind", behind);
    }
    histogram_free(lag);
}

/* Why the sample is void, or false. */
static bool find_fault(const struct job *job, const struct readings *r,
                       const struct tally *tally, char *text, size_t size)
{
    const struct batch *batch = &job->batch;
    const struct expectation *expect = &job->expect;
    uint32_t task;
    enum breach breach = batch_breach(batch, &task);

    if (breach != BREACH_NONE) {
        snprintf(text, size, "task %u %s", batch->first + task,
                 breach_text(breach));
        return true;
    }
    if (verify_stamps(batch, r->ended, text, size))
        return true;
    /* A lost or failed task is told by the counts. */
    if (expect->known && tally->ok == batch->count &&
        (tally->digest != expect->digest || tally->bytes != expect->bytes ||
         tally->values != expect->values))
        return verify_results(batch, text, size);
    return false;
}

static json_t *result_json(const struct job *job, struct readings *r)
{
    json_t *result = json_object();
    char text[256];

    if (r->error) {
        json_object_set_new(
            result, "error",
            json_sprintf("%s: %s", r->hook, strerror(r->error)));
        return result;
    }
    struct tally tally = tally_batch(&job->batch);
    put_times(result, job, r);
    put_together(result, &job->batch);
    put_memory(result, job, r);
    put_tally(result, &tally);
    if (job->batch.real) {
        json_object_set_new(result, "statuses", replies_statuses(&job->batch));
        json_object_set_new(result, "failed_tasks",
                            replies_failed(&job->batch));
    }
    if (find_fault(job, r, &tally, text, sizeof(text))) {
        json_object_set_new(result, "error", json_string(text));
        return result; /* stamps that lie make no histogram */
    }
    put_histograms(result, &job->batch);
    put_lag(result, &job->batch);
    struct aggregate aggregate = aggregate_of(&job->batch);
    if (aggregate.field)
        json_object_set_new(result, "aggregate", aggregate_json(&aggregate));
    if (job->timeline) {
        note_phase(job, r);
        json_object_set(result, "timeline", r->timeline);
    }
    return result;
}

/* ---- the process ---- */

static int put_result(const struct job *job, struct readings *readings)
{
    json_t *result = result_json(job, readings);
    int failed = json_dumpf(result, stdout, JSON_COMPACT);

    json_decref(result);
    return failed || fflush(stdout) != 0 ? EIO : 0;
}

static int prepare(struct job *job, struct readings *readings)
{

    readings->timeline = json_array();
    readings->noted = calloc(job->timeline + 1, sizeof(*readings->noted));
    memory_reset_peak();
    readings->before = memory_read();
    readings->base_pss = memory_pss(getpid());
    int error = batch_fill(job);
    return readings->noted && readings->timeline ? error : ENOMEM;
}

/* The job's batch gets its records here. */
static int take_sample(struct job *job)
{
    struct readings readings = {0};
    int error = strategies_init();

    if (!error)
        error = prepare(job, &readings);
    if (!error) {
        measure(job, &readings);
        error = put_result(job, &readings);
    }
    json_decref(readings.timeline);
    free(readings.noted);
    batch_clear(&job->batch);
    return error;
}

int worker_main(void)
{
    json_error_t problem;
    struct cancel cancel = {.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    struct job job = {0};
    char text[256];

    /* A worker without a harness is of no use to anybody. */
    sample_follow_harness(SIGKILL);
    json_t *json = json_loadf(stdin, 0, &problem);
    if (!json) {
        fprintf(stderr, "concur worker: job: %s\n", problem.text);
        return 2;
    }
    int failed = job_read(&job, json, text, sizeof(text));
    json_decref(json);
    if (failed) {
        fprintf(stderr, "concur worker: %s\n", text);
        job_clear(&job);
        return 2;
    }
    job.batch.cancel = &cancel;
    int error = cancel.fd < 0 ? EMFILE : take_sample(&job);
    if (error)
        fprintf(stderr, "concur worker: %s\n", strerror(error));
    job_clear(&job);
    close(cancel.fd);
    return error ? 1 : 0;
}
