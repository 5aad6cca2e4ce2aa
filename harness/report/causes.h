/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Warnings that say the same of several cases, made one: the cause, how many
 * cases it concerns, and which.
 */
#ifndef CONCUR_CAUSES_H
#define CONCUR_CAUSES_H

#include <stddef.h>
#include <stdio.h>

#include "view.h"

/* "`fetch`" of one, "3 cases (`a`, `b` and `c`)" of several; of many the first
 * few are named. */
void causes_cases(FILE *out, const struct view_case *const *cases,
                  size_t count);

struct cause {
    char *before, *after; /* of the cases, in its sentence */
    const struct view_case **cases;
    size_t count;
};

/* All zero at first; the causes in the order in which they came. */
struct causes {
    struct cause *list;
    size_t count;
};

/* What is said of the case: `before` and `after` its name. A case is taken once
 * a cause. Without memory nothing is added. */
void causes_add(struct causes *causes, const char *before,
                const struct view_case *c, const char *after);

/* Calls `say` for each, then forgets them all. */
void causes_tell(struct causes *causes, void (*say)(void *self, const char *),
                 void *self);

#endif
