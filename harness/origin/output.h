/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Replies on their way out. Small ones are gathered in the server's output and
 * sent with one call; the pattern in large ones is never copied.
 */
#ifndef CONCUR_OUTPUT_H
#define CONCUR_OUTPUT_H

#include "server.h"

/* Puts c->reply out: its head, and its body where that is small. The rest of a
 * large one must be flushed before another reply is put out. */
void output_put(struct connection *c);

/* True if the output must be flushed before another reply is put out. */
bool output_full(const struct connection *c);

/* Sends what was put out, as far as the kernel takes it. The connection is
 * PHASE_READING or PHASE_CLOSING where it took all, else PHASE_SENDING, or
 * PHASE_ENDED where the client is gone. */
void output_flush(struct connection *c);

/* Goes on from PHASE_SENDING, in the same way. */
void output_resume(struct connection *c);

#endif
