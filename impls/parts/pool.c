/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A pool: one ring of numbers under one lock, workers that wait on one
 * condition.
 */
#include "pool.h"

#include <errno.h>
#include <stdbool.h>
#include <stdlib.h>

#include "thread.h"

struct worker {
    struct pool *pool;
    pthread_t thread;
};

struct pool {
    pthread_mutex_t lock;
    pthread_cond_t submitted, idle;
    uint32_t *ring;
    uint32_t capacity, head, queued;
    uint32_t working;
    bool closing;
    pool_work work;
    void *context;
    uint32_t count;
    struct worker workers[];
};

/* The next number, or false when the pool closes. The lock is held. */
static bool take(struct pool *pool, uint32_t *number)
{
    while (!pool->queued && !pool->closing)
        pthread_cond_wait(&pool->submitted, &pool->lock);
    if (!pool->queued)
        return false;
    *number = pool->ring[pool->head];
    pool->head = (pool->head + 1) % pool->capacity;
    pool->queued--;
    return true;
}

static void *worker_body(void *arg)
{
    struct worker *self = arg;
    struct pool *pool = self->pool;
    uint32_t number;

    pthread_mutex_lock(&pool->lock);
    while (take(pool, &number)) {
        pool->working++;
        pthread_mutex_unlock(&pool->lock);
        pool->work(pool->context, number, (uint32_t)(self - pool->workers));
        pthread_mutex_lock(&pool->lock);
        pool->working--;
        if (!pool->working && !pool->queued)
            pthread_cond_signal(&pool->idle);
    }
    pthread_mutex_unlock(&pool->lock);
    return NULL;
}

static int locks_init(struct pool *pool)
{
    int error = thread_lock_init(&pool->lock, &pool->submitted);

    if (error)
        return error;
    error = pthread_cond_init(&pool->idle, NULL);
    if (error)
        thread_lock_destroy(&pool->lock, &pool->submitted);
    return error;
}

int pool_open(struct pool **out, uint32_t workers, size_t stack_bytes,
              uint32_t capacity, pool_work work, void *context)
{
    struct pool *pool =
        calloc(1, sizeof(*pool) + workers * sizeof(struct worker));
    int error = ENOMEM;

    if (!pool)
        return error;
    pool->ring = calloc(capacity, sizeof(*pool->ring));
    if (pool->ring)
        error = locks_init(pool);
    if (error)
        goto fail;
    pool->capacity = capacity;
    pool->work = work;
    pool->context = context;
    for (; pool->count < workers; pool->count++) {
        struct worker *worker = &pool->workers[pool->count];

        worker->pool = pool;
        error = thread_start(&worker->thread, stack_bytes, worker_body, worker);
        if (error) {
            pool_close(pool);
            return error;
        }
    }
    *out = pool;
    return 0;
fail:
    free(pool->ring);
    free(pool);
    return error;
}

void pool_submit(struct pool *pool, uint32_t number)
{
    pthread_mutex_lock(&pool->lock);
    pool->ring[(pool->head + pool->queued) % pool->capacity] = number;
    pool->queued++;
    pthread_cond_signal(&pool->submitted);
    pthread_mutex_unlock(&pool->lock);
}

void pool_wait(struct pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    while (pool->queued || pool->working)
        pthread_cond_wait(&pool->idle, &pool->lock);
    pthread_mutex_unlock(&pool->lock);
}

void pool_close(struct pool *pool)
{
    pthread_mutex_lock(&pool->lock);
    pool->closing = true;
    pthread_cond_broadcast(&pool->submitted);
    pthread_mutex_unlock(&pool->lock);
    for (uint32_t w = 0; w < pool->count; w++)
        thread_join(pool->workers[w].thread);
    pthread_cond_destroy(&pool->idle);
    thread_lock_destroy(&pool->lock, &pool->submitted);
    free(pool->ring);
    free(pool);
}
