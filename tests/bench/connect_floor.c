/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The least that one thread can do to have many fetches under way at once:
 * three system calls for each connection, one after another, and nothing else.
 * For connect_floor.py. It checks no reply, and cannot use a connection again.
 *
 * Usage: connect_floor PORT CONNECTIONS PATH. Prints two times in ns: from the
 * first socket to the last request, the thread's CPU time meanwhile; and the
 * wall time to the last reply's first bytes.
 */
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static long long now(clockid_t clock)
{
    struct timespec time;

    clock_gettime(clock, &time);
    return time.tv_sec * 1000000000LL + time.tv_nsec;
}

static int fail(const char *what)
{
    perror(what);
    return 1;
}

/* A blocking connect does not block on loopback: the handshake is over when the
 * call looks whether it has to wait. The request acknowledges it. */
static int begin(int *fd, const struct sockaddr_in *to, const char *request)
{
    const int off = 0;

    *fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (*fd < 0)
        return fail("socket");
    setsockopt(*fd, IPPROTO_TCP, TCP_QUICKACK, &off, sizeof(off));
    if (connect(*fd, (const struct sockaddr *)to, sizeof(*to)) != 0)
        return fail("connect");
    if (send(*fd, request, strlen(request), MSG_NOSIGNAL) < 0)
        return fail("send");
    return 0;
}

static int measure(int *fds, int count, const struct sockaddr_in *to,
                   const char *request)
{
    char reply[4096];
    long long began = now(CLOCK_MONOTONIC);
    long long cpu = now(CLOCK_THREAD_CPUTIME_ID);

    for (int i = 0; i < count; i++)
        if (begin(&fds[i], to, request))
            return 1;
    long long begun = now(CLOCK_MONOTONIC);
    cpu = now(CLOCK_THREAD_CPUTIME_ID) - cpu;
    for (int i = 0; i < count; i++)
        if (recv(fds[i], reply, sizeof(reply), 0) <= 0)
            return fail("recv");
    printf("%lld %lld %lld\n", begun - began, cpu,
           now(CLOCK_MONOTONIC) - began);
    return 0;
}

int main(int argc, char **argv)
{
    struct rlimit files;
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    char request[256];
    int count = argc == 4 ? atoi(argv[2]) : 0;

    if (count <= 0) {
        fputs("usage: connect_floor PORT CONNECTIONS PATH\n", stderr);
        return 2;
    }
    to.sin_port = htons((uint16_t)atoi(argv[1]));
    snprintf(request, sizeof(request),
             "GET %s HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n", argv[3]);
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    int *fds = calloc((size_t)count, sizeof(*fds));
    if (!fds)
        return fail("calloc");
    int result = measure(fds, count, &to, request);
    free(fds);
    return result;
}
