/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The request of an HTTP/1.1 client (RFC 9112): where an http URL leads, and
 * the GET that asks for it, as text. No TLS, no names looked up: whoever
 * connects needs a literal address.
 */
#ifndef CONCUR_HTTP_REQUEST_H
#define CONCUR_HTTP_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Where an http URL leads. The texts are parts of the URL, which must outlive
 * it; the host is without the brackets of an IPv6 address. */
struct http_target {
    const char *host, *path; /* the path with its query; may be empty */
    size_t host_length, path_length;
    uint16_t port;
};

/* Returns 0; EPROTONOSUPPORT where the scheme is not http, EINVAL where the URL
 * is malformed or names a user. */
int http_target_read(struct http_target *target, const char *url);

/* Who asks: servers of others are told, the own origin need not know. */
#define HTTP_AGENT "concur"

/* Long enough for the request to any URL of `url` bytes. */
#define HTTP_REQUEST_BYTES(url) ((url) + 128)

/* The GET, with the fields that libcurl sends, into buf; its length, which is 0
 * where it does not fit. `named`: it says who asks. */
size_t http_request(const struct http_target *target, bool named, char *buf,
                    size_t size);

#endif
