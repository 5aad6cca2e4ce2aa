/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The head of a response: status line and header fields, as few as HTTP/1.1
 * lets us. There is no Date: replies are the same bytes at every time.
 */
#ifndef CONCUR_RESPONSE_H
#define CONCUR_RESPONSE_H

#include "content.h"

/* The most bytes that a head takes. */
#define RESPONSE_HEAD_MAX 256

/* What the head says about the connection. */
enum persistence {
    PERSIST_IMPLIED, /* nothing: HTTP/1.1 goes on by itself */
    PERSIST_SAID,    /* goes on, and an HTTP/1.0 client must be told */
    PERSIST_NOT,     /* closed after this reply */
};

/* Writes the head for `reply` into `out` (RESPONSE_HEAD_MAX bytes); returns
 * its length. */
size_t response_head(const struct content *reply, enum persistence persistence,
                     char *out);

/* The reason phrase; "Unassigned" for a status that has none. */
const char *response_reason(int status);

/* False for the statuses whose replies never have a body. */
bool response_has_body(int status);

#endif
