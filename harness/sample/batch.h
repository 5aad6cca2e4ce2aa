/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A job's batch, made ready and run: the same for a sample that is measured
 * and for one that is watched (concur trace).
 */
#ifndef CONCUR_BATCH_H
#define CONCUR_BATCH_H

#include "job.h"

/* Gives the job's batch its records, bodies where a step needs them, and due
 * times where it has a rate.
 * Returns 0 or an errno; batch_clear frees them in either case. */
int batch_fill(struct job *job);
void batch_clear(struct batch *batch);

/* Runs the job's strategy, which is open as `self`, once for each phase. What
 * the hooks took is added to *ran; `between` (NULL: nothing) is called after
 * each phase but the last, outside of that time. Returns 0 or the hook's
 * errno. */
int batch_run_phases(struct job *job, void *self, nsec *ran,
                     void (*between)(void *context), void *context);

#endif
