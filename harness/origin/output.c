/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Replies on their way out: see output.h. What the kernel does not take of the
 * gathered ones is copied to the connection, at most OUTPUT_MAX bytes.
 */
#include "output.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sendfile.h>
#include <sys/socket.h>

#include "pattern_file.h"
#include "response.h"

/* Replies up to this size are copied into the output, to go out together. */
#define SMALL_MAX 8192

/* How much one connection may send before others get their turn. */
#define TURN_BYTES (2u << 20)

void output_put(struct connection *c)
{
    struct server *server = c->server;
    struct content *reply = &c->reply;
    enum persistence persistence = c->last  ? PERSIST_NOT
                                   : c->old ? PERSIST_SAID
                                            : PERSIST_IMPLIED;
    server->output_used +=
        response_head(reply, persistence, server->output + server->output_used);
    c->body_at = c->head_only ? reply->length : 0;
    if (reply->length > SMALL_MAX)
        return;
    while (c->body_at < reply->length) {
        struct iovec slice;
        content_slices(reply, c->body_at, &slice, 1);
        memcpy(server->output + server->output_used, slice.iov_base,
               slice.iov_len);
        server->output_used += slice.iov_len;
        c->body_at += slice.iov_len;
    }
}

bool output_full(const struct connection *c)
{
    return c->body_at < c->reply.length ||
           OUTPUT_MAX - c->server->output_used < RESPONSE_HEAD_MAX + SMALL_MAX;
}

/* ---- to the kernel ---- */

/* Shorter stretches of the pattern are cheaper to copy than to pass on. */
#define FILE_MIN (256u << 10)

#define SLICES 32

/* What is to be sent before the body goes on from body_at. */
struct rest {
    const char *text;
    size_t length;
};

/* True if the body goes on, after what is computed of it, with a stretch of
 * pattern that is worth sending from the file. */
static bool by_file(const struct connection *c, uint64_t from, uint64_t *at,
                    uint64_t *run)
{
    if (c->server->pattern_fd < 0)
        return false;
    *run = pattern_file_run(&c->reply, from, at);
    return *run >= FILE_MIN;
}

/* Most replies are in one piece, which is cheaper to pass on by itself. */
static ssize_t send_these(int fd, struct iovec *slices, int count)
{
    struct msghdr message = {.msg_iov = slices, .msg_iovlen = (size_t)count};
    if (count == 1)
        return send(fd, slices->iov_base, slices->iov_len, MSG_NOSIGNAL);
    return sendmsg(fd, &message, MSG_NOSIGNAL);
}

/* Both of these send once, move on by what the kernel took, and set *asked to
 * how much there was. They return how much it took, or -1 with errno. */

static ssize_t send_slices(struct connection *c, struct rest *rest,
                           size_t *asked)
{
    struct iovec slices[SLICES] = {
        {(char *)(uintptr_t)rest->text, rest->length}};
    uint64_t at, run, head = c->reply.head_length;
    int most = SLICES - 1;
    if (by_file(c, c->body_at < head ? head : c->body_at, &at, &run))
        most = c->body_at < head ? 1 : 0;
    int count = 1 + content_slices(&c->reply, c->body_at, slices + 1, most);
    ssize_t n = send_these(c->io.fd, slices, count);
    *asked = 0;
    for (int i = 0; i < count; i++)
        *asked += slices[i].iov_len;
    if (n < 0)
        return n;
    size_t text = (size_t)n < rest->length ? (size_t)n : rest->length;
    rest->text += text;
    rest->length -= text;
    c->body_at += (size_t)n - text;
    return n;
}

static ssize_t send_file(struct connection *c, uint64_t at, uint64_t run,
                         size_t *asked)
{
    off_t offset = (off_t)at;
    *asked = (size_t)run;
    ssize_t n = sendfile(c->io.fd, c->server->pattern_fd, &offset, *asked);
    c->body_at += n < 0 ? 0 : (uint64_t)n;
    return n;
}

static ssize_t send_next(struct connection *c, struct rest *rest, size_t *asked)
{
    uint64_t at, run;
    if (rest->length == 0 && by_file(c, c->body_at, &at, &run))
        return send_file(c, at, run, asked);
    return send_slices(c, rest, asked);
}

/* A corked connection sends full segments only. Only speed depends on it. */
static void cork(const struct connection *c, int on)
{
    (void)setsockopt(c->io.fd, IPPROTO_TCP, TCP_CORK, &on, sizeof on);
}

enum sent { SENT_ALL, SENT_PART, SENT_FAILED };

static enum sent transmit(struct connection *c, struct rest *rest)
{
    enum sent sent = SENT_ALL;
    size_t turn = 0, asked;
    bool large = c->reply.length - c->body_at >= FILE_MIN;
    if (large)
        cork(c, 1);
    while (rest->length > 0 || c->body_at < c->reply.length) {
        ssize_t n = send_next(c, rest, &asked);
        if (n < 0 && errno == EINTR)
            continue;
        bool full = n < 0 && (errno == EAGAIN || errno == ENOBUFS);
        if (n < 0) {
            sent = full ? SENT_PART : SENT_FAILED;
            break;
        }
        turn += (size_t)n;
        c->server->counters.bytes_sent += c->uncounted ? 0 : (size_t)n;
        if ((size_t)n < asked || turn >= TURN_BYTES) {
            sent = SENT_PART;
            break;
        }
    }
    if (large)
        cork(c, 0);
    if (sent == SENT_PART && rest->length == 0 && c->body_at == c->reply.length)
        return SENT_ALL;
    return sent;
}

static void all_sent(struct connection *c)
{
    counters_end(&c->server->counters, c->serving);
    c->serving = 0;
    c->uncounted = false;
    c->phase = c->last ? PHASE_CLOSING : PHASE_READING;
}

void output_flush(struct connection *c)
{
    struct server *server = c->server;
    struct rest rest = {server->output, server->output_used};
    if (rest.length == 0 && c->body_at == c->reply.length)
        return;
    server->output_used = 0;
    switch (transmit(c, &rest)) {
    case SENT_ALL:
        all_sent(c);
        break;
    case SENT_PART:
        c->unsent = malloc(rest.length + 1);
        c->phase = c->unsent == NULL ? PHASE_ENDED : PHASE_SENDING;
        if (c->unsent != NULL)
            memcpy(c->unsent, rest.text, rest.length);
        c->unsent_at = 0;
        c->unsent_end = rest.length;
        break;
    case SENT_FAILED:
        c->phase = PHASE_ENDED;
        break;
    }
}

void output_resume(struct connection *c)
{
    struct rest rest = {c->unsent + c->unsent_at, c->unsent_end - c->unsent_at};
    enum sent sent = transmit(c, &rest);
    c->unsent_at = c->unsent_end - rest.length;
    if (sent == SENT_PART)
        return;
    free(c->unsent);
    c->unsent = NULL;
    if (sent == SENT_ALL)
        all_sent(c);
    else
        c->phase = PHASE_ENDED;
}
