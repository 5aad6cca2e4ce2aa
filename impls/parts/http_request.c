/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * URLs and requests as text. Only what can be written without a resolver and
 * without TLS.
 */
#include "http_request.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
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

size_t http_request(const struct http_target *target, char *buf, size_t size)
{
    const char *slash = *target->path == '/' ? "" : "/";
    bool six = memchr(target->host, ':', target->host_length) != NULL;
    char port[8] = "";

    if (target->port != 80)
        snprintf(port, sizeof(port), ":%u", target->port);
    int length =
        snprintf(buf, size,
                 "GET %s%.*s HTTP/1.1\r\n"
                 "Host: %s%.*s%s%s\r\n"
                 "User-Agent: concur\r\n"
                 "Accept: */*\r\n\r\n",
                 slash, (int)target->path_length, target->path, six ? "[" : "",
                 (int)target->host_length, target->host, six ? "]" : "", port);
    return length > 0 && (size_t)length < size ? (size_t)length : 0;
}
