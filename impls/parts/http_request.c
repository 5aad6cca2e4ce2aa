/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * URLs and requests as text. Only what can be written without a resolver and
 * without TLS.
 */
#include "http_request.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>

#define SCHEME "http://"

/* Digits up to `end` as a port; 0 if they are none. */
static uint16_t read_port(const char *text, const char *end)
{
    uint32_t port = 0;

    for (; text < end && *text >= '0' && *text <= '9' && port <= UINT16_MAX;
         text++)
        port = port * 10 + (uint32_t)(*text - '0');
    return text == end && port <= UINT16_MAX ? (uint16_t)port : 0;
}

/* `authority` up to `end`: HOST, HOST:PORT, [V6], [V6]:PORT. */
static int read_authority(struct http_target *target, const char *authority,
                          const char *end)
{
    bool six = *authority == '[';
    const char *host = authority + six;
    const char *host_end = memchr(host, six ? ']' : ':', (size_t)(end - host));

    if (memchr(authority, '@', (size_t)(end - authority)) || (six && !host_end))
        return EINVAL;
    if (!host_end)
        host_end = end;
    const char *colon = host_end + six;
    target->host = host;
    target->host_length = (size_t)(host_end - host);
    target->port = 80;
    if (colon < end)
        target->port = *colon == ':' ? read_port(colon + 1, end) : 0;
    return target->host_length && target->port ? 0 : EINVAL;
}

int http_target_read(struct http_target *target, const char *url)
{
    const char *authority = url + strlen(SCHEME);

    if (strncasecmp(url, SCHEME, strlen(SCHEME)) != 0)
        return strstr(url, "://") ? EPROTONOSUPPORT : EINVAL;
    /* A blank or a line's end would make it another request. */
    for (const char *c = url; *c; c++)
        if ((unsigned char)*c <= ' ' || *c == 0x7f)
            return EINVAL;
    target->path = authority + strcspn(authority, "/?#");
    target->path_length = strcspn(target->path, "#");
    return read_authority(target, authority, target->path);
}

/* A stretch of the request. */
struct piece {
    const char *text;
    size_t length;
};

#define PIECE(word)                                                            \
    {                                                                          \
        (word), sizeof(word) - 1                                               \
    }

/* ":PORT" into buf, which has room for it; its length, 0 for the usual port. */
static size_t write_port(uint16_t port, char buf[8])
{
    char digits[5];
    size_t count = 0, length = 0;

    if (port == 80)
        return 0;
    for (; port; port /= 10)
        digits[count++] = (char)('0' + port % 10);
    buf[length++] = ':';
    while (count)
        buf[length++] = digits[--count];
    return length;
}

/* Pieces put together: printf would take longer than the kernel does to hand
 * the request over. */
size_t http_request(const struct http_target *target, bool named, char *buf,
                    size_t size)
{
    bool six = memchr(target->host, ':', target->host_length) != NULL;
    static const char agent[] = "\r\nUser-Agent: " HTTP_AGENT;
    char port[8];
    const struct piece pieces[] = {
        PIECE("GET "),
        {"/", *target->path != '/'},
        {target->path, target->path_length},
        PIECE(" HTTP/1.1\r\nHost: "),
        {"[", six},
        {target->host, target->host_length},
        {"]", six},
        {port, write_port(target->port, port)},
        {agent, named ? sizeof(agent) - 1 : 0},
        PIECE("\r\nAccept: */*\r\n\r\n"),
    };
    size_t used = 0;

    for (size_t p = 0; p < sizeof(pieces) / sizeof(*pieces); p++) {
        if (pieces[p].length >= size - used)
            return 0;
        memcpy(buf + used, pieces[p].text, pieces[p].length);
        used += pieces[p].length;
    }
    buf[used] = '\0';
    return used;
}
