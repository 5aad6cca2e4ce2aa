/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sections and settings as lists, and where a draft's errors point to.
 */
#include "draft.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shown.h"

bool fail(const struct report *report, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    /* No line for the terminal need be longer. */
    shown_format(report->error, report->size < 640 ? report->size : 640, format,
                 arguments);
    va_end(arguments);
    return false;
}

struct section *section_add(struct section **sections, size_t *count,
                            const char *name, const char *where)
{
    struct section *more =
        reallocarray(*sections, *count + 1, sizeof(**sections));

    if (!more)
        return NULL;
    *sections = more;
    more += *count;
    *more = (struct section){.name = strdup(name), .where = strdup(where)};
    ++*count;
    return more->name && more->where ? more : NULL;
}

struct setting *setting_add(struct section *section, const struct case_key *key,
                            const char *text, const char *where)
{
    struct setting *more = reallocarray(section->settings, section->count + 1,
                                        sizeof(*section->settings));

    if (!more)
        return NULL;
    section->settings = more;
    more += section->count;
    *more = (struct setting){
        .key = key, .text = strdup(text), .where = strdup(where)};
    section->count++;
    return more->text && more->where ? more : NULL;
}

void section_clear(struct section *section)
{
    for (size_t s = 0; s < section->count; s++) {
        free(section->settings[s].text);
        free(section->settings[s].where);
    }
    free(section->settings);
    free(section->name);
    free(section->where);
}

const char *draft_text(const struct draft *d, const char *key)
{
    return d->values[case_key_find(key) - case_keys];
}

bool draft_fail(const struct draft *d, const char *key, const char *format, ...)
{
    const struct setting *setting =
        key ? d->settings[case_key_find(key) - case_keys] : NULL;
    char message[480];
    va_list arguments;

    va_start(arguments, format);
    shown_format(message, sizeof(message), format, arguments);
    va_end(arguments);
    if (!setting)
        return fail(d->report, "%s: %s", d->where, message);
    if (setting->option)
        return fail(d->report, "%s: %s", setting->where, message);
    return fail(d->report, "%s: %s: %s", setting->where, key, message);
}
