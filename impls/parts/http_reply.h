/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The reply to a GET of HTTP/1.1 (RFC 9112), read from whatever bytes come, cut
 * anywhere: chunked, by length or up to the connection's end. It knows no
 * sockets and no loops, allocates nothing, and hands the body on as it comes.
 *
 * It decodes no content and follows no redirect: a 3xx is a reply like any
 * other.
 */
#ifndef CONCUR_HTTP_REPLY_H
#define CONCUR_HTTP_REPLY_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The most bytes of a head, those of interim replies included; of a chunk's
 * line; of trailers. */
#define HTTP_HEAD_MAX 65536

/* How far a reply has come. Only `status` is to be read: the number of the
 * status line, 0 before there is one. */
struct http_reply {
    uint64_t left;   /* of the body, or of the chunk */
    uint64_t length; /* Content-Length, where there was one */
    uint32_t head;   /* bytes that count towards HTTP_HEAD_MAX */
    uint16_t status;
    uint16_t flags;
    uint8_t state;
    uint8_t field; /* of the head: the one that is being read */
    uint8_t words; /* those that the letters so far may become */
    uint8_t at;    /* how many letters */
};
static_assert(sizeof(struct http_reply) <= 64, "one for each connection");

enum http_progress {
    HTTP_MORE,    /* more bytes are needed */
    HTTP_DONE,    /* the reply is complete */
    HTTP_BROKEN,  /* this is not HTTP, or beyond the limits, or cut short */
    HTTP_REFUSED, /* the sink took no more */
};

/* Takes the next piece of the body; false: there is no use in going on. */
typedef bool (*http_sink)(void *context, const void *data, size_t size);

void http_reply_begin(struct http_reply *reply);

/* Reads `size` bytes, of which *used belonged to this reply. Not to be called
 * again after anything but HTTP_MORE. */
enum http_progress http_reply_take(struct http_reply *reply, const char *data,
                                   size_t size, size_t *used, http_sink sink,
                                   void *context);

/* The connection has ended: HTTP_DONE where that is how the body ends. */
enum http_progress http_reply_end(struct http_reply *reply);

/* After HTTP_DONE: whether the connection can serve another request. */
bool http_reply_keeps(const struct http_reply *reply);

#endif
