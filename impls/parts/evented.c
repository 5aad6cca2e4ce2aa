/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Steps that nothing waits for, on libev. Timers end up to a millisecond late,
 * never early: libev's epoll backend counts in whole milliseconds.
 */
#include "evented.h"

#include <errno.h>
#include <stdlib.h>

#include "curl_loop.h"

struct evented {
    struct batch *batch;
    struct ev_loop *loop;
    uint32_t width;
    struct wait *waits;
    struct fetch *fetches; /* the waits' own; NULL where nothing is fetched */
    struct curl_loop *curl;
    ev_io cancel;
    step_done done;
    void *self;
};

static void on_timer(struct ev_loop *loop, ev_timer *timer, int events)
{
    struct evented *e = ev_userdata(loop);
    struct wait *wait = (struct wait *)timer;

    (void)events;
    e->done(e->self, wait, wait->outcome);
}

static void on_fetch(void *context, struct fetch *fetch, enum outcome outcome)
{
    struct evented *e = context;
    struct wait *wait = &e->waits[fetch - e->fetches];

    wait->fetching = false;
    e->done(e->self, wait, outcome);
}

static void on_cancel(struct ev_loop *loop, ev_io *cancel, int events)
{
    struct evented *e = ev_userdata(loop);

    (void)events;
    ev_io_stop(loop, cancel);
    for (uint32_t w = 0; w < e->width; w++) {
        struct wait *wait = &e->waits[w];

        if (wait->fetching)
            curl_loop_abort(e->curl, &e->fetches[w]);
        else if (!ev_is_active(&wait->timer))
            continue;
        ev_timer_stop(loop, &wait->timer);
        wait->fetching = false;
        e->done(e->self, wait, OUTCOME_CANCELLED);
    }
}

static int open_fetches(struct evented *e)
{
    int error = 0;

    if (!batch_has(e->batch, STEP_FETCH))
        return 0;
    e->fetches = calloc(e->width, sizeof(*e->fetches));
    if (!e->fetches)
        return ENOMEM;
    for (uint32_t w = 0; w < e->width && !error; w++)
        error = fetch_open(&e->fetches[w], e->batch);
    if (!error)
        error = curl_loop_open(&e->curl, e->loop, e->width, on_fetch, e);
    return error;
}

int evented_open(struct evented **out, struct batch *batch, uint32_t width,
                 step_done done, void *self)
{
    struct evented *e = calloc(1, sizeof(*e));
    int error = ENOMEM;

    if (!e)
        return error;
    *e = (struct evented){
        .batch = batch, .width = width, .done = done, .self = self};
    e->waits = calloc(width, sizeof(*e->waits));
    e->loop = ev_loop_new(EVFLAG_AUTO);
    if (e->waits && e->loop)
        error = open_fetches(e);
    if (error) {
        evented_close(e);
        return error;
    }
    ev_set_userdata(e->loop, e);
    ev_io_init(&e->cancel, on_cancel, batch->cancel->fd, EV_READ);
    ev_io_start(e->loop, &e->cancel);
    *out = e;
    return 0;
}

struct ev_loop *evented_loop(struct evented *e)
{
    return e->loop;
}

struct wait *evented_wait(struct evented *e, uint32_t slot)
{
    return &e->waits[slot];
}

/* The timer reports `outcome` after `delay`. */
static void begin_timer(struct evented *e, struct wait *wait, nsec delay,
                        enum outcome outcome)
{
    wait->outcome = (uint8_t)outcome;
    /* Relative to the loop's idea of now, which a long callback leaves
     * behind: it would end early. */
    ev_now_update(e->loop);
    ev_timer_init(&wait->timer, on_timer, (double)delay / 1e9, 0);
    ev_timer_start(e->loop, &wait->timer);
}

static void begin_fetch(struct evented *e, struct wait *wait,
                        const struct step *step)
{
    struct fetch *fetch = &e->fetches[wait - e->waits];
    enum outcome outcome = fetch_aim(fetch, step, wait->task);

    if (outcome == OUTCOME_OK && !curl_loop_begin(e->curl, fetch))
        outcome = OUTCOME_SYSTEM;
    wait->fetching = outcome == OUTCOME_OK;
    if (!wait->fetching)
        begin_timer(e, wait, 0, outcome);
}

void evented_begin(struct evented *e, struct wait *wait,
                   const struct step *step)
{
    switch (step->kind) {
    case STEP_SLEEP:
        begin_timer(e, wait, step_delay(e->batch, step, wait->task),
                    OUTCOME_OK);
        return;
    case STEP_FETCH:
        begin_fetch(e, wait, step);
        return;
    case STEP_KINDS:
        break;
    }
    begin_timer(e, wait, 0, OUTCOME_SYSTEM);
}

void evented_close(struct evented *e)
{
    for (uint32_t w = 0; e->fetches && w < e->width; w++)
        fetch_close(&e->fetches[w]);
    free(e->fetches);
    if (e->curl)
        curl_loop_close(e->curl);
    if (e->loop)
        ev_loop_destroy(e->loop);
    free(e->waits);
    free(e);
}
