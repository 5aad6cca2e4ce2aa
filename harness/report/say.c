/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Numbers as people read them: three significant digits, SI time, binary
 * sizes. Says nothing about what they mean; verdict.c does.
 */
#include "say.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "../stats/failure_kinds.h"
#include "../suite/units.h"

#define UNKNOWN "–"

static char *unknown(char *buf)
{
    memcpy(buf, UNKNOWN, sizeof(UNKNOWN));
    return buf;
}

char *say_time(char *buf, double ns)
{
    if (!isfinite(ns))
        return unknown(buf);
    return format_duration(buf, SAY_BYTES, ns);
}

char *say_bytes(char *buf, double bytes)
{
    if (!isfinite(bytes))
        return unknown(buf);
    return format_bytes(buf, SAY_BYTES, bytes);
}

char *say_count(char *buf, double count)
{
    if (!isfinite(count))
        return unknown(buf);
    if (count >= 0 && count < 1e15 && count == floor(count))
        return format_whole(buf, SAY_BYTES, (uint64_t)count);
    return say_rate(buf, count);
}

char *say_rate(char *buf, double rate)
{
    if (!isfinite(rate))
        return unknown(buf);
    if (rate >= 99.95)
        return format_count(buf, SAY_BYTES, round(rate));
    if (rate > 0 && rate < 0.0005)
        return strcpy(buf, "< 0.001");
    int decimals = rate < 0.0995 && rate > 0 ? 3 : rate < 9.995 ? 2 : 1;
    snprintf(buf, SAY_BYTES, "%.*f", decimals, rate);
    return buf;
}

char *say_factor(char *buf, double ratio)
{
    if (!isfinite(ratio))
        return unknown(buf);
    if (ratio >= 0 && ratio < 0.00005)
        return strcpy(buf, "0");
    if (ratio >= 1000)
        return format_count(buf, SAY_BYTES, round(ratio));
    int decimals = ratio < 0.0995   ? 4
                   : ratio >= 99.95 ? 0
                   : ratio >= 9.995 ? 1
                                    : 2;
    snprintf(buf, SAY_BYTES, "%.*f", decimals, ratio);
    return buf;
}

char *say_ratio(char *buf, double ratio)
{
    say_factor(buf, ratio);
    return isfinite(ratio) ? strcat(buf, "×") : buf;
}

char *say_change(char *buf, double ratio)
{
    char times[SAY_BYTES];
    bool faster = ratio > 0 && ratio < 0.1;
    if (!faster && !(ratio > 10 && isfinite(ratio)))
        return say_ratio(buf, ratio);
    say_factor(times, faster ? 1 / ratio : ratio);
    snprintf(buf, SAY_BYTES, "%.40s times %s", times,
             faster ? "faster" : "slower");
    return buf;
}

char *say_percent(char *buf, double part)
{
    if (!isfinite(part))
        return unknown(buf);
    double percent = 100 * part;
    snprintf(buf, SAY_BYTES, "%.*f %%",
             fabs(percent) < 9.95 || (percent > 99 && percent < 100) ? 1 : 0,
             percent);
    return buf;
}

char *say_spread(char *buf, const struct spread *s,
                 char *(*one)(char *, double))
{
    char lo[SAY_BYTES], hi[SAY_BYTES];
    buf[0] = '\0';
    if (isfinite(s->lo) && isfinite(s->hi))
        snprintf(buf, SAY_BYTES, "[%.40s, %.40s]", one(lo, s->lo),
                 one(hi, s->hi));
    return buf;
}

void say_unit_once(const char *middle, char *low, char *high)
{
    const char *unit = strrchr(middle, ' ');
    char *of_low = strrchr(low, ' '), *of_high = strrchr(high, ' ');
    /* "< 0.001" ends in a number. */
    if (!unit || isdigit((unsigned char)unit[1]) || !of_low || !of_high ||
        strcmp(unit, of_low) != 0 || strcmp(unit, of_high) != 0)
        return;
    *of_low = *of_high = '\0';
}

/* "fetch" → "fetches": how the workload is named, by number. */
static const char *noun(const char *workload, bool one)
{
    static const struct {
        const char *workload, *one, *many;
    } nouns[] = {
        {"fetch", "fetch", "fetches"},
        {"sleep", "sleep", "sleeps"},
    };
    for (size_t i = 0; i < sizeof(nouns) / sizeof(*nouns); i++)
        if (strcmp(nouns[i].workload, workload) == 0)
            return one ? nouns[i].one : nouns[i].many;
    return one ? "task" : "tasks";
}

char *say_given(char *buf, size_t size, const char *text)
{
    size_t used = 0;
    for (; *text && used + 3 < size; text++) {
        buf[used++] = *text;
        if (isdigit((unsigned char)text[0]) && isalpha((unsigned char)text[1]))
            buf[used++] = ' ';
    }
    buf[used] = '\0';
    return buf;
}

/* Where a task's steps end in `steps`, and a creator's begin. */
static size_t creator_of(const struct view_case *c)
{
    return isfinite(c->creator) ? (size_t)c->creator
                                : json_array_size(c->steps);
}

/* A barrier stands between steps and is none. */
static size_t steps_count(const struct view_case *c)
{
    size_t count = 0;
    for (size_t i = 0; i < creator_of(c); i++) {
        const char *step = json_string_value(json_array_get(c->steps, i));
        count += step && strcmp(step, "barrier") != 0;
    }
    return count;
}

char *say_load(char *buf, const struct view_case *c)
{
    static const struct {
        const char *unit;
        double seconds;
    } units[] = {{"/s", 1}, {"/min", 60}, {"/h", 3600}};
    size_t unit = 0;
    char count[SAY_BYTES];
    *buf = '\0';
    if (!view_open_load(c))
        return buf;
    while (unit < 2 && c->rate * units[unit].seconds < 1 - 1e-9)
        unit++;
    /* Three a minute is stored as so many a second. */
    double rate = round(c->rate * units[unit].seconds * 1e6) / 1e6;
    snprintf(buf, SAY_BYTES, "%.40s%s%s", say_count(count, rate),
             units[unit].unit, c->poisson ? " (Poisson)" : "");
    return buf;
}

char *say_case(char *buf, size_t size, const struct view_case *c)
{
    char text[SAY_BYTES], width[SAY_BYTES + 32] = "", delay[200] = "";
    char each[sizeof(delay) + SAY_BYTES + 16] = "";
    bool list = c->delay && strpbrk(c->delay, ", ") != NULL;
    if (c->delay)
        say_given(delay, sizeof(delay), c->delay);
    if (c->delay && list)
        snprintf(each, sizeof(each), " (%s)", delay);
    else if (c->delay)
        snprintf(each, sizeof(each), " of %s", delay);
    if (c->body > 0) {
        size_t used = strlen(each);
        snprintf(each + used, sizeof(each) - used, " %s %s",
                 used ? "and" : "of", say_bytes(text, c->body));
    }
    if (isfinite(c->width))
        snprintf(width, sizeof(width), ", at most %s at once",
                 say_count(text, c->width));
    size_t steps = steps_count(c);
    char several[40] = "";
    if (steps > 1)
        snprintf(several, sizeof(several), " of %zu steps", steps);
    char load[SAY_BYTES];
    snprintf(buf, size, "%s %s%s%s%s%s%s%s%s", say_count(text, c->tasks),
             noun(steps > 1 ? "steps" : c->workload, c->tasks == 1), several,
             steps > 1 ? "" : each,
             isfinite(c->creator) ? " and a creator" : "",
             *say_load(load, c) ? " at " : "", load, width,
             c->reuse ? "" : ", a new connection each");
    return buf;
}

/* ---- steps ---- */

static char *steps_write(char *buf, size_t size, const struct view_case *c,
                         size_t from, size_t to, const char *mark)
{
    size_t used = 0;
    *buf = '\0';
    for (size_t i = from; i < to; i++) {
        const char *step = json_string_value(json_array_get(c->steps, i));
        if (step && used + strlen(step) + 8 < size)
            used += (size_t)snprintf(buf + used, size - used, "%s%s%s%s",
                                     i > from ? "; " : "", mark, step, mark);
    }
    return buf;
}

char *say_steps(char *buf, size_t size, const struct view_case *c,
                const char *mark)
{
    bool several = steps_count(c) > 1 || isfinite(c->creator);
    return steps_write(buf, size, c, 0, several ? creator_of(c) : 0, mark);
}

char *say_creator(char *buf, size_t size, const struct view_case *c,
                  const char *mark)
{
    return steps_write(buf, size, c, creator_of(c), json_array_size(c->steps),
                       mark);
}

/* ---- replies ---- */

char *say_statuses(char *buf, size_t size, const struct view_entry *e)
{
    size_t used = 0;
    const char *key;
    json_t *value;
    *buf = '\0';
    json_object_foreach ((json_t *)e->statuses, key, value) {
        char all[SAY_BYTES], count[SAY_BYTES];
        bool one = json_number_value(value) <= 1, first = used == 0;
        if (used >= size)
            break;
        say_count(count, json_number_value(value));
        used += (size_t)snprintf(buf + used, size - used, "%s%s%s%s%s %s %.20s",
                                 first ? "" : ", ", count, first ? " of " : "",
                                 first ? say_count(all, e->ok) : "",
                                 !first       ? ""
                                 : e->ok == 1 ? " reply"
                                              : " replies",
                                 one ? "was" : "were", key);
    }
    return buf;
}

/* ---- what was not checked ---- */

char *say_unverified(char *buf, size_t size, const struct view_entry *e)
{
    snprintf(buf, size, "%s",
             e->unverified ? "unverified: it cannot say what it received; not "
                             "ranked"
                           : "");
    return buf;
}

/* ---- failures ---- */

char *say_failed(char *buf, size_t size, const struct view_entry *e)
{
    char failed[SAY_BYTES], all[SAY_BYTES], kinds[160];
    *buf = '\0';
    if (!(e->failed > 0))
        return buf;
    bool some = e->ok > 0;
    failure_kinds(kinds, sizeof(kinds), e->failures);
    snprintf(buf, size, "%s%s%s task%s failed%s%s",
             some ? say_count(failed, e->failed) : "all", some ? " of " : " ",
             say_count(all, e->failed + (some ? e->ok : 0)),
             e->failed + (some ? e->ok : 0) == 1 ? "" : "s", *kinds ? ": " : "",
             kinds);
    return buf;
}
