/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A run's summary for other tools, made from its data and written to a stream;
 * the run's folder stays as it is.
 */
#ifndef CONCUR_EXPORT_H
#define CONCUR_EXPORT_H

#include <stddef.h>
#include <stdio.h>

/* The names of the forms that there are, ended by NULL. */
extern const char *const export_forms[];

/* Writes the run in `dir` to `out` in the form of that name:
 *
 *   csv       summary.csv: a line a case and strategy
 *   json      [{"name","unit","value","range","extra"}], wall times in ms, as
 *             github-action-benchmark reads `customSmallerIsBetter`; what was
 *             not measured is left out
 *   markdown  a short table a case, a sweep in one, for a comment
 *
 * 0, or -1 and one line in `error`; errors of `out` stay in it (ferror). */
int export_write(FILE *out, const char *dir, const char *form, char *error,
                 size_t error_size);

#endif
