/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the kernel says of this process: memory, CPU time, context switches.
 */
#ifndef CONCUR_READINGS_H
#define CONCUR_READINGS_H

#include <sys/types.h>

#include "../../impls/task.h"

/* From /proc/self/status, in bytes; 0 where the kernel does not say. */
struct memory {
    uint64_t resident, resident_peak; /* VmRSS, VmHWM */
    uint64_t virtual_peak;            /* VmPeak */
    uint64_t page_tables;             /* VmPTE */
};

/* Makes the high-water mark start again from the present size, where the
 * kernel allows it. */
void memory_reset_peak(void);
struct memory memory_read(void);

/* The proportional set size of a process, in bytes: pages that it shares count
 * in parts. 0 if it cannot be read. */
uint64_t memory_pss(pid_t pid);

/* Of all threads, ended ones included. */
struct usage {
    nsec user, system;
    uint64_t voluntary, involuntary; /* context switches */
};

struct usage usage_read(void);
struct usage usage_children(void); /* of those that have been reaped */
struct usage usage_since(struct usage before);

#endif
