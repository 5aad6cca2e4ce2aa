/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fetches by plain sockets on libev: a send and a recv for each request, and
 * one watcher a connection, which stays as it is from request to request. All
 * connections read into one buffer; a connection itself is 150 bytes or so.
 */
#include "fetcher.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "body.h"
#include "conns.h"
#include "raw_request.h"

/* What one connection may read before others have their turn. */
#define BUFFER_BYTES   65536
#define BUFFERS_A_TURN 16

struct socket_fetches {
    struct ev_loop *loop;
    struct batch *batch;
    fetch_ended ended;
    void *context;
    ev_timer timer; /* of the earliest deadline, or an earlier one */
    struct conns conns;
    struct conn_list active; /* connections with a fetch, by deadline */
    struct conn **by_slot;   /* whose fetch is under way there */

    struct raw_request request; /* the one last written */
    char buffer[BUFFER_BYTES];
};

/* ---- a fetch ---- */

static void arm(struct socket_fetches *sf)
{
    nsec now = now_ns();
    nsec deadline = sf->active.first->deadline;

    ev_now_update(sf->loop);
    ev_timer_set(&sf->timer,
                 deadline > now ? (double)(deadline - now) / 1e9 : 0, 0);
    ev_timer_start(sf->loop, &sf->timer);
}

/* Sends what is left of the request that was last written. 0, also where there
 * is no room or no connection yet; or an errno. */
static int send_rest(struct socket_fetches *sf, struct conn *c)
{
    while (c->sent < sf->request.length) {
        ssize_t sent = send(c->io.fd, sf->request.text + c->sent,
                            sf->request.length - c->sent, MSG_NOSIGNAL);

        if (sent < 0 && errno == EAGAIN) {
            conns_await(&sf->conns, c, EV_READ | EV_WRITE);
            return 0;
        }
        if (sent < 0 && errno != EINTR)
            return errno;
        c->sent += sent > 0 ? (uint32_t)sent : 0;
    }
    conns_await(&sf->conns, c, EV_READ);
    return 0;
}

/* The fetch is no longer the connection's. */
static void detach(struct socket_fetches *sf, struct conn *c)
{
    conn_list_remove(&sf->active, c);
    sf->by_slot[c->slot] = NULL;
    c->deadline = 0;
}

/* What a fetch is of. */
struct order {
    const struct step *step;
    uint32_t slot, task;
    nsec deadline;
};

/* The request last written sets off on that connection: on loopback it is
 * connected by the time that connect returns, so that there is nothing to wait
 * for. 0 or an errno: then the connection is closed. */
static int set_off(struct socket_fetches *sf, struct conn *c,
                   const struct order *order)
{
    c->step = order->step;
    c->slot = order->slot;
    c->task = order->task;
    c->deadline = order->deadline;
    c->sent = 0;
    c->heard = false;
    http_reply_begin(&c->reply);
    sf->by_slot[c->slot] = c;
    conn_list_add(&sf->active, c);
    int error = send_rest(sf, c);
    if (error) {
        detach(sf, c);
        conns_end(&sf->conns, c);
    }
    return error;
}

/* … on an idle connection or, where there is none that still lives, or that may
 * be used, on a new one. */
static enum outcome dispatch(struct socket_fetches *sf,
                             const struct order *order, bool reuse)
{
    struct conn *c;
    int error = EPIPE;

    while (error && reuse &&
           (c = conns_take_idle(&sf->conns, &sf->request.address)))
        error = set_off(sf, c, order);
    if (error) {
        c = conns_make(&sf->conns, &sf->request.address);
        error = c ? set_off(sf, c, order) : errno;
    }
    if (error)
        return raw_failed(sf->batch, order->task, OUTCOME_CONNECT, error);
    if (order->deadline && !ev_is_active(&sf->timer))
        arm(sf);
    return OUTCOME_OK;
}

static enum outcome socket_begin(void *self, uint32_t slot,
                                 const struct step *step, uint32_t i)
{
    struct socket_fetches *sf = self;
    nsec timeout = sf->batch->timeout;
    struct order order = {step, slot, i, timeout ? now_ns() + timeout : 0};

    body_begin(sf->batch, i);
    enum outcome outcome = raw_request_write(&sf->request, sf->batch, step, i);
    if (outcome == OUTCOME_OK)
        outcome = dispatch(sf, &order, sf->batch->reuse);
    return outcome;
}

/* ---- its end ---- */

/* The connection is kept where it can serve the next, which `ended` may begin
 * at once. */
static void end_fetch(struct socket_fetches *sf, struct conn *c,
                      enum outcome outcome, bool keep)
{
    uint32_t slot = c->slot;

    sf->batch->tasks[c->task].value = c->reply.status;
    detach(sf, c);
    if (keep && sf->batch->reuse)
        conns_keep(&sf->conns, c);
    else
        conns_end(&sf->conns, c);
    sf->ended(sf->context, slot, outcome);
}

static void fail_fetch(struct socket_fetches *sf, struct conn *c,
                       enum outcome outcome, int error)
{
    end_fetch(sf, c, raw_failed(sf->batch, c->task, outcome, error), false);
}

/* A kept connection may be closed by the server just as it is used again: then
 * nobody has seen the request, and it goes to a new one, once. */
static void try_again(struct socket_fetches *sf, struct conn *c)
{
    struct order order = {c->step, c->slot, c->task, c->deadline};

    detach(sf, c);
    conns_end(&sf->conns, c);
    enum outcome outcome =
        raw_request_write(&sf->request, sf->batch, order.step, order.task);
    if (outcome == OUTCOME_OK)
        outcome = dispatch(sf, &order, false);
    if (outcome != OUTCOME_OK)
        sf->ended(sf->context, order.slot, outcome);
}

/* The connection broke with that errno; 0: the server closed it. */
static void on_broken(struct socket_fetches *sf, struct conn *c, int error)
{
    if (!error && http_reply_end(&c->reply) == HTTP_DONE)
        end_fetch(sf, c, OUTCOME_OK, false);
    else if (c->reused && !c->heard)
        try_again(sf, c);
    else
        fail_fetch(sf, c, OUTCOME_TRANSFER, error ? error : ECONNRESET);
}

/* The socket has room, or its connection was made or refused. False: that was
 * the fetch's end. */
static bool on_writable(struct socket_fetches *sf, struct conn *c)
{
    enum outcome outcome =
        raw_request_write(&sf->request, sf->batch, c->step, c->task);
    int error = outcome == OUTCOME_OK ? send_rest(sf, c) : 0;

    if (outcome != OUTCOME_OK)
        end_fetch(sf, c, outcome, false);
    else if (error && !c->sent && !c->reused)
        fail_fetch(sf, c, OUTCOME_CONNECT, error);
    else if (error)
        on_broken(sf, c, error);
    return outcome == OUTCOME_OK && !error;
}

/* Takes the next bytes. True: there may be more at once. */
static bool take_bytes(struct socket_fetches *sf, struct conn *c, size_t size)
{
    size_t used;

    c->heard = true;
    switch (raw_reply_take(&c->reply, sf->batch, c->task, sf->buffer, size,
                           &used)) {
    case HTTP_MORE:
        return size == sizeof(sf->buffer);
    case HTTP_DONE:
        /* More than was asked for, or sooner: it is not to be trusted. */
        end_fetch(sf, c, OUTCOME_OK,
                  http_reply_keeps(&c->reply) && used == size &&
                      !(c->io.events & EV_WRITE));
        return false;
    case HTTP_BROKEN:
        fail_fetch(sf, c, OUTCOME_TRANSFER, EPROTO);
        return false;
    case HTTP_REFUSED:
        break;
    }
    fail_fetch(sf, c, OUTCOME_SYSTEM, ENOMEM);
    return false;
}

static void on_readable(struct socket_fetches *sf, struct conn *c)
{
    bool more = true;

    for (int b = 0; more && b < BUFFERS_A_TURN; b++) {
        ssize_t size = recv(c->io.fd, sf->buffer, sizeof(sf->buffer), 0);

        if (size < 0 && (errno == EAGAIN || errno == EINTR))
            return; /* the loop says when there is */
        if (size > 0)
            more = take_bytes(sf, c, (size_t)size);
        else
            on_broken(sf, c, size < 0 ? errno : 0);
        more = more && size > 0;
    }
}

static void on_io(struct ev_loop *loop, ev_io *io, int events)
{
    struct socket_fetches *sf = io->data;
    struct conn *c = (struct conn *)io;

    (void)loop;
    if (sf->by_slot[c->slot] != c) {
        /* Idle, and the server closes it or speaks unasked. */
        conns_end_idle(&sf->conns, c);
        return;
    }
    if (events & EV_WRITE && !on_writable(sf, c))
        return;
    if (events & EV_READ)
        on_readable(sf, c);
}

static void on_timer(struct ev_loop *loop, ev_timer *timer, int events)
{
    struct socket_fetches *sf = timer->data;
    struct conn_list *active = &sf->active;

    (void)loop, (void)events;
    while (active->first && active->first->deadline <= now_ns())
        fail_fetch(sf, active->first, OUTCOME_TIMEOUT, ETIMEDOUT);
    if (active->first && !ev_is_active(timer))
        arm(sf);
}

/* ---- the table ---- */

static void socket_abort(void *self, uint32_t slot)
{
    struct socket_fetches *sf = self;
    struct conn *c = sf->by_slot[slot];

    detach(sf, c);
    conns_end(&sf->conns, c);
}

static void socket_close(void *self)
{
    struct socket_fetches *sf = self;

    ev_timer_stop(sf->loop, &sf->timer);
    conns_close(&sf->conns);
    free(sf->by_slot);
    free(sf);
}

static int socket_open(void **self, struct ev_loop *loop, struct batch *batch,
                       uint32_t width, fetch_ended ended, void *context)
{
    struct socket_fetches *sf = calloc(1, sizeof(*sf));

    if (!sf)
        return ENOMEM;
    sf->loop = loop;
    sf->batch = batch;
    sf->ended = ended;
    sf->context = context;
    ev_init(&sf->timer, on_timer);
    sf->timer.data = sf;
    sf->by_slot = calloc(width, sizeof(struct conn *));
    int error = conns_open(&sf->conns, loop, width, on_io, sf);
    if (sf->by_slot && !error) {
        *self = sf;
        return 0;
    }
    socket_close(sf);
    return ENOMEM;
}

const struct fetcher socket_fetcher = {
    .open = socket_open,
    .begin = socket_begin,
    .abort = socket_abort,
    .close = socket_close,
};
