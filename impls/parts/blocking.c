/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Steps that block the calling thread: ppoll for sleeps (a nanosleep that a
 * cancelled batch can end), curl_easy_perform for fetches.
 */
#include "blocking.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "file.h"
#include "instant.h"

static int keep_going(void *batch, curl_off_t a, curl_off_t b, curl_off_t c,
                      curl_off_t d)
{
    (void)a, (void)b, (void)c, (void)d;
    return batch_cancelled(batch);
}

int client_open(struct client *client, struct batch *batch)
{
    *client = (struct client){.batch = batch};
    if (!batch_has(batch, STEP_FETCH))
        return 0;
    int error = fetch_open(&client->fetch, batch);
    if (error)
        return error;
    /* The only way to end a blocked transfer is libcurl asking now and then. */
    CURL *easy = client->fetch.easy;
    if (curl_easy_setopt(easy, CURLOPT_XFERINFOFUNCTION, keep_going) ||
        curl_easy_setopt(easy, CURLOPT_XFERINFODATA, batch) ||
        curl_easy_setopt(easy, CURLOPT_NOPROGRESS, 0L)) {
        fetch_close(&client->fetch);
        return ENOMEM;
    }
    return 0;
}

static enum outcome sleep_for(struct batch *batch, nsec delay)
{
    struct pollfd cancel = {.fd = batch->cancel->fd, .events = POLLIN};
    nsec until = now_ns() + delay;

    for (;;) {
        nsec now = now_ns();
        nsec left = until > now ? until - now : 0;
        struct timespec wait = {.tv_sec = (time_t)(left / NSEC_PER_SEC),
                                .tv_nsec = (long)(left % NSEC_PER_SEC)};
        int ready = ppoll(&cancel, 1, &wait, NULL);

        if (ready > 0)
            return OUTCOME_CANCELLED;
        if (ready == 0)
            return OUTCOME_OK;
        if (errno != EINTR)
            return OUTCOME_SYSTEM;
    }
}

static enum outcome do_sleep(struct client *client, const struct step *step,
                             uint32_t i)
{
    return sleep_for(client->batch, step_delay(client->batch, step, i));
}

void client_await_due(struct batch *batch, uint32_t i)
{
    nsec left = task_due_in(batch, i);

    if (left)
        sleep_for(batch, left);
}

static enum outcome do_fetch(struct client *client, const struct step *step,
                             uint32_t i)
{
    enum outcome outcome = fetch_aim(&client->fetch, step, i);

    if (outcome != OUTCOME_OK)
        return outcome;
    return fetch_result(&client->fetch, curl_easy_perform(client->fetch.easy));
}

enum outcome client_step(struct client *client, const struct step *step,
                         uint32_t i)
{
    switch (step->kind) {
    case STEP_SLEEP:
        return do_sleep(client, step, i);
    case STEP_FETCH:
        return do_fetch(client, step, i);
    case STEP_READ:
        return file_read(client->batch, step, i);
    case STEP_WRITE:
        return file_write(client->batch, step, i);
    default:
        return instant_step(client->batch, step, i);
    }
}

void client_close(struct client *client)
{
    fetch_close(&client->fetch);
}

struct client *clients_open(struct batch *batch, uint32_t count)
{
    struct client *clients = calloc(count, sizeof(*clients));

    if (!clients)
        return NULL;
    for (uint32_t c = 0; c < count; c++) {
        int error = client_open(&clients[c], batch);
        if (error) {
            clients_close(clients, c);
            errno = error;
            return NULL;
        }
    }
    return clients;
}

void clients_close(struct client *clients, uint32_t count)
{
    for (uint32_t c = 0; c < count; c++)
        client_close(&clients[c]);
    free(clients);
}
