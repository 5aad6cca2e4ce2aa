/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fetches on an io_uring: plain HTTP on a literal IPv4 address, for the own
 * origin. The hooks are those of `fetcher.h`, on another loop.
 */
#ifndef CONCUR_URING_FETCH_H
#define CONCUR_URING_FETCH_H

#include "uring.h"

struct uring_fetches;

/* Called on the loop when what was begun for place `slot` has ended; it may
 * begin another there. */
typedef void (*uring_ended)(void *context, uint32_t slot, enum outcome outcome);

/* Places for `width` fetches at once; the ring has as many sockets. Returns 0
 * or an errno. */
int uring_fetches_open(struct uring_fetches **uf, struct uring *uring,
                       struct batch *batch, uint32_t width, uring_ended ended,
                       void *context);

/* Begins the step of task i. OUTCOME_OK: `ended` is called later, never from
 * within. Anything else is why it cannot begin: then it is not. */
enum outcome uring_fetch_begin(struct uring_fetches *uf, uint32_t slot,
                               const struct step *step, uint32_t i);

/* Ends a fetch under way; `ended` is not called. */
void uring_fetch_abort(struct uring_fetches *uf, uint32_t slot);

/* Closes all connections, before the ring is closed. */
void uring_fetches_hang_up(struct uring_fetches *uf);

/* The ring is closed already. */
void uring_fetches_close(struct uring_fetches *uf);

#endif
