/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The worker: a fresh process that takes one sample. It reads a job (job.h) on
 * standard input, runs the strategy, and writes one JSON object on standard
 * output: the figures of samples.jsonl that it knows, `error` where the sample
 * is void, and `timeline` where the job asks for one.
 */
#ifndef CONCUR_WORKER_H
#define CONCUR_WORKER_H

/* Returns an exit code: 0 if a result was written, even a void one. */
int worker_main(void);

#endif
