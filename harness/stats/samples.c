/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * samples.jsonl in memory: splitting it into lines, and which samples stand.
 * See samples.h; what a line says is read in sample_line.c.
 */
#include "samples.h"
#include "sample_line.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void samples_clear(struct samples *samples)
{
    for (size_t i = 0; i < samples->count; i++) {
        struct sample *s = &samples->list[i];

        free(s->reason);
        free(s->invalid);
        free(s->latency);
        free(s->sojourn);
        free(s->lag);
        json_decref(s->failures);
        json_decref(s->statuses);
        json_decref(s->failed_tasks);
        json_decref(s->aggregate);
    }
    for (size_t i = 0; i < samples->discard_count; i++)
        free(samples->discards[i].cause);
    free(samples->list);
    free(samples->discards);
    *samples = (struct samples){0};
}

/* ---- the file ---- */

/* The whole file, allocated, into *text and *size. 0, or an errno. */
static int slurp(const char *path, char **text, size_t *size)
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    size_t room;
    int reason = 0;

    *text = NULL;
    *size = 0;
    if (fd < 0)
        return errno;
    if (fstat(fd, &info) < 0 || S_ISDIR(info.st_mode)) {
        close(fd);
        return EISDIR;
    }
    room = (size_t)info.st_size;
    *text = malloc(room + 1);
    if (*text == NULL)
        reason = ENOMEM;
    while (reason == 0 && *size < room) {
        ssize_t n = read(fd, *text + *size, room - *size);

        if (n == 0)
            break;
        if (n > 0)
            *size += (size_t)n;
        else if (errno != EINTR)
            reason = errno;
    }
    close(fd);
    return reason;
}

/* The list, with room for one more than `count`: it doubles at each power of
 * two. NULL if there is no memory; the list is then as it was. */
static void *room_for_one(void *list, size_t count, size_t size)
{
    if ((count & (count - 1)) != 0 || count == 1)
        return list;
    return realloc(list, (count > 0 ? 2 * count : 2) * size);
}

/* One line of the file; NULL, or what is wrong with it. */
static const char *take_line(struct samples *out, struct line_reader *reader,
                             const json_t *json, size_t line)
{
    const json_t *discard = json_object_get(json, "discard");
    struct discard *discards;
    struct sample *list;

    if (discard != NULL) {
        discards =
            room_for_one(out->discards, out->discard_count, sizeof *discards);
        if (discards == NULL)
            return "no memory";
        out->discards = discards;
        return line_discard(reader, discard, &discards[out->discard_count++]);
    }
    list = room_for_one(out->list, out->count, sizeof *list);
    if (list == NULL)
        return "no memory";
    out->list = list;
    list[out->count].line = line;
    return line_sample(reader, json, &list[out->count++]);
}

/* Every line of the text; NULL, or what is wrong with line *line. */
static const char *take_lines(struct samples *out, struct line_reader *reader,
                              const char *text, size_t size, size_t *line)
{
    const char *end = text + size, *next, *wrong = NULL;

    for (*line = 1; text < end && wrong == NULL; text = next + 1) {
        json_error_t parse;
        json_t *json;

        next = memchr(text, '\n', (size_t)(end - text));
        if (next == NULL)
            next = end;
        json = json_loadb(text, (size_t)(next - text), 0, &parse);
        if (json == NULL && next == end)
            return NULL; /* cut off in the middle */
        if (json_is_object(json))
            wrong = take_line(out, reader, json, *line);
        else
            wrong = line_wrong(reader, "not a JSON object%s%s",
                               json == NULL ? ": " : "",
                               json == NULL ? parse.text : "");
        json_decref(json);
        if (wrong == NULL)
            ++*line;
    }
    return wrong;
}

/* ---- which stand ---- */

static int compare_numbers(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int compare_discards(const void *left, const void *right)
{
    const struct discard *a = left, *b = right;
    int order = compare_numbers(a->in_case, b->in_case);

    if (order == 0)
        order = compare_numbers(a->round, b->round);
    return order != 0 ? order : compare_numbers(a->attempt, b->attempt);
}

static bool discarded(const struct samples *samples, const struct sample *s)
{
    struct discard key = {s->in_case, s->round, s->attempt, NULL};

    return samples->discard_count > 0 &&
           bsearch(&key, samples->discards, samples->discard_count, sizeof key,
                   compare_discards) != NULL;
}

/* By case, round, attempt: the attempts of a round side by side. */
static int compare_attempts(const void *left, const void *right)
{
    const struct sample *a = left, *b = right;
    int order = compare_numbers(a->in_case, b->in_case);

    if (order == 0)
        order = compare_numbers(a->round, b->round);
    return order != 0 ? order : compare_numbers(a->attempt, b->attempt);
}

/* By case, entry, round, line: as samples.h promises. */
static int compare_entries(const void *left, const void *right)
{
    const struct sample *a = left, *b = right;
    int order = compare_numbers(a->in_case, b->in_case);

    if (order == 0)
        order = compare_numbers(a->entry, b->entry);
    if (order == 0)
        order = compare_numbers(a->round, b->round);
    return order != 0 ? order : compare_numbers(a->line, b->line);
}

/* A round is valid as a whole, so of a round one attempt stands: the newest
 * that is not discarded. Absence is a fact of the run, not of a round. */
static void mark_standing(struct samples *samples)
{
    struct sample *list = samples->list;
    const struct sample *newer = NULL; /* the attempt that stands */

    for (size_t i = samples->count; i-- > 0;) {
        struct sample *s = &list[i];

        if (s->status == SAMPLE_ABSENT) {
            s->stands = true;
        } else if (!discarded(samples, s)) {
            bool same = newer != NULL && newer->in_case == s->in_case &&
                        newer->round == s->round;

            s->stands = !same || newer->attempt == s->attempt;
            if (!same)
                newer = s;
        }
    }
}

/* Should a sample stand there twice, the later line counts. */
static void drop_twins(struct samples *samples)
{
    struct sample *last = NULL;

    for (size_t i = 0; i < samples->count; i++) {
        struct sample *s = &samples->list[i];

        if (!s->stands || s->status == SAMPLE_ABSENT)
            continue;
        if (last != NULL && last->in_case == s->in_case &&
            last->entry == s->entry && last->round == s->round)
            last->stands = false;
        last = s;
    }
}

static void sort(void *list, size_t count, size_t size,
                 int (*compare)(const void *, const void *))
{
    if (count > 1)
        qsort(list, count, size, compare);
}

int samples_read(const char *path, const json_t *cases, struct samples *out,
                 char *error, size_t error_size)
{
    struct line_reader reader;
    const char *wrong;
    char *text;
    size_t size, line = 0;
    int reason = slurp(path, &text, &size);

    *out = (struct samples){0};
    if (reason != 0) {
        free(text);
        snprintf(error, error_size, "%s: cannot read: %s", path,
                 strerror(reason));
        return reason == ENOENT ? 0 : -1;
    }
    wrong = line_reader_open(&reader, cases);
    if (wrong == NULL)
        wrong = take_lines(out, &reader, text, size, &line);
    if (wrong != NULL)
        snprintf(error, error_size, "%s:%zu: %s", path, line, wrong);
    line_reader_close(&reader);
    free(text);
    if (wrong != NULL)
        return -1;
    sort(out->discards, out->discard_count, sizeof *out->discards,
         compare_discards);
    sort(out->list, out->count, sizeof *out->list, compare_attempts);
    mark_standing(out);
    sort(out->list, out->count, sizeof *out->list, compare_entries);
    drop_twins(out);
    return 0;
}
