/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One request's head, parsed from bytes that may not be all there yet. Pure:
 * it keeps nothing between calls, and a head in pieces is parsed from its
 * start again (at most REQUEST_HEAD_MAX bytes).
 */
#ifndef CONCUR_REQUEST_H
#define CONCUR_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define REQUEST_HEAD_MAX   16384      /* request line and fields, else 431 */
#define REQUEST_TARGET_MAX 8192       /* else 414 */
#define REQUEST_BODY_MAX   (1u << 20) /* else 413 */

enum request_method {
    REQUEST_GET,
    REQUEST_HEAD,
    REQUEST_OTHER, /* to be answered with 405 */
};

struct request {
    enum request_method method;
    const char *target; /* path and query, within the parsed bytes */
    size_t target_length;
    uint64_t body_length; /* bytes that follow the head */
    size_t head_length;   /* the empty line included */
    bool old;             /* HTTP/1.0 */
    bool keep_alive;      /* the client lets the connection go on */
};

/* Results of request_parse beside the statuses. */
#define REQUEST_PARTIAL 0
#define REQUEST_OK      200

/* Parses one head at the start of `data`. REQUEST_OK: *request is filled.
 * REQUEST_PARTIAL: more bytes are needed. Else the status with which to refuse
 * the request; nothing after it on the connection can be trusted. */
int request_parse(const char *data, size_t length, struct request *request);

#endif
