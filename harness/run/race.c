/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who is left out of a race. See race.h.
 */
#include "race.h"

#include <math.h>
#include <stdlib.h>

#include "../stats/stats.h"
#include "attempts.h"

/* ---- the leader ---- */

/* Whether it cannot be used for what the case stands for: real URLs. */
static bool own_only(const struct plan_case *p, const struct plan_entry *e)
{
    const struct strategy *strategy = e->entry->strategy;
    bool fetches = case_kinds(p->c) & STEP_BIT(STEP_FETCH);

    return fetches && strategy && strategy->real_gap;
}

static bool can_lead(const struct plan_case *p, const struct plan_entry *e)
{
    return entry_takes_part(e) && !e->entry->calibrates && e->failures == 0 &&
           !own_only(p, e);
}

/* Walls of the measured rounds that stand, into `work`; of the warm-up where
 * there are none. NAN: it has none. */
static double median_of(const struct plan_case *p, const struct plan_entry *e,
                        double *work)
{
    size_t n = 0;

    for (uint32_t r = p->round > 1; r < p->round; r++)
        if (e->walls[r] > 0)
            work[n++] = e->walls[r];
    return stats_median(work, n).median;
}

const struct plan_entry *race_leader(const struct plan_case *p)
{
    const struct plan_entry *leader = NULL;
    double *work = calloc((size_t)p->c->rounds + 1, sizeof(*work));
    double least = INFINITY;

    for (size_t i = 0; work && i < p->c->entry_count; i++) {
        double median = can_lead(p, &p->entries[i])
                            ? median_of(p, &p->entries[i], work)
                            : (double)NAN;

        if (median < least) {
            least = median;
            leader = &p->entries[i];
        }
    }
    free(work);
    return leader;
}

/* ---- the warm-up ---- */

void race_order(size_t *order, size_t count)
{
    for (size_t i = 0; i < count; i++)
        order[i] = i;
}

bool race_warmed(const struct plan *plan, const struct plan_case *p,
                 uint32_t taken)
{
    return p->race && p->round == 0 && taken >= 2 &&
           plan_left(plan) < plan->budget / 2;
}

/* ---- before there are intervals: what has no room ---- */

static nsec cost_of(const struct plan_case *p)
{
    nsec cost = 0;

    for (size_t i = 0; i < p->c->entry_count; i++)
        if (entry_takes_part(&p->entries[i]))
            cost += p->entries[i].cost;
    return cost;
}

/* With those that calibrate it: they tell nothing without it. */
static void leave_out(struct plan_case *p, size_t which)
{
    p->entries[which].out = true;
    for (size_t i = 0; i < p->c->entry_count; i++)
        if (p->c->entries[i].calibrates && p->c->entries[i].of == which)
            p->entries[i].out = true;
}

/* The costliest whose median so far is more than so many times the leader's.
 * False: there is none. */
static bool find_slow(const struct plan_case *p, double times, size_t *found)
{
    const struct plan_entry *leader = race_leader(p);
    double *work = calloc((size_t)p->c->rounds + 1, sizeof(*work));
    nsec most = 0;

    for (size_t i = 0; work && leader && i < p->c->entry_count; i++) {
        const struct plan_entry *e = &p->entries[i];
        double median = median_of(p, e, work);

        if (!entry_takes_part(e) || e->entry->calibrates || e->cost <= most ||
            !(median > times * median_of(p, leader, work)))
            continue;
        most = e->cost;
        *found = i;
    }
    free(work);
    return most > 0;
}

/* Whether the rounds that the case has to have yet, have room. */
static bool has_room(const struct plan_case *p, nsec left)
{
    return (p->c->rounds_least + 1 - p->round) * cost_of(p) <= left;
}

void race_stood(struct plan_case *p, nsec left)
{
    size_t which = 0;

    if (!p->race || p->round == 0 || p->round > p->c->rounds_least)
        return;
    while (!has_room(p, left) && find_slow(p, RACE_FAR, &which))
        leave_out(p, which);
    for (size_t i = 0; !has_room(p, left) && i < p->c->entry_count; i++)
        p->entries[i].out |= p->c->entries[i].calibrates;
    for (size_t i = 0; !has_room(p, left) && i < p->c->entry_count; i++)
        p->entries[i].out |= own_only(p, &p->entries[i]);
    while (!has_room(p, left) && find_slow(p, RACE_BEHIND, &which))
        leave_out(p, which);
}

/* ---- from then on: who is behind ---- */

static bool is_calibrated(const struct plan_case *p, size_t which)
{
    for (size_t i = 0; i < p->c->entry_count; i++)
        if (p->c->entries[i].calibrates && p->c->entries[i].of == which &&
            entry_takes_part(&p->entries[i]))
            return true;
    return false;
}

/* The lower end of the interval of its time / the leader's; NAN: none. */
static double behind(const struct plan_case *p, const struct plan_entry *e,
                     const struct plan_entry *leader)
{
    double *own = calloc(2 * (size_t)p->c->rounds + 2, sizeof(*own));
    double *others = own ? own + p->c->rounds + 1 : NULL;
    double lo = (double)NAN;
    size_t n = 0;

    for (uint32_t r = 1; own && r < p->round; r++) {
        if (!(e->walls[r] > 0) || !(leader->walls[r] > 0))
            continue;
        own[n] = e->walls[r];
        others[n++] = leader->walls[r];
    }
    if (own)
        lo = stats_ratio(own, others, n).lo;
    free(own);
    return lo;
}

void race_begin(struct plan_case *p)
{
    bool due = p->race && p->round > p->c->rounds_least;
    const struct plan_entry *leader = due ? race_leader(p) : NULL;

    for (size_t i = 0; leader && i < p->c->entry_count; i++) {
        struct plan_entry *e = &p->entries[i];

        if (e != leader && entry_takes_part(e) && !e->entry->calibrates &&
            !is_calibrated(p, i) && behind(p, e, leader) > RACE_BEHIND)
            e->out = true;
    }
}
