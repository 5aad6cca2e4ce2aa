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

/* libcurl looks for an idle connection among all that a multi handle has to the
 * host, busy ones included: with thousands, that is quadratic. So there are
 * several handles on the loop, each for so many places. One takes some 40 KB
 * and two descriptors: many more of them would cost more than they save. */
#define SHARD_PLACES 64

/* What all transfers in flight read into together, and each: thousands have to
 * be small. Large ones hasten large bodies and slow down others, whose pages
 * are then touched for the first time again and again: a place has one once it
 * has received a large body. */
#define BUFFERS_BYTES (8l << 20)
#define BUFFER_LEAST  1024l
#define BUFFER_USUAL  (16l << 10)
#define BUFFER_LARGE  (256l << 10)
#define BODY_LARGE    (256l << 10)

/* libcurl forgets what it was told of a socket when a transfer ends, but the
 * connection stays: its watcher is found again by the descriptor. */
struct socket {
    ev_io io;
    int events; /* that libcurl waits for */
    bool known; /* to libev, and not closed since */
};

/* A multi handle and its places. */
struct shard {
    CURLM *multi;
    struct curl_loop *owner;
    ev_timer timer;        /* fires no later than libcurl wants */
    bool due;              /* libcurl wants to run now */
    bool queued;           /* on the list of those that were due … */
    struct shard *next;    /* … where this one comes after it */
    uint32_t begun;        /* transfers since libcurl last ran */
    uint32_t open, active; /* connections; transfers, each of which has one */
};

struct curl_loop {
    struct ev_loop *loop;
    ev_prepare prepare;
    struct shard *first, *last; /* of those that were due */
    struct socket **sockets;    /* by descriptor */
    size_t socket_count;
    CURLSH *share;
    fetch_done done;
    void *context;
    long usual, large; /* buffers, in bytes */
    uint32_t count;
    struct shard shards[];
};

static struct shard *shard_of(struct curl_loop *cl, uint32_t slot)
{
    return &cl->shards[slot / SHARD_PLACES];
}

/* The next transfer of the place is taken to be like the last one. */
static void suit_buffer(const struct curl_loop *cl, const struct fetch *fetch)
{
    bool large = fetch->batch->tasks[fetch->task].bytes >= BODY_LARGE;

    (void)curl_easy_setopt(fetch->easy, CURLOPT_BUFFERSIZE,
                           large ? cl->large : cl->usual);
}

/* Transfers that have ended are taken off and reported. */
static void collect(struct shard *shard)
{
    struct curl_loop *cl = shard->owner;
    struct fetch *fetch;
    CURLcode code;

    while ((fetch = fetch_take_ended(shard->multi, &code))) {
        shard->active--;
        suit_buffer(cl, fetch);
        cl->done(cl->context, fetch, fetch_result(fetch, code));
    }
}

static void run(struct shard *shard, curl_socket_t fd, int flags)
{
    int running;

    shard->begun = 0;
    curl_multi_socket_action(shard->multi, fd, flags, &running);
}

static void on_socket(struct ev_loop *loop, ev_io *io, int events)
{
    int flags = (events & EV_READ ? CURL_CSELECT_IN : 0) |
                (events & EV_WRITE ? CURL_CSELECT_OUT : 0);

    (void)loop;
    run(io->data, io->fd, flags);
    collect(io->data);
}

static void on_timer(struct ev_loop *loop, ev_timer *timer, int events)
{
    (void)loop, (void)events;
    run(timer->data, CURL_SOCKET_TIMEOUT, 0);
    collect(timer->data);
}

/* Just before the loop waits: transfers begun in this turn set off at once,
 * together, instead of through a timer of 0 and an empty turn. */
static void on_prepare(struct ev_loop *loop, ev_prepare *prepare, int events)
{
    struct curl_loop *cl = prepare->data;

    (void)loop, (void)events;
    while (cl->first) {
        struct shard *shard = cl->first;

        cl->first = shard->next;
        shard->queued = false;
        if (shard->due) {
            shard->due = false;
            run(shard, CURL_SOCKET_TIMEOUT, 0);
        }
        collect(shard);
    }
}

static void queue(struct shard *shard)
{
    struct curl_loop *cl = shard->owner;

    if (shard->queued)
        return;
    shard->queued = true;
    shard->next = NULL;
    *(cl->first ? &cl->last->next : &cl->first) = shard;
    cl->last = shard;
}

/* The timer is only ever moved forward. Where it fires before libcurl wants it
 * to, libcurl says anew how long there is: rarer than it changes its mind,
 * which is twice a request. So the loop's idea of now may be old, too. */
static int timer_changed(CURLM *multi, long ms, void *userp)
{
    struct shard *shard = userp;
    struct ev_loop *loop = shard->owner->loop;
    double wait = (double)ms / 1e3;

    (void)multi;
    shard->due = ms == 0; /* libcurl must not be called from here */
    if (shard->due)
        queue(shard);
    if (ms <= 0 || (ev_is_active(&shard->timer) &&
                    ev_timer_remaining(loop, &shard->timer) <= wait))
        return 0;
    ev_timer_stop(loop, &shard->timer);
    ev_timer_set(&shard->timer, wait, 0);
    ev_timer_start(loop, &shard->timer);
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
    struct shard *shard = userp;
    struct ev_loop *loop = shard->owner->loop;
    struct socket *s = socket_at(shard->owner, fd);
    int events = (what & CURL_POLL_IN ? EV_READ : 0) |
                 (what & CURL_POLL_OUT ? EV_WRITE : 0);

    (void)easy, (void)socketp;
    if (!s)
        return -1;
    s->io.data = shard;
    if (what == CURL_POLL_REMOVE) {
        ev_io_stop(loop, &s->io);
        s->events = 0;
        return 0;
    }
    if (events == s->events)
        return 0;
    ev_io_stop(loop, &s->io);
    /* ev_io_set forces an epoll_ctl: needed once for each connection, not for
     * each request on it. */
    if (s->known)
        ev_io_modify(&s->io, events);
    else
        ev_io_set(&s->io, fd, events);
    ev_io_start(loop, &s->io);
    s->known = true;
    s->events = events;
    return 0;
}

static curl_socket_t open_socket(void *context, curlsocktype purpose,
                                 struct curl_sockaddr *address)
{
    struct shard *shard = context;
    int fd = socket(address->family, address->socktype | SOCK_CLOEXEC,
                    address->protocol);

    (void)purpose;
    shard->open += fd >= 0;
    return fd >= 0 ? fd : CURL_SOCKET_BAD;
}

/* The descriptor may come back as another connection's. */
static int close_socket(void *context, curl_socket_t fd)
{
    struct shard *shard = context;
    struct curl_loop *cl = shard->owner;

    shard->open--;
    if ((size_t)fd < cl->socket_count && cl->sockets[fd])
        cl->sockets[fd]->known = false;
    return close(fd);
}

static CURLMcode set_options(struct shard *shard)
{
    CURLM *multi = shard->multi;
    CURLMcode code =
        curl_multi_setopt(multi, CURLMOPT_SOCKETFUNCTION, socket_changed);

    if (!code)
        code = curl_multi_setopt(multi, CURLMOPT_SOCKETDATA, shard);
    if (!code)
        code = curl_multi_setopt(multi, CURLMOPT_TIMERFUNCTION, timer_changed);
    if (!code)
        code = curl_multi_setopt(multi, CURLMOPT_TIMERDATA, shard);
    if (!code)
        code = curl_multi_setopt(multi, CURLMOPT_PIPELINING,
                                 (long)CURLPIPE_NOTHING);
    /* The default shrinks with the number of transfers and closes
     * connections that the next ones would need. */
    if (!code)
        code = curl_multi_setopt(multi, CURLMOPT_MAXCONNECTS,
                                 (long)SHARD_PLACES * FETCH_CONNECTIONS);
    return code;
}

static bool open_shard(struct curl_loop *cl)
{
    struct shard *shard = &cl->shards[cl->count];

    shard->multi = curl_multi_init();
    if (!shard->multi)
        return false;
    cl->count++;
    shard->owner = cl;
    ev_init(&shard->timer, on_timer);
    shard->timer.data = shard;
    return set_options(shard) == CURLM_OK;
}

/* Addresses and TLS sessions are for all places: one thread, no locks. */
static bool open_share(struct curl_loop *cl)
{
    cl->share = curl_share_init();
    return cl->share &&
           !curl_share_setopt(cl->share, CURLSHOPT_SHARE, CURL_LOCK_DATA_DNS) &&
           !curl_share_setopt(cl->share, CURLSHOPT_SHARE,
                              CURL_LOCK_DATA_SSL_SESSION);
}

static long buffer_of(uint32_t width, long most)
{
    long bytes = BUFFERS_BYTES / (long)width;

    bytes = bytes > BUFFER_LEAST ? bytes : BUFFER_LEAST;
    return bytes < most ? bytes : most;
}

int curl_loop_open(struct curl_loop **out, struct ev_loop *loop, uint32_t width,
                   fetch_done done, void *context)
{
    uint32_t count = (width + SHARD_PLACES - 1) / SHARD_PLACES;
    struct curl_loop *cl =
        calloc(1, sizeof(*cl) + count * sizeof(struct shard));

    if (!cl)
        return ENOMEM;
    cl->loop = loop;
    cl->done = done;
    cl->context = context;
    cl->usual = buffer_of(width, BUFFER_USUAL);
    cl->large = buffer_of(width, BUFFER_LARGE);
    ev_prepare_init(&cl->prepare, on_prepare);
    cl->prepare.data = cl;
    ev_prepare_start(loop, &cl->prepare);
    bool opened = open_share(cl);
    while (opened && cl->count < count)
        opened = open_shard(cl);
    if (!opened) {
        curl_loop_close(cl);
        return ENOMEM;
    }
    *out = cl;
    return 0;
}

CURLcode curl_loop_adopt(struct curl_loop *cl, struct fetch *fetch,
                         uint32_t slot)
{
    struct shard *shard = shard_of(cl, slot);
    CURL *easy = fetch->easy;
    CURLcode code = curl_easy_setopt(easy, CURLOPT_SHARE, cl->share);

    if (!code)
        code = curl_easy_setopt(easy, CURLOPT_BUFFERSIZE, cl->usual);
    if (!code)
        code = curl_easy_setopt(easy, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    if (!code)
        code = curl_easy_setopt(easy, CURLOPT_OPENSOCKETDATA, shard);
    if (!code)
        code =
            curl_easy_setopt(easy, CURLOPT_CLOSESOCKETFUNCTION, close_socket);
    if (!code)
        code = curl_easy_setopt(easy, CURLOPT_CLOSESOCKETDATA, shard);
    return code;
}

bool curl_loop_begin(struct curl_loop *cl, struct fetch *fetch, uint32_t slot)
{
    struct shard *shard = shard_of(cl, slot);
    /* Where no connection can be idle, libcurl need not look for one. */
    long fresh = !fetch->batch->reuse || shard->open <= shard->active;

    if (curl_easy_setopt(fetch->easy, CURLOPT_FRESH_CONNECT, fresh) ||
        curl_multi_add_handle(shard->multi, fetch->easy))
        return false;
    shard->active++;
    queue(shard);
    /* All of the shard's places have begun: off they go, while what they need
     * is in the processor's cache. */
    if (++shard->begun == SHARD_PLACES)
        run(shard, CURL_SOCKET_TIMEOUT, 0);
    return true;
}

void curl_loop_abort(struct curl_loop *cl, struct fetch *fetch, uint32_t slot)
{
    struct shard *shard = shard_of(cl, slot);

    curl_multi_remove_handle(shard->multi, fetch->easy);
    shard->active--;
}

void curl_loop_close(struct curl_loop *cl)
{
    ev_prepare_stop(cl->loop, &cl->prepare);
    for (uint32_t s = 0; s < cl->count; s++) {
        curl_multi_cleanup(cl->shards[s].multi);
        ev_timer_stop(cl->loop, &cl->shards[s].timer);
    }
    for (size_t s = 0; s < cl->socket_count; s++) {
        if (cl->sockets[s])
            ev_io_stop(cl->loop, &cl->sockets[s]->io);
        free(cl->sockets[s]);
    }
    free(cl->sockets);
    curl_share_cleanup(cl->share);
    free(cl);
}
