/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The keys of a case as options: kept as text, which the suite parser reads.
 */
#include "keys.h"

#include <stdio.h>
#include <string.h>

/* A key's help: what it is, its range, its default. */
static void describe(const struct case_key *key, char *buf, size_t size)
{
    char range[80];
    const char *standard = key->standard;
    bool both = *case_key_range(key, range, sizeof(range)) && standard;

    snprintf(buf, size, "%s", key->help);
    if (!*range && !standard)
        return;
    snprintf(buf, size, "%s (%s%s%s%s)", key->help, range, both ? "; " : "",
             standard ? "default: " : "", standard ? standard : "");
}

static bool is_among(const char *name, const char *const *words)
{
    for (; words && *words; words++)
        if (strcmp(*words, name) == 0)
            return true;
    return false;
}

void key_options_append(struct option *table, size_t count,
                        const char *const *except, size_t at)
{
    static char help[KEYS_MAX][320];

    for (size_t k = 0; k < KEYS_MAX && case_keys[k].name; k++) {
        if (is_among(case_keys[k].name, except))
            continue;
        describe(&case_keys[k], help[k], sizeof(help[k]));
        table[count++] = (struct option){.name = case_keys[k].name,
                                         .value = case_keys[k].value,
                                         .implied = case_keys[k].implied,
                                         .help = help[k],
                                         .at = at,
                                         .set = key_options_take};
    }
    table[count].name = NULL;
}

const char *key_options_take(void *target, const struct option *option,
                             const char *text)
{
    struct key_options *into = (void *)((char *)target + option->at);
    static const char *const makers[] = {"workload", "steps", "url", "urls",
                                         NULL};

    into->overrides[into->count++] = (struct override){option->name, text};
    into->own_case |= is_among(option->name, makers);
    into->urls |= strcmp(option->name, "urls") == 0;
    return NULL;
}
