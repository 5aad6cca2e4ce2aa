/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A run's data read back into its plan: where each case stands. What was
 * begun and not finished in an earlier life is voided, since the strategies of
 * a round are compared within it; so is what came after a round that is void,
 * since where a case stands follows from its rounds in their order.
 */
#ifndef CONCUR_REPLAY_H
#define CONCUR_REPLAY_H

#include "../stats/samples.h"
#include "folder.h"
#include "plan.h"

/* What is in the folder, and the plan it belongs to: cases and strategies in
 * the order of run.json. */
struct replay {
    struct plan *plan;
    const struct samples *samples; /* borrowed */
    struct folder *folder;         /* opened */
};

/* A strategy that was absent stays so, for the reason it was absent for. 0, or
 * -1 and one line in `error`: one that has samples cannot be run any more. */
int replay_absences(const struct replay *r, char *error, size_t error_size);

/* Moves every case to where the samples leave it. Discards the rounds that
 * were not finished, or that turned out invalid just before the end, and all
 * later ones, in samples.jsonl, and takes their rows off timeline.csv. Numbers
 * of attempts are not used again. 0, or -1 and one line in `error`. */
int replay_samples(const struct replay *r, char *error, size_t error_size);

#endif
