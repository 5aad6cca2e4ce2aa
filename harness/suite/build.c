/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A case put together from its keys: plain values first, then what depends on
 * several of them, then the checks that need the whole.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "draft.h"
#include "units.h"
#include "words.h"

/* Workloads are steps with a name, which take what they need from the case. */
static const struct workload {
    const char *name, *steps;
} workloads[] = {
    {"sleep", "sleep"},
    {"fetch", "fetch"},
    {"chain", "sleep; add 1; sleep; add 1; sleep; add 1"},
    {"file", "read input_{i}.html"},
    {"scrape", "fetch /page/{i}; barrier; write file_{i}.html"},
    {"aggregate", "fetch /json/{i}; parse height"},
    {"mixed", "fetch; cpu"},
    {"spawn", ""},
};
#define WORKLOADS (sizeof(workloads) / sizeof(workloads[0]))

char *workload_names(char *buf, size_t size)
{
    size_t used = 0;

    *buf = '\0';
    for (size_t w = 0; w < WORKLOADS && used < size; w++)
        used += (size_t)snprintf(buf + used, size - used, "%s%s", w ? ", " : "",
                                 workloads[w].name);
    return buf;
}

static bool set_plain(struct draft *d)
{
    d->c.reuse = true;
    d->c.rounds = d->c.rounds_least = 10;
    d->c.limit = 60 * NSEC_PER_SEC;
    for (size_t k = 0; case_keys[k].name; k++) {
        const char *wrong = NULL;

        if (!d->values[k])
            continue;
        if (!*d->values[k])
            wrong = "has no value";
        else if (case_keys[k].set)
            wrong = case_keys[k].set(d, &case_keys[k], d->values[k]);
        if (wrong)
            return draft_fail(d, case_keys[k].name, "%s", wrong);
    }
    return true;
}

static bool unknown_workload(struct draft *d, const char *word)
{
    const char *names[WORKLOADS + 1] = {NULL};
    char hint[WORD_CHOICE_BYTES];

    for (size_t w = 0; w < WORKLOADS; w++)
        names[w] = workloads[w].name;
    return draft_fail(d, "workload", "unknown workload '%s'%s", word,
                      word_choice(hint, sizeof(hint), word, names));
}

static bool build_work(struct draft *d)
{
    const char *workload = draft_text(d, "workload");
    const char *steps = draft_text(d, "steps");
    const char *urls = draft_text(d, "urls"), *url = draft_text(d, "url");
    const char *key = steps ? "steps" : "workload";

    if (workload && steps)
        return draft_fail(d, "steps", "the case has a workload already");
    if (url && urls)
        return draft_fail(d, "urls", "the case has a url already");
    if (!workload && !steps && !url && !urls)
        return draft_fail(d, NULL,
                          "needs a workload (sleep or fetch, say) or "
                          "steps");
    if (!workload && !steps)
        workload = "fetch";
    for (size_t w = 0; workload && !steps && w < WORKLOADS; w++)
        if (strcmp(workloads[w].name, workload) == 0)
            steps = workloads[w].steps;
    if (!steps)
        return unknown_workload(d, workload);
    d->c.workload = strdup(workload ? workload : "steps");
    if (!d->c.workload)
        return draft_fail(d, NULL, "%s", no_memory);
    if (urls && !urls_build(d, urls))
        return false;
    return steps_build(d, key, steps) && creator_build(d);
}

/* ---- keys that fit only some cases ---- */

static bool waits_by_key(const struct draft *d)
{
    return d->delay_used;
}

static bool has_body(const struct draft *d)
{
    return d->body_used;
}

static bool has_url(const struct draft *d)
{
    return d->url_used;
}

static bool has_urls(const struct draft *d)
{
    return d->urls_used;
}

static bool computes(const struct draft *d)
{
    return d->cpu_used;
}

static bool fetches(const struct draft *d)
{
    for (size_t s = 0; s < d->c.step_count; s++)
        if (d->c.steps[s].kind == STEP_FETCH)
            return true;
    return false;
}

static bool starts_threads(const struct draft *d)
{
    for (size_t e = 0; e < d->c.entry_count; e++)
        if (d->c.entries[e].strategy && (d->c.entries[e].strategy->threaded ||
                                         d->c.entries[e].strategy->stacked))
            return true;
    return false;
}

static bool widens(const struct draft *d)
{
    for (size_t e = 0; e < d->c.entry_count; e++)
        if (entry_rule(&d->c.entries[e]) != WIDTH_ONE)
            return true;
    return false;
}

static const struct use {
    const char *key;
    bool (*used)(const struct draft *d);
    const char *reason; /* why not */
} uses[] = {
    {"delay", waits_by_key,
     "no step waits for it: sleeps have times of their own, and a real URL's "
     "delay is its server's"},
    {"body", has_body, "nothing is fetched from the own origin"},
    {"url", has_url, "no step fetches it"},
    {"urls", has_urls, "no step fetches them"},
    {"cpu", computes, "no step computes"},
    {"reuse", fetches, "nothing is fetched"},
    {"timeout", fetches, "nothing is fetched"},
    {"stack", starts_threads, "no strategy here starts threads for its tasks"},
    {"width", widens, "every strategy here has one task in flight by nature"},
};
#define USES (sizeof(uses) / sizeof(uses[0]))

const char *unused_reason(const char *key)
{
    for (size_t u = 0; u < USES; u++)
        if (strcmp(uses[u].key, key) == 0)
            return uses[u].reason;
    return "no case has a use for it";
}

/* Notes which settings have an effect in this case. One that has none in any
 * case is a mistake, which is seen at the end. */
static void settle_uses(struct draft *d)
{
    for (size_t k = 0; case_keys[k].name; k++) {
        bool used = true;

        for (size_t u = 0; u < USES; u++)
            if (strcmp(uses[u].key, case_keys[k].name) == 0)
                used = uses[u].used(d);
        if (d->settings[k])
            d->settings[k]->used |= used;
    }
    if (!fetches(d)) {
        d->c.reuse = true;
        d->c.timeout = 0;
    }
    if (!d->body_used)
        d->c.body_bytes = 0;
    if (!d->delay_used) {
        free(d->c.delay);
        d->c.delay = NULL;
    }
}

/* ---- the whole ---- */

/* How many tasks there are, where the case does not say. */
static bool count_tasks(struct draft *d)
{
    const struct case_key *key = case_key_find("tasks");
    uint64_t tasks = d->c.tasks;

    if (!tasks && d->urls_used)
        tasks = d->c.url_count;
    if (!tasks)
        tasks = d->url_range;
    if (!tasks && d->list_count > 1)
        tasks = d->list_count;
    if (!tasks)
        return draft_fail(d, NULL, "needs %stasks: say how many",
                          strcmp(d->where, COMMAND_LINE) == 0 ? "--" : "");
    if (tasks > key->high) {
        char range[80];

        return draft_fail(d, NULL, "has %llu tasks, out of range: %s",
                          (unsigned long long)tasks,
                          case_key_range(key, range, sizeof(range)));
    }
    if (draft_text(d, "creator") && draft_text(d, "rate"))
        return draft_fail(d, "rate",
                          "a creator's tasks come when they are spawned");
    /* The creator is one more. */
    d->c.tasks = (uint32_t)tasks + (draft_text(d, "creator") != NULL);
    if ((uint64_t)d->c.first + tasks > UINT32_MAX)
        return draft_fail(d, "first", "the last task's number is too large");
    return true;
}

static bool check_fetches(struct draft *d)
{
    const char *blame = d->url_used ? "url" : "steps", *wrong;
    bool real = case_uses_real_urls(&d->c);

    if (real && case_uses_origin(&d->c))
        return draft_fail(d, "steps",
                          "fetches go either all to the own "
                          "origin or all to real URLs");
    wrong = url_check_rendered(&d->c);
    if (wrong)
        return draft_fail(d, blame, "%s", wrong);
    if (real && !draft_text(d, "timeout"))
        d->c.timeout = 30 * NSEC_PER_SEC;
    return true;
}

/* The rate decides the wall times of an open load: work added to one is not
 * seen in what it is ranked by. */
static bool check_open(struct draft *d)
{
    return !(d->c.rate.per_second > 0) || !d->c.calibrate ||
           draft_fail(d, "calibrate",
                      "it adds work to wall times, which the case's rate "
                      "decides: leave it out where there is a rate");
}

bool draft_build(struct draft *d)
{
    if (!set_plain(d) || !check_open(d) || !build_work(d) || !count_tasks(d) ||
        !creator_check(d) || !files_check(d) || !check_fetches(d) ||
        !entries_build(d))
        return false;
    settle_uses(d);
    d->c.waits = calloc(d->c.phase_count, sizeof(*d->c.waits));
    return d->c.waits || draft_fail(d, NULL, "%s", no_memory);
}
