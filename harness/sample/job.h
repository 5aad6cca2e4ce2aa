/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A job: what a process that takes a sample is told, as one JSON object on its
 * standard input. `concur worker` and external strategies read the same.
 *
 * {"strategy","width","workload","tasks","first","seed","reuse","real",
 *  "timeout_ns","stack_bytes","timeline",
 *  "steps":[{"kind","url","urls":[…],"text","number",
 *            "delay":{"kind","values":[ns…],"low","high","sigma"}}],
 *  "rate":{"per_second","poisson"},
 *  "phase_ends":[N…], "creator":N (its first step), "folder",
 *  "handicap_ns":N (CPU time to be burnt once the batch is done),
 * "expect":{"digest","bytes","values"} or null}
 *
 * A peer is not told what to expect, but gets "phases" and "due_ns"
 * (peers/work.h).
 */
#ifndef CONCUR_JOB_H
#define CONCUR_JOB_H

#include <jansson.h>

#include "../suite/case.h"

/* A task of an open load that starts so late is one at which the sender fell
 * behind: event loops' timers count in milliseconds. */
#define BEHIND_NS (2 * NSEC_PER_MSEC)

/* What the batch must have received; all zero where nothing is fetched. */
struct expectation {
    bool known;      /* false for real URLs */
    uint32_t digest; /* of the batch */
    uint64_t bytes;
    uint32_t values; /* CRC-32 of the tasks' values, as 64-bit little-endian */
};

/* How a case is run this time. */
struct job_terms {
    const char *name; /* of the strategy or peer */
    uint32_t width;
    uint64_t seed;
    uint16_t port;      /* of the origin … */
    uint32_t host;      /* … on 127.0.0.HOST; 0: 1 */
    const char *folder; /* of the sample's files; NULL if it has none */
    uint32_t timeline; /* the most rows of the timeline to send back; 0: none */
    nsec handicap;     /* work to be added: a known slow-down; 0: none */
    struct expectation expect;
};

/* "http://127.0.0.1:8080" and `path`, a JSON string: where the own origin is,
 * as `terms` has it. A new reference, or NULL if there is no memory. */
json_t *job_own_url(const struct job_terms *terms, const char *path);

/* A new reference, or NULL if there is no memory. */
json_t *job_write(const struct bench_case *c, const struct job_terms *terms);

/* A job as the worker has it. */
struct job {
    const struct strategy *strategy;
    struct batch batch; /* without tasks, due times, observer and cancel */
    struct rate rate;
    size_t *phase_ends;
    size_t phase_count;
    uint32_t timeline;
    nsec handicap;
    struct expectation expect;
    char *folder;
    struct step *steps; /* owned, as is what they point to */
};

/* 0, or -1 and one line in `error`. job_clear frees it in either case. */
int job_read(struct job *job, const json_t *json, char *error,
             size_t error_size);
void job_clear(struct job *job);

#endif
