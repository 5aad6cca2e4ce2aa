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

/* Binds and listens. The kernel cuts the backlog down to its somaxconn. */
static int listen_on(const struct addrinfo *info)
{
    int on = 1;
    int fd = socket(info->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC,
                    IPPROTO_TCP);
    if (fd < 0)
        return -1;
    if (setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
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
    int fd = listen_on(found);
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

/* The most descriptors that any process may have: /proc says. */
static rlim_t system_limit(rlim_t otherwise)
{
    unsigned long long value;
    FILE *file = fopen("/proc/sys/fs/nr_open", "re");
    if (file == NULL)
        return otherwise;
    int read = fscanf(file, "%llu", &value);
    fclose(file);
    return read == 1 ? (rlim_t)value : otherwise;
}

/* Best effort: whoever may not raise the hard limit still gets all of it. */
void listener_raise_limit(void)
{
    struct rlimit limit;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    rlim_t most = system_limit(limit.rlim_max);
    struct rlimit raised = {most, most};
    if (most > limit.rlim_max && setrlimit(RLIMIT_NOFILE, &raised) == 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
}
