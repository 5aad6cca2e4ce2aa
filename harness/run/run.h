/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A run: every case of a suite, in rounds, each sample in a fresh process; the
 * folder that it leaves under results/.
 */
#ifndef CONCUR_RUN_H
#define CONCUR_RUN_H

#include "../suite/suite.h"

struct run_request {
    const struct suite *suite;         /* borrowed */
    const struct suite_request *asked; /* what it was read for; likewise */
    uint64_t seed;                     /* 0: take one and print it */
    const char *out;     /* the run's own folder; NULL: a new one under
                          * `results` */
    const char *results; /* where runs are kept; NULL: "results" */
    double precision;    /* for cases of `rounds = auto`; 0: 2 % */
    nsec budget;         /* likewise; 0: the suite's, or else 9 minutes */
    nsec until;          /* not 0: a race (race.h), whose measuring ends by
                          * then (now_ns), which is its budget */
    bool quiet;          /* no progress, no table */
    bool pin;            /* origin and strategies on different cores */
    bool may_idle;       /* processors are not kept awake (awake.h) */
    bool urls;           /* the case came from --urls */
    int argc;            /* the command line, for run.json */
    char **argv;
    const char *caller; /* for messages; NULL: "concur run" */
    char **folder; /* not NULL: the run's folder goes here, allocated, and the
                    * caller tells what came of it: nothing is printed */
};

/* A seed for a run that was given none. Small enough that JSON readers which
 * know only doubles keep it whole. */
uint64_t run_seed(void);

/* Checks the request against the machine, takes the samples, writes summary
 * and report. Returns an exit code: 0; 1 if a sample failed or
 * the user cut the measuring short; 2 if the request
 * cannot be carried out, said in one line on stderr, nothing written. */
int run_suite(const struct run_request *request);

/* Goes on with the run in the folder `dir`, whatever it was ended by, from
 * what is in the folder alone. Returns an exit code as above; 0 also where the
 * run was complete. */
int run_resume(const char *dir, bool quiet);

#endif
