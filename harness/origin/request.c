/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A parser for the heads of HTTP/1.0 and 1.1 requests (RFC 9112). A lone line
 * feed ends a line, too; folded fields are refused, and so is every transfer
 * coding: a body must say its length.
 */
#include "request.h"

#include <string.h>
#include <strings.h>

/* What the fields of one head have said so far. */
struct fields {
    unsigned hosts;
    bool close, keep_alive;
    bool has_length, coded, chunked;
    uint64_t length;
};

/* A stretch of the bytes that were received. */
struct span {
    const char *data;
    size_t length;
};

/* What a byte may be part of. */
enum { TOKEN = 1, TARGET = 2, VALUE = 4, HOST = 8 };

#define NOT_HOST (TARGET | VALUE)
#define MARK     (HOST | TARGET | VALUE)
#define WORD     (TOKEN | HOST | TARGET | VALUE)

static const unsigned char classes[256] = {
    ['\t'] = VALUE,
    [' '] = VALUE,
    ['!'] = WORD,
    ['"'] = MARK,
    ['#'] = TOKEN | NOT_HOST,
    ['$' ... '\''] = WORD,
    ['(' ... ')'] = MARK,
    ['*' ... '+'] = WORD,
    [','] = MARK,
    ['-' ... '.'] = WORD,
    ['/'] = NOT_HOST,
    ['0' ... '9'] = WORD,
    [':' ... '>'] = MARK,
    ['?' ... '@'] = NOT_HOST,
    ['A' ... 'Z'] = WORD,
    ['[' ... ']'] = MARK,
    ['^' ... 'z'] = WORD,
    ['{'] = MARK,
    ['|'] = WORD,
    ['}'] = MARK,
    ['~'] = WORD,
    [0x80 ... 0xff] = VALUE | HOST,
};

/* Whether each of the bytes may be part of that. */
static bool all_of(unsigned class, const char *data, size_t length)
{
    for (size_t i = 0; i < length; i++)
        if (!(classes[(unsigned char)data[i]] & class))
            return false;
    return true;
}

static bool span_is(struct span span, const char *word)
{
    return span.length == strlen(word) &&
           strncasecmp(span.data, word, span.length) == 0;
}

static struct span trim(const char *data, size_t length)
{
    while (length > 0 && (*data == ' ' || *data == '\t')) {
        data++;
        length--;
    }
    while (length > 0 && (data[length - 1] == ' ' || data[length - 1] == '\t'))
        length--;
    return (struct span){data, length};
}

/* ---- the request line ---- */

#define METHOD_MAX 32

static int parse_method(struct span word, struct request *request)
{
    if (word.length == 0 || word.length > METHOD_MAX ||
        !all_of(TOKEN, word.data, word.length))
        return 400;
    request->method = REQUEST_OTHER;
    if (word.length == 3 && memcmp(word.data, "GET", 3) == 0)
        request->method = REQUEST_GET;
    else if (word.length == 4 && memcmp(word.data, "HEAD", 4) == 0)
        request->method = REQUEST_HEAD;
    return REQUEST_OK;
}

/* Strips scheme and host off an absolute target. */
static int parse_target(struct span word, struct request *request)
{
    static const char scheme[] = "http://";
    if (word.length > REQUEST_TARGET_MAX)
        return 414;
    if (!all_of(TARGET, word.data, word.length))
        return 400;
    size_t skip = strlen(scheme);
    if (word.length > skip && strncasecmp(word.data, scheme, skip) == 0) {
        while (skip < word.length && strchr("/?", word.data[skip]) == NULL)
            skip++;
        word.data += skip;
        word.length -= skip;
        if (skip == strlen(scheme))
            return 400;
    } else if (request->method != REQUEST_OTHER &&
               (word.length == 0 || word.data[0] != '/')) {
        return 400;
    }
    request->target = word.data;
    request->target_length = word.length;
    return REQUEST_OK;
}

static int parse_version(struct span word, struct request *request)
{
    if (word.length != 8 || memcmp(word.data, "HTTP/", 5) != 0 ||
        word.data[6] != '.' || word.data[5] < '0' || word.data[5] > '9' ||
        word.data[7] < '0' || word.data[7] > '9')
        return 400;
    request->old = word.data[7] == '0';
    return word.data[5] == '1' ? REQUEST_OK : 505;
}

static int parse_request_line(struct span line, struct request *request)
{
    const char *end = line.data + line.length;
    const char *space = memchr(line.data, ' ', line.length);
    if (space == NULL)
        return 400;
    struct span method = {line.data, (size_t)(space - line.data)};
    const char *target = space + 1;
    const char *last = memrchr(target, ' ', (size_t)(end - target));
    int result = parse_method(method, request);
    if (result != REQUEST_OK)
        return result;
    if (last == NULL)
        return 400;
    struct span version = {last + 1, (size_t)(end - last - 1)};
    struct span word = {target, (size_t)(last - target)};
    result = parse_target(word, request);
    return result == REQUEST_OK ? parse_version(version, request) : result;
}

/* What can be said of a first line whose end is not there yet. */
static int judge_partial_line(struct span line)
{
    const char *space = memchr(line.data, ' ', line.length);
    size_t method = space == NULL ? line.length : (size_t)(space - line.data);
    if (method > 0 && line.data[method - 1] == '\r')
        method--;
    if (method > METHOD_MAX || !all_of(TOKEN, line.data, method))
        return 400;
    size_t most = METHOD_MAX + 1 + REQUEST_TARGET_MAX + sizeof " HTTP/1.1\r";
    return line.length > most ? 414 : REQUEST_PARTIAL;
}

/* ---- the fields ---- */

static int field_host(struct fields *fields, struct span value)
{
    fields->hosts++;
    return all_of(HOST, value.data, value.length) ? REQUEST_OK : 400;
}

/* Calls `each` for every element of a list; empty ones are left out. */
static void each_element(struct span list, struct fields *fields,
                         void (*each)(struct fields *, struct span))
{
    while (list.length > 0) {
        const char *comma = memchr(list.data, ',', list.length);
        size_t part = comma == NULL ? list.length : (size_t)(comma - list.data);
        struct span element = trim(list.data, part);
        if (element.length > 0)
            each(fields, element);
        size_t step = part < list.length ? part + 1 : part;
        list.data += step;
        list.length -= step;
    }
}

static void connection_option(struct fields *fields, struct span option)
{
    if (span_is(option, "close"))
        fields->close = true;
    else if (span_is(option, "keep-alive"))
        fields->keep_alive = true;
}

static int field_connection(struct fields *fields, struct span value)
{
    each_element(value, fields, connection_option);
    return REQUEST_OK;
}

/* Lengths beyond the bound stay beyond it: 413, not an overflow. */
static int field_length(struct fields *fields, struct span value)
{
    uint64_t length = 0;
    if (value.length == 0)
        return 400;
    for (size_t i = 0; i < value.length; i++) {
        if (value.data[i] < '0' || value.data[i] > '9')
            return 400;
        if (length <= REQUEST_BODY_MAX)
            length = length * 10 + (uint64_t)(value.data[i] - '0');
    }
    if (fields->has_length && fields->length != length)
        return 400;
    fields->has_length = true;
    fields->length = length;
    return REQUEST_OK;
}

static void transfer_coding(struct fields *fields, struct span coding)
{
    fields->coded = true;
    fields->chunked = span_is(coding, "chunked");
}

static int field_coding(struct fields *fields, struct span value)
{
    fields->coded = true;
    each_element(value, fields, transfer_coding);
    return REQUEST_OK;
}

/* A body that is only sent when asked for: we never ask, and the client may or
 * may not send it, so that the connection cannot go on. */
static int field_expect(struct fields *fields, struct span value)
{
    fields->close = true;
    return span_is(value, "100-continue") ? REQUEST_OK : 417;
}

static const struct field {
    const char *name;
    size_t length;
    int (*take)(struct fields *fields, struct span value);
} known[] = {
    {"host", 4, field_host},
    {"connection", 10, field_connection},
    {"content-length", 14, field_length},
    {"transfer-encoding", 17, field_coding},
    {"expect", 6, field_expect},
};

static int parse_field(struct span line, struct fields *fields)
{
    const char *colon = memchr(line.data, ':', line.length);
    size_t name = colon == NULL ? 0 : (size_t)(colon - line.data);
    if (name == 0 || !all_of(TOKEN, line.data, name))
        return 400;
    struct span value = trim(colon + 1, line.length - name - 1);
    if (!all_of(VALUE, value.data, value.length))
        return 400;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        if (known[i].length == name &&
            strncasecmp(line.data, known[i].name, name) == 0)
            return known[i].take(fields, value);
    return REQUEST_OK;
}

/* What the fields mean together. */
static int conclude(const struct fields *fields, struct request *request)
{
    if (fields->hosts > 1 || (fields->hosts == 0 && !request->old))
        return 400;
    if (fields->coded && (fields->has_length || request->old))
        return 400;
    if (fields->coded)
        return fields->chunked ? 411 : 501;
    if (fields->length > REQUEST_BODY_MAX)
        return 413;
    request->body_length = fields->length;
    request->keep_alive =
        !fields->close && (!request->old || fields->keep_alive);
    return REQUEST_OK;
}

/* ---- the head ---- */

/* Takes one line off the front of `rest`, without its end. False if the line
 * has no end yet. */
static bool next_line(struct span *rest, struct span *line)
{
    const char *feed = memchr(rest->data, '\n', rest->length);
    if (feed == NULL)
        return false;
    size_t length = (size_t)(feed - rest->data);
    *line = (struct span){rest->data, length};
    if (length > 0 && feed[-1] == '\r')
        line->length--;
    rest->data += length + 1;
    rest->length -= length + 1;
    return true;
}

static int parse_lines(struct span *rest, struct request *request)
{
    struct fields fields = {0};
    struct span line;
    do { /* an empty line or two before a request do no harm */
        if (!next_line(rest, &line))
            return judge_partial_line(*rest);
    } while (line.length == 0);
    int result = parse_request_line(line, request);
    while (result == REQUEST_OK) {
        if (!next_line(rest, &line))
            return REQUEST_PARTIAL;
        if (line.length == 0)
            return conclude(&fields, request);
        result = parse_field(line, &fields);
    }
    return result;
}

int request_parse(const char *data, size_t length, struct request *request)
{
    bool cut = length > REQUEST_HEAD_MAX;
    struct span rest = {data, cut ? REQUEST_HEAD_MAX : length};
    int result = parse_lines(&rest, request);
    if (result == REQUEST_PARTIAL && length >= REQUEST_HEAD_MAX)
        return 431;
    request->head_length = (size_t)(rest.data - data);
    return result;
}
