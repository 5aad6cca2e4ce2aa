/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What figures need beyond the summary: the lanes of timeline.csv and the
 * merged histograms of samples.jsonl, for each entry of a view.
 */
#ifndef CONCUR_RECORDS_H
#define CONCUR_RECORDS_H

#include "../stats/histogram.h"
#include "view.h"

/* A task's phase on the timeline, nanoseconds since entry to `run`. */
struct lane {
    double task; /* its number */
    double created, started, finished;
    bool ok;
};

/* A sample that stands; round 0 is the warm-up. */
struct wall {
    unsigned round;
    double ns;
    bool warmup;
};

struct record {
    struct lane *lanes; /* by task, each one's phases in their order */
    size_t lane_count, lane_room;
    size_t task_count;  /* how many tasks they are of */
    struct wall *walls; /* in the order taken */
    size_t wall_count;
    struct histogram *latency, *sojourn; /* of the measured ones */
};

struct records; /* opaque */

/* Reads both files in `dir`; either may be missing or cut off. NULL: no
 * memory. The view, opened with a run.json, must outlive it. */
struct records *records_load(const char *dir, const struct view *view);
void records_free(struct records *records);

/* Of an entry of the view that was loaded; never NULL. */
const struct record *records_of(const struct records *records,
                                const struct view_entry *entry);

#endif
