/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Connections on an io_uring. A request to a kept connection is one entry and
 * one completion: the receive goes on from request to request, and a send that
 * succeeds says nothing.
 */
#include "uring_conns.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>

/* What the kernel is given to end receives that are cancelled. */
#define HANG_UP_MAX NSEC_PER_SEC

/* Nearly always at the end: all have the same time. */
void uring_conn_list_add(struct uring_conn_list *list, struct uring_conn *c)
{
    struct uring_conn *before = list->last;

    while (before && before->deadline > c->deadline)
        before = before->prev;
    c->prev = before;
    c->next = before ? before->next : list->first;
    *(before ? &before->next : &list->first) = c;
    *(c->next ? &c->next->prev : &list->last) = c;
}

void uring_conn_list_remove(struct uring_conn_list *list, struct uring_conn *c)
{
    *(c->prev ? &c->prev->next : &list->first) = c->next;
    *(c->next ? &c->next->prev : &list->last) = c->prev;
}

/* ---- what is asked for ---- */

static uint32_t socket_of(const struct uring_conns *conns,
                          const struct uring_conn *c)
{
    return (uint32_t)(c - conns->all);
}

static struct uring_tag tag_of(const struct uring_conns *conns,
                               const struct uring_conn *c, enum uring_kind kind)
{
    return (struct uring_tag){kind, socket_of(conns, c), c->life};
}

/* What <linux/io_uring.h> has had since 6.7, and liburing since 2.5. */
#define COMMAND_SETSOCKOPT 3

/* A request follows at once, and acknowledges that the connection is made: the
 * system need not do so by a packet of its own. Only speed depends on it. */
static void delay_acknowledgements(struct uring_conns *conns, uint32_t fd)
{
    static const int quick = 0;
    struct io_uring_sqe *sqe = uring_entry(conns->uring);

    io_uring_prep_rw(IORING_OP_URING_CMD, sqe, (int)fd, NULL, 0,
                     COMMAND_SETSOCKOPT);
    sqe->addr = (uint64_t)TCP_QUICKACK << 32 | IPPROTO_TCP;
    sqe->file_index = sizeof(quick); /* there: the option's length … */
    sqe->addr3 = (uintptr_t)&quick;  /* … and its value */
    sqe->flags |= IOSQE_FIXED_FILE | IOSQE_CQE_SKIP_SUCCESS;
    uring_set_tag(sqe, (struct uring_tag){.kind = URING_OPTION});
}

static void on_no_option(void *context, const struct uring_done *done)
{
    struct uring_conns *conns = context;

    (void)done;
    conns->plain = true;
}

/* io_uring waits where a call would block: SOCK_NONBLOCK would make it fail
 * with EAGAIN instead. TCP_NODELAY would hasten nothing: a request goes out in
 * one piece, and what came before it has been answered. */
static void connect_new(struct uring_conns *conns, struct uring_conn *c)
{
    uint32_t fd = socket_of(conns, c);
    struct io_uring_sqe *sqe = uring_entry(conns->uring);

    io_uring_prep_socket_direct(sqe, AF_INET, SOCK_STREAM, 0, fd, 0);
    sqe->flags |= IOSQE_CQE_SKIP_SUCCESS;
    uring_set_tag(sqe, tag_of(conns, c, URING_SOCKET));
    if (!conns->plain)
        delay_acknowledgements(conns, fd);
    sqe = uring_entry(conns->uring);
    io_uring_prep_connect(sqe, (int)fd, (struct sockaddr *)&c->address,
                          sizeof(c->address));
    sqe->flags |= IOSQE_FIXED_FILE | IOSQE_CQE_SKIP_SUCCESS;
    uring_set_tag(sqe, tag_of(conns, c, URING_CONNECT));
    c->open = true;
}

/* `later`: there is nothing to be received yet. */
static void receive(struct uring_conns *conns, struct uring_conn *c, bool later)
{
    if (c->receiving)
        return;
    c->receiving = true;
    /* Where the connection is closed after the reply, a receive that goes on
     * would only have to be cancelled. */
    uring_receive(conns->uring, socket_of(conns, c),
                  (conns->keeping ? URING_AGAIN : 0) |
                      (later ? URING_LATER : 0),
                  tag_of(conns, c, URING_RECV));
}

void uring_conns_receive(struct uring_conns *conns, struct uring_conn *c)
{
    receive(conns, c, false);
}

/* No entry is linked to the next: each would then wait for a turn of its own,
 * although entries are begun in their order. On loopback the connection is made
 * by the time that its connect was begun, and the send is done at once; where
 * it takes longer the kernel has both of them wait. */
void uring_conns_send(struct uring_conns *conns, struct uring_conn *c)
{
    if (!c->open)
        connect_new(conns, c);
    struct io_uring_sqe *sqe = uring_entry(conns->uring);
    /* MSG_WAITALL: all of it, or it has failed. */
    io_uring_prep_send(sqe, (int)socket_of(conns, c), c->request,
                       c->request_length, MSG_NOSIGNAL | MSG_WAITALL);
    sqe->flags |= IOSQE_FIXED_FILE | IOSQE_CQE_SKIP_SUCCESS;
    uring_set_tag(sqe, tag_of(conns, c, URING_SEND));
    receive(conns, c, true);
}

/* Nobody is told of its success, or cares. */
static void set_silent(struct io_uring_sqe *sqe)
{
    sqe->flags |= IOSQE_CQE_SKIP_SUCCESS;
    uring_set_tag(sqe, (struct uring_tag){.kind = URING_NOTHING});
}

/* What is under way on a socket keeps it open. Both entries are done in this
 * order when they are submitted, before the descriptor is used again. */
static void close_socket(struct uring_conns *conns, struct uring_conn *c)
{
    uint32_t fd = socket_of(conns, c);
    struct io_uring_sqe *sqe;

    if (c->receiving) {
        sqe = uring_entry(conns->uring);
        io_uring_prep_cancel_fd(sqe, (int)fd,
                                IORING_ASYNC_CANCEL_ALL |
                                    IORING_ASYNC_CANCEL_FD_FIXED);
        set_silent(sqe);
    }
    sqe = uring_entry(conns->uring);
    io_uring_prep_close_direct(sqe, fd);
    set_silent(sqe);
}

/* ---- records ---- */

struct uring_conn *uring_conns_find(struct uring_conns *conns,
                                    const struct uring_done *done)
{
    struct uring_conn *c = &conns->all[done->tag.index];

    if (c->life != done->tag.life)
        return NULL;
    if (done->tag.kind != URING_RECV || !(done->flags & IORING_CQE_F_MORE))
        c->receiving = false; /* it has ended, or never began */
    return c;
}

void uring_conns_end(struct uring_conns *conns, struct uring_conn *c)
{
    close_socket(conns, c);
    c->life++;
    c->open = false;
    c->receiving = false;
    c->deadline = 0;
    uring_conn_list_add(&conns->closed, c);
}

/* A record for a connection. There is one for each place: where all are in use,
 * the others are idle, connected to where this request does not go. */
static struct uring_conn *take_record(struct uring_conns *conns)
{
    if (!conns->closed.last && conns->made < conns->width)
        return &conns->all[conns->made++];
    if (!conns->closed.last)
        uring_conns_end_idle(conns, conns->idle.first);
    struct uring_conn *c = conns->closed.last;
    uring_conn_list_remove(&conns->closed, c);
    return c;
}

struct uring_conn *uring_conns_take_new(struct uring_conns *conns,
                                        const struct sockaddr_in *address)
{
    struct uring_conn *c = take_record(conns);

    c->address = *address;
    c->reused = false;
    return c;
}

struct uring_conn *uring_conns_take_idle(struct uring_conns *conns,
                                         const struct sockaddr_in *address)
{
    for (struct uring_conn *c = conns->idle.last; c; c = c->prev) {
        if (c->address.sin_addr.s_addr != address->sin_addr.s_addr ||
            c->address.sin_port != address->sin_port)
            continue;
        uring_conn_list_remove(&conns->idle, c);
        c->reused = true;
        return c;
    }
    return NULL;
}

void uring_conns_keep(struct uring_conns *conns, struct uring_conn *c)
{
    c->deadline = 0;
    uring_conn_list_add(&conns->idle, c);
}

void uring_conns_end_idle(struct uring_conns *conns, struct uring_conn *c)
{
    uring_conn_list_remove(&conns->idle, c);
    uring_conns_end(conns, c);
}

int uring_conns_open(struct uring_conns *conns, struct uring *uring,
                     uint32_t width, bool keeping)
{
    *conns = (struct uring_conns){
        .uring = uring, .keeping = keeping, .width = width};
    conns->all = calloc(width, sizeof(struct uring_conn));
    uring_handle(uring, URING_OPTION, on_no_option, conns);
    return conns->all ? 0 : ENOMEM;
}

static void on_hung_up(void *context, const struct uring_done *done)
{
    struct uring_conns *conns = context;

    if (!(done->flags & IORING_CQE_F_MORE) && conns->receives)
        conns->receives--;
}

static void on_hung_up_too_late(void *context, const struct uring_done *done)
{
    struct uring_conns *conns = context;

    (void)done;
    conns->receives = 0;
}

/* By what the receive is known by: to find it by its descriptor, the kernel
 * looks through all that is under way, for each anew. */
static void end_receive(struct uring_conns *conns, struct uring_conn *c)
{
    struct io_uring_sqe *sqe = uring_entry(conns->uring);

    io_uring_prep_cancel64(sqe, uring_data(tag_of(conns, c, URING_RECV)), 0);
    set_silent(sqe);
    c->receiving = false;
    conns->receives++;
}

void uring_conns_hang_up(struct uring_conns *conns)
{
    conns->receives = 0;
    for (struct uring_conn *c = conns->all; c < conns->all + conns->made; c++) {
        if (!c->open)
            continue;
        if (c->receiving)
            end_receive(conns, c);
        close_socket(conns, c);
        c->open = false;
    }
    uring_handle(conns->uring, URING_RECV, on_hung_up, conns);
    uring_handle(conns->uring, URING_DEADLINE, on_hung_up_too_late, conns);
    uring_timer(conns->uring, now_ns() + HANG_UP_MAX,
                (struct uring_tag){.kind = URING_DEADLINE});
    while (conns->receives && uring_turn(conns->uring) == 0)
        continue;
}

void uring_conns_close(struct uring_conns *conns)
{
    for (uint32_t c = 0; c < conns->made; c++)
        free(conns->all[c].request);
    free(conns->all);
}
