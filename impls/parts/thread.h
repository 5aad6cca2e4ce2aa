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
 * errno, which has left nothing to destroy.
 *
 * What is done with them afterwards is nowhere checked: pthread_mutex_lock,
 * _unlock, pthread_cond_wait, _signal, _broadcast and the destroying of both
 * fail only for a lock that checks errors, is robust, recursive or has a
 * priority, was not made, or is held by somebody else (POSIX). A lock made here
 * has none of these attributes, and a program in which the rest is possible has
 * lost its data already. */
int thread_lock_init(pthread_mutex_t *lock, pthread_cond_t *condition);
void thread_lock_destroy(pthread_mutex_t *lock, pthread_cond_t *condition);

/* The most that were started and not yet joined at once. */
uint32_t threads_peak(void);

#endif
