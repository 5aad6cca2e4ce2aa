/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text built into a buffer of fixed size, without printf: the origin makes two
 * such texts for each request. What does not fit is left out.
 */
#ifndef CONCUR_TEXT_H
#define CONCUR_TEXT_H

#include <stddef.h>
#include <stdint.h>

struct text {
    char *data; /* borrowed; not ended by a NUL */
    size_t size, used;
};

void text_bytes(struct text *text, const char *data, size_t length);
void text_word(struct text *text, const char *word);
void text_number(struct text *text, uint64_t value);

/* value / 10^decimals, without trailing zeros: 12345, 3 is 12.345. */
void text_decimal(struct text *text, uint64_t value, unsigned decimals);

/* Sixteen lower-case hex digits. */
void text_hex(struct text *text, uint64_t value);

#endif
