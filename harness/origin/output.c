/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Replies on their way out: see output.h. What the kernel does not take of the
 * gathered ones is copied to the connection, at most OUTPUT_MAX bytes.
 */
#include "output.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

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

enum sent { SENT_ALL, SENT_PART, SENT_FAILED };

#define SLICES 32

/* Sends `text` and then the body from body_at on. */
static enum sent transmit(struct connection *c, const char *text,
                          size_t *length)
{
    size_t turn = 0, at = 0;
    while (at < *length || c->body_at < c->reply.length) {
        struct iovec slices[SLICES] = {
            {(char *)(uintptr_t)text + at, *length - at}};
        int count =
            1 + content_slices(&c->reply, c->body_at, slices + 1, SLICES - 1);
        struct msghdr message = {.msg_iov = slices,
                                 .msg_iovlen = (size_t)count};
        ssize_t n = sendmsg(c->io.fd, &message, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno != EAGAIN && errno != ENOBUFS)
            return SENT_FAILED;
        size_t sent = n < 0 ? 0 : (size_t)n;
        size_t asked = 0, head = sent < *length - at ? sent : *length - at;
        for (int i = 0; i < count; i++)
            asked += slices[i].iov_len;
        at += head;
        c->body_at += sent - head;
        turn += sent;
        c->server->counters.bytes_sent += c->uncounted ? 0 : sent;
        if (sent < asked || turn >= TURN_BYTES)
            break;
    }
    *length -= at;
    return *length == 0 && c->body_at == c->reply.length ? SENT_ALL : SENT_PART;
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
    size_t used = server->output_used, left = used;
    if (used == 0 && c->body_at == c->reply.length)
        return;
    server->output_used = 0;
    switch (transmit(c, server->output, &left)) {
    case SENT_ALL:
        all_sent(c);
        break;
    case SENT_PART:
        c->unsent = malloc(left + 1);
        c->phase = c->unsent == NULL ? PHASE_ENDED : PHASE_SENDING;
        if (c->unsent != NULL)
            memcpy(c->unsent, server->output + used - left, left);
        c->unsent_at = 0;
        c->unsent_end = left;
        break;
    case SENT_FAILED:
        c->phase = PHASE_ENDED;
        break;
    }
}

void output_resume(struct connection *c)
{
    size_t left = c->unsent_end - c->unsent_at;
    enum sent sent = transmit(c, c->unsent + c->unsent_at, &left);
    c->unsent_at = c->unsent_end - left;
    if (sent == SENT_PART)
        return;
    free(c->unsent);
    c->unsent = NULL;
    if (sent == SENT_ALL)
        all_sent(c);
    else
        c->phase = PHASE_ENDED;
}
