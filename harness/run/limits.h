/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the machine allows a strategy to have.
 */
#ifndef CONCUR_LIMITS_H
#define CONCUR_LIMITS_H

#include <stdbool.h>
#include <stdint.h>

/* How much there is of each, for one more process. 0: the kernel does not
 * say. */
struct limits {
    uint32_t cores;           /* strategies may use */
    uint32_t machine_cores;   /* this process was given; more only if pinned */
    uint64_t files;           /* open files, after raising the soft limit */
    uint64_t threads;         /* more threads */
    const char *threads_from; /* the setting that is the tightest */
    uint64_t processes;       /* more processes, of one thread each */
    const char *processes_from;
    uint64_t memory; /* bytes that can be had without swapping */
    const char *memory_from;
    uint64_t stacks;       /* guarded ones, two mappings each */
    uint64_t origin_files; /* open files of the origin, which raises its own */
    uint64_t ports;        /* ephemeral ports */
    bool ports_rest;       /* a closed connection keeps its port a minute */
    uint64_t backlog;      /* somaxconn */
};

/* Raises the soft limit on open files to the hard one, and reads the rest. */
struct limits limits_raise(void);

/* Reads them all. Files are those below `root` ("": this machine's), resource
 * limits this process's in either case. */
struct limits limits_read(const char *root);

/* How many connections to one address and port can be made now: the ephemeral
 * ports less the connections that are open or rest after their end, of all of
 * this network. UINT64_MAX where the kernel does not say. */
uint64_t limits_ports_now(const char *root);

#endif
