/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A file of real URLs, one a line. Blank lines and lines that begin with '#'
 * are skipped, a carriage return at the end is no part of the URL.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "draft.h"
#include "shown.h"
#include "words.h"

#define URLS_MAX 10000000

/* Takes one line into the case. NULL, or what is wrong with it. */
static const char *take_line(struct bench_case *c, char *line)
{
    char *url = word_trim(line);
    const char *wrong;
    char **more;

    wrong = shown_fault(url);
    if (!wrong && (*url == '\0' || *url == '#'))
        return NULL;
    if (!wrong)
        wrong = url_check_real(url);
    if (wrong)
        return wrong;
    if (c->url_count == URLS_MAX)
        return "there are more than 10,000,000 URLs";
    /* Room doubles whenever the count is a power of two. */
    if ((c->url_count & (c->url_count - 1)) == 0) {
        more = reallocarray(c->urls, 2 * (size_t)c->url_count + 1,
                            sizeof(*c->urls));
        if (!more)
            return no_memory;
        c->urls = more;
    }
    c->urls[c->url_count] = strdup(url);
    if (!c->urls[c->url_count])
        return no_memory;
    c->url_count++;
    return NULL;
}

static bool read_lines(struct draft *d, FILE *file, const char *path)
{
    char *line = NULL;
    size_t room = 0, number = 0;
    const char *wrong = NULL;
    ssize_t length;

    for (;;) {
        length = getline(&line, &room, file);
        if (length < 0)
            break;
        number++;
        char *begin = line;
        if (number == 1 && strncmp(line, "\xef\xbb\xbf", 3) == 0)
            begin += 3;
        if (strlen(line) != (size_t)length)
            wrong = "is not text";
        else
            wrong = take_line(&d->c, begin);
        if (wrong)
            break;
    }
    free(line);
    if (wrong)
        return fail(d->report, "%s:%zu: %s", path, number, wrong);
    if (ferror(file))
        return draft_fail(d, "urls", "cannot read '%s': %s", path,
                          strerror(errno));
    if (d->c.url_count == 0)
        return fail(d->report, "%s:%zu: has no URL", path, number ? number : 1);
    return true;
}

bool urls_build(struct draft *d, const char *name)
{
    const struct setting *setting =
        d->settings[case_key_find("urls") - case_keys];
    bool as_given = setting->option || name[0] == '/';
    char *path = NULL;
    FILE *file;
    bool good;

    if (asprintf(&path, "%s%s", as_given ? "" : d->folder, name) < 0)
        return draft_fail(d, "urls", "%s", no_memory);
    file = fopen(path, "re");
    if (file) {
        good = read_lines(d, file, path);
        fclose(file);
    } else {
        good = draft_fail(d, "urls", "cannot read '%s': %s", path,
                          strerror(errno));
    }
    free(path);
    return good;
}
