/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A run's folder under results/, while the run is going on: run.json once,
 * samples.jsonl and timeline.csv line by line.
 */
#ifndef CONCUR_FOLDER_H
#define CONCUR_FOLDER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct folder {
    char *path;    /* the run's own folder */
    char *results; /* the one it was made in; NULL where it was named by hand */
    int samples, timeline; /* descriptors */
    int lock;              /* likewise: held while the run is measured */
};

/* Makes the folder: `out` if not NULL, which must not hold a run yet, or a new
 * one named <UTC time>-<suite> under `results`. 0, or -1 and one line in
 * `error`, and then nothing was made. */
int folder_make(struct folder *folder, const char *out, const char *results,
                const char *suite, char *error, size_t error_size);

/* A folder that holds a run: takes it over, and nobody else can until
 * folder_close. 0, or -1 and one line in `error`: there is no run, or a
 * process is at work on it. Nothing has changed yet. */
int folder_take(struct folder *folder, const char *dir, char *error,
                size_t error_size);

/* Opens samples.jsonl and timeline.csv to append to them; a last line that was
 * cut off is removed. In a new folder run.json comes first: without it there
 * is no run. 0, or -1 and one line in `error`. */
int folder_open(struct folder *folder, char *error, size_t error_size);

/* Leaves of timeline.csv the rows that `keep` returns true for, and cuts off
 * from the first other one on. 0, or -1 and one line in `error`. */
int folder_cut_timeline(struct folder *folder,
                        bool (*keep)(void *context, const char *case_name,
                                     const char *label, unsigned round),
                        void *context, char *error, size_t error_size);

/* Each 0, or -1 and one line in `error`; what was there before stays. */
int folder_put_run(struct folder *folder, const json_t *run, char *error,
                   size_t error_size);
int folder_put_sample(struct folder *folder, const json_t *sample, char *error,
                      size_t error_size);
/* `rows` as the worker sends them: [[task, created, started, finished,
 * outcome], …]. */
int folder_put_timeline(struct folder *folder, const char *case_name,
                        const char *label, unsigned round, const json_t *rows,
                        char *error, size_t error_size);

/* Whether both files are there and `name` is no older than `than`. */
bool folder_newer(const struct folder *folder, const char *name,
                  const char *than);

/* Points <results>/latest to this run. Nothing depends on it: a failure is
 * ignored. */
void folder_set_latest(const struct folder *folder);

void folder_close(struct folder *folder);

#endif
