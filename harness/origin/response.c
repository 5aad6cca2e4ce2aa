/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The head of a response: see response.h.
 */
#include "response.h"

#include "text.h"

static const char *const reasons[] = {
    [200] = "OK",
    [201] = "Created",
    [202] = "Accepted",
    [203] = "Non-Authoritative Information",
    [204] = "No Content",
    [205] = "Reset Content",
    [206] = "Partial Content",
    [300] = "Multiple Choices",
    [301] = "Moved Permanently",
    [302] = "Found",
    [303] = "See Other",
    [304] = "Not Modified",
    [307] = "Temporary Redirect",
    [308] = "Permanent Redirect",
    [400] = "Bad Request",
    [401] = "Unauthorized",
    [402] = "Payment Required",
    [403] = "Forbidden",
    [404] = "Not Found",
    [405] = "Method Not Allowed",
    [406] = "Not Acceptable",
    [408] = "Request Timeout",
    [409] = "Conflict",
    [410] = "Gone",
    [411] = "Length Required",
    [412] = "Precondition Failed",
    [413] = "Content Too Large",
    [414] = "URI Too Long",
    [415] = "Unsupported Media Type",
    [416] = "Range Not Satisfiable",
    [417] = "Expectation Failed",
    [418] = "I'm a teapot",
    [421] = "Misdirected Request",
    [422] = "Unprocessable Content",
    [425] = "Too Early",
    [426] = "Upgrade Required",
    [428] = "Precondition Required",
    [429] = "Too Many Requests",
    [431] = "Request Header Fields Too Large",
    [451] = "Unavailable For Legal Reasons",
    [500] = "Internal Server Error",
    [501] = "Not Implemented",
    [502] = "Bad Gateway",
    [503] = "Service Unavailable",
    [504] = "Gateway Timeout",
    [505] = "HTTP Version Not Supported",
    [511] = "Network Authentication Required",
};

const char *response_reason(int status)
{
    size_t count = sizeof reasons / sizeof *reasons;
    if (status < 0 || (size_t)status >= count || reasons[status] == NULL)
        return "Unassigned";
    return reasons[status];
}

bool response_has_body(int status)
{
    return status >= 200 && status != 204 && status != 205 && status != 304;
}

size_t response_head(const struct content *reply, enum persistence persistence,
                     char *out)
{
    static const char *const fields[] = {
        [PERSIST_IMPLIED] = "\r\n",
        [PERSIST_SAID] = "Connection: keep-alive\r\n\r\n",
        [PERSIST_NOT] = "Connection: close\r\n\r\n",
    };
    struct text text = {.data = out, .size = RESPONSE_HEAD_MAX};
    text_word(&text, "HTTP/1.1 ");
    text_number(&text, (uint64_t)reply->status);
    text_word(&text, " ");
    text_word(&text, response_reason(reply->status));
    text_word(&text, "\r\nServer: concur\r\n");
    if (reply->status == 405)
        text_word(&text, "Allow: GET, HEAD\r\n");
    if (reply->type != NULL) {
        text_word(&text, "Content-Type: ");
        text_word(&text, reply->type);
        text_word(&text, "\r\n");
    }
    if (reply->status != 204 && reply->status != 304) {
        text_word(&text, "Content-Length: ");
        text_number(&text, reply->length);
        text_word(&text, "\r\n");
    }
    text_word(&text, fields[persistence]);
    return text.used;
}
