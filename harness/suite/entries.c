/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The strategies of a case: `sequential, thread_pool:100`, and the one that
 * the others are compared with.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "draft.h"
#include "units.h"
#include "words.h"

static const char *unknown_strategy(const char *name)
{
    const char *names[64] = {NULL};
    char hint[WORD_HINT_BYTES];

    for (size_t s = 0; s < 63 && strategies[s]; s++)
        names[s] = strategies[s]->name;
    return complain("unknown strategy '%s'%s", name,
                    word_hint(hint, sizeof(hint), name, names));
}

/* Reads `NAME` or `NAME:WIDTH` into *entry. NULL, or what is wrong. */
static const char *read_entry(const char *label, struct entry *entry)
{
    const struct case_key *width = case_key_find("width");
    char name[64];
    size_t length = strcspn(label, ":");
    const char *wrong = NULL;

    if (!*label)
        return "a strategy is missing beside a ','";
    snprintf(name, sizeof(name), "%.*s", (int)(length > 63 ? 63 : length),
             label);
    entry->strategy = strategy_find(name);
    if (!entry->strategy)
        return unknown_strategy(name);
    if (label[length] == ':') {
        wrong = parse_count(label + length + 1, (uint32_t)width->low,
                            (uint32_t)width->high, &entry->width);
        if (wrong)
            return complain("%s: %s", label, wrong);
        if (entry->strategy->width == WIDTH_ONE && entry->width != 1)
            return complain("%s has one task in flight by nature: it takes no "
                            "other width",
                            name);
        /* Said or not, it is the same strategy. */
        if (entry->strategy->width == WIDTH_ONE)
            entry->width = 0;
    }
    entry->label = strdup(label);
    return entry->label ? NULL : no_memory;
}

static bool add_entry(struct draft *d, const char *label)
{
    struct bench_case *c = &d->c;
    struct entry *fresh = &c->entries[c->entry_count];
    const char *wrong = read_entry(label, fresh);

    if (wrong)
        return draft_fail(d, "strategies", "%s", wrong);
    c->entry_count++;
    for (size_t e = 0; e + 1 < c->entry_count; e++)
        if (c->entries[e].strategy == fresh->strategy &&
            c->entries[e].width == fresh->width)
            return draft_fail(d, "strategies", "%s is there twice", label);
    return true;
}

static bool add_listed(struct draft *d, const char *text)
{
    size_t count;
    char **labels = words_split(text, ',', &count);
    bool good = true;

    d->c.entries = labels ? calloc(count, sizeof(*d->c.entries)) : NULL;
    if (!d->c.entries) {
        free(labels);
        return draft_fail(d, "strategies", "%s", no_memory);
    }
    for (size_t l = 0; good && l < count; l++)
        good = add_entry(d, labels[l]);
    free(labels);
    return good;
}

static bool add_all(struct draft *d)
{
    size_t count = 0;

    while (strategies[count])
        count++;
    d->c.entries = calloc(count + 1, sizeof(*d->c.entries));
    if (!d->c.entries)
        return draft_fail(d, NULL, "%s", no_memory);
    for (size_t s = 0; s < count; s++)
        if (!add_entry(d, strategies[s]->name))
            return false;
    return count > 0 || draft_fail(d, NULL, "there is no strategy");
}

/* ---- the baseline ---- */

/* The entry of that label or else, if it is the only one, of that strategy. */
static bool find_entry(const struct bench_case *c, const char *word,
                       size_t *found)
{
    size_t hits = 0;

    for (size_t e = 0; e < c->entry_count; e++) {
        if (strcmp(c->entries[e].label, word) == 0) {
            *found = e;
            return true;
        }
    }
    for (size_t e = 0; e < c->entry_count; e++) {
        if (strcmp(c->entries[e].strategy->name, word) == 0) {
            *found = e;
            hits++;
        }
    }
    return hits == 1;
}

static bool from_options(const struct draft *d, const char *key)
{
    const struct setting *setting = d->settings[case_key_find(key) - case_keys];

    return setting && setting->option;
}

static bool unknown_baseline(struct draft *d, const char *word)
{
    const char **labels = calloc(d->c.entry_count + 1, sizeof(*labels));
    char hint[WORD_HINT_BYTES];

    if (!labels)
        return draft_fail(d, "baseline", "%s", no_memory);
    for (size_t e = 0; e < d->c.entry_count; e++)
        labels[e] = d->c.entries[e].label;
    word_hint(hint, sizeof(hint), word, labels);
    free(labels);
    return draft_fail(d, "baseline", "'%s' is not among the strategies%s", word,
                      hint);
}

/* The suite's baseline gives way where the command line's strategies leave it
 * out. */
static bool choose_baseline(struct draft *d)
{
    const char *word = draft_text(d, "baseline");

    if (word && find_entry(&d->c, word, &d->c.baseline))
        return true;
    if (word && (from_options(d, "baseline") || !from_options(d, "strategies")))
        return unknown_baseline(d, word);
    if (!find_entry(&d->c, "sequential", &d->c.baseline))
        d->c.baseline = 0;
    return true;
}

bool entries_build(struct draft *d)
{
    const char *text = draft_text(d, "strategies");

    if (text ? !add_listed(d, text) : !add_all(d))
        return false;
    return choose_baseline(d);
}
