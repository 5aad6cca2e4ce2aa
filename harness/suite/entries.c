/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The strategies of a case: `sequential, thread_pool:100`, its peers, and the
 * one that the others are compared with.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "draft.h"
#include "units.h"
#include "words.h"

/* How one of either sort is found by its name: NULL, or what is wrong. */
typedef const char *find_fn(struct draft *d, const char *name,
                            struct entry *entry);

static const char *find_strategy(struct draft *d, const char *name,
                                 struct entry *entry)
{
    const char *names[64] = {NULL};
    char hint[WORD_HINT_BYTES];

    (void)d;
    entry->strategy = strategy_find(name);
    if (entry->strategy)
        return NULL;

    for (size_t s = 0; s < 63 && strategies[s]; s++)
        names[s] = strategies[s]->name;
    return complain("unknown strategy '%s'%s", name,
                    word_hint(hint, sizeof(hint), name, names));
}

static const char *find_peer(struct draft *d, const char *name,
                             struct entry *entry)
{
    const char *names[64] = {NULL};
    char hint[WORD_HINT_BYTES];

    entry->peer = peers_find(d->peers, name);
    if (entry->peer)
        return NULL;
    for (size_t p = 0; p < 63 && p < d->peers->count; p++)
        names[p] = d->peers->list[p]->name;
    return complain("unknown peer '%s'%s; see concur list", name,
                    word_hint(hint, sizeof(hint), name, names));
}

/* Reads `NAME` or `NAME:WIDTH` into *entry. NULL, or what is wrong. */
static const char *read_entry(struct draft *d, find_fn *find, const char *label,
                              struct entry *entry)
{
    const struct case_key *width = case_key_find("width");
    char name[64];
    size_t length = strcspn(label, ":");
    const char *wrong = NULL;

    if (!*label)
        return find == find_peer ? "a peer is missing beside a ','"
                                 : "a strategy is missing beside a ','";
    snprintf(name, sizeof(name), "%.*s", (int)(length > 63 ? 63 : length),
             label);
    wrong = find(d, name, entry);
    if (wrong)
        return wrong;
    if (label[length] == ':') {
        wrong = parse_count(label + length + 1, (uint32_t)width->low,
                            (uint32_t)width->high, &entry->width);
        if (wrong)
            return complain("%s: %s", label, wrong);
        if (entry_rule(entry) == WIDTH_ONE && entry->width != 1)
            return complain("%s has one task in flight by nature: it takes no "
                            "other width",
                            name);
        /* Said or not, it is the same strategy. */
        if (entry_rule(entry) == WIDTH_ONE)
            entry->width = 0;
    }
    entry->label = strdup(label);
    return entry->label ? NULL : no_memory;
}

static bool add_entry(struct draft *d, const char *key, find_fn *find,
                      const char *label)
{
    struct bench_case *c = &d->c;
    struct entry *more =
        reallocarray(c->entries, c->entry_count + 1, sizeof(*more));

    if (!more)
        return draft_fail(d, key, "%s", no_memory);
    c->entries = more;
    struct entry *fresh = &more[c->entry_count];
    *fresh = (struct entry){0};
    const char *wrong = read_entry(d, find, label, fresh);
    if (wrong)
        return draft_fail(d, key, "%s", wrong);
    c->entry_count++;
    for (size_t e = 0; e + 1 < c->entry_count; e++)
        if (more[e].strategy == fresh->strategy &&
            more[e].peer == fresh->peer && more[e].width == fresh->width)
            return draft_fail(d, key, "%s is there twice", label);
    return true;
}

static bool add_listed(struct draft *d, const char *key, find_fn *find,
                       const char *text)
{
    size_t count;
    char **labels = words_split(text, ',', &count);
    bool good = true;

    if (!labels)
        return draft_fail(d, key, "%s", no_memory);
    for (size_t l = 0; good && l < count; l++)
        good = add_entry(d, key, find, labels[l]);
    free(labels);
    return good;
}

static bool add_all(struct draft *d)
{
    for (size_t s = 0; strategies[s]; s++)
        if (!add_entry(d, NULL, find_strategy, strategies[s]->name))
            return false;
    return d->c.entry_count > 0 || draft_fail(d, NULL, "there is no strategy");
}

/* ---- peers ---- */

/* The command line's own: those that come before peers.ini is read. */
static bool add_own(struct draft *d)
{
    for (size_t p = 0; p < d->peers->count; p++) {
        const struct peer *peer = d->peers->list[p];

        if (!peer->folder && !add_entry(d, NULL, find_peer, peer->label))
            return false;
    }
    return true;
}

static bool add_peers(struct draft *d)
{
    const char *text = draft_text(d, "peers");
    char wrong[512];

    if (!text || strcmp(text, "none") == 0)
        return true;
    if (peers_read(d->peers, wrong, sizeof(wrong)) != 0)
        return fail(d->report, "%s", wrong);
    return add_listed(d, "peers", find_peer, text);
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
        if (strcmp(entry_name(&c->entries[e]), word) == 0) {
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

/* Nobody is measured against what nobody has checked. */
static bool check_baseline(struct draft *d, const char *word)
{
    const struct peer *peer = d->c.entries[d->c.baseline].peer;

    return !(peer && peer->unverified) ||
           draft_fail(d, "baseline",
                      "'%s' cannot say what it received: nothing is measured "
                      "against it",
                      word);
}

/* The suite's baseline gives way where the command line's strategies leave it
 * out. */
static bool choose_baseline(struct draft *d)
{
    const char *word = draft_text(d, "baseline");

    if (word && find_entry(&d->c, word, &d->c.baseline))
        return check_baseline(d, word);
    if (word && (from_options(d, "baseline") || !from_options(d, "strategies")))
        return unknown_baseline(d, word);
    if (!find_entry(&d->c, "sequential", &d->c.baseline))
        d->c.baseline = 0;
    return true;
}

/* ---- calibration ---- */

const double calibration_shares[CALIBRATION_SHARES] = {0, 0.01, 0.02, 0.05};

/* Which strategy a case is calibrated with. The steadier it is, the smaller
 * the differences that can be told at all, and libev_loop is: one thread, and
 * nothing on it blocks. Where it is not to be had it is the first one without a
 * width of its own that is not the baseline, which is mostly the slowest; a
 * sample that takes long costs as much as it takes. Decided before anything is
 * measured, so that a run that goes on has the same. Peers cannot be told to
 * do more work. */
static bool find_calibrated(const struct bench_case *c, size_t *found)
{
    unsigned kinds = case_kinds(c);
    int best = 0;

    for (size_t e = 0; e < c->entry_count; e++) {
        const struct entry *entry = &c->entries[e];
        bool can = entry->strategy && !(kinds & ~entry_kinds(entry));
        int rank = !can                                      ? 0
                   : strcmp(entry->label, "libev_loop") == 0 ? 4
                   : e == c->baseline                        ? 1
                   : entry_rule(entry) == WIDTH_BATCH        ? 3
                                                             : 2;
        if (rank > best) {
            best = rank;
            *found = e;
        }
    }
    return best > 0;
}

/* `libev_loop~again`, `libev_loop+1%`: no strategy's or peer's name has such
 * letters. */
static char *calibration_label(const char *of, double added)
{
    return added > 0 ? words_printf("%s+%g%%", of, added * 100)
                     : words_printf("%s~again", of);
}

static bool add_calibration(struct draft *d)
{
    struct bench_case *c = &d->c;
    size_t of = 0;

    if (!c->calibrate)
        return true;
    if (!find_calibrated(c, &of))
        return draft_fail(d, "calibrate",
                          "none of the strategies can be used for it: peers "
                          "cannot, and the others cannot do the case");
    struct entry *more = reallocarray(
        c->entries, c->entry_count + CALIBRATION_SHARES, sizeof(*more));
    if (!more)
        return draft_fail(d, "calibrate", "%s", no_memory);
    c->entries = more;
    for (size_t s = 0; s < CALIBRATION_SHARES; s++) {
        struct entry fresh = more[of];

        fresh.calibrates = true;
        fresh.of = of;
        fresh.added = calibration_shares[s];
        fresh.label = calibration_label(more[of].label, fresh.added);
        if (!fresh.label)
            return draft_fail(d, "calibrate", "%s", no_memory);
        more[c->entry_count++] = fresh;
    }
    return true;
}

bool entries_build(struct draft *d)
{
    const char *text = draft_text(d, "strategies");

    if (text ? !add_listed(d, "strategies", find_strategy, text) : !add_all(d))
        return false;
    return add_peers(d) && add_own(d) && choose_baseline(d) &&
           add_calibration(d);
}
