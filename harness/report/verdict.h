/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the data say, in words. A difference that the samples do not resolve is
 * never called one.
 *
 * Sentences use STRONG and CODE as a document does (see document.h).
 */
#ifndef CONCUR_VERDICT_H
#define CONCUR_VERDICT_H

#include <stdio.h>

#include "view.h"

/* How many times as long b took as a, paired within rounds. `median` is NAN
 * where they share no round, lo and hi where they share too few. */
struct spread verdict_ratio(const struct view_entry *a,
                            const struct view_entry *b);

/* Whether the samples tell two of the case apart, by what they are ranked by:
 * by what it resolves at least (2 % where the run was not calibrated, and of an
 * open load), and with an interval of that ratio that does not hold 1; where
 * there is no interval, by ranges that do not meet. */
bool verdict_resolved(const struct view_case *c, const struct view_entry *a,
                      const struct view_entry *b);

/* The entries that may be compared, fastest first; the caller frees it. */
const struct view_entry **verdict_ranked(const struct view_case *c,
                                         size_t *count);

/* How many of such a list share the first place. */
size_t verdict_tied(const struct view_case *c,
                    const struct view_entry *const *list, size_t count);

/* Writes ", 1.2 % apart, this case resolves 2 % today" of the first `tied` of
 * such a list, where that is why they tie; else they are too unsteady, and it
 * writes nothing and returns false. */
bool verdict_close(FILE *out, const struct view_case *c,
                   const struct view_entry *const *list, size_t tied);

/* How many share the first place of the case, and whether one of them is `e`.
 */
size_t verdict_leaders(const struct view_case *c, const struct view_entry *e,
                       bool *leads);

/* Who shares it and how far apart they are, without marks: "a, b: a tie, 1.2 %
 * apart, this case resolves 2 % today"; of more than `most` "a, b and 3 more".
 * Nothing where it is not shared. */
void verdict_tie(FILE *out, const struct view_case *c, size_t most);

/* The same with as many named as fit into so many characters, one at least,
 * since what is said of them must not be cut off. The caller frees it; NULL
 * where the place is not shared, or without memory. */
char *verdict_tie_within(const struct view_case *c, int room);

/* b / a of two lists [[round, ns], …], likewise. */
struct spread verdict_paired(const json_t *a, const json_t *b);

/* Which series had no steady state: a trend over their rounds. Nothing where
 * there are none. */
void verdict_unsteady(FILE *out, const struct view *view);

/* The next two say of a case with an open load who kept up and whose slowest
 * tasks were done soonest after they were due (verdict_open.c). */

/* Who is fastest, by how much, how near to the ideal, and no more: a line of
 * the list of verdicts. One line without an end. */
void verdict_short(FILE *out, const struct view_case *c);

/* Who is fastest, by how much, how near to the ideal; who is next; who gains
 * nothing. One line without an end. */
void verdict_case(FILE *out, const struct view_case *c);

/* Of an open load: a sender that started so large a part of the tasks too late
 * did not keep up with the rate (fortio's rule, of its sleeps). */
#define VERDICT_BEHIND 0.05
bool verdict_kept_up(const struct view_entry *e);

/* Whether the load of a section's cases is closed or open, with how many tasks
 * in flight or at which rate. */
void verdict_load(FILE *out, const struct view_case *c, size_t count);

/* Of an open load: who started tasks late although places were free. Nothing
 * where nobody did. */
void verdict_lag(FILE *out, const struct view_case *c);

/* What the fastest, the next and the baseline cost. Nothing where nothing was
 * measured. */
void verdict_costs(FILE *out, const struct view_case *c);

/* What is said of an entry, into `buf`; "" where there is nothing. */
typedef char *sayer(char *buf, size_t size, const struct view_entry *e);

/* Whether each entry of the case has the same text, which is in `text` then;
 * with nothing in it that of an entry which was not tried. */
bool verdict_alike(const struct view_case *c, sayer *say, char *text,
                   size_t size);

/* Which tasks failed, at which URLs, and what that means for the comparison.
 * Nothing where none did. */
void verdict_failures(FILE *out, const struct view_case *c);

/* Which replies of real servers were no success. Nothing where all were. */
void verdict_statuses(FILE *out, const struct view_case *c);

/* What a waiting task takes, by the strategies that need least and most, each
 * in the largest of the cases that it was measured in. Nothing where none had
 * several tasks in flight. */
void verdict_memory(FILE *out, const struct view_case *cases, size_t count);

/* How wall times change along each axis of a section's sweep, the others as in
 * its last case: a sentence an axis. Nothing where an end was not measured.
 * `out` is seekable and has nothing else in it yet. */
void verdict_sweep(FILE *out, const struct view_case *cases, size_t count);

/* How many rounds were discarded and taken again, by cause; how many stand
 * although they are invalid. Nothing where there are none. */
void verdict_again(FILE *out, const struct view *view);
void verdict_standing(FILE *out, const struct view *view);

/* A load average above the number of cores while it was measured. */
void verdict_loaded(FILE *out, const struct view *view);

/* Where origin or client had a core full of work, which is then what the case
 * compares. Nothing where neither had. */
void verdict_bound(FILE *out, const struct view *view,
                   const struct view_case *c);

/* The same of all cases, one sentence for each of the two. */
void verdict_origins(FILE *out, const struct view *view);
void verdict_clients(FILE *out, const struct view *view);

/* Calls `warn` for each thing that a reader must know before they believe the
 * numbers, the gravest first. */
void verdict_warnings(const struct view *view,
                      void (*warn)(void *self, const char *text), void *self);

/* ---- between verdict.c and verdict_open.c ---- */

void verdict_open_short(FILE *out, const struct view_case *c);
void verdict_open_case(FILE *out, const struct view_case *c);

/* "a", "a and b", "a, b and c", "a, b, c and 4 more", by `each`. */
void verdict_names(FILE *out, const struct view_entry *const *list,
                   size_t count,
                   void (*each)(FILE *, const struct view_entry *));

#endif
