/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A run's folder while the run is going on.
 */
#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../store/store.h"
#include "../suite/words.h"
#include "machine.h"

static int fail(char *error, size_t size, const char *path, const char *what)
{
    snprintf(error, size, "%s: %s", path, what);
    return -1;
}

/* Appends a line; the message of a failure names the file with its folder. */
static int put_line(const struct folder *folder, int fd, const char *name,
                    const char *text, size_t size, char *error,
                    size_t error_size)
{
    char path[PATH_MAX];

    snprintf(path, sizeof(path), "%s/%s", folder->path, name);
    return store_append_line(fd, path, text, size, error, error_size);
}

/* The path of a file in the folder; allocated, NULL if there is no memory. */
static char *file_in(const struct folder *folder, const char *name)
{
    return words_printf("%s/%s", folder->path, name);
}

static int make_new(struct folder *folder, const char *results,
                    const char *suite, char *error, size_t error_size)
{
    char when[32];

    if (mkdir(results, 0777) != 0 && errno != EEXIST)
        return fail(error, error_size, results, strerror(errno));
    folder->results = strdup(results);
    time_folder(when, sizeof(when));
    /* Two runs in one second get numbers. */
    for (int again = 1; again < 100; again++) {
        folder->path =
            again == 1
                ? words_printf("%s/%s-%s", results, when, suite)
                : words_printf("%s/%s-%s-%d", results, when, suite, again);
        if (!folder->path || !folder->results)
            return fail(error, error_size, results, "out of memory");
        if (mkdir(folder->path, 0777) == 0)
            return 0;
        if (errno != EEXIST)
            break;
        free(folder->path);
        folder->path = NULL;
    }
    return fail(error, error_size, results, strerror(errno));
}

static int make_named(struct folder *folder, const char *out, char *error,
                      size_t error_size)
{
    static const char *const marks[] = {"run.json", "samples.jsonl"};

    folder->path = strdup(out);
    if (!folder->path)
        return fail(error, error_size, out, "out of memory");
    if (mkdir(out, 0777) == 0)
        return 0;
    if (errno != EEXIST)
        return fail(error, error_size, out, strerror(errno));
    for (size_t m = 0; m < sizeof(marks) / sizeof(*marks); m++) {
        char *path = file_in(folder, marks[m]);
        bool there = path && access(path, F_OK) == 0;

        free(path);
        if (there)
            return fail(error, error_size, out,
                        "holds another run already; name a new folder");
    }
    return 0;
}

static int open_file(const struct folder *folder, const char *name, char *error,
                     size_t error_size)
{
    char *path = file_in(folder, name);

    if (!path)
        return fail(error, error_size, name, "out of memory");
    int fd = store_append_open(path, error, error_size);
    free(path);
    return fd;
}

/* The lock is on the folder itself: no file is needed for it, it ends with the
 * process whatever ends it, and workers do not inherit it. */
static int lock(struct folder *folder, char *error, size_t error_size)
{
    folder->lock = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder->lock < 0)
        return fail(error, error_size, folder->path, strerror(errno));
    if (flock(folder->lock, LOCK_EX | LOCK_NB) == 0)
        return 0;
    return fail(error, error_size, folder->path,
                errno == EWOULDBLOCK ? "another process is measuring this run"
                                     : strerror(errno));
}

int folder_make(struct folder *folder, const char *out, const char *results,
                const char *suite, char *error, size_t error_size)
{
    *folder = (struct folder){.samples = -1, .timeline = -1, .lock = -1};
    if ((out ? make_named(folder, out, error, error_size) == 0
             : make_new(folder, results, suite, error, error_size) == 0) &&
        lock(folder, error, error_size) == 0)
        return 0;
    folder_close(folder);
    return -1;
}

/* What a process was writing when it was killed: see store_replace. */
static void remove_temporary(const struct folder *folder)
{
    DIR *dir = opendir(folder->path);
    struct dirent *entry;

    while (dir && (entry = readdir(dir)) != NULL) {
        size_t length = strlen(entry->d_name);

        if (entry->d_name[0] != '.' || length < 5 ||
            strcmp(entry->d_name + length - 4, ".tmp") != 0)
            continue;
        char *path = file_in(folder, entry->d_name);
        if (path)
            unlink(path);
        free(path);
    }
    if (dir)
        closedir(dir);
}

int folder_take(struct folder *folder, const char *dir, char *error,
                size_t error_size)
{
    *folder = (struct folder){.samples = -1, .timeline = -1, .lock = -1};
    folder->path = strdup(dir);
    char *path = folder->path ? file_in(folder, "run.json") : NULL;
    int result = -1;

    if (!path)
        fail(error, error_size, dir, "out of memory");
    else if (access(path, R_OK) != 0)
        fail(error, error_size, dir,
             errno == ENOENT || errno == ENOTDIR
                 ? "is no run: there is no run.json in it"
                 : strerror(errno));
    else
        result = lock(folder, error, error_size);
    free(path);
    if (result == 0)
        remove_temporary(folder);
    else
        folder_close(folder);
    return result;
}

int folder_open(struct folder *folder, char *error, size_t error_size)
{
    static const char head[] = "case,strategy,round,task,created_ns,"
                               "started_ns,finished_ns,outcome";

    folder->samples = open_file(folder, "samples.jsonl", error, error_size);
    if (folder->samples < 0)
        return -1;
    folder->timeline = open_file(folder, "timeline.csv", error, error_size);
    if (folder->timeline < 0)
        return -1;
    if (lseek(folder->timeline, 0, SEEK_END) > 0)
        return 0;
    return put_line(folder, folder->timeline, "timeline.csv", head,
                    sizeof(head) - 1, error, error_size);
}

int folder_put_run(struct folder *folder, const json_t *run, char *error,
                   size_t error_size)
{
    char *path = file_in(folder, "run.json");
    char *text = json_dumps(run, JSON_INDENT(1));
    int result =
        path && text
            ? store_replace(path, text, strlen(text), error, error_size)
            : fail(error, error_size, "run.json", "out of memory");

    free(text);
    free(path);
    return result;
}

int folder_put_sample(struct folder *folder, const json_t *sample, char *error,
                      size_t error_size)
{
    char *text = json_dumps(sample, JSON_COMPACT);

    if (!text)
        return fail(error, error_size, "samples.jsonl", "out of memory");
    int result = put_line(folder, folder->samples, "samples.jsonl", text,
                          strlen(text), error, error_size);
    free(text);
    return result;
}

/* A field of a CSV line, quoted where it has to be (RFC 4180). */
static void put_field(FILE *out, const char *text)
{
    if (!strpbrk(text, ",\"\r\n")) {
        fputs(text, out);
        return;
    }
    putc('"', out);
    for (; *text; text++) {
        if (*text == '"')
            putc('"', out);
        putc(*text, out);
    }
    putc('"', out);
}

static void put_row(FILE *out, const char *case_name, const char *label,
                    unsigned round, const json_t *row)
{
    put_field(out, case_name);
    putc(',', out);
    put_field(out, label);
    fprintf(out, ",%u", round);
    for (size_t n = 0; n < 4; n++)
        fprintf(out, ",%lld",
                (long long)json_integer_value(json_array_get(row, n)));
    const char *outcome = json_string_value(json_array_get(row, 4));
    fprintf(out, ",%s\n", outcome ? outcome : "none");
}

int folder_put_timeline(struct folder *folder, const char *case_name,
                        const char *label, unsigned round, const json_t *rows,
                        char *error, size_t error_size)
{
    char *text = NULL;
    size_t size = 0, at;
    const json_t *row;
    FILE *out = open_memstream(&text, &size);
    int result = 0;

    if (!out)
        return fail(error, error_size, "timeline.csv", strerror(errno));
    json_array_foreach (rows, at, row)
        put_row(out, case_name, label, round, row);
    if (fclose(out) != 0)
        result = fail(error, error_size, "timeline.csv", strerror(errno));
    /* All rows of a sample in one piece, the last newline being the store's. */
    else if (size > 1)
        result = put_line(folder, folder->timeline, "timeline.csv", text,
                          size - 1, error, error_size);
    free(text);
    return result;
}

/* A field of a line as put_field writes it; *at is moved behind its comma. */
static void take_field(const char **at, char *field, size_t size)
{
    bool quoted = **at == '"';
    const char *p = *at + quoted;
    size_t used = 0;

    while (*p && (quoted || *p != ',')) {
        if (quoted && *p == '"' && *++p != '"')
            break;
        if (used + 1 < size)
            field[used++] = *p;
        p++;
    }
    field[used] = '\0';
    *at = p + (*p == ',');
}

int folder_cut_timeline(struct folder *folder,
                        bool (*keep)(void *context, const char *case_name,
                                     const char *label, unsigned round),
                        void *context, char *error, size_t error_size)
{
    char *path = file_in(folder, "timeline.csv");
    FILE *file = path ? fopen(path, "re") : NULL;
    char *line = NULL;
    size_t room = 0;
    off_t good = 0;
    bool cut = false;

    for (bool head = true; file && !cut; head = false) {
        char name[4096], label[256], round[16];
        ssize_t length = getline(&line, &room, file);
        const char *at = line;

        if (length < 0)
            break;
        take_field(&at, name, sizeof(name));
        take_field(&at, label, sizeof(label));
        take_field(&at, round, sizeof(round));
        cut = !head &&
              !keep(context, name, label, (unsigned)strtoul(round, NULL, 10));
        good += cut ? 0 : length;
    }
    int result = 0;
    if (!file || ferror(file) ||
        (cut && ftruncate(folder->timeline, good) != 0))
        result = fail(error, error_size, path ? path : "timeline.csv",
                      strerror(errno));
    if (file)
        fclose(file);
    free(line);
    free(path);
    return result;
}

bool folder_newer(const struct folder *folder, const char *name,
                  const char *than)
{
    char *paths[] = {file_in(folder, name), file_in(folder, than)};
    struct stat stats[2];
    bool there = true;

    for (size_t i = 0; i < 2; i++) {
        there = there && paths[i] && stat(paths[i], &stats[i]) == 0;
        free(paths[i]);
    }
    if (!there)
        return false;
    struct timespec a = stats[0].st_mtim, b = stats[1].st_mtim;
    return a.tv_sec > b.tv_sec ||
           (a.tv_sec == b.tv_sec && a.tv_nsec >= b.tv_nsec);
}

void folder_set_latest(const struct folder *folder)
{
    if (!folder->results)
        return;
    char *link = words_printf("%s/latest", folder->results);
    char *temporary = words_printf("%s/.latest-%d", folder->results, getpid());
    const char *name = strrchr(folder->path, '/');
    if (link && temporary && name && symlink(name + 1, temporary) == 0 &&
        rename(temporary, link) != 0)
        unlink(temporary);
    free(temporary);
    free(link);
}

void folder_close(struct folder *folder)
{
    if (folder->samples >= 0)
        close(folder->samples);
    if (folder->timeline >= 0)
        close(folder->timeline);
    if (folder->lock >= 0)
        close(folder->lock);
    free(folder->path);
    free(folder->results);
    *folder = (struct folder){.samples = -1, .timeline = -1, .lock = -1};
}
