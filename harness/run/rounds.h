/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The measuring itself: rounds of samples, each strategy of a case once a
 * round, in an order reshuffled for every round. A round with an invalid
 * sample is discarded and taken again, as often as attempts.h allows.
 */
#ifndef CONCUR_ROUNDS_H
#define CONCUR_ROUNDS_H

#include "folder.h"
#include "plan.h"

/* Takes every sample that the plan still has to come until done or
 * interrupted; each is written into the folder as it is taken. 0, or -1 and
 * one line in `error`: the run cannot go on (the disk is full, the origin
 * cannot be started); what was taken is in the folder. */
int rounds_run(struct plan *plan, struct folder *folder, bool quiet,
               char *error, size_t error_size);

#endif
