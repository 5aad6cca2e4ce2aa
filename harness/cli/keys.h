/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The keys of a case as options, for the subcommands that take them.
 */
#ifndef CONCUR_KEYS_H
#define CONCUR_KEYS_H

#include "../suite/suite.h"
#include "options.h"

#define KEYS_MAX 48

/* What was said of them; texts are borrowed from argv. */
struct key_options {
    struct override overrides[KEYS_MAX];
    size_t count;
    bool own_case; /* they make a case without a suite */
    bool urls;     /* --urls is among them */
};

/* Appends an option for each key that is not among `except` (ends with NULL;
 * NULL: none) to the table, which has `count` entries of at most KEYS_MAX
 * less than it has room for, and ends it. `at`: where the caller's struct has
 * its key_options. */
void key_options_append(struct option *table, size_t count,
                        const char *const *except, size_t at);

/* The setter of such an option. */
const char *key_options_take(void *target, const struct option *option,
                             const char *text);

#endif
