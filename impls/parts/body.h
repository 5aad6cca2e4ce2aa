/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a task receives: counted and digested as it comes, and kept where a
 * later step needs it.
 */
#ifndef CONCUR_BODY_H
#define CONCUR_BODY_H

#include "../task.h"

/* A new body begins: the one that was kept is forgotten. Count and digest go
 * on over all bodies of the task. */
void body_begin(struct batch *batch, uint32_t i);

/* The next piece of it. False if there is no memory to keep it. */
bool body_receive(struct batch *batch, uint32_t i, const void *data,
                  size_t size);

#endif
