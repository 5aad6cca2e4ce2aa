/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Steps: the texts that are made from a task's number. What is drawn for it is
 * in draw.c.
 */
#include "task.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* These print as snprintf does, without an end; it takes several times as long,
 * and a URL is made for each fetch. */

static int print_text(char *buf, size_t size, const char *text, size_t length)
{
    memcpy(buf, text, length < size ? length : size);
    return (int)length;
}

/* Digits that end at `end`; returns where they begin. */
static char *digits_before(char *end, uint64_t value)
{
    do {
        *--end = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    return end;
}

static int print_number(char *buf, size_t size, uint64_t value)
{
    char digits[20], *end = digits + sizeof(digits);
    const char *begin = digits_before(end, value);

    return print_text(buf, size, begin, (size_t)(end - begin));
}

/* Milliseconds with as many decimals as it needs, at most three. */
static int print_delay(char *buf, size_t size, nsec delay)
{
    nsec us = delay / NSEC_PER_USEC, part = us % 1000;
    char text[24], *end = text + sizeof(text), *at = end;
    int decimals = 3;

    for (; decimals && part % 10 == 0; decimals--)
        part /= 10;
    for (int d = 0; d < decimals; d++, part /= 10)
        *--at = (char)('0' + part % 10);
    if (decimals)
        *--at = '.';
    at = digits_before(at, us / 1000);
    return print_text(buf, size, at, (size_t)(end - at));
}

/* The first 100 characters of what the task received. */
static int print_body(char *buf, size_t size, const struct batch *batch,
                      uint32_t i)
{
    const char *data = batch->bodies ? batch->bodies[i].data : NULL;

    return snprintf(buf, size, "%.100s", data ? data : "");
}

/* The {…} at `field` (its end at `close`) for task i, into buf. -1 if it is
 * none of those we know. */
static int print_field(const struct batch *batch, const struct step *step,
                       uint32_t i, const char *field, const char *close,
                       char *buf, size_t size)
{
    size_t length = (size_t)(close - field) - 1;
    unsigned long long low, high;
    int end = 0;

    if (length == 1 && field[1] == 'i')
        return print_number(buf, size, (uint64_t)batch->first + i);
    if (length == 5 && memcmp(field + 1, "delay", 5) == 0)
        return print_delay(buf, size, step_delay(batch, step, i));
    if (length == 5 && memcmp(field + 1, "value", 5) == 0 && batch->tasks)
        return snprintf(buf, size, "%lld", (long long)batch->tasks[i].value);
    if (length == 4 && memcmp(field + 1, "body", 4) == 0 && batch->tasks)
        return print_body(buf, size, batch, i);
    if (sscanf(field, "{%llu..%llu}%n", &low, &high, &end) == 2 &&
        end == close - field + 1 && low <= high)
        return print_number(buf, size, low + i % (high - low + 1));
    return -1;
}

static bool fill(const struct batch *batch, const struct step *step, uint32_t i,
                 const char *from, char *buf, size_t size)
{
    size_t used = 0;

    while (*from && used < size) {
        const char *close = *from == '{' ? strchr(from, '}') : NULL;
        int length = -1;

        if (close)
            length = print_field(batch, step, i, from, close, buf + used,
                                 size - used);
        if (length < 0) {
            buf[used++] = *from++;
            continue;
        }
        used += (size_t)length;
        from = close + 1;
    }
    if (used >= size)
        return false;
    buf[used] = '\0';
    return true;
}

bool step_url(const struct batch *batch, const struct step *step, uint32_t i,
              char *buf, size_t size)
{
    if (!step->url_count)
        return fill(batch, step, i, step->url, buf, size);
    /* A real URL from a file is taken as it is. */
    const char *url = step->urls[i % step->url_count];
    return (size_t)snprintf(buf, size, "%s", url) < size;
}

bool step_text(const struct batch *batch, const struct step *step, uint32_t i,
               char *buf, size_t size)
{
    return fill(batch, step, i, step->text, buf, size);
}

int64_t step_number(const struct batch *batch, const struct step *step,
                    uint32_t i)
{
    char text[64];

    if (!step->text || !step_text(batch, step, i, text, sizeof(text)))
        return step->number;
    return strtoll(text, NULL, 10);
}

bool step_path(const struct batch *batch, const struct step *step, uint32_t i,
               char *buf, size_t size)
{
    size_t used = 0;

    if (step->text[0] != '/' && batch->folder) {
        used = (size_t)snprintf(buf, size, "%s/", batch->folder);
        if (used >= size)
            return false;
    }
    return fill(batch, step, i, step->text, buf + used, size - used);
}
