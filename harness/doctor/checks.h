/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The checks, each a function: it reads the host, and says what it found by
 * one call of finding_is, or of finding_unseen.
 */
#ifndef CONCUR_CHECKS_H
#define CONCUR_CHECKS_H

#include "doctor.h"

typedef void check_function(struct finding *f, const struct host *host);

/* checks_build.c */
check_function check_build, check_libraries;
/* checks_cpu.c */
check_function check_cpu, check_governor, check_turbo, check_idle, check_smt;
check_function check_mitigations, check_quota, check_throttling;
/* checks_activity.c */
check_function check_steal, check_load, check_processes, check_memory;
check_function check_swap;
/* checks_kernel.c */
check_function check_kernel, check_virtualisation, check_clock, check_slack;
check_function check_address_space, check_huge_pages, check_counters;
check_function check_uring;
/* checks_limits.c */
check_function check_files, check_threads, check_ports, check_backlog;
check_function check_tracking, check_loopback;

/* What was found, as by printf. */
__attribute__((format(printf, 2, 3))) void finding_ok(struct finding *f,
                                                      const char *format, ...);
__attribute__((format(printf, 5, 6))) void finding_is(struct finding *f,
                                                      enum finding_state state,
                                                      const char *effect,
                                                      const char *mend,
                                                      const char *format, ...);
void finding_unseen(struct finding *f);

#endif
