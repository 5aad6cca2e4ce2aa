/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The command line's settings, laid over a suite's.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "draft.h"
#include "words.h"

/* Two ways to say the same: an option drops the suite's other one. */
static const char *const exclusive[][2] = {{"workload", "steps"},
                                           {"url", "urls"}};

static const char *rival_of(const char *key)
{
    for (size_t e = 0; e < sizeof(exclusive) / sizeof(exclusive[0]); e++) {
        if (strcmp(exclusive[e][0], key) == 0)
            return exclusive[e][1];
        if (strcmp(exclusive[e][1], key) == 0)
            return exclusive[e][0];
    }
    return NULL;
}

/* Takes the suite's own setting of `key` out of the section. */
static void drop_setting(struct section *section, const char *key)
{
    for (size_t s = 0; key && s < section->count; s++) {
        struct setting *setting = &section->settings[s];

        if (setting->option || strcmp(setting->key->name, key) != 0)
            continue;
        free(setting->text);
        free(setting->where);
        section->count--;
        memmove(setting, setting + 1, (section->count - s) * sizeof(*setting));
        return;
    }
}

/* Takes white space off both ends, in place. */
static void strip(char *text)
{
    char *inner = word_trim(text);

    memmove(text, inner, strlen(inner) + 1);
}

static bool override_section(struct section *section,
                             const struct override *with,
                             const struct report *report)
{
    const struct case_key *key = case_key_find(with->key);
    char where[64];
    struct setting *setting;

    if (!key)
        return fail(report, "--%s: is no key of a case", with->key);
    drop_setting(section, with->key);
    drop_setting(section, rival_of(with->key));
    if (section_axes(section))
        return true; /* its section has the option */
    snprintf(where, sizeof(where), "--%s", with->key);
    setting = setting_add(section, key, with->text, where);
    if (!setting)
        return fail(report, "%s", no_memory);
    setting->option = true;
    strip(setting->text);
    return true;
}

/* True if the request selects a case of the section, or of the one that it
 * refines, as far as its name tells. */
static bool selects(const struct suite_request *request,
                    const struct section *section)
{
    size_t length = strcspn(section->name, "/");

    for (size_t w = 0; request->only && request->only[w]; w++)
        if (strcspn(request->only[w], "/") == length &&
            strncmp(request->only[w], section->name, length) == 0)
            return true;
    return !request->only;
}

bool override_all(struct source *source, const struct suite_request *request,
                  const struct report *report)
{
    for (size_t s = 0; s < source->count; s++)
        for (size_t o = 0; selects(request, &source->sections[s]) &&
                           o < request->override_count;
             o++)
            if (!override_section(&source->sections[s], &request->overrides[o],
                                  report))
                return false;
    return true;
}

bool override_check(const struct source *source,
                    const struct suite_request *request,
                    const struct report *report)
{
    for (size_t o = 0; o < request->override_count; o++) {
        const char *key = request->overrides[o].key;
        bool used = false;

        for (size_t s = 0; s < source->count && !used; s++) {
            const struct section *section = &source->sections[s];

            for (size_t t = 0; t < section->count && !used; t++)
                used = section->settings[t].used &&
                       strcmp(section->settings[t].key->name, key) == 0;
        }
        if (!used)
            return fail(report, "--%s: %s", key, unused_reason(key));
    }
    return true;
}

bool override_section_make(struct source *source,
                           const struct suite_request *request,
                           const struct report *report)
{
    const char *name = NULL;
    struct section *section;

    for (size_t o = 0; o < request->override_count; o++) {
        const struct override *with = &request->overrides[o];

        if (strcmp(with->key, "workload") == 0)
            name = strchr(with->text, '|') ? "cases" : with->text;
        else if (strcmp(with->key, "steps") == 0)
            name = "steps";
        else if (!name && strncmp(with->key, "url", 3) == 0)
            name = "fetch";
    }
    section = section_add(&source->sections, &source->count,
                          name ? name : "cases", COMMAND_LINE);
    if (!section)
        return fail(report, "%s", no_memory);
    strip(section->name);
    return true;
}
