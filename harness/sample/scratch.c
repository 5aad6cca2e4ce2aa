/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A sample's own folder. What tasks read there is what the origin would have
 * sent, so that it is known what they must have received.
 */
#include "scratch.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "../origin/content.h"

#define SLICES 16

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

void scratch_target(uint32_t i, char *target, size_t size)
{
    snprintf(target, size, "/page/%u", i);
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
            scratch_target(i, target, sizeof(target));
            content_of(target, strlen(target), &content);
            if (!step_path(batch, &c->steps[s], i, path, sizeof(path)))
                return say(error, error_size, c->steps[s].text, "is too long");
            if (!write_content(path, &content, error, error_size))
                return false;
        }
    return true;
}

int scratch_open(struct scratch *scratch, const struct bench_case *c,
                 uint64_t seed, char *error, size_t error_size)
{
    const char *folder = getenv("TMPDIR");

    scratch->path = NULL;
    if (!needs_folder(c))
        return 0;
    if (asprintf(&scratch->path, "%s/concur-XXXXXX", folder ? folder : "/tmp") <
        0)
        scratch->path = NULL;
    if (!scratch->path || !mkdtemp(scratch->path)) {
        say(error, error_size, folder ? folder : "/tmp", strerror(errno));
        free(scratch->path);
        scratch->path = NULL;
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

/* The content of the last body that task i had received before step `to`. */
static bool last_body(const struct bench_case *c, const struct batch *batch,
                      size_t to, uint32_t i, struct content *content)
{
    char target[URL_MAX_BYTES];

    for (size_t s = to; s-- > 0;) {
        if (c->steps[s].kind == STEP_READ)
            scratch_target(i, target, sizeof(target));
        else if (c->steps[s].kind != STEP_FETCH ||
                 !step_url(batch, &c->steps[s], i, target, sizeof(target)))
            continue;
        if (target[0] != '/')
            return false; /* a real URL: nobody knows */
        content_of(target, strlen(target), content);
        return true;
    }
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
        if (last_body(c, batch, s, i, &content) && !has_content(path, &content))
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

void scratch_close(struct scratch *scratch)
{
    char path[PATH_MAX];
    struct dirent *entry;
    DIR *dir = scratch->path ? opendir(scratch->path) : NULL;

    while (dir && (entry = readdir(dir)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        snprintf(path, sizeof(path), "%s/%s", scratch->path, entry->d_name);
        unlink(path);
    }
    if (dir)
        closedir(dir);
    if (scratch->path)
        rmdir(scratch->path);
    free(scratch->path);
    scratch->path = NULL;
}
