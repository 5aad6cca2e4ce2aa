/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Progress on a terminal: one line that is written over, with the time that is
 * left. Silent where stderr is none.
 */
#ifndef CONCUR_PROGRESS_H
#define CONCUR_PROGRESS_H

#include "plan.h"

struct progress {
    bool shown;
    uint32_t again; /* rounds that were invalid */
};

void progress_begin(struct progress *progress, bool quiet);

/* A sample of the case begins. */
void progress_show(struct progress *progress, const struct plan *plan,
                   const struct plan_case *p, const char *label);

/* The round under way is void and will be taken again. */
void progress_again(struct progress *progress, const struct plan_case *p,
                    const char *cause);

/* Wipes the line, so that other text can be written. */
void progress_clear(const struct progress *progress);

#endif
