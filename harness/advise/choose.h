/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The choice: what the summary of a race comes to. Who is told apart is
 * decided as in the report (report/verdict.h): a tie is a tie.
 */
#ifndef CONCUR_ADVISE_CHOOSE_H
#define CONCUR_ADVISE_CHOOSE_H

#include "../report/view.h"

/* Below six rounds only what takes so many times as long is told apart, and
 * only where the ranges do not meet: there is no interval to go by. */
#define CHOOSE_FAR 2.0

struct choice {
    const struct view_case *c; /* borrowed, as all entries */

    /* All entries: `count` that may be used, the best first; `apart` that
     * fetch from the own origin alone, likewise; then those without figures.
     */
    const struct view_entry **list;
    size_t count, apart, all;

    size_t tied;                   /* of the first: how many share the place */
    const struct view_entry *use;  /* the one of these that price.h names */
    const struct view_entry *next; /* the best that is told from them */
};

/* Makes the choice; `use` is NULL where nothing that may be used was measured.
 * Among those that share the first place costs decide, by the rule of the
 * report (price.h). False: no memory; choice_clear in either case. */
bool choice_make(struct choice *choice, const struct view_case *c);
void choice_clear(struct choice *choice);

/* Whether the entry can be used against the own origin only, by its contract
 * (strategy.h, real_gap), in a case that fetches. */
bool choice_own_only(const struct view_case *c, const struct view_entry *e);

/* How many times as long `e` takes as the one to be used, paired within rounds
 * where there are any: of an open load its tail. */
struct spread choice_times(const struct choice *choice,
                           const struct view_entry *e);

#endif
