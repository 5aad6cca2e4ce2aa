/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Refinements: `[fetch/tasks=10000]` says of some cases of `[fetch]` who is
 * measured and how often. Their work stays that of the section, so that what is
 * swept in it remains one sweep.
 */
#include <stdlib.h>
#include <string.h>

#include "draft.h"
#include "words.h"

const char *section_axes(const struct section *section)
{
    return strchr(section->name, '/');
}

/* Whether it refines the section of that name. */
static bool is_part_of(const struct section *section, const char *name)
{
    const char *axes = section_axes(section);
    size_t length = strlen(name);

    return axes && (size_t)(axes - section->name) == length &&
           strncmp(section->name, name, length) == 0;
}

/* Whether `part`, from a '/' on, stands in the case's name as a whole. */
static bool has_part(const struct bench_case *c, const char *part,
                     size_t length)
{
    const char *at = c->name + strlen(c->section);

    for (; (at = strchr(at, '/')) != NULL; at++)
        if (strncmp(at, part, length) == 0 &&
            (at[length] == '/' || at[length] == '\0'))
            return true;
    return false;
}

/* Each of its axes, in any order, is the case's. */
static bool covers(const struct section *section, const struct bench_case *c)
{
    const char *part = section_axes(section);

    while (part) {
        const char *next = strchr(part + 1, '/');
        size_t length = next ? (size_t)(next - part) : strlen(part);

        if (!has_part(c, part, length))
            return false;
        part = next;
    }
    return true;
}

void refine_draft(struct draft *d, struct source *source)
{
    for (size_t s = 0; s < source->count; s++) {
        struct section *section = &source->sections[s];

        if (!is_part_of(section, d->c.section) || !covers(section, &d->c))
            continue;
        section->matched = true;
        for (size_t k = 0; k < section->count; k++) {
            struct setting *setting = &section->settings[k];

            d->settings[setting->key - case_keys] = setting;
            d->values[setting->key - case_keys] = setting->text;
        }
    }
}

/* ---- checks ---- */

static struct section *whole_of(struct source *source,
                                const struct section *section)
{
    for (size_t s = 0; s < source->count; s++)
        if (is_part_of(section, source->sections[s].name))
            return &source->sections[s];
    return NULL;
}

static bool check_keys(const struct section *section,
                       const struct report *report)
{
    for (size_t k = 0; k < section->count; k++)
        if (!section->settings[k].key->refines)
            return fail(report,
                        "%s: %s: is the same in all cases of a section; only "
                        "strategies, peers, rounds, calibrate and limit may "
                        "differ",
                        section->settings[k].where,
                        section->settings[k].key->name);
    return true;
}

static bool any_option(const struct section *section)
{
    for (size_t k = 0; k < section->count; k++)
        if (section->settings[k].option)
            return true;
    return false;
}

bool refine_begin(struct source *source, const struct report *report)
{
    for (size_t s = 0; s < source->count; s++) {
        const struct section *section = &source->sections[s];

        if (!section_axes(section))
            continue;
        if (!whole_of(source, section))
            return fail(report,
                        "%s: there is no section [%.*s] of which this "
                        "is a part",
                        section->where,
                        (int)(section_axes(section) - section->name),
                        section->name);
        if (!check_keys(section, report))
            return false;
    }
    return true;
}

/* An option may have taken away what the suite sweeps. */
bool refine_end(struct source *source, const struct report *report)
{
    for (size_t s = 0; s < source->count; s++) {
        const struct section *section = &source->sections[s];

        if (!section_axes(section) || section->matched ||
            any_option(whole_of(source, section)))
            continue;
        return fail(report, "%s: there is no case '%s'", section->where,
                    section->name);
    }
    return true;
}
