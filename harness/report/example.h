/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which case stands for a sweep where one has to be shown: the one in which
 * the strategies differ most.
 */
#ifndef CONCUR_EXAMPLE_H
#define CONCUR_EXAMPLE_H

#include <stdio.h>

#include "view.h"

/* Never NULL. Of cases that tell equally much the first; where no case tells
 * anything, one of about a hundred tasks. */
const struct view_case *section_example(const struct view *view,
                                        const struct view_section *section);

/* Why that one: "in which most pairs of strategies are told apart and lie 1.2
 * times or more apart". The same for all. */
extern const char *const example_reason;

/* Writes " (50 of 66)", how many pairs of the case's strategies do; nothing
 * where there is no pair. */
void example_pairs(FILE *out, const struct view_case *c);

#endif
