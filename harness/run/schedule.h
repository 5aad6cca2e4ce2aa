/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which case has the next round, and whether there is one. Every case gets the
 * rounds that it has to have, in the order of the suite. What is left of the
 * budget then goes, round after round, to the case of `rounds = auto` in which
 * a round narrows the widest interval most for its time (stopping.h): a case
 * that nobody could make precise takes no more than its share, and rounds of a
 * case are spread over the run, which drifts.
 */
#ifndef CONCUR_SCHEDULE_H
#define CONCUR_SCHEDULE_H

#include "plan.h"

/* The case whose round is next; NULL: the measuring is done. A round beyond
 * the least number, and in a race every one but the warm-up, is not begun
 * where its time, as far as it is known, exceeds what is left of the budget. It
 * follows from the samples alone. */
struct plan_case *schedule_next(const struct plan *plan);

/* The widest interval of the case: stopping_width of the speed-ups of all that
 * take part and do not calibrate; without a baseline, or with nothing to
 * compare with it, of the wall times. INFINITY below six rounds. */
double schedule_width(const struct plan_case *p);

/* CPU time that the entry has to burn in the round under way: its share of the
 * median wall time so far of what it calibrates; 0 for one that does not. */
nsec schedule_handicap(const struct plan_case *p, const struct entry *entry);

#endif
