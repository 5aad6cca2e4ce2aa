/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Wall times far from the rest of their series, and what each one's own
 * figures say about the cause. A guess in words, never a deletion.
 */
#ifndef CONCUR_OUTLIERS_H
#define CONCUR_OUTLIERS_H

#include "series.h"

/* [{"round","wall_ns","cause"}, …] by round: those beyond ten standard
 * deviations, see stats_outliers. `cores` is 0 where it is not known. A new
 * reference, NULL without memory. */
json_t *outliers_json(const struct series *s, double cores);

/* {"mild","severe"}: how many lie beyond Tukey's fences. */
json_t *fences_json(const struct series *s);

#endif
