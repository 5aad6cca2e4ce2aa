/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One connection's life: see connection.h. A delayed reply holds up those
 * behind it. Only connection_free frees, and only at the end of an event.
 */
#include "connection.h"

#include <errno.h>
#include <linux/sockios.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "answer.h"
#include "output.h"

/* After the last reply: how much and how long we read what nobody wants, so
 * that the reply is not lost in a reset. */
#define LINGER_BYTES (4u << 20)
#define LINGER_TIME  (1 * NSEC_PER_SEC)

/* Keeps input that cannot be used yet; `data` may be part of what is kept. */
static void keep_input(struct connection *c, const char *data, size_t length)
{
    if (length == 0) {
        free(c->input);
        c->input = NULL;
    } else {
        if (c->input == NULL)
            c->input = malloc(INPUT_MAX);
        if (c->input == NULL)
            c->phase = PHASE_ENDED;
        else
            memmove(c->input, data, length);
    }
    c->input_used = length;
}

/* The first step towards an answer to what `data` begins with; returns how
 * many bytes were used. 0: nothing can be done now. */
static size_t take(struct connection *c, const char *data, size_t length)
{
    if (c->drop > 0) {
        size_t dropped = c->drop < length ? (size_t)c->drop : length;
        c->drop -= dropped;
        return dropped;
    }
    struct request request;
    int result = request_parse(data, length, &request);
    if (result == REQUEST_PARTIAL)
        return 0;
    if (result == REQUEST_OK)
        return answer_request(c, &request) ? request.head_length : 0;
    answer_refusal(c, result);
    return length;
}

/* Uses up as much of the input as can be used now. */
static void work(struct connection *c, const char *data, size_t length)
{
    size_t at = 0;
    while (c->phase == PHASE_READING && at < length) {
        size_t used = take(c, data + at, length - at);
        at += used;
        if (used == 0)
            break;
        if (c->phase == PHASE_READING && (c->last || output_full(c)))
            output_flush(c);
    }
    if (c->phase != PHASE_ENDED)
        keep_input(c, data + at, length - at);
    if (c->phase == PHASE_READING)
        output_flush(c);
}

/* A reply is out: on to what the client has sent meanwhile. */
static void go_on(struct connection *c)
{
    if (c->phase == PHASE_READING && c->input != NULL)
        work(c, c->input, c->input_used);
    if (c->phase == PHASE_READING && c->end_of_input)
        c->phase = PHASE_ENDED;
}

/* ---- events ---- */

static void unlink_connection(struct connection *c)
{
    if (c->previous != NULL)
        c->previous->next = c->next;
    else
        c->server->connections = c->next;
    if (c->next != NULL)
        c->next->previous = c->previous;
}

static void connection_free(struct connection *c)
{
    struct counters *counters = &c->server->counters;
    counters_end(counters, c->serving);
    counters->open -= !c->only_stats;
    deadlines_remove(&c->server->deadlines, &c->deadline);
    c->server->output_used = 0;
    ev_io_stop(c->server->loop, &c->io);
    close(c->io.fd);
    unlink_connection(c);
    free(c->input);
    free(c->unsent);
    free(c);
}

/* The last reply is out. Closing while the client still sends would reset the
 * connection, and the client could lose the reply. */
static void hang_up(struct connection *c)
{
    c->phase = PHASE_ENDED;
    if (c->end_of_input || (!c->refused && c->drop == 0 && c->input == NULL))
        return;
    c->deadline.when = now_ns() + LINGER_TIME;
    c->drop = LINGER_BYTES;
    if (shutdown(c->io.fd, SHUT_WR) == 0 &&
        deadlines_add(&c->server->deadlines, &c->deadline) == 0)
        c->phase = PHASE_LINGERING;
}

static int wanted_events(const struct connection *c)
{
    if (c->phase == PHASE_SENDING)
        return EV_WRITE;
    if (c->phase == PHASE_LINGERING)
        return EV_READ;
    if (c->end_of_input || c->input_used == INPUT_MAX)
        return 0;
    return EV_READ;
}

/* At the end of each event: waits for what the phase needs. */
static void settle(struct connection *c)
{
    if (c->phase == PHASE_CLOSING)
        hang_up(c);
    if (c->phase == PHASE_ENDED) {
        connection_free(c);
        return;
    }
    int events = wanted_events(c);
    if ((c->io.events & (EV_READ | EV_WRITE)) == events)
        return;
    ev_io_stop(c->server->loop, &c->io);
    ev_io_set(&c->io, c->io.fd, events);
    if (events != 0)
        ev_io_start(c->server->loop, &c->io);
}

/* A client that has closed keeps its port busy for a minute, and a firewall
 * that follows connections remembers it for two: ten thousand that end at once
 * would leave little for those who come next. A reset sets both free. Only
 * where all that was sent has arrived, so that nothing is lost; but whoever has
 * closed one direction only sees the reset in place of an end. */
static void forget(const struct connection *c)
{
    static const struct linger none = {.l_onoff = 1};
    int unsettled;
    if (ioctl(c->io.fd, SIOCOUTQ, &unsettled) == 0 && unsettled == 0)
        (void)setsockopt(c->io.fd, SOL_SOCKET, SO_LINGER, &none, sizeof none);
}

/* The client sends no more. It may still read, so that a reply that is due is
 * sent; but it may as well be gone, so that it no longer counts as served. */
static void input_ended(struct connection *c)
{
    c->end_of_input = true;
    if (c->phase == PHASE_WAITING) {
        counters_end(&c->server->counters, c->serving);
        c->serving = 0;
    } else {
        c->phase = PHASE_ENDED;
        if (c->server->forgets)
            forget(c);
    }
}

static void receive(struct connection *c)
{
    char *data = c->input == NULL ? c->server->input : c->input;
    ssize_t n =
        recv(c->io.fd, data + c->input_used, INPUT_MAX - c->input_used, 0);
    if (n < 0) {
        if (errno != EAGAIN && errno != EINTR)
            c->phase = PHASE_ENDED;
        return;
    }
    if (n == 0) {
        input_ended(c);
        return;
    }
    size_t length = c->input_used + (size_t)n;
    if (c->phase == PHASE_WAITING)
        keep_input(c, data, length);
    else
        work(c, data, length);
}

/* Reads what nobody wants any more. */
static void discard(struct connection *c)
{
    ssize_t n = recv(c->io.fd, c->server->input, INPUT_MAX, 0);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return;
    if (n <= 0 || c->drop <= (uint64_t)n)
        c->phase = PHASE_ENDED;
    else
        c->drop -= (uint64_t)n;
}

static void on_io(struct ev_loop *loop, ev_io *watcher, int revents)
{
    struct connection *c = watcher->data;
    (void)loop;
    (void)revents;
    if (c->phase == PHASE_SENDING) {
        output_resume(c);
        go_on(c);
    } else if (c->phase == PHASE_LINGERING) {
        discard(c);
    } else {
        receive(c);
    }
    settle(c);
}

void connection_due(struct deadline *deadline)
{
    struct connection *c =
        (void *)((char *)deadline - offsetof(struct connection, deadline));
    if (c->phase == PHASE_WAITING) {
        c->phase = PHASE_READING;
        output_put(c);
        output_flush(c);
        go_on(c);
    } else {
        c->phase = PHASE_ENDED;
    }
    settle(c);
}

void connection_open(struct server *server, int fd)
{
    struct connection *c = calloc(1, sizeof *c);
    if (c == NULL) {
        close(fd);
        return;
    }
    c->server = server;
    c->next = server->connections;
    if (c->next != NULL)
        c->next->previous = c;
    server->connections = c;
    server->counters.open++;
    ev_io_init(&c->io, on_io, fd, EV_READ);
    c->io.data = c;
    ev_io_start(server->loop, &c->io);
    /* Where many connect at once, the request is there already. */
    receive(c);
    settle(c);
}

void connections_close_all(struct server *server)
{
    struct connection *next;
    for (struct connection *c = server->connections; c != NULL; c = next) {
        next = c->next;
        connection_free(c);
    }
}
