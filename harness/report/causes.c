/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Causes and the cases that they concern. See causes.h.
 */
#include "causes.h"

#include <stdlib.h>
#include <string.h>

#include "document.h"

#define NAMED 6 /* cases named one by one; the rest is counted */

void causes_cases(FILE *out, const struct view_case *const *cases, size_t count)
{
    size_t named = count > NAMED + 1 ? NAMED : count;
    if (count == 1) {
        fprintf(out, CODE "%s" CODE, cases[0]->name);
        return;
    }
    fprintf(out, "%zu cases (", count);
    for (size_t i = 0; i < named; i++)
        fprintf(out, "%s" CODE "%s" CODE,
                i == 0           ? ""
                : i + 1 == count ? " and "
                                 : ", ",
                cases[i]->name);
    if (named < count)
        fprintf(out, " and %zu more", count - named);
    fputc(')', out);
}

static struct cause *find(struct causes *causes, const char *before,
                          const char *after)
{
    struct cause *more;
    for (size_t i = 0; i < causes->count; i++)
        if (strcmp(causes->list[i].before, before) == 0 &&
            strcmp(causes->list[i].after, after) == 0)
            return &causes->list[i];
    more = reallocarray(causes->list, causes->count + 1, sizeof(*causes->list));
    if (!more)
        return NULL;
    causes->list = more;
    more += causes->count;
    *more = (struct cause){.before = strdup(before), .after = strdup(after)};
    if (more->before && more->after) {
        causes->count++;
        return more;
    }
    free(more->before);
    free(more->after);
    return NULL;
}

void causes_add(struct causes *causes, const char *before,
                const struct view_case *c, const char *after)
{
    struct cause *cause = find(causes, before, after);
    const struct view_case **more;
    if (!cause || (cause->count && cause->cases[cause->count - 1] == c))
        return;
    more = reallocarray(cause->cases, cause->count + 1, sizeof(*more));
    if (!more)
        return;
    cause->cases = more;
    cause->cases[cause->count++] = c;
}

void causes_tell(struct causes *causes, void (*say)(void *self, const char *),
                 void *self)
{
    for (size_t i = 0; i < causes->count; i++) {
        struct cause *cause = &causes->list[i];
        char *text = NULL;
        size_t size;
        FILE *out = cause->count ? open_memstream(&text, &size) : NULL;
        if (out) {
            fputs(cause->before, out);
            causes_cases(out, cause->cases, cause->count);
            fputs(cause->after, out);
        }
        if (out && fclose(out) == 0)
            say(self, text);
        free(text);
        free(cause->before);
        free(cause->after);
        free(cause->cases);
    }
    free(causes->list);
    *causes = (struct causes){0};
}
