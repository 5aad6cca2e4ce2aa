/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A race: a case that has to be measured within a time, and of which only the
 * fastest matter. Who cannot be among them is not measured further, so that
 * the time goes to those that can (successive elimination; Even-Dar, Mannor
 * and Mansour 2006). It follows from the samples alone, as attempts.h does:
 * whoever goes on with a run comes to the same.
 */
#ifndef CONCUR_RACE_H
#define CONCUR_RACE_H

#include "plan.h"

/* As long as there are no intervals an entry is only left out where the least
 * rounds of all have no room in the time that is left. First those that took
 * more than so many times as long as the leader, the costliest first; then
 * those that calibrate; then those that fetch from the own origin alone, which
 * are no answer; then those that are behind by as much as would count later. If
 * there is still no room, there are fewer rounds. */
#define RACE_FAR 2.0

/* Yet the best are kept, so that there is something to compare with: two, even
 * where one is far behind, and one more that is not, if so many rounds of them
 * have room; two that are not far apart, if one round has. */
#define RACE_KEPT 3
#define RACE_FEW  3

/* After the least rounds an entry is left out where the whole interval of its
 * ratio to the leader, paired within rounds, lies above this. Every round is a
 * look at it, which makes such intervals too narrow; a tenth on top of what
 * they exclude is far more than that. */
#define RACE_BEHIND 1.1

/* The warm-up is taken in the order of the list, the likeliest first, and, once
 * two have been, in half of the time, and so that a round of the two cheapest
 * has room. True where `next` is not to be taken any more after `taken` of
 * them. Those that calibrate come last; they are taken where, by what the
 * others cost, the least rounds with them have room. */
void race_order(size_t *order, size_t count);
bool race_warmed(const struct plan *plan, const struct plan_case *p,
                 const struct plan_entry *next, uint32_t taken);

/* Each leaves out who need not be measured further: struct plan_entry's `out`.
 * They do nothing where the case is no race. */

/* A round has come to stand (attempt_stand). `left` is what is left of the
 * time, in ns. */
void race_stood(struct plan_case *p, nsec left);

/* The case's next attempt begins. */
void race_begin(struct plan_case *p);

/* Who has the least median wall time in the measured rounds so far, or in the
 * warm-up where there are none; those that calibrate, and those that fetch
 * from the own origin alone, do not lead. NULL: nobody does. */
const struct plan_entry *race_leader(const struct plan_case *p);

#endif
