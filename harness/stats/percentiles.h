/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Percentiles of a series' tasks, all rounds pooled: histograms are added,
 * percentiles are never averaged.
 */
#ifndef CONCUR_PERCENTILES_H
#define CONCUR_PERCENTILES_H

#include "series.h"

enum span {
    SPAN_LATENCY, /* from started to finished */
    SPAN_SOJOURN, /* from created to finished */
    SPAN_LAG,     /* from due to started, of an open load */
};

/* {"count","p50","p90","p99","p999","max"}, nanoseconds; those are null that
 * the count does not support (stats_supports). Null where the state is not ok
 * or no sample has a histogram. A new reference, NULL without memory. */
json_t *percentiles_json(const struct series *s, enum span span);

#endif
