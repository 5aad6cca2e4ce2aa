/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where suites are: by name in concur's own folder, or by path.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "draft.h"
#include "shown.h"
#include "units.h"
#include "words.h"

#ifndef CONCUR_SUITES
#define CONCUR_SUITES "harness/suites"
#endif

const char *suite_folder(void)
{
    const char *folder = getenv("CONCUR_SUITES");

    return folder && *folder ? folder : CONCUR_SUITES;
}

void words_free(char **words)
{
    for (size_t w = 0; words && words[w]; w++)
        free(words[w]);
    free(words);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool is_suite_file(const char *file)
{
    size_t length = strlen(file);

    return length >= 5 && file[0] != '.' &&
           strcmp(file + length - 4, ".ini") == 0;
}

/* `quick` for `quick.ini`; NULL for what is no suite. */
static char *stem_of(const char *file)
{
    return is_suite_file(file) ? strndup(file, strlen(file) - 4) : NULL;
}

char **suite_names(void)
{
    DIR *folder = opendir(suite_folder());
    char **names = calloc(1, sizeof(*names));
    size_t count = 0;

    while (folder && names) {
        struct dirent *file = readdir(folder);
        char *stem = file ? stem_of(file->d_name) : NULL;
        char **more;

        if (!file)
            break;
        if (!stem)
            continue;
        more = reallocarray(names, count + 2, sizeof(*names));
        if (!more) {
            free(stem);
            words_free(names);
            names = NULL;
            break;
        }
        names = more;
        names[count++] = stem;
        names[count] = NULL;
    }
    if (folder)
        closedir(folder);
    if (names)
        qsort(names, count, sizeof(*names), by_name);
    return names;
}

static bool unknown_suite(const char *name, const struct report *report)
{
    char **names = suite_names();
    char hint[WORD_HINT_BYTES] = "";

    if (names)
        word_hint(hint, sizeof(hint), name, (const char *const *)names);
    words_free(names);
    return fail(report, "--suite: unknown suite '%s'%s", name, hint);
}

bool suite_find(struct suite *suite, const char *word, bool known,
                const char **shown, const struct report *report)
{
    bool is_path = strchr(word, '/') || is_suite_file(word);
    const char *base, *wrong = shown_fault(word);

    if (!*word)
        return fail(report, "--suite: needs a name or a file");
    if (wrong)
        return fail(report, "--suite: '%s' %s", word, wrong);
    suite->path = is_path ? strdup(word)
                          : words_printf("%s/%s.ini", suite_folder(), word);
    if (!suite->path)
        return fail(report, "%s", no_memory);
    if (!known && !is_path && access(suite->path, F_OK) != 0)
        return unknown_suite(word, report);
    base = strrchr(suite->path, '/');
    base = base ? base + 1 : suite->path;
    *shown = is_path ? suite->path : base;
    suite->name = stem_of(base);
    if (!suite->name)
        suite->name = strdup(base);
    return suite->name || fail(report, "%s", no_memory);
}
