/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What fetches without libcurl share, whatever carries their bytes: a task's
 * request as text and where it goes, the outcome of an errno, and where the
 * body goes. Literal IPv4 addresses only.
 */
#ifndef CONCUR_RAW_REQUEST_H
#define CONCUR_RAW_REQUEST_H

#include <netinet/in.h>

#include "../task.h"
#include "http_reply.h"
#include "http_request.h"

/* To be zeroed before the first. */
struct raw_request {
    struct sockaddr_in address;
    char host[INET_ADDRSTRLEN]; /* that the address is of; "" if none */
    size_t length;
    char text[HTTP_REQUEST_BYTES(URL_MAX_BYTES)];
};

/* Writes the request of task i. Anything but OUTCOME_OK is the task's outcome,
 * and its error is noted. */
enum outcome raw_request_write(struct raw_request *request, struct batch *batch,
                               const struct step *step, uint32_t i);

/* Notes the errno in the task's record; the outcome, which is the system's
 * where the errno says so. */
enum outcome raw_failed(struct batch *batch, uint32_t i, enum outcome outcome,
                        int error);

/* As http_reply_take, the body going to task i. */
enum http_progress raw_reply_take(struct http_reply *reply, struct batch *batch,
                                  uint32_t i, const char *data, size_t size,
                                  size_t *used);

#endif
