/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a request's target to a reply: routes, and what the query changes. See
 * content.h; the bodies themselves are in bodies.c.
 */
#include "content.h"

#include <string.h>

#include "bodies.h"
#include "response.h"

/* What a query asks for. */
struct wish {
    uint64_t body; /* BODY_NATURAL if not said */
    uint64_t id;
    uint64_t delay_ns;
    uint64_t status; /* 0 if not said */
    bool delayed;    /* delay_ns was said */
};

/* The whole of `text` as a number from `low` to `high`. */
static bool number(const char *text, size_t length, uint64_t low, uint64_t high,
                   uint64_t *out)
{
    uint64_t value = 0;
    if (length == 0)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        uint64_t digit = (uint64_t)(text[i] - '0');
        if (digit > high || value > (high - digit) / 10)
            return false;
        value = value * 10 + digit;
    }
    *out = value;
    return value >= low;
}

/* Milliseconds with decimals, to nanoseconds; what is finer is cut off. */
static bool milliseconds(const char *text, size_t length, uint64_t *out)
{
    const char *dot = memchr(text, '.', length);
    size_t whole = dot == NULL ? length : (size_t)(dot - text);
    uint64_t value, unit = 1000000;
    if (!number(text, whole, 0, CONTENT_DELAY_MAX_NS / unit, &value))
        return false;
    value *= unit;
    if (dot != NULL && whole + 1 == length)
        return false;
    for (size_t i = whole + 1; i < length; i++) {
        if (text[i] < '0' || text[i] > '9')
            return false;
        unit /= 10;
        value += unit * (uint64_t)(text[i] - '0');
    }
    *out = value;
    return value <= CONTENT_DELAY_MAX_NS;
}

/* ---- the query ---- */

static bool wish_delay(struct wish *wish, const char *text, size_t length)
{
    wish->delayed = true;
    return milliseconds(text, length, &wish->delay_ns);
}

static bool wish_body(struct wish *wish, const char *text, size_t length)
{
    return number(text, length, 0, CONTENT_BODY_MAX, &wish->body);
}

static bool wish_status(struct wish *wish, const char *text, size_t length)
{
    return number(text, length, 200, 599, &wish->status);
}

static bool wish_id(struct wish *wish, const char *text, size_t length)
{
    return number(text, length, 0, INT64_MAX, &wish->id);
}

#define WHY_DELAY  "delay is a number of milliseconds from 0 to 3600000"
#define WHY_BODY   "body is a number of bytes from 0 to 1073741824"
#define WHY_STATUS "status is a number from 200 to 599"
#define WHY_ID     "id is a number from 0 to 9223372036854775807"

static const struct wish_key {
    const char *name;
    bool (*set)(struct wish *wish, const char *text, size_t length);
    const char *why; /* it was refused */
} wish_keys[] = {
    {"delay", wish_delay, WHY_DELAY},
    {"body", wish_body, WHY_BODY},
    {"status", wish_status, WHY_STATUS},
    {"id", wish_id, WHY_ID},
};

/* One `key=value`. NULL, or why it cannot be. */
static const char *wish_one(struct wish *wish, const char *pair, size_t length)
{
    const char *equals = memchr(pair, '=', length);
    size_t name = equals == NULL ? length : (size_t)(equals - pair);
    for (size_t i = 0; i < sizeof wish_keys / sizeof *wish_keys; i++) {
        const struct wish_key *key = &wish_keys[i];
        if (strlen(key->name) != name || memcmp(key->name, pair, name) != 0)
            continue;
        if (equals == NULL || !key->set(wish, equals + 1, length - name - 1))
            return key->why;
        return NULL;
    }
    return NULL;
}

static const char *wish_all(struct wish *wish, const char *query, size_t length)
{
    while (length > 0) {
        const char *ampersand = memchr(query, '&', length);
        size_t pair = ampersand == NULL ? length : (size_t)(ampersand - query);
        const char *why = wish_one(wish, query, pair);
        if (why != NULL)
            return why;
        size_t step = pair < length ? pair + 1 : pair;
        query += step;
        length -= step;
    }
    return NULL;
}

/* ---- the paths ---- */

/* Each fills the reply for what follows its prefix, or says that it cannot. */

static bool route_delay(const char *rest, size_t length, struct wish *wish,
                        struct content *reply)
{
    uint64_t delay_ns;
    if (!milliseconds(rest, length, &delay_ns))
        return false;
    if (!wish->delayed)
        wish->delay_ns = delay_ns;
    body_delay(wish->delay_ns, wish->body, reply);
    return true;
}

static bool route_bytes(const char *rest, size_t length, struct wish *wish,
                        struct content *reply)
{
    uint64_t size;
    if (!number(rest, length, 0, CONTENT_BODY_MAX, &size))
        return false;
    body_bytes(wish->id, wish->body == BODY_NATURAL ? size : wish->body, reply);
    return true;
}

static bool route_status(const char *rest, size_t length, struct wish *wish,
                         struct content *reply)
{
    uint64_t status;
    if (!number(rest, length, 200, 599, &status))
        return false;
    if (wish->status == 0)
        wish->status = status;
    body_status((int)wish->status, wish->body, reply);
    return true;
}

static bool route_json(const char *rest, size_t length, struct wish *wish,
                       struct content *reply)
{
    uint64_t id;
    if (!number(rest, length, 0, INT64_MAX, &id))
        return false;
    body_item(id, wish->body, reply);
    return true;
}

static bool route_page(const char *rest, size_t length, struct wish *wish,
                       struct content *reply)
{
    uint64_t page;
    if (!number(rest, length, 0, INT64_MAX, &page))
        return false;
    body_page(page, wish->body, reply);
    return true;
}

static const struct route {
    const char *prefix;
    bool (*make)(const char *rest, size_t length, struct wish *wish,
                 struct content *reply);
    int refusal; /* status where the rest is not what it should be */
    const char *why;
} routes[] = {
    {"/json/", route_json, 404, "no such item: items are numbered from 0"},
    {"/delay/", route_delay, 400, WHY_DELAY},
    {"/bytes/", route_bytes, 400, "bytes are a number from 0 to 1073741824"},
    {"/page/", route_page, 404, "no such page: pages are numbered from 0"},
    {"/status/", route_status, 400, WHY_STATUS},
};

#define WHY_PATH                                                               \
    "no such path; there are /delay/MS, /bytes/N, /status/CODE, /json/ID, "    \
    "/page/K and /stats"

static void route(const char *path, size_t length, struct wish *wish,
                  struct content *reply)
{
    for (size_t i = 0; i < sizeof routes / sizeof *routes; i++) {
        size_t prefix = strlen(routes[i].prefix);
        if (length < prefix || memcmp(path, routes[i].prefix, prefix) != 0)
            continue;
        if (!routes[i].make(path + prefix, length - prefix, wish, reply)) {
            reply->status = routes[i].refusal;
            body_error(routes[i].why, BODY_NATURAL, reply);
        }
        return;
    }
    reply->status = 404;
    body_error(WHY_PATH, wish->body, reply);
}

void content_of(const char *target, size_t length, struct content *reply)
{
    struct wish wish = {.body = BODY_NATURAL};
    const char *mark = memchr(target, '?', length);
    size_t path = mark == NULL ? length : (size_t)(mark - target);
    if (mark != NULL) {
        const char *why = wish_all(&wish, mark + 1, length - path - 1);
        if (why != NULL) {
            content_error(400, why, reply);
            return;
        }
    }
    reply->status = 200;
    route(target, path, &wish, reply);
    if (reply->status == 200 && wish.status != 0)
        reply->status = (int)wish.status;
    reply->delay_ns = wish.delay_ns;
    if (!response_has_body(reply->status))
        body_none(reply);
}

void content_error(int status, const char *why, struct content *reply)
{
    reply->status = status;
    reply->delay_ns = 0;
    body_error(why, BODY_NATURAL, reply);
}
