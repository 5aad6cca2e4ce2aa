/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text from outside, checked and escaped. Which characters are printable is
 * not looked up: what is neither broken nor a control character passes.
 */
#include "shown.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "words.h"

/* A lead byte says how many bytes follow it, and what it adds to them. */
static const struct lead {
    size_t length;
    uint32_t least; /* a smaller one has a shorter form */
    unsigned char mask, bits;
} leads[] = {
    {1, 0, 0x80, 0x00},
    {2, 0x80, 0xe0, 0xc0},
    {3, 0x800, 0xf0, 0xe0},
    {4, 0x10000, 0xf8, 0xf0},
};
#define LEADS (sizeof(leads) / sizeof(leads[0]))

/* The length of the character at `text`, and its number; 0 if it is none. */
static size_t take_character(const char *text, uint32_t *number)
{
    const unsigned char *bytes = (const unsigned char *)text;
    size_t l = 0;

    while (l < LEADS && (bytes[0] & leads[l].mask) != leads[l].bits)
        l++;
    if (l == LEADS)
        return 0;
    *number = bytes[0] & (unsigned char)~leads[l].mask;
    for (size_t b = 1; b < leads[l].length; b++) {
        if ((bytes[b] & 0xc0) != 0x80)
            return 0;
        *number = *number << 6 | (bytes[b] & 0x3f);
    }
    if (*number < leads[l].least || *number > 0x10ffff ||
        (*number >= 0xd800 && *number <= 0xdfff))
        return 0;
    return leads[l].length;
}

/* Those of ASCII but for the tab, and the second set at U+0080. */
static bool is_control(uint32_t number)
{
    return (number < 0x20 && number != '\t') ||
           (number >= 0x7f && number < 0xa0);
}

const char *shown_fault(const char *text)
{
    while (*text) {
        uint32_t number = 0;
        size_t length = take_character(text, &number);

        if (length == 0)
            return "is not UTF-8";
        if (is_control(number))
            return complain("has a control character (\\x%02x)",
                            (unsigned)number);
        text += length;
    }
    return NULL;
}

/* Cuts the middle out of `text`, so that `size` bytes hold it. */
static void put_cut(char *buf, size_t size, const char *text)
{
    static const char gap[] = " … ";
    size_t length = strlen(text), room = size - sizeof(gap);
    size_t head = room * 2 / 3;
    const char *tail = text + length - (room - head);

    /* Neither end of the gap is within a character. */
    while (head > 0 && (text[head] & 0xc0) == 0x80)
        head--;
    while ((*tail & 0xc0) == 0x80)
        tail++;
    snprintf(buf, size, "%.*s%s%s", (int)head, text, gap, tail);
}

char *shown_text(char *buf, size_t size, const char *text)
{
    char *escaped = calloc(4, strlen(text) + 1), *to = escaped;

    if (!escaped) {
        snprintf(buf, size, "%s", no_memory);
        return buf;
    }
    while (*text) {
        uint32_t number = 0;
        size_t length = take_character(text, &number);

        if (length > 0 && !is_control(number)) {
            memcpy(to, text, length);
            to += length;
            text += length;
            continue;
        }
        to += sprintf(to, "\\x%02x", (unsigned char)*text++);
    }
    *to = '\0';
    if ((size_t)(to - escaped) < size)
        memcpy(buf, escaped, (size_t)(to - escaped) + 1);
    else
        put_cut(buf, size, escaped);
    free(escaped);
    return buf;
}

void shown_format(char *buf, size_t size, const char *format, va_list arguments)
{
    char *text = words_vprintf(format, arguments);

    if (!text) {
        snprintf(buf, size, "%s", no_memory);
        return;
    }
    shown_text(buf, size, text);
    free(text);
}
