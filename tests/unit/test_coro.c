/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Coroutines by themselves: switching, registers, deep stacks, overflows.
 *
 * It needs nothing but libc and writes TAP itself, so that it can be linked
 * statically for a machine that is only emulated: see make test-aarch64.
 */
#include <fenv.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../../impls/parts/coro.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

#define STACK ((size_t)256 * 1024)

/* Ends a test that has not found what it must. */
#define CHECK(condition)                                                       \
    do {                                                                       \
        if (!(condition)) {                                                    \
            fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__, #condition);    \
            return false;                                                      \
        }                                                                      \
    } while (0)

static struct coros *coros;

/* ---- switching ---- */

struct counter {
    uint32_t n, steps;
    uint64_t sum;
};

static void count(void *arg)
{
    struct counter *c = arg;
    uint64_t sum = 0; /* on the coroutine's stack */

    for (uint32_t s = 0; s < c->steps; s++) {
        sum += (uint64_t)c->n * s;
        coro_suspend(coros);
    }
    c->sum = sum;
}

static bool test_many(void)
{
    enum { MANY = 500, STEPS = 7 };
    static struct counter counters[MANY];

    CHECK(coros_open(&coros, MANY, 0, NULL, NULL) == 0);
    for (int life = 0; life < 2; life++) { /* a stack serves again */
        for (uint32_t n = 0; n < MANY; n++) {
            counters[n] = (struct counter){.n = n, .steps = STEPS + n % 3};
            coro_start(coros, n, count, &counters[n]);
        }
        for (uint32_t s = 1; s <= STEPS + 2; s++)
            for (uint32_t n = 0; n < MANY; n++)
                if (s <= counters[n].steps)
                    coro_resume(coros, n);
        for (uint32_t n = 0; n < MANY; n++) {
            uint64_t last = counters[n].steps - 1;
            CHECK(counters[n].sum == n * (last * (last + 1) / 2));
        }
    }
    coros_close(coros);
    return true;
}

/* ---- registers ---- */

/* Fills every register that a call must keep with seed + 1, seed + 2, …, calls
 * f(arg), and writes what the registers then hold to out. */
void fill_registers(uint64_t seed, uint64_t *out, void (*f)(void *), void *arg);

#if defined(__x86_64__)
#define REGISTERS 6
__asm__(".text\n"
        ".globl fill_registers\n"
        ".type fill_registers,@function\n"
        "fill_registers:\n"
        "    pushq %rbp\n"
        "    pushq %rbx\n"
        "    pushq %r12\n"
        "    pushq %r13\n"
        "    pushq %r14\n"
        "    pushq %r15\n"
        "    pushq %rsi\n"
        "    leaq 1(%rdi), %rbx\n"
        "    leaq 2(%rdi), %rbp\n"
        "    leaq 3(%rdi), %r12\n"
        "    leaq 4(%rdi), %r13\n"
        "    leaq 5(%rdi), %r14\n"
        "    leaq 6(%rdi), %r15\n"
        "    movq %rcx, %rdi\n"
        "    callq *%rdx\n"
        "    popq %rsi\n"
        "    movq %rbx, (%rsi)\n"
        "    movq %rbp, 8(%rsi)\n"
        "    movq %r12, 16(%rsi)\n"
        "    movq %r13, 24(%rsi)\n"
        "    movq %r14, 32(%rsi)\n"
        "    movq %r15, 40(%rsi)\n"
        "    popq %r15\n"
        "    popq %r14\n"
        "    popq %r13\n"
        "    popq %r12\n"
        "    popq %rbx\n"
        "    popq %rbp\n"
        "    ret\n"
        ".size fill_registers,.-fill_registers\n");
#elif defined(__aarch64__)
#define REGISTERS 18
__asm__(".text\n"
        ".globl fill_registers\n"
        ".type fill_registers,%function\n"
        "fill_registers:\n"
        "    stp x29, x30, [sp, #-176]!\n"
        "    mov x29, sp\n"
        "    stp x19, x20, [sp, #16]\n"
        "    stp x21, x22, [sp, #32]\n"
        "    stp x23, x24, [sp, #48]\n"
        "    stp x25, x26, [sp, #64]\n"
        "    stp x27, x28, [sp, #80]\n"
        "    stp d8, d9, [sp, #96]\n"
        "    stp d10, d11, [sp, #112]\n"
        "    stp d12, d13, [sp, #128]\n"
        "    stp d14, d15, [sp, #144]\n"
        "    str x1, [sp, #160]\n"
        "    add x19, x0, #1\n"
        "    add x20, x0, #2\n"
        "    add x21, x0, #3\n"
        "    add x22, x0, #4\n"
        "    add x23, x0, #5\n"
        "    add x24, x0, #6\n"
        "    add x25, x0, #7\n"
        "    add x26, x0, #8\n"
        "    add x27, x0, #9\n"
        "    add x28, x0, #10\n"
        "    add x9, x0, #11\n"
        "    fmov d8, x9\n"
        "    add x9, x0, #12\n"
        "    fmov d9, x9\n"
        "    add x9, x0, #13\n"
        "    fmov d10, x9\n"
        "    add x9, x0, #14\n"
        "    fmov d11, x9\n"
        "    add x9, x0, #15\n"
        "    fmov d12, x9\n"
        "    add x9, x0, #16\n"
        "    fmov d13, x9\n"
        "    add x9, x0, #17\n"
        "    fmov d14, x9\n"
        "    add x9, x0, #18\n"
        "    fmov d15, x9\n"
        "    mov x0, x3\n"
        "    blr x2\n"
        "    ldr x1, [sp, #160]\n"
        "    stp x19, x20, [x1, #0]\n"
        "    stp x21, x22, [x1, #16]\n"
        "    stp x23, x24, [x1, #32]\n"
        "    stp x25, x26, [x1, #48]\n"
        "    stp x27, x28, [x1, #64]\n"
        "    stp d8, d9, [x1, #80]\n"
        "    stp d10, d11, [x1, #96]\n"
        "    stp d12, d13, [x1, #112]\n"
        "    stp d14, d15, [x1, #128]\n"
        "    ldp x19, x20, [sp, #16]\n"
        "    ldp x21, x22, [sp, #32]\n"
        "    ldp x23, x24, [sp, #48]\n"
        "    ldp x25, x26, [sp, #64]\n"
        "    ldp x27, x28, [sp, #80]\n"
        "    ldp d8, d9, [sp, #96]\n"
        "    ldp d10, d11, [sp, #112]\n"
        "    ldp d12, d13, [sp, #128]\n"
        "    ldp d14, d15, [sp, #144]\n"
        "    ldp x29, x30, [sp], #176\n"
        "    ret\n"
        ".size fill_registers,.-fill_registers\n");
#endif

struct filled {
    uint64_t seed, values[REGISTERS];
};

static void suspend_filled(void *arg)
{
    (void)arg;
    coro_suspend(coros);
}

static void fill(void *arg)
{
    struct filled *f = arg;

    fill_registers(f->seed, f->values, suspend_filled, NULL);
}

static bool holds(const struct filled *f)
{
    for (uint64_t r = 0; r < REGISTERS; r++)
        CHECK(f->values[r] == f->seed + r + 1);
    return true;
}

/* Goes on with the coroutine, which has filled them in its own way. */
static void resume_filled(void *arg)
{
    (void)arg;
    coro_resume(coros, 0);
}

/* A coroutine finds its own again, and so does whoever resumes it. */
static bool test_registers(void)
{
    struct filled own[2] = {{.seed = 1000}, {.seed = 2000}};
    struct filled resumer = {.seed = 3000};

    CHECK(coros_open(&coros, 2, STACK, NULL, NULL) == 0);
    coro_start(coros, 0, fill, &own[0]);
    coro_start(coros, 1, fill, &own[1]);
    fill_registers(resumer.seed, resumer.values, resume_filled, NULL);
    coro_resume(coros, 1);
    coros_close(coros);
    return holds(&own[0]) && holds(&own[1]) && holds(&resumer);
}

#if defined(__x86_64__)
static void round_up(void *arg)
{
    int *seen = arg;

    fesetround(FE_UPWARD);
    coro_suspend(coros);
    *seen = fegetround();
}

/* By this ABI a call keeps the rounding mode; by that of aarch64 it does not.
 */
static bool test_rounding(void)
{
    int seen = -1;

    CHECK(coros_open(&coros, 1, STACK, NULL, NULL) == 0);
    coro_start(coros, 0, round_up, &seen);
    CHECK(fegetround() == FE_TONEAREST);
    coro_resume(coros, 0);
    coros_close(coros);
    CHECK(seen == FE_UPWARD);
    return true;
}
#endif

/* ---- deep stacks ---- */

static char *stack_begin; /* the first frame of the coroutine */
static size_t deepest;

static void suspend(void)
{
    coro_suspend(coros);
}

/* Calls itself until so much of the stack is used, and then `end`; with frames
 * of about 600 bytes. Each level has its own bytes, and looks whether they are
 * still there on the way back. */
__attribute__((noinline)) static bool dive(size_t until, unsigned level,
                                           void (*end)(void))
{
    volatile unsigned char bytes[512];
    bool good = true;

    for (size_t b = 0; b < sizeof(bytes); b++)
        bytes[b] = (unsigned char)(level + b);
    deepest = (size_t)(stack_begin - (char *)__builtin_frame_address(0));
    if (deepest < until)
        good = dive(until, level + 1, end);
    else
        end();
    for (size_t b = 0; b < sizeof(bytes); b++)
        good = good && bytes[b] == (unsigned char)(level + b);
    return good;
}

struct dive {
    size_t until;
    bool good;
};

static void dive_from_top(void *arg)
{
    struct dive *d = arg;

    stack_begin = __builtin_frame_address(0);
    d->good = dive(d->until, 0, suspend);
}

static bool test_deep(void)
{
    struct dive dives[2] = {{STACK - 16384, false}, {STACK - 16384, false}};

    CHECK(coros_open(&coros, 2, STACK, NULL, NULL) == 0);
    for (uint32_t n = 0; n < 2; n++) {
        coro_start(coros, n, dive_from_top, &dives[n]);
        CHECK(deepest >= STACK - 16384 && deepest < STACK);
    }
    for (uint32_t n = 0; n < 2; n++)
        coro_resume(coros, n);
    coros_close(coros);
    CHECK(dives[0].good && dives[1].good);
    return true;
}

/* ---- faults ---- */

static uint32_t task_forty(const void *context, uint32_t n)
{
    return *(const uint32_t *)context + n;
}

/* Over the edge in one step, with a frame that is larger than a page: only its
 * far end is touched. */
__attribute__((noinline)) static void leap(void)
{
    volatile unsigned char bytes[20000];

    bytes[0] = 1;
    deepest += bytes[0];
}

static void dive_and_leap(void *arg)
{
    (void)arg;
    stack_begin = __builtin_frame_address(0);
    dive(STACK - 12000, 0, leap);
}

static void dive_for_ever(void *arg)
{
    (void)arg;
    stack_begin = __builtin_frame_address(0);
    dive(SIZE_MAX, 0, suspend);
}

/* A page that may not be touched, and is not below a stack. */
static void write_nowhere(void *arg)
{
    volatile char *page =
        mmap(NULL, 1, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    (void)arg;
    *page = 1;
}

static void send_signal(void *arg)
{
    (void)arg;
    raise(SIGSEGV);
}

/* What a child that runs it in the second of two coroutines writes to stderr,
 * and how it ends. */
static int fault(coro_body body, stack_task task, char *text, size_t size)
{
    static const uint32_t first = 40;
    size_t used = 0;
    ssize_t got;
    int ends[2], status = 0;

    if (pipe(ends) != 0)
        return -1;
    pid_t pid = fork();
    if (pid == 0) {
        dup2(ends[1], STDERR_FILENO);
        if (coros_open(&coros, 2, STACK, task, &first) == 0)
            coro_start(coros, 1, body, NULL);
        _exit(0);
    }
    close(ends[1]);
    while (used < size - 1 &&
           (got = read(ends[0], text + used, size - 1 - used)) > 0)
        used += (size_t)got;
    text[used] = '\0';
    close(ends[0]);
    return waitpid(pid, &status, 0) == pid ? status : -1;
}

static bool test_overflow(void)
{
    static const struct {
        coro_body body;
        stack_task task;
        const char *wanted;
    } rows[] = {
        {dive_for_ever, task_forty,
         "task 41's coroutine stack of 256 KiB overflowed (twice that: stack = "
         "512KiB)\n"},
        {dive_and_leap, task_forty,
         "task 41's coroutine stack of 256 KiB overflowed (twice that: stack = "
         "512KiB)\n"},
        {dive_for_ever, NULL,
         "a coroutine stack of 256 KiB overflowed (twice that: stack = "
         "512KiB)\n"},
    };
    char text[4096];

    for (size_t r = 0; r < LENGTH(rows); r++) {
        int status = fault(rows[r].body, rows[r].task, text, sizeof(text));
        CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGSEGV);
        /* An emulator has something to add. */
        CHECK(strncmp(text, rows[r].wanted, strlen(rows[r].wanted)) == 0);
    }
    return true;
}

/* Other faults end the process too, and nothing is said of stacks. */
static bool test_other_faults(void)
{
    static const coro_body bodies[] = {write_nowhere, send_signal};
    char text[4096];

    for (size_t b = 0; b < LENGTH(bodies); b++) {
        int status = fault(bodies[b], task_forty, text, sizeof(text));
        CHECK(status != 0); /* by the signal, or by a sanitizer's report */
        CHECK(!strstr(text, "coroutine stack"));
    }
    return true;
}

/* ---- all of them ---- */

int main(void)
{
    static const struct {
        const char *name;
        bool (*test)(void);
    } tests[] = {
        {"many coroutines", test_many},
        {"registers are kept", test_registers},
#if defined(__x86_64__)
        {"the rounding mode is kept", test_rounding},
#endif
        {"deep stacks", test_deep},
        {"an overflow is told", test_overflow},
        {"other faults are not overflows", test_other_faults},
    };
    int failed = 0;

    printf("1..%zu\n", LENGTH(tests));
    for (size_t t = 0; t < LENGTH(tests); t++) {
        fflush(stdout); /* before a child has a copy of it */
        bool good = tests[t].test();
        failed += !good;
        printf("%sok %zu - %s\n", good ? "" : "not ", t + 1, tests[t].name);
    }
    return failed ? 1 : 0;
}
