/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The origin's state: what its connections share, and each connection's own.
 * Who changes what: output.c sends, answer.c answers one request, connection.c
 * reads, and opens and closes.
 */
#ifndef CONCUR_SERVER_H
#define CONCUR_SERVER_H

#include <ev.h>

#include "counters.h"
#include "deadlines.h"
#include "request.h"

#define INPUT_MAX  REQUEST_HEAD_MAX
#define OUTPUT_MAX 65536

/* What the connections of an origin share. */
struct server {
    struct ev_loop *loop;
    struct deadlines deadlines;
    struct counters counters;
    struct connection *connections; /* all that are open */
    bool forgets;   /* the system, too: connections end without a trace */
    int pattern_fd; /* see pattern_file.h; -1: none */
    char input[INPUT_MAX];   /* read into, one connection at a time */
    char output[OUTPUT_MAX]; /* replies to one batch of requests */
    size_t output_used;
};

enum phase {
    PHASE_READING,   /* waits for a request */
    PHASE_WAITING,   /* the reply is due at a later time */
    PHASE_SENDING,   /* the kernel does not take more of the reply now */
    PHASE_CLOSING,   /* the last reply is out */
    PHASE_LINGERING, /* closed by us, and the client has not seen it */
    PHASE_ENDED,     /* to be freed */
};

struct connection {
    ev_io io;
    struct deadline deadline; /* of a delayed reply, or of lingering */
    struct server *server;
    struct connection *next, *previous;
    enum phase phase;
    bool head_only;    /* the request was HEAD */
    bool last;         /* no reply after this one */
    bool refused;      /* for a request that was wrong */
    bool end_of_input; /* the client sends no more */
    bool counted;      /* has asked for more than /stats */
    bool only_stats;   /* has asked for nothing else */
    bool uncounted;    /* the reply under way is to /stats */
    bool old;          /* the request was HTTP/1.0 */
    uint32_t serving;  /* requests whose replies are not all out */
    uint64_t drop;     /* bytes of a request's body still to come */
    char *input;       /* INPUT_MAX bytes, or NULL where none are kept */
    size_t input_used;
    char *unsent; /* what the kernel did not take of the output, or NULL */
    size_t unsent_at, unsent_end;
    uint64_t body_at; /* of the body, beyond what is in the output */
    struct content reply;
};

#endif
