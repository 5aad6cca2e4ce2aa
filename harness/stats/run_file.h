/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run.json: what a run was asked for and where it was made.
 */
#ifndef CONCUR_RUN_FILE_H
#define CONCUR_RUN_FILE_H

#include <jansson.h>

/* Reads `dir`/run.json. In what is returned every case has a name, tasks
 * (1 up), a baseline and strategies, each with a label. A new reference, or
 * NULL and one line in `error`. */
json_t *run_file_read(const char *dir, char *error, size_t error_size);

#endif
