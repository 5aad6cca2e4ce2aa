/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What AddressSanitizer, ThreadSanitizer and valgrind are told of stacks and
 * of switches between them. Nothing is left of it in an ordinary build but
 * valgrind's markers, where its header is there.
 */
#ifndef CONCUR_CORO_TOOLS_H
#define CONCUR_CORO_TOOLS_H

#include <pthread.h>
#include <stddef.h>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif
#if __has_include(<valgrind/valgrind.h>)
#include <valgrind/valgrind.h>
#endif

/* A stack as the tools know it. */
struct coro_tools {
    const void *stack;
    size_t bytes;
    void *fake;  /* ASan's, while the stack is left */
    void *fiber; /* TSan's */
    unsigned id; /* valgrind's */
};

static inline void tools_open(struct coro_tools *t, void *stack, size_t bytes)
{
    *t = (struct coro_tools){.stack = stack, .bytes = bytes};
#if defined(__SANITIZE_THREAD__)
    t->fiber = __tsan_create_fiber(0);
#endif
#ifdef VALGRIND_STACK_REGISTER
    t->id = VALGRIND_STACK_REGISTER(stack, (char *)stack + bytes);
#endif
}

static inline void tools_open_thread(struct coro_tools *t)
{
    *t = (struct coro_tools){0}; /* ASan tells its stack on arrival */
#if defined(__SANITIZE_THREAD__)
    t->fiber = __tsan_get_current_fiber();
#endif
}

static inline void tools_close(struct coro_tools *t)
{
    (void)t;
#if defined(__SANITIZE_THREAD__)
    __tsan_destroy_fiber(t->fiber);
#endif
#ifdef VALGRIND_STACK_DEREGISTER
    VALGRIND_STACK_DEREGISTER(t->id);
#endif
}

/* Just before a switch from one to the other. */
static inline void tools_leave(struct coro_tools *from, struct coro_tools *to)
{
    (void)from, (void)to;
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(&from->fake, to->stack, to->bytes);
#endif
#if defined(__SANITIZE_THREAD__)
    __tsan_switch_to_fiber(to->fiber, 0);
#endif
}

/* The same where `from` has ended. */
static inline void tools_leave_for_good(struct coro_tools *from,
                                        struct coro_tools *to)
{
    (void)from, (void)to;
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(NULL, to->stack, to->bytes);
    from->fake = NULL; /* freed: whoever starts on this stack has none yet */
#endif
#if defined(__SANITIZE_THREAD__)
    __tsan_switch_to_fiber(to->fiber, 0);
#endif
}

/* Just after a switch; `thread`: where to note the stack that was left, on a
 * coroutine's first arrival. */
static inline void tools_arrived(struct coro_tools *self,
                                 struct coro_tools *thread)
{
    (void)self, (void)thread;
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(self->fake, thread ? &thread->stack : NULL,
                                    thread ? &thread->bytes : NULL);
#endif
}

#endif
