/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A peer's sample: what it is told beyond the job that workers get, and what
 * its answer is worth. docs/peers.md has both.
 */
#ifndef CONCUR_WORK_H
#define CONCUR_WORK_H

#include "../sample/job.h"
#include "../sample/sampler.h"

/* A peer's sleep may end this much too early: some runtimes round timers to
 * milliseconds, and count them from a clock that is read once a turn. */
#define SLEEP_SLACK (2 * NSEC_PER_MSEC)

/* Makes a worker's job a peer's: instead of what to expect it gets "phases",
 * every step of every task, and "due_ns", computed. It draws no delays and
 * fills in no URLs; only what a task receives is left for it to fill in:
 * {value} and {body}. */
void work_put(json_t *job, const struct bench_case *c,
              const struct job_terms *terms);

/* Puts figures as a worker tells them (worker.h) in the place of a peer's
 * answer, `error` where it is not as it must be. Does nothing where there is
 * no answer. */
void work_take(struct sampled *sampled, const struct bench_case *c,
               const struct job_terms *terms);

/* Whether that answer is of a tool that cannot say what it received. What it
 * asked of the origin is then not the batch's work. */
bool work_unverified(const struct sampled *sampled);

#endif
