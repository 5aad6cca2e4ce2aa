/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What happens to one request: its reply is put out, or given a deadline.
 */
#ifndef CONCUR_ANSWER_H
#define CONCUR_ANSWER_H

#include "server.h"

/* Answers a request now or arranges for it to be answered. False: replies that
 * were put out before must go first, and the kernel does not take them; the
 * request has to be given again. */
bool answer_request(struct connection *c, const struct request *request);

/* Answers what is no request with `status`, and that is the last answer. */
void answer_refusal(struct connection *c, int status);

#endif
