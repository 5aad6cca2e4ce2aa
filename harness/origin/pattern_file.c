/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pattern as a nameless file: see pattern_file.h. A file system's cache
 * has larger pages than a memfd, which makes it the cheaper of the two.
 */
#include "pattern_file.h"

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static bool fill(int fd)
{
    /* A body that is nothing but the pattern, from its beginning. */
    static const struct content all = {.length = PATTERN_FILE_BYTES};
    struct iovec slice;
    for (uint64_t at = 0; at < all.length; at += slice.iov_len) {
        content_slices(&all, at, &slice, 1);
        ssize_t n = write(fd, slice.iov_base, slice.iov_len);
        if (n != (ssize_t)slice.iov_len)
            return false;
    }
    return true;
}

/* Closes what cannot be filled (a full disk). */
static int filled(int fd)
{
    if (fd < 0 || fill(fd))
        return fd;
    close(fd);
    return -1;
}

int pattern_file_open(void)
{
    const char *folder = getenv("TMPDIR");
    if (folder == NULL || folder[0] == '\0')
        folder = "/tmp";
    int fd = filled(open(folder, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600));
    if (fd < 0)
        fd = filled(memfd_create("concur-pattern", MFD_CLOEXEC));
    return fd;
}

uint64_t pattern_file_run(const struct content *reply, uint64_t from,
                          uint64_t *at)
{
    uint64_t end = reply->length - reply->tail_length;
    if (from < reply->head_length || from >= end)
        return 0;
    *at = (reply->offset + from - reply->head_length) % CONTENT_PATTERN_BYTES;
    uint64_t room = PATTERN_FILE_BYTES - *at;
    return end - from < room ? end - from : room;
}
