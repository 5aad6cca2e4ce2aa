/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The HTTP client's codec: a table of replies, each read whole, cut at every
 * place, byte by byte, and in random pieces from a fixed seed; and mutations of
 * them. Every piece is a copy that is exactly as long as it says, so that ASan
 * sees a read beyond it.
 */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../impls/parts/http_reply.h"
#include "../../impls/parts/http_request.h"

/* ---- requests ---- */

static const struct {
    const char *url, *host, *path;
    const char *first, *field; /* of the request */
    unsigned port;
    int error;
} urls[] = {
    {"http://127.0.0.1:8080/json/7?a=b", "127.0.0.1", "/json/7?a=b",
     "GET /json/7?a=b HTTP/1.1", "Host: 127.0.0.1:8080", 8080, 0},
    {"http://h", "h", "", "GET / HTTP/1.1", "Host: h", 80, 0},
    {"HTTP://h:80/", "h", "/", "GET / HTTP/1.1", "Host: h", 80, 0},
    {"http://h?q", "h", "?q", "GET /?q HTTP/1.1", "Host: h", 80, 0},
    {"http://h/a#b", "h", "/a", "GET /a HTTP/1.1", "Host: h", 80, 0},
    {"http://h#b", "h", "", "GET / HTTP/1.1", "Host: h", 80, 0},
    {"http://[::1]:81/", "::1", "/", "GET / HTTP/1.1", "Host: [::1]:81", 81, 0},
    {"http://h:65535/", "h", "/", "GET / HTTP/1.1", "Host: h:65535", 65535, 0},
    {.url = "https://h/", .error = EPROTONOSUPPORT},
    {.url = "gopher://h/", .error = EPROTONOSUPPORT},
    {.url = "", .error = EINVAL},
    {.url = "/json/1", .error = EINVAL},
    {.url = "http:/h", .error = EINVAL},
    {.url = "http://", .error = EINVAL},
    {.url = "http:///x", .error = EINVAL},
    {.url = "http://:80/", .error = EINVAL},
    {.url = "http://h:/", .error = EINVAL},
    {.url = "http://h:0/", .error = EINVAL},
    {.url = "http://h:65536/", .error = EINVAL},
    {.url = "http://h:99999999999999/", .error = EINVAL},
    {.url = "http://h:8o/", .error = EINVAL},
    {.url = "http://u:p@h/", .error = EINVAL},
    {.url = "http://[::1", .error = EINVAL},
    {.url = "http://[::1]x/", .error = EINVAL},
    {.url = "http://[]/", .error = EINVAL},
    {.url = "http://h/a b", .error = EINVAL},
    {.url = "http://h/\r\nX: y", .error = EINVAL},
};

static void targets_and_requests(void **state)
{
    (void)state;
    for (size_t u = 0; u < sizeof(urls) / sizeof(*urls); u++) {
        struct http_target target;
        bool named = u % 2;
        char want[256], text[256];

        print_message("  %s\n", urls[u].url);
        assert_int_equal(http_target_read(&target, urls[u].url), urls[u].error);
        if (urls[u].error)
            continue;
        assert_int_equal(target.host_length, strlen(urls[u].host));
        assert_memory_equal(target.host, urls[u].host, target.host_length);
        assert_int_equal(target.path_length, strlen(urls[u].path));
        assert_memory_equal(target.path, urls[u].path, target.path_length);
        assert_int_equal(target.port, urls[u].port);
        int length =
            snprintf(want, sizeof(want), "%s\r\n%s\r\n%sAccept: */*\r\n\r\n",
                     urls[u].first, urls[u].field,
                     named ? "User-Agent: concur\r\n" : "");
        assert_int_equal(http_request(&target, named, text, sizeof(text)),
                         length);
        assert_string_equal(text, want);
        assert_int_equal(http_request(&target, named, text, (size_t)length), 0);
        assert_true((size_t)length < HTTP_REQUEST_BYTES(strlen(urls[u].url)));
    }
}

/* ---- replies ---- */

#define OK    "HTTP/1.1 200 OK\r\n"
#define CHUNK "Transfer-Encoding: chunked\r\n\r\n"

/* How the connection stands after the last byte. */
enum stand {
    KEEPS,  /* complete: it can be used again */
    CLOSES, /* complete: it cannot */
    ENDS,   /* complete when the connection ends */
    BREAKS, /* not HTTP */
    WAITS,  /* more is to come */
};

static const struct {
    const char *text;
    enum stand stand;
    unsigned status;
    const char *body;
    size_t excess; /* bytes at the end that belong to no reply */
} replies[] = {
    /* by length */
    {OK "Content-Length: 5\r\n\r\nhello", KEEPS, 200, "hello", 0},
    {OK "content-length:5\r\n\r\nhello", KEEPS, 200, "hello", 0},
    {OK "CONTENT-LENGTH: \t 005 \t\r\n\r\nhello", KEEPS, 200, "hello", 0},
    {OK "Content-Length: 0\r\n\r\n", KEEPS, 200, "", 0},
    {OK "Content-Length: 5\r\n\r\nhell", WAITS, 200, "hell", 0},
    {OK "Content-Length: 2\r\n\r\nhello", KEEPS, 200, "he", 3},
    {OK "Content-Length: 2, 2\r\n\r\nhi", KEEPS, 200, "hi", 0},
    {OK "Content-Length: 2\r\nContent-Length: 2\r\n\r\nhi", KEEPS, 200, "hi",
     0},
    {OK "Content-Length:\r\n 2\r\n\r\nhi", KEEPS, 200, "hi", 0},
    {OK "X-Content-Length: 9\r\nContent-LengthX: 9\r\nContent-Lengt: 9\r\n"
        "Content-Length: 2\r\n\r\nhi",
     KEEPS, 200, "hi", 0},
    {"HTTP/1.1 200 OK\nContent-Length: 2\n\nhi", KEEPS, 200, "hi", 0},
    {"HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nhi", KEEPS, 200, "hi", 0},
    {"HTTP/1.1 404 \r\nContent-Length: 2\r\n\r\nhi", KEEPS, 404, "hi", 0},
    {"HTTP/1.1 301 Moved\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", KEEPS,
     301, "", 0},
    {OK "A:\r\nB: \r\nC: x\ty\x80\r\n folded\r\nContent-Length: 2\r\n\r\nhi",
     KEEPS, 200, "hi", 0},
    /* chunked */
    {OK CHUNK "5\r\nhello\r\n0\r\n\r\n", KEEPS, 200, "hello", 0},
    {OK CHUNK "1\r\nh\r\n4;x=\"y\"\r\nello\r\n000\r\nTrailer: a\r\nB: c\r\n"
              "\r\n",
     KEEPS, 200, "hello", 0},
    {OK CHUNK "A\r\n0123456789\r\na \r\n0123456789\r\n0\r\n\r\n", KEEPS, 200,
     "01234567890123456789", 0},
    {OK CHUNK "2\nhi\n0\n\n", KEEPS, 200, "hi", 0},
    {OK CHUNK "0\r\n\r\nHTTP", KEEPS, 200, "", 4},
    {OK CHUNK "5\r\nhel", WAITS, 200, "hel", 0},
    {OK CHUNK "0\r\n", WAITS, 200, "", 0},
    {OK "transfer-ENCODING:  Chunked \r\n\r\n0\r\n\r\n", KEEPS, 200, "", 0},
    {OK "Content-Length: 7\r\n" CHUNK "2\r\nhi\r\n0\r\n\r\n", CLOSES, 200, "hi",
     0},
    {"HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n" CHUNK
     "2\r\nhi\r\n0\r\n\r\n",
     CLOSES, 200, "hi", 0},
    /* up to the end */
    {OK "\r\nhello", ENDS, 200, "hello", 0},
    {"HTTP/1.0 200 OK\r\n\r\n", ENDS, 200, "", 0},
    {OK "Connection: keep-alive\r\n\r\nhi", ENDS, 200, "hi", 0},
    /* no body */
    {"HTTP/1.1 204 No Content\r\n\r\n", KEEPS, 204, "", 0},
    {"HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n", KEEPS, 304, "",
     0},
    {"HTTP/1.1 304 Not Modified\r\n" CHUNK, KEEPS, 304, "", 0},
    /* interim replies */
    {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: x\r\n"
     "Connection: close\r\nContent-Length: 3\r\n\r\n" OK
     "Content-Length: 2\r\n\r\nhi",
     KEEPS, 200, "hi", 0},
    {"HTTP/1.1 100\r\n\r\n", WAITS, 0, "", 0},
    {"HTTP/1.1 101 Switching\r\n\r\n", BREAKS, 101, "", 0},
    /* persistence */
    {OK "Connection: close\r\nContent-Length: 2\r\n\r\nhi", CLOSES, 200, "hi",
     0},
    {OK "Connection: Foo, CLOSE\r\nContent-Length: 2\r\n\r\nhi", CLOSES, 200,
     "hi", 0},
    {OK "Connection: closed, close it, enclose\r\nContent-Length: 0\r\n\r\n",
     KEEPS, 200, "", 0},
    {OK "Connection: ,, close ,\r\nContent-Length: 0\r\n\r\n", CLOSES, 200, "",
     0},
    {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi", CLOSES, 200, "hi", 0},
    {"HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 2\r\n\r\n"
     "hi",
     KEEPS, 200, "hi", 0},
    {"HTTP/1.0 200 OK\r\nConnection: keep-alive, close\r\nContent-Length: 0"
     "\r\n\r\n",
     CLOSES, 200, "", 0},
    {"HTTP/1.9 200 OK\r\nContent-Length: 0\r\n\r\n", KEEPS, 200, "", 0},
    /* not HTTP */
    {"hello", BREAKS, 0, "", 0},
    {"\r\n" OK, BREAKS, 0, "", 0},
    {"HTTP/2.0 200 OK\r\n", BREAKS, 0, "", 0},
    {"http/1.1 200 OK\r\n", BREAKS, 0, "", 0},
    {"HTTP/1.x 200 OK\r\n", BREAKS, 0, "", 0},
    {"HTTP/1.11 200 OK\r\n", BREAKS, 0, "", 0},
    {"HTTP/1.1  200 OK\r\n", BREAKS, 0, "", 0},
    {"HTTP/1.1 20 OK\r\n", BREAKS, 20, "", 0},
    {"HTTP/1.1 2000 OK\r\n", BREAKS, 200, "", 0},
    {"HTTP/1.1 099 OK\r\n", BREAKS, 99, "", 0},
    {"HTTP/1.1 200\rX\n", BREAKS, 200, "", 0},
    {OK "Content-Length : 5\r\n\r\n", BREAKS, 200, "", 0},
    {OK " Content-Length: 5\r\n\r\n", BREAKS, 200, "", 0},
    {OK ": 5\r\n\r\n", BREAKS, 200, "", 0},
    {OK "no colon\r\n\r\n", BREAKS, 200, "", 0},
    {OK "a\x01: b\r\n\r\n", BREAKS, 200, "", 0},
    {OK "Content-Length:\r\n\r\n", BREAKS, 200, "", 0},
    {OK "Content-Length: -1\r\n\r\n", BREAKS, 200, "", 0},
    {OK "Content-Length: +1\r\n\r\n", BREAKS, 200, "", 0},
    {OK "Content-Length: 1 1\r\n\r\n", BREAKS, 200, "", 0},
    {OK "Content-Length: 1\r\n 1\r\n\r\n", BREAKS, 200, "", 0},
    {OK "Content-Length: 0x1\r\n\r\n", BREAKS, 200, "", 0},
    {OK "Content-Length: 1, 2\r\n\r\n", BREAKS, 200, "", 0},
    {OK "Content-Length: 1,\r\n\r\n", BREAKS, 200, "", 0},
    {OK "Content-Length: 1\r\nContent-Length: 2\r\n\r\n", BREAKS, 200, "", 0},
    {OK "Content-Length: 18446744073709551616\r\n\r\n", BREAKS, 200, "", 0},
    {OK "Content-Length: 18446744073709551615\r\n\r\nhi", WAITS, 200, "hi", 0},
    {OK "Transfer-Encoding: gzip, chunked\r\n\r\n", BREAKS, 200, "", 0},
    {OK "Transfer-Encoding: chunked, chunked\r\n\r\n", BREAKS, 200, "", 0},
    {OK "Transfer-Encoding: chunked;q=1\r\n\r\n", BREAKS, 200, "", 0},
    {OK "Transfer-Encoding: identity\r\n\r\n", BREAKS, 200, "", 0},
    {OK CHUNK "\r\nhello", BREAKS, 200, "", 0},
    {OK CHUNK "g\r\n", BREAKS, 200, "", 0},
    {OK CHUNK ";x\r\n", BREAKS, 200, "", 0},
    {OK CHUNK "0x5\r\nhello", BREAKS, 200, "", 0},
    {OK CHUNK "2\r\nhixx", BREAKS, 200, "hi", 0},
    {OK CHUNK "2\r\nhi\r\n\r\n", BREAKS, 200, "hi", 0},
    {OK CHUNK "10000000000000000\r\n", BREAKS, 200, "", 0},
};

/* What has been read. */
struct reading {
    struct http_reply reply;
    char body[256];
    size_t length;
    size_t room; /* the sink takes so much */
    size_t used;
    enum http_progress progress;
};

static bool take(void *context, const void *data, size_t size)
{
    struct reading *r = context;

    assert_true(size > 0);
    if (size > r->room - r->length)
        return false;
    memcpy(r->body + r->length, data, size);
    r->length += size;
    return true;
}

static void begin(struct reading *r)
{
    *r = (struct reading){.progress = HTTP_MORE, .room = sizeof(r->body)};
    http_reply_begin(&r->reply);
}

/* The next piece, if any more is wanted. */
static void give(struct reading *r, const char *text, size_t size)
{
    size_t used = 0;

    if (r->progress != HTTP_MORE || !size)
        return;
    char *copy = malloc(size);
    assert_non_null(copy);
    memcpy(copy, text, size);
    r->progress = http_reply_take(&r->reply, copy, size, &used, take, r);
    free(copy);
    assert_true(used <= size);
    assert_true(r->progress != HTTP_MORE || used == size);
    r->used += used;
}

static void check(struct reading *r, size_t n)
{
    static const enum http_progress wanted[] = {
        [KEEPS] = HTTP_DONE,    [CLOSES] = HTTP_DONE, [ENDS] = HTTP_MORE,
        [BREAKS] = HTTP_BROKEN, [WAITS] = HTTP_MORE,
    };
    enum stand stand = replies[n].stand;

    assert_int_equal(r->progress, wanted[stand]);
    assert_int_equal(r->reply.status, replies[n].status);
    assert_int_equal(r->length, strlen(replies[n].body));
    assert_memory_equal(r->body, replies[n].body, r->length);
    if (r->progress == HTTP_DONE) {
        assert_int_equal(http_reply_keeps(&r->reply), stand == KEEPS);
        assert_int_equal(r->used + replies[n].excess, strlen(replies[n].text));
    } else if (r->progress == HTTP_MORE) {
        assert_int_equal(http_reply_end(&r->reply),
                         stand == ENDS ? HTTP_DONE : HTTP_BROKEN);
        assert_true(stand != ENDS || !http_reply_keeps(&r->reply));
    }
}

#define REPLIES (sizeof(replies) / sizeof(*replies))

static void replies_cut_in_two(void **state)
{
    (void)state;
    for (size_t n = 0; n < REPLIES; n++) {
        const char *text = replies[n].text;
        size_t size = strlen(text);

        print_message("  %zu\n", n);
        for (size_t cut = 0; cut <= size; cut++) {
            struct reading r;

            begin(&r);
            give(&r, text, cut);
            give(&r, text + cut, size - cut);
            check(&r, n);
        }
    }
}

static void replies_byte_by_byte(void **state)
{
    (void)state;
    for (size_t n = 0; n < REPLIES; n++) {
        struct reading r;

        begin(&r);
        for (const char *c = replies[n].text; *c; c++)
            give(&r, c, 1);
        check(&r, n);
    }
}

/* A linear congruential generator (Knuth, MMIX): the same everywhere. */
static uint32_t draw(uint64_t *seed, size_t below)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)((*seed >> 33) % below);
}

static void replies_in_random_pieces(void **state)
{
    uint64_t seed = 1;

    (void)state;
    for (unsigned turn = 0; turn < 20000; turn++) {
        size_t n = draw(&seed, REPLIES), size = strlen(replies[n].text);
        struct reading r;

        begin(&r);
        for (size_t at = 0, piece; at < size; at += piece) {
            piece = 1 + draw(&seed, size - at < 9 ? size - at : 9);
            give(&r, replies[n].text + at, piece);
        }
        check(&r, n);
    }
}

/* Whatever it makes of nonsense, it makes the same of it in one piece. */
static void mutations_are_read_alike(void **state)
{
    static const char letters[] = "0159aAfFx:;,. \t\r\n\x01\x7f\xff";
    uint64_t seed = 2;

    (void)state;
    for (unsigned turn = 0; turn < 20000; turn++) {
        const char *from = replies[draw(&seed, REPLIES)].text;
        size_t size = strlen(from);
        struct reading whole, pieces;
        char text[512];

        memcpy(text, from, size + 1);
        for (unsigned m = 1 + draw(&seed, 3); m; m--)
            text[draw(&seed, size)] =
                letters[draw(&seed, sizeof(letters))]; /* its NUL too */
        begin(&whole);
        give(&whole, text, size);
        begin(&pieces);
        for (size_t at = 0, piece; at < size; at += piece) {
            piece = 1 + draw(&seed, size - at < 20 ? size - at : 20);
            give(&pieces, text + at, piece);
        }
        assert_int_equal(whole.progress, pieces.progress);
        assert_int_equal(whole.used, pieces.used);
        assert_int_equal(whole.length, pieces.length);
        assert_memory_equal(whole.body, pieces.body, whole.length);
        assert_int_equal(whole.reply.status, pieces.reply.status);
    }
}

/* `before`, then so many times a piece, then `after`. */
static enum http_progress repeated(const char *before, const char *piece,
                                   size_t times, const char *after)
{
    struct reading r;

    begin(&r);
    r.room = 0;
    give(&r, before, strlen(before));
    for (size_t t = 0; t < times; t++)
        give(&r, piece, strlen(piece));
    give(&r, after, strlen(after));
    return r.progress;
}

static void heads_have_a_limit(void **state)
{
    static const struct {
        const char *before, *piece, *after;
    } rows[] = {
        {"HTTP/1.1 200 ", "reason..", "\r\nContent-Length: 0\r\n\r\n"},
        {OK "Content-Length: 0\r\nX: ", "value...", "\r\n\r\n"},
        {OK "Content-Length: 0\r\n", "X: yz\r\n ", "w\r\n\r\n"},
        {OK "Content-Length: 0\r\n", "namename", ": x\r\n\r\n"},
        {OK "Content-Length: 0", "00000000", "\r\n\r\n"},
        {"", "HTTP/1.1 100 \r\n\r\n", OK "Content-Length: 0\r\n\r\n"},
        {OK CHUNK "0;", "extended", "\r\n\r\n"},
        {OK CHUNK "0\r\n", "Tra: x\r\n", "\r\n"},
    };

    (void)state;
    for (size_t n = 0; n < sizeof(rows) / sizeof(*rows); n++) {
        size_t most = HTTP_HEAD_MAX / strlen(rows[n].piece);

        print_message("  %s\n", rows[n].piece);
        assert_int_equal(
            repeated(rows[n].before, rows[n].piece, most - 16, rows[n].after),
            HTTP_DONE);
        assert_int_equal(
            repeated(rows[n].before, rows[n].piece, most + 1, rows[n].after),
            HTTP_BROKEN);
    }
}

static void a_long_body_of_chunks_has_none(void **state)
{
    struct reading r;

    (void)state;
    begin(&r);
    give(&r, OK CHUNK, strlen(OK CHUNK));
    for (size_t t = 0; t < HTTP_HEAD_MAX; t++) {
        give(&r, "1;a\r\nx\r\n", 8);
        assert_int_equal(r.length, 1);
        r.length = 0;
    }
    give(&r, "0\r\n\r\n", 5);
    assert_int_equal(r.progress, HTTP_DONE);
}

static void a_sink_may_refuse(void **state)
{
    const char text[] = OK "Content-Length: 5\r\n\r\nhello";
    struct reading r;

    (void)state;
    begin(&r);
    r.room = 4;
    give(&r, text, strlen(text));
    assert_int_equal(r.progress, HTTP_REFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(targets_and_requests),
        cmocka_unit_test(replies_cut_in_two),
        cmocka_unit_test(replies_byte_by_byte),
        cmocka_unit_test(replies_in_random_pieces),
        cmocka_unit_test(mutations_are_read_alike),
        cmocka_unit_test(heads_have_a_limit),
        cmocka_unit_test(a_long_body_of_chunks_has_none),
        cmocka_unit_test(a_sink_may_refuse),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
