/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The request parser: a table of heads, each of them also cut at every place,
 * and mutations of them from a fixed seed. Every parse works on a copy that is
 * exactly as long as it says, so that ASan sees a read beyond it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../harness/origin/request.h"

#define H "Host: a\r\n"

struct expected {
    enum request_method method;
    const char *target;
    uint64_t body;
    bool old, close;
};

static const struct {
    const char *head;
    int result;
    struct expected want; /* where the result is REQUEST_OK */
} cases[] = {
    {"GET / HTTP/1.1\r\n" H "\r\n", REQUEST_OK, {.target = "/"}},
    {"GET /json/7?delay=40&body=9 HTTP/1.1\r\nUser-Agent: x/1 (y)\r\n" H
     "Accept: */*\r\n\r\n",
     REQUEST_OK,
     {.target = "/json/7?delay=40&body=9"}},
    {"HEAD /a HTTP/1.1\r\n" H "\r\n",
     REQUEST_OK,
     {.method = REQUEST_HEAD, .target = "/a"}},
    {"POST /a HTTP/1.1\r\n" H "Content-Length: 12\r\n\r\n",
     REQUEST_OK,
     {.method = REQUEST_OTHER, .target = "/a", .body = 12}},
    {"get / HTTP/1.1\r\n" H "\r\n",
     REQUEST_OK,
     {.method = REQUEST_OTHER, .target = "/"}},
    {"OPTIONS * HTTP/1.1\r\n" H "\r\n",
     REQUEST_OK,
     {.method = REQUEST_OTHER, .target = "*"}},
    {"GET / HTTP/1.0\r\n\r\n",
     REQUEST_OK,
     {.target = "/", .old = true, .close = true}},
    {"GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n",
     REQUEST_OK,
     {.target = "/", .old = true}},
    {"GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n",
     REQUEST_OK,
     {.target = "/", .old = true, .close = true}},
    {"GET / HTTP/1.7\r\n" H "\r\n", REQUEST_OK, {.target = "/"}},
    {"GET / HTTP/1.1\r\n" H "connection: upgrade , CLOSE\r\n\r\n",
     REQUEST_OK,
     {.target = "/", .close = true}},
    {"GET http://a:80/b?c HTTP/1.1\r\n" H "\r\n",
     REQUEST_OK,
     {.target = "/b?c"}},
    {"GET HTTP://a?c HTTP/1.1\r\n" H "\r\n", REQUEST_OK, {.target = "?c"}},
    {"GET / HTTP/1.1\nHost:a\n\n", REQUEST_OK, {.target = "/"}},
    {"\r\n\r\nGET / HTTP/1.1\r\n" H "\r\n", REQUEST_OK, {.target = "/"}},
    {"GET / HTTP/1.1\r\nhOST:\r\n\r\n", REQUEST_OK, {.target = "/"}},
    {"GET / HTTP/1.1\r\n" H "X: \t a\tb\x80 \t\r\n\r\n",
     REQUEST_OK,
     {.target = "/"}},
    {"GET / HTTP/1.1\r\n" H "Content-Length: 3\r\nContent-Length: 3\r\n\r\n",
     REQUEST_OK,
     {.target = "/", .body = 3}},
    {"GET / HTTP/1.1\r\n" H "Expect: 100-continue\r\n\r\n",
     REQUEST_OK,
     {.target = "/", .close = true}},
    {"GET / HTTP/1.1\r\n\r\n", 400, {0}},
    {"GET / HTTP/1.1\r\n" H H "\r\n", 400, {0}},
    {"GET / HTTP/1.1\r\nHost: a b\r\n\r\n", 400, {0}},
    {"GET /\r\n", 400, {0}},
    {"GET\r\n", 400, {0}},
    {"GET  HTTP/1.1\r\n" H "\r\n", 400, {0}},
    {" / HTTP/1.1\r\n" H "\r\n", 400, {0}},
    {"GET a HTTP/1.1\r\n" H "\r\n", 400, {0}},
    {"GET https://a/ HTTP/1.1\r\n" H "\r\n", 400, {0}},
    {"GET http:///x HTTP/1.1\r\n" H "\r\n", 400, {0}},
    {"GET /a b HTTP/1.1\r\n" H "\r\n", 400, {0}},
    {"GET /\x01 HTTP/1.1\r\n" H "\r\n", 400, {0}},
    {"GET /\xc3\xa4 HTTP/1.1\r\n" H "\r\n", 400, {0}},
    {"G\rT / HTTP/1.1\r\n" H "\r\n", 400, {0}},
    {"GET / HTTP/1.1 \r\n" H "\r\n", 400, {0}},
    {"GET / http/1.1\r\n" H "\r\n", 400, {0}},
    {"GET / HTTP/x.1\r\n" H "\r\n", 400, {0}},
    {"GET / HTTP/2.0\r\n" H "\r\n", 505, {0}},
    {"PRI * HTTP/2.0\r\n\r\n", 505, {0}},
    {"\x16\x03\x01\x02", 400, {0}},
    {"GET / HTTP/1.1\r\n" H "no colon\r\n\r\n", 400, {0}},
    {"GET / HTTP/1.1\r\n" H ": x\r\n\r\n", 400, {0}},
    {"GET / HTTP/1.1\r\n" H "X : y\r\n\r\n", 400, {0}},
    {"GET / HTTP/1.1\r\n" H "X: y\r\n folded\r\n\r\n", 400, {0}},
    {"GET / HTTP/1.1\r\n" H "X: a\rb\r\n\r\n", 400, {0}},
    {"GET / HTTP/1.1\r\n" H "X: a\x7f\r\n\r\n", 400, {0}},
    {"GET / HTTP/1.1\r\n" H "Content-Length: -1\r\n\r\n", 400, {0}},
    {"GET / HTTP/1.1\r\n" H "Content-Length:\r\n\r\n", 400, {0}},
    {"GET / HTTP/1.1\r\n" H "Content-Length: 3\r\nContent-Length: 4\r\n\r\n",
     400,
     {0}},
    {"GET / HTTP/1.1\r\n" H "Content-Length: 1048577\r\n\r\n", 413, {0}},
    {"GET / HTTP/1.1\r\n" H "Content-Length: 99999999999999999999999\r\n\r\n",
     413,
     {0}},
    {"GET / HTTP/1.1\r\n" H "Transfer-Encoding: chunked\r\n\r\n", 411, {0}},
    {"GET / HTTP/1.1\r\n" H "Transfer-Encoding: gzip, chunked\r\n\r\n",
     411,
     {0}},
    {"GET / HTTP/1.1\r\n" H "Transfer-Encoding: gzip\r\n\r\n", 501, {0}},
    {"GET / HTTP/1.1\r\n" H
     "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n",
     400,
     {0}},
    {"GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400, {0}},
    {"GET / HTTP/1.1\r\n" H "Expect: cake\r\n\r\n", 417, {0}},
};

#define CASES (sizeof cases / sizeof *cases)

/* Parses a copy in memory of its own; the target is translated back. */
static int parse(const char *data, size_t length, struct request *request)
{
    char *copy = malloc(length + (length == 0));
    assert_non_null(copy);
    memcpy(copy, data, length);
    memset(request, 0, sizeof *request);
    int result = request_parse(copy, length, request);
    if (result == REQUEST_OK) {
        assert_in_range(request->head_length, 1, length);
        size_t at = (size_t)(request->target - copy);
        assert_true(at + request->target_length <= request->head_length);
        request->target = data + at;
    }
    free(copy);
    return result;
}

static void check(const struct request *got, const struct expected *want)
{
    assert_int_equal(got->method, want->method);
    assert_int_equal(got->target_length, strlen(want->target));
    assert_memory_equal(got->target, want->target, got->target_length);
    assert_int_equal(got->body_length, want->body);
    assert_int_equal(got->old, want->old);
    assert_int_equal(got->keep_alive, !want->close);
}

static void test_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        struct request request;
        int result = parse(cases[i].head, strlen(cases[i].head), &request);
        if (result != cases[i].result)
            fail_msg("case %zu: %d instead of %d", i, result, cases[i].result);
        if (result != REQUEST_OK)
            continue;
        check(&request, &cases[i].want);
        assert_int_equal(request.head_length, strlen(cases[i].head));
    }
}

/* However a head is cut, what comes first is partial, or already the refusal
 * that the whole gets. */
static void test_every_split(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        size_t whole = strlen(cases[i].head);
        for (size_t cut = 0; cut < whole; cut++) {
            struct request request;
            int result = parse(cases[i].head, cut, &request);
            if (result != REQUEST_PARTIAL &&
                (result == REQUEST_OK || result != cases[i].result))
                fail_msg("case %zu cut at %zu: %d", i, cut, result);
        }
    }
}

/* What follows a head does not change how it is read. */
static void test_pipelined(void **state)
{
    (void)state;
    for (size_t i = 0; i < CASES; i++) {
        char both[1024];
        struct request request;
        int length =
            snprintf(both, sizeof both, "%s%s", cases[i].head, cases[1].head);
        if (cases[i].result != REQUEST_OK)
            continue;
        assert_int_equal(parse(both, (size_t)length, &request), REQUEST_OK);
        check(&request, &cases[i].want);
        size_t at = request.head_length;
        assert_int_equal(at, strlen(cases[i].head));
        assert_int_equal(parse(both + at, (size_t)length - at, &request),
                         REQUEST_OK);
        check(&request, &cases[1].want);
    }
}

/* A head with `target` bytes of target and `field` bytes in one field. */
static size_t make_head(char *out, size_t size, size_t target, size_t field)
{
    char *fill = malloc(size);
    assert_non_null(fill);
    memset(fill, 'a', size);
    int n =
        snprintf(out, size, "GET /%.*s HTTP/1.1\r\nHost: a\r\nX: %.*s\r\n\r\n",
                 (int)target - 1, fill, (int)field, fill);
    free(fill);
    return (size_t)n;
}

static void test_limits(void **state)
{
    static char head[65536];
    size_t others = make_head(head, sizeof head, 1, 0);
    const struct {
        size_t target, field;
        int result;
    } limits[] = {
        {REQUEST_TARGET_MAX, 1, REQUEST_OK},
        {REQUEST_TARGET_MAX + 1, 1, 414},
        {40000, 1, 414},
        {1, REQUEST_HEAD_MAX - others, REQUEST_OK},
        {1, REQUEST_HEAD_MAX - others + 1, 431},
        {1, 40000, 431},
    };
    (void)state;
    for (size_t i = 0; i < sizeof limits / sizeof *limits; i++) {
        struct request request;
        size_t length =
            make_head(head, sizeof head, limits[i].target, limits[i].field);
        assert_int_equal(parse(head, length, &request), limits[i].result);
        for (size_t cut = 0; cut < length; cut += 97) {
            int result = parse(head, cut, &request);
            assert_true(result == REQUEST_PARTIAL ||
                        (result == limits[i].result && result != REQUEST_OK));
        }
    }
    memset(head, '\n', sizeof head);
    struct request request;
    assert_int_equal(parse(head, sizeof head, &request), 431);
    assert_int_equal(parse(head, 100, &request), REQUEST_PARTIAL);
}

static uint32_t draw(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

/* Overwrites, removes or repeats a few bytes. */
static size_t mutate(char *data, size_t length, uint32_t *seed)
{
    static const char spice[] = "\r\n :,\t/?\0\x7f\xff"
                                "0HTP";
    for (uint32_t times = 1 + draw(seed) % 4; times > 0 && length > 0;
         times--) {
        size_t at = draw(seed) % length;
        switch (draw(seed) % 4) {
        case 0:
            data[at] = (char)draw(seed);
            break;
        case 1:
            data[at] = spice[draw(seed) % (sizeof spice - 1)];
            break;
        case 2:
            memmove(data + at, data + at + 1, length - at - 1);
            length--;
            break;
        default:
            memmove(data + at + 1, data + at, length - at);
            length++;
        }
    }
    return length;
}

/* Mutations parse without reading beyond their end, to a known result, and to
 * the same one after any cut at which it is already known. */
static void test_mutations(void **state)
{
    static const int results[] = {
        REQUEST_PARTIAL, REQUEST_OK, 400, 411, 413, 414, 417, 431, 501, 505};
    uint32_t seed = 20141129;
    (void)state;
    for (int round = 0; round < 60000; round++) {
        char data[512];
        struct request request, cut_request;
        const char *head = cases[draw(&seed) % CASES].head;
        size_t length = strlen(head);
        memcpy(data, head, length + 1);
        length = mutate(data, length, &seed);
        int result = parse(data, length, &request);
        bool known = false;
        for (size_t i = 0; i < sizeof results / sizeof *results; i++)
            known = known || results[i] == result;
        assert_true(known);
        size_t cut = draw(&seed) % (length + 1);
        int before = parse(data, cut, &cut_request);
        if (before != REQUEST_PARTIAL)
            assert_int_equal(before, result);
        if (before == REQUEST_OK)
            assert_int_equal(cut_request.head_length, request.head_length);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),     cmocka_unit_test(test_every_split),
        cmocka_unit_test(test_pipelined), cmocka_unit_test(test_limits),
        cmocka_unit_test(test_mutations),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
