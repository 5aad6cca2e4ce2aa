/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The claims of a case (harness/suite/claim.h is their grammar) held against
 * what was measured.
 *
 * A statement about a time or a ratio holds only where the whole interval
 * satisfies it, and does not hold only where none of it does; below six rounds
 * the range takes the interval's place. Ratios are paired within rounds, those
 * of two cases by the rounds' numbers. What one more task takes is the slope
 * over the section's batch sizes, with its interval
 * (harness/stats/cost_lines.h); a ratio of two slopes lies between those of
 * their intervals' ends. Counts are the greatest of any round; the order of
 * tasks is that of the one round in timeline.csv.
 */
#ifndef CONCUR_CLAIMS_H
#define CONCUR_CLAIMS_H

#include <stdio.h>

#include "../suite/claim.h"
#include "records.h"
#include "view.h"

enum claim_verdict {
    CLAIM_HOLDS,
    CLAIM_UNMEASURED, /* who it speaks of was absent, or failed */
    CLAIM_UNRESOLVED, /* the interval straddles the bound */
    CLAIM_FAILS,      /* does not hold */
};

/* "holds", "not measured", "not resolved", "does not hold". */
const char *claim_word(enum claim_verdict verdict);

/* What is said of a claim of case `c` here. */
enum claim_verdict claim_judge(const struct view *view,
                               const struct records *records,
                               const struct view_case *c,
                               const struct claim *claim);

/* The statement in words: "`executor` has 5 tasks in flight at once". */
void claim_write(FILE *out, const struct view *view, const struct view_case *c,
                 const struct claim *claim);

/* What was measured of it: "3.00 s [2.99, 3.01]"; nothing where nothing was. Of
 * `all` it is that of the one that decides. */
void claim_write_measured(FILE *out, const struct view *view,
                          const struct records *records,
                          const struct view_case *c, const struct claim *claim);

/* Whether it speaks of what one more task takes, and not of one batch; and the
 * slope that it is about, of an entry of `c`, all NAN where there is none:
 * bytes, or ns to start and end one. */
bool claim_is_cost(const struct claim *claim);
struct spread claim_cost(const struct view *view, const struct view_case *c,
                         const struct claim *claim, const char *label);

/* The case that the claim's `which`th label is of, and its entry there; NULL
 * where this run has none. */
const struct view_case *claim_case(const struct view *view,
                                   const struct view_case *c,
                                   const struct claim_who *who);
const struct view_entry *claim_entry(const struct view *view,
                                     const struct view_case *c,
                                     const struct claim_who *who);

#endif
