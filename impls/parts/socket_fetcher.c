/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fetches by plain sockets on libev: a send and a recv for each request, and
 * one watcher a connection, which stays as it is from request to request. All
 * connections read into one buffer; a connection itself is 150 bytes or so.
 */
#include "fetcher.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "body.h"
#include "http_reply.h"
#include "http_request.h"

/* What one connection may read before others have their turn. */
#define BUFFER_BYTES   65536
#define BUFFERS_A_TURN 16

struct conn {
    ev_io io; /* first: it is cast back */
    struct http_reply reply;
    struct conn *prev, *next; /* on the list that it is on */
    nsec deadline;            /* of the fetch; 0: none */
    const struct step *step;
    struct in_addr host;
    in_port_t port;
    bool reused;   /* it has served a request before */
    bool heard;    /* something of this reply has come */
    uint32_t sent; /* bytes of the request */
    uint32_t slot, task;
};

struct list {
    struct conn *first, *last;
};

struct socket_fetches {
    struct ev_loop *loop;
    struct batch *batch;
    fetch_ended ended;
    void *context;
    ev_timer timer;        /* of the earliest deadline, or an earlier one */
    struct list active;    /* by deadline */
    struct list idle;      /* connections, the latest used last */
    struct list closed;    /* records for new connections … */
    uint32_t made, width;  /* … besides those never used */
    struct conn **by_slot; /* whose fetch is under way there */
    struct conn *conns;    /* `width` of them */

    /* The request last written. */
    struct sockaddr_in address;
    size_t length;
    char request[HTTP_REQUEST_BYTES(URL_MAX_BYTES)];
    char buffer[BUFFER_BYTES];
};

/* ---- lists ---- */

/* By deadline: nearly always at the end, as all have the same time. */
static void list_add(struct list *list, struct conn *c)
{
    struct conn *before = list->last;

    while (before && before->deadline > c->deadline)
        before = before->prev;
    c->prev = before;
    c->next = before ? before->next : list->first;
    *(before ? &before->next : &list->first) = c;
    *(c->next ? &c->next->prev : &list->last) = c;
}

static void list_remove(struct list *list, struct conn *c)
{
    *(c->prev ? &c->prev->next : &list->first) = c->next;
    *(c->next ? &c->next->prev : &list->last) = c->prev;
}

/* ---- outcomes ---- */

static enum outcome failed(struct socket_fetches *sf, uint32_t task,
                           enum outcome outcome, int error)
{
    /* The limit on open files, or memory: not the server's doing. */
    if (error == EMFILE || error == ENFILE || error == ENOBUFS ||
        error == ENOMEM)
        outcome = OUTCOME_SYSTEM;
    sf->batch->tasks[task].error = TASK_ERRNO(error);
    return outcome;
}

/* Writes the request of task i into its place. */
static enum outcome write_request(struct socket_fetches *sf,
                                  const struct step *step, uint32_t i)
{
    char url[URL_MAX_BYTES], host[INET_ADDRSTRLEN] = "";
    struct http_target target;

    if (!step_url(sf->batch, step, i, url, sizeof(url)))
        return failed(sf, i, OUTCOME_URL, ENAMETOOLONG);
    int error = http_target_read(&target, url);
    if (error)
        return failed(sf, i, OUTCOME_URL, error);
    sf->length = http_request(&target, sf->request, sizeof(sf->request));
    sf->address = (struct sockaddr_in){.sin_family = AF_INET,
                                       .sin_port = htons(target.port)};
    if (target.host_length < sizeof(host))
        memcpy(host, target.host, target.host_length);
    if (!sf->length || inet_pton(AF_INET, host, &sf->address.sin_addr) != 1)
        return failed(sf, i, OUTCOME_RESOLVE, EDESTADDRREQ);
    return OUTCOME_OK;
}

/* ---- connections ---- */

static void close_conn(struct socket_fetches *sf, struct conn *c)
{
    ev_io_stop(sf->loop, &c->io);
    close(c->io.fd); /* nothing is lost: the reply has been read, or given up */
    c->deadline = 0;
    list_add(&sf->closed, c);
}

/* Waits for these events. ev_io_modify, as ev_io_set would force a system call
 * where nothing changes. */
static void await(struct socket_fetches *sf, struct conn *c, int events)
{
    if (ev_is_active(&c->io) && (c->io.events & (EV_READ | EV_WRITE)) == events)
        return;
    ev_io_stop(sf->loop, &c->io);
    ev_io_modify(&c->io, events);
    ev_io_start(sf->loop, &c->io);
}

static void on_io(struct ev_loop *loop, ev_io *io, int events);

/* A record for a connection. There is one for each place: where all are in use,
 * the others are idle, connected to where this request does not go. */
static struct conn *take_record(struct socket_fetches *sf)
{
    struct conn *c = sf->closed.last;

    if (!c && sf->made < sf->width)
        return &sf->conns[sf->made++];
    if (!c) {
        c = sf->idle.first;
        list_remove(&sf->idle, c);
        close_conn(sf, c);
    }
    list_remove(&sf->closed, c);
    return c;
}

/* A connection that is under way; NULL, and errno. No TCP_NODELAY: a request
 * goes out in one piece, and what came before it has been answered. */
static struct conn *make_conn(struct socket_fetches *sf)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return NULL;
    if (connect(fd, (struct sockaddr *)&sf->address, sizeof(sf->address)) &&
        errno != EINPROGRESS) {
        int error = errno;
        close(fd);
        errno = error;
        return NULL;
    }
    struct conn *c = take_record(sf);
    c->host = sf->address.sin_addr;
    c->port = sf->address.sin_port;
    c->reused = false;
    ev_io_init(&c->io, on_io, fd, EV_READ);
    c->io.data = sf;
    return c;
}

/* The connection that was used last of those that lead there, or NULL. */
static struct conn *take_idle(struct socket_fetches *sf)
{
    for (struct conn *c = sf->idle.last; c; c = c->prev) {
        if (c->host.s_addr != sf->address.sin_addr.s_addr ||
            c->port != sf->address.sin_port)
            continue;
        list_remove(&sf->idle, c);
        c->reused = true;
        return c;
    }
    return NULL;
}

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
    while (c->sent < sf->length) {
        ssize_t sent = send(c->io.fd, sf->request + c->sent,
                            sf->length - c->sent, MSG_NOSIGNAL);

        if (sent < 0 && errno == EAGAIN) {
            await(sf, c, EV_READ | EV_WRITE);
            return 0;
        }
        if (sent < 0 && errno != EINTR)
            return errno;
        c->sent += sent > 0 ? (uint32_t)sent : 0;
    }
    await(sf, c, EV_READ);
    return 0;
}

/* The fetch is no longer the connection's. */
static void detach(struct socket_fetches *sf, struct conn *c)
{
    list_remove(&sf->active, c);
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
    list_add(&sf->active, c);
    int error = send_rest(sf, c);
    if (error) {
        detach(sf, c);
        close_conn(sf, c);
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

    while (error && reuse && (c = take_idle(sf)))
        error = set_off(sf, c, order);
    if (error) {
        c = make_conn(sf);
        error = c ? set_off(sf, c, order) : errno;
    }
    if (error)
        return failed(sf, order->task, OUTCOME_CONNECT, error);
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
    enum outcome outcome = write_request(sf, step, i);
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
        list_add(&sf->idle, c);
    else
        close_conn(sf, c);
    sf->ended(sf->context, slot, outcome);
}

static void fail_fetch(struct socket_fetches *sf, struct conn *c,
                       enum outcome outcome, int error)
{
    end_fetch(sf, c, failed(sf, c->task, outcome, error), false);
}

/* A kept connection may be closed by the server just as it is used again: then
 * nobody has seen the request, and it goes to a new one, once. */
static void try_again(struct socket_fetches *sf, struct conn *c)
{
    struct order order = {c->step, c->slot, c->task, c->deadline};

    detach(sf, c);
    close_conn(sf, c);
    enum outcome outcome = write_request(sf, order.step, order.task);
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
    enum outcome outcome = write_request(sf, c->step, c->task);
    int error = outcome == OUTCOME_OK ? send_rest(sf, c) : 0;

    if (outcome != OUTCOME_OK)
        end_fetch(sf, c, outcome, false);
    else if (error && !c->sent && !c->reused)
        fail_fetch(sf, c, OUTCOME_CONNECT, error);
    else if (error)
        on_broken(sf, c, error);
    return outcome == OUTCOME_OK && !error;
}

/* Whose body the bytes are. */
struct receiver {
    struct batch *batch;
    uint32_t task;
};

static bool receive_body(void *context, const void *data, size_t size)
{
    struct receiver *receiver = context;

    return body_receive(receiver->batch, receiver->task, data, size);
}

/* Takes the next bytes. True: there may be more at once. */
static bool take_bytes(struct socket_fetches *sf, struct conn *c, size_t size)
{
    struct receiver receiver = {sf->batch, c->task};
    size_t used;

    c->heard = true;
    switch (http_reply_take(&c->reply, sf->buffer, size, &used, receive_body,
                            &receiver)) {
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
        list_remove(&sf->idle, c);
        close_conn(sf, c);
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
    struct list *active = &sf->active;

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
    close_conn(sf, c);
}

static void socket_close(void *self)
{
    struct socket_fetches *sf = self;

    for (struct conn *c = sf->idle.first; c; c = c->next) {
        ev_io_stop(sf->loop, &c->io);
        close(c->io.fd);
    }
    ev_timer_stop(sf->loop, &sf->timer);
    free(sf->by_slot);
    free(sf->conns);
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
    sf->width = width;
    ev_init(&sf->timer, on_timer);
    sf->timer.data = sf;
    sf->by_slot = calloc(width, sizeof(struct conn *));
    sf->conns = calloc(width, sizeof(struct conn));
    if (sf->by_slot && sf->conns) {
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
