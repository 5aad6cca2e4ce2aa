/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a strategy's wall time grows with the number of tasks, over the cases of
 * one section that differ in nothing else.
 */
#ifndef CONCUR_GROWTH_H
#define CONCUR_GROWTH_H

#include <jansson.h>

/* From a summary's cases: [{"section","axes","label","points","from","to",
 * "exponent","lo","hi"}, …], an entry for each strategy that is ok at three
 * numbers of tasks at least; `axes` are those held fixed. A new reference,
 * NULL without memory. */
json_t *growth_json(const json_t *cases);

#endif
