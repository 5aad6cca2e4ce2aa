/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the origin has served since it began or was last reset, and the JSON
 * that /stats answers with. Requests for /stats are in none of it.
 */
#ifndef CONCUR_COUNTERS_H
#define CONCUR_COUNTERS_H

#include <stdint.h>

#include "content.h"

struct counters {
    uint64_t requests;
    uint64_t connections; /* counted at their first request */
    uint64_t bytes_sent;  /* heads and bodies, handed to the kernel */
    uint64_t in_service;  /* head parsed, reply not yet handed over */
    uint64_t in_service_peak;
    uint64_t in_service_ns; /* the integral of in_service over time … */
    uint64_t in_service_at; /* … up to here, CLOCK_MONOTONIC */
    uint64_t open;          /* connections, now */
    uint64_t cpu_began;     /* the process's CPU time at the reset, ns */
};

/* A request's head is complete; `count` replies are out. */
void counters_begin(struct counters *counters);
void counters_end(struct counters *counters, uint32_t count);

/* Starts afresh; what is in service or open stays so. */
void counters_reset(struct counters *counters);

/* The reply to /stats. */
void counters_reply(struct counters *counters, struct content *reply);

#endif
