/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The list of the test build: two honest strategies, and those that misbehave
 * on purpose, each in one way that the harness must catch.
 */
#include "../../impls/list.h"

#define STRATEGIES(X)                                                          \
    X(sequential)                                                              \
    X(libev_loop)                                                              \
    X(crashes)                                                                 \
    X(overflows)                                                               \
    X(hangs)                                                                   \
    X(drops)                                                                   \
    X(repeats)                                                                 \
    X(refetches)                                                               \
    X(rushes)                                                                  \
    X(fakes)                                                                   \
    X(corrupts)                                                                \
    X(overreaches)                                                             \
    X(refuses)

#define DECLARE(name) extern const struct strategy name;
STRATEGIES(DECLARE)

#define ENTRY(name) &(name),
const struct strategy *const strategies[] = {STRATEGIES(ENTRY) NULL};
