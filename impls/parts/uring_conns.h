/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * TCP connections to literal IPv4 addresses, on an io_uring: sockets are direct
 * descriptors, so that no system call makes or closes one. Records are
 * allocated once, and small: ten thousand connections may be open.
 */
#ifndef CONCUR_URING_CONNS_H
#define CONCUR_URING_CONNS_H

#include <netinet/in.h>

#include "http_reply.h"
#include "uring.h"

struct uring_conn {
    struct uring_conn *prev, *next; /* on the list that it is on */
    struct sockaddr_in address;
    uint16_t life;  /* of its tags: how often the record was used, wrapping */
    bool open;      /* the socket was asked for */
    bool receiving; /* a receive is under way */
    bool reused;    /* it has served a request before */
    bool heard;     /* something of the reply has come */

    /* What is sent; the connection's own, the kernel's while it is sent. */
    char *request;
    uint32_t request_room, request_length;

    /* The user's own: the fetch that is under way on it. */
    uint32_t slot, task;
    const struct step *step; /* NULL: idle, or closed */
    nsec deadline;           /* 0: none */
    struct http_reply reply;
};

struct uring_conn_list {
    struct uring_conn *first, *last;
};

/* In the order of deadlines; of equal ones, of adding. */
void uring_conn_list_add(struct uring_conn_list *list, struct uring_conn *c);
void uring_conn_list_remove(struct uring_conn_list *list, struct uring_conn *c);

/* To be read by nobody else. */
struct uring_conns {
    struct uring *uring;
    bool keeping; /* connections serve several requests */
    bool plain;   /* the kernel sets no options of sockets on a ring */
    struct uring_conn_list idle;   /* the latest used last */
    struct uring_conn_list closed; /* records for new connections … */
    uint32_t made, width;          /* … besides those never used */
    struct uring_conn *all;
    uint32_t receives; /* that have yet to end, when all is closed */
};

/* Room for `width` connections on the ring, which has as many sockets. Returns
 * 0 or an errno. */
int uring_conns_open(struct uring_conns *conns, struct uring *uring,
                     uint32_t width, bool keeping);

/* The connection that a completion is of; NULL where that was closed since. */
struct uring_conn *uring_conns_find(struct uring_conns *conns,
                                    const struct uring_done *done);

/* The connection that was used last of the idle ones that lead there; NULL. */
struct uring_conn *uring_conns_take_idle(struct uring_conns *conns,
                                         const struct sockaddr_in *address);

/* A record for one that is to be made. At most `width` are in use. */
struct uring_conn *uring_conns_take_new(struct uring_conns *conns,
                                        const struct sockaddr_in *address);

/* Makes the connection, if it is new; sends its request; receives. What comes
 * back is what was received, or errors: of one that cannot be made those of
 * all three, in any order. */
void uring_conns_send(struct uring_conns *conns, struct uring_conn *c);

/* Receives on, unless a receive is under way. */
void uring_conns_receive(struct uring_conns *conns, struct uring_conn *c);

/* The connection has served its request, and is kept. */
void uring_conns_keep(struct uring_conns *conns, struct uring_conn *c);

/* … or closed. */
void uring_conns_end(struct uring_conns *conns, struct uring_conn *c);

/* An idle connection is of no use any more. */
void uring_conns_end_idle(struct uring_conns *conns, struct uring_conn *c);

/* Closes all of them, and waits until that is done: a ring that is closed with
 * its sockets open is taken apart by the kernel after the process has gone, at
 * nobody's expense. Nothing is heard of them any more. */
void uring_conns_hang_up(struct uring_conns *conns);

/* Frees the records: the ring is closed already. */
void uring_conns_close(struct uring_conns *conns);

#endif
