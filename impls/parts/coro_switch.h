/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Leaving one stack for another: the registers that a function call must keep,
 * by the System V ABI (x86-64) and AAPCS64 (aarch64).
 */
#ifndef CONCUR_CORO_SWITCH_H
#define CONCUR_CORO_SWITCH_H

#include <stddef.h>

/* Where to go on: the top of a stack on which the registers lie. */
struct coro_context {
    void *stack_pointer;
};

/* Makes a context that begins with entry(arg) on the given stack. `entry`
 * never returns. */
void coro_context_make(struct coro_context *context, void *stack, size_t bytes,
                       void (*entry)(void *), void *arg);

/* Leaves here, to go on there; returns when somebody switches back. */
void coro_switch(struct coro_context *here, const struct coro_context *there);

#endif
