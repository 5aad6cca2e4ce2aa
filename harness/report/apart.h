/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a run can tell apart: what its calibration came to, and how precise its
 * speed-ups became, as a chapter and in words.
 */
#ifndef CONCUR_APART_H
#define CONCUR_APART_H

#include "document.h"
#include "figures.h"
#include "view.h"

/* Whether there is anything to say: the run was calibrated, or had a precision
 * to reach. The chapter, whose place is "apart", with its figure (NULL: none).
 */
bool apart_any(const struct view *view);
void apart_write(struct doc *doc, const struct view *view,
                 const struct figure *figure);

/* What was asked of cases of `rounds = auto`, in how many it was reached, and
 * where not: one sentence. Nothing where nothing was asked. */
void apart_stopping(FILE *out, const struct view *view);

/* How many of the pairs that were alike were told apart, and what so few of
 * them can tell; which differences are resolved. Nothing where the run was not
 * calibrated. */
void apart_alarms(FILE *out, const struct view *view);
void apart_resolution(FILE *out, const struct view *view);

/* "2 %", "not even 5 %": a resolution of the summary, into `buf` (SAY_BYTES),
 * which is returned. */
char *apart_share(char *buf, const json_t *resolution);

#endif
