/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Steps that are asked whether they are done.
 */
#include "polled.h"

#include <errno.h>
#include <stdlib.h>

#include "fetch.h"
#include "file.h"

struct poll_place {
    const struct step *step;
    nsec until; /* a sleep's end */
    uint32_t task;
    uint8_t outcome; /* of a step that has ended; else OUTCOME_NONE */
    bool fetching;
};

struct polled {
    struct batch *batch;
    uint32_t width;
    CURLM *multi;          /* NULL where nothing is fetched */
    struct fetch *fetches; /* the places' own */
    struct poll_place places[];
};

static int open_fetches(struct polled *p)
{
    int error = 0;

    p->multi = curl_multi_init();
    p->fetches = calloc(p->width, sizeof(*p->fetches));
    if (!p->multi || !p->fetches)
        return ENOMEM;
    if (curl_multi_setopt(p->multi, CURLMOPT_PIPELINING,
                          (long)CURLPIPE_NOTHING) ||
        curl_multi_setopt(p->multi, CURLMOPT_MAXCONNECTS,
                          (long)p->width * FETCH_CONNECTIONS))
        return ENOMEM;
    for (uint32_t w = 0; w < p->width && !error; w++)
        error = fetch_open(&p->fetches[w], p->batch);
    return error;
}

int polled_open(struct polled **out, struct batch *batch, uint32_t width)
{
    struct polled *p =
        calloc(1, sizeof(*p) + width * sizeof(struct poll_place));
    int error = 0;

    if (!p)
        return ENOMEM;
    p->batch = batch;
    p->width = width;
    if (batch_has(batch, STEP_FETCH))
        error = open_fetches(p);
    if (error)
        polled_close(p);
    else
        *out = p;
    return error;
}

static void begin_fetch(struct polled *p, uint32_t slot)
{
    struct poll_place *place = &p->places[slot];
    struct fetch *fetch = &p->fetches[slot];
    enum outcome outcome = fetch_aim(fetch, place->step, place->task);

    if (outcome == OUTCOME_OK &&
        curl_multi_add_handle(p->multi, fetch->easy) != CURLM_OK)
        outcome = OUTCOME_SYSTEM;
    place->fetching = outcome == OUTCOME_OK;
    if (!place->fetching)
        place->outcome = (uint8_t)outcome;
}

void polled_begin(struct polled *p, uint32_t slot, const struct step *step,
                  uint32_t i)
{
    struct poll_place *place = &p->places[slot];

    *place = (struct poll_place){.step = step, .task = i};
    switch (step->kind) {
    case STEP_SLEEP:
        place->until = now_ns() + step_delay(p->batch, step, i);
        break;
    case STEP_FETCH:
        begin_fetch(p, slot);
        break;
    case STEP_READ:
        place->outcome = (uint8_t)file_read(p->batch, step, i);
        break;
    case STEP_WRITE:
        place->outcome = (uint8_t)file_write(p->batch, step, i);
        break;
    case STEP_RECV: /* whoever polls sends at once */
        place->outcome = OUTCOME_OK;
        break;
    case STEP_JOIN:
        break;
    default:
        place->outcome = OUTCOME_SYSTEM;
        break;
    }
}

void polled_turn(struct polled *p)
{
    struct fetch *fetch;
    CURLcode code;
    int running;

    if (!p->multi)
        return;
    curl_multi_perform(p->multi, &running);
    while ((fetch = fetch_take_ended(p->multi, &code))) {
        struct poll_place *place = &p->places[fetch - p->fetches];

        place->fetching = false;
        place->outcome = (uint8_t)fetch_result(fetch, code);
    }
}

/* The joining task takes over the value, and fails as the other did. */
static void look_at_join(struct polled *p, struct poll_place *place)
{
    const struct task *other = &p->batch->tasks[place->step->number];

    if (other->outcome == OUTCOME_NONE)
        return;
    p->batch->tasks[place->task].value = other->value;
    place->outcome = other->outcome;
}

bool polled_ready(struct polled *p, uint32_t slot, enum outcome *outcome)
{
    struct poll_place *place = &p->places[slot];

    if (place->outcome == OUTCOME_NONE && batch_cancelled(p->batch)) {
        if (place->fetching)
            curl_multi_remove_handle(p->multi, p->fetches[slot].easy);
        place->outcome = OUTCOME_CANCELLED;
    } else if (place->step->kind == STEP_SLEEP && now_ns() >= place->until) {
        place->outcome = OUTCOME_OK;
    } else if (place->step->kind == STEP_JOIN) {
        look_at_join(p, place);
    }
    *outcome = place->outcome;
    return place->outcome != OUTCOME_NONE;
}

void polled_close(struct polled *p)
{
    for (uint32_t w = 0; p->fetches && w < p->width; w++)
        fetch_close(&p->fetches[w]);
    if (p->multi)
        curl_multi_cleanup(p->multi);
    free(p->fetches);
    free(p);
}
