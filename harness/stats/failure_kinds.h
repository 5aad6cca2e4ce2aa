/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Why tasks failed, in words.
 */
#ifndef CONCUR_FAILURE_KINDS_H
#define CONCUR_FAILURE_KINDS_H

#include <jansson.h>
#include <stddef.h>

/* "connect 3, timeout 1", the most frequent first; "" where `failures` (counts
 * by kind, or NULL) has none. Cut off where it does not fit. Returns buf. */
char *failure_kinds(char *buf, size_t size, const json_t *failures);

#endif
