/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What happens to one request: see answer.h.
 */
#include "answer.h"

#include <string.h>

#include "output.h"
#include "response.h"

static bool is_stats(const struct request *request)
{
    static const char path[] = "/stats";
    size_t length = sizeof path - 1;
    return request->method != REQUEST_OTHER &&
           request->target_length >= length &&
           memcmp(request->target, path, length) == 0 &&
           (request->target_length == length || request->target[length] == '?');
}

/* True if the query has the element `reset=1`. */
static bool asks_reset(const char *target, size_t length)
{
    static const char wanted[] = "reset=1";
    size_t size = sizeof wanted - 1;
    const char *end = target + length;
    const char *at = memchr(target, '?', length);
    while (at != NULL) {
        at++;
        const char *next = memchr(at, '&', (size_t)(end - at));
        const char *stop = next == NULL ? end : next;
        if ((size_t)(stop - at) == size && memcmp(at, wanted, size) == 0)
            return true;
        at = next;
    }
    return false;
}

/* A connection counts from its first request for something else on. */
static void count_request(struct connection *c)
{
    struct counters *counters = &c->server->counters;
    if (!c->counted) {
        counters->connections++;
        counters->open += c->only_stats;
        c->counted = true;
        c->only_stats = false;
    }
    c->serving++;
    counters_begin(counters);
}

static void answer_stats(struct connection *c, const struct request *request)
{
    struct counters *counters = &c->server->counters;
    if (!c->counted && !c->only_stats) {
        c->only_stats = true;
        counters->open--;
    }
    counters_reply(counters, &c->reply);
    if (request->method == REQUEST_GET &&
        asks_reset(request->target, request->target_length))
        counters_reset(counters);
    c->uncounted = true;
    output_put(c);
    output_flush(c);
}

void answer_refusal(struct connection *c, int status)
{
    content_error(status, response_reason(status), &c->reply);
    c->last = c->refused = true;
    c->head_only = false;
    count_request(c);
    output_put(c);
}

bool answer_request(struct connection *c, const struct request *request)
{
    bool stats = is_stats(request);
    if (request->method == REQUEST_OTHER)
        content_error(405, response_reason(405), &c->reply);
    else if (!stats)
        content_of(request->target, request->target_length, &c->reply);
    c->body_at = c->reply.length; /* nothing of it is under way yet */
    if (stats || c->reply.delay_ns > 0) {
        output_flush(c);
        if (c->phase != PHASE_READING)
            return false;
    }
    c->head_only = request->method == REQUEST_HEAD;
    c->last = !request->keep_alive;
    c->old = request->old;
    c->drop = request->body_length;
    if (stats) {
        answer_stats(c, request);
        return true;
    }
    count_request(c);
    if (c->reply.delay_ns == 0) {
        output_put(c);
        return true;
    }
    c->deadline.when = now_ns() + c->reply.delay_ns;
    bool waits = deadlines_add(&c->server->deadlines, &c->deadline) == 0;
    c->phase = waits ? PHASE_WAITING : PHASE_ENDED;
    return true;
}
