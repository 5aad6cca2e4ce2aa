/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Strategies made for the tests only. Each is `sequential` with one fault in
 * its run (or open), so that what catches it can only be that fault.
 */
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "../../impls/parts/blocking.h"
#include "../../impls/parts/coro.h"
#include "../../impls/strategy.h"

extern const struct strategy sequential;

static int faulty_open(struct batch *batch, void **self)
{
    return sequential.open(batch, self);
}

static void faulty_close(void *self)
{
    sequential.close(self);
}

#define FAULTY(stem, words, rule, opening, running)                            \
    const struct strategy stem = {                                             \
        .name = #stem,                                                         \
        .gist = words,                                                         \
        .width = rule,                                                         \
        .kinds = STEP_BIT(STEP_SLEEP) | STEP_BIT(STEP_FETCH),                  \
        .open = opening,                                                       \
        .run = running,                                                        \
        .close = faulty_close,                                                 \
    }

static int crash(void *self, struct batch *batch)
{
    (void)self, (void)batch;
    raise(SIGSEGV);
    return 0;
}
FAULTY(crashes, "crashes in run", WIDTH_ONE, faulty_open, crash);

/* A coroutine that uses up its stack, as task 1. */
static uint32_t task_one(const void *context, uint32_t n)
{
    (void)context;
    return n + 1;
}

__attribute__((noinline)) static int use_up(volatile int *depth)
{
    volatile char some[1024];

    some[0] = (char)++*depth;
    return *depth > 0 ? use_up(depth) + some[0] : 0;
}

static void use_up_stack(void *depth)
{
    use_up(depth);
}

static int overflow(void *self, struct batch *batch)
{
    struct coros *coros;
    volatile int depth = 0;
    int error = coros_open(&coros, 1, batch->stack_bytes, task_one, NULL);

    (void)self;
    if (error)
        return error;
    coro_start(coros, 0, use_up_stack, (void *)&depth);
    coros_close(coros);
    return 0;
}
FAULTY(overflows, "needs a larger stack", WIDTH_ONE, faulty_open, overflow);

static int hang(void *self, struct batch *batch)
{
    (void)self, (void)batch;
    while (pause() < 0) /* it never returns anything else */
        continue;
    return 0;
}
FAULTY(hangs, "never returns from run", WIDTH_ONE, faulty_open, hang);

static int drop(void *self, struct batch *batch)
{
    batch->count--;
    int error = sequential.run(self, batch);
    batch->count++;
    return error;
}
FAULTY(drops, "leaves out the last task", WIDTH_ONE, faulty_open, drop);

static int repeat(void *self, struct batch *batch)
{
    int error = sequential.run(self, batch);

    return error ? error : sequential.run(self, batch);
}
FAULTY(repeats, "does every task twice", WIDTH_ONE, faulty_open, repeat);

/* Does the first task's fetch once more and restores its record: only the
 * origin can tell. */
static int refetch(void *self, struct batch *batch)
{
    struct client client;
    int error = sequential.run(self, batch);
    struct task before = batch->tasks[0];

    if (error || client_open(&client, batch) != 0)
        return EIO;
    client_step(&client, batch->steps, 0);
    client_close(&client);
    batch->tasks[0] = before;
    return 0;
}
FAULTY(refetches, "fetches once more, unseen", WIDTH_ONE, faulty_open, refetch);

static int rush(void *self, struct batch *batch)
{
    (void)self;
    for (uint32_t i = 0; i < batch->count; i++) {
        task_start(batch, i);
        task_finish(batch, i, OUTCOME_OK);
    }
    return 0;
}
FAULTY(rushes, "says done without doing", WIDTH_ONE, faulty_open, rush);

static int fake(void *self, struct batch *batch)
{
    int error = sequential.run(self, batch);

    for (uint32_t i = 0; i < batch->count; i++)
        batch->tasks[i].finished = batch->tasks[i].started + 1;
    return error;
}
FAULTY(fakes, "fakes its stamps", WIDTH_ONE, faulty_open, fake);

static int corrupt(void *self, struct batch *batch)
{
    int error = sequential.run(self, batch);

    batch->tasks[batch->count - 1].digest ^= 1;
    return error;
}
FAULTY(corrupts, "returns a wrong body", WIDTH_ONE, faulty_open, corrupt);

/* Two tasks in flight where one is allowed. */
static int overreach(void *self, struct batch *batch)
{
    struct client client;

    (void)self;
    if (client_open(&client, batch) != 0)
        return EIO;
    for (uint32_t i = 0; i < batch->count; i++)
        task_start(batch, i);
    for (uint32_t i = 0; i < batch->count; i++)
        task_finish(batch, i, client_step(&client, batch->steps, i));
    client_close(&client);
    return 0;
}
FAULTY(overreaches, "ignores its width", WIDTH_ONE, faulty_open, overreach);

/* Each task at once, whenever it is due. */
static int hasten(void *self, struct batch *batch)
{
    struct client client;

    (void)self;
    if (client_open(&client, batch) != 0)
        return EIO;
    for (uint32_t i = 0; i < batch->count; i++) {
        task_start(batch, i);
        task_finish(batch, i, client_step(&client, batch->steps, i));
    }
    client_close(&client);
    return 0;
}
FAULTY(hastens, "does not wait until a task is due", WIDTH_ONE, faulty_open,
       hasten);

static int refuse(struct batch *batch, void **self)
{
    (void)batch, (void)self;
    return EMFILE;
}

static int never(void *self, struct batch *batch)
{
    (void)self, (void)batch;
    return 0;
}
FAULTY(refuses, "cannot be opened", WIDTH_ONE, refuse, never);
