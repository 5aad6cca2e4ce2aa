/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * File steps beside an event loop: a few threads do them, and the loop is told
 * of each result. libev cannot wait for a regular file.
 */
#ifndef CONCUR_FILE_LOOP_H
#define CONCUR_FILE_LOOP_H

#include <ev.h>

#include "../task.h"

struct file_loop;

/* Called on the loop when the file step of place `slot` has ended. */
typedef void (*file_done)(void *context, uint32_t slot, enum outcome outcome);

/* Places for `width` file steps at once; `done` is called with `context`.
 * Returns 0 or an errno. */
int file_loop_open(struct file_loop **fl, struct ev_loop *loop,
                   struct batch *batch, uint32_t width, file_done done,
                   void *context);

/* Begins a step; `done` is called later, never from within. */
void file_loop_begin(struct file_loop *fl, uint32_t slot,
                     const struct step *step, uint32_t task);

/* No step may be under way. */
void file_loop_close(struct file_loop *fl);

#endif
