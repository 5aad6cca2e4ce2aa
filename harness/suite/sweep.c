/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sweeps: a section whose values have `|` becomes a case for each combination.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "draft.h"
#include "units.h"
#include "words.h"

#define CASES_MAX 1000

/* One swept key: its values, and which is taken. */
struct sweep {
    struct setting *setting;
    char **values; /* owned, as words_split made them */
    size_t count, at;
};

/* A section's sweeps, in the order of the file. */
struct expansion {
    struct suite *suite;
    struct source *source;
    struct section *section;
    const char *folder;
    const struct report *report;
    struct sweep sweeps[KEYS_MAX];
    size_t count;
};

/* As it stands in axes: one blank for many, and 1,000 as 1000, since an axis
 * of a figure is a number. */
static char *plain_value(const char *text, const struct case_key *key)
{
    char *plain = malloc(strlen(text) + 1);
    size_t used = 0;

    if (!plain)
        return NULL;
    for (; *text; text++) {
        bool blank = isspace((unsigned char)*text);

        if (key->unit == RANGE_COUNT && (*text == ',' || *text == '_'))
            continue;
        if (blank && used > 0 && plain[used - 1] == ' ')
            continue;
        plain[used++] = blank ? ' ' : *text;
    }
    plain[used] = '\0';
    return plain;
}

/* Appends axis `a` to the name as `/key=value`; a list's `, ` becomes `+`. */
static bool extend_name(struct bench_case *c, size_t a)
{
    const struct axis *axis = &c->axes[a];
    char *longer = NULL;

    if (asprintf(&longer, "%s/%s=%s", c->name, axis->key, axis->value) < 0)
        return false;
    char *to = longer + strlen(c->name);
    for (const char *from = to; *from; from++) {
        if (*from == ' ' && to[-1] == '+')
            continue;
        *to++ = *from == ',' ? '+' : *from;
    }
    *to = '\0';
    free(c->name);
    c->name = longer;
    return true;
}

/* The axes at which the sweeps stand. */
static bool set_axes(struct bench_case *c, const struct expansion *x)
{
    struct axis *axes = calloc(x->count + 1, sizeof(*axes));

    c->axes = axes;
    c->axis_count = axes ? x->count : 0;
    for (size_t s = 0; s < c->axis_count; s++) {
        const struct sweep *sweep = &x->sweeps[s];

        axes[s].key = strdup(sweep->setting->key->name);
        axes[s].value =
            plain_value(sweep->values[sweep->at], sweep->setting->key);
        if (!axes[s].key || !axes[s].value)
            return false;
    }
    return axes != NULL;
}

static bool name_case(struct bench_case *c, const struct expansion *x)
{
    c->section = strdup(x->section->name);
    c->name = strdup(x->section->name);
    c->where = strdup(x->section->where);
    if (!c->section || !c->name || !c->where)
        return false;
    for (size_t a = 0; a < c->axis_count; a++)
        if (!extend_name(c, a))
            return false;
    return true;
}

/* Builds the case at which the sweeps stand and hands it to the suite. */
static bool build_one(struct expansion *x)
{
    struct suite *suite = x->suite;
    struct draft d = {.where = x->section->where,
                      .folder = x->folder,
                      .peers = &suite->peers,
                      .suite = suite,
                      .report = x->report};
    struct bench_case *more;
    bool good;

    for (size_t s = 0; s < x->section->count; s++) {
        struct setting *setting = &x->section->settings[s];

        d.settings[setting->key - case_keys] = setting;
        d.values[setting->key - case_keys] = setting->text;
    }
    for (size_t s = 0; s < x->count; s++)
        d.values[x->sweeps[s].setting->key - case_keys] =
            x->sweeps[s].values[x->sweeps[s].at];
    good = (set_axes(&d.c, x) && name_case(&d.c, x)) ||
           fail(x->report, "%s", no_memory);
    if (good)
        refine_draft(&d, x->source);
    good = good && draft_build(&d);
    free((void *)d.delay.list);
    more =
        good ? reallocarray(suite->cases, suite->case_count + 1, sizeof(*more))
             : NULL;
    if (!more) {
        case_clear(&d.c);
        return good && fail(x->report, "%s", no_memory);
    }
    suite->cases = more;
    suite->cases[suite->case_count++] = d.c;
    return true;
}

/* ---- finding them ---- */

static bool sweep_fail(const struct expansion *x, const struct setting *setting,
                       const char *message)
{
    return fail(x->report, "%s: %s%s%s", setting->where,
                setting->option ? "" : setting->key->name,
                setting->option ? "" : ": ", message);
}

/* ---- the same value twice ---- */

static bool same_times(const char *a, const char *b)
{
    struct duration x = {0}, y = {0};
    bool same = !parse_durations(a, &x) && !parse_durations(b, &y) &&
                x.kind == y.kind && x.count == y.count && x.low == y.low &&
                x.high == y.high && !(x.sigma < y.sigma) &&
                !(x.sigma > y.sigma);

    for (uint32_t v = 0; same && v < x.count; v++)
        same = x.list[v] == y.list[v];
    free((void *)x.list);
    free((void *)y.list);
    return same;
}

/* Two texts for one value: 2 and 02, 1ms and 1000us. What cannot be read is
 * told later. */
static bool same_value(const struct case_key *key, const char *a, const char *b)
{
    uint64_t x = 0, y = 0;
    uint32_t m = 0, n = 0;

    if (strcmp(a, b) == 0)
        return true;
    switch (key->unit) {
    case RANGE_COUNT:
        return !parse_count(a, 0, UINT32_MAX, &m) &&
               !parse_count(b, 0, UINT32_MAX, &n) && m == n;
    case RANGE_TIME:
        return same_times(a, b);
    case RANGE_BYTES:
        return !parse_bytes(a, &x) && !parse_bytes(b, &y) && x == y;
    case RANGE_NONE:
    case RANGE_WORKLOADS:
        break;
    }
    return false;
}

static bool takes_text(const struct case_key *key)
{
    return strcmp(key->name, "note") == 0 ||
           strcmp(key->name, "article") == 0 || strcmp(key->name, "claim") == 0;
}

static bool add_sweep(struct expansion *x, struct setting *setting)
{
    struct sweep *sweep = &x->sweeps[x->count];

    if (!setting->key->sweeps)
        return sweep_fail(x, setting,
                          "cannot be swept with '|': write a "
                          "section for each");
    sweep->setting = setting;
    sweep->values = words_split(setting->text, '|', &sweep->count);
    if (!sweep->values)
        return sweep_fail(x, setting, no_memory);
    x->count++;
    for (size_t v = 0; v < sweep->count; v++) {
        if (!*sweep->values[v])
            return sweep_fail(x, setting, "a value is missing beside a '|'");
        for (size_t w = 0; w < v; w++)
            if (same_value(setting->key, sweep->values[v], sweep->values[w]))
                return sweep_fail(
                    x, setting,
                    complain("%s is there twice", sweep->values[v]));
    }
    return true;
}

static bool find_sweeps(struct expansion *x)
{
    size_t cases = 1;

    for (size_t s = 0; s < x->section->count; s++) {
        struct setting *setting = &x->section->settings[s];

        if (!strchr(setting->text, '|') || takes_text(setting->key))
            continue;
        if (!add_sweep(x, setting))
            return false;
        cases *= x->sweeps[x->count - 1].count;
        if (cases + x->suite->case_count > CASES_MAX)
            return sweep_fail(x, setting,
                              "the suite has more than 1,000 "
                              "cases");
    }
    return true;
}

/* Like the figures of a number: the last sweep counts up first. False when
 * all combinations were had. */
static bool step_on(struct expansion *x)
{
    for (size_t s = x->count; s-- > 0;) {
        if (++x->sweeps[s].at < x->sweeps[s].count)
            return true;
        x->sweeps[s].at = 0;
    }
    return false;
}

/* A line that has an effect in none of the section's cases is a mistake. Where
 * an option has changed what is done, it may be the option's doing. */
static bool check_uses(const struct expansion *x)
{
    static const char *const deciders[] = {"workload", "steps", "url", "urls",
                                           "strategies"};
    const struct section *section = x->section;

    for (size_t s = 0; s < section->count; s++)
        for (size_t k = 0; k < sizeof(deciders) / sizeof(deciders[0]); k++)
            if (section->settings[s].option &&
                strcmp(section->settings[s].key->name, deciders[k]) == 0)
                return true;
    for (size_t s = 0; s < section->count; s++) {
        const struct setting *setting = &section->settings[s];

        if (!setting->used && !setting->option)
            return sweep_fail(x, setting, unused_reason(setting->key->name));
    }
    return true;
}

bool section_expand(struct suite *suite, struct source *source,
                    struct section *section, const char *folder,
                    const struct report *report)
{
    struct expansion x = {.suite = suite,
                          .source = source,
                          .section = section,
                          .folder = folder,
                          .report = report};
    bool good = find_sweeps(&x);

    while (good) {
        good = build_one(&x);
        if (!step_on(&x))
            break;
    }
    for (size_t s = 0; s < x.count; s++)
        free(x.sweeps[s].values);
    return good && check_uses(&x);
}
