/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The figures of a series, as summary.json shows them: one object a strategy.
 * Which of them exist, and how each is made from the samples, is a table.
 */
#ifndef CONCUR_RESULT_H
#define CONCUR_RESULT_H

#include "series.h"

/* The object for `s`, measured against `baseline` (which may be `s` itself).
 * `cores` is the machine's, 0 where not known. A new reference, NULL without
 * memory. */
json_t *result_json(const struct series *s, const struct series *baseline,
                    double cores);

#endif
