/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The order of a round. It follows from the run's seed, the case's name, the
 * round and the attempt alone: whoever goes on with a run needs no state of a
 * generator, and a case has the same orders whichever others are run.
 */
#ifndef CONCUR_ORDER_H
#define CONCUR_ORDER_H

#include <stddef.h>
#include <stdint.h>

/* Fills order[0 … count - 1] with 0 … count - 1, shuffled (Fisher–Yates). */
void order_of_round(size_t *order, size_t count, uint64_t seed,
                    const char *case_name, uint32_t round, uint32_t attempt);

#endif
