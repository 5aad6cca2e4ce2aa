/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Listening sockets: see listener.h. Options of TCP are set here once: accepted
 * sockets inherit them on Linux.
 */
#include "listener.h"

#include <errno.h>
#include <limits.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

/* What accepted sockets inherit: small replies go out at once, and a reply that
 * is soon due acknowledges the request, which takes no packet of its own then.
 */
static bool set_options(int fd)
{
    int on = 1, off = 0;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_QUICKACK, &off, sizeof off);
    return setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0;
}

/* Binds and listens. The kernel cuts the backlog down to its somaxconn.
 * `shared`: other sockets of this user's may have the same address and port. */
static int listen_on(const struct addrinfo *info, int shared)
{
    int on = 1;
    int fd = socket(info->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
                    IPPROTO_TCP);
    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
        setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &shared, sizeof shared) == 0 &&
        set_options(fd) && bind(fd, info->ai_addr, info->ai_addrlen) == 0 &&
        listen(fd, INT_MAX) == 0)
        return fd;
    int error = errno;
    close(fd);
    errno = error;
    return -1;
}

int listener_open(const char *address, uint16_t port, char *error,
                  size_t error_size)
{
    const struct addrinfo hints = {
        .ai_socktype = SOCK_STREAM,
        .ai_flags = AI_PASSIVE | AI_NUMERICSERV,
    };
    struct addrinfo *found;
    char service[8];
    snprintf(service, sizeof service, "%u", port);
    int failure = getaddrinfo(address, service, &hints, &found);
    if (failure != 0) {
        snprintf(error, error_size, "cannot use the address '%s': %s", address,
                 failure == EAI_SYSTEM ? strerror(errno)
                                       : gai_strerror(failure));
        return -1;
    }
    int fd = listen_on(found, 0);
    if (fd < 0)
        snprintf(error, error_size, "cannot listen on %s port %u: %s", address,
                 port, strerror(errno));
    freeaddrinfo(found);
    return fd;
}

int listener_name(int fd, char *text, size_t size, uint16_t *port)
{
    struct sockaddr_storage bound;
    socklen_t length = sizeof bound;
    char host[NI_MAXHOST], service[NI_MAXSERV];
    if (getsockname(fd, (struct sockaddr *)&bound, &length) != 0)
        return errno;
    if (getnameinfo((struct sockaddr *)&bound, length, host, sizeof host,
                    service, sizeof service,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return EINVAL;
    bool six = strchr(host, ':') != NULL;
    *port = (uint16_t)strtoul(service, NULL, 10);
    snprintf(text, size, six ? "[%s]:%s" : "%s:%s", host, service);
    return 0;
}

/* A number of /proc/sys. */
static uint64_t read_number(const char *path, uint64_t otherwise)
{
    unsigned long long value;
    FILE *file = fopen(path, "re");
    if (file == NULL)
        return otherwise;
    int read = fscanf(file, "%llu", &value);
    fclose(file);
    return read == 1 ? value : otherwise;
}

/* Best effort: whoever may not raise the hard limit still gets all of it. */
void listener_raise_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    /* The most descriptors that any process may have. */
    rlim_t most = read_number("/proc/sys/fs/nr_open", limit.rlim_max);
    struct rlimit raised = {most, most};
    if (most > limit.rlim_max && setrlimit(RLIMIT_NOFILE, &raised) == 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}

uint64_t listener_files(void)
{
    struct rlimit before, raised;
    if (getrlimit(RLIMIT_NOFILE, &before) != 0)
        return 0;
    listener_raise_limit();
    if (getrlimit(RLIMIT_NOFILE, &raised) != 0)
        raised = before;
    (void)setrlimit(RLIMIT_NOFILE, &before); /* lowering is always allowed */
    return raised.rlim_cur == RLIM_INFINITY ? 0 : raised.rlim_cur;
}

/* ---- many ---- */

uint32_t listener_queues(uint64_t somaxconn)
{
    if (somaxconn == 0)
        return 1;
    uint64_t wanted = (LISTENER_PLACES + somaxconn - 1) / somaxconn;
    return wanted < LISTENER_QUEUES ? (uint32_t)wanted : LISTENER_QUEUES;
}

uint32_t listener_own_queues(void)
{
    return listener_queues(read_number("/proc/sys/net/core/somaxconn", 0));
}

/* On 127.0.0.HOST, for which no name has to be looked up. */
static int listen_on_host(uint32_t host, uint16_t port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK - 1 + host),
    };
    const struct addrinfo info = {
        .ai_family = AF_INET,
        .ai_addr = (struct sockaddr *)&address,
        .ai_addrlen = sizeof address,
    };
    return listen_on(&info, 1);
}

/* All sockets of one address, or none. *port 0 becomes the one that it is. */
static bool open_address(int *fds, uint32_t queues, uint32_t host,
                         uint16_t *port)
{
    char name[128];
    uint32_t opened = 0;
    for (; opened < queues; opened++) {
        fds[opened] = listen_on_host(host, *port);
        if (fds[opened] < 0)
            break;
        if (*port == 0 && listener_name(fds[opened], name, sizeof name, port))
            *port = 0; /* the next one tells that something is wrong */
    }
    if (opened == queues)
        return true;
    int error = errno;
    while (opened > 0)
        close(fds[--opened]);
    errno = error;
    return false;
}

int listener_open_many(int *fds, struct listening *want, char *error,
                       size_t error_size)
{
    struct rlimit limit;
    uint64_t most = want->addresses;
    if (getrlimit(RLIMIT_NOFILE, &limit) == 0 &&
        limit.rlim_cur / 4 / want->queues < most)
        most = limit.rlim_cur / 4 / want->queues;
    uint32_t had = 0;
    while ((had < most || had == 0) &&
           open_address(fds + had * want->queues, want->queues, had + 1,
                        &want->port))
        had++;
    want->addresses = had; /* somebody has that port on the next one */
    if (had > 0)
        return 0;
    snprintf(error, error_size, "cannot listen on 127.0.0.1: %s",
             strerror(errno));
    return -1;
}
