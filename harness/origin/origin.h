/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The origin: the HTTP/1.1 server that fetches talk to. One process, one
 * libev loop, deterministic replies (see content.h), and /stats, which says
 * what it has served (see counts.h).
 */
#ifndef CONCUR_ORIGIN_H
#define CONCUR_ORIGIN_H

#include <stdint.h>

struct origin_options {
    const char *address; /* to bind; NULL: 127.0.0.1 */
    uint16_t port;       /* 0: any free one */
    int ready_fd;        /* -1: none. Gets "PORT\n" when connections are
                          * accepted, and is then closed. */
    int quiet;           /* do not say on stdout where it listens */
    int die_with_parent; /* end when the process that started it ends */
};

/* Serves until SIGINT or SIGTERM. Returns an exit code: 0, or 2 where the
 * address cannot be had (said in one line on stderr). */
int origin_serve(const struct origin_options *options);

#endif
