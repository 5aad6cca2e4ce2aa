/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text built into a buffer: see text.h.
 */
#include "text.h"

#include <string.h>

void text_bytes(struct text *text, const char *data, size_t length)
{
    size_t room = text->size - text->used;
    size_t taken = length < room ? length : room;
    memcpy(text->data + text->used, data, taken);
    text->used += taken;
}

void text_word(struct text *text, const char *word)
{
    text_bytes(text, word, strlen(word));
}

void text_number(struct text *text, uint64_t value)
{
    char digits[20];
    size_t at = sizeof digits;
    do {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    } while (value != 0);
    text_bytes(text, digits + at, sizeof digits - at);
}

void text_decimal(struct text *text, uint64_t value, unsigned decimals)
{
    while (decimals > 0 && value % 10 == 0) {
        value /= 10;
        decimals--;
    }
    char digits[20];
    if (decimals > sizeof digits)
        decimals = sizeof digits;
    size_t at = sizeof digits;
    for (unsigned i = 0; i < decimals; i++) {
        digits[--at] = (char)('0' + value % 10);
        value /= 10;
    }
    text_number(text, value);
    if (decimals > 0) {
        text_bytes(text, ".", 1);
        text_bytes(text, digits + at, decimals);
    }
}

void text_hex(struct text *text, uint64_t value)
{
    char digits[16];
    for (size_t at = sizeof digits; at > 0; value >>= 4)
        digits[--at] = "0123456789abcdef"[value & 15];
    text_bytes(text, digits, sizeof digits);
}
