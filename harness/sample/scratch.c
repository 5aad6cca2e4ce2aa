/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A sample's own folder. What tasks read there is what the origin would have
 * sent, so that it is known what they must have received.
 */
#include "scratch.h"

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
#include <zlib.h>

#include "../origin/content.h"

#define SLICES 16

/* A folder's name begins so. What makes it one of ours is the mark in it: the
 * kernel takes its lock off when the program that made it ends, however. */
#define PREFIX "concur-"
#define MARK   ".concur-sample"

static bool say(char *error, size_t size, const char *path, const char *what)
{
    snprintf(error, size, "%s: %s", path, what);
    return false;
}

static bool is_relative(const struct step *step)
{
    return (step->kind == STEP_READ || step->kind == STEP_WRITE) &&
           step->text[0] != '/';
}

static bool needs_folder(const struct bench_case *c)
{
    for (size_t s = 0; s < c->step_count; s++)
        if (is_relative(&c->steps[s]))
            return true;
    return false;
}

/* The target of the origin whose content is in the files that task i finds. */
static void page_of(uint32_t i, char *target, size_t size)
{
    snprintf(target, size, "/page/%u", i);
}

/* ---- what a task receives ---- */

/* Path and query: of an absolute URL, or of one that is only these. */
static const char *target_of(const char *url)
{
    const char *host = strstr(url, "://");

    if (url[0] == '/' || !host)
        return url;
    const char *path = strchr(host + 3, '/');
    return path ? path : "/";
}

bool scratch_reply(const struct batch *batch, const struct step *fetch,
                   uint32_t i, struct content *content)
{
    char url[URL_MAX_BYTES];

    if (batch->real || !step_url(batch, fetch, i, url, sizeof(url)))
        return false;
    const char *target = target_of(url);
    content_of(target, strlen(target), content);
    return true;
}

/* Whether both steps are on the same file of task i. */
static bool same_file(const struct batch *batch, const struct step *a,
                      const struct step *b, uint32_t i)
{
    char one[PATH_MAX], other[PATH_MAX];

    return step_text(batch, a, i, one, sizeof(one)) &&
           step_text(batch, b, i, other, sizeof(other)) &&
           strcmp(one, other) == 0;
}

/* The last body that task i has received before the step `to`. */
static bool last_body(const struct batch *batch, const struct step *to,
                      uint32_t i, struct content *content)
{
    while (to-- > batch->steps) {
        if (to->kind == STEP_FETCH)
            return scratch_reply(batch, to, i, content);
        if (to->kind == STEP_READ)
            return scratch_content(batch, to, i, content);
    }
    return false;
}

bool scratch_content(const struct batch *batch, const struct step *read,
                     uint32_t i, struct content *content)
{
    char target[32];

    if (!is_relative(read))
        return false;
    for (const struct step *s = read; s-- > batch->steps;)
        if (s->kind == STEP_WRITE && same_file(batch, s, read, i))
            return last_body(batch, s, i, content);
    page_of(i, target, sizeof(target));
    content_of(target, strlen(target), content);
    return true;
}

/* ---- filling ---- */

static bool write_content(const char *path, const struct content *content,
                          char *error, size_t error_size)
{
    struct iovec slices[SLICES];
    uint64_t done = 0;
    FILE *file = fopen(path, "we");

    while (file && done < content->length) {
        int count = content_slices(content, done, slices, SLICES);

        for (int s = 0; s < count; s++) {
            fwrite(slices[s].iov_base, 1, slices[s].iov_len, file);
            done += slices[s].iov_len;
        }
    }
    if (!file || ferror(file) | fclose(file))
        return say(error, error_size, path, strerror(errno));
    return true;
}

static bool fill(const struct bench_case *c, const struct batch *batch,
                 char *error, size_t error_size)
{
    char path[PATH_MAX], target[32];
    struct content content;

    for (size_t s = 0; s < c->step_count; s++)
        for (uint32_t i = 0; i < c->tasks; i++) {
            if (c->steps[s].kind != STEP_READ || !is_relative(&c->steps[s]))
                continue;
            page_of(i, target, sizeof(target));
            content_of(target, strlen(target), &content);
            if (!step_path(batch, &c->steps[s], i, path, sizeof(path)))
                return say(error, error_size, c->steps[s].text, "is too long");
            if (!write_content(path, &content, error, error_size))
                return false;
        }
    return true;
}

/* ---- the folder ---- */

static const char *parent(void)
{
    const char *folder = getenv("TMPDIR");

    return folder && *folder ? folder : "/tmp";
}

/* Locks the mark. False: its folder has been swept away just before. Where the
 * file system knows no locks nobody can sweep either. */
static bool lock_mark(int mark)
{
    struct stat info;

    while (flock(mark, LOCK_EX) != 0)
        if (errno != EINTR)
            return true;
    return fstat(mark, &info) != 0 || info.st_nlink > 0;
}

/* Makes a folder with its mark, locked. 0 or an errno. */
static int make(struct scratch *scratch)
{
    char path[PATH_MAX], mark[PATH_MAX + sizeof(MARK)];

    for (;;) {
        snprintf(path, sizeof(path), "%s/%sXXXXXX", parent(), PREFIX);
        if (!mkdtemp(path))
            return errno;
        scratch->path = strdup(path);
        snprintf(mark, sizeof(mark), "%s/%s", path, MARK);
        scratch->mark = open(mark, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0600);
        if (!scratch->path || scratch->mark < 0)
            return scratch->path ? errno : ENOMEM;
        if (lock_mark(scratch->mark))
            return 0;
        scratch_close(scratch);
    }
}

int scratch_open(struct scratch *scratch, const struct bench_case *c,
                 uint64_t seed, char *error, size_t error_size)
{
    *scratch = (struct scratch){.mark = -1};
    if (!needs_folder(c))
        return 0;
    int problem = make(scratch);
    if (problem) {
        say(error, error_size, parent(), strerror(problem));
        scratch_close(scratch);
        return -1;
    }
    struct batch batch = case_batch(c, seed);
    batch.folder = scratch->path;
    if (fill(c, &batch, error, error_size))
        return 0;
    scratch_close(scratch);
    return -1;
}

/* ---- checking ---- */

static bool has_content(const char *path, const struct content *content)
{
    unsigned char chunk[16384];
    uint64_t size = 0;
    uint32_t crc = 0;
    size_t got;
    FILE *file = fopen(path, "re");

    while (file && (got = fread(chunk, 1, sizeof(chunk), file)) > 0) {
        crc = (uint32_t)crc32_z(crc, chunk, got);
        size += got;
    }
    if (file)
        fclose(file);
    return file && size == content->length && crc == content_crc(content, 0);
}

/* Whether the task itself has written something else there afterwards. */
static bool rewritten(const struct batch *batch, const struct step *write,
                      const struct step *end, uint32_t i)
{
    for (const struct step *s = write + 1; s < end; s++)
        if (s->kind == STEP_WRITE && same_file(batch, s, write, i))
            return true;
    return false;
}

static bool check_step(const struct bench_case *c, const struct batch *batch,
                       size_t s, char *error, size_t error_size)
{
    char path[PATH_MAX];
    struct content content;

    for (uint32_t i = 0; i < c->tasks; i++) {
        if (!step_path(batch, &c->steps[s], i, path, sizeof(path)))
            return say(error, error_size, c->steps[s].text, "is too long");
        if (!rewritten(batch, &c->steps[s], c->steps + c->step_count, i) &&
            last_body(batch, &c->steps[s], i, &content) &&
            !has_content(path, &content))
            return say(error, error_size, strrchr(path, '/') + 1,
                       "is not what its task had received");
    }
    return true;
}

/* A half file under another name would be left by a broken write. */
static bool check_names(const char *folder, char *error, size_t error_size)
{
    DIR *dir = opendir(folder);
    struct dirent *entry;
    bool good = dir != NULL;

    while (good && (entry = readdir(dir)) != NULL) {
        size_t length = strlen(entry->d_name);

        if (length > 5 && strcmp(entry->d_name + length - 5, ".part") == 0)
            good = say(error, error_size, entry->d_name, "was left behind");
    }
    if (dir)
        closedir(dir);
    return good;
}

bool scratch_check(const struct scratch *scratch, const struct bench_case *c,
                   uint64_t seed, char *error, size_t error_size)
{
    struct batch batch = case_batch(c, seed);

    batch.folder = scratch->path;
    for (size_t s = 0; scratch->path && s < c->step_count; s++)
        if (c->steps[s].kind == STEP_WRITE && is_relative(&c->steps[s]) &&
            !check_step(c, &batch, s, error, error_size))
            return false;
    return !scratch->path || check_names(scratch->path, error, error_size);
}

/* ---- its end ---- */

/* The mark goes last: what is left where this is cut short can be swept. */
static void remove_folder(const char *folder)
{
    char path[PATH_MAX];
    struct dirent *entry;
    DIR *dir = opendir(folder);

    while (dir && (entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 ||
            strcmp(entry->d_name, "..") == 0 ||
            strcmp(entry->d_name, MARK) == 0)
            continue;
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        unlink(path);
    }
    if (dir)
        closedir(dir);
    snprintf(path, sizeof(path), "%s/%s", folder, MARK);
    unlink(path);
    rmdir(folder);
}

void scratch_close(struct scratch *scratch)
{
    if (scratch->path)
        remove_folder(scratch->path);
    if (scratch->mark >= 0)
        close(scratch->mark);
    free(scratch->path);
    *scratch = (struct scratch){.mark = -1};
}

void scratch_keep(struct scratch *scratch)
{
    char mark[PATH_MAX + sizeof(MARK)];

    snprintf(mark, sizeof(mark), "%s/%s", scratch->path, MARK);
    unlink(mark);
    close(scratch->mark);
    free(scratch->path);
    *scratch = (struct scratch){.mark = -1};
}

static void sweep_one(const char *name)
{
    char folder[PATH_MAX], mark[PATH_MAX + sizeof(MARK)];

    snprintf(folder, sizeof(folder), "%s/%s", parent(), name);
    snprintf(mark, sizeof(mark), "%s/%s", folder, MARK);
    int fd = open(mark, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return;
    if (flock(fd, LOCK_EX | LOCK_NB) == 0)
        remove_folder(folder);
    close(fd);
}

void scratch_sweep(void)
{
    DIR *dir = opendir(parent());
    struct dirent *entry;

    while (dir && (entry = readdir(dir)) != NULL)
        if (strncmp(entry->d_name, PREFIX, strlen(PREFIX)) == 0)
            sweep_one(entry->d_name);
    if (dir)
        closedir(dir);
}
