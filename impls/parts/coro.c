/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Coroutines: stacks cut from one mapping, and what the sanitizers and
 * valgrind have to be told when the stack changes under them.
 */
#include "coro.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "coro_switch.h"
#include "coro_tools.h"

struct coro {
    struct coro_context context; /* where it goes on */
    struct coro_tools tools;
    coro_body body;
    void *arg;
    struct coros *owner;
};

struct coros {
    struct coro_context thread; /* where the thread goes on */
    struct coro_tools thread_tools;
    struct coro *running;
    char *stacks; /* count × (guard, stack) */
    size_t stack_bytes, slot_bytes;
    struct stack_guard guard;
    uint32_t count;
    struct coro coros[];
};

static size_t round_up(size_t bytes, size_t page)
{
    return (bytes + page - 1) / page * page;
}

static char *stack_of(const struct coros *cs, uint32_t n)
{
    size_t guard = cs->slot_bytes - cs->stack_bytes;

    return cs->stacks + n * cs->slot_bytes + guard;
}

static int map_stacks(struct coros *cs)
{
    cs->stacks = mmap(NULL, cs->count * cs->slot_bytes, PROT_NONE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (cs->stacks == MAP_FAILED)
        return errno;
    for (uint32_t n = 0; n < cs->count; n++)
        if (mprotect(stack_of(cs, n), cs->stack_bytes,
                     PROT_READ | PROT_WRITE) != 0)
            return errno;
    return 0;
}

static int guard_stacks(struct coros *cs, stack_task task, const void *context)
{
    cs->guard =
        (struct stack_guard){.stacks = cs->stacks,
                             .guard_bytes = cs->slot_bytes - cs->stack_bytes,
                             .stack_bytes = cs->stack_bytes,
                             .count = cs->count,
                             .task = task,
                             .context = context};
    return stack_guard_open(&cs->guard);
}

int coros_open(struct coros **out, uint32_t count, size_t stack_bytes,
               stack_task task, const void *context)
{
    size_t page = (size_t)sysconf(_SC_PAGESIZE);
    struct coros *cs = calloc(1, sizeof(*cs) + count * sizeof(struct coro));

    if (!cs)
        return ENOMEM;
    cs->count = count;
    cs->stack_bytes =
        round_up(stack_bytes ? stack_bytes : CORO_STACK_BYTES, page);
    cs->slot_bytes = cs->stack_bytes + round_up(CORO_GUARD_BYTES, page);
    int error = map_stacks(cs);
    if (!error)
        error = guard_stacks(cs, task, context);
    if (error) {
        if (cs->stacks != MAP_FAILED)
            munmap(cs->stacks, count * cs->slot_bytes);
        free(cs);
        return error;
    }
    for (uint32_t n = 0; n < count; n++) {
        cs->coros[n].owner = cs;
        tools_open(&cs->coros[n].tools, stack_of(cs, n), cs->stack_bytes);
    }
    tools_open_thread(&cs->thread_tools);
    *out = cs;
    return 0;
}

/* The first thing that runs on a coroutine's stack. */
static void enter(void *arg)
{
    struct coro *self = arg;
    struct coros *cs = self->owner;

    tools_arrived(&self->tools, &cs->thread_tools);
    self->body(self->arg);
    tools_leave_for_good(&self->tools, &cs->thread_tools);
    coro_switch(&self->context, &cs->thread);
    abort(); /* an ended coroutine is not resumed */
}

static void go(struct coros *cs, struct coro *to)
{
    cs->running = to;
    tools_leave(&cs->thread_tools, &to->tools);
    coro_switch(&cs->thread, &to->context);
    tools_arrived(&cs->thread_tools, NULL);
    cs->running = NULL;
}

void coro_start(struct coros *cs, uint32_t n, coro_body body, void *arg)
{
    struct coro *coro = &cs->coros[n];

    coro->body = body;
    coro->arg = arg;
    coro_context_make(&coro->context, stack_of(cs, n), cs->stack_bytes, enter,
                      coro);
    go(cs, coro);
}

void coro_resume(struct coros *cs, uint32_t n)
{
    go(cs, &cs->coros[n]);
}

void coro_suspend(struct coros *cs)
{
    struct coro *self = cs->running;

    tools_leave(&self->tools, &cs->thread_tools);
    coro_switch(&self->context, &cs->thread);
    tools_arrived(&self->tools, NULL);
}

void coros_close(struct coros *cs)
{
    for (uint32_t n = 0; n < cs->count; n++)
        tools_close(&cs->coros[n].tools);
    stack_guard_close(&cs->guard);
    munmap(cs->stacks, cs->count * cs->slot_bytes);
    free(cs);
}
