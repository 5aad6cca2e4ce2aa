/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The plan of a run. What cannot be done here is found out before, and told
 * with its reason; nothing is left to fail or hang half-way.
 */
#include "plan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../sample/verify.h"
#include "../suite/units.h"
#include "../suite/words.h"
#include "attempts.h"
#include "cost.h"
#include "fit.h"

/* What of the case the peer does not do, whatever is installed; NULL: it does
 * all. */
static const char *peer_gap(const struct bench_case *c, const struct peer *peer)
{
    if (peer->own_only && case_uses_real_urls(c))
        return peer->own_only;
    if (peer->repeats && !case_repeats(c))
        return peer->repeats;
    if (!peer->rate && c->rate.per_second > 0)
        return "is not known to wait until a task is due (rate = yes in "
               "peers.ini)";
    return NULL;
}

/* A peer is asked for last: its Python may have to be started. */
static char *peer_reason(const struct bench_case *c, struct plan_entry *e)
{
    struct peer *peer = e->entry->peer;

    if (!peer)
        return NULL;
    if (peer_gap(c, peer))
        return strdup(peer_gap(c, peer));
    e->command = peer_ready(peer);
    return e->command ? NULL : strdup(peer->absent);
}

/* Why this strategy cannot do the case here; NULL if it can. Allocated. */
static char *find_reason(const struct bench_case *c, struct plan_entry *e,
                         const struct limits *limits)
{
    const struct strategy *strategy = e->entry->strategy;
    unsigned kinds = case_kinds(c);
    char ideal[32], most[32], gap[320];

    if (strategy && strategy->absent && strategy->absent())
        return strdup(strategy->absent());
    if (kinds & ~entry_kinds(e->entry))
        return strdup(entry_gap(e->entry, kinds, gap, sizeof(gap)));
    if (strategy && strategy->real_gap && case_uses_real_urls(c))
        return strdup(strategy->real_gap);
    /* A task that waits for one that has no place would wait for ever. */
    if (kinds & STEP_BIT(STEP_SPAWN) && e->width < c->tasks)
        return strdup("needs a width of all tasks: they wait for each other");
    e->too_long = e->ideal > c->limit;
    if (e->too_long)
        return words_printf(
            "would take %s (limit %s)",
            format_duration(ideal, sizeof(ideal), (double)e->ideal),
            format_duration(most, sizeof(most), (double)c->limit));
    char *reason = fit_reason(c, e, limits);
    return reason ? reason : peer_reason(c, e);
}

static int plan_one(struct plan_case *p, const struct bench_case *c,
                    uint64_t seed, const struct limits *limits)
{
    p->c = c;
    p->attempt = 1;
    p->cores = limits->cores;
    p->ideal = case_ideal(c, seed, c->tasks);
    p->entries = calloc(c->entry_count, sizeof(*p->entries));
    if (!p->entries)
        return -1;
    for (size_t i = 0; i < c->entry_count; i++) {
        struct plan_entry *e = &p->entries[i];

        e->entry = &c->entries[i];
        e->width = entry_width(e->entry, c->width, c->tasks, limits->cores);
        e->ideal = case_ideal(c, seed, e->width);
        e->absent = find_reason(c, e, limits);
        e->cost = cost_guess(c, e->entry, e->width, e->ideal);
        e->walls = calloc(c->rounds + 1, sizeof(*e->walls));
        if (!e->walls)
            return -1;
    }
    return 0;
}

int plan_make(struct plan *plan, const struct suite *suite, uint64_t seed,
              const struct limits *limits, char *error, size_t error_size)
{
    bool any = false;

    *plan = (struct plan){.seed = seed, .count = suite->case_count};
    plan->cases = calloc(plan->count, sizeof(*plan->cases));
    if (!plan->cases)
        goto no_memory;
    for (size_t i = 0; i < plan->count; i++) {
        const struct bench_case *c = &suite->cases[i];
        struct plan_case *p = &plan->cases[i];

        if (plan_one(p, c, seed, limits) != 0)
            goto no_memory;
        plan->uses_origin |= case_uses_origin(c);
        for (size_t e = 0; e < c->entry_count; e++)
            any |= !p->entries[e].absent;
    }
    if (any)
        return 0;
    snprintf(error, error_size, "%s: nothing can be measured here: %s: %s",
             suite->cases[0].where, plan->cases[0].entries[0].entry->label,
             plan->cases[0].entries[0].absent);
    return -1;
no_memory:
    snprintf(error, error_size, "out of memory");
    return -1;
}

void plan_clear(struct plan *plan)
{
    for (size_t i = 0; plan->cases && i < plan->count; i++) {
        struct plan_case *p = &plan->cases[i];

        for (size_t e = 0; p->entries && e < p->c->entry_count; e++) {
            free(p->entries[e].absent);
            free(p->entries[e].walls);
            json_decref(p->entries[e].rows);
        }
        free(p->entries);
        free(p->voided);
    }
    free(plan->cases);
}

/* What is left of a case. */
struct rest {
    uint32_t samples;
    nsec least, most; /* time */
};

static uint32_t left_of(const struct plan_case *p, uint32_t rounds)
{
    return p->round > rounds ? 0 : rounds + 1 - p->round;
}

static struct rest rest_of(const struct plan_case *p)
{
    uint32_t least = left_of(p, p->c->rounds_least);
    uint32_t most = left_of(p, p->c->rounds);
    struct rest rest = {0, 0, 0};

    for (size_t e = 0; e < p->c->entry_count; e++) {
        if (!entry_takes_part(&p->entries[e]))
            continue;
        rest.samples += least;
        rest.least += least * p->entries[e].cost;
        rest.most += most * p->entries[e].cost;
    }
    return rest;
}

void plan_race(struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        plan->cases[i].race = true;
}

bool plan_is_auto(const struct plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        if (case_is_auto(plan->cases[i].c))
            return true;
    return false;
}

uint32_t plan_samples(const struct plan *plan)
{
    uint32_t samples = 0;

    for (size_t i = 0; i < plan->count; i++)
        samples += rest_of(&plan->cases[i]).samples;
    return samples;
}

nsec plan_time(const struct plan *plan)
{
    nsec least = 0, most = 0, left = plan_left(plan);

    for (size_t i = 0; i < plan->count; i++) {
        struct rest rest = rest_of(&plan->cases[i]);

        least += rest.least;
        most += rest.most;
    }
    left = left < most ? left : most;
    return least < left ? left : least;
}

nsec plan_left(const struct plan *plan)
{
    nsec spent = plan_spent(plan);

    return plan->budget > spent ? plan->budget - spent : 0;
}

nsec plan_spent(const struct plan *plan)
{
    nsec spent = 0;

    for (size_t i = 0; i < plan->count; i++)
        for (size_t e = 0; e < plan->cases[i].c->entry_count; e++)
            spent += plan->cases[i].entries[e].spent;
    return spent;
}
