/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether something else than the strategy decided a sample: the hypervisor,
 * a control group's quota, another program, a kill; and whether the figures of
 * strategy and origin agree with Little's law. An invalid sample voids its
 * round. A strategy that does its work wrong is not invalid but failed: that
 * is the judge's (judge.h).
 */
#ifndef CONCUR_VALIDITY_H
#define CONCUR_VALIDITY_H

#include "../origin/counts.h"
#include "../sample/sampler.h"
#include "plan.h"

/* What the kernel had counted at one moment. Not told: NAN. */
struct vitals {
    double steal, total; /* ticks of all cores: stolen, and of any kind */
    double throttled;    /* ns, of the own cgroup and those above it */
    double overflows;    /* connections that found a listen queue full */
};

/* Well under a millisecond; read outside of the worker's clocks. */
struct vitals vitals_read(void);

/* What there was to judge by. What is not known is NAN. */
struct validity {
    double stolen_ticks, steal_share;
    double throttled;   /* ns */
    double overflows;   /* connections that had to be tried again */
    double mean;        /* tasks in flight: throughput × mean latency */
    double peak;        /* tasks in flight, as the strategy counted */
    double origin_mean; /* requests in service, as the origin counted */
    const char *cause;  /* one word: `stolen`, …; NULL: the sample is valid */
    char text[160];     /* the same in a few words, with figures */
};

/* What is known of a sample. */
struct evidence {
    const struct plan_case *p;
    const struct plan_entry *e;
    const struct sampled *sampled;
    const struct origin_counts *counts; /* NULL: the case has no use for it */
    struct vitals before, after;
    bool origin_lost; /* it died or fell silent during the sample */
    bool warmup;      /* of which only a kill or a lost origin matters */
};
struct validity validity_judge(const struct evidence *evidence);

/* The origin's counts contradict a strategy whose results are right: unless
 * there is another cause already, that is one. */
void validity_dispute(struct validity *validity, const char *text);

/* For samples.jsonl: a new reference, NULL if there is no memory. */
json_t *validity_json(const struct validity *validity);

#endif
