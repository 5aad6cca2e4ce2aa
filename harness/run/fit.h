/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether a strategy fits into this machine's limits: files, ports, threads,
 * processes, memory, the listen queue. What does not is told before anything
 * is measured, so that no sample hangs, fails half-way, or is slow for a reason
 * that nobody sees.
 */
#ifndef CONCUR_FIT_H
#define CONCUR_FIT_H

#include "plan.h"

/* Which limit the entry exceeds in the case, at its width: "needs 2000 threads;
 * this machine allows 1024 (kernel.threads-max)". NULL if none, or if there is
 * no memory. Allocated. */
char *fit_reason(const struct bench_case *c, const struct plan_entry *e,
                 const struct limits *limits);

/* The connections to the own origin that a sample makes. */
uint64_t fit_connections(const struct bench_case *c, uint32_t width);

#endif
