/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The pattern of the bodies as a nameless file, many times over: sendfile
 * passes its cached pages on, where sendmsg would copy them for every reply.
 */
#ifndef CONCUR_PATTERN_FILE_H
#define CONCUR_PATTERN_FILE_H

#include <stdint.h>

#include "content.h"

#define PATTERN_FILE_BYTES (32ull * CONTENT_PATTERN_BYTES)

/* Makes the file, in $TMPDIR or /tmp, or else in memory; it goes when the
 * caller closes it. -1 where neither can be had: then large bodies are copied
 * like small ones. */
int pattern_file_open(void);

/* How many bytes of the body, from `from` on, lie in one piece in the file;
 * *at is where. 0 if the body goes on with its head or tail. */
uint64_t pattern_file_run(const struct content *reply, uint64_t from,
                          uint64_t *at);

#endif
