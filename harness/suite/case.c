/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What can be said of a case without running it.
 */
#include "case.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../origin/content.h"
#include "units.h"

static bool fetches_own(const struct step *step)
{
    return step->kind == STEP_FETCH && !step->url_count && step->url[0] == '/';
}

unsigned case_kinds(const struct bench_case *c)
{
    unsigned kinds = 0;

    for (size_t s = 0; s < c->step_count; s++)
        kinds |= STEP_BIT(c->steps[s].kind);
    return kinds;
}

bool case_uses_origin(const struct bench_case *c)
{
    for (size_t s = 0; s < c->step_count; s++)
        if (fetches_own(&c->steps[s]))
            return true;
    return false;
}

bool case_uses_real_urls(const struct bench_case *c)
{
    for (size_t s = 0; s < c->step_count; s++)
        if (c->steps[s].kind == STEP_FETCH && !fetches_own(&c->steps[s]))
            return true;
    return false;
}

struct batch case_batch(const struct bench_case *c, uint64_t seed)
{
    bool creator = c->creator < c->step_count;

    return (struct batch){.count = c->tasks,
                          .phase_begin = c->steps,
                          .phase_end = c->steps + c->creator,
                          .creator_begin =
                              creator ? c->steps + c->creator : NULL,
                          .creator_end = c->steps + c->step_count,
                          .first = c->first,
                          .width = 1,
                          .seed = seed,
                          .steps = c->steps,
                          .step_count = (uint32_t)c->step_count,
                          .reuse = c->reuse,
                          .real = case_uses_real_urls(c)};
}

char *case_step_text(const struct bench_case *c, size_t s, char *buf,
                     size_t size)
{
    const struct step *step = &c->steps[s];
    const char *url = step->url_count ? step->urls[0] : step->url;
    const char *name = step_kind_name(step->kind);
    char delay[256];

    switch (step->kind) {
    case STEP_SLEEP:
    case STEP_CPU:
        snprintf(buf, size, "%s %s", name,
                 durations_text(delay, sizeof(delay), &step->delay));
        break;
    case STEP_FETCH:
        snprintf(buf, size, "fetch %s%s", url, step->url_count > 1 ? " …" : "");
        break;
    default:
        if (step->text)
            snprintf(buf, size, "%s %s", name, step->text);
        else
            snprintf(buf, size, "%s %lld", name, (long long)step->number);
        break;
    }
    return buf;
}

/* ---- the ideal ---- */

static nsec add(nsec a, nsec b)
{
    return a > UINT64_MAX - b ? UINT64_MAX : a + b;
}

/* How long a step waits in task i: what the strategy or the origin is told. */
typedef nsec wait_fn(const struct batch *batch, const struct step *step,
                     uint32_t i);

static nsec no_wait(const struct batch *batch, const struct step *step,
                    uint32_t i)
{
    (void)batch;
    (void)step;
    (void)i;
    return 0;
}

/* As the origin understands the target: for delays written into a URL. */
static nsec wait_of_target(const struct batch *batch, const struct step *step,
                           uint32_t i)
{
    char url[URL_MAX_BYTES];
    struct content reply;

    if (!step_url(batch, step, i, url, sizeof(url)))
        return 0;
    content_of(url, strlen(url), &reply);
    return reply.delay_ns;
}

static wait_fn *wait_of(const struct step *step)
{
    if (step->kind == STEP_SLEEP || step->kind == STEP_CPU)
        return step_delay;
    if (!fetches_own(step) || !strstr(step->url, "delay"))
        return no_wait;
    /* `{delay}` is the step's own, and then nothing else is in the URL. */
    return strstr(step->url, "{delay}") ? step_delay : wait_of_target;
}

/* Whether all tasks wait alike in this step. */
static bool is_constant(const struct step *step, wait_fn *wait)
{
    if (wait == no_wait)
        return true;
    if (wait == wait_of_target)
        return !strchr(step->url, '{');
    return step->delay.kind == DURATION_LIST && step->delay.count <= 1;
}

bool case_repeats(const struct bench_case *c)
{
    struct batch batch = case_batch(c, 1);

    if (c->step_count != 1 || c->rate.per_second > 0 || !fetches_own(c->steps))
        return false;
    wait_fn *wait = wait_of(c->steps);
    return is_constant(c->steps, wait) &&
           wait(&batch, c->steps, 0) <= NSEC_PER_SEC;
}

static nsec multiply(nsec a, uint32_t b)
{
    return b && a > UINT64_MAX / b ? UINT64_MAX : a * b;
}

/* The waits of one phase, steps `from` to `to`. */
static struct case_wait phase_wait(const struct bench_case *c, uint64_t seed,
                                   size_t from, size_t to)
{
    struct batch batch = case_batch(c, seed);
    struct case_wait wait = {.seed = seed};
    size_t varying = 0;
    nsec constant = 0;

    for (size_t s = from; s < to; s++) {
        wait_fn *step_wait = wait_of(&c->steps[s]);

        if (is_constant(&c->steps[s], step_wait))
            constant = add(constant, step_wait(&batch, &c->steps[s], 0));
        else
            varying++;
    }
    wait.longest = constant;
    wait.total = multiply(constant, c->tasks);
    for (uint32_t i = 0; varying > 0 && i < c->tasks; i++) {
        nsec task = 0;

        for (size_t s = from; s < to; s++) {
            wait_fn *step_wait = wait_of(&c->steps[s]);

            if (!is_constant(&c->steps[s], step_wait))
                task = add(task, step_wait(&batch, &c->steps[s], i));
        }
        wait.total = add(wait.total, task);
        if (add(task, constant) > wait.longest)
            wait.longest = add(task, constant);
    }
    return wait;
}

/* The creator's own waits; what it joins is at least as long as the longest
 * task. */
static nsec creator_wait(const struct bench_case *c, uint64_t seed)
{
    struct batch batch = case_batch(c, seed);
    nsec own = 0;

    for (size_t s = c->creator; s < c->step_count; s++)
        own = add(own, wait_of(&c->steps[s])(&batch, &c->steps[s], 0));
    return own;
}

nsec case_computing(const struct bench_case *c, uint64_t seed)
{
    struct batch batch = case_batch(c, seed);
    nsec work = 0;

    for (size_t s = 0; s < c->creator; s++)
        for (uint32_t i = 0; c->steps[s].kind == STEP_CPU && i < c->tasks; i++)
            work = add(work, step_delay(&batch, &c->steps[s], i));
    return work;
}

/* That work divided among the cores that this process, and so a strategy, may
 * use. */
static nsec cpu_share(const struct bench_case *c, uint64_t seed)
{
    return case_computing(c, seed) / strategies_cores();
}

static nsec most(nsec a, nsec b)
{
    return a > b ? a : b;
}

static nsec phases_ideal(const struct bench_case *c, uint64_t seed,
                         uint32_t width)
{
    nsec ideal = 0;
    size_t from = 0;

    if (width == 0 || width > c->tasks)
        width = c->tasks;
    for (size_t p = 0; p < c->phase_count; p++) {
        struct case_wait wait = c->waits ? c->waits[p] : (struct case_wait){0};

        if (!wait.seed || wait.seed != seed)
            wait = phase_wait(c, seed, from, c->phase_ends[p]);
        if (c->waits)
            c->waits[p] = wait;
        nsec shared = wait.total / width + (wait.total % width != 0);
        ideal = add(ideal, most(shared, wait.longest));
        from = c->phase_ends[p];
    }
    return ideal;
}

nsec *case_due(const struct bench_case *c, uint64_t seed)
{
    nsec *due = c->rate.per_second > 0 ? calloc(c->tasks, sizeof(*due)) : NULL;

    if (due)
        rate_draw(&c->rate, seed, due, c->tasks);
    return due;
}

/* When the last task of an open load has ended, at best. 0: a closed one. */
static nsec open_end(const struct bench_case *c, uint64_t seed)
{
    struct batch batch = case_batch(c, seed);
    nsec *due = case_due(c, seed), end = 0;

    for (uint32_t i = 0; due && i < c->tasks; i++) {
        nsec task = due[i];

        for (size_t s = 0; s < c->creator; s++)
            task = add(task, wait_of(&c->steps[s])(&batch, &c->steps[s], i));
        end = most(end, task);
    }
    free(due);
    return end;
}

nsec case_ideal(const struct bench_case *c, uint64_t seed, uint32_t width)
{
    nsec ideal = most(phases_ideal(c, seed, width), open_end(c, seed));

    if (c->creator < c->step_count)
        ideal = most(phase_wait(c, seed, 0, c->creator).longest,
                     creator_wait(c, seed));
    return most(ideal, cpu_share(c, seed));
}

/* ---- its end ---- */

bool case_is_auto(const struct bench_case *c)
{
    return c->rounds_least < c->rounds;
}

void case_clear(struct bench_case *c)
{
    for (size_t s = 0; s < c->step_count; s++) {
        free((void *)c->steps[s].url);
        free((void *)c->steps[s].text);
        free((void *)c->steps[s].delay.list);
    }
    for (size_t e = 0; e < c->entry_count; e++)
        free(c->entries[e].label);
    for (size_t a = 0; a < c->axis_count; a++) {
        free(c->axes[a].key);
        free(c->axes[a].value);
    }
    for (uint32_t u = 0; u < c->url_count; u++)
        free(c->urls[u]);
    free(c->steps);
    free(c->phase_ends);
    free(c->entries);
    free(c->axes);
    free(c->urls);
    free(c->waits);
    free(c->name);
    free(c->section);
    free(c->workload);
    free(c->where);
    free(c->delay);
    free(c->article);
    free(c->claim);
    free(c->note);
    *c = (struct bench_case){0};
}
