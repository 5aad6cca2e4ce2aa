/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes of a body: head, pattern, tail, as slices and as a checksum. The
 * pattern is words and spaces, so that it may stand inside a JSON string and
 * an HTML paragraph; it is made once, and all bodies share it.
 */
#include "content.h"

#include <pthread.h>
#include <string.h>
#include <zlib.h>

static char pattern[CONTENT_PATTERN_BYTES];
static pthread_once_t pattern_once = PTHREAD_ONCE_INIT;

/* Words of two to nine letters, drawn from a fixed seed. */
static void pattern_make(void)
{
    static const char letters[] = "etaoinshrdlucmfwypvbgkjqxz"
                                  "etaoinshrdluetaoinshetaoin";
    uint32_t state = 20141129;
    size_t left = 0;
    for (size_t i = 0; i < sizeof pattern; i++) {
        state = state * 1664525u + 1013904223u;
        if (left == 0) {
            left = 2 + (state >> 24) % 8;
            pattern[i] = ' ';
        } else {
            left--;
            pattern[i] = letters[(state >> 16) % (sizeof letters - 1)];
        }
    }
}

/* How many bytes of the pattern a body has between head and tail. */
static uint64_t middle_length(const struct content *reply)
{
    return reply->length - reply->head_length - reply->tail_length;
}

/* The slice that begins at `from`; it is as long as memory is contiguous. */
static struct iovec slice_at(const struct content *reply, uint64_t from)
{
    uint64_t middle = middle_length(reply);
    if (from < reply->head_length)
        return (struct iovec){(char *)(uintptr_t)reply->head + from,
                              reply->head_length - (size_t)from};
    from -= reply->head_length;
    if (from < middle) {
        size_t at = (size_t)((reply->offset + from) % sizeof pattern);
        size_t run = sizeof pattern - at;
        uint64_t left = middle - from;
        return (struct iovec){pattern + at, run < left ? run : (size_t)left};
    }
    from -= middle;
    return (struct iovec){(char *)(uintptr_t)reply->tail + from,
                          reply->tail_length - (size_t)from};
}

int content_slices(const struct content *reply, uint64_t from,
                   struct iovec *slices, int count)
{
    int filled = 0;
    pthread_once(&pattern_once, pattern_make);
    while (filled < count && from < reply->length) {
        slices[filled] = slice_at(reply, from);
        from += slices[filled].iov_len;
        filled++;
    }
    return filled;
}

static uint32_t add(uint32_t crc, const char *data, size_t length)
{
    return (uint32_t)crc32_z(crc, (const Bytef *)data, length);
}

/* Whole turns of the pattern are alike: their checksum is computed once and
 * then combined, which costs the same for a turn as for a byte. */
static uint32_t add_middle(uint32_t crc, size_t offset, uint64_t length)
{
    if (length >= 2 * sizeof pattern) {
        uint32_t turn = add(0, pattern + offset, sizeof pattern - offset);
        turn = add(turn, pattern, offset);
        uLong operator= crc32_combine_gen(sizeof pattern);
        for (; length >= sizeof pattern; length -= sizeof pattern)
            crc = (uint32_t)crc32_combine_op(crc, turn, operator);
    }
    while (length > 0) {
        size_t run = sizeof pattern - offset;
        if (run > length)
            run = (size_t)length;
        crc = add(crc, pattern + offset, run);
        offset = 0;
        length -= run;
    }
    return crc;
}

uint32_t content_crc(const struct content *reply, uint32_t crc)
{
    pthread_once(&pattern_once, pattern_make);
    crc = add(crc, reply->head, reply->head_length);
    crc = add_middle(crc, reply->offset, middle_length(reply));
    return add(crc, reply->tail, reply->tail_length);
}
