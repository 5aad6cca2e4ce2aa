/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whose turn it is. See schedule.h.
 */
#include "schedule.h"

#include <math.h>
#include <stdlib.h>

#include "../stats/stopping.h"
#include "attempts.h"

/* ---- precision ---- */

/* Interval of base / own, or of own where `base` is NULL, over the measured
 * rounds that stand. `work` has room for two values a round. */
static double width_of(const struct plan_case *p, const struct plan_entry *own,
                       const struct plan_entry *base, double *work)
{
    double *others = work + p->c->rounds;
    size_t n = 0;

    for (uint32_t r = 1; r < p->round; r++) {
        double other = base ? base->walls[r] : own->walls[r];

        if (!(own->walls[r] > 0) || !(other > 0))
            continue;
        others[n] = other;
        work[n++] = own->walls[r];
    }
    struct interval interval =
        base ? stats_ratio(others, work, n) : stats_median(work, n);
    return stopping_width(&interval);
}

static bool counts(const struct plan_entry *e)
{
    const struct peer *peer = e->entry->peer;

    return entry_takes_part(e) && !e->entry->calibrates && e->failures == 0 &&
           !(peer && peer->unverified);
}

double schedule_width(const struct plan_case *p)
{
    const struct plan_entry *base = &p->entries[p->c->baseline];
    double *work = calloc(2 * (size_t)p->c->rounds + 2, sizeof(*work));
    double widest = 0;
    size_t others = 0;

    if (!work)
        return INFINITY;
    for (size_t e = 0; e < p->c->entry_count; e++)
        others += &p->entries[e] != base && counts(&p->entries[e]);
    if (!counts(base) || others == 0)
        base = NULL;
    for (size_t e = 0; e < p->c->entry_count; e++)
        if (counts(&p->entries[e]) && &p->entries[e] != base)
            widest = fmax(widest, width_of(p, &p->entries[e], base, work));
    free(work);
    return widest;
}

/* ---- whose turn it is ---- */

/* Of a round; 0 where nobody takes part any more. */
static nsec cost_of(const struct plan_case *p)
{
    nsec cost = 0;

    for (size_t e = 0; e < p->c->entry_count; e++)
        if (entry_takes_part(&p->entries[e]))
            cost += p->entries[e].cost;
    return cost;
}

/* Whether the case has to have its next round. */
static bool must_go_on(const struct plan_case *p, nsec left)
{
    bool least = p->round <= p->c->rounds_least;

    return least && (!p->race || p->round == 0 || cost_of(p) <= left);
}

struct plan_case *schedule_next(const struct plan *plan)
{
    struct plan_case *best = NULL;
    double most = 0;
    nsec left = plan_left(plan);

    for (size_t i = 0; i < plan->count; i++)
        if (must_go_on(&plan->cases[i], left))
            return &plan->cases[i];
    for (size_t i = 0; i < plan->count; i++) {
        struct plan_case *p = &plan->cases[i];
        nsec cost = cost_of(p);
        double worth;

        if (case_done(p) || !cost || cost > left)
            continue;
        worth = stopping_worth(schedule_width(p), plan->precision, p->round - 1,
                               (double)cost);
        if (worth > most) {
            most = worth;
            best = p;
        }
    }
    return best;
}

/* ---- added work ---- */

nsec schedule_handicap(const struct plan_case *p, const struct entry *entry)
{
    const struct plan_entry *of = &p->entries[entry->of];
    double wall = (double)of->ideal, *work;
    size_t n = 0;

    if (!entry->calibrates || !(entry->added > 0))
        return 0;
    work = calloc((size_t)p->c->rounds + 1, sizeof(*work));
    for (uint32_t r = 1; work && r < p->round; r++)
        if (of->walls[r] > 0)
            work[n++] = of->walls[r];
    if (n)
        wall = stats_median(work, n).median;
    else if (p->round && of->walls[0] > 0)
        wall = of->walls[0];
    free(work);
    return (nsec)llround(wall * entry->added);
}
