/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where a case stands: its round and the attempt at it, which strategies still
 * take part, and whether the case is done. Changed by samples alone, so that
 * reading them again leads to the same place.
 */
#ifndef CONCUR_ATTEMPTS_H
#define CONCUR_ATTEMPTS_H

#include "plan.h"

/* Whether the case has all the rounds that it may have. schedule.h says whether
 * one of `rounds = auto` needs them. */
bool case_done(const struct plan_case *p);

/* Whether the entry takes part in the round under way: not absent, not failing
 * again and again, and not out of a race. */
bool entry_takes_part(const struct plan_entry *e);

/* A sample of the attempt is in; `process`: how long its process lived;
 * `wall`: its wall time in ns, which does not count where it failed. */
void attempt_sample(struct plan_entry *e, bool failed, nsec process,
                    double wall);

/* Whether a round that turned out invalid may be taken once more. */
bool attempt_may_repeat(const struct plan_case *p);

/* The attempt is void, and what failed in it is forgotten; the next one
 * begins. `invalid`: it counts against the bound of attempt_may_repeat. */
void attempt_discard(struct plan_case *p, bool invalid);

/* The attempt stands: the next round begins. */
void attempt_stand(struct plan_case *p);

/* Failed samples that stand, those of a round cut short among them. */
uint32_t attempts_failed(const struct plan *plan);

#endif
