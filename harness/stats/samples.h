/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * samples.jsonl in memory: every line checked against the run's cases, and
 * which samples stand. What was measured is kept as it is read; figures are
 * made elsewhere.
 */
#ifndef CONCUR_SAMPLES_H
#define CONCUR_SAMPLES_H

#include "histogram.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What a sample is asked for. The last ones are made from the others. */
enum metric {
    METRIC_WALL,
    METRIC_SETUP,
    METRIC_RUN,
    METRIC_CLOSE,
    METRIC_USER,
    METRIC_SYS,
    METRIC_PROCESS,
    METRIC_PROCESS_CPU,
    METRIC_PEAK_RSS,
    METRIC_BASE_RSS,
    METRIC_BYTES_PER_TASK,
    METRIC_VIRTUAL,
    METRIC_PAGE_TABLE,
    METRIC_KERNEL_STACK,
    METRIC_THREADS,
    METRIC_PROCESSES,
    METRIC_INFLIGHT,
    METRIC_VOLUNTARY,
    METRIC_INVOLUNTARY,
    METRIC_OK,
    METRIC_FAILED,
    METRIC_BEHIND,
    METRIC_BYTES,
    METRIC_LOAD,
    METRIC_IDEAL,
    METRIC_ORIGIN_REQUESTS,
    METRIC_ORIGIN_CONNECTIONS,
    METRIC_ORIGIN_PEAK,
    METRIC_ORIGIN_CPU,
    METRIC_SETUP_CPU,
    METRIC_CLOSE_CPU,
    METRIC_HANDICAP,     /* work that was added, for a known slow-down */
    METRIC_MID_RESIDENT, /* in the middle of the batch, all processes */
    METRIC_MID_VIRTUAL,
    METRIC_MID_PAGE_TABLE,
    METRIC_MID_KERNEL_STACK,
    METRIC_MID_THREADS,
    METRIC_MID_PROCESSES,
    METRIC_MID_TAKEN,    /* … resident, page tables and kernel stacks */
    METRIC_LIFE,         /* open, run and close */
    METRIC_LIFE_CPU,     /* likewise */
    METRIC_TAIL,         /* of an open load; only where tails_note has been */
    METRIC_NET,          /* wall time without the work that was added */
    METRIC_CPU,          /* user and system time */
    METRIC_CORES,        /* CPU / wall time of open and run; from 1 ms up */
    METRIC_RUN_CORES,    /* the same of run alone */
    METRIC_SWITCHES,     /* voluntary and involuntary */
    METRIC_ORIGIN_SHARE, /* the origin's CPU time / that of run */
    METRICS,
};

enum sample_status { SAMPLE_OK, SAMPLE_FAILED, SAMPLE_ABSENT };

struct sample {
    uint32_t in_case, entry; /* indices into run.json */
    uint32_t round, attempt;
    size_t line; /* in the file, from 1: the order taken */
    enum sample_status status;
    bool warmup;
    bool stands;            /* not discarded, and of the newest attempt */
    bool stacks_computed;   /* … its kernel stacks, not read */
    bool unverified;        /* a peer that cannot say what it received */
    double values[METRICS]; /* NAN where the line has none */
    char digest[9];         /* "" where the line has none */
    char *reason;           /* NULL where the line has none */
    char *invalid;          /* why its round is void; NULL: it is not */
    uint32_t timeline_rows; /* that belong to it in timeline.csv */
    json_t *failures;       /* likewise; so of the next three */
    json_t *statuses, *failed_tasks;
    json_t *aggregate;
    struct packed *latency, *sojourn; /* likewise */
    struct packed *lag;               /* likewise: of an open load */
};

/* A voided round. */
struct discard {
    uint32_t in_case, round, attempt;
    char *cause;
};

/* Samples are sorted by case, entry, round and line. */
struct samples {
    struct sample *list;
    size_t count;
    struct discard *discards;
    size_t discard_count;
};

/* Reads the file `path`; `cases` is run.json's. A file that is not there is
 * one without samples, a last line that was cut off is left out, anything else
 * that is not a sample of this run is an error that names file and line.
 * 0, or -1 and one line in `error`. samples_clear in either case. */
int samples_read(const char *path, const json_t *cases, struct samples *out,
                 char *error, size_t error_size);
void samples_clear(struct samples *samples);

#endif
