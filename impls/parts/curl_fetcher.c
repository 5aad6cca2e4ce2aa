/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fetches by libcurl: an easy handle for each place, kept from task to task.
 */
#include "fetcher.h"

#include <errno.h>
#include <stdlib.h>

#include "curl_loop.h"

struct curl_fetches {
    struct curl_loop *curl;
    fetch_ended ended;
    void *context;
    struct batch *batch;
    uint32_t width;
    struct fetch fetches[];
};

static void on_done(void *context, struct fetch *fetch, enum outcome outcome)
{
    struct curl_fetches *cf = context;

    cf->ended(cf->context, (uint32_t)(fetch - cf->fetches), outcome);
}

static void curl_close(void *self)
{
    struct curl_fetches *cf = self;

    for (uint32_t slot = 0; slot < cf->width; slot++)
        fetch_close(&cf->fetches[slot]);
    if (cf->curl)
        curl_loop_close(cf->curl);
    free(cf);
}

static int curl_open(void **self, struct ev_loop *loop, struct batch *batch,
                     uint32_t width, fetch_ended ended, void *context)
{
    struct curl_fetches *cf =
        calloc(1, sizeof(*cf) + width * sizeof(struct fetch));

    if (!cf)
        return ENOMEM;
    cf->batch = batch;
    cf->width = width;
    cf->ended = ended;
    cf->context = context;
    int error = curl_loop_open(&cf->curl, loop, width, on_done, cf);
    if (error)
        curl_close(cf);
    else
        *self = cf;
    return error;
}

/* A place's handle is made when it is first used: what it is made of is then
 * still in the processor's cache. */
static bool ready(struct curl_fetches *cf, uint32_t slot)
{
    struct fetch *fetch = &cf->fetches[slot];

    if (fetch->easy)
        return true;
    if (fetch_open(fetch, cf->batch))
        return false;
    if (curl_loop_adopt(cf->curl, fetch, slot) == CURLE_OK)
        return true;
    fetch_close(fetch);
    return false;
}

static enum outcome curl_begin(void *self, uint32_t slot,
                               const struct step *step, uint32_t i)
{
    struct curl_fetches *cf = self;
    struct fetch *fetch = &cf->fetches[slot];

    if (!ready(cf, slot))
        return OUTCOME_SYSTEM;
    enum outcome outcome = fetch_aim(fetch, step, i);
    if (outcome == OUTCOME_OK && !curl_loop_begin(cf->curl, fetch, slot))
        outcome = OUTCOME_SYSTEM;
    return outcome;
}

static void curl_abort(void *self, uint32_t slot)
{
    struct curl_fetches *cf = self;

    curl_loop_abort(cf->curl, &cf->fetches[slot], slot);
}

const struct fetcher curl_fetcher = {
    .open = curl_open,
    .begin = curl_begin,
    .abort = curl_abort,
    .close = curl_close,
};
