/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is printed when a batch is over: the results in the order given and in
 * the order finished, and the time it took.
 */
#ifndef CONCUR_ENDING_H
#define CONCUR_ENDING_H

#include <stdio.h>

#include "../../impls/task.h"

/* How many tasks have done all their steps, of all `phases`. */
uint32_t ending_count(const struct batch *batch, size_t phases);

/* False, and nothing printed, if there is no memory. */
bool ending_print(FILE *out, const struct batch *batch, size_t phases,
                  nsec elapsed, bool interrupted);

#endif
