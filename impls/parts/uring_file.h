/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * File steps on an io_uring: opened, read or written, closed and renamed by the
 * kernel, while the loop does something else. The steps are those of `file.h`.
 */
#ifndef CONCUR_URING_FILE_H
#define CONCUR_URING_FILE_H

#include "uring.h"
#include "uring_fetch.h"

struct uring_files;

/* Places for `width` file steps; `ended` is called with `context`. Returns 0 or
 * an errno. */
int uring_files_open(struct uring_files **uf, struct uring *uring,
                     struct batch *batch, uint32_t width, uring_ended ended,
                     void *context);

/* Begins a step; `ended` is called later, never from within. Where the batch is
 * cancelled, those that have begun go on to their ends, the others end so. */
void uring_file_begin(struct uring_files *uf, uint32_t slot,
                      const struct step *step, uint32_t task);

/* The ring is closed already. */
void uring_files_close(struct uring_files *uf);

#endif
