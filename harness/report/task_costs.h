/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one more task costs, as the summary's `costs` have it, for the chapter
 * about it and its figure.
 */
#ifndef CONCUR_TASK_COSTS_H
#define CONCUR_TASK_COSTS_H

#include "document.h"
#include "figures.h"
#include "say.h"
#include "view.h"

struct fit {
    double slope, margin; /* slope ± margin is the 95 % interval */
    double intercept;
};

/* Of an entry of `costs`; all NAN where it has none. */
struct fit costs_fit(const json_t *cost, const char *quantity);

/* Whether the interval lies above 0: there is something to speak of. */
bool costs_resolved(struct fit fit);

/* "thread" or "coroutine": what a task of that strategy is called where
 * somebody says what it takes. NULL: neither. */
const char *costs_noun(const json_t *cost);

/* "a thread 8 MB, a coroutine 1 KB": the size after the noun, also as `text`
 * (SAY_BYTES); 0 if there is none. */
double costs_claim(const json_t *cost, const char *noun, char *text);

/* Bytes, or nanoseconds, in words, whole ones: parts of one are the fit's and
 * not the machine's. SAY_BYTES. */
char *costs_whole(char *buf, double value, bool time);
char *costs_bytes(char *buf, double bytes);

/* Cells of a table, COSTS_CELL_BYTES: the slope with its margin, and what the
 * line begins with, where it does not begin below 0. An en dash where `cost`
 * (may be NULL) has no such fit. */
#define COSTS_CELL_BYTES (3 * SAY_BYTES)
void costs_slope(char *cell, const json_t *cost, const char *quantity);
void costs_fixed(char *cell, const json_t *cost, const char *quantity);

/* Whether a section was read with a probe: its wall times are then nobody's,
 * and what is said of it is in the chapter. */
bool costs_probed(const struct view *view, const char *section);

/* Whether the run says what one more task costs; the chapter, whose place is
 * "costs", with its figure (NULL: none). */
bool costs_any(const struct view *view);
void costs_write(struct doc *doc, const struct view *view,
                 const struct figure *figure);

#endif
