/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Quantities with units, read. Decimals are allowed, signs, exponents and
 * blanks before the unit are not.
 */
#include "units.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "words.h"

struct unit {
    const char *name;
    double factor;
};

static const struct unit time_units[] = {
    {"ns", 1},  {"us", 1e3}, {"µs", 1e3},   {"μs", 1e3}, {"ms", 1e6},
    {"s", 1e9}, {"m", 60e9}, {"h", 3600e9}, {NULL, 0},
};

static const struct unit byte_units[] = {
    {"B", 1},
    {"KB", 1e3},
    {"kB", 1e3},
    {"MB", 1e6},
    {"GB", 1e9},
    {"KiB", 1024},
    {"MiB", 1024.0 * 1024},
    {"GiB", 1024.0 * 1024 * 1024},
    {NULL, 0},
};

static const struct unit rate_units[] = {
    {"/s", 1},
    {"/min", 1.0 / 60},
    {"/h", 1.0 / 3600},
    {NULL, 0},
};

/* What a quantity is made of, for the parser and its messages. */
struct measure {
    const struct unit *units;
    const char *often[2]; /* units to suggest where there is none */
    const char *names;
    const char *noun;
    double most;
    const char *most_text;
};

static const struct measure time_measure = {
    time_units,       {"ms", "s"},    "ns, us, ms, s, m or h",
    "time like 40ms", 3600e9 * 10000, "10,000h"};

static const struct measure byte_measure = {
    byte_units,        {"B", "KiB"}, "B, KB, KiB, MB, MiB, GB or GiB",
    "size like 64KiB", 1e15,         "1,000,000GB"};

static const struct measure rate_measure = {
    rate_units, {"/s", "/min"}, "/s, /min or /h", "rate like 500/s",
    1e6,        "1,000,000/s"};

#define RATE_MIN (1.0 / 3600)

/* The number at the front of `text`: digits, perhaps a point and digits. NULL
 * if there is none; else where it ends. */
static const char *scan_number(const char *text, double *number)
{
    size_t whole = strspn(text, "0123456789"), decimals = 0;
    const char *end = text + whole;

    if (*end == '.') {
        decimals = strspn(end + 1, "0123456789");
        end += 1 + decimals;
    }
    if (whole == 0 || (end != text + whole && decimals == 0))
        return NULL;
    *number = strtod(text, NULL); /* only digits and a point: to `end` */
    return end;
}

/* Where a number goes on as other languages would have it: say so, since what
 * follows the digits is no slip in a unit. NULL if it does not. */
static const char *foreign_number(const char *text, const char *end)
{
    bool sign =
        (end[0] == 'e' || end[0] == 'E') && end[1] && strchr("+-", end[1]);

    if (end == text + 1 && text[0] == '0' && (end[0] | 0x20) == 'x')
        return complain("'%s' is hexadecimal: write decimal digits", text);
    if ((end[0] | 0x20) == 'e' && isdigit((unsigned char)end[1 + sign]))
        return complain("'%s' has an exponent: write all its digits", text);
    return NULL;
}

static const char *parse_quantity(const char *text,
                                  const struct measure *measure, double *out)
{
    double number = 0;
    const char *end = scan_number(text, &number);
    const char *foreign = end ? foreign_number(text, end) : NULL;

    if (text[0] == '-')
        return complain("'%s' is negative", text);
    if (!end)
        return complain("'%s' is not a %s", text, measure->noun);
    if (foreign)
        return foreign;
    if (!*end)
        return complain("'%s' has no unit: write %s%s or %s%s", text, text,
                        measure->often[0], text, measure->often[1]);
    for (const struct unit *unit = measure->units; unit->name; unit++) {
        if (strcmp(end, unit->name) != 0)
            continue;
        if (number * unit->factor > measure->most)
            return complain("'%s' is more than %s", text, measure->most_text);
        *out = number * unit->factor;
        return NULL;
    }
    return complain("'%s' has no unit that is known: %s", text, measure->names);
}

const char *parse_duration(const char *text, nsec *out)
{
    double ns = 0;
    const char *wrong = parse_quantity(text, &time_measure, &ns);

    if (!wrong)
        *out = (nsec)llround(ns);
    return wrong;
}

const char *parse_bytes(const char *text, uint64_t *out)
{
    double bytes = 0;
    const char *wrong = parse_quantity(text, &byte_measure, &bytes);

    if (wrong)
        return wrong;
    /* 0.1KB is 100 bytes though its product is not exactly that. */
    if (fabs(bytes - round(bytes)) > 1e-6)
        return complain("'%s' is not a whole number of bytes", text);
    *out = (uint64_t)llround(bytes);
    return NULL;
}

const char *parse_rate(const char *text, struct rate *out)
{
    static const char process[] = "poisson ";
    bool poisson = strncmp(text, process, strlen(process)) == 0;
    const char *number = poisson ? text + strlen(process) : text;
    double per_second = 0;

    number += strspn(number, " ");
    const char *wrong = parse_quantity(number, &rate_measure, &per_second);
    if (wrong)
        return wrong;
    /* A hair less than one an hour is its rounding. */
    if (per_second < RATE_MIN * (1 - 1e-9))
        return complain("'%s' is less than 1/h", text);
    *out = (struct rate){per_second, poisson};
    return NULL;
}

/* ---- numbers without a unit ---- */

/* Digits, or groups of three after the first with ',' or '_' between them. */
static bool is_grouped(const char *text)
{
    size_t first = strspn(text, "0123456789");
    const char *rest = text + first;

    if (first == 0 || (*rest && first > 3))
        return false;
    char separator = *rest;
    if (separator && separator != ',' && separator != '_')
        return false;
    while (*rest) {
        if (*rest != separator || strspn(rest + 1, "0123456789") != 3)
            return false;
        rest += 4;
    }
    return true;
}

const char *parse_count(const char *text, uint32_t low, uint32_t high,
                        uint32_t *out)
{
    char lowest[32], highest[32];
    double value = 0;

    if (text[0] == '-' && is_grouped(text + 1))
        return complain("'%s' is negative", text);
    if (!is_grouped(text))
        return complain("'%s' is not a whole number", text);
    for (const char *c = text; *c; c++)
        if (isdigit((unsigned char)*c))
            value = value * 10 + (*c - '0');
    if (value < low || value > high)
        return complain("%s is out of range: %s to %s", text,
                        format_whole(lowest, sizeof(lowest), low),
                        format_whole(highest, sizeof(highest), high));
    *out = (uint32_t)value;
    return NULL;
}

const char *parse_seed(const char *text, uint64_t *out)
{
    unsigned long long value;

    if (!*text || text[strspn(text, "0123456789")])
        return complain("'%s' is not a whole number", text);
    errno = 0;
    value = strtoull(text, NULL, 10);
    if (errno || value == 0)
        return complain("%s is out of range: 1 to "
                        "18,446,744,073,709,551,615",
                        text);
    *out = value;
    return NULL;
}

const char *parse_percent(const char *text, double *out)
{
    double number = 0;
    bool negative = text[0] == '-';
    const char *end = scan_number(text + negative, &number);

    if (!end)
        return complain("'%s' is no percentage: write 5%%", text);
    end += strspn(end, " ");
    if (!*end)
        return complain("'%s' has no unit: write %s%%", text, text);
    if (strcmp(end, "%") != 0)
        return complain("'%s' is no percentage: write 5%%", text);
    if (negative || number > 100)
        return complain("'%s' is not between 0%% and 100%%", text);
    *out = number / 100;
    return NULL;
}

const char *parse_precision(const char *text, double *out)
{
    const char *wrong = parse_percent(text, out);

    return !wrong && !(*out > 0) ? "0 % can never be reached" : wrong;
}

const char *parse_bool(const char *text, bool *out)
{
    if (strcmp(text, "yes") != 0 && strcmp(text, "no") != 0)
        return complain("'%s' is neither yes nor no", text);
    *out = text[0] == 'y';
    return NULL;
}
