/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Quantities written: for people in three significant digits, and as a suite
 * would have them, without rounding.
 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "units.h"

/* The digits of `text` in groups of three. */
static void group(char *buf, size_t size, const char *digits)
{
    size_t length = strlen(digits), used = 0;

    for (size_t d = 0; d < length && used + 2 < size; d++) {
        if (d > 0 && (length - d) % 3 == 0)
            buf[used++] = ',';
        buf[used++] = digits[d];
    }
    buf[used] = '\0';
}

/* Three significant digits; trailing zeros only where `decimals`. */
static void three_digits(char *buf, size_t size, double value, bool decimals)
{
    char digits[40];
    double power = 1;

    if (value < 999.5 && !decimals && value == floor(value)) {
        snprintf(buf, size, "%.0f", value);
    } else if (value < 99.95) {
        snprintf(buf, size, "%.*f", value < 9.995 ? 2 : 1, value);
    } else {
        while (value / power >= 999.5)
            power *= 10;
        snprintf(digits, sizeof(digits), "%.0f", round(value / power) * power);
        group(buf, size, digits);
    }
}

struct scale {
    double factor;
    const char *unit;
};

static const struct scale time_scales[] = {
    {1, "ns"}, {1e3, "µs"}, {1e6, "ms"}, {1e9, "s"}};
static const struct scale byte_scales[] = {{1, "B"},
                                           {1024, "KiB"},
                                           {1024.0 * 1024, "MiB"},
                                           {1024.0 * 1024 * 1024, "GiB"}};

/* In the largest unit of which there is at least one, rounding included. */
static char *scaled(char *buf, size_t size, double value,
                    const struct scale *scales, size_t count, bool decimals)
{
    double limit = decimals ? 999.5 : 1023.5;
    const char *sign = value < 0 ? "-" : "";
    char number[32];
    size_t s = 0;

    if (!isfinite(value)) {
        snprintf(buf, size, "?");
        return buf;
    }
    value = fabs(value);
    while (s + 1 < count && value / scales[s].factor >= limit)
        s++;
    three_digits(number, sizeof(number), value / scales[s].factor,
                 decimals && s > 0);
    snprintf(buf, size, "%s%s %s", sign, number, scales[s].unit);
    return buf;
}

char *format_duration(char *buf, size_t size, double ns)
{
    if (ns == 0) {
        snprintf(buf, size, "0 s");
        return buf;
    }
    return scaled(buf, size, ns, time_scales,
                  sizeof(time_scales) / sizeof(time_scales[0]), true);
}

char *format_bytes(char *buf, size_t size, double bytes)
{
    return scaled(buf, size, bytes, byte_scales,
                  sizeof(byte_scales) / sizeof(byte_scales[0]), false);
}

char *format_count(char *buf, size_t size, double count)
{
    char number[32];

    if (!isfinite(count)) {
        snprintf(buf, size, "?");
        return buf;
    }
    three_digits(number, sizeof(number), fabs(count), false);
    snprintf(buf, size, "%s%s", count < 0 ? "-" : "", number);
    return buf;
}

char *format_whole(char *buf, size_t size, uint64_t count)
{
    char digits[32];

    snprintf(digits, sizeof(digits), "%llu", (unsigned long long)count);
    group(buf, size, digits);
    return buf;
}

/* ---- as a suite has them ---- */

/* A thousandth is as fine as anybody wants to read: 1.5s, but 1000001ns. */
char *duration_text(char *buf, size_t size, nsec ns)
{
    static const struct {
        nsec factor;
        const char *unit;
    } units[] = {{NSEC_PER_SEC, "s"},
                 {NSEC_PER_MSEC, "ms"},
                 {NSEC_PER_USEC, "us"},
                 {1, "ns"}};
    size_t u = 0;

    while (u < 3 && (ns < units[u].factor || ns % (units[u].factor / 1000)))
        u++;
    if (ns == 0)
        u = 0;
    unsigned long long whole = ns / units[u].factor;
    unsigned long long part =
        u < 3 ? ns % units[u].factor * 1000 / units[u].factor : 0;
    int width = 3;
    while (part && part % 10 == 0) {
        part /= 10;
        width--;
    }
    if (part)
        snprintf(buf, size, "%llu.%0*llu%s", whole, width, part, units[u].unit);
    else
        snprintf(buf, size, "%llu%s", whole, units[u].unit);
    return buf;
}

char *bytes_text(char *buf, size_t size, uint64_t bytes)
{
    static const char *const units[] = {"B", "KiB", "MiB", "GiB"};
    size_t u = 0;

    while (u < 3 && bytes && bytes % 1024 == 0) {
        bytes /= 1024;
        u++;
    }
    snprintf(buf, size, "%llu%s", (unsigned long long)bytes, units[u]);
    return buf;
}
