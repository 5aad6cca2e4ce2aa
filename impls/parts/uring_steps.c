/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Steps that nothing waits for, on an io_uring. A sleep is a timeout in the
 * kernel, as fine as its clock; it takes some hundred bytes there, which nobody
 * counts as the process's.
 */
#include "uring_steps.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>

#include "uring.h"
#include "uring_fetch.h"
#include "uring_file.h"
#include "watch.h"

/* What a wait waits for. */
enum { ON_NOTHING, ON_TIMER, ON_FETCH, ON_FILE, ON_TASK };

struct uring_steps {
    struct batch *batch;
    struct uring *uring;
    uint32_t width;
    struct uring_wait *waits;
    struct uring_fetches *fetches; /* NULL where nothing is fetched */
    struct uring_files *files;     /* NULL where there are none */
    uint32_t *joined;              /* by place: the task it joins */
    bool cancelled;
    uring_step_done done;
    void *self;
};

static void end_wait(struct uring_steps *u, struct uring_wait *wait,
                     enum outcome outcome)
{
    wait->on = ON_NOTHING;
    u->done(u->self, wait, outcome);
    watch_lap();
}

/* ---- what has been done ---- */

static void on_timer(void *context, const struct uring_done *done)
{
    struct uring_steps *u = context;
    struct uring_wait *wait = &u->waits[done->tag.index];

    if (wait->on == ON_TIMER) /* else it was cancelled */
        end_wait(u, wait, wait->outcome);
}

/* A fetch or a file step. */
static void on_ended(void *context, uint32_t slot, enum outcome outcome)
{
    struct uring_steps *u = context;

    end_wait(u, &u->waits[slot], outcome);
}

static void on_cancel(void *context, const struct uring_done *done)
{
    struct uring_steps *u = context;

    (void)done;
    u->cancelled = true;
    for (uint32_t w = 0; w < u->width; w++) {
        struct uring_wait *wait = &u->waits[w];

        if (wait->on == ON_NOTHING || wait->on == ON_FILE)
            continue; /* the kernel has the file, and is soon done */
        if (wait->on == ON_FETCH)
            uring_fetch_abort(u->fetches, w);
        end_wait(u, wait, OUTCOME_CANCELLED);
    }
}

/* ---- open and close ---- */

const char *uring_steps_absent(void)
{
    return uring_absent();
}

static int open_fetches(struct uring_steps *u)
{
    if (!batch_has(u->batch, STEP_FETCH))
        return 0;
    return uring_fetches_open(&u->fetches, u->uring, u->batch, u->width,
                              on_ended, u);
}

static int open_files(struct uring_steps *u)
{
    if (!batch_has(u->batch, STEP_READ) && !batch_has(u->batch, STEP_WRITE))
        return 0;
    return uring_files_open(&u->files, u->uring, u->batch, u->width, on_ended,
                            u);
}

static int open_joins(struct uring_steps *u)
{
    if (!batch_has(u->batch, STEP_JOIN))
        return 0;
    u->joined = calloc(u->width, sizeof(*u->joined));
    return u->joined ? 0 : ENOMEM;
}

static void await_cancel(struct uring_steps *u)
{
    struct io_uring_sqe *sqe = uring_entry(u->uring);

    io_uring_prep_poll_add(sqe, u->batch->cancel->fd, POLLIN);
    uring_set_tag(sqe, (struct uring_tag){.kind = URING_CANCEL});
    uring_handle(u->uring, URING_CANCEL, on_cancel, u);
    uring_handle(u->uring, URING_STEP, on_timer, u);
}

int uring_steps_open(struct uring_steps **out, struct batch *batch,
                     uint32_t width, uring_step_done done, void *self)
{
    struct uring_steps *u = calloc(1, sizeof(*u));

    if (!u)
        return ENOMEM;
    *u = (struct uring_steps){
        .batch = batch, .width = width, .done = done, .self = self};
    u->waits = calloc(width, sizeof(*u->waits));
    int error = u->waits ? 0 : ENOMEM;
    if (!error)
        error = uring_open(&u->uring, batch_has(batch, STEP_FETCH) ? width : 0);
    if (!error)
        error = open_fetches(u);
    if (!error)
        error = open_files(u);
    if (!error)
        error = open_joins(u);
    if (error) {
        uring_steps_close(u);
        return error;
    }
    await_cancel(u);
    *out = u;
    return 0;
}

/* The ring before the rest: the kernel no longer reads and writes what is
 * freed. */
void uring_steps_close(struct uring_steps *u)
{
    if (u->fetches)
        uring_fetches_hang_up(u->fetches);
    if (u->uring)
        uring_close(u->uring);
    if (u->fetches)
        uring_fetches_close(u->fetches);
    if (u->files)
        uring_files_close(u->files);
    free(u->joined);
    free(u->waits);
    free(u);
}

int uring_steps_turn(struct uring_steps *u)
{
    return uring_turn(u->uring);
}

struct uring_wait *uring_wait(struct uring_steps *u, uint32_t slot)
{
    return &u->waits[slot];
}

static uint32_t slot_of(const struct uring_steps *u,
                        const struct uring_wait *wait)
{
    return (uint32_t)(wait - u->waits);
}

/* ---- what is asked for ---- */

/* Reports `outcome` after `delay`, which counts from now. */
static void begin_timer(struct uring_steps *u, struct uring_wait *wait,
                        nsec delay, enum outcome outcome)
{
    struct uring_tag tag = {.kind = URING_STEP, .index = slot_of(u, wait)};

    wait->on = ON_TIMER;
    wait->outcome = (uint8_t)outcome;
    if (delay)
        uring_timer(u->uring, now_ns() + delay, tag);
    else
        uring_yield(u->uring, tag);
}

static void begin_fetch(struct uring_steps *u, struct uring_wait *wait,
                        const struct step *step)
{
    enum outcome outcome =
        uring_fetch_begin(u->fetches, slot_of(u, wait), step, wait->task);

    if (outcome == OUTCOME_OK)
        wait->on = ON_FETCH;
    else
        begin_timer(u, wait, 0, outcome);
}

static void begin_file(struct uring_steps *u, struct uring_wait *wait,
                       const struct step *step)
{
    wait->on = ON_FILE;
    uring_file_begin(u->files, slot_of(u, wait), step, wait->task);
}

/* The joining task takes over the value, and fails as the other did. */
static void end_join(struct uring_steps *u, struct uring_wait *wait,
                     uint32_t joined)
{
    const struct task *other = &u->batch->tasks[joined];

    u->batch->tasks[wait->task].value = other->value;
    begin_timer(u, wait, 0, other->outcome);
}

static void begin_join(struct uring_steps *u, struct uring_wait *wait,
                       uint32_t joined)
{
    if (u->batch->tasks[joined].outcome != OUTCOME_NONE) {
        end_join(u, wait, joined);
        return;
    }
    wait->on = ON_TASK;
    u->joined[slot_of(u, wait)] = joined;
}

void uring_enter(void)
{
    watch_begin();
}

void uring_finished(struct uring_steps *u, uint32_t i)
{
    for (uint32_t w = 0; u->joined && w < u->width; w++)
        if (u->waits[w].on == ON_TASK && u->joined[w] == i)
            end_join(u, &u->waits[w], i);
    watch_lap();
}

void uring_pause(struct uring_steps *u, struct uring_wait *wait)
{
    begin_timer(u, wait, 0, OUTCOME_OK);
}

bool uring_await_due(struct uring_steps *u, struct uring_wait *wait)
{
    nsec left = task_due_in(u->batch, wait->task);

    if (left && u->cancelled)
        uring_pause(u, wait);
    else if (left)
        begin_timer(u, wait, left, OUTCOME_OK);
    return left > 0;
}

void uring_begin(struct uring_steps *u, struct uring_wait *wait,
                 const struct step *step)
{
    if (u->cancelled) {
        begin_timer(u, wait, 0, OUTCOME_CANCELLED);
        return;
    }
    switch (step->kind) {
    case STEP_SLEEP:
        begin_timer(u, wait, step_delay(u->batch, step, wait->task),
                    OUTCOME_OK);
        break;
    case STEP_FETCH:
        begin_fetch(u, wait, step);
        break;
    case STEP_READ:
    case STEP_WRITE:
        begin_file(u, wait, step);
        break;
    case STEP_RECV: /* whoever runs the loop sends at once */
        uring_pause(u, wait);
        break;
    case STEP_JOIN:
        begin_join(u, wait, (uint32_t)step->number);
        break;
    default:
        begin_timer(u, wait, 0, OUTCOME_SYSTEM);
        break;
    }
    watch_lap();
}
