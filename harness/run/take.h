/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Taking one sample: what surrounds the process (its folder, the origin and
 * its counts, the machine's counters), the judgement, and the line.
 */
#ifndef CONCUR_TAKE_H
#define CONCUR_TAKE_H

#include "../origin/child.h"
#include "folder.h"
#include "jsonl.h"
#include "progress.h"

/* What samples are taken with. */
struct taker {
    const struct plan *plan;
    struct folder *folder;
    struct progress *progress;
    struct origin_child origin; /* started when the first sample needs it */
    uint32_t fetched;           /* samples so far that asked it */
    char *error;
    size_t error_size;
};

/* What came of it. */
struct taken {
    bool stopped;    /* by the user: nothing was written */
    bool invalid;    /* its round is void, because: */
    char cause[320]; /* `stolen: sequential: the hypervisor took …` */
};

/* Takes the sample and writes its line. Rows of a timeline are left in
 * at->e->rows. 0, or -1 and one line in taker->error: the run cannot go on. */
int take_sample(struct taker *taker, const struct place *at,
                struct taken *taken);

/* Ends the origin. */
void take_end(struct taker *taker);

#endif
