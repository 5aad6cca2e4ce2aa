/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A series: the samples of one strategy in one case, what became of them as a
 * whole, and the figures that are made from those that are ok.
 */
#ifndef CONCUR_SERIES_H
#define CONCUR_SERIES_H

#include "samples.h"

enum series_state {
    SERIES_OK,
    SERIES_FAILED,  /* a measured sample that stands failed, or is idle */
    SERIES_ABSENT,  /* the strategy cannot do the case here */
    SERIES_MISSING, /* the run was cut short before it; shown as absent */
};

/* All pointers are borrowed: from run.json and from struct samples. Not to be
 * copied: `reason` may point into it. */
struct series {
    const json_t *entry; /* of run.json: label, strategy, width, ideal_ns … */
    const char *label;
    uint32_t tasks;
    const struct sample *list; /* by round; also those that do not stand */
    size_t count;
    enum series_state state;
    const char *reason;           /* NULL where the state is ok */
    char words[160];              /* the reason's text, where it is made here */
    const struct sample *warmup;  /* the one that stands, or NULL */
    const struct sample *absence; /* its line, or NULL */
    size_t ok;                    /* measured samples that stand and are ok */
    size_t measured;              /* … whether ok or not */
};

/* Takes `count` samples from `list` on, sorted by round. */
void series_open(struct series *s, const json_t *entry, uint32_t tasks,
                 const struct sample *list, size_t count);

/* True if every task failed in a sample that is ok: real servers may be down,
 * and a time in which nothing was done compares with nothing. */
bool sample_idle(const struct sample *sample);

/* True if figures are made from this sample: it stands, is measured and ok,
 * and a task succeeded in it. */
bool sample_counts(const struct sample *sample);

/* True if a figure is made from a sample of which nobody knows what its tasks
 * received. */
bool series_unverified(const struct series *s);

/* That metric of the samples that count, by round, those left out that have
 * none. `out` has room for s->ok. Returns how many. */
size_t series_values(const struct series *s, enum metric metric, double *out);

/* That metric of a and b in the rounds in which both count and have it; `out_a`
 * and `out_b` have room for the lesser `ok`. Returns how many. */
size_t series_pairs_of(const struct series *a, const struct series *b,
                       enum metric metric, double *out_a, double *out_b);

/* The same of walls. */
size_t series_pairs(const struct series *a, const struct series *b,
                    double *out_a, double *out_b);

#endif
