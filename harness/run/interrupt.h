/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ctrl-C while a run goes on: the first asks to stop after the running sample,
 * the second to stop at once. Once the measuring is over, the first only says
 * so and the second ends the process: what was measured is on disk.
 */
#ifndef CONCUR_INTERRUPT_H
#define CONCUR_INTERRUPT_H

#include <stdbool.h>

#include "../../impls/task.h"

/* From now on SIGINT, SIGTERM and SIGHUP are counted; SIGPIPE is ignored. */
void interrupt_catch(void);

/* From that time on (now_ns) it is as if the user had asked twice; 0: never.
 * interrupt_measured ends it and does not count it. */
void interrupt_at(nsec when);

/* How long it is until then; UINT64_MAX: for ever. */
nsec interrupt_left(void);

bool interrupt_asked(void);  /* once at least */
bool interrupt_urgent(void); /* twice at least */

/* The measuring is over, the report is being made: counts from 0 again.
 * Returns whether the user had asked to stop before. */
bool interrupt_measured(void);

#endif
