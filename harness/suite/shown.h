/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Text from outside: whether it can be kept, and how it is shown. Results are
 * JSON, which is UTF-8, and a terminal obeys control characters.
 */
#ifndef CONCUR_SHOWN_H
#define CONCUR_SHOWN_H

#include <stdarg.h>
#include <stddef.h>

/* Why the text cannot be kept: "is not UTF-8", or "has a control character
 * (\x1b)"; a tab is none. NULL if it can. In complain's buffer. */
const char *shown_fault(const char *text);

/* Writes the text into buf with control characters and what is no UTF-8 as
 * \xNN. What is too long for it loses its middle, since a message ends with
 * what is wrong. Returns buf; at least 16 bytes of size. */
char *shown_text(char *buf, size_t size, const char *text);

/* The same of a text made as by vprintf. */
void shown_format(char *buf, size_t size, const char *format, va_list arguments)
    __attribute__((format(printf, 3, 0)));

#endif
