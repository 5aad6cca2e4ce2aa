/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files, read and written whole. What is written survives the process, not a
 * power cut: nothing is forced to the disk.
 */
#include "file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <unistd.h>

#include "body.h"

static enum outcome fail(struct batch *batch, uint32_t i, int error)
{
    batch->tasks[i].error = (uint16_t)error;
    return OUTCOME_FILE;
}

enum outcome file_read(struct batch *batch, const struct step *step, uint32_t i)
{
    char path[PATH_MAX], chunk[16384];
    ssize_t got;

    body_begin(batch, i);
    if (!step_path(batch, step, i, path, sizeof(path)))
        return fail(batch, i, ENAMETOOLONG);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return fail(batch, i, errno);
    int64_t total = 0;
    while ((got = read(fd, chunk, sizeof(chunk))) > 0) {
        total += got;
        if (!body_receive(batch, i, chunk, (size_t)got)) {
            close(fd);
            return OUTCOME_SYSTEM;
        }
    }
    int error = errno;
    close(fd);
    batch->tasks[i].value = total;
    return got < 0 ? fail(batch, i, error) : OUTCOME_OK;
}

/* 0 or an errno. */
static int write_all(int fd, const char *data, size_t size)
{
    while (size) {
        ssize_t put = write(fd, data, size);

        if (put < 0 && errno == EINTR)
            continue;
        if (put < 0)
            return errno;
        data += put;
        size -= (size_t)put;
    }
    return 0;
}

enum outcome file_write(struct batch *batch, const struct step *step,
                        uint32_t i)
{
    char path[PATH_MAX], beside[PATH_MAX + 32];
    const struct body *body = &batch->bodies[i];

    if (!step_path(batch, step, i, path, sizeof(path)))
        return fail(batch, i, ENAMETOOLONG);
    snprintf(beside, sizeof(beside), "%s.%u.part", path, i);
    int fd = open(beside, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0)
        return fail(batch, i, errno);
    int error = write_all(fd, body->data, body->size);
    if (close(fd) != 0 && !error)
        error = errno;
    if (!error && rename(beside, path) != 0)
        error = errno;
    if (!error)
        return OUTCOME_OK;
    unlink(beside);
    return fail(batch, i, error);
}
