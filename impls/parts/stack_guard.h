/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Says whose stack has overflowed, before the process dies of it: who touches
 * the guard below a stack gets one line on stderr and then the same SIGSEGV as
 * ever. Other faults are left to whoever handled them before.
 *
 * For stacks that lie in one mapping, at equal distances, and for the thread
 * that uses them: threads' own stacks are not watched, since a handler would
 * need one more stack for each.
 */
#ifndef CONCUR_STACK_GUARD_H
#define CONCUR_STACK_GUARD_H

#include <signal.h>
#include <stddef.h>
#include <stdint.h>

/* The number of the task on stack n; called from a signal handler. */
typedef uint32_t (*stack_task)(const void *context, uint32_t n);

/* Filled in by the owner, but for what follows `context`. */
struct stack_guard {
    const char *stacks; /* `count` × (guard, stack) */
    size_t guard_bytes, stack_bytes;
    uint32_t count;
    stack_task task; /* NULL: nobody knows */
    const void *context;
    void *alternate; /* the stack that the handler runs on */
    stack_t before;
    struct stack_guard *outer; /* this thread's, until this one is closed */
};

/* Watches the stacks for the calling thread, which closes it; the last opened
 * is closed first. Returns 0 or an errno. */
int stack_guard_open(struct stack_guard *guard);
void stack_guard_close(struct stack_guard *guard);

#endif
