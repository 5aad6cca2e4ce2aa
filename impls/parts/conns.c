/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Connections on libev. One watcher each, started once: libev knows what it
 * waits for from request to request, and no system call tells it again.
 */
#include "conns.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* Nearly always at the end: all have the same time. */
void conn_list_add(struct conn_list *list, struct conn *c)
{
    struct conn *before = list->last;

    while (before && before->deadline > c->deadline)
        before = before->prev;
    c->prev = before;
    c->next = before ? before->next : list->first;
    *(before ? &before->next : &list->first) = c;
    *(c->next ? &c->next->prev : &list->last) = c;
}

void conn_list_remove(struct conn_list *list, struct conn *c)
{
    *(c->prev ? &c->prev->next : &list->first) = c->next;
    *(c->next ? &c->next->prev : &list->last) = c->prev;
}

void conns_end(struct conns *conns, struct conn *c)
{
    ev_io_stop(conns->loop, &c->io);
    close(c->io.fd); /* nothing is lost: the reply has been read, or given up */
    c->deadline = 0;
    conn_list_add(&conns->closed, c);
}

/* ev_io_modify: ev_io_set would force a system call where nothing changes. */
void conns_await(struct conns *conns, struct conn *c, int events)
{
    if (ev_is_active(&c->io) && (c->io.events & (EV_READ | EV_WRITE)) == events)
        return;
    ev_io_stop(conns->loop, &c->io);
    ev_io_modify(&c->io, events);
    ev_io_start(conns->loop, &c->io);
}

/* A record for a connection. There is one for each place: where all are in use,
 * the others are idle, connected to where this request does not go. */
static struct conn *take_record(struct conns *conns)
{
    struct conn *c = conns->closed.last;

    if (!c && conns->made < conns->width)
        return &conns->all[conns->made++];
    if (!c) {
        c = conns->idle.first;
        conn_list_remove(&conns->idle, c);
        conns_end(conns, c);
    }
    conn_list_remove(&conns->closed, c);
    return c;
}

/* A request follows at once, and acknowledges that the connection is made: the
 * system need not do so by a packet of its own. Only speed depends on it. */
static void delay_acknowledgements(int fd)
{
    static const int quick = 0;

    (void)setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &quick, sizeof(quick));
}

/* TCP_NODELAY would hasten nothing: a request goes out in one piece, and what
 * came before it has been answered. */
struct conn *conns_make(struct conns *conns, const struct sockaddr_in *address)
{
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

    if (fd < 0)
        return NULL;
    delay_acknowledgements(fd);
    if (connect(fd, (const struct sockaddr *)address, sizeof(*address)) &&
        errno != EINPROGRESS) {
        int error = errno;
        close(fd);
        errno = error;
        return NULL;
    }
    struct conn *c = take_record(conns);
    c->host = address->sin_addr;
    c->port = address->sin_port;
    c->reused = false;
    ev_io_init(&c->io, conns->ready, fd, EV_READ);
    c->io.data = conns->context;
    return c;
}

struct conn *conns_take_idle(struct conns *conns,
                             const struct sockaddr_in *address)
{
    for (struct conn *c = conns->idle.last; c; c = c->prev) {
        if (c->host.s_addr != address->sin_addr.s_addr ||
            c->port != address->sin_port)
            continue;
        conn_list_remove(&conns->idle, c);
        c->reused = true;
        return c;
    }
    return NULL;
}

void conns_keep(struct conns *conns, struct conn *c)
{
    c->deadline = 0;
    conn_list_add(&conns->idle, c);
}

void conns_end_idle(struct conns *conns, struct conn *c)
{
    conn_list_remove(&conns->idle, c);
    conns_end(conns, c);
}

int conns_open(struct conns *conns, struct ev_loop *loop, uint32_t width,
               void (*ready)(struct ev_loop *loop, ev_io *io, int events),
               void *context)
{
    *conns = (struct conns){
        .loop = loop, .ready = ready, .context = context, .width = width};
    conns->all = calloc(width, sizeof(struct conn));
    return conns->all ? 0 : ENOMEM;
}

void conns_close(struct conns *conns)
{
    while (conns->idle.first)
        conns_end_idle(conns, conns->idle.first);
    free(conns->all);
}
