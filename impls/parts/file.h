/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files, read and written whole by the calling thread. A regular file is
 * always ready, so that no event loop can wait for one: whoever must not block
 * calls these in another thread, and says so.
 */
#ifndef CONCUR_FILE_H
#define CONCUR_FILE_H

#include "../task.h"

/* Reads the step's file as task i's body; value: its bytes. */
enum outcome file_read(struct batch *batch, const struct step *step,
                       uint32_t i);

/* Writes task i's body into the step's file: beside it first, then renamed, so
 * that a crash leaves no half file under the final name. */
enum outcome file_write(struct batch *batch, const struct step *step,
                        uint32_t i);

#endif
