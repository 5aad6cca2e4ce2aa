/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Threads that are counted. Only the thread that started one may join it; the
 * counts are kept by the threads that start and join, with atomics.
 */
#include "thread.h"

#include <stdatomic.h>

static atomic_uint alive, peak;

int thread_start(pthread_t *thread, size_t stack_bytes, void *(*body)(void *),
                 void *arg)
{
    pthread_attr_t attr;
    int error = pthread_attr_init(&attr);

    if (error)
        return error;
    if (stack_bytes)
        error = pthread_attr_setstacksize(&attr, stack_bytes);
    if (!error)
        error = pthread_create(thread, &attr, body, arg);
    pthread_attr_destroy(&attr);
    if (error)
        return error;

    unsigned now = atomic_fetch_add(&alive, 1) + 1;
    unsigned seen = atomic_load(&peak);
    while (now > seen)
        if (atomic_compare_exchange_weak(&peak, &seen, now))
            break;
    return 0;
}

void thread_join(pthread_t thread)
{
    pthread_join(thread, NULL);
    atomic_fetch_sub(&alive, 1);
}

int thread_lock_init(pthread_mutex_t *lock, pthread_cond_t *condition)
{
    int error = pthread_mutex_init(lock, NULL);

    if (error || !condition)
        return error;
    error = pthread_cond_init(condition, NULL);
    if (error)
        pthread_mutex_destroy(lock);
    return error;
}

void thread_lock_destroy(pthread_mutex_t *lock, pthread_cond_t *condition)
{
    if (condition)
        pthread_cond_destroy(condition);
    pthread_mutex_destroy(lock);
}

uint32_t threads_peak(void)
{
    return atomic_load(&peak);
}
