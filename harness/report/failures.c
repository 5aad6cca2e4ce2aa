/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is said of tasks that failed and of replies that were no success: once
 * where it holds for every strategy, else for each that it holds for.
 */
#include <string.h>

#include "document.h"
#include "say.h"
#include "verdict.h"

bool verdict_alike(const struct view_case *c, sayer *say, char *text,
                   size_t size)
{
    char other[256];
    *text = '\0';
    for (size_t i = 0; i < c->count; i++) {
        const struct view_entry *e = &c->entries[i];
        if (e->status == VIEW_ABSENT)
            continue;
        say(other, sizeof(other), e);
        if (!*other || (*text && strcmp(text, other) != 0))
            return false;
        snprintf(text, size, "%s", other);
    }
    return *text != '\0';
}

/* The text of each entry that has one, named; false: there is none. *level:
 * whether all of these may be compared. */
static bool said_each(FILE *out, const struct view_case *c, sayer *say,
                      bool *level)
{
    char text[256];
    bool any = false;
    *level = true;
    for (size_t i = 0; i < c->count; i++) {
        const struct view_entry *e = &c->entries[i];
        if (!*say(text, sizeof(text), e))
            continue;
        fprintf(out, "%s" CODE "%s" CODE ": %s", any ? "; " : "", e->label,
                text);
        any = true;
        *level = *level && view_level(c, e);
    }
    return any;
}

/* Whether a failed task of the entry has that URL and outcome. */
static bool failed_at(const struct view_entry *e, const char *url,
                      const char *outcome)
{
    size_t i;
    json_t *task;
    json_array_foreach (e->failed_tasks, i, task)
        if (strcmp(view_text_or(task, "url", ""), url) == 0 &&
            strcmp(view_text_or(task, "outcome", ""), outcome) == 0)
            return true;
    return false;
}

/* One URL that failed, with how many strategies it did, unless an entry before
 * `at` has had it. */
static bool failed_url(FILE *out, const struct view_case *c, size_t at,
                       const json_t *task, bool first)
{
    const char *url = view_text_or(task, "url", "");
    const char *outcome = view_text_or(task, "outcome", "?");
    size_t tried = 0, failed = 0;
    for (size_t i = 0; i < c->count; i++) {
        bool here = failed_at(&c->entries[i], url, outcome);
        if (i < at && here)
            return false;
        tried += c->entries[i].status != VIEW_ABSENT;
        failed += here;
    }
    if (!*url)
        return false;
    fprintf(out, "%s" CODE "%.200s" CODE " (%s", first ? " Failed: " : ", ",
            url, outcome);
    if (failed < tried)
        fprintf(out, ", %zu of %zu strategies", failed, tried);
    fputc(')', out);
    return true;
}

#define URLS_MOST 6

/* Which URLs failed, as far as the samples name them. */
static void failed_urls(FILE *out, const struct view_case *c)
{
    size_t named = 0, k;
    json_t *task;
    for (size_t i = 0; i < c->count; i++)
        json_array_foreach (c->entries[i].failed_tasks, k, task)
            if (named < URLS_MOST)
                named += failed_url(out, c, i, task, named == 0);
    if (named)
        fputc('.', out);
}

void verdict_failures(FILE *out, const struct view_case *c)
{
    char text[256];
    bool level;
    if (verdict_alike(c, say_failed, text, sizeof(text)))
        fprintf(out, "Under every strategy, %s%s.", text,
                view_fastest(c) ? "" : ": there is nothing to compare");
    else if (said_each(out, c, say_failed, &level))
        fputs(level ? "."
                    : ". Who did less is not compared: only those of which the "
                      "fewest tasks failed are called fast.",
              out);
    failed_urls(out, c);
}

void verdict_statuses(FILE *out, const struct view_case *c)
{
    char text[256];
    bool level;
    if (verdict_alike(c, say_statuses, text, sizeof(text)))
        fprintf(out, "Under every strategy, %s.", text);
    else if (said_each(out, c, say_statuses, &level))
        fputc('.', out);
}
