/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The machine: what decides a result (run.json's `machine`), and what it
 * allows a strategy to have.
 */
#ifndef CONCUR_MACHINE_H
#define CONCUR_MACHINE_H

#include <jansson.h>
#include <stdint.h>

/* How much there is of each, for one more process. 0: the kernel does not
 * say. */
struct limits {
    uint32_t cores;           /* this process may use */
    uint64_t files;           /* open files, after raising the soft limit */
    uint64_t threads;         /* more threads */
    const char *threads_from; /* the setting that is the tightest */
    uint64_t ports;           /* ephemeral ports */
    uint64_t backlog;         /* somaxconn */
};

/* Raises the soft limit on open files to the hard one, and reads the rest. */
struct limits limits_raise(void);

/* A new reference; what cannot be read is null. */
json_t *machine_json(const struct limits *limits);

/* Load average over the last minute; negative if unknown. */
double machine_load(void);

/* UTC now as 2026-11-22T00:10:03.123Z, or for a folder 20261122T001003Z. */
void time_stamp(char *buf, size_t size);
void time_folder(char *buf, size_t size);

#endif
