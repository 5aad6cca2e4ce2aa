/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A pool: a fixed number of worker threads that take numbers from one queue,
 * first in, first out. What a number means is the owner's affair.
 */
#ifndef CONCUR_POOL_H
#define CONCUR_POOL_H

#include <stddef.h>
#include <stdint.h>

struct pool;

/* Called on worker `worker` (0 … workers - 1), which does nothing else
 * meanwhile. */
typedef void (*pool_work)(void *context, uint32_t number, uint32_t worker);

/* Starts the workers. The queue holds at most `capacity` numbers. Returns 0
 * or an errno. */
int pool_open(struct pool **pool, uint32_t workers, size_t stack_bytes,
              uint32_t capacity, pool_work work, void *context);

/* Queues a number; never blocks. The caller keeps within the capacity. */
void pool_submit(struct pool *pool, uint32_t number);

/* Returns when the queue is empty and every worker is idle. */
void pool_wait(struct pool *pool);

/* Waits likewise, then ends the workers. */
void pool_close(struct pool *pool);

#endif
