/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The lines of samples.jsonl as they are written: a sample, a strategy's
 * absence, the discard of a round. docs/results.md says what is in them;
 * harness/stats/ reads them.
 */
#ifndef CONCUR_JSONL_H
#define CONCUR_JSONL_H

#include "../origin/counts.h"
#include "../sample/sampler.h"
#include "plan.h"
#include "validity.h"

/* One sample's place in the run. */
struct place {
    struct plan_case *p;
    struct plan_entry *e;
    uint32_t round, attempt;
    uint32_t order; /* within the round, from 0 */
};

/* Each returns a new reference, NULL if there is no memory. `reason`: why the
 * sample failed, or NULL; `counts` NULL: the case does not use the origin. The
 * figures of sampled->result move into the line. */
json_t *jsonl_sample(const struct place *at, const struct sampled *sampled,
                     const char *reason, const struct origin_counts *counts,
                     const struct validity *validity);
json_t *jsonl_absent(const struct plan_case *p, const struct plan_entry *e);
json_t *jsonl_discard(const struct plan_case *p, const char *cause);

#endif
