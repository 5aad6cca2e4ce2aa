/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the origin answers to a request's target, as a pure function of it: the
 * origin sends it, and the harness computes from it what a fetch must have
 * received.
 *
 *   /delay/MS     JSON, after MS milliseconds (decimals allowed)
 *   /bytes/N      N bytes; ?id=K: other bytes for another K (N >= 16)
 *   /status/CODE  that status (200 to 599), JSON body where it has one
 *   /json/ID      JSON about a person: id, name, height, weight, age, …
 *   /page/K       HTML page K, with a title and a link to the next one
 * and to each: ?delay=MS, ?body=N (exactly N bytes), ?status=CODE. In doubt
 * the query wins over the path, and the last of several over the others; keys
 * not named here are ignored. Nothing is percent-decoded.
 *
 * With body=N a JSON reply is still JSON for every N but 0: the object with a
 * member "pad"; with spaces after it where "pad" does not fit; a string of N
 * bytes where the object does not fit; the digit 0 for N = 1. A page too small
 * for its HTML is plain words.
 */
#ifndef CONCUR_CONTENT_H
#define CONCUR_CONTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/* A reply. The body is `head`, bytes of a fixed pattern that repeats every
 * CONTENT_PATTERN_BYTES, and `tail`. */
struct content {
    int status;
    const char *type; /* media type; NULL where the status has no body */
    uint64_t delay_ns;
    uint64_t length; /* of the whole body, bytes */
    char head[512];  /* the part of the body that is computed */
    size_t head_length;
    uint32_t offset; /* where in the pattern the middle begins */
    char tail[32];
    size_t tail_length;
};

#define CONTENT_PATTERN_BYTES 65536u

/* The longest body and the longest delay that may be asked for. */
#define CONTENT_BODY_MAX     (1ull << 30)
#define CONTENT_DELAY_MAX_NS (3600ull * 1000000000ull)

/* Fills *reply for a request target (path and query, no scheme and host).
 * Unknown paths are a 404 with a body, impossible values a 400. */
void content_of(const char *target, size_t length, struct content *reply);

/* Fills *reply with that status and a JSON body that says why. */
void content_error(int status, const char *why, struct content *reply);

/* Up to `count` iovecs over the body from `from` on; returns how many were
 * filled. They point into *reply and into static memory. */
int content_slices(const struct content *reply, uint64_t from,
                   struct iovec *slices, int count);

/* CRC-32 (zlib) of the whole body, begun from `crc` (0 for a fresh one). Its
 * cost does not grow with the body beyond two lengths of the pattern. */
uint32_t content_crc(const struct content *reply, uint32_t crc);

#endif
