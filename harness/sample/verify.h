/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the tasks of a batch must have come to, and whether they did. The
 * expected is computed from the origin's content, never from what a strategy
 * received.
 */
#ifndef CONCUR_VERIFY_H
#define CONCUR_VERIFY_H

#include "aggregate.h"
#include "job.h"

/* What came of a batch, to be held against the expectation. */
struct tally {
    uint32_t ok, failed, lost; /* lost: never finished; the three add up */
    uint32_t by_outcome[OUTCOMES];
    uint32_t digest, values; /* as in struct expectation */
    uint64_t bytes;
};

/* What every task must receive, for a batch whose URLs name the own origin. */
struct expectation expect_batch(const struct batch *batch);

/* What statistics over the tasks' values must come to. */
struct aggregate expect_aggregate(const struct batch *batch);

struct tally tally_batch(const struct batch *batch);

/* The first task that has not received what it must, in words. False if there
 * is none. */
bool verify_results(const struct batch *batch, char *text, size_t size);

/* The first task whose stamps cannot be true, in words: in the wrong order,
 * outside of `began` to `ended`, or closer together than its waits. */
bool verify_stamps(const struct batch *batch, nsec ended, char *text,
                   size_t size);

#endif
