/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A client for /stats: one connection for each question, plain sockets, so
 * that no proxy and no library state comes in between.
 */
#include "counts.h"

#include <errno.h>
#include <jansson.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../../impls/task.h"

#define LIMIT (2 * NSEC_PER_SEC)

/* Waits until the socket is ready. 0 or an errno. */
static int wait_for(int fd, short events, nsec deadline)
{
    struct pollfd poller = {.fd = fd, .events = events};
    for (;;) {
        nsec now = now_ns();
        if (now >= deadline)
            return ETIMEDOUT;
        int left = (int)((deadline - now) / NSEC_PER_MSEC) + 1;
        int ready = poll(&poller, 1, left);
        if (ready > 0)
            return 0;
        if (ready < 0 && errno != EINTR)
            return errno;
    }
}

static int connect_to(int fd, uint16_t port, nsec deadline)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons(port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    if (connect(fd, (struct sockaddr *)&address, sizeof address) == 0)
        return 0;
    if (errno != EINPROGRESS)
        return errno;
    int error = wait_for(fd, POLLOUT, deadline);
    if (error != 0)
        return error;
    socklen_t size = sizeof error;
    if (getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0)
        return errno;
    return error;
}

/* Asks, and reads until the origin closes. */
static int ask(int fd, bool reset, nsec deadline, char *reply, size_t size)
{
    char question[128];
    int length = snprintf(question, sizeof question,
                          "GET /stats%s HTTP/1.1\r\nHost: localhost\r\n"
                          "Connection: close\r\n\r\n",
                          reset ? "?reset=1" : "");
    /* So few bytes always fit into a new connection's buffer. */
    if (send(fd, question, (size_t)length, MSG_NOSIGNAL) != length)
        return errno != 0 ? errno : EPROTO;
    size_t used = 0;
    for (;;) {
        int error = wait_for(fd, POLLIN, deadline);
        if (error != 0)
            return error;
        ssize_t n = recv(fd, reply + used, size - 1 - used, 0);
        if (n < 0 && (errno == EAGAIN || errno == EINTR))
            continue;
        if (n < 0)
            return errno;
        if (n == 0)
            break;
        used += (size_t)n;
        if (used == size - 1)
            return EPROTO;
    }
    reply[used] = '\0';
    return 0;
}

static bool read_members(const json_t *object, struct origin_counts *out)
{
    struct origin_counts counts;
    const struct {
        const char *name;
        uint64_t *value;
    } members[] = {
        {"requests", &counts.requests},
        {"connections", &counts.connections},
        {"in_service", &counts.in_service},
        {"in_service_peak", &counts.in_service_peak},
        {"in_service_ns", &counts.in_service_ns},
        {"bytes_sent", &counts.bytes_sent},
        {"cpu_ns", &counts.cpu_ns},
        {"open_connections", &counts.open_connections},
    };
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        const json_t *member = json_object_get(object, members[i].name);
        if (!json_is_integer(member) || json_integer_value(member) < 0)
            return false;
        *members[i].value = (uint64_t)json_integer_value(member);
    }
    *out = counts;
    return true;
}

static int read_reply(const char *reply, struct origin_counts *out)
{
    static const char ok[] = "HTTP/1.1 200 ";
    const char *body = strstr(reply, "\r\n\r\n");
    if (body == NULL || strncmp(reply, ok, sizeof ok - 1) != 0)
        return EPROTO;
    json_t *object = json_loads(body, 0, NULL);
    bool read = read_members(object, out);
    json_decref(object);
    return read ? 0 : EPROTO;
}

int origin_counts(uint16_t port, bool reset, struct origin_counts *out)
{
    char reply[2048];
    nsec deadline = now_ns() + LIMIT;
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0)
        return errno;
    int error = connect_to(fd, port, deadline);
    if (error == 0)
        error = ask(fd, reset, deadline, reply, sizeof reply);
    close(fd);
    return error == 0 ? read_reply(reply, out) : error;
}
