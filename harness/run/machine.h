/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The machine: what decides a result (run.json's `machine`), and the time.
 */
#ifndef CONCUR_MACHINE_H
#define CONCUR_MACHINE_H

#include <jansson.h>
#include <stddef.h>

#include "limits.h"

/* A new reference; what cannot be read is null. */
json_t *machine_json(const struct limits *limits);

/* Load average over the last minute; negative if unknown. */
double machine_load(void);

/* UTC now as 2026-11-22T00:10:03.123Z, or for a folder 20261122T001003Z. */
void time_stamp(char *buf, size_t size);
void time_folder(char *buf, size_t size);

#endif
