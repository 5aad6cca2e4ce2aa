/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * thread_per_task: every task gets a thread of its own, at most `width` alive
 * at once.
 *
 * It needs a stack and a kernel thread for each task in flight; beyond the
 * machine's limit on threads it cannot be run.
 */
#include "strategy.h"

#include <errno.h>
#include <stdlib.h>

#include "parts/blocking.h"
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
};

static void do_task(struct client *client, struct batch *batch, uint32_t i)
{
    enum outcome outcome = OUTCOME_OK;

    if (!task_start(batch, i))
        return;
    for (const struct step *step = batch->phase_begin;
         outcome == OUTCOME_OK && step < batch->phase_end; step++)
        outcome = client_step(client, step, i);
    task_finish(batch, i, outcome);
}

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

static void *thread_body(void *arg)
{
    struct place *place = arg;

    do_task(place->client, place->owner->batch, place->task);
    put_place(place->owner, place);
    return NULL;
}

static int thread_per_task_open(struct batch *batch, void **self)
{
    struct thread_per_task *t = calloc(1, sizeof(*t));

    if (!t)
        return ENOMEM;
    t->batch = batch;
    t->places = calloc(batch->width, sizeof(*t->places));
    t->clients = clients_open(batch, batch->width);
    if (!t->places || !t->clients)
        goto fail;
    pthread_mutex_init(&t->lock, NULL);
    pthread_cond_init(&t->freed, NULL);
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
    int error = 0;

    for (uint32_t i = 0; i < batch->count && !error; i++) {
        struct place *place = take_place(t);

        place->task = i;
        error = thread_start(&place->thread, batch->stack_bytes, thread_body,
                             place);
        place->used = !error;
        if (error)
            put_place(t, place);
    }
    drain(t);
    return error;
}

static void thread_per_task_close(void *self)
{
    struct thread_per_task *t = self;

    pthread_cond_destroy(&t->freed);
    pthread_mutex_destroy(&t->lock);
    clients_close(t->clients, t->batch->width);
    free(t->places);
    free(t);
}

const struct strategy thread_per_task = {
    .name = "thread_per_task",
    .gist = "one thread for each task",
    .width = WIDTH_BATCH,
    .threaded = true,
    .kinds = STEP_BIT(STEP_SLEEP) | STEP_BIT(STEP_FETCH),
    .open = thread_per_task_open,
    .run = thread_per_task_run,
    .close = thread_per_task_close,
};
