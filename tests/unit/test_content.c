/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the origin answers: statuses, delays, exact lengths, bodies that parse,
 * and that slices and checksum speak of the same bytes. Also the heads of
 * responses, since they are made from it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>
#include <jansson.h>
#include <zlib.h>

#include "../../harness/origin/content.h"
#include "../../harness/origin/pattern_file.h"
#include "../../harness/origin/response.h"
#include "../../harness/origin/text.h"

static struct content get(const char *target)
{
    struct content reply;
    memset(&reply, 0x5a, sizeof reply);
    content_of(target, strlen(target), &reply);
    return reply;
}

/* The body put together from its slices, taken `step` at a time; ends with a
 * NUL. The caller frees it. */
static char *body_of(const struct content *reply, int step)
{
    struct iovec slices[8];
    uint64_t at = 0;
    char *body = malloc(reply->length + 1);
    assert_non_null(body);
    while (at < reply->length) {
        int count = content_slices(reply, at, slices, step);
        assert_in_range(count, 1, step);
        for (int i = 0; i < count; i++) {
            assert_true(at + slices[i].iov_len <= reply->length);
            memcpy(body + at, slices[i].iov_base, slices[i].iov_len);
            at += slices[i].iov_len;
        }
    }
    assert_int_equal(content_slices(reply, at, slices, step), 0);
    body[at] = '\0';
    return body;
}

#define JSON  "application/json"
#define HTML  "text/html; charset=utf-8"
#define BYTES "application/octet-stream"
#define ANY   UINT64_MAX

static const struct {
    const char *target;
    int status;
    const char *type;
    uint64_t delay_ns, length;
} cases[] = {
    {"/json/7", 200, JSON, 0, ANY},
    {"/json/0", 200, JSON, 0, ANY},
    {"/json/9223372036854775807", 200, JSON, 0, ANY},
    {"/json/9223372036854775808", 404, JSON, 0, ANY},
    {"/json/7?delay=40&body=4096", 200, JSON, 40000000, 4096},
    {"/json/7?body=0", 200, JSON, 0, 0},
    {"/json/7?body=1073741824", 200, JSON, 0, 1073741824},
    {"/json/7?status=404", 404, JSON, 0, ANY},
    {"/json/x", 404, JSON, 0, ANY},
    {"/json/", 404, JSON, 0, ANY},
    {"/json/-1", 404, JSON, 0, ANY},
    {"/json/7/", 404, JSON, 0, ANY},
    {"/json", 404, JSON, 0, ANY},
    {"/json/x?delay=5", 404, JSON, 5000000, ANY},
    {"/delay/40", 200, JSON, 40000000, ANY},
    {"/delay/12.345", 200, JSON, 12345000, ANY},
    {"/delay/0.0000019", 200, JSON, 1, ANY},
    {"/delay/3600000", 200, JSON, CONTENT_DELAY_MAX_NS, ANY},
    {"/delay/3600000.001", 400, JSON, 0, ANY},
    {"/delay/3600001", 400, JSON, 0, ANY},
    {"/delay/99999999999999999999999", 400, JSON, 0, ANY},
    {"/delay/-1", 400, JSON, 0, ANY},
    {"/delay/", 400, JSON, 0, ANY},
    {"/delay/.5", 400, JSON, 0, ANY},
    {"/delay/5.", 400, JSON, 0, ANY},
    {"/delay/1.2.3", 400, JSON, 0, ANY},
    {"/delay/1e3", 400, JSON, 0, ANY},
    {"/delay/40?delay=2.5", 200, JSON, 2500000, ANY},
    {"/delay/40?status=503&body=77", 503, JSON, 40000000, 77},
    {"/bytes/0", 200, BYTES, 0, 0},
    {"/bytes/1", 200, BYTES, 0, 1},
    {"/bytes/100000", 200, BYTES, 0, 100000},
    {"/bytes/1073741824", 200, BYTES, 0, 1073741824},
    {"/bytes/1073741825", 400, JSON, 0, ANY},
    {"/bytes/x", 400, JSON, 0, ANY},
    {"/bytes/5?body=9", 200, BYTES, 0, 9},
    {"/bytes/5?id=x", 400, JSON, 0, ANY},
    {"/status/200", 200, JSON, 0, ANY},
    {"/status/204", 204, NULL, 0, 0},
    {"/status/205", 205, NULL, 0, 0},
    {"/status/304?body=100", 304, NULL, 0, 0},
    {"/json/1?status=204&delay=3", 204, NULL, 3000000, 0},
    {"/status/404", 404, JSON, 0, ANY},
    {"/status/404?status=500", 500, JSON, 0, ANY},
    {"/status/599?body=1000", 599, JSON, 0, 1000},
    {"/status/600", 400, JSON, 0, ANY},
    {"/status/100", 400, JSON, 0, ANY},
    {"/status/", 400, JSON, 0, ANY},
    {"/page/3", 200, HTML, 0, ANY},
    {"/page/3?body=600", 200, HTML, 0, 600},
    {"/page/3?body=10", 200, HTML, 0, 10},
    {"/page/9223372036854775807?body=2000", 200, HTML, 0, 2000},
    {"/page/x", 404, JSON, 0, ANY},
    {"/", 404, JSON, 0, ANY},
    {"", 404, JSON, 0, ANY},
    {"?delay=1", 404, JSON, 1000000, ANY},
    {"/nothing?body=500", 404, JSON, 0, 500},
    {"/json/7?delay=x", 400, JSON, 0, ANY},
    {"/json/7?delay", 400, JSON, 0, ANY},
    {"/json/7?delay=", 400, JSON, 0, ANY},
    {"/json/7?body=1073741825", 400, JSON, 0, ANY},
    {"/json/7?body=-1", 400, JSON, 0, ANY},
    {"/json/7?status=99", 400, JSON, 0, ANY},
    {"/json/7?other=x&&=&delay=1&delay=2", 200, JSON, 2000000, ANY},
};

static void test_table(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct content reply = get(cases[i].target);
        if (reply.status != cases[i].status ||
            reply.delay_ns != cases[i].delay_ns ||
            (cases[i].length != ANY && reply.length != cases[i].length))
            fail_msg("%s: status %d, delay %llu, length %llu", cases[i].target,
                     reply.status, (unsigned long long)reply.delay_ns,
                     (unsigned long long)reply.length);
        if (cases[i].type == NULL)
            assert_null(reply.type);
        else
            assert_string_equal(reply.type, cases[i].type);
        assert_true(reply.length < 100000 || cases[i].length != ANY);
        if (cases[i].length == ANY && cases[i].type == (const char *)JSON) {
            char *body = body_of(&reply, 3);
            json_t *value = json_loads(body, 0, NULL);
            assert_true(json_is_object(value));
            json_decref(value);
            free(body);
        }
    }
}

/* A JSON reply is JSON at every length, and exactly so long. */
static void test_json_of_any_length(void **state)
{
    static const char *const targets[] = {"/json/7", "/delay/1", "/status/404",
                                          "/nothing"};
    (void)state;
    for (size_t t = 0; t < sizeof targets / sizeof *targets; t++) {
        for (unsigned length = 0; length < 400; length++) {
            char target[64];
            snprintf(target, sizeof target, "%s?body=%u", targets[t], length);
            struct content reply = get(target);
            char *body = body_of(&reply, 1);
            assert_int_equal(reply.length, length);
            assert_int_equal(strlen(body), length);
            json_t *value = json_loads(body, JSON_DECODE_ANY, NULL);
            assert_int_equal(value != NULL, length > 0);
            json_decref(value);
            free(body);
        }
    }
}

static void test_items(void **state)
{
    double heights = 0, weights = 0;
    (void)state;
    for (int id = 0; id < 1000; id++) {
        char target[64];
        snprintf(target, sizeof target, "/json/%d?body=%d", id, 200 + id);
        struct content reply = get(target);
        char *body = body_of(&reply, 8);
        json_t *item = json_loads(body, 0, NULL);
        assert_int_equal(json_integer_value(json_object_get(item, "id")), id);
        assert_true(json_is_string(json_object_get(item, "name")));
        double height = json_number_value(json_object_get(item, "height"));
        double weight = json_number_value(json_object_get(item, "weight"));
        assert_true(height > 140 && height < 200);
        assert_true(weight > 30 && weight < 120);
        heights += height / 1000;
        weights += weight / 1000;
        json_decref(item);
        free(body);
    }
    assert_true(heights > 168 && heights < 172);
    assert_true(weights > 60 && weights < 70);
}

/* The same target, the same bytes; another target, others. */
static void test_digests_differ(void **state)
{
    static const char *const formats[] = {"/json/%d", "/json/%d?body=150",
                                          "/bytes/16?id=%d",
                                          "/bytes/70000?id=%d", "/page/%d"};
    enum { COUNT = 500 };
    (void)state;
    for (size_t f = 0; f < sizeof formats / sizeof *formats; f++) {
        uint32_t crcs[COUNT];
        for (int i = 0; i < COUNT; i++) {
            char target[64];
            snprintf(target, sizeof target, formats[f], i);
            struct content reply = get(target), again = get(target);
            crcs[i] = content_crc(&reply, 0);
            assert_int_equal(content_crc(&again, 0), crcs[i]);
            for (int j = 0; j < i; j++)
                assert_int_not_equal(crcs[i], crcs[j]);
        }
    }
}

/* The checksum takes a short cut through long bodies: it must end where the
 * bytes themselves lead. */
static void test_crc_of_slices(void **state)
{
    static const char *const targets[] = {"/bytes/0",
                                          "/bytes/1",
                                          "/bytes/65536?id=3",
                                          "/bytes/65552?id=4",
                                          "/bytes/131072?id=5",
                                          "/bytes/131088?id=6",
                                          "/bytes/1000000",
                                          "/bytes/5000001",
                                          "/json/7?body=300000",
                                          "/page/5?body=200000",
                                          "/status/204",
                                          "/json/1?body=1"};
    (void)state;
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        struct content reply = get(targets[i]);
        for (uint32_t begun = 0; begun < 0x30000000; begun += 0x12345678) {
            char *body = body_of(&reply, 2);
            uint32_t crc = (uint32_t)crc32_z(begun, (const Bytef *)body,
                                             (z_size_t)reply.length);
            assert_int_equal(content_crc(&reply, begun), crc);
            free(body);
        }
    }
}

/* Bytes that clients already have must not change unnoticed. */
static void test_known_bytes(void **state)
{
    struct content reply = get("/json/7");
    char *body = body_of(&reply, 8);
    (void)state;
    assert_string_equal(body, "{\"id\":7,\"name\":\"Hana Okafor\",\"city\":"
                              "\"Nantes\",\"age\":20,\"height\":180.9,"
                              "\"weight\":70,\"score\":0.9604}");
    free(body);
    reply = get("/bytes/40?id=2");
    body = body_of(&reply, 8);
    assert_string_equal(body, "975835de1c9756cerq yatlie pothl uleta va");
    free(body);
}

/* What is sent from the file is what the slices say. */
static void test_pattern_file(void **state)
{
    static const char *const targets[] = {"/bytes/5000000?id=3",
                                          "/json/7?body=300000", "/json/7"};
    int fd = pattern_file_open();
    (void)state;
    assert_true(fd >= 0);
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        struct content reply = get(targets[i]);
        uint64_t at = 0, run, place, by_file = 0;
        char *body = body_of(&reply, 8), *part = malloc(reply.length);
        assert_non_null(part);
        for (; at < reply.length; at += run) {
            run = pattern_file_run(&reply, at, &place);
            if (run == 0) {
                run = 1; /* head or tail */
                continue;
            }
            assert_true(at + run <= reply.length);
            assert_int_equal(pread(fd, part, run, (off_t)place), run);
            assert_memory_equal(part, body + at, run);
            by_file += run;
        }
        assert_int_equal(by_file,
                         reply.length - reply.head_length - reply.tail_length);
        free(body);
        free(part);
    }
    close(fd);
}

static void test_page(void **state)
{
    static const char *const parts[] = {
        "<!DOCTYPE html>\n", "<title>Page 41</title>", "<h1>Page 41</h1>",
        "href=\"/page/42\"", "</p>\n</body>\n</html>\n"};
    struct content reply = get("/page/41");
    char *body = body_of(&reply, 8);
    (void)state;
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        assert_non_null(strstr(body, parts[i]));
    assert_in_range(reply.length, 2048, 6144);
    assert_int_equal(strlen(body), reply.length);
    assert_null(strchr(strstr(body, "next page"), '&'));
    free(body);
}

static void test_response_head(void **state)
{
    static const struct {
        const char *target;
        enum persistence persistence;
        const char *head;
    } heads[] = {
        {"/bytes/12", PERSIST_IMPLIED,
         "HTTP/1.1 200 OK\r\nServer: concur\r\nContent-Type: " BYTES
         "\r\nContent-Length: 12\r\n\r\n"},
        {"/status/204", PERSIST_NOT,
         "HTTP/1.1 204 No Content\r\nServer: concur\r\nConnection: close"
         "\r\n\r\n"},
        {"/status/205", PERSIST_SAID,
         "HTTP/1.1 205 Reset Content\r\nServer: concur\r\nContent-Length: 0\r\n"
         "Connection: keep-alive\r\n\r\n"},
        {"/json/1?status=299&body=5", PERSIST_IMPLIED,
         "HTTP/1.1 299 Unassigned\r\nServer: concur\r\nContent-Type: " JSON
         "\r\nContent-Length: 5\r\n\r\n"},
        {"/status/405?body=5", PERSIST_IMPLIED,
         "HTTP/1.1 405 Method Not Allowed\r\nServer: concur\r\nAllow: GET, HEAD"
         "\r\nContent-Type: " JSON "\r\nContent-Length: 5\r\n\r\n"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof heads / sizeof *heads; i++) {
        char out[RESPONSE_HEAD_MAX + 1];
        struct content reply = get(heads[i].target);
        out[response_head(&reply, heads[i].persistence, out)] = '\0';
        assert_string_equal(out, heads[i].head);
    }
    /* The longest there can be is not cut off. */
    for (int status = 200; status < 600; status++) {
        char out[RESPONSE_HEAD_MAX];
        struct content reply = get("/page/1?body=1073741824");
        reply.status = status;
        size_t length = response_head(&reply, PERSIST_SAID, out);
        assert_true(length < sizeof out);
        assert_memory_equal(out + length - 4, "\r\n\r\n", 4);
    }
}

static void test_text(void **state)
{
    char data[64];
    struct text text = {.data = data, .size = sizeof data};
    (void)state;
    text_number(&text, 0);
    text_word(&text, " ");
    text_number(&text, UINT64_MAX);
    text_word(&text, " ");
    text_decimal(&text, 12345, 3);
    text_word(&text, " ");
    text_decimal(&text, 1002000, 6);
    text_word(&text, " ");
    text_decimal(&text, 0, 6);
    text_bytes(&text, "", 1);
    assert_string_equal(data, "0 18446744073709551615 12.345 1.002 0");
    struct text little = {.data = data, .size = 4};
    text_word(&little, "abc");
    text_word(&little, "def");
    assert_int_equal(little.used, 4);
    assert_memory_equal(data, "abcd", 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_json_of_any_length),
        cmocka_unit_test(test_items),
        cmocka_unit_test(test_digests_differ),
        cmocka_unit_test(test_crc_of_slices),
        cmocka_unit_test(test_known_bytes),
        cmocka_unit_test(test_pattern_file),
        cmocka_unit_test(test_page),
        cmocka_unit_test(test_response_head),
        cmocka_unit_test(test_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
