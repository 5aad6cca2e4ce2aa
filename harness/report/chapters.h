/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The chapters of a report, from a run's view and figures into a document.
 */
#ifndef CONCUR_CHAPTERS_H
#define CONCUR_CHAPTERS_H

#include "document.h"
#include "figures.h"
#include "view.h"

/* The title, one line; the caller frees it. NULL: no memory. */
char *chapters_title(const struct view *view);

/* Everything after it. `dir` is the run's folder as the user named it. */
void chapters_write(struct doc *doc, const char *dir, const struct view *view,
                    const struct records *records,
                    const struct figures *figures);

/* ---- between chapters.c, comparison.c and articles.c ---- */

/* Synchronous and asynchronous, the first table. Nothing where no case of the
 * run was measured under both. */
void comparison_write(struct doc *doc, const struct view *view,
                      const struct records *records);

/* The articles' examples, and whether there are any. */
void articles_write(struct doc *doc, const struct view *view,
                    const struct records *records);
bool articles_have(const struct view *view);

/* A section's place in the page: names may hold anything. Into `id`, which is
 * returned. */
const char *section_id(char *id, size_t size, size_t section);

/* ---- between chapters.c and opening.c ---- */

/* What was measured, and what may have disturbed it. */
void opening_write(struct doc *doc, const struct view *view,
                   const struct figures *figures);

/* How to read the report, and its contents. */
void guide_write(struct doc *doc, const struct view *view);

/* ---- between chapters.c and closing.c ---- */

/* Machine, method, and how to do it again. */
void closing_write(struct doc *doc, const char *dir, const struct view *view);

/* ---- between chapters.c and tables.c ---- */

/* A row a strategy: the figures that people compare; what is less often
 * asked for. */
void table_case(struct doc *doc, const struct view_case *c);
void table_more(struct doc *doc, const struct view_case *c);

/* The fewest columns that still compare; also for export.c. */
void table_short(struct doc *doc, const struct view_case *c);

/* What stands behind a label that nobody checks, and what that means, where an
 * entry of the cases is. */
#define TABLE_UNVERIFIED " (unverified)"
void table_unverified(struct doc *doc, const struct view_case *cases,
                      size_t count);

/* ---- between chapters.c and sweep.c ---- */

/* A row a strategy, a column a case: median wall times of a sweep. One of
 * several axes and many cases is split: a table for each value of the others
 * than the longest. */
void table_sweep(struct doc *doc, const struct view *view,
                 const struct view_section *section);

#endif
