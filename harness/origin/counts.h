/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What an origin on this machine says it has served: a client for /stats.
 */
#ifndef CONCUR_COUNTS_H
#define CONCUR_COUNTS_H

#include <stdbool.h>
#include <stdint.h>

/* Since the origin began or its counters were last reset. Requests for /stats,
 * and connections that asked for nothing else, are not in it. */
struct origin_counts {
    uint64_t requests;
    uint64_t connections; /* that have asked for something */
    uint64_t in_service;  /* now: head complete, reply not yet sent */
    uint64_t in_service_peak;
    uint64_t in_service_ns; /* requests in service, integrated over time:
                             * divided by a time it is their mean number */
    uint64_t bytes_sent;    /* heads and bodies */
    uint64_t cpu_ns;        /* user and system, of the whole process */
    uint64_t open_connections;
};

/* Asks the origin on 127.0.0.1:`port`; with `reset` it starts afresh after it
 * has answered. Returns 0 or an errno: ETIMEDOUT after two seconds, EPROTO
 * where the answer is not an origin's. *out is then untouched. */
int origin_counts(uint16_t port, bool reset, struct origin_counts *out);

#endif
