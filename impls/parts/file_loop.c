/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * File steps beside an event loop: a pool, and an ev_async for what is done.
 */
#include "file_loop.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "file.h"
#include "pool.h"
#include "thread.h"

/* Enough to keep a disk busy; more only wait in the kernel. */
#define THREADS 4

struct call {
    const struct step *step;
    struct call *next; /* on the list of those done */
    uint32_t task;
    enum outcome outcome;
};

struct file_loop {
    struct batch *batch;
    struct ev_loop *loop;
    ev_async wake;
    struct pool *pool;
    pthread_mutex_t lock; /* of `done_list` */
    struct call *done_list;
    file_done done;
    void *context;
    struct call calls[];
};

/* On one of the threads. */
static void do_file(void *context, uint32_t slot, uint32_t worker)
{
    struct file_loop *fl = context;
    struct call *call = &fl->calls[slot];

    (void)worker;
    call->outcome = call->step->kind == STEP_READ
                        ? file_read(fl->batch, call->step, call->task)
                        : file_write(fl->batch, call->step, call->task);
    pthread_mutex_lock(&fl->lock);
    call->next = fl->done_list;
    fl->done_list = call;
    pthread_mutex_unlock(&fl->lock);
    ev_async_send(fl->loop, &fl->wake);
}

static void on_wake(struct ev_loop *loop, ev_async *wake, int events)
{
    struct file_loop *fl = wake->data;
    struct call *next;

    (void)loop, (void)events;
    pthread_mutex_lock(&fl->lock);
    struct call *call = fl->done_list;
    fl->done_list = NULL;
    pthread_mutex_unlock(&fl->lock);
    for (; call; call = next) {
        next = call->next;
        fl->done(fl->context, (uint32_t)(call - fl->calls), call->outcome);
    }
}

int file_loop_open(struct file_loop **out, struct ev_loop *loop,
                   struct batch *batch, uint32_t width, file_done done,
                   void *context)
{
    struct file_loop *fl = calloc(1, sizeof(*fl) + width * sizeof(struct call));

    if (!fl)
        return ENOMEM;
    fl->batch = batch;
    fl->loop = loop;
    fl->done = done;
    fl->context = context;
    int error = thread_lock_init(&fl->lock, NULL);
    if (error)
        goto fail;
    error = pool_open(&fl->pool, width < THREADS ? width : THREADS,
                      batch->stack_bytes, width, do_file, fl);
    if (error) {
        thread_lock_destroy(&fl->lock, NULL);
        goto fail;
    }
    ev_async_init(&fl->wake, on_wake);
    fl->wake.data = fl;
    ev_async_start(loop, &fl->wake);
    *out = fl;
    return 0;
fail:
    free(fl);
    return error;
}

void file_loop_begin(struct file_loop *fl, uint32_t slot,
                     const struct step *step, uint32_t task)
{
    fl->calls[slot].step = step;
    fl->calls[slot].task = task;
    pool_submit(fl->pool, slot);
}

void file_loop_close(struct file_loop *fl)
{
    pool_close(fl->pool);
    ev_async_stop(fl->loop, &fl->wake);
    thread_lock_destroy(&fl->lock, NULL);
    free(fl);
}
