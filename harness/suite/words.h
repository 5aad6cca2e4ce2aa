/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Words of a suite or a command line: taken apart, and messages about them.
 */
#ifndef CONCUR_WORDS_H
#define CONCUR_WORDS_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* A message in a static per-thread buffer, valid until the next one. Earlier
 * messages may be among the arguments. Fit for a terminal, as shown.h says. */
const char *complain(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

extern const char no_memory[];

/* Text as by printf, allocated; NULL if there is no memory. */
char *words_printf(const char *format, ...)
    __attribute__((format(printf, 1, 2)));
char *words_vprintf(const char *format, va_list arguments)
    __attribute__((format(printf, 1, 0)));

/* Skips white space at the front and cuts it off at the end, in place. */
char *word_trim(char *text);

/* The parts of `text` between separators, trimmed, NULL at the end; *count of
 * them, at least one. One allocation, which the caller frees; NULL if there is
 * no memory. */
char **words_split(const char *text, char separator, size_t *count);

/* The words of `text`, white space between them. Else like words_split, but
 * there may be none. */
char **words_of(const char *text, size_t *count);

/* Writes it between '…', so that a shell reads it as one word whatever is in
 * it. */
void word_quote(FILE *out, const char *word);

/* Writes "; did you mean 'WORD'?" with the nearest of `words` (ends with
 * NULL) into buf, or an empty string. Returns buf. */
char *word_hint(char *buf, size_t size, const char *word,
                const char *const *words);

/* The same, or else "; there are WORD, WORD, …". */
char *word_choice(char *buf, size_t size, const char *word,
                  const char *const *words);

#define WORD_HINT_BYTES   96
#define WORD_CHOICE_BYTES 256

#endif
