/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * summary.csv: the summary as a table, a line a case and strategy. Used by
 * summary.c only.
 */
#ifndef CONCUR_SUMMARY_CSV_H
#define CONCUR_SUMMARY_CSV_H

#include <jansson.h>
#include <stdio.h>

/* Writes the header and every line; quoting as RFC 4180 has it, lines end with
 * a newline alone. Errors stay in the stream (ferror). */
void summary_csv(FILE *out, const json_t *summary);

#endif
