/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fetches on an io_uring. Each connection has its request, since the kernel
 * reads it when it comes to it; what is received lies in buffers that all
 * share.
 */
#include "uring_fetch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "body.h"
#include "raw_request.h"
#include "uring_conns.h"

struct uring_fetches {
    struct uring *uring;
    struct batch *batch;
    uring_ended ended;
    void *context;
    struct uring_conns conns;
    struct uring_conn_list active; /* connections with a fetch, by deadline */
    struct uring_conn **by_slot;   /* whose fetch is under way there */
    bool armed; /* a timer of the earliest deadline, or an earlier one */

    struct raw_request request; /* the one last written */
};

/* ---- a fetch ---- */

static void arm(struct uring_fetches *uf)
{
    uf->armed = true;
    uring_timer(uf->uring, uf->active.first->deadline,
                (struct uring_tag){.kind = URING_DEADLINE});
}

/* The fetch is no longer the connection's. */
static void detach(struct uring_fetches *uf, struct uring_conn *c)
{
    uring_conn_list_remove(&uf->active, c);
    uf->by_slot[c->slot] = NULL;
    c->step = NULL;
}

/* What a fetch is of. */
struct order {
    const struct step *step;
    uint32_t slot, task;
    nsec deadline;
};

/* The connection's copy of the request last written. False: no memory. */
static bool copy_request(struct uring_fetches *uf, struct uring_conn *c)
{
    if (c->request_room < uf->request.length) {
        char *room = realloc(c->request, uf->request.length);

        if (!room)
            return false;
        c->request = room;
        c->request_room = (uint32_t)uf->request.length;
    }
    memcpy(c->request, uf->request.text, uf->request.length);
    c->request_length = (uint32_t)uf->request.length;
    return true;
}

/* The request last written sets off: on an idle connection or, where there is
 * none, or none may be used, on a new one. */
static enum outcome dispatch(struct uring_fetches *uf,
                             const struct order *order, bool reuse)
{
    struct uring_conn *c = NULL;

    if (reuse)
        c = uring_conns_take_idle(&uf->conns, &uf->request.address);
    if (!c)
        c = uring_conns_take_new(&uf->conns, &uf->request.address);
    if (!copy_request(uf, c)) {
        uring_conns_end(&uf->conns, c);
        return raw_failed(uf->batch, order->task, OUTCOME_SYSTEM, ENOMEM);
    }
    c->step = order->step;
    c->slot = order->slot;
    c->task = order->task;
    c->deadline = order->deadline;
    c->heard = false;
    http_reply_begin(&c->reply);
    uf->by_slot[c->slot] = c;
    uring_conn_list_add(&uf->active, c);
    uring_conns_send(&uf->conns, c);
    if (order->deadline && !uf->armed)
        arm(uf);
    return OUTCOME_OK;
}

enum outcome uring_fetch_begin(struct uring_fetches *uf, uint32_t slot,
                               const struct step *step, uint32_t i)
{
    nsec timeout = uf->batch->timeout;
    struct order order = {step, slot, i, timeout ? now_ns() + timeout : 0};

    body_begin(uf->batch, i);
    enum outcome outcome = raw_request_write(&uf->request, uf->batch, step, i);
    if (outcome == OUTCOME_OK)
        outcome = dispatch(uf, &order, uf->batch->reuse);
    return outcome;
}

/* ---- its end ---- */

/* The connection is kept where it can serve the next, which `ended` may begin
 * at once. */
static void end_fetch(struct uring_fetches *uf, struct uring_conn *c,
                      enum outcome outcome, bool keep)
{
    uint32_t slot = c->slot;

    uf->batch->tasks[c->task].value = c->reply.status;
    detach(uf, c);
    if (keep && uf->batch->reuse)
        uring_conns_keep(&uf->conns, c);
    else
        uring_conns_end(&uf->conns, c);
    uf->ended(uf->context, slot, outcome);
}

static void fail_fetch(struct uring_fetches *uf, struct uring_conn *c,
                       enum outcome outcome, int error)
{
    end_fetch(uf, c, raw_failed(uf->batch, c->task, outcome, error), false);
}

/* A kept connection may be closed by the server just as it is used again: then
 * nobody has seen the request, and it goes to a new one, once. */
static void try_again(struct uring_fetches *uf, struct uring_conn *c)
{
    struct order order = {c->step, c->slot, c->task, c->deadline};

    detach(uf, c);
    uring_conns_end(&uf->conns, c);
    enum outcome outcome =
        raw_request_write(&uf->request, uf->batch, order.step, order.task);
    if (outcome == OUTCOME_OK)
        outcome = dispatch(uf, &order, false);
    if (outcome != OUTCOME_OK)
        uf->ended(uf->context, order.slot, outcome);
}

/* What only a connect can meet, whichever entry is told of it first. */
static bool is_refusal(int error)
{
    return error == ECONNREFUSED || error == EHOSTUNREACH ||
           error == ENETUNREACH || error == ETIMEDOUT;
}

/* The connection broke with that errno; 0: the server closed it. */
static void on_broken(struct uring_fetches *uf, struct uring_conn *c, int error)
{
    if (!c->reused && !c->heard && is_refusal(error))
        fail_fetch(uf, c, OUTCOME_CONNECT, error);
    else if (!error && http_reply_end(&c->reply) == HTTP_DONE)
        end_fetch(uf, c, OUTCOME_OK, false);
    else if (c->reused && !c->heard)
        try_again(uf, c);
    else
        fail_fetch(uf, c, OUTCOME_TRANSFER, error ? error : ECONNRESET);
}

static void take_bytes(struct uring_fetches *uf, struct uring_conn *c,
                       const char *data, size_t size)
{
    size_t used;

    c->heard = true;
    switch (raw_reply_take(&c->reply, uf->batch, c->task, data, size, &used)) {
    case HTTP_MORE:
        uring_conns_receive(&uf->conns, c);
        break;
    case HTTP_DONE:
        /* More than was asked for: it is not to be trusted. */
        end_fetch(uf, c, OUTCOME_OK,
                  http_reply_keeps(&c->reply) && used == size);
        break;
    case HTTP_BROKEN:
        fail_fetch(uf, c, OUTCOME_TRANSFER, EPROTO);
        break;
    case HTTP_REFUSED:
        fail_fetch(uf, c, OUTCOME_SYSTEM, ENOMEM);
        break;
    }
}

/* ---- completions ---- */

static void on_received(void *context, const struct uring_done *done)
{
    struct uring_fetches *uf = context;
    struct uring_conn *c = uring_conns_find(&uf->conns, done);

    if (!c)
        return;
    if (done->result == -ENOBUFS || done->result == -EINTR)
        uring_conns_receive(&uf->conns, c); /* buffers come back meanwhile */
    else if (!c->step)
        /* Idle, and the server closes it or speaks unasked. */
        uring_conns_end_idle(&uf->conns, c);
    else if (done->result > 0)
        take_bytes(uf, c, done->data, (size_t)done->result);
    else
        on_broken(uf, c, -done->result);
}

/* Only errors are heard of. What was to follow fails too, and finds that the
 * connection was closed. */
static void on_not_connected(void *context, const struct uring_done *done)
{
    struct uring_fetches *uf = context;
    struct uring_conn *c = uring_conns_find(&uf->conns, done);

    if (c)
        fail_fetch(uf, c, OUTCOME_CONNECT, -done->result);
}

static void on_not_sent(void *context, const struct uring_done *done)
{
    struct uring_fetches *uf = context;
    struct uring_conn *c = uring_conns_find(&uf->conns, done);

    if (c && c->step)
        on_broken(uf, c, -done->result);
}

static void on_deadline(void *context, const struct uring_done *done)
{
    struct uring_fetches *uf = context;
    struct uring_conn_list *active = &uf->active;

    (void)done;
    uf->armed = false;
    while (active->first && active->first->deadline <= now_ns())
        fail_fetch(uf, active->first, OUTCOME_TIMEOUT, ETIMEDOUT);
    if (active->first && !uf->armed)
        arm(uf);
}

/* ---- the hooks ---- */

void uring_fetch_abort(struct uring_fetches *uf, uint32_t slot)
{
    struct uring_conn *c = uf->by_slot[slot];

    detach(uf, c);
    uring_conns_end(&uf->conns, c);
}

void uring_fetches_hang_up(struct uring_fetches *uf)
{
    uring_conns_hang_up(&uf->conns);
}

void uring_fetches_close(struct uring_fetches *uf)
{
    uring_conns_close(&uf->conns);
    free(uf->by_slot);
    free(uf);
}

int uring_fetches_open(struct uring_fetches **out, struct uring *uring,
                       struct batch *batch, uint32_t width, uring_ended ended,
                       void *context)
{
    struct uring_fetches *uf = calloc(1, sizeof(*uf));

    if (!uf)
        return ENOMEM;
    uf->uring = uring;
    uf->batch = batch;
    uf->ended = ended;
    uf->context = context;
    uf->by_slot = calloc(width, sizeof(struct uring_conn *));
    int error = uring_conns_open(&uf->conns, uring, width, batch->reuse);
    if (!uf->by_slot || error) {
        uring_fetches_close(uf);
        return ENOMEM;
    }
    uring_handle(uring, URING_SOCKET, on_not_connected, uf);
    uring_handle(uring, URING_CONNECT, on_not_connected, uf);
    uring_handle(uring, URING_SEND, on_not_sent, uf);
    uring_handle(uring, URING_RECV, on_received, uf);
    uring_handle(uring, URING_DEADLINE, on_deadline, uf);
    *out = uf;
    return 0;
}
