/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cost laws: what time and memory come to as a fixed part and a part a task,
 * and how what tasks add grows, for each sweep over the number of tasks. The
 * fits are the statistics' (summary.json's `costs` and `growth`).
 */
#ifndef CONCUR_LAWS_H
#define CONCUR_LAWS_H

#include <stdio.h>

#include "document.h"
#include "figures.h"
#include "view.h"

/* A growth that was fitted, of `over_ideal_ns` or `peak_rss_bytes`; all NAN
 * where it was not. */
struct law_growth {
    double exponent, lo, hi, points, from, to;
    bool faster; /* than linear, with the whole interval */
};
struct law_growth law_growth(const json_t *growth, const char *quantity);

/* Whether an entry of the summary's `growth` has one of these. */
bool law_any(const json_t *growth);

/* The section and what else is held fixed: "fetch, delay=10ms". */
char *law_curve(char *buf, size_t size, const json_t *growth);

/* Who grows faster than linearly in the section (NULL: in the run), a sentence
 * each. Nothing where nobody does. */
void laws_faster(FILE *out, const struct view *view, const char *section);

/* Whether there are any; the chapter, whose place is "laws", with its figure
 * (NULL: none). */
bool laws_any(const struct view *view);
void laws_write(struct doc *doc, const struct view *view,
                const struct figure *figure);

#endif
