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
#include "awake.h"
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
    nsec spent;          /* on all samples so far, void ones included */
    double *walls;       /* ns, by round that stands; NAN: none; owned */
    double wall_now;     /* likewise in the attempt under way */
    uint32_t failures;   /* of rounds that stand */
    bool failed_now;     /* in the attempt under way */
    bool told;           /* its absence is in samples.jsonl */
    bool out;            /* of a race: it is not measured further (race.h) */
    bool timeline;       /* its timeline has been written … */
    json_t *rows;        /* … or is held until the round stands; owned */
};

struct plan_case {
    const struct bench_case *c; /* borrowed */
    nsec ideal;                 /* at unlimited width */
    struct plan_entry *entries; /* c->entry_count of them */
    struct expectation expect;
    struct aggregate aggregate; /* likewise, of the values */
    uint32_t cores;             /* this machine's */
    bool begun;                 /* what is expected of it is known */
    bool race; /* the budget holds for every round, and only the fastest
                * matter (race.h) */

    /* Where it stands; see attempts.h. */
    uint32_t round, attempt; /* under way; from 0, which warms up, and from 1 */
    uint32_t repeats;        /* of this round, because it was invalid */
    uint32_t repeats_all;    /* likewise of all */
    uint32_t *voided; /* by round: attempts that an earlier life left, void
                       * before the round begins; NULL: none; owned */
};

struct plan {
    uint64_t seed;
    struct plan_case *cases;
    size_t count;
    bool uses_origin;
    double precision;      /* asked for in cases of `rounds = auto`; a share */
    nsec budget;           /* of the whole run, for them to be precise in */
    const struct pin *pin; /* borrowed; NULL: not pinned */
    struct awake *awake;   /* likewise; NULL: nobody has asked */
};

/* 0, or -1 and one line in `error`: nothing can be measured. The suite
 * outlives the plan. */
int plan_make(struct plan *plan, const struct suite *suite, uint64_t seed,
              const struct limits *limits, char *error, size_t error_size);
void plan_clear(struct plan *plan);

/* Makes every case a race (race.h). */
void plan_race(struct plan *plan);

/* Whether a case has no fixed number of rounds. */
bool plan_is_auto(const struct plan *plan);

/* The samples that are still to be taken, at least, and the time that they
 * need; where plan_is_auto, the rest of the budget too, if it can be used. */
uint32_t plan_samples(const struct plan *plan);
nsec plan_time(const struct plan *plan);

/* What the samples so far have cost, in all lives of the run. */
nsec plan_spent(const struct plan *plan);

/* What is left of the budget after that. */
nsec plan_left(const struct plan *plan);

#endif
