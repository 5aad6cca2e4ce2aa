/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Steps that nothing waits for, on libev. Timers end up to a millisecond late,
 * never early: libev's epoll backend counts in whole milliseconds.
 */
#include "evented.h"

#include <errno.h>
#include <stdlib.h>

#include "file_loop.h"
#include "timers.h"
#include "watch.h"

/* What a wait waits for; ON_CANCEL: for nothing but its turn to be ended. */
enum { ON_NOTHING, ON_TIMER, ON_FETCH, ON_FILE, ON_TASK, ON_CANCEL };

struct evented {
    struct batch *batch;
    struct ev_loop *loop;
    uint32_t width;
    struct wait *waits;
    struct timers *timers;
    const struct fetcher *fetcher;
    void *fetches; /* the fetcher's own; NULL where nothing is fetched */
    struct file_loop *files; /* NULL where there are none */
    uint32_t *joined;        /* by place: the task it joins */
    ev_io cancel;
    step_done done;
    void *self;
};

static void end_wait(struct evented *e, struct wait *wait, enum outcome outcome)
{
    e->done(e->self, wait, outcome);
    watch_lap();
}

static void on_timer(void *context, uint32_t slot)
{
    struct evented *e = context;
    struct wait *wait = &e->waits[slot];

    wait->on = ON_NOTHING;
    end_wait(e, wait, wait->outcome);
}

/* A fetch or a file step. */
static void on_ended(void *context, uint32_t slot, enum outcome outcome)
{
    struct evented *e = context;

    e->waits[slot].on = ON_NOTHING;
    end_wait(e, &e->waits[slot], outcome);
}

static void on_cancel(struct ev_loop *loop, ev_io *cancel, int events)
{
    struct evented *e = ev_userdata(loop);

    (void)events;
    ev_io_stop(loop, cancel);
    /* Those that are set while waits are ended have no delay. */
    timers_clear(e->timers);
    for (uint32_t w = 0; w < e->width; w++)
        if (e->waits[w].on == ON_TIMER)
            e->waits[w].on = ON_CANCEL;
    for (uint32_t w = 0; w < e->width; w++) {
        struct wait *wait = &e->waits[w];

        if (wait->on == ON_NOTHING || wait->on == ON_TIMER ||
            wait->on == ON_FILE) /* a thread has it, and is soon done */
            continue;
        if (wait->on == ON_FETCH)
            e->fetcher->abort(e->fetches, w);
        wait->on = ON_NOTHING;
        end_wait(e, wait, OUTCOME_CANCELLED);
    }
}

static int open_fetches(struct evented *e)
{
    if (!batch_has(e->batch, STEP_FETCH))
        return 0;
    return e->fetcher->open(&e->fetches, e->loop, e->batch, e->width, on_ended,
                            e);
}

static int open_files(struct evented *e)
{
    if (!batch_has(e->batch, STEP_READ) && !batch_has(e->batch, STEP_WRITE))
        return 0;
    return file_loop_open(&e->files, e->loop, e->batch, e->width, on_ended, e);
}

static int open_joins(struct evented *e)
{
    if (!batch_has(e->batch, STEP_JOIN))
        return 0;
    e->joined = calloc(e->width, sizeof(*e->joined));
    return e->joined ? 0 : ENOMEM;
}

int evented_open(struct evented **out, struct batch *batch, uint32_t width,
                 const struct fetcher *fetcher, step_done done, void *self)
{
    struct evented *e = calloc(1, sizeof(*e));
    int error = ENOMEM;

    if (!e)
        return error;
    *e = (struct evented){.batch = batch,
                          .width = width,
                          .fetcher = fetcher,
                          .done = done,
                          .self = self};
    e->waits = calloc(width, sizeof(*e->waits));
    e->loop = watch_loop();
    if (e->waits && e->loop)
        error = timers_open(&e->timers, e->loop, width, on_timer, e);
    if (!error)
        error = open_fetches(e);
    if (!error)
        error = open_files(e);
    if (!error)
        error = open_joins(e);
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

uint32_t evented_slot(const struct evented *e, const struct wait *wait)
{
    return (uint32_t)(wait - e->waits);
}

/* The timer reports `outcome` after `delay`. */
static void begin_timer(struct evented *e, struct wait *wait, nsec delay,
                        enum outcome outcome)
{
    wait->on = ON_TIMER;
    wait->outcome = (uint8_t)outcome;
    timers_set(e->timers, evented_slot(e, wait), delay);
}

static void begin_fetch(struct evented *e, struct wait *wait,
                        const struct step *step)
{
    enum outcome outcome =
        e->fetcher->begin(e->fetches, evented_slot(e, wait), step, wait->task);

    if (outcome == OUTCOME_OK)
        wait->on = ON_FETCH;
    else
        begin_timer(e, wait, 0, outcome);
}

static void begin_file(struct evented *e, struct wait *wait,
                       const struct step *step)
{
    wait->on = ON_FILE;
    file_loop_begin(e->files, evented_slot(e, wait), step, wait->task);
}

/* The joining task takes over the value, and fails as the other did. */
static void end_join(struct evented *e, struct wait *wait, uint32_t joined)
{
    const struct task *other = &e->batch->tasks[joined];

    e->batch->tasks[wait->task].value = other->value;
    begin_timer(e, wait, 0, other->outcome);
}

static void begin_join(struct evented *e, struct wait *wait, uint32_t joined)
{
    if (e->batch->tasks[joined].outcome != OUTCOME_NONE) {
        end_join(e, wait, joined);
        return;
    }
    wait->on = ON_TASK;
    e->joined[evented_slot(e, wait)] = joined;
}

void evented_finished(struct evented *e, uint32_t i)
{
    for (uint32_t w = 0; e->joined && w < e->width; w++)
        if (e->waits[w].on == ON_TASK && e->joined[w] == i)
            end_join(e, &e->waits[w], i);
    watch_lap();
}

void evented_enter(void)
{
    watch_begin();
}

void evented_yield(struct evented *e, struct wait *wait)
{
    begin_timer(e, wait, 0, OUTCOME_OK);
}

bool evented_await_due(struct evented *e, struct wait *wait)
{
    nsec left = task_due_in(e->batch, wait->task);

    if (!left || batch_cancelled(e->batch))
        return false;
    begin_timer(e, wait, left, OUTCOME_OK);
    return true;
}

/* The task gives up the loop: what it did before is a hold of its own. */
void evented_begin(struct evented *e, struct wait *wait,
                   const struct step *step)
{
    if (batch_cancelled(e->batch)) {
        begin_timer(e, wait, 0, OUTCOME_CANCELLED);
        watch_lap();
        return;
    }
    switch (step->kind) {
    case STEP_SLEEP:
        begin_timer(e, wait, step_delay(e->batch, step, wait->task),
                    OUTCOME_OK);
        break;
    case STEP_FETCH:
        begin_fetch(e, wait, step);
        break;
    case STEP_READ:
    case STEP_WRITE:
        begin_file(e, wait, step);
        break;
    case STEP_RECV: /* whoever runs the loop sends at once */
        evented_yield(e, wait);
        break;
    case STEP_JOIN:
        begin_join(e, wait, (uint32_t)step->number);
        break;
    default:
        begin_timer(e, wait, 0, OUTCOME_SYSTEM);
        break;
    }
    watch_lap();
}

void evented_close(struct evented *e)
{
    if (e->fetches)
        e->fetcher->close(e->fetches);
    if (e->files)
        file_loop_close(e->files);
    if (e->timers)
        timers_close(e->timers);
    if (e->loop)
        ev_loop_destroy(e->loop);
    free(e->joined);
    free(e->waits);
    free(e);
}
