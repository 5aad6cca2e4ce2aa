/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Steps that block the calling thread until they are done. One client for
 * each thread; a client's connections live as long as the client.
 */
#ifndef CONCUR_BLOCKING_H
#define CONCUR_BLOCKING_H

#include "../task.h"
#include "fetch.h"

/* What client_step does: all but what takes a scheduler. */
#define STEPS_BLOCKING                                                         \
    (STEPS_INSTANT | STEP_BIT(STEP_SLEEP) | STEP_BIT(STEP_FETCH) |             \
     STEP_BIT(STEP_READ) | STEP_BIT(STEP_WRITE))

struct client {
    struct batch *batch;
    struct fetch fetch; /* no handle where the batch fetches nothing */
};

/* What the batch's steps need, for one thread. Returns 0 or an errno. */
int client_open(struct client *client, struct batch *batch);

/* Blocks until task i is due, or the batch is cancelled: where tasks come at a
 * rate, before each task_start. */
void client_await_due(struct batch *batch, uint32_t i);

/* Does one step of task i and returns when it is done. A cancelled batch ends
 * a sleep at once and a fetch within about a second. */
enum outcome client_step(struct client *client, const struct step *step,
                         uint32_t i);

void client_close(struct client *client);

/* `count` clients in one array; NULL and errno if they cannot be had. */
struct client *clients_open(struct batch *batch, uint32_t count);
void clients_close(struct client *clients, uint32_t count);

#endif
