/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The switch itself, in assembly: push what a call keeps, change the stack,
 * pop it. Other machines than x86-64 and aarch64 do not build.
 */
#include "coro_switch.h"

#include <stdint.h>
#include <string.h>

void coro_trampoline(void);

#if defined(__x86_64__)

/* From the stack pointer up: mxcsr and x87 control word, r15 r14 r13 r12 rbx
 * rbp, return address. A new coroutine has its entry in r12, the argument in
 * r13, and returns into the trampoline. */
__asm__(".text\n"
        ".globl coro_switch\n"
        ".type coro_switch,@function\n"
        "coro_switch:\n"
        "    pushq %rbp\n"
        "    pushq %rbx\n"
        "    pushq %r12\n"
        "    pushq %r13\n"
        "    pushq %r14\n"
        "    pushq %r15\n"
        "    subq $8, %rsp\n"
        "    stmxcsr (%rsp)\n"
        "    fnstcw 4(%rsp)\n"
        "    movq %rsp, (%rdi)\n"
        "    movq (%rsi), %rsp\n"
        "    ldmxcsr (%rsp)\n"
        "    fldcw 4(%rsp)\n"
        "    addq $8, %rsp\n"
        "    popq %r15\n"
        "    popq %r14\n"
        "    popq %r13\n"
        "    popq %r12\n"
        "    popq %rbx\n"
        "    popq %rbp\n"
        "    ret\n"
        ".size coro_switch,.-coro_switch\n"
        ".globl coro_trampoline\n"
        ".type coro_trampoline,@function\n"
        "coro_trampoline:\n"
        "    .cfi_startproc\n"
        "    .cfi_undefined rip\n" /* a debugger's backtrace ends here */
        "    movq %r13, %rdi\n"
        "    callq *%r12\n"
        "    ud2\n"
        "    .cfi_endproc\n"
        ".size coro_trampoline,.-coro_trampoline\n");

enum { CONTROL, R15, R14, R13, R12, RBX, RBP, RETURN, SLOTS };

void coro_context_make(struct coro_context *context, void *stack, size_t bytes,
                       void (*entry)(void *), void *arg)
{
    /* The trampoline's call needs a stack that is a multiple of 16. */
    uintptr_t top = ((uintptr_t)stack + bytes) & ~(uintptr_t)15;
    uint64_t *slots = (uint64_t *)top - SLOTS;
    uint32_t mxcsr;
    uint16_t x87;

    __asm__("stmxcsr %0" : "=m"(mxcsr));
    __asm__("fnstcw %0" : "=m"(x87));
    memset(slots, 0, SLOTS * sizeof(*slots));
    slots[CONTROL] = mxcsr | (uint64_t)x87 << 32;
    slots[R12] = (uint64_t)(uintptr_t)entry;
    slots[R13] = (uint64_t)(uintptr_t)arg;
    slots[RETURN] = (uint64_t)(uintptr_t)coro_trampoline;
    context->stack_pointer = slots;
}

#elif defined(__aarch64__)

/* From the stack pointer up: x19 … x30, d8 … d15. A new coroutine has its
 * entry in x19, the argument in x20, and returns into the trampoline. */
__asm__(".text\n"
        ".globl coro_switch\n"
        ".type coro_switch,%function\n"
        "coro_switch:\n"
        "    sub sp, sp, #160\n"
        "    stp x19, x20, [sp, #0]\n"
        "    stp x21, x22, [sp, #16]\n"
        "    stp x23, x24, [sp, #32]\n"
        "    stp x25, x26, [sp, #48]\n"
        "    stp x27, x28, [sp, #64]\n"
        "    stp x29, x30, [sp, #80]\n"
        "    stp d8, d9, [sp, #96]\n"
        "    stp d10, d11, [sp, #112]\n"
        "    stp d12, d13, [sp, #128]\n"
        "    stp d14, d15, [sp, #144]\n"
        "    mov x9, sp\n"
        "    str x9, [x0]\n"
        "    ldr x9, [x1]\n"
        "    mov sp, x9\n"
        "    ldp x19, x20, [sp, #0]\n"
        "    ldp x21, x22, [sp, #16]\n"
        "    ldp x23, x24, [sp, #32]\n"
        "    ldp x25, x26, [sp, #48]\n"
        "    ldp x27, x28, [sp, #64]\n"
        "    ldp x29, x30, [sp, #80]\n"
        "    ldp d8, d9, [sp, #96]\n"
        "    ldp d10, d11, [sp, #112]\n"
        "    ldp d12, d13, [sp, #128]\n"
        "    ldp d14, d15, [sp, #144]\n"
        "    add sp, sp, #160\n"
        "    ret\n"
        ".size coro_switch,.-coro_switch\n"
        ".globl coro_trampoline\n"
        ".type coro_trampoline,%function\n"
        "coro_trampoline:\n"
        "    .cfi_startproc\n"
        "    .cfi_undefined x30\n" /* a debugger's backtrace ends here */
        "    mov x0, x20\n"
        "    blr x19\n"
        "    brk #0\n"
        "    .cfi_endproc\n"
        ".size coro_trampoline,.-coro_trampoline\n");

enum { X19 = 0, X20 = 1, X30 = 11, SLOTS = 20 };

void coro_context_make(struct coro_context *context, void *stack, size_t bytes,
                       void (*entry)(void *), void *arg)
{
    uintptr_t top = ((uintptr_t)stack + bytes) & ~(uintptr_t)15;
    uint64_t *slots = (uint64_t *)top - SLOTS;

    memset(slots, 0, SLOTS * sizeof(*slots));
    slots[X19] = (uint64_t)(uintptr_t)entry;
    slots[X20] = (uint64_t)(uintptr_t)arg;
    slots[X30] = (uint64_t)(uintptr_t)coro_trampoline;
    context->stack_pointer = slots;
}

#else
#error "coroutines: write coro_switch for this machine"
#endif
