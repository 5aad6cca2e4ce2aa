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

static bool read_lines(struct draft *d, const struct suite_file *urls)
{
    FILE *file = fmemopen(urls->text, urls->size, "r");
    char *line = NULL;
    size_t room = 0, number = 0;
    const char *wrong = file ? NULL : no_memory;

    while (!wrong) {
        ssize_t length = getline(&line, &room, file);
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
    }
    free(line);
    if (file)
        fclose(file);
    if (wrong)
        return fail(d->report, "%s:%zu: %s", urls->path, number, wrong);
    if (d->c.url_count == 0)
        return fail(d->report, "%s:%zu: has no URL", urls->path,
                    number ? number : 1);
    return true;
}

/* The whole of a file or pipe; false with errno. */
static bool read_whole(FILE *file, struct suite_file *into)
{
    char block[65536];
    FILE *out = open_memstream(&into->text, &into->size);
    size_t got;

    if (!out)
        return false;
    while ((got = fread(block, 1, sizeof(block), file)) > 0)
        fwrite(block, 1, got, out);
    bool good = !ferror(file);
    return fclose(out) == 0 && good;
}

static bool read_file(struct draft *d, char *path)
{
    FILE *file = fopen(path, "re");
    struct suite_file urls = {.path = path};
    bool good = file && read_whole(file, &urls);

    if (!good)
        draft_fail(d, "urls", "cannot read '%s': %s", path, strerror(errno));
    else if (!suite_keep(d->suite, &urls))
        good = draft_fail(d, "urls", "%s", no_memory);
    if (file)
        fclose(file);
    free(urls.text);
    return good;
}

/* The suite's copy, or NULL. */
static const struct suite_file *find(const struct draft *d, const char *path)
{
    for (size_t f = 0; f < d->suite->file_count; f++)
        if (strcmp(d->suite->files[f].path, path) == 0)
            return &d->suite->files[f];
    return NULL;
}

bool urls_build(struct draft *d, const char *name)
{
    const struct setting *setting =
        d->settings[case_key_find("urls") - case_keys];
    bool as_given = setting->option || name[0] == '/';
    char *path = NULL;
    bool good = true;

    if (asprintf(&path, "%s%s", as_given ? "" : d->folder, name) < 0)
        return draft_fail(d, "urls", "%s", no_memory);
    if (!find(d, path))
        good = read_file(d, path);
    good = good && read_lines(d, find(d, path));
    free(path);
    return good;
}
