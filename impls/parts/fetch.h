/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One fetch with libcurl: the same options and the same reading of the result
 * for every strategy, whether it blocks in curl_easy_perform or waits in a
 * loop.
 */
#ifndef CONCUR_FETCH_H
#define CONCUR_FETCH_H

#include <curl/curl.h>

#include "../task.h"

/* Idle connections that are kept for each task in flight: libcurl's own default
 * for one handle, held by every strategy alike. */
#define FETCH_CONNECTIONS 5

/* An easy handle and the task that it works for. */
struct fetch {
    CURL *easy;
    CURLU *parsed;      /* the own origin's URL, or NULL */
    const char *origin; /* what it begins with; NULL: nothing constant */
    size_t origin_length;
    struct batch *batch;
    uint32_t task;
};

/* Once a process. Returns 0 or an errno. */
int fetch_init(void);

/* libcurl's version and those it stands on. */
const char *fetch_library(void);

/* Makes the handle, with all that does not change from task to task. Returns
 * 0 or an errno. */
int fetch_open(struct fetch *fetch, struct batch *batch);

/* Aims at the URL of task i. OUTCOME_OK, or why the task cannot begin. */
enum outcome fetch_aim(struct fetch *fetch, const struct step *step,
                       uint32_t i);

/* After the transfer: writes the task's value and error; its outcome. */
enum outcome fetch_result(struct fetch *fetch, CURLcode code);

void fetch_close(struct fetch *fetch);

/* Of a multi handle: the next fetch whose transfer has ended, taken off it, and
 * how in *code; NULL if there is none. */
struct fetch *fetch_take_ended(CURLM *multi, CURLcode *code);

#endif
