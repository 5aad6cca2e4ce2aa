/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The judge: whether a sample counts. It believes the origin and the clock of
 * the harness before it believes a strategy.
 */
#ifndef CONCUR_JUDGE_H
#define CONCUR_JUDGE_H

#include "../origin/counts.h"
#include "../sample/sampler.h"
#include "plan.h"

enum verdict {
    VERDICT_COUNTS,
    VERDICT_WRONG,    /* the strategy's own results say so */
    VERDICT_DISPUTED, /* they are right, but the origin counted otherwise: the
                       * strategy did more than it says, or somebody else
                       * asked the origin for something */
};

/* Writes into `reason` why the sample does not count. `counts` is what the
 * origin served meanwhile; NULL where the case does not use it. */
enum verdict judge_sample(const struct plan_case *p, const struct plan_entry *e,
                          const struct sampled *sampled,
                          const struct origin_counts *counts, char *reason,
                          size_t size);

#endif
