/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A trace, from a case to its last line. The batch is the one that a worker
 * would get: the job is written and read the same way.
 */
#include "trace.h"

#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "../origin/child.h"
#include "../run/plan.h"
#include "../sample/batch.h"
#include "../sample/scratch.h"
#include "../suite/words.h"
#include "break.h"
#include "debug.h"
#include "ending.h"
#include "printer.h"
#include "stop.h"

static int refuse(int code, const char *what, const char *why)
{
    fprintf(stderr, "concur trace: %s: %s\n", what, why);
    return code;
}

/* ---- the batch, run ---- */

/* As a loop that runs for ever: until somebody stops it. */
static void go_on(const struct cancel *cancel)
{
    struct pollfd stop = {.fd = cancel->fd, .events = POLLIN};

    fprintf(stderr, "the batch is done; Ctrl-C ends it\n");
    while (!atomic_load(&cancel->flag))
        if (poll(&stop, 1, -1) < 0 && errno != EINTR)
            return;
}

/* The hooks of the strategy. Returns 0 or the errno of the one that failed,
 * which *hook names. */
static int run_hooks(struct job *job, struct debug *debug, bool forever,
                     nsec *elapsed, const char **hook)
{
    void *self = NULL;

    *hook = "open";
    int error = job->strategy->open(&job->batch, &self);
    if (error)
        return error;
    debug_opened(debug);
    *hook = "run";
    nsec ran = 0; /* the printer has told the times */
    error = batch_run_phases(job, self, &ran, NULL, NULL);
    *elapsed = now_ns() - job->batch.began;
    if (forever && !error)
        go_on(job->batch.cancel);
    job->strategy->close(self);
    return error;
}

static int conclude(const struct job *job, const struct trace_request *request,
                    nsec elapsed)
{
    const struct batch *batch = &job->batch;
    bool stopped = stop_asked();
    uint32_t task;

    if (!ending_print(stdout, batch, job->phase_count, elapsed, stopped))
        return refuse(1, "results", strerror(ENOMEM));
    if (batch_breach(batch, &task) != BREACH_NONE)
        return refuse(1, job->strategy->name, "a task was not done once");
    for (uint32_t i = 0; i < batch->count; i++)
        if (batch->tasks[i].outcome != OUTCOME_OK)
            return 1;
    /* Whoever asked for ever has no other end. */
    return stopped && !request->forever ? 1 : 0;
}

/* Runs the job, which has its records. */
static int watch(struct job *job, const struct trace_request *request,
                 nsec longest)
{
    struct printer printer;
    struct debug debug;
    const char *hook;
    nsec elapsed = 0;

    debug_begin(&debug, request->debug ? stderr : NULL, request->slow, job);
    printer_begin(&printer, stdout, longest);
    printer.breaks = request->breaks;
    printer.break_at = request->break_at - job->batch.first;
    job->batch.observer = &printer.observer;
    stop_catch(job->batch.cancel);
    int error = run_hooks(job, &debug, request->forever, &elapsed, &hook);
    stop_release();
    printer_end(&printer);
    debug_end(&debug, &job->batch);
    return error ? refuse(1, hook, strerror(error))
                 : conclude(job, request, elapsed);
}

static int run_job(struct job *job, const struct trace_request *request,
                   nsec longest)
{
    struct cancel cancel = {.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    int code, error = cancel.fd < 0 ? errno : strategies_init();

    job->batch.cancel = &cancel;
    if (!error)
        error = batch_fill(job);
    code = error ? refuse(1, "batch", strerror(error))
                 : watch(job, request, longest);
    batch_clear(&job->batch);
    if (cancel.fd >= 0)
        close(cancel.fd);
    return code;
}

/* ---- from the case to the job ---- */

static int make_job(struct job *job, const struct plan *plan,
                    const struct plan_entry *entry, uint16_t port,
                    const char *folder, char *error, size_t size)
{
    struct job_terms terms = {
        .name = entry->entry->strategy->name,
        .width = entry->width,
        .seed = plan->seed,
        .port = port,
        .folder = folder,
    };
    json_t *json = job_write(plan->cases[0].c, &terms);
    int result = job_read(job, json, error, size);

    json_decref(json);
    return result;
}

/* Files that were written are left where they can be looked at. */
static int end_files(struct scratch *scratch, const struct bench_case *c,
                     uint64_t seed, int code)
{
    bool written = false;
    char text[300];

    for (size_t s = 0; s < c->step_count; s++)
        written |= c->steps[s].kind == STEP_WRITE;
    if (!scratch->path || !written) {
        scratch_close(scratch);
        return code;
    }
    printf("files are in %s\n", scratch->path);
    if (code == 0 && !case_uses_real_urls(c) &&
        !scratch_check(scratch, c, seed, text, sizeof(text)))
        code = refuse(1, "files", text);
    scratch_keep(scratch);
    return code;
}

static int trace_entry(const struct plan *plan, const struct plan_entry *entry,
                       const struct trace_request *request)
{
    const struct bench_case *c = plan->cases[0].c;
    struct origin_child origin = {0};
    struct scratch scratch;
    struct job job = {0};
    char error[512];
    int code;

    if (scratch_open(&scratch, c, plan->seed, error, sizeof(error)) != 0)
        return refuse(1, "files", error);
    if (plan->uses_origin &&
        origin_child_start(&origin, NULL, error, sizeof(error)) != 0)
        code = refuse(1, "origin", error);
    else if (make_job(&job, plan, entry, origin.port, scratch.path, error,
                      sizeof(error)) != 0)
        code = refuse(1, "batch", error);
    else
        code = run_job(&job, request, entry->ideal);
    job_clear(&job);
    origin_child_stop(&origin);
    return end_files(&scratch, c, plan->seed, code);
}

/* Whether the task to stop at is there, and whether somebody would notice. */
static int check_break(const struct bench_case *c,
                       const struct trace_request *request)
{
    uint64_t last = (uint64_t)c->first + c->tasks - 1;
    char text[96];

    if (!request->breaks)
        return 0;
    if (request->break_at < c->first || request->break_at > last) {
        snprintf(text, sizeof(text),
                 "there is no task %" PRIu32 ": they are %" PRIu32
                 " to %" PRIu64,
                 request->break_at, c->first, last);
        return refuse(2, "--break", text);
    }
    if (!debugger_attached())
        refuse(0, "--break",
               "no debugger is attached: it will not stop; start it as "
               "'gdb --args concur trace …'");
    return 0;
}

/* Peers that the case names beside are left out. */
static const struct plan_entry *find_entry(const struct plan *plan)
{
    const struct plan_case *p = &plan->cases[0];

    for (size_t e = 0; p->entries && e < p->c->entry_count; e++)
        if (p->entries[e].entry->strategy)
            return &p->entries[e];
    return NULL;
}

int trace_case(const struct trace_request *request)
{
    struct limits limits = limits_raise();
    struct bench_case *c = &request->suite->cases[0];
    struct plan plan;
    char error[512];
    int code = check_break(c, request);

    if (code)
        return code;
    c->limit = UINT64_MAX; /* whoever watches has the time */
    int failed = plan_make(&plan, request->suite, request->seed, &limits, error,
                           sizeof(error));
    const struct plan_entry *entry = plan.cases ? find_entry(&plan) : NULL;
    if (entry && entry->absent)
        code = refuse(2, entry->entry->label,
                      complain("cannot do this case: %s", entry->absent));
    else if (failed)
        code = refuse(1, c->name, error);
    else if (!entry)
        code = refuse(2, c->entries[0].label,
                      "is no strategy: it runs outside of this process");
    else
        code = trace_entry(&plan, entry, request);
    plan_clear(&plan);
    return code;
}
