/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A reply of HTTP/1.1, piece by piece. Heads are read a byte at a time by a
 * table of states, so that it does not matter where they are cut; bodies and
 * what nobody needs of a head go by in whole pieces.
 */
#include "http_reply.h"

#include <string.h>

/* ---- the reply: words ---- */

enum {
    WORD_LENGTH,
    WORD_ENCODING,
    WORD_CONNECTION,
    WORD_CHUNKED,
    WORD_CLOSE,
    WORD_KEEP,
    WORDS,
    WORD_NONE = WORDS,
};

static const char *const words[WORDS] = {
    [WORD_LENGTH] = "content-length", [WORD_ENCODING] = "transfer-encoding",
    [WORD_CONNECTION] = "connection", [WORD_CHUNKED] = "chunked",
    [WORD_CLOSE] = "close",           [WORD_KEEP] = "keep-alive",
};

#define FIELD_WORDS                                                            \
    (1u << WORD_LENGTH | 1u << WORD_ENCODING | 1u << WORD_CONNECTION)
#define VALUE_WORDS (1u << WORD_CHUNKED | 1u << WORD_CLOSE | 1u << WORD_KEEP)

enum {
    FLAG_OLD = 1,       /* HTTP/1.0 */
    FLAG_CLOSE = 2,     /* Connection: close, or framing not to be trusted */
    FLAG_KEEP = 4,      /* Connection: keep-alive */
    FLAG_CHUNKED = 8,   /* Transfer-Encoding: chunked */
    FLAG_SIZED = 16,    /* Content-Length */
    FLAG_CR = 32,       /* the byte before was a CR: a LF must follow */
    FLAG_FIELD = 64,    /* there is a field that a next line may go on with */
    FLAG_ELEMENT = 128, /* an element of a value has begun */
    FLAG_GAP = 256,     /* … and a blank came after */
};

static void word_begin(struct http_reply *r, unsigned of)
{
    r->words = (uint8_t)of;
    r->at = 0;
}

/* The next letter: those that have another there are out. */
static void word_letter(struct http_reply *r, char letter)
{
    char small = letter >= 'A' && letter <= 'Z' ? (char)(letter + 32) : letter;

    if (!r->words)
        return; /* and there may be more letters than can be counted */
    for (unsigned w = 0; r->words >> w; w++)
        if (r->words >> w & 1 && (!small || words[w][r->at] != small))
            r->words &= (uint8_t) ~(1u << w);
    r->at++;
}

static unsigned word_end(const struct http_reply *r)
{
    for (unsigned w = 0; r->words >> w; w++)
        if (r->words >> w & 1 && !words[w][r->at])
            return w;
    return WORD_NONE;
}

/* ---- the reply: values ---- */

/* *number × base + digit; false if that is too much. */
static bool grow(uint64_t *number, unsigned base, unsigned digit)
{
    return !__builtin_mul_overflow(*number, (uint64_t)base, number) &&
           !__builtin_add_overflow(*number, (uint64_t)digit, number);
}

/* A length in `left`: several are one if they are the same. */
static bool end_length(struct http_reply *r)
{
    if (r->flags & FLAG_SIZED && r->length != r->left)
        return false;
    r->length = r->left;
    r->flags |= FLAG_SIZED;
    return true;
}

static bool end_word(struct http_reply *r)
{
    unsigned word = word_end(r);

    if (r->field == WORD_ENCODING) {
        /* Nothing else was asked for, and twice is once too often. */
        if (word != WORD_CHUNKED || r->flags & FLAG_CHUNKED)
            return false;
        r->flags |= FLAG_CHUNKED;
    } else if (word == WORD_CLOSE) {
        r->flags |= FLAG_CLOSE;
    } else if (word == WORD_KEEP) {
        r->flags |= FLAG_KEEP;
    }
    return true;
}

/* An element of a list begins. */
static void begin_element(struct http_reply *r)
{
    r->flags &= (uint16_t) ~(FLAG_ELEMENT | FLAG_GAP);
    r->left = 0;
    word_begin(r, VALUE_WORDS);
}

/* … and ends. Lists may have empty ones, but a length is not nothing. */
static bool end_element(struct http_reply *r)
{
    bool good = true;

    if (r->field == WORD_LENGTH)
        good = r->flags & FLAG_ELEMENT && end_length(r);
    else if (r->flags & FLAG_ELEMENT)
        good = end_word(r);
    begin_element(r);
    return good;
}

static bool take_element(struct http_reply *r, char c)
{
    if (r->field == WORD_LENGTH) {
        /* A blank within a number is no number. */
        if (c < '0' || c > '9' || r->flags & FLAG_GAP ||
            !grow(&r->left, 10, (unsigned)(c - '0')))
            return false;
    } else if (r->flags & FLAG_GAP) {
        r->words = 0; /* two words are none that is known */
    } else {
        word_letter(r, c);
    }
    r->flags |= FLAG_ELEMENT;
    return true;
}

/* ---- the reply: states ---- */

enum {
    STATE_VERSION,
    STATE_STATUS,
    STATE_REASON,
    STATE_LINE, /* a line of the head begins */
    STATE_NAME,
    STATE_VALUE,
    STATE_BODY,
    STATE_TO_CLOSE, /* a body that ends with the connection */
    STATE_CHUNK,    /* the line before a chunk: its size … */
    STATE_CHUNK_EXTENSION,
    STATE_CHUNK_DATA,
    STATE_CHUNK_END,
    STATE_TRAILER, /* a line after the last chunk begins */
    STATE_TRAILER_REST,
    STATE_DONE,
};

/* Each takes the next byte of a head, in which a line ends with '\n' alone;
 * false if it cannot be there. */

static bool take_version(struct http_reply *r, char c)
{
    static const char version[] = "HTTP/1.";

    if (r->at < sizeof(version) - 1)
        return c == version[r->at++];
    if (r->at == sizeof(version) - 1) {
        if (c == '0')
            r->flags |= FLAG_OLD;
        r->at++;
        return c >= '0' && c <= '9';
    }
    r->at = 0;
    r->status = 0;
    r->state = STATE_STATUS;
    return c == ' ';
}

static bool take_status(struct http_reply *r, char c)
{
    if (r->at < 3) {
        if (c < '0' || c > '9')
            return false;
        r->at++;
        r->status = (uint16_t)(r->status * 10 + (c - '0'));
        return true;
    }
    r->state = c == '\n' ? STATE_LINE : STATE_REASON;
    return (c == ' ' || c == '\n') && r->status >= 100;
}

static bool take_reason(struct http_reply *r, char c)
{
    if (c == '\n')
        r->state = STATE_LINE;
    return true;
}

/* The head is complete: how the body is framed (RFC 9112, section 6.3). */
static bool end_head(struct http_reply *r)
{
    if (r->status < 200) {
        if (r->status == 101)
            return false; /* nobody asked for another protocol */
        uint32_t head = r->head;
        http_reply_begin(r);
        r->head = head;
        return true;
    }
    r->head = 0;
    if (r->status == 204 || r->status == 304) {
        r->state = STATE_DONE;
    } else if (r->flags & FLAG_CHUNKED) {
        if (r->flags & (FLAG_OLD | FLAG_SIZED))
            r->flags |= FLAG_CLOSE; /* somebody is confused */
        r->left = 0;
        r->flags &= (uint16_t)~FLAG_ELEMENT;
        r->state = STATE_CHUNK;
    } else if (r->flags & FLAG_SIZED) {
        r->left = r->length;
        r->state = r->left ? STATE_BODY : STATE_DONE;
    } else {
        r->flags |= FLAG_CLOSE;
        r->state = STATE_TO_CLOSE;
    }
    return true;
}

static bool take_name(struct http_reply *r, char c)
{
    if (c != ':') {
        word_letter(r, c);
        return c > ' ' && c < 0x7f; /* a blank before the colon: not HTTP */
    }
    r->field = (uint8_t)word_end(r);
    r->flags |= FLAG_FIELD;
    begin_element(r);
    r->state = STATE_VALUE;
    return true;
}

static bool take_line(struct http_reply *r, char c)
{
    if (r->flags & FLAG_FIELD && (c == ' ' || c == '\t')) {
        /* The field goes on (obsolete folding). */
        if (r->flags & FLAG_ELEMENT)
            r->flags |= FLAG_GAP;
        r->state = STATE_VALUE;
        return true;
    }
    if (r->flags & FLAG_FIELD && r->field != WORD_NONE && !end_element(r))
        return false;
    r->flags &= (uint16_t)~FLAG_FIELD;
    if (c == '\n')
        return end_head(r);
    word_begin(r, FIELD_WORDS);
    r->state = STATE_NAME;
    return c != ':' && take_name(r, c);
}

static bool take_value(struct http_reply *r, char c)
{
    if (c == '\n') {
        r->state = STATE_LINE; /* the next may go on with it */
    } else if (r->field == WORD_NONE) {
        return true;
    } else if (c == ',') {
        return end_element(r);
    } else if (c != ' ' && c != '\t') {
        return take_element(r, c);
    } else if (r->flags & FLAG_ELEMENT) {
        r->flags |= FLAG_GAP;
    }
    return true;
}

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'))
        return (c | 32) - 'a' + 10;
    return -1;
}

/* The chunk's line is complete. */
static bool end_chunk_line(struct http_reply *r)
{
    r->head = 0;
    r->state = r->left ? STATE_CHUNK_DATA : STATE_TRAILER;
    return true;
}

static bool take_chunk(struct http_reply *r, char c)
{
    int digit = hex_digit(c);

    if (digit >= 0) {
        r->flags |= FLAG_ELEMENT;
        return grow(&r->left, 16, (unsigned)digit);
    }
    if (!(r->flags & FLAG_ELEMENT))
        return false;
    if (c == '\n')
        return end_chunk_line(r);
    r->state = STATE_CHUNK_EXTENSION;
    return c == ';' || c == ' ' || c == '\t';
}

static bool take_extension(struct http_reply *r, char c)
{
    return c != '\n' || end_chunk_line(r);
}

static bool take_chunk_end(struct http_reply *r, char c)
{
    r->flags &= (uint16_t)~FLAG_ELEMENT;
    r->state = STATE_CHUNK;
    return c == '\n';
}

static bool take_trailer(struct http_reply *r, char c)
{
    r->state = c == '\n' ? STATE_DONE : STATE_TRAILER_REST;
    return true;
}

static bool take_trailer_rest(struct http_reply *r, char c)
{
    if (c == '\n')
        r->state = STATE_TRAILER;
    return true;
}

static bool (*const takers[])(struct http_reply *, char) = {
    [STATE_VERSION] = take_version,
    [STATE_STATUS] = take_status,
    [STATE_REASON] = take_reason,
    [STATE_LINE] = take_line,
    [STATE_NAME] = take_name,
    [STATE_VALUE] = take_value,
    [STATE_CHUNK] = take_chunk,
    [STATE_CHUNK_EXTENSION] = take_extension,
    [STATE_CHUNK_END] = take_chunk_end,
    [STATE_TRAILER] = take_trailer,
    [STATE_TRAILER_REST] = take_trailer_rest,
    [STATE_DONE] = NULL,
};

/* What matters to nobody up to the end of its line: a CR alone, too. */
static bool skips(const struct http_reply *r)
{
    return r->state == STATE_REASON || r->state == STATE_CHUNK_EXTENSION ||
           r->state == STATE_TRAILER_REST ||
           (r->state == STATE_VALUE && r->field == WORD_NONE);
}

/* One byte of a head. */
static bool take_byte(struct http_reply *r, char c)
{
    if (++r->head > HTTP_HEAD_MAX)
        return false;
    if (r->flags & FLAG_CR && c != '\n')
        return false;
    r->flags &= (uint16_t)~FLAG_CR;
    if (c != '\r')
        return takers[r->state](r, c);
    r->flags |= FLAG_CR;
    return true;
}

/* Bytes of a head; how many, *good: whether they may be there. */
static size_t take_head(struct http_reply *r, const char *data, size_t size,
                        bool *good)
{
    if (!skips(r)) {
        *good = take_byte(r, *data);
        return 1;
    }
    const char *end = memchr(data, '\n', size);
    size_t length = end ? (size_t)(end - data) : size;
    if (length > HTTP_HEAD_MAX - r->head) {
        *good = false;
        return 0;
    }
    r->head += (uint32_t)length;
    if (end)
        *good = take_byte(r, '\n');
    return length + (end != NULL);
}

/* ---- the reply ---- */

void http_reply_begin(struct http_reply *reply)
{
    *reply = (struct http_reply){.state = STATE_VERSION};
}

static bool in_body(const struct http_reply *r)
{
    return r->state == STATE_BODY || r->state == STATE_CHUNK_DATA ||
           r->state == STATE_TO_CLOSE;
}

/* Bytes of a body; how many. */
static size_t take_body(struct http_reply *r, size_t size)
{
    if (r->state == STATE_TO_CLOSE)
        return size;
    if (size > r->left)
        size = (size_t)r->left;
    r->left -= size;
    if (!r->left)
        r->state = r->state == STATE_BODY ? STATE_DONE : STATE_CHUNK_END;
    return size;
}

enum http_progress http_reply_take(struct http_reply *reply, const char *data,
                                   size_t size, size_t *used, http_sink sink,
                                   void *context)
{
    bool good = true;

    *used = 0;
    while (*used < size && reply->state != STATE_DONE) {
        const char *at = data + *used;

        if (in_body(reply)) {
            size_t taken = take_body(reply, size - *used);

            *used += taken;
            if (!sink(context, at, taken))
                return HTTP_REFUSED;
        } else {
            *used += take_head(reply, at, size - *used, &good);
            if (!good)
                return HTTP_BROKEN;
        }
    }
    return reply->state == STATE_DONE ? HTTP_DONE : HTTP_MORE;
}

enum http_progress http_reply_end(struct http_reply *reply)
{
    if (reply->state != STATE_TO_CLOSE)
        return HTTP_BROKEN;
    reply->state = STATE_DONE;
    return HTTP_DONE;
}

bool http_reply_keeps(const struct http_reply *reply)
{
    return !(reply->flags & FLAG_CLOSE) &&
           (!(reply->flags & FLAG_OLD) || reply->flags & FLAG_KEEP);
}
