/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rounds and attempts of a case. See attempts.h.
 */
#include "attempts.h"

#include <math.h>

#include "../stats/stopping.h"

/* A strategy that fails again and again would only cost time. */
#define FAILURES_MAX 2

/* A machine on which every round is disturbed must come to an end too: a round
 * is taken at most this often again, and a case has at most as many more
 * rounds as it was to have. */
#define REPEATS_MAX 2

bool case_done(const struct plan_case *p)
{
    /* Round 0 warms up. */
    return p->round > p->c->rounds;
}

bool entry_takes_part(const struct plan_entry *e)
{
    return !e->absent && !e->out && e->failures < FAILURES_MAX;
}

void attempt_sample(struct plan_entry *e, bool failed, nsec process,
                    double wall)
{
    e->failed_now = failed;
    e->wall_now = failed ? (double)NAN : wall;
    if (process)
        e->cost = process + (nsec)STOPPING_ASIDE;
    e->spent += process + (nsec)STOPPING_ASIDE;
}

bool attempt_may_repeat(const struct plan_case *p)
{
    return p->repeats < REPEATS_MAX && p->repeats_all < p->c->rounds;
}

void attempt_discard(struct plan_case *p, bool invalid)
{
    p->attempt++;
    p->repeats += invalid;
    p->repeats_all += invalid;
    for (size_t i = 0; i < p->c->entry_count; i++) {
        struct plan_entry *e = &p->entries[i];

        e->failed_now = false;
        e->wall_now = (double)NAN;
    }
}

void attempt_stand(struct plan_case *p)
{
    for (size_t i = 0; i < p->c->entry_count; i++) {
        struct plan_entry *e = &p->entries[i];

        if (e->walls && p->round <= p->c->rounds)
            e->walls[p->round] = entry_takes_part(e) && e->wall_now > 0
                                     ? e->wall_now
                                     : (double)NAN;
        e->failures += e->failed_now;
        e->failed_now = false;
        e->wall_now = (double)NAN;
    }
    p->round++;
    p->attempt = 1;
    if (p->voided && !case_done(p))
        p->attempt += p->voided[p->round];
    p->repeats = 0;
}

uint32_t attempts_failed(const struct plan *plan)
{
    uint32_t failed = 0;

    for (size_t i = 0; i < plan->count; i++) {
        const struct plan_case *p = &plan->cases[i];

        for (size_t e = 0; e < p->c->entry_count; e++)
            failed += p->entries[e].failures + p->entries[e].failed_now;
    }
    return failed;
}
