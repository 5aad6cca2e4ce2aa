/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the machine allows a strategy to have.
 */
#ifndef CONCUR_LIMITS_H
#define CONCUR_LIMITS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* How much there is of each, for one more process. 0: the kernel does not
 * say. */
struct limits {
    uint32_t cores;           /* this process may use */
    uint64_t files;           /* open files, after raising the soft limit */
    uint64_t threads;         /* more threads */
    const char *threads_from; /* the setting that is the tightest */
    uint64_t stacks;          /* guarded ones, two mappings each */
    uint64_t ports;           /* ephemeral ports */
    uint64_t backlog;         /* somaxconn */
};

/* Raises the soft limit on open files to the hard one, and reads the rest. */
struct limits limits_raise(void);

/* First line of a file, without its newline. */
bool limits_read_line(const char *path, char *line, size_t size);

#endif
