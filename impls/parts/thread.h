/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Threads that are counted: strategies start theirs here, so that the peak
 * number is known without asking the kernel at the right moment.
 */
#ifndef CONCUR_THREAD_H
#define CONCUR_THREAD_H

#include <pthread.h>
#include <stddef.h>
#include <stdint.h>

/* Starts a joinable thread; stack_bytes 0 means the system's default. Returns
 * 0 or an errno. */
int thread_start(pthread_t *thread, size_t stack_bytes, void *(*body)(void *),
                 void *arg);

/* Waits for its end. */
void thread_join(pthread_t thread);

/* A lock, and a condition that goes with it (NULL: none). Returns 0 or an
 * errno, which has left nothing to destroy. */
int thread_lock_init(pthread_mutex_t *lock, pthread_cond_t *condition);
void thread_lock_destroy(pthread_mutex_t *lock, pthread_cond_t *condition);

/* The most that were started and not yet joined at once. */
uint32_t threads_peak(void);

#endif
