/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keeping processors awake while a run measures. An idle one takes up to a
 * hundred microseconds to wake up, a virtual one through its hypervisor, and
 * how long differs from machine to machine and with what else it does: of a
 * fetch on loopback it may be most of the time, whoever fetches.
 *
 * The kernel's own way: the interface of its power management for quality of
 * service (Documentation/admin-guide/pm/cpuidle.rst, "PM QoS"), as latency
 * tests use it. While it is held, idle processors poll: they take power.
 */
#ifndef CONCUR_AWAKE_H
#define CONCUR_AWAKE_H

#include <jansson.h>
#include <stdbool.h>

struct awake {
    int fd;          /* held; -1: it is not */
    const char *why; /* it is not: static text */
};

/* From now on, until awake_end or the end of the process. `path`: NULL for the
 * kernel's file. Where that may not be opened, as for most users and in most
 * containers, the run goes without. */
void awake_begin(struct awake *awake, const char *path);

/* Processors may sleep: --may-idle. */
void awake_not(struct awake *awake);

void awake_end(struct awake *awake);

/* {"held":true,"why_not":null}. */
json_t *awake_json(const struct awake *awake);

#endif
