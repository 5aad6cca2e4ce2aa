/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which calibrated case is like one that is not: the fewest steps away along
 * the axes of their section. A step is from one value of the suite's to the
 * next, whatever lies between. Of several as near, the one that resolves least.
 */
#ifndef CONCUR_NEAREST_H
#define CONCUR_NEAREST_H

#include <jansson.h>

/* `to` and all others are a summary's cases, of which the calibrated ones have
 * a "resolution" whose "from" is "case". NULL: none of the same section has.
 * Borrowed from `cases`. */
const json_t *nearest_case(const json_t *cases, const json_t *to);

#endif
