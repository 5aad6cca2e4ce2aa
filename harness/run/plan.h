/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The plan of a run: for each case, which strategies can do it here, at which
 * width, and how long it will take. Made before anything is measured.
 */
#ifndef CONCUR_PLAN_H
#define CONCUR_PLAN_H

#include "../sample/aggregate.h"
#include "../sample/job.h"
#include "../suite/suite.h"
#include "machine.h"
#include "pin.h"

/* One strategy of one case. */
struct plan_entry {
    const struct entry *entry; /* borrowed from the suite */
    uint32_t width;
    nsec ideal;          /* at that width */
    char *absent;        /* why it cannot be run here; NULL if it can */
    const char *command; /* a peer's; borrowed from it */
    bool too_long;       /* … which is that its ideal exceeds the limit */
    nsec cost;           /* of a sample, as last seen; at first a guess */
    uint32_t failures;
    bool timeline; /* its timeline has been written */
};

struct plan_case {
    const struct bench_case *c; /* borrowed */
    nsec ideal;                 /* at unlimited width */
    struct plan_entry *entries; /* c->entry_count of them */
    struct expectation expect;
    struct aggregate aggregate; /* likewise, of the values */
};

struct plan {
    uint64_t seed;
    struct plan_case *cases;
    size_t count;
    bool uses_origin;
    const struct pin *pin; /* borrowed; NULL: not pinned */
};

/* 0, or -1 and one line in `error`: nothing can be measured. The suite
 * outlives the plan. */
int plan_make(struct plan *plan, const struct suite *suite, uint64_t seed,
              const struct limits *limits, char *error, size_t error_size);
void plan_clear(struct plan *plan);

/* The samples and the time from `round` of case `from` on, to the end. */
uint32_t plan_samples(const struct plan *plan, size_t from, uint32_t round);
nsec plan_time(const struct plan *plan, size_t from, uint32_t round);

#endif
