/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Steps: what is computed from a task's number, a duration or a text.
 */
#include "task.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- durations ---- */

/* SplitMix64 (Steele, Lea, Flood 2014): one well-mixed word for each input,
 * so that any task's draw can be had without drawing those before it. */
static uint64_t mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/* Uniform in (0, 1]: a logarithm of it is finite. */
static double draw(uint64_t seed, uint64_t stream, uint32_t i)
{
    uint64_t word = mix(mix(seed ^ mix(stream)) + i);

    return ((double)(word >> 11) + 1.0) * 0x1.0p-53;
}

static double duration_draw(const struct duration *d, uint64_t seed,
                            uint64_t stream, uint32_t i)
{
    double u = draw(seed, stream, i);

    switch (d->kind) {
    case DURATION_UNIFORM:
        return (double)d->low + u * (double)(d->high - d->low);
    case DURATION_EXPONENTIAL:
        return -log(u) * (double)d->low;
    case DURATION_LOGNORMAL: {
        /* Box and Muller (1958). */
        double v = draw(seed, stream + 1, i);
        double normal = sqrt(-2 * log(u)) * cos(2 * M_PI * v);
        return (double)d->low * exp(d->sigma * normal);
    }
    case DURATION_LIST:
        break;
    }
    return 0;
}

nsec step_delay(const struct batch *batch, const struct step *step, uint32_t i)
{
    const struct duration *d = &step->delay;

    if (d->kind == DURATION_LIST)
        return d->count ? d->list[i % d->count] : 0;
    /* Two streams a step: a lognormal draws twice. */
    uint64_t stream = 2 * (uint64_t)(step - batch->steps);
    double ns = duration_draw(d, batch->seed, stream, i);
    return (nsec)llround(ns / (double)NSEC_PER_USEC) * NSEC_PER_USEC;
}

/* ---- arrivals ---- */

/* Far from the streams of steps, of which there are few. */
#define ARRIVAL_STREAM (UINT64_MAX / 2)

void rate_draw(const struct rate *rate, uint64_t seed, nsec *due,
               uint32_t count)
{
    double gap = (double)NSEC_PER_SEC / rate->per_second;
    double now = 0;

    /* The first comes at once: nobody gains from an empty beginning. */
    for (uint32_t i = 0; i < count; i++) {
        due[i] = (nsec)llround(now);
        now += rate->poisson ? -log(draw(seed, ARRIVAL_STREAM, i)) * gap : gap;
    }
}

/* ---- templates ---- */

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
