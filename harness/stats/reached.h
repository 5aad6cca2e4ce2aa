/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How far a case got: how narrow its intervals are, and why its measuring
 * ended. Follows from run.json and the samples alone, as the engine's own
 * decisions do (stopping.h).
 */
#ifndef CONCUR_REACHED_H
#define CONCUR_REACHED_H

#include <jansson.h>

#include "series.h"

/* What the samples of the run have cost, in ns, void ones included. */
double reached_spent(const struct samples *samples);

/* Puts "precision" into each of the case's strategies, and "precision" and
 * "stopped" into the case, which has "rounds_done" and "strategies" by now.
 * `stopping` is run.json's. False: no memory. */
bool reached_put(json_t *out, const json_t *stopping,
                 const struct series *series, size_t count, double spent);

/* Whether the case was cut short, as "stopped" has it. */
bool reached_interrupted(const json_t *one_case);

#endif
