/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files that are replaced whole or appended whole. See store.h.
 */
#include "store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The line for `error`, from errno. Always -1. */
static int store_failed(const char *what, const char *path, char *error,
                        size_t error_size)
{
    char reason[128];

    snprintf(error, error_size, "%s: cannot %s: %s", path, what,
             strerror_r(errno, reason, sizeof reason));
    return -1;
}

/* Everything, however many writes it takes; 0, or -1 with errno. */
static int write_all(int fd, const char *data, size_t size)
{
    while (size > 0) {
        ssize_t n = write(fd, data, size);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return -1;
        if (n == 0) {
            errno = ENOSPC;
            return -1;
        }
        data += n;
        size -= (size_t)n;
    }
    return 0;
}

/* ---- replaced whole ---- */

/* A name in the same folder, so that the rename stays on one file system; the
 * leading dot keeps it out of wildcards. Allocated; NULL with errno. */
static char *temporary_name(const char *path)
{
    static atomic_uint count;
    const char *slash = strrchr(path, '/');
    int folder = slash != NULL ? (int)(slash - path) + 1 : 0;
    char *name = NULL;

    if (asprintf(&name, "%.*s.%s.%ld-%u.tmp", folder, path, path + folder,
                 (long)getpid(), atomic_fetch_add(&count, 1)) < 0) {
        errno = ENOMEM;
        return NULL;
    }
    return name;
}

/* A name is only on the disk once its folder is. Where a folder cannot be
 * opened or forced, nothing more can be done: the file itself is whole. */
static int sync_folder(const char *path)
{
    const char *slash = strrchr(path, '/');
    char *folder = slash == NULL   ? strdup(".")
                   : slash == path ? strdup("/")
                                   : strndup(path, (size_t)(slash - path));
    int fd, result, reason;

    if (folder == NULL)
        return -1;
    fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    free(folder);
    if (fd < 0)
        return 0;
    result = fsync(fd);
    reason = errno;
    close(fd);
    errno = reason;
    return result < 0 && reason == EINVAL ? 0 : result;
}

/* The temporary file, complete and on the disk. 0, or -1 with errno. */
static int write_temporary(const char *name, const void *data, size_t size)
{
    int fd, saved;

    unlink(name); /* left by a process of the same number that was killed */
    fd = open(name, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    if (fd < 0)
        return -1;
    if (write_all(fd, data, size) < 0 || fsync(fd) < 0) {
        saved = errno;
        close(fd);
        errno = saved;
        return -1;
    }
    return close(fd);
}

int store_replace(const char *path, const void *data, size_t size, char *error,
                  size_t error_size)
{
    char *name = temporary_name(path);
    int result = 0;

    if (name == NULL)
        return store_failed("write", path, error, error_size);
    if (write_temporary(name, data, size) < 0 || rename(name, path) < 0) {
        result = store_failed("write", path, error, error_size);
        unlink(name);
    } else if (sync_folder(path) < 0) {
        result = store_failed("force to the disk", path, error, error_size);
    }
    free(name);
    return result;
}

/* ---- appended whole ---- */

/* Where the file's last whole line ends; -1 with errno. */
static off_t whole_lines(int fd)
{
    char block[4096];
    off_t end = lseek(fd, 0, SEEK_END);

    while (end > 0) {
        size_t size = end < (off_t)sizeof block ? (size_t)end : sizeof block;
        off_t begin = end - (off_t)size;
        ssize_t n = pread(fd, block, size, begin);
        const char *newline;

        if (n < 0 && errno == EINTR)
            continue;
        if (n != (ssize_t)size) {
            errno = n < 0 ? errno : EIO;
            return -1;
        }
        newline = memrchr(block, '\n', size);
        if (newline != NULL)
            return begin + (newline - block) + 1;
        end = begin;
    }
    return end;
}

int store_append_open(const char *path, char *error, size_t error_size)
{
    int fd = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0666);
    off_t whole;

    if (fd < 0)
        return store_failed("open", path, error, error_size);
    whole = whole_lines(fd);
    if (whole < 0 ||
        (whole < lseek(fd, 0, SEEK_END) && ftruncate(fd, whole) < 0)) {
        store_failed("read", path, error, error_size);
        close(fd);
        return -1;
    }
    return fd;
}

int store_append_line(int fd, const char *path, const char *text, size_t size,
                      char *error, size_t error_size)
{
    off_t begin = lseek(fd, 0, SEEK_END);
    char *line = malloc(size + 1);
    int result = 0;

    if (begin < 0 || line == NULL) {
        free(line);
        return store_failed("append", path, error, error_size);
    }
    memcpy(line, text, size);
    line[size] = '\n';
    if (write_all(fd, line, size + 1) < 0) {
        result = store_failed("append", path, error, error_size);
        /* Should this fail too, the rest is a line without its newline:
         * readers leave it out, store_append_open removes it. */
        if (ftruncate(fd, begin) < 0)
            result = -1;
    }
    free(line);
    return result;
}
