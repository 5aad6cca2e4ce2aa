/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * process_pool: a fixed number of worker processes do whole tasks; tasks and
 * results travel over sockets. A worker that dies fails its task and is
 * replaced; nothing else is lost.
 *
 * Nothing is shared: it cannot print, spawn or join, and every byte that a
 * later phase needs is copied there and back. File steps wait in a worker.
 */
#include "strategy.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "parts/blocking.h"
#include "parts/process.h"

struct process_pool {
    struct batch *batch;
    struct process *processes;
    uint32_t *tasks;       /* by process: what it is doing */
    struct pollfd *polled; /* by process, -1 if free; the last is the cancel */
    uint32_t next;         /* the first task not yet looked at */
    uint32_t active;       /* processes at work */
};

static int replace(struct process_pool *p, uint32_t w)
{
    process_close(&p->processes[w]);
    return process_open(&p->processes[w], p->batch);
}

/* A free process takes the next task, if there is one that is due. One that
 * died while it had none is replaced first: no task is lost with it. */
static int begin_task(struct process_pool *p, uint32_t w)
{
    struct process *process = &p->processes[w];
    int error = 0;

    while (p->next < p->batch->count && !error) {
        if (task_due_in(p->batch, p->next) && !batch_cancelled(p->batch))
            return 0;
        uint32_t i = p->next++;

        if (!task_start(p->batch, i))
            continue;
        bool sent = process_send(process, p->batch, i);
        if (!sent) {
            error = replace(p, w);
            sent = !error && process_send(process, p->batch, i);
        }
        if (sent) {
            p->tasks[w] = i;
            p->polled[w].fd = process->fd;
            p->active++;
            return 0;
        }
        task_finish(p->batch, i, OUTCOME_WORKER);
    }
    return error;
}

static int end_task(struct process_pool *p, uint32_t w, enum outcome outcome)
{
    int error = 0;

    task_finish(p->batch, p->tasks[w], outcome);
    p->polled[w].fd = -1;
    p->active--;
    if (outcome == OUTCOME_WORKER)
        error = replace(p, w);
    return error;
}

/* Whatever is under way ends with its process. */
static void cancel(struct process_pool *p)
{
    for (uint32_t w = 0; w < p->batch->width; w++) {
        if (p->polled[w].fd < 0)
            continue;
        process_close(&p->processes[w]);
        p->polled[w].fd = -1;
        task_finish(p->batch, p->tasks[w], OUTCOME_CANCELLED);
        p->active--;
    }
}

static int fill_free(struct process_pool *p)
{
    int error = 0;

    for (uint32_t w = 0; w < p->batch->width && !error; w++)
        if (p->polled[w].fd < 0)
            error = begin_task(p, w);
    return error;
}

/* Until a process answers, or one is free and the next task is due. False:
 * interrupted. */
static bool await_any(struct process_pool *p)
{
    bool due = p->active < p->batch->width && p->next < p->batch->count;
    nsec left = due ? task_due_in(p->batch, p->next) : 0;
    struct timespec wait = {.tv_sec = (time_t)(left / NSEC_PER_SEC),
                            .tv_nsec = (long)(left % NSEC_PER_SEC)};

    return ppoll(p->polled, p->batch->width + 1, due ? &wait : NULL, NULL) >= 0;
}

/* Ends the processes that there are. */
static void release(struct process_pool *p)
{
    for (uint32_t w = 0; p->processes && w < p->batch->width; w++)
        process_close(&p->processes[w]);
    free(p->processes);
    free(p->tasks);
    free(p->polled);
    free(p);
}

static int process_pool_open(struct batch *batch, void **self)
{
    struct process_pool *p = calloc(1, sizeof(*p));
    int error = ENOMEM;

    if (!p)
        return error;
    p->batch = batch;
    p->processes = calloc(batch->width, sizeof(*p->processes));
    p->tasks = calloc(batch->width, sizeof(*p->tasks));
    p->polled = calloc(batch->width + 1, sizeof(*p->polled));
    if (p->processes && p->tasks && p->polled)
        error = 0;
    for (uint32_t w = 0; w < batch->width && !error; w++) {
        p->polled[w].fd = -1; /* free */
        p->polled[w].events = POLLIN;
        error = process_open(&p->processes[w], batch);
    }
    if (error) {
        release(p);
        return error;
    }
    p->polled[batch->width].fd = batch->cancel->fd;
    p->polled[batch->width].events = POLLIN;
    *self = p;
    return 0;
}

static int process_pool_run(void *self, struct batch *batch)
{
    struct process_pool *p = self;
    int error;

    p->next = 0;
    error = fill_free(p);
    while ((p->active || p->next < batch->count) && !error) {
        if (!await_any(p))
            continue;
        if (p->polled[batch->width].revents)
            cancel(p);
        for (uint32_t w = 0; w < batch->width && !error; w++)
            if (p->polled[w].fd >= 0 && p->polled[w].revents)
                error = end_task(
                    p, w,
                    process_receive(&p->processes[w], batch, p->tasks[w]));
        if (!error)
            error = fill_free(p);
    }
    return error;
}

static void process_pool_close(void *self)
{
    release(self);
}

const struct strategy process_pool = {
    .name = "process_pool",
    .gist = "fixed worker processes, tasks and results over sockets",
    .width = WIDTH_CORES,
    .threaded = true,
    .forked = true,
    .kinds = STEPS_BLOCKING & ~STEP_BIT(STEP_PRINT),
    .gap = "spawn, join, recv, print: what a process starts or prints, the "
           "others do not see",
    .files = "in a worker process",
    .open = process_pool_open,
    .run = process_pool_run,
    .close = process_pool_close,
};
