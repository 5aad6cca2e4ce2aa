/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The list of the test build: the honest strategies that tests of it need, one
 * that is slower by a known amount, and those that misbehave on purpose, each
 * in one way that the harness must catch.
 */
#include "../../impls/list.h"

#define STRATEGIES(X)                                                          \
    X(sequential)                                                              \
    X(libev_loop)                                                              \
    X(await_in_loop)                                                           \
    X(blocking_in_loop)                                                        \
    X(polling_loop)                                                            \
    X(thread_per_task)                                                         \
    X(thread_pool)                                                             \
    X(process_pool)                                                            \
    X(executor)                                                                \
    X(coroutine)                                                               \
    X(multi_loop)                                                              \
    X(raw_libev)                                                               \
    X(io_uring)                                                                \
    X(slowed)                                                                  \
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
    X(hastens)                                                                 \
    X(refuses)

#define DECLARE(name) extern const struct strategy name;
STRATEGIES(DECLARE)

#define ENTRY(name) &(name),
const struct strategy *const strategies[] = {STRATEGIES(ENTRY) NULL};
