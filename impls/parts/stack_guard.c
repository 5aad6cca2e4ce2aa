/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The handler of SIGSEGV, on a stack of its own: the one that overflowed has
 * no room for it. It only compares addresses and writes.
 */
#include "stack_guard.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Enough for the handler and the registers of any machine. */
#define ALTERNATE_BYTES ((size_t)64 * 1024)

static _Thread_local struct stack_guard *innermost;
static struct sigaction before;
static pthread_once_t installed = PTHREAD_ONCE_INIT;

/* ---- a line without stdio, which a handler must not call ---- */

struct line {
    char text[160];
    size_t used;
};

static void put_text(struct line *line, const char *text)
{
    size_t size = strlen(text), room = sizeof(line->text) - line->used;

    size = size < room ? size : room;
    memcpy(line->text + line->used, text, size);
    line->used += size;
}

static void put_number(struct line *line, size_t number)
{
    char digits[24];
    size_t at = sizeof(digits) - 1;

    digits[at] = '\0';
    do
        digits[--at] = (char)('0' + number % 10);
    while (number /= 10);
    put_text(line, digits + at);
}

static void say(const struct stack_guard *guard, uint32_t n)
{
    size_t size = guard->stack_bytes / 1024;
    struct line line = {.used = 0};

    if (guard->task) {
        put_text(&line, "task ");
        put_number(&line, guard->task(guard->context, n));
        put_text(&line, "'s ");
    } else {
        put_text(&line, "a ");
    }
    put_text(&line, "coroutine stack of ");
    put_number(&line, size);
    put_text(&line, " KiB overflowed (twice that: stack = ");
    put_number(&line, 2 * size);
    put_text(&line, "KiB)\n");
    if (write(STDERR_FILENO, line.text, line.used) < 0)
        return; /* nobody listens */
}

/* ---- the handler ---- */

/* Whether the address is in a guard, and of which stack. */
static int find(const struct stack_guard *guard, const char *address,
                uint32_t *n)
{
    size_t slot = guard->guard_bytes + guard->stack_bytes;

    if (address < guard->stacks ||
        address >= guard->stacks + guard->count * slot)
        return 0;
    size_t offset = (size_t)(address - guard->stacks);
    *n = (uint32_t)(offset / slot);
    return offset % slot < guard->guard_bytes;
}

/* Returns to the instruction that faulted: it does so again, and meets the
 * default, or whoever handled it before. */
static void on_fault(int number, siginfo_t *info, void *context)
{
    struct sigaction next = before;
    uint32_t n;

    (void)context;
    if (info->si_code > 0 && innermost && find(innermost, info->si_addr, &n)) {
        say(innermost, n);
        next = (struct sigaction){.sa_handler = SIG_DFL};
    }
    sigaction(number, &next, NULL);
    if (info->si_code <= 0)
        raise(number); /* somebody sent it: there is nothing to repeat */
}

static void install(void)
{
    struct sigaction action = {.sa_sigaction = on_fault,
                               .sa_flags = SA_SIGINFO | SA_ONSTACK};

    sigaction(SIGSEGV, &action, &before);
}

int stack_guard_open(struct stack_guard *guard)
{
    stack_t stack = {.ss_size = ALTERNATE_BYTES};

    stack.ss_sp = guard->alternate = malloc(ALTERNATE_BYTES);
    if (!guard->alternate)
        return ENOMEM;
    if (sigaltstack(&stack, &guard->before) != 0) {
        int error = errno;

        free(guard->alternate);
        return error;
    }
    pthread_once(&installed, install);
    guard->outer = innermost;
    innermost = guard;
    return 0;
}

void stack_guard_close(struct stack_guard *guard)
{
    innermost = guard->outer;
    sigaltstack(&guard->before, NULL);
    free(guard->alternate);
}
