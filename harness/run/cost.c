/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A guess at a sample's cost: the ideal, and what starting a process and doing
 * a task take beside their waits. Coarse on purpose: no strategy is known by
 * its name.
 */
#include "cost.h"

/* What is paid for beside the ideal, in ns. */
struct rates {
    nsec process; /* exec, libraries, exit */
    nsec task;    /* started, stamped, finished, and told about */
    nsec place;   /* a thread, a connection: for each task in flight */
    nsec fetch;   /* both ends' work, without the body's bytes */
    double byte;
};

/* In C, and beside it: interpreters, runtimes that start and collect. */
static const struct rates here = {20 * NSEC_PER_MSEC, 300, 20000, 30000, 0.7};
static const struct rates peers = {300 * NSEC_PER_MSEC, 15000, 80000, 200000,
                                   3};

static nsec task_price(const struct bench_case *c, const struct rates *rates)
{
    nsec cost = rates->task;

    for (size_t s = 0; s < c->step_count; s++)
        if (c->steps[s].kind == STEP_FETCH)
            cost += rates->fetch + (nsec)(rates->byte * (double)c->body_bytes);
    return cost;
}

nsec cost_task(const struct bench_case *c)
{
    return task_price(c, &here);
}

nsec cost_guess(const struct bench_case *c, const struct entry *e,
                uint32_t width, nsec ideal)
{
    const struct rates *rates = e->peer ? &peers : &here;
    bool fetches = case_kinds(c) & STEP_BIT(STEP_FETCH);
    bool threads = e->strategy && e->strategy->threaded;
    nsec cost = ideal + rates->process + c->tasks * task_price(c, rates);

    if (fetches || threads)
        cost += width * rates->place;
    return cost;
}
