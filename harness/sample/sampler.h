/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The harness's side of a sample: a fresh process is started, given its job,
 * and waited for; whatever becomes of it, there is an answer.
 */
#ifndef CONCUR_SAMPLER_H
#define CONCUR_SAMPLER_H

#include <jansson.h>

#include "probe.h"

/* How a process ended. */
struct sampled {
    json_t *result;    /* what it wrote: a new reference; NULL if it did not */
    nsec began;        /* when it was started */
    nsec process;      /* from its start to its end */
    nsec user, system; /* CPU time, with the children that it waited for */
    char reason[320];  /* why there is no result; "" if there is one */
    int signal;        /* that ended it, sent by somebody else; or 0 */
    bool timed_out;    /* it was killed at the limit */
    bool stopped;      /* it was killed because *stop became true */
};

/* In the environment of each process that it starts, and so of those that
 * these start: the number of the harness' process. One whose parent is another
 * by then has lost its harness before it could ask to die with it. */
#define SAMPLER_MARK "CONCUR_HARNESS"

/* For a process of sample_take: from now on it gets `signal` when the harness
 * ends, at once if that has happened. Without the mark (started by hand) the
 * parent of this moment is meant. */
void sample_follow_harness(int signal);

/* Runs the program `exe` as `argv` with `job` on standard input, for at most
 * `limit`. Once the process has ended, so have those that it started.
 * `stop` is looked at whenever a signal interrupts the waiting. `probe` (NULL:
 * none), which has begun, gets the readings. */
struct sampled sample_take(const char *exe, const char *const *argv,
                           const json_t *job, nsec limit, bool (*stop)(void),
                           struct probe *probe);

#endif
