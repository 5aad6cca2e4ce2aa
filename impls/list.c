/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one list that names the strategies. A new strategy is a file of its own
 * and one line here.
 */
#include "list.h"

#define STRATEGIES(X)                                                          \
    X(sequential)                                                              \
    X(await_in_loop)                                                           \
    X(blocking_in_loop)                                                        \
    X(polling_loop)                                                            \
    X(thread_per_task)                                                         \
    X(thread_pool)                                                             \
    X(process_pool)                                                            \
    X(executor)                                                                \
    X(libev_loop)                                                              \
    X(coroutine)                                                               \
    X(multi_loop)                                                              \
    X(raw_libev)                                                               \
    X(io_uring)

#define DECLARE(name) extern const struct strategy name;
STRATEGIES(DECLARE)

#define ENTRY(name) &(name),
const struct strategy *const strategies[] = {STRATEGIES(ENTRY) NULL};
