/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The report of a run: figures (gnuplot), report.md and report.html from the
 * files in the run's folder, and the short table for the terminal.
 */
#ifndef CONCUR_REPORT_H
#define CONCUR_REPORT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

/* Summary, plots/ and both reports of the run in `dir`, each file replaced
 * atomically. Returns 0, or -1 and one line in `error`. Without gnuplot the
 * reports are made without figures and say so. */
int report_make(const char *dir, char *error, size_t error_size);

/* The short table with bars, for a summary: a block a case. `width` is the
 * terminal's width in columns; 72 to 120 are used. */
void report_terminal(FILE *out, const json_t *summary, int width, bool colour);

/* Folder of the gnuplot files: $CONCUR_PLOTS, or else where the build says. */
const char *plots_folder(void);

#endif
