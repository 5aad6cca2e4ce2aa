/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Suites: found, read, overridden, expanded, and cut down to what was asked
 * for.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "draft.h"
#include "units.h"
#include "words.h"

/* ---- selection ---- */

/* `fetch` is fetch and fetch/…, `fetch/tasks=10` that and what follows it. */
bool case_covers(const char *word, const char *name)
{
    size_t length = strlen(word);

    return strncmp(word, name, length) == 0 &&
           (name[length] == '\0' || name[length] == '/');
}

static bool unknown_case(const struct suite *suite, const char *word,
                         const struct report *report)
{
    const char **names = calloc(2 * suite->case_count + 1, sizeof(*names));
    char hint[WORD_HINT_BYTES];

    if (!names)
        return fail(report, "%s", no_memory);
    for (size_t c = 0; c < suite->case_count; c++) {
        names[2 * c] = suite->cases[c].section;
        names[2 * c + 1] = suite->cases[c].name;
    }
    word_hint(hint, sizeof(hint), word, names);
    free(names);
    return fail(report, "--cases: unknown case '%s'%s", word, hint);
}

/* That each word is the name of some case. */
static bool check_only(const struct suite *suite, const char *const *only,
                       const struct report *report)
{
    for (size_t w = 0; only && only[w]; w++) {
        bool hit = false;

        for (size_t c = 0; c < suite->case_count && !hit; c++)
            hit = case_covers(only[w], suite->cases[c].name);
        if (!hit)
            return unknown_case(suite, only[w], report);
    }
    return true;
}

static void select_cases(struct suite *suite, const char *const *only)
{
    size_t kept = 0;

    for (size_t c = 0; c < suite->case_count; c++) {
        bool wanted = only == NULL;

        for (size_t w = 0; only && only[w] && !wanted; w++)
            wanted = case_covers(only[w], suite->cases[c].name);
        if (wanted)
            suite->cases[kept++] = suite->cases[c];
        else
            case_clear(&suite->cases[c]);
    }
    suite->case_count = kept;
}

/* ---- the whole ---- */

/* The folder of the suite's file, with '/' at its end, or "". */
static char *folder_of(const struct suite *suite)
{
    const char *slash = suite->path ? strrchr(suite->path, '/') : NULL;

    return slash ? strndup(suite->path, (size_t)(slash - suite->path) + 1)
                 : strdup("");
}

/* Those of the command line come first: every case gets them. */
static bool add_peers(struct suite *suite, const struct suite_request *request,
                      const struct report *report)
{
    char wrong[512];

    for (size_t p = 0; p < request->peer_count; p++)
        if (peers_add(&suite->peers, request->peers[p], wrong, sizeof(wrong)) !=
            0)
            return fail(report, "--peer: %s", wrong);
    return true;
}

bool suite_keep(struct suite *suite, const struct suite_file *file)
{
    struct suite_file *more = reallocarray(suite->files, suite->file_count + 1,
                                           sizeof(*suite->files));

    if (!more)
        return false;
    suite->files = more;
    struct suite_file *kept = &more[suite->file_count++];
    *kept = (struct suite_file){strdup(file->path), malloc(file->size + 1),
                                file->size};
    if (!kept->path || !kept->text)
        return false;
    memcpy(kept->text, file->text, file->size);
    kept->text[file->size] = '\0';
    return true;
}

static bool add_files(struct suite *suite, const struct suite_request *request,
                      const struct report *report)
{
    for (size_t f = 0; f < request->file_count; f++)
        if (!suite_keep(suite, &request->files[f]))
            return fail(report, "%s", no_memory);
    return true;
}

/* A budget is for cases that have no fixed number of rounds; that an option
 * has given them one is not the suite's mistake. */
static bool take_budget(struct suite *suite, const struct source *source,
                        const struct suite_request *request, const char *shown,
                        const struct report *report)
{
    bool used = source->budgets == 0;

    for (size_t c = 0; c < suite->case_count && !used; c++)
        used = case_is_auto(&suite->cases[c]);
    for (size_t o = 0; o < request->override_count && !used; o++)
        used = strcmp(request->overrides[o].key, "rounds") == 0;
    suite->budget = source->budget;
    return used || fail(report,
                        "%s:%u: budget: no case has rounds = auto, which it "
                        "is for",
                        shown, source->budgets);
}

static bool fill(struct suite *suite, struct source *source,
                 const struct suite_request *request, const char *shown,
                 const struct report *report)
{
    char *folder = folder_of(suite);
    bool good = folder || fail(report, "%s", no_memory);

    good = good && refine_begin(source, report) &&
           override_all(source, request, report);
    for (size_t s = 0; good && s < source->count; s++)
        if (!section_axes(&source->sections[s]))
            good = section_expand(suite, source, &source->sections[s], folder,
                                  report);
    free(folder);
    good = good && refine_end(source, report) &&
           check_only(suite, request->only, report) &&
           override_check(source, request, report) &&
           take_budget(suite, source, request, shown, report) &&
           claims_check(suite, source, report);
    if (good)
        select_cases(suite, request->only);
    return good;
}

static bool read_into(struct suite *suite, struct source *source,
                      const struct suite_request *request,
                      const struct report *report)
{
    const char *shown = NULL;

    if (!request->suite) {
        suite->name = strdup("cases");
        if (!suite->name)
            return fail(report, "%s", no_memory);
        return override_section_make(source, request, report) &&
               fill(suite, source, request, NULL, report);
    }
    if (!suite_find(suite, request->suite, request->text, &shown, report) ||
        !source_read(suite->path, shown, request->text, source, report))
        return false;
    return fill(suite, source, request, shown, report);
}

struct suite *suite_read(const struct suite_request *request, char *error,
                         size_t error_size)
{
    const struct report report = {error, error_size};
    struct suite *suite = calloc(1, sizeof(*suite));
    struct source source = {0};
    bool good;

    if (!suite) {
        fail(&report, "%s", no_memory);
        return NULL;
    }
    good = add_peers(suite, request, &report) &&
           add_files(suite, request, &report) &&
           read_into(suite, &source, request, &report);
    /* The text and the note become the suite's. */
    suite->text = source.text;
    suite->note = source.note;
    source.text = source.note = NULL;
    source_clear(&source);
    if (!good) {
        suite_free(suite);
        return NULL;
    }
    return suite;
}

void suite_free(struct suite *suite)
{
    if (!suite)
        return;
    for (size_t c = 0; c < suite->case_count; c++)
        case_clear(&suite->cases[c]);
    peers_clear(&suite->peers);
    for (size_t f = 0; f < suite->file_count; f++) {
        free(suite->files[f].path);
        free(suite->files[f].text);
    }
    free(suite->files);
    free(suite->cases);
    free(suite->name);
    free(suite->path);
    free(suite->text);
    free(suite->note);
    free(suite);
}
