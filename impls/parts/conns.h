/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * TCP connections to literal IPv4 addresses, on libev: made, watched, kept
 * while idle, and used again. Nothing blocks. Records are allocated once, and
 * small: ten thousand connections may be open.
 */
#ifndef CONCUR_CONNS_H
#define CONCUR_CONNS_H

#include <ev.h>
#include <netinet/in.h>

#include "../task.h"
#include "http_reply.h"

struct conn {
    ev_io io; /* first: it is cast back; its data is whoever opened */
    struct conn *prev, *next; /* on the list that it is on */
    struct in_addr host;
    in_port_t port;
    bool reused; /* it has served a request before */

    /* The user's own: the fetch that is under way on it. */
    bool heard;    /* something of the reply has come */
    uint32_t sent; /* bytes of the request */
    uint32_t slot, task;
    const struct step *step;
    nsec deadline; /* 0: none */
    struct http_reply reply;
};

struct conn_list {
    struct conn *first, *last;
};

/* In the order of deadlines; of equal ones, of adding. */
void conn_list_add(struct conn_list *list, struct conn *c);
void conn_list_remove(struct conn_list *list, struct conn *c);

/* To be read by nobody else. */
struct conns {
    struct ev_loop *loop;
    void (*ready)(struct ev_loop *loop, ev_io *io, int events);
    void *context;
    struct conn_list idle;   /* the latest used last */
    struct conn_list closed; /* records for new connections … */
    uint32_t made, width;    /* … besides those never used */
    struct conn *all;
};

/* Room for `width` connections; `ready` is called by libev, with `context` as
 * the watcher's data. Returns 0 or an errno. */
int conns_open(struct conns *conns, struct ev_loop *loop, uint32_t width,
               void (*ready)(struct ev_loop *loop, ev_io *io, int events),
               void *context);

/* The connection that was used last of the idle ones that lead there; NULL. */
struct conn *conns_take_idle(struct conns *conns,
                             const struct sockaddr_in *address);

/* A new connection, under way: it can be written to when it is made, which on
 * loopback is at once. NULL, and errno. At most `width` are in use. */
struct conn *conns_make(struct conns *conns, const struct sockaddr_in *address);

/* `ready` is called for these events, until others are awaited. */
void conns_await(struct conns *conns, struct conn *c, int events);

/* The connection has served its request, and is kept. */
void conns_keep(struct conns *conns, struct conn *c);

/* … or closed. */
void conns_end(struct conns *conns, struct conn *c);

/* An idle connection is of no use any more. */
void conns_end_idle(struct conns *conns, struct conn *c);

/* Closes what is idle; none may be in use. */
void conns_close(struct conns *conns);

#endif
