/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a run's folder (run.json, samples.jsonl) to what the statistics say:
 * summary.json and summary.csv. Reads results only; can be done again at any
 * time, and a run that was cut short is summarised as far as it got.
 */
#ifndef CONCUR_SUMMARY_H
#define CONCUR_SUMMARY_H

#include <jansson.h>

/* Computes the summary of the run in folder `dir`. A new reference, or NULL
 * and one line in `error`. A last line of samples.jsonl that was cut off in
 * the middle is left out. */
json_t *summary_make(const char *dir, char *error, size_t error_size);

/* Writes summary.json and summary.csv into `dir`, each replaced atomically.
 * 0, or -1 and one line in `error`. */
int summary_write(const char *dir, const json_t *summary, char *error,
                  size_t error_size);

#endif
