/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Words: splitting, messages, and the nearest known word to a slip of the
 * finger. Letters are compared as bytes; only ASCII has upper and lower case.
 */
#include "words.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shown.h"
#include "units.h"

const char no_memory[] = "there is no memory left";

const char *complain(const char *format, ...)
{
    static _Thread_local char message[400];
    char fresh[sizeof(message)];
    va_list arguments;

    va_start(arguments, format);
    shown_format(fresh, sizeof(fresh), format, arguments);
    va_end(arguments);
    memcpy(message, fresh, sizeof(message));
    return message;
}

char *words_vprintf(const char *format, va_list arguments)
{
    char *text;

    return vasprintf(&text, format, arguments) < 0 ? NULL : text;
}

char *words_printf(const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    char *text = words_vprintf(format, arguments);
    va_end(arguments);
    return text;
}

static bool is_blank(char c)
{
    return isspace((unsigned char)c);
}

char *word_trim(char *text)
{
    size_t length;

    while (is_blank(*text))
        text++;
    length = strlen(text);
    while (length > 0 && is_blank(text[length - 1]))
        length--;
    text[length] = '\0';
    return text;
}

/* Room for `most` pointers and a copy of `text` behind them. */
static char **words_room(const char *text, size_t most, char **copy)
{
    size_t bytes = strlen(text) + 1;
    char **words = malloc((most + 1) * sizeof(*words) + bytes);

    if (!words)
        return NULL;
    *copy = (char *)(words + most + 1);
    memcpy(*copy, text, bytes);
    return words;
}

char **words_split(const char *text, char separator, size_t *count)
{
    const char between[] = {separator, '\0'};
    size_t parts = 1, used = 0;
    char *rest;

    for (const char *c = text; *c; c++)
        parts += *c == separator;
    char **words = words_room(text, parts, &rest);
    if (!words)
        return NULL;
    while (rest)
        words[used++] = word_trim(strsep(&rest, between));
    words[used] = NULL;
    *count = used;
    return words;
}

char **words_of(const char *text, size_t *count)
{
    size_t used = 0;
    char *rest, *word;
    char **words = words_room(text, strlen(text) / 2 + 1, &rest);

    if (!words)
        return NULL;
    for (word = strtok_r(rest, " \t\r\n\v\f", &rest); word;
         word = strtok_r(NULL, " \t\r\n\v\f", &rest))
        words[used++] = word;
    words[used] = NULL;
    *count = used;
    return words;
}

void word_quote(FILE *out, const char *word)
{
    fputc('\'', out);
    for (; *word; word++)
        fputs(*word == '\'' ? "'\\''" : (char[]){*word, '\0'}, out);
    fputc('\'', out);
}

/* ---- the nearest word ---- */

/* Longer words are not compared: no name here is that long. */
#define NEAREST_MAX 63

static size_t least(size_t a, size_t b)
{
    return a < b ? a : b;
}

static bool same(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* Optimal string alignment: insertions, deletions, substitutions and swaps of
 * neighbours, each counted 1. Three rows of the matrix are kept. */
static size_t distance(const char *a, const char *b)
{
    size_t rows[3][NEAREST_MAX + 2];
    size_t n = strlen(a), m = strlen(b);

    for (size_t j = 0; j <= m; j++)
        rows[0][j] = j;
    for (size_t i = 1; i <= n; i++) {
        size_t *row = rows[i % 3], *above = rows[(i - 1) % 3];

        row[0] = i;
        for (size_t j = 1; j <= m; j++) {
            size_t cost = !same(a[i - 1], b[j - 1]);

            row[j] =
                least(least(above[j] + 1, row[j - 1] + 1), above[j - 1] + cost);
            if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) &&
                same(a[i - 2], b[j - 1]))
                row[j] = least(row[j], rows[(i - 2) % 3][j - 2] + 1);
        }
    }
    return rows[n % 3][m];
}

const char *nearest(const char *word, const char *const *words)
{
    size_t length = strlen(word), best = 0;
    const char *found = NULL;

    if (length == 0 || length > NEAREST_MAX)
        return NULL;
    for (; *words; words++) {
        size_t longer = strlen(*words);

        if (longer > NEAREST_MAX)
            continue;
        /* A slip in each three letters, three at most: in short words two
         * would make any of them out of any other. */
        size_t allowed = least(3, least(longer, length) / 3);
        size_t d = distance(word, *words);

        if (d <= allowed && (!found || d < best)) {
            found = *words;
            best = d;
        }
    }
    return found;
}

char *word_hint(char *buf, size_t size, const char *word,
                const char *const *words)
{
    const char *found = nearest(word, words);

    if (found)
        snprintf(buf, size, "; did you mean '%s'?", found);
    else
        buf[0] = '\0';
    return buf;
}

char *word_choice(char *buf, size_t size, const char *word,
                  const char *const *words)
{
    word_hint(buf, size, word, words);
    if (*buf)
        return buf;
    for (size_t w = 0, used = 0; words[w] && used < size; w++)
        used += (size_t)snprintf(buf + used, size - used, "%s%s",
                                 w ? ", " : "; there are ", words[w]);
    return buf;
}
