/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libcurl's multi socket interface on a libev loop. libcurl says which sockets
 * and which time it waits for, libev waits, and libcurl is told.
 */
#include "curl_loop.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* libcurl forgets what it was told of a socket when a transfer ends, but the
 * connection stays: its watcher is found again by the descriptor. */
struct socket {
    ev_io io;
    int events; /* that libcurl waits for */
    bool known; /* to libev, and not closed since */
};

struct curl_loop {
    CURLM *multi;
    struct ev_loop *loop;
    ev_timer timer;
    ev_prepare prepare;
    bool due;                /* libcurl wants to run now */
    struct socket **sockets; /* by descriptor */
    size_t socket_count;
    uint32_t open, active; /* connections; transfers, each of which has one */
    fetch_done done;
    void *context;
};

/* Transfers that have ended are taken off and reported. */
static void collect(struct curl_loop *cl)
{
    struct fetch *fetch;
    CURLcode code;

    while ((fetch = fetch_take_ended(cl->multi, &code))) {
        cl->active--;
        cl->done(cl->context, fetch, fetch_result(fetch, code));
    }
}

static void drive(struct curl_loop *cl, curl_socket_t fd, int flags)
{
    int running;

    curl_multi_socket_action(cl->multi, fd, flags, &running);
    collect(cl);
}

static void on_socket(struct ev_loop *loop, ev_io *io, int events)
{
    int flags = (events & EV_READ ? CURL_CSELECT_IN : 0) |
                (events & EV_WRITE ? CURL_CSELECT_OUT : 0);

    (void)loop;
    drive(io->data, io->fd, flags);
}

static void on_timer(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop, (void)events;
    drive(timer->data, CURL_SOCKET_TIMEOUT, 0);
}

/* Just before the loop waits: transfers begun in this turn set off at once,
 * together, instead of through a timer of 0 and an empty turn. */
static void on_prepare(struct ev_loop *loop, ev_prepare *prepare, int events)
{
    struct curl_loop *cl = prepare->data;

    (void)loop, (void)events;
    while (cl->due) {
        cl->due = false;
        drive(cl, CURL_SOCKET_TIMEOUT, 0);
    }
}

static int timer_changed(CURLM *multi, long ms, void *userp)
{
    struct curl_loop *cl = userp;

    (void)multi;
    ev_timer_stop(cl->loop, &cl->timer);
    cl->due = ms == 0; /* libcurl must not be called from here */
    if (ms > 0) {
        ev_now_update(cl->loop);
        ev_timer_set(&cl->timer, (double)ms / 1e3, 0);
        ev_timer_start(cl->loop, &cl->timer);
    }
    return 0;
}

static struct socket *socket_at(struct curl_loop *cl, curl_socket_t fd)
{
    size_t at = (size_t)fd;

    if (at >= cl->socket_count) {
        size_t count = at + at / 2 + 64;
        void *grown = realloc(cl->sockets, count * sizeof(*cl->sockets));

        if (!grown)
            return NULL;
        cl->sockets = grown;
        memset(cl->sockets + cl->socket_count, 0,
               (count - cl->socket_count) * sizeof(*cl->sockets));
        cl->socket_count = count;
    }
    if (!cl->sockets[at]) {
        cl->sockets[at] = calloc(1, sizeof(struct socket));
        if (!cl->sockets[at])
            return NULL;
        ev_init(&cl->sockets[at]->io, on_socket);
        cl->sockets[at]->io.data = cl;
    }
    return cl->sockets[at];
}

static int socket_changed(CURL *easy, curl_socket_t fd, int what, void *userp,
                          void *socketp)
{
    struct curl_loop *cl = userp;
    struct socket *s = socket_at(cl, fd);
    int events = (what & CURL_POLL_IN ? EV_READ : 0) |
                 (what & CURL_POLL_OUT ? EV_WRITE : 0);

    (void)easy, (void)socketp;
    if (!s)
        return -1;
    if (what == CURL_POLL_REMOVE) {
        ev_io_stop(cl->loop, &s->io);
        s->events = 0;
        return 0;
    }
    if (events == s->events)
        return 0;
    ev_io_stop(cl->loop, &s->io);
    /* ev_io_set forces an epoll_ctl: needed once for each connection, not for
     * each request on it. */
    if (s->known)
        ev_io_modify(&s->io, events);
    else
        ev_io_set(&s->io, fd, events);
    ev_io_start(cl->loop, &s->io);
    s->known = true;
    s->events = events;
    return 0;
}

static curl_socket_t open_socket(void *context, curlsocktype purpose,
                                 struct curl_sockaddr *address)
{
    struct curl_loop *cl = context;
    int fd = socket(address->family, address->socktype | SOCK_CLOEXEC,
                    address->protocol);

    (void)purpose;
    cl->open += fd >= 0;
    return fd >= 0 ? fd : CURL_SOCKET_BAD;
}

/* The descriptor may come back as another connection's. */
static int close_socket(void *context, curl_socket_t fd)
{
    struct curl_loop *cl = context;

    cl->open--;
    if ((size_t)fd < cl->socket_count && cl->sockets[fd])
        cl->sockets[fd]->known = false;
    return close(fd);
}

static CURLMcode set_options(struct curl_loop *cl, uint32_t width)
{
    CURLM *multi = cl->multi;
    CURLMcode code =
        curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, socket_changed);

    if (!code)
        code = curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, cl);
    if (!code)
        code = curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, timer_changed);
    if (!code)
        code = curl_multi_setopt(multi, CURLMOPT_TIMERDATA, cl);
    if (!code)
        code = curl_multi_setopt(multi, CURLMOPT_PIPELINING,
                                 (long)CURLPIPE_NOTHING);
    /* The default shrinks with the number of transfers and closes
     * connections that the next ones would need. */
    if (!code)
        code = curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS,
                                 (long)width * FETCH_CONNECTIONS);
    return code;
}

int curl_loop_open(struct curl_loop **out, struct ev_loop *loop, uint32_t width,
                   fetch_done done, void *context)
{
    struct curl_loop *cl = calloc(1, sizeof(*cl));

    if (!cl)
        return ENOMEM;
    cl->multi = curl_multi_init();
    if (!cl->multi) {
        free(cl);
        return ENOMEM;
    }
    cl->loop = loop;
    cl->done = done;
    cl->context = context;
    if (set_options(cl, width) != CURLM_OK) {
        curl_multi_cleanup(cl->multi);
        free(cl);
        return ENOMEM;
    }
    ev_init(&cl->timer, on_timer);
    ev_prepare_init(&cl->prepare, on_prepare);
    cl->timer.data = cl->prepare.data = cl;
    ev_prepare_start(loop, &cl->prepare);
    *out = cl;
    return 0;
}

/* How a transfer's sockets are made and closed, and whether it has to look for
 * an idle connection. Where none can be idle, libcurl need not go through all
 * the busy ones to find that out: with thousands, that is quadratic. */
static CURLcode aim_sockets(struct curl_loop *cl, const struct fetch *fetch)
{
    CURL *easy = fetch->easy;
    long fresh = !fetch->batch->reuse || cl->open <= cl->active;
    CURLcode code = curl_easy_setopt(easy, CURLOPT_FRESH_CONNECT, fresh);

    if (!code)
        code = curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    if (!code)
        code = curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, cl);
    if (!code)
        code =
            curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
    if (!code)
        code = curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, cl);
    return code;
}

bool curl_loop_begin(struct curl_loop *cl, struct fetch *fetch)
{
    if (aim_sockets(cl, fetch) != CURLE_OK ||
        curl_multi_add_handle(cl->multi, fetch->easy) != CURLM_OK)
        return false;
    cl->active++;
    return true;
}

void curl_loop_abort(struct curl_loop *cl, struct fetch *fetch)
{
    curl_multi_remove_handle(cl->multi, fetch->easy);
    cl->active--;
}

void curl_loop_close(struct curl_loop *cl)
{
    ev_prepare_stop(cl->loop, &cl->prepare);
    curl_multi_cleanup(cl->multi);
    ev_timer_stop(cl->loop, &cl->timer);
    for (size_t s = 0; s < cl->socket_count; s++) {
        if (cl->sockets[s])
            ev_io_stop(cl->loop, &cl->sockets[s]->io);
        free(cl->sockets[s]);
    }
    free(cl->sockets);
    free(cl);
}
