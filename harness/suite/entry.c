/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What strategies and peers have in common.
 */
#include "case.h"

#include <stdio.h>
#include <string.h>

const char *entry_name(const struct entry *entry)
{
    return entry->peer ? entry->peer->name : entry->strategy->name;
}

const char *entry_gist(const struct entry *entry)
{
    return entry->peer ? entry->peer->gist : entry->strategy->gist;
}

enum width_rule entry_rule(const struct entry *entry)
{
    return entry->peer ? entry->peer->width : entry->strategy->width;
}

unsigned entry_kinds(const struct entry *entry)
{
    return entry->peer ? entry->peer->kinds : entry->strategy->kinds;
}

nsec entry_tick(const struct entry *entry)
{
    return entry->peer ? entry->peer->tick : entry->strategy->tick;
}

/* ---- why not ---- */

/* Appends ", " before all but the first. */
static void add_word(char *text, size_t size, size_t begin, const char *word)
{
    size_t used = strlen(text);

    snprintf(text + used, size - used, "%s%s", used > begin ? ", " : "", word);
}

static bool has_name(unsigned kinds, const char *name)
{
    for (enum step_kind kind = 0; kind < STEP_KINDS; kind++)
        if (kinds & STEP_BIT(kind) && strcmp(step_kind_name(kind), name) == 0)
            return true;
    return false;
}

/* Appends what one part of a gap, `kinds: why` up to `end`, says of those
 * among `missing`. */
static void add_part(char *text, size_t size, const char *part, const char *end,
                     unsigned missing)
{
    size_t length = (size_t)(end - part), names = strcspn(part, ":");
    size_t used = strlen(text), begin;

    if (names >= length)
        return;
    if (used)
        add_word(text, size, used + 1, "; ");
    begin = strlen(text);
    for (const char *at = part; at < part + names; at += strspn(at, ", ")) {
        char name[32];

        snprintf(name, sizeof(name), "%.*s", (int)strcspn(at, ",:"), at);
        if (has_name(missing, name))
            add_word(text, size, begin, name);
        at += strcspn(at, ",:");
    }
    if (strlen(text) == begin) {
        text[used] = '\0'; /* it is about others */
        return;
    }
    begin = strlen(text);
    snprintf(text + begin, size - begin, "%.*s", (int)(length - names),
             part + names);
}

/* Of a peer that gives no reasons: what it does. */
static void add_kinds(char *text, size_t size, unsigned kinds)
{
    snprintf(text, size, "says it does only ");
    for (enum step_kind kind = 0; kind < STEP_KINDS; kind++)
        if (kinds & STEP_BIT(kind))
            add_word(text, size, sizeof("says it does only ") - 1,
                     step_kind_name(kind));
}

char *entry_gap(const struct entry *entry, unsigned kinds, char *text,
                size_t size)
{
    const char *gap = entry->peer ? entry->peer->gap : entry->strategy->gap;
    unsigned missing = kinds & ~entry_kinds(entry);

    *text = '\0';
    while (gap && *gap) {
        const char *end = gap + strcspn(gap, ";");

        add_part(text, size, gap, end, missing);
        gap = end + strspn(end, "; ");
    }
    if (!*text)
        add_kinds(text, size, entry_kinds(entry));
    return text;
}

uint32_t entry_width(const struct entry *entry, uint32_t cap, uint32_t tasks,
                     uint32_t cores)
{
    const struct strategy like = {.width = entry_rule(entry)};

    return strategy_width(&like, entry->width, cap, tasks, cores);
}
