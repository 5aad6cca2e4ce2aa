/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the files of this folder share: filling a comparison, and its figures
 * as words.
 */
#ifndef CONCUR_COMPARE_PARTS_H
#define CONCUR_COMPARE_PARTS_H

#include "compare.h"

/* Each adds to the comparison; false: no memory. */
bool compare_note(struct comparison *c, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool compare_gap(struct comparison *c, const char *in_case, const char *label,
                 const char *format, ...) __attribute__((format(printf, 4, 5)));
bool compare_row(struct comparison *c, const struct compare_row *row);

/* ---- judge.c ---- */

/* Figures of a row from the samples of OLD and NEW: n and m values above 0,
 * times or ratios of times, in values[0] and values[1], which become their
 * logarithms. False: no memory. */
bool judge_row(struct compare_row *row, double *values[2]);

/* Corrects p over all rows and gives each its verdict. False: no memory. */
bool judge_all(struct comparison *c);

/* ---- notes.c ---- */

/* Where the machines, pinning, programs, suites differ; `loads` is the median
 * load of each run, NAN where not known. False: no memory. */
bool notes_runs(struct comparison *c, const double loads[2]);

/* Which baselines moved. False: no memory. */
bool notes_baselines(struct comparison *c);

/* Why the two cases are not the same work, into `why`; false: they are. */
bool notes_work(const struct comparison *c, const json_t *old_case,
                const json_t *new_case, char *why, size_t size);

/* ---- words.c ---- */

#define WORDS_BYTES 64

/* Each into `buf` (WORDS_BYTES), which is returned; "" where not known. */
char *words_shift(char *buf, double shift);            /* +10.3 % */
char *words_interval(char *buf, double lo, double hi); /* [+8.1, +12.2] */
char *words_p(char *buf, double p);                    /* 0.012 */
char *words_value(char *buf, const struct compare_row *row, int side);
char *words_run(char *buf, size_t size, const json_t *run, const char *dir);

/* "1 slower, 0 faster, 35 not resolved". */
char *words_sum(char *buf, const struct comparison *c);

#endif
