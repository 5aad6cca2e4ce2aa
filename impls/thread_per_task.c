/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * thread_per_task: every task gets a thread of its own, at most `width` alive
 * at once.
 *
 * It needs a stack and a kernel thread for each task in flight; beyond the
 * machine's limit on threads it cannot be run. File steps wait in the task's
 * thread, as all others do.
 */
#include "strategy.h"

#include <errno.h>
#include <stdlib.h>

#include "parts/blocking.h"
#include "parts/joins.h"
#include "parts/thread.h"

/* A place for one thread. Its client outlives the thread, so that connections
 * are reused as in a pool. */
struct place {
    struct thread_per_task *owner;
    struct client *client;
    struct place *next; /* on the stack of free places */
    pthread_t thread;
    bool used; /* `thread` has ended or is about to, and must be joined */
    uint32_t task;
};

struct thread_per_task {
    struct batch *batch;
    pthread_mutex_t lock;
    pthread_cond_t freed;
    struct place *free; /* last freed first: its connection is warm */
    uint32_t free_count;
    struct place *places;
    struct client *clients;
    struct joins joins;
};

static void put_place(struct thread_per_task *t, struct place *place)
{
    pthread_mutex_lock(&t->lock);
    place->next = t->free;
    t->free = place;
    t->free_count++;
    pthread_cond_signal(&t->freed);
    pthread_mutex_unlock(&t->lock);
}

static struct place *take_place(struct thread_per_task *t)
{
    pthread_mutex_lock(&t->lock);
    while (!t->free)
        pthread_cond_wait(&t->freed, &t->lock);
    struct place *place = t->free;
    t->free = place->next;
    t->free_count--;
    pthread_mutex_unlock(&t->lock);

    if (place->used)
        thread_join(place->thread);
    place->used = false;
    return place;
}

static void *thread_body(void *arg);

static int start_thread(struct thread_per_task *t, uint32_t i)
{
    struct place *place = take_place(t);

    place->task = i;
    int error =
        thread_start(&place->thread, t->batch->stack_bytes, thread_body, place);
    place->used = !error;
    if (error)
        put_place(t, place);
    return error;
}

static enum outcome do_step(struct place *place, const struct step *step,
                            uint32_t i)
{
    struct thread_per_task *t = place->owner;
    uint32_t other = (uint32_t)step->number;

    if (step->kind == STEP_SPAWN)
        return start_thread(t, other) ? OUTCOME_SYSTEM : OUTCOME_OK;
    if (step->kind == STEP_JOIN)
        return joins_wait(&t->joins, other, i);
    return client_step(place->client, step, i);
}

static void do_task(struct place *place, struct batch *batch, uint32_t i)
{
    enum outcome outcome = OUTCOME_OK;

    if (!task_start(batch, i))
        return;
    for (const struct step *step = task_steps(batch, i);
         outcome == OUTCOME_OK && step < task_steps_end(batch, i); step++)
        outcome = do_step(place, step, i);
    task_finish(batch, i, outcome);
}

static void *thread_body(void *arg)
{
    struct place *place = arg;

    do_task(place, place->owner->batch, place->task);
    joins_finished(&place->owner->joins, place->task);
    put_place(place->owner, place);
    return NULL;
}

static int thread_per_task_open(struct batch *batch, void **self)
{
    struct thread_per_task *t = calloc(1, sizeof(*t));

    if (!t || thread_lock_init(&t->lock, &t->freed) != 0) {
        free(t);
        return ENOMEM;
    }
    t->batch = batch;
    t->places = calloc(batch->width, sizeof(*t->places));
    t->clients = clients_open(batch, batch->width);
    if (!t->places || !t->clients || joins_open(&t->joins, batch) != 0)
        goto fail;
    for (uint32_t p = batch->width; p-- > 0;) {
        t->places[p].owner = t;
        t->places[p].client = &t->clients[p];
        put_place(t, &t->places[p]);
    }
    *self = t;
    return 0;
fail:
    if (t->clients)
        clients_close(t->clients, batch->width);
    thread_lock_destroy(&t->lock, &t->freed);
    free(t->places);
    free(t);
    return ENOMEM;
}

/* Waits until every place is free again, and joins the threads. */
static void drain(struct thread_per_task *t)
{
    pthread_mutex_lock(&t->lock);
    while (t->free_count < t->batch->width)
        pthread_cond_wait(&t->freed, &t->lock);
    pthread_mutex_unlock(&t->lock);

    for (uint32_t p = 0; p < t->batch->width; p++) {
        if (t->places[p].used)
            thread_join(t->places[p].thread);
        t->places[p].used = false;
    }
}

static int thread_per_task_run(void *self, struct batch *batch)
{
    struct thread_per_task *t = self;
    uint32_t first = batch->creator_begin ? batch->count - 1 : 0;
    int error = 0;

    for (uint32_t i = first; i < batch->count && !error; i++) {
        client_await_due(batch, i);
        error = start_thread(t, i);
    }
    drain(t);
    return error;
}

static void thread_per_task_close(void *self)
{
    struct thread_per_task *t = self;

    joins_close(&t->joins);
    thread_lock_destroy(&t->lock, &t->freed);
    clients_close(t->clients, t->batch->width);
    free(t->places);
    free(t);
}

const struct strategy thread_per_task = {
    .name = "thread_per_task",
    .gist = "one thread for each task",
    .width = WIDTH_BATCH,
    .threaded = true,
    .kinds = STEPS_BLOCKING | STEP_BIT(STEP_SPAWN) | STEP_BIT(STEP_JOIN),
    .gap = "recv: a thread is not resumed by whoever started it",
    .files = "in the task's thread",
    .open = thread_per_task_open,
    .run = thread_per_task_run,
    .close = thread_per_task_close,
};
