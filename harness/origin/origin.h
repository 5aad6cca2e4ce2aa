/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The origin: the HTTP/1.1 server that fetches talk to. One process, one
 * libev loop, deterministic replies (see content.h), and /stats, which says
 * what it has served (see counts.h).
 *
 * A connection that a client has closed keeps its pair of addresses and ports
 * busy for a minute. An origin that listens on several addresses of loopback
 * can be reached by thousands of connections again and again all the same.
 */
#ifndef CONCUR_ORIGIN_H
#define CONCUR_ORIGIN_H

#include <stdint.h>

/* The most addresses: 127.0.0.1 to 127.0.0.250. */
#define ORIGIN_ADDRESSES 250

struct origin_options {
    const char *address; /* to bind; NULL: 127.0.0.1 */
    uint16_t port;       /* 0: any free one */
    uint32_t addresses;  /* 127.0.0.1 and so many - 1 after it, as far as they
                          * can be had, on the same port; 0: `address` */
    int ready_fd;        /* -1: none. Gets "PORT ADDRESSES\n" when connections
                          * are accepted, and is then closed. */
    int quiet;           /* do not say on stdout where it listens */
    int die_with_parent; /* end when the process that started it ends */
};

/* Serves until SIGINT or SIGTERM. Returns an exit code: 0, or 2 where the
 * address cannot be had (said in one line on stderr). */
int origin_serve(const struct origin_options *options);

#endif
