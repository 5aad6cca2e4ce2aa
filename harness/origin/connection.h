/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One connection's life: requests in, replies out, in order, one at a time. A
 * connection holds at most one input buffer, one batch of small replies and
 * one large one, whatever its client does; it may stay idle for as long as the
 * client likes.
 */
#ifndef CONCUR_CONNECTION_H
#define CONCUR_CONNECTION_H

#include "server.h"

/* Takes over an accepted, non-blocking socket; closes it where that fails. */
void connection_open(struct server *server, int fd);

/* Called with the deadline of a connection, when its time has come. */
void connection_due(struct deadline *deadline);

void connections_close_all(struct server *server);

#endif
