/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The list of strategies.
 */
#ifndef CONCUR_LIST_H
#define CONCUR_LIST_H

#include "strategy.h"

/* Every strategy, in the order in which they are shown; ends with NULL. */
extern const struct strategy *const strategies[];

#endif
