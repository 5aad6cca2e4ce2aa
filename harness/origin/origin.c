/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The origin's loop: accepts connections, ends on signals. All else is in
 * connection.c. One process and one thread, so that its CPU time can be held
 * against what it served; it cannot use a second core.
 */
#include "origin.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "connection.h"
#include "listener.h"
#include "pattern_file.h"

/* How many connections are accepted, and their first requests looked at, before
 * other events get their turn, and how long we wait when there is no descriptor
 * for one more. */
#define ACCEPT_MAX   64
#define ACCEPT_PAUSE 0.05

#define LISTENERS_MAX (ORIGIN_ADDRESSES * LISTENER_QUEUES)

/* Sockets, and on how many addresses. */
struct listeners {
    int fds[LISTENERS_MAX];
    uint32_t count, addresses;
};

struct origin {
    struct server server;
    uint32_t listeners;
    ev_io accept[LISTENERS_MAX];
    ev_timer retry;
    ev_signal interrupt, terminate;
};

static void on_retry(struct ev_loop *loop, ev_timer *timer, int revents)
{
    struct origin *origin = timer->data;
    (void)revents;
    for (uint32_t l = 0; l < origin->listeners; l++)
        ev_io_start(loop, &origin->accept[l]);
}

static void stop_accepting(struct origin *origin)
{
    for (uint32_t l = 0; l < origin->listeners; l++)
        ev_io_stop(origin->server.loop, &origin->accept[l]);
}

/* Without a descriptor left the socket stays readable: asking again at once
 * would spin until a connection closes. */
static void pause_accepting(struct origin *origin)
{
    stop_accepting(origin);
    ev_timer_set(&origin->retry, ACCEPT_PAUSE, 0.);
    ev_timer_start(origin->server.loop, &origin->retry);
}

static void on_accept(struct ev_loop *loop, ev_io *watcher, int revents)
{
    struct origin *origin = watcher->data;
    (void)loop;
    (void)revents;
    for (int i = 0; i < ACCEPT_MAX; i++) {
        int fd = accept4(watcher->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
        if (fd >= 0) {
            connection_open(&origin->server, fd);
        } else if (errno == EAGAIN) {
            return;
        } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS ||
                   errno == ENOMEM) {
            pause_accepting(origin);
            return;
        } /* else: this one connection broke before it was accepted */
    }
}

static void on_signal(struct ev_loop *loop, ev_signal *watcher, int revents)
{
    (void)watcher;
    (void)revents;
    ev_break(loop, EVBREAK_ALL);
}

/* Says where it listens. False: whoever waited for that is gone. */
static bool announce(const struct origin_options *options, const char *name,
                     uint16_t port, uint32_t addresses)
{
    bool heard = true;
    if (options->ready_fd >= 0) {
        heard = dprintf(options->ready_fd, "%u %u\n", port, addresses) > 0;
        close(options->ready_fd);
    }
    if (!options->quiet) {
        printf("origin: listening on http://%s\n", name);
        fflush(stdout);
    }
    return heard;
}

static void start(struct origin *origin, const struct listeners *listeners)
{
    struct ev_loop *loop = origin->server.loop;
    origin->listeners = listeners->count;
    for (uint32_t l = 0; l < listeners->count; l++) {
        ev_io_init(&origin->accept[l], on_accept, listeners->fds[l], EV_READ);
        origin->accept[l].data = origin;
        ev_io_start(loop, &origin->accept[l]);
    }
    ev_init(&origin->retry, on_retry);
    origin->retry.data = origin;
    ev_signal_init(&origin->interrupt, on_signal, SIGINT);
    ev_signal_start(loop, &origin->interrupt);
    ev_signal_init(&origin->terminate, on_signal, SIGTERM);
    ev_signal_start(loop, &origin->terminate);
}

static void stop(struct origin *origin)
{
    struct ev_loop *loop = origin->server.loop;
    connections_close_all(&origin->server);
    stop_accepting(origin);
    ev_timer_stop(loop, &origin->retry);
    ev_signal_stop(loop, &origin->interrupt);
    ev_signal_stop(loop, &origin->terminate);
}

/* Serves on listening sockets. Returns an exit code. */
static int serve(const struct listeners *listeners,
                 const struct origin_options *options)
{
    char name[128];
    uint16_t port;
    int result = 2;
    struct origin *origin = calloc(1, sizeof *origin);
    struct ev_loop *loop = ev_loop_new(EVFLAG_AUTO | EVFLAG_NOENV);
    if (origin == NULL || loop == NULL ||
        listener_name(listeners->fds[0], name, sizeof name, &port) != 0 ||
        deadlines_open(&origin->server.deadlines, loop, connection_due) != 0) {
        fprintf(stderr, "concur origin: cannot make an event loop: %s\n",
                strerror(errno));
        goto out;
    }
    origin->server.loop = loop;
    /* Its only clients are those of a harness, and they close whole. */
    origin->server.forgets = options->die_with_parent;
    /* Also makes the pattern itself, before the first request needs it. */
    origin->server.pattern_fd = pattern_file_open();
    counters_reset(&origin->server.counters);
    start(origin, listeners);
    if (announce(options, name, port, listeners->addresses))
        ev_run(loop, 0);
    stop(origin);
    deadlines_close(&origin->server.deadlines);
    if (origin->server.pattern_fd >= 0)
        close(origin->server.pattern_fd);
    result = 0;
out:
    if (loop != NULL)
        ev_loop_destroy(loop);
    free(origin);
    return result;
}

/* What is asked for. False: said in one line on stderr. */
static bool listen_all(const struct origin_options *options,
                       struct listeners *listeners)
{
    const char *address = options->address;
    struct listening want = {options->port, options->addresses,
                             listener_own_queues()};
    char error[256];
    if (options->addresses > 0) {
        if (listener_open_many(listeners->fds, &want, error, sizeof error) != 0)
            want.addresses = 0;
        listeners->addresses = want.addresses;
        listeners->count = want.addresses * want.queues;
    } else {
        listeners->fds[0] =
            listener_open(address == NULL ? "127.0.0.1" : address,
                          options->port, error, sizeof error);
        listeners->count = listeners->addresses = listeners->fds[0] >= 0;
    }
    if (listeners->count == 0)
        fprintf(stderr, "concur origin: %s\n", error);
    return listeners->count > 0;
}

int origin_serve(const struct origin_options *options)
{
    struct listeners listeners;
    /* A parent that ended before this call has closed its end of ready_fd,
     * which announce() then notices. */
    if (options->die_with_parent && prctl(PR_SET_PDEATHSIG, SIGTERM) != 0)
        return 2;
    signal(SIGPIPE, SIG_IGN);
    listener_raise_limit();
    if (!listen_all(options, &listeners))
        return 2;
    int result = serve(&listeners, options);
    for (uint32_t l = 0; l < listeners.count; l++)
        close(listeners.fds[l]);
    return result;
}
