/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Advice: which strategy to use for a load, from a race of the candidates on
 * this machine, now. The race is a run as any other and is kept; what is said
 * of it is made from its summary.
 */
#ifndef CONCUR_ADVISE_H
#define CONCUR_ADVISE_H

#include "../suite/suite.h"

#define ADVISE_BUDGET     (60 * NSEC_PER_SEC)
#define ADVISE_BUDGET_MIN (3 * NSEC_PER_SEC)

struct advise_request {
    const struct override *keys; /* of the one case; borrowed, as all here */
    size_t key_count;
    nsec began;       /* of the command (now_ns): the budget counts from here */
    nsec budget;      /* everything has to be done in it, the report too */
    double precision; /* 0: 2 % */
    uint64_t seed;    /* 0: take one */
    const char *out;  /* the run's own folder; NULL: results/TIME-advise */
    bool json, quiet; /* quiet: no progress */
    int argc;         /* the command line, for run.json */
    char **argv;
};

/* Measures and prints the answer. Returns an exit code: 0; 1 if a sample
 * failed, the user cut it short, or nothing could be measured; 2 if the
 * request cannot be carried out, said in one line on stderr. */
int advise(const struct advise_request *request);

#endif
