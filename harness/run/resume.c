/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Going on with a run. Everything is read from its folder: the suite as it was
 * then, the samples that are there. What would mix samples that cannot be
 * compared is refused before a sample is touched.
 */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "../stats/run_file.h"
#include "../suite/units.h"
#include "describe.h"
#include "measure.h"
#include "program.h"
#include "replay.h"
#include "request.h"
#include "run.h"
#include "schedule.h"

struct resume {
    struct folder folder;
    json_t *run; /* run.json */
    struct suite *suite;
    struct plan plan;
    struct limits limits;
    struct pin pin;
    struct awake awake;
    struct samples samples;
    char error[PATH_MAX + 512];
};

static int refuse(struct resume *r, const char *format, const char *what,
                  const char *then, const char *now)
{
    int used = snprintf(r->error, sizeof(r->error), "%s: ", r->folder.path);

    if (used > 0 && (size_t)used < sizeof(r->error))
        snprintf(r->error + used, sizeof(r->error) - (size_t)used, format, what,
                 then, now);
    return -1;
}

/* ---- what must be as it was ---- */

/* The program that measures is part of what is measured. */
static int same_program(struct resume *r)
{
    const struct {
        const char *key, *now;
    } parts[] = {{"concur", CONCUR_VERSION},
                 {"libraries", strategies_libraries()},
                 {"compiler", __VERSION__},
                 {"flags", CONCUR_FLAGS},
                 {"build", program_digest()}};

    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++) {
        const char *then =
            json_string_value(json_object_get(r->run, parts[i].key));

        if (!then || strcmp(then, parts[i].now) != 0)
            return refuse(r,
                          "was measured with another program (%s: %s, now "
                          "%s); samples of two cannot be mixed",
                          parts[i].key, then ? then : "not known",
                          parts[i].now);
    }
    return 0;
}

/* Without the commands of absent peers: what would be run depends on what is
 * installed. */
static void drop_commands(const struct plan_case *p, json_t *one_case)
{
    json_t *entries = json_object_get(one_case, "strategies");

    for (size_t e = 0; e < p->c->entry_count; e++)
        if (p->entries[e].absent)
            json_object_del(json_array_get(entries, e), "command");
}

/* Cases, steps, widths, ideals as run.json has them: the suite is read as it
 * was read then, on a machine that gives the same widths. */
static int same_cases(struct resume *r)
{
    json_t *then = json_object_get(r->run, "cases");

    if (json_array_size(then) != r->plan.count)
        return refuse(r, "its cases are read otherwise now%s%s%s", "", "", "");
    for (size_t i = 0; i < r->plan.count; i++) {
        const struct plan_case *p = &r->plan.cases[i];
        json_t *now = describe_case(p);
        json_t *was = json_deep_copy(json_array_get(then, i));
        bool known = json_array_size(json_object_get(was, "strategies")) ==
                     p->c->entry_count;

        if (known) {
            drop_commands(p, now);
            drop_commands(p, was);
        }
        bool same = known && json_equal(now, was);
        json_decref(now);
        json_decref(was);
        if (!same)
            return refuse(r,
                          "case %s would be another one now (cores, widths, "
                          "peers or the suite's format have changed)%s%s",
                          p->c->name, "", "");
    }
    return 0;
}

/* ---- what may differ ---- */

/* Facts of the machine that have changed: {"kernel":[then, now], …}. */
static json_t *changes(const json_t *then, const json_t *now)
{
    static const char *const facts[] = {
        "hostname",     "kernel",         "arch",     "cpu",       "cores",
        "memory_bytes", "virtualisation", "governor", "cgroup_cpu"};
    json_t *out = json_object();

    for (size_t i = 0; i < sizeof(facts) / sizeof(*facts); i++) {
        json_t *was = json_object_get(then, facts[i]);
        json_t *is = json_object_get(now, facts[i]);

        if (was && is && !json_equal(was, is))
            json_object_set_new(out, facts[i], json_pack("[O, O]", was, is));
    }
    return out;
}

/* Adds this life to run.json, with what has changed since the first. */
static int note_life(struct resume *r)
{
    char now[40];
    const char *fact;
    json_t *value, *machine = machine_json(&r->limits);
    json_t *changed = changes(json_object_get(r->run, "machine"), machine);
    json_t *lives = json_object_get(r->run, "resumed");

    time_stamp(now, sizeof(now));
    json_object_foreach (changed, fact, value)
        fprintf(stderr,
                "concur run: %s: the machine has changed (%s): the report "
                "will say so\n",
                r->folder.path, fact);
    if (!lives) {
        lives = json_array();
        json_object_set_new(r->run, "resumed", lives);
    }
    json_array_append_new(
        lives, json_pack("{s:s, s:O}", "time", now, "changed", changed));
    json_decref(changed);
    json_decref(machine);
    return folder_put_run(&r->folder, r->run, r->error, sizeof(r->error));
}

/* ---- going on ---- */

static int read_samples(struct resume *r)
{
    char path[PATH_MAX];

    samples_clear(&r->samples);
    snprintf(path, sizeof(path), "%s/samples.jsonl", r->folder.path);
    return samples_read(path, json_object_get(r->run, "cases"), &r->samples,
                        r->error, sizeof(r->error));
}

/* Origin and strategies on the cores that they had. */
static int pin(struct resume *r)
{
    json_t *then = json_object_get(r->run, "pin");

    if (!json_is_object(then))
        return 0;
    if (run_pin(&r->pin, &r->limits, r->error, sizeof(r->error)) != 0)
        return -1;
    json_t *now = pin_json(&r->pin);
    bool same = json_equal(then, now);
    json_decref(now);
    return same ? 0
                : refuse(r, "its cores cannot be had any more%s%s%s", "", "",
                         "");
}

/* Awake as they were, or not. */
static int awake(struct resume *r)
{
    const json_t *then = json_object_get(r->run, "awake");

    awake_not(&r->awake);
    r->plan.awake = &r->awake;
    if (!json_is_true(json_object_get(then, "held")))
        return 0;
    awake_begin(&r->awake, NULL);
    return r->awake.fd >= 0
               ? 0
               : refuse(r, "processors cannot be kept awake any more: %s%s%s",
                        r->awake.why, "", "");
}

/* What was asked of cases without a fixed number of rounds. */
static void read_stopping(struct resume *r)
{
    const json_t *stopping = json_object_get(r->run, "stopping");

    r->plan.precision =
        json_number_value(json_object_get(stopping, "precision"));
    r->plan.budget =
        (nsec)json_integer_value(json_object_get(stopping, "budget_ns"));
    if (json_is_true(json_object_get(stopping, "race")))
        plan_race(&r->plan);
}

/* Everything that can be refused, and then where the run stands. */
static int prepare(struct resume *r)
{
    const struct replay replay = {&r->plan, &r->samples, &r->folder};
    uint64_t seed;

    r->run = run_file_read(r->folder.path, r->error, sizeof(r->error));
    if (!r->run || same_program(r) != 0)
        return -1;
    r->suite = request_suite(r->run, r->error, sizeof(r->error));
    if (!r->suite)
        return -1;
    seed = (uint64_t)json_integer_value(json_object_get(r->run, "seed"));
    r->limits = limits_raise();
    if (pin(r) != 0)
        return -1;
    if (plan_make(&r->plan, r->suite, seed, &r->limits, r->error,
                  sizeof(r->error)) != 0 ||
        same_cases(r) != 0 ||
        /* Opening removes a torn last line, so it comes before reading: what
         * is replayed is what the next lines are appended to. */
        folder_open(&r->folder, r->error, sizeof(r->error)) != 0 ||
        read_samples(r) != 0 ||
        replay_absences(&replay, r->error, sizeof(r->error)) != 0)
        return -1;
    read_stopping(r);
    if (awake(r) != 0)
        return -1;
    return replay_samples(&replay, r->error, sizeof(r->error));
}

/* A run may be measured and yet lack its report, or have an older one. */
static bool has_report(const struct folder *folder)
{
    return folder_newer(folder, "report.html", "samples.jsonl");
}

static void announce(const struct resume *r)
{
    char time[32];

    const char *about =
        format_duration(time, sizeof(time), (double)plan_time(&r->plan));
    uint32_t left = plan_samples(&r->plan);

    if (left)
        printf("suite %s goes on: %s%u sample%s left, about %s; %s\n",
               r->suite->name, plan_is_auto(&r->plan) ? "at least " : "", left,
               left == 1 ? "" : "s", about, r->folder.path);
    else if (schedule_next(&r->plan))
        printf("suite %s goes on: rounds for more precision, about %s; %s\n",
               r->suite->name, about, r->folder.path);
    else
        printf("suite %s is measured: its report is written; %s\n",
               r->suite->name, r->folder.path);
    fflush(stdout);
}

static int go_on(struct resume *r, bool quiet)
{
    bool complete = schedule_next(&r->plan) == NULL;

    if (complete && has_report(&r->folder)) {
        printf("%s is complete: nothing is left to be measured\n",
               r->folder.path);
        return 0;
    }
    if (!complete && note_life(r) != 0)
        return run_refuse(r->error);
    if (json_is_object(json_object_get(r->run, "pin")))
        r->plan.pin = &r->pin;
    if (!quiet)
        announce(r);
    return run_measure(&r->plan, &r->folder, quiet, !quiet);
}

int run_resume(const char *dir, bool quiet)
{
    struct resume r = {.run = NULL};
    int code;

    if (folder_take(&r.folder, dir, r.error, sizeof(r.error)) != 0)
        return run_refuse(r.error);
    code = prepare(&r) == 0 ? go_on(&r, quiet) : run_refuse(r.error);
    samples_clear(&r.samples);
    plan_clear(&r.plan);
    suite_free(r.suite);
    json_decref(r.run);
    folder_close(&r.folder);
    return code;
}
