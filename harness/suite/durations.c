/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Durations that differ from task to task, read and written: a list, or a
 * distribution by its parameters. Drawing from it is impls/draw.c's.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "units.h"
#include "words.h"

#define SIGMA_MAX 4.0

struct distribution {
    const char *name;
    enum duration_kind kind;
    size_t parameters;
    const char *usage;
};

static const struct distribution distributions[] = {
    {"uniform", DURATION_UNIFORM, 2, "uniform 10ms 50ms"},
    {"exp", DURATION_EXPONENTIAL, 1, "exp 20ms"},
    {"lognormal", DURATION_LOGNORMAL, 2, "lognormal 20ms 0.5"},
};
#define DISTRIBUTIONS (sizeof(distributions) / sizeof(distributions[0]))

static const struct distribution *distribution_find(const char *name)
{
    for (size_t d = 0; d < DISTRIBUTIONS; d++)
        if (strcmp(distributions[d].name, name) == 0)
            return &distributions[d];
    return NULL;
}

static const char *unknown_distribution(const char *word)
{
    const char *names[DISTRIBUTIONS + 1] = {NULL};
    char hint[WORD_HINT_BYTES];

    for (size_t d = 0; d < DISTRIBUTIONS; d++)
        names[d] = distributions[d].name;
    return complain("'%s' is neither a time like 40ms nor uniform, exp or "
                    "lognormal%s",
                    word, word_hint(hint, sizeof(hint), word, names));
}

/* The second parameter, where there is one. */
static const char *parse_second(const char *text, struct duration *d)
{
    size_t digits = strspn(text, "0123456789.");
    char *end;

    if (d->kind == DURATION_UNIFORM) {
        const char *wrong = parse_duration(text, &d->high);

        if (!wrong && d->high < d->low)
            return complain("uniform ends at %s, before it begins", text);
        return wrong;
    }
    d->sigma = strtod(text, &end);
    if (digits == 0 || text[digits] || *end)
        return complain("'%s' is not a number: sigma has no unit", text);
    if (d->sigma > SIGMA_MAX)
        return complain("sigma %s is out of range: 0 to %g", text, SIGMA_MAX);
    return NULL;
}

static const char *parse_distribution(char **words, size_t count,
                                      struct duration *out)
{
    const struct distribution *found = distribution_find(words[0]);
    struct duration d = {0};
    const char *wrong;

    if (!found)
        return unknown_distribution(words[0]);
    if (count != 1 + found->parameters)
        return complain("%s takes %zu value%s, as in '%s'", found->name,
                        found->parameters, found->parameters > 1 ? "s" : "",
                        found->usage);
    d.kind = found->kind;
    wrong = parse_duration(words[1], &d.low);
    if (!wrong && found->parameters == 2)
        wrong = parse_second(words[2], &d);
    if (!wrong)
        *out = d;
    return wrong;
}

static const char *parse_list(const char *text, struct duration *out)
{
    size_t count;
    const char *wrong = NULL;
    char **words = words_split(text, ',', &count);
    nsec *list = words ? calloc(count, sizeof(*list)) : NULL;

    if (!list)
        wrong = no_memory;
    for (size_t w = 0; !wrong && w < count; w++)
        wrong = *words[w] ? parse_duration(words[w], &list[w])
                          : complain("'%s' has an empty place", text);
    free(words);
    if (wrong) {
        free(list);
        return wrong;
    }
    *out = (struct duration){
        .kind = DURATION_LIST, .count = (uint32_t)count, .list = list};
    return NULL;
}

const char *parse_durations(const char *text, struct duration *out)
{
    size_t count;
    char **words = words_of(text, &count);
    const char *wrong;

    if (!words)
        return no_memory;
    if (count > 0 && isalpha((unsigned char)words[0][0]))
        wrong = parse_distribution(words, count, out);
    else
        wrong = parse_list(text, out);
    free(words);
    return wrong;
}

/* ---- written ---- */

static char *list_text(char *buf, size_t size, const struct duration *d)
{
    char one[32];
    size_t used = 0;

    snprintf(buf, size, "0s");
    for (uint32_t v = 0; v < d->count; v++) {
        int length = snprintf(buf + used, size - used, "%s%s", v ? ", " : "",
                              duration_text(one, sizeof(one), d->list[v]));

        /* Room is kept for the sign that more follows. */
        if (used + (size_t)length + sizeof("…") + 2 >= size && v) {
            snprintf(buf + used, size - used, ", …");
            break;
        }
        used += (size_t)length;
    }
    return buf;
}

char *durations_text(char *buf, size_t size, const struct duration *d)
{
    char low[32], high[32];

    duration_text(low, sizeof(low), d->low);
    duration_text(high, sizeof(high), d->high);
    switch (d->kind) {
    case DURATION_LIST:
        return list_text(buf, size, d);
    case DURATION_UNIFORM:
        snprintf(buf, size, "uniform %s %s", low, high);
        break;
    case DURATION_EXPONENTIAL:
        snprintf(buf, size, "exp %s", low);
        break;
    case DURATION_LOGNORMAL:
        snprintf(buf, size, "lognormal %s %g", low, d->sigma);
        break;
    }
    return buf;
}
