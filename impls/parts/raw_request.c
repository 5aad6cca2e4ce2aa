/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Requests of fetches without libcurl.
 */
#include "raw_request.h"

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>

#include "body.h"

enum outcome raw_failed(struct batch *batch, uint32_t i, enum outcome outcome,
                        int error)
{
    /* The limit on open files, or memory: not the server's doing. */
    if (error == EMFILE || error == ENFILE || error == ENOBUFS ||
        error == ENOMEM)
        outcome = OUTCOME_SYSTEM;
    batch->tasks[i].error = TASK_ERRNO(error);
    return outcome;
}

/* Most requests go where the one before went. False: no literal address. */
static bool read_address(struct raw_request *request,
                         const struct http_target *target)
{
    size_t length = target->host_length;

    request->address.sin_family = AF_INET;
    request->address.sin_port = htons(target->port);
    if (length >= sizeof(request->host))
        return false;
    if (strncmp(request->host, target->host, length) == 0 &&
        !request->host[length])
        return true;
    memcpy(request->host, target->host, length);
    request->host[length] = '\0';
    if (inet_pton(AF_INET, request->host, &request->address.sin_addr) == 1)
        return true;
    *request->host = '\0';
    return false;
}

enum outcome raw_request_write(struct raw_request *request, struct batch *batch,
                               const struct step *step, uint32_t i)
{
    char url[URL_MAX_BYTES];
    struct http_target target;

    if (!step_url(batch, step, i, url, sizeof(url)))
        return raw_failed(batch, i, OUTCOME_URL, ENAMETOOLONG);
    int error = http_target_read(&target, url);
    if (error)
        return raw_failed(batch, i, OUTCOME_URL, error);
    request->length = http_request(&target, batch->real, request->text,
                                   sizeof(request->text));
    if (!request->length || !read_address(request, &target))
        return raw_failed(batch, i, OUTCOME_RESOLVE, EDESTADDRREQ);
    return OUTCOME_OK;
}

/* Whose body the bytes are. */
struct receiver {
    struct batch *batch;
    uint32_t task;
};

static bool receive_body(void *context, const void *data, size_t size)
{
    struct receiver *receiver = context;

    return body_receive(receiver->batch, receiver->task, data, size);
}

enum http_progress raw_reply_take(struct http_reply *reply, struct batch *batch,
                                  uint32_t i, const char *data, size_t size,
                                  size_t *used)
{
    struct receiver receiver = {batch, i};

    return http_reply_take(reply, data, size, used, receive_body, &receiver);
}
