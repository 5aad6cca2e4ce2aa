/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who could be the answer, and which of them can be measured in time. Nothing
 * is measured here: what a sample takes is taken from ideals and rough costs.
 */
#ifndef CONCUR_ADVISE_CANDIDATES_H
#define CONCUR_ADVISE_CANDIDATES_H

#include "../run/limits.h"
#include "../suite/suite.h"

/* How wide a pool has to be for its threads to keep `cores` busy: cores × (1 +
 * wait / compute), both of one task (Goetz et al. 2006, Java Concurrency in
 * Practice, 8.2), two digits of it; at most one a task, and 1,000. At least
 * 1. */
uint32_t candidates_width(nsec wait, nsec compute, uint32_t tasks,
                          uint32_t cores);

/* The strategies worth trying for the case, as its key `strategies` takes
 * them, the likeliest first; allocated, NULL if there is no memory. `threads`:
 * so many more are allowed; 0: not known. */
char *candidates_text(const struct bench_case *c, uint64_t seed, uint32_t cores,
                      uint64_t threads);

/* What measuring one of them once takes at least, and what it is likely to
 * take (run/cost.h), in ns. */
struct candidate {
    const char *label; /* borrowed */
    nsec ideal, cost;
    bool peer;     /* asked for by name: never left out */
    bool absent;   /* cannot do it here at all (run/fit.h): it costs nothing */
    bool left_out; /* there is no time for it */
};

/* One for each entry of the case, in its order, costs filled in; allocated,
 * NULL if there is no memory. */
struct candidate *candidates_of(const struct bench_case *c, uint64_t seed,
                                const struct limits *limits);

/* Which of them can be measured within `time`: with six rounds, the slowest by
 * their ideals given up first; with fewer rounds, if the fastest take that
 * long; with the dearest left out, of those alike the last, which it marks, if
 * not even a warm-up and one round of all have room. Those that are absent take
 * no part in it. False: not even one has room. */
bool candidates_fit(struct candidate *list, size_t count, nsec time,
                    nsec *limit);

#endif
