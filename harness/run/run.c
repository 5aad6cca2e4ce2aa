/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A run from request to report. Everything that can be refused is refused
 * before the run's folder is made.
 */
#include "run.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <unistd.h>

#include "../report/report.h"
#include "../sample/scratch.h"
#include "../stats/stopping.h"
#include "../stats/summary.h"
#include "../suite/units.h"
#include "attempts.h"
#include "describe.h"
#include "folder.h"
#include "interrupt.h"
#include "measure.h"
#include "rounds.h"

/* Whose messages they are. */
static const char *caller = "concur run";

uint64_t run_seed(void)
{
    uint32_t seed = 0;

    if (getrandom(&seed, sizeof(seed), 0) != sizeof(seed) || !seed)
        seed = (uint32_t)now_ns() | 1;
    return seed;
}

static int terminal_width(void)
{
    struct winsize size;

    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
        return 80;
    return size.ws_col;
}

/* Summary, figures, reports, and the table on the terminal. */
static int conclude(const struct folder *folder, bool tell, char *error,
                    size_t size)
{
    if (report_make(folder->path, error, size) != 0)
        return -1;
    if (!tell)
        return 0;
    json_t *summary = summary_make(folder->path, error, size);
    if (!summary)
        return -1;
    report_terminal(stdout, summary, terminal_width(), isatty(STDOUT_FILENO));
    json_decref(summary);
    printf("report: %s/report.html\n", folder->path);
    return 0;
}

/* What was said may sit in a buffer until now. Whoever reads no table gets to
 * know by the exit code; main says why. */
static bool stdout_broken(void)
{
    return fflush(stdout) != 0 || ferror(stdout);
}

int run_refuse(const char *error)
{
    fprintf(stderr, "%s: %s\n", caller, error);
    return 2;
}

int run_measure(struct plan *plan, struct folder *folder, bool quiet, bool tell)
{
    char error[PATH_MAX + 512];

    interrupt_catch();
    scratch_sweep(); /* what a run that was killed has left */
    int result = rounds_run(plan, folder, quiet, error, sizeof(error));
    bool cut = interrupt_measured();
    pin_undo(plan->pin); /* figures are drawn on all cores */
    if (plan->awake)
        awake_end(plan->awake);
    if (result == 0)
        result = conclude(folder, tell, error, sizeof(error));
    if (result != 0)
        return run_refuse(error);
    if (stdout_broken())
        return 1;
    return attempts_failed(plan) || cut ? 1 : 0;
}

static void announce(const struct run_request *request, const struct plan *plan,
                     const struct folder *folder)
{
    char time[32];

    printf("suite %s: %zu case%s, %s%u samples, about %s; seed %llu; %s\n",
           request->suite->name, plan->count, plan->count == 1 ? "" : "s",
           plan_is_auto(plan) ? "at least " : "", plan_samples(plan),
           format_duration(time, sizeof(time), (double)plan_time(plan)),
           (unsigned long long)plan->seed, folder->path);
    fflush(stdout);
}

static int run_plan(const struct run_request *request, struct plan *plan,
                    const struct limits *limits)
{
    char error[PATH_MAX + 512];
    struct folder folder;
    json_t *run = describe_run(request, plan, limits);

    if (!run)
        return run_refuse("run.json cannot be made: out of memory, or a text "
                          "of the machine is not UTF-8");
    if (folder_make(&folder, request->out,
                    request->results ? request->results : "results",
                    request->suite->name, error, sizeof(error)) != 0) {
        json_decref(run);
        return run_refuse(error);
    }
    int result = folder_put_run(&folder, run, error, sizeof(error));
    json_decref(run);
    if (result == 0)
        result = folder_open(&folder, error, sizeof(error));
    if (result != 0) {
        folder_close(&folder);
        return run_refuse(error);
    }
    folder_set_latest(&folder);
    bool tell = !request->quiet && !request->folder;
    if (tell)
        announce(request, plan, &folder);
    if (request->folder)
        *request->folder = strdup(folder.path);
    int code = run_measure(plan, &folder, request->quiet, tell);
    folder_close(&folder);
    return code;
}

int run_pin(struct pin *pin, struct limits *limits, char *error,
            size_t error_size)
{
    if (pin_split(pin, "", error, error_size) != 0)
        return -1;
    limits->cores = (uint32_t)CPU_COUNT(&pin->strategies);
    return pin_strategies(pin, error, error_size);
}

/* A case whose rounds go on until its wall times are steady, though a rate
 * decides these; NULL: there is none. */
static const struct bench_case *auto_and_open(const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++) {
        const struct bench_case *c = plan->cases[i].c;

        if (c->rate.per_second > 0 && case_is_auto(c))
            return c;
    }
    return NULL;
}

/* What is asked of cases without a fixed number of rounds. */
static int set_stopping(struct plan *plan, const struct run_request *request,
                        char *error, size_t error_size)
{
    bool asked = request->precision > 0 || request->budget;

    if (asked && !plan_is_auto(plan)) {
        snprintf(error, error_size,
                 "--%s: no case has rounds = auto, which it is for",
                 request->precision > 0 ? "precision" : "budget");
        return -1;
    }
    const struct bench_case *open = auto_and_open(plan);
    if (open && !request->until) {
        snprintf(error, error_size,
                 "%s: rounds = auto goes by wall times, which the case's rate "
                 "decides: say how many rounds",
                 open->name);
        return -1;
    }
    plan->precision =
        request->precision > 0 ? request->precision : STOPPING_PRECISION;
    plan->budget = request->budget          ? request->budget
                   : request->suite->budget ? request->suite->budget
                                            : (nsec)STOPPING_BUDGET;
    if (request->until) {
        nsec now = now_ns();

        plan->budget = request->until > now ? request->until - now : 1;
        plan_race(plan);
        interrupt_at(request->until);
    }
    return 0;
}

int run_suite(const struct run_request *request)
{
    struct limits limits = limits_raise();
    struct plan plan;
    struct pin pin;
    struct awake awake;
    char error[512];
    int code;

    caller = request->caller ? request->caller : caller;
    interrupt_catch(); /* asking the peers takes a while too */
    if (request->pin && run_pin(&pin, &limits, error, sizeof(error)) != 0)
        return run_refuse(error);
    uint64_t seed = request->seed ? request->seed : run_seed();
    if (plan_make(&plan, request->suite, seed, &limits, error, sizeof(error)) !=
            0 ||
        set_stopping(&plan, request, error, sizeof(error)) != 0) {
        code = run_refuse(error);
    } else if (interrupt_asked()) {
        run_refuse("interrupted before anything was measured");
        code = 1;
    } else {
        plan.pin = request->pin ? &pin : NULL;
        plan.awake = &awake;
        if (request->may_idle)
            awake_not(&awake);
        else
            awake_begin(&awake, NULL);
        code = run_plan(request, &plan, &limits);
    }
    plan_clear(&plan);
    return code;
}
