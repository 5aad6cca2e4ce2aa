/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files that are replaced whole or appended whole: whoever reads them never
 * meets half of what was written, also when the disk is full or the program is
 * killed. One writer a file; lines are not forced to the disk one by one, so
 * a power cut may cost the last of them.
 *
 * Each function returns 0 (or a descriptor), or -1 and one line in `error`.
 */
#ifndef CONCUR_STORE_H
#define CONCUR_STORE_H

#include <stddef.h>

/* Makes `path` a file with exactly these bytes: written beside it, forced to
 * the disk, then renamed. On an error the old file is as it was (or, if only
 * the folder could not be forced to the disk, the new one is there). */
int store_replace(const char *path, const void *data, size_t size, char *error,
                  size_t error_size);

/* Opens `path` for store_append_line, made if it is not there. What stands
 * after the last newline is a line that was cut off: it is removed. */
int store_append_open(const char *path, char *error, size_t error_size);

/* Adds a line, one write with its newline; `text` has none. On an error the
 * file ends where it ended before. `path` is for the message. */
int store_append_line(int fd, const char *path, const char *text, size_t size,
                      char *error, size_t error_size);

#endif
