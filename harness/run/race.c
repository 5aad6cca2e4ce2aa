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

/* What a round of the two cheapest that have warmed up costs; 0: there are not
 * two. */
static nsec cheapest_two(const struct plan_case *p)
{
    nsec least = UINT64_MAX, second = UINT64_MAX;

    for (size_t i = 0; i < p->c->entry_count; i++) {
        const struct plan_entry *e = &p->entries[i];

        if (!(e->wall_now > 0) || e->cost >= second)
            continue;
        second = e->cost < least ? least : e->cost;
        least = e->cost < least ? e->cost : least;
    }
    return second == UINT64_MAX ? 0 : least + second;
}

/* The least rounds of those that have warmed up and are not far behind, and of
 * those that calibrate, whose warm-up is to come, as what they calibrate. */
static nsec calibrated_cost(const struct plan_case *p)
{
    double least = INFINITY;
    nsec cost = 0;

    for (size_t i = 0; i < p->c->entry_count; i++)
        if (p->entries[i].wall_now > 0 && can_lead(p, &p->entries[i]))
            least = fmin(least, p->entries[i].wall_now);
    for (size_t i = 0; i < p->c->entry_count; i++) {
        const struct plan_entry *e = &p->entries[i];

        if (e->entry->calibrates)
            cost += (p->c->rounds_least + 1) * p->entries[e->entry->of].cost;
        else if (e->wall_now > 0 && e->wall_now <= RACE_FAR * least)
            cost += p->c->rounds_least * e->cost;
    }
    return cost;
}

bool race_warmed(const struct plan *plan, const struct plan_case *p,
                 const struct plan_entry *next, uint32_t taken)
{
    nsec left = plan_left(plan);

    if (!p->race || p->round > 0)
        return false;
    if (next->entry->calibrates)
        return calibrated_cost(p) > left;
    return taken >= 2 &&
           (left < plan->budget / 2 || left < next->cost + cheapest_two(p));
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

/* Of those that can lead: how many are ahead of it. */
static size_t place_of(const struct plan_case *p, size_t which, double *work)
{
    double own = median_of(p, &p->entries[which], work);
    size_t ahead = 0;

    for (size_t i = 0; i < p->c->entry_count; i++) {
        double median = median_of(p, &p->entries[i], work);

        if (can_lead(p, &p->entries[i]))
            ahead += median < own || (median <= own && i < which);
    }
    return ahead;
}

static bool is_among(const struct plan_case *p, size_t which, size_t best,
                     double *work)
{
    return can_lead(p, &p->entries[which]) && place_of(p, which, work) < best;
}

/* The costliest whose median so far is more than so many times the leader's,
 * and who is not among the `best`. False: there is none. */
static bool find_slow(const struct plan_case *p, double times, size_t best,
                      size_t *found)
{
    const struct plan_entry *leader = race_leader(p);
    double *work = calloc((size_t)p->c->rounds + 1, sizeof(*work));
    nsec most = 0;

    for (size_t i = 0; work && leader && i < p->c->entry_count; i++) {
        const struct plan_entry *e = &p->entries[i];
        double median = median_of(p, e, work);

        if (!entry_takes_part(e) || e->entry->calibrates || e->cost <= most ||
            !(median > times * median_of(p, leader, work)) ||
            is_among(p, i, best, work))
            continue;
        most = e->cost;
        *found = i;
    }
    free(work);
    return most > 0;
}

/* What a round of so many of the best costs; 0 where there are not so many, or
 * where the last of them is more than so many times behind the leader. */
static nsec cost_best(const struct plan_case *p, size_t best, double times)
{
    const struct plan_entry *leader = race_leader(p);
    double *work = calloc((size_t)p->c->rounds + 1, sizeof(*work));
    nsec cost = 0;
    size_t found = 0;

    for (size_t i = 0; work && leader && i < p->c->entry_count; i++) {
        const struct plan_entry *e = &p->entries[i];

        if (!is_among(p, i, best, work) ||
            !(median_of(p, e, work) <= times * median_of(p, leader, work)))
            continue;
        cost += e->cost;
        found++;
    }
    free(work);
    return found == best ? cost : 0;
}

/* How many of the best are kept, where time is short. */
static size_t kept_of(const struct plan_case *p, nsec left)
{
    uint32_t few = p->round < RACE_FEW ? RACE_FEW + 1 - p->round : 1;
    nsec three = cost_best(p, RACE_KEPT, RACE_FAR);
    nsec two = cost_best(p, 2, INFINITY), near = cost_best(p, 2, RACE_FAR);

    if (three && few * three <= left)
        return RACE_KEPT;
    /* Who has been compared goes on being so. */
    if (p->round > 1 || (two && few * two <= left) || (near && near <= left))
        return 2;
    return 1;
}

/* Whether the rounds that the case has to have yet, have room. */
static bool has_room(const struct plan_case *p, nsec left)
{
    return (p->c->rounds_least + 1 - p->round) * cost_of(p) <= left;
}

/* Better one alone than nobody: the last ones, where not even a round of those
 * that are left has room, but one of the leader has. */
static void leave_leader(struct plan_case *p, nsec left)
{
    const struct plan_entry *leader = race_leader(p);

    if (p->round > 1 || !leader || leader->cost > left)
        return;
    for (size_t i = p->c->entry_count; i-- > 0 && cost_of(p) > left;)
        if (&p->entries[i] != leader && entry_takes_part(&p->entries[i]))
            p->entries[i].out = true;
}

void race_stood(struct plan_case *p, nsec left)
{
    size_t which = 0;

    if (!p->race || p->round == 0 || p->round > p->c->rounds_least)
        return;
    size_t kept = kept_of(p, left);
    while (!has_room(p, left) &&
           find_slow(p, RACE_FAR, kept < 2 ? kept : 2, &which))
        leave_out(p, which);
    for (size_t i = 0; !has_room(p, left) && i < p->c->entry_count; i++)
        p->entries[i].out |= p->c->entries[i].calibrates;
    for (size_t i = 0; !has_room(p, left) && i < p->c->entry_count; i++)
        p->entries[i].out |= own_only(p, &p->entries[i]);
    while (!has_room(p, left) && find_slow(p, RACE_BEHIND, kept, &which))
        leave_out(p, which);
    leave_leader(p, left);
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
