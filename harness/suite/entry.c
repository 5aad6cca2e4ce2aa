/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What strategies and peers have in common.
 */
#include "case.h"

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

const char *entry_gap(const struct entry *entry)
{
    const char *gap = entry->peer ? entry->peer->gap : entry->strategy->gap;

    return gap ? gap : "cannot do these steps";
}

uint32_t entry_width(const struct entry *entry, uint32_t cap, uint32_t tasks,
                     uint32_t cores)
{
    const struct strategy like = {.width = entry_rule(entry)};

    return strategy_width(&like, entry->width, cap, tasks, cores);
}
