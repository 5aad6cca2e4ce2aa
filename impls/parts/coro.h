/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Coroutines with stacks of their own: straight-line code that can be left in
 * the middle and gone on with later, on one thread. Switching is a dozen
 * instructions and no system call.
 *
 * x86-64 and aarch64. Below each stack lie CORO_GUARD_BYTES that may not be
 * touched: an overflow is a crash, with a line on stderr that names the task,
 * and never silent, unless a single function's variables reach beyond them.
 */
#ifndef CONCUR_CORO_H
#define CONCUR_CORO_H

#include <stddef.h>
#include <stdint.h>

#include "stack_guard.h"

/* What a coroutine runs; when it returns the coroutine has ended. */
typedef void (*coro_body)(void *arg);

struct coros; /* a fixed number of coroutines, for one thread */

/* Places for `count` coroutines; stack_bytes 0 means CORO_STACK_BYTES. Stacks
 * take memory only as they are used. `task` (may be NULL) says which task a
 * coroutine is at, for the message of an overflow. Returns 0 or an errno. */
int coros_open(struct coros **coros, uint32_t count, size_t stack_bytes,
               stack_task task, const void *context);

/* Enough for a task's body and what it calls: a parser, whoever observes. */
#define CORO_STACK_BYTES ((size_t)64 * 1024)

/* More than a function that a task calls has of variables. */
#define CORO_GUARD_BYTES ((size_t)32 * 1024)

/* Starts coroutine `n`, which must not be running, and returns when it
 * suspends itself for the first time or ends. */
void coro_start(struct coros *coros, uint32_t n, coro_body body, void *arg);

/* Goes on with a suspended one; returns when it suspends itself again or
 * ends. Called from the thread's own stack, never from a coroutine. */
void coro_resume(struct coros *coros, uint32_t n);

/* Within a coroutine: back to whoever started or resumed it. */
void coro_suspend(struct coros *coros);

/* None may be suspended: what is on its stack would be lost. */
void coros_close(struct coros *coros);

#endif
