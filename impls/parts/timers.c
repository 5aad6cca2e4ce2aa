/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Timers: a queue, a heap with four children a node, and one ev_timer. Times
 * are those of now_ns, which the stamps are made with: libev's own idea of now
 * decides only when to look.
 */
#include "timers.h"

#include <errno.h>
#include <stdlib.h>

struct timer {
    nsec due;
    uint32_t slot;
};

struct timers {
    struct ev_loop *loop;
    ev_timer earliest;
    nsec armed;  /* when it is due; NEVER while it is not set */
    bool ending; /* timers are being ended: it is set afterwards */
    timer_ended *ended;
    void *self;
    uint32_t room;

    /* Ascending, from queue[first] on, and again from the start. */
    struct timer *queue;
    uint32_t first, queued;

    struct timer *heap; /* node n's children are 4 n + 1 … 4 n + 4 */
    uint32_t heaped;
};

#define NEVER UINT64_MAX

/* ---- the queue ---- */

static struct timer *queue_at(struct timers *t, uint32_t place)
{
    uint64_t at = (uint64_t)t->first + place;

    return &t->queue[at < t->room ? at : at - t->room];
}

static bool fits_queue(struct timers *t, nsec due)
{
    return !t->queued || queue_at(t, t->queued - 1)->due <= due;
}

static void queue_pop(struct timers *t)
{
    t->first = t->first + 1 < t->room ? t->first + 1 : 0;
    t->queued--;
}

/* ---- the heap ---- */

static void heap_push(struct timers *t, struct timer timer)
{
    uint32_t at = t->heaped++;

    while (at) {
        uint32_t parent = (at - 1) / 4;

        if (t->heap[parent].due <= timer.due)
            break;
        t->heap[at] = t->heap[parent];
        at = parent;
    }
    t->heap[at] = timer;
}

/* The earliest of a node's children; `heaped` where it has none. */
static uint64_t first_child(const struct timers *t, uint64_t node)
{
    uint64_t best = 4 * node + 1, end = best + 4;

    if (best >= t->heaped)
        return t->heaped;
    if (end > t->heaped)
        end = t->heaped;
    for (uint64_t child = best + 1; child < end; child++)
        if (t->heap[child].due < t->heap[best].due)
            best = child;
    return best;
}

/* The last one fills the gap at the top, and sinks. */
static void heap_pop(struct timers *t)
{
    struct timer last = t->heap[--t->heaped];
    uint64_t at = 0;

    for (;;) {
        uint64_t child = first_child(t, at);

        if (child == t->heaped || t->heap[child].due >= last.due)
            break;
        t->heap[at] = t->heap[child];
        at = child;
    }
    t->heap[at] = last;
}

/* ---- the earliest ---- */

/* When the earliest is due; NEVER if there is none. */
static nsec next_due(struct timers *t)
{
    nsec queue = t->queued ? t->queue[t->first].due : NEVER;
    nsec heap = t->heaped ? t->heap[0].due : NEVER;

    return queue < heap ? queue : heap;
}

/* There is one. */
static uint32_t take_next(struct timers *t)
{
    bool from_queue =
        !t->heaped || (t->queued && t->queue[t->first].due <= t->heap[0].due);
    uint32_t slot = from_queue ? t->queue[t->first].slot : t->heap[0].slot;

    if (from_queue)
        queue_pop(t);
    else
        heap_pop(t);
    return slot;
}

/* The loop's idea of now, from which it counts, may be an old one. */
static void arm(struct timers *t)
{
    nsec due = next_due(t), now = now_ns();

    ev_timer_stop(t->loop, &t->earliest);
    t->armed = due;
    if (due == NEVER)
        return;
    ev_now_update(t->loop);
    ev_timer_set(&t->earliest, due > now ? (double)(due - now) / 1e9 : 0, 0);
    ev_timer_start(t->loop, &t->earliest);
}

/* What is set meanwhile is due no sooner than `now`: it waits for the next
 * turn, and does not keep sockets waiting. */
static void on_earliest(struct ev_loop *loop, ev_timer *timer, int events)
{
    struct timers *t = timer->data;
    nsec now = now_ns();

    (void)loop;
    (void)events;
    t->ending = true;
    while (next_due(t) < now)
        t->ended(t->self, take_next(t));
    t->ending = false;
    arm(t);
}

int timers_open(struct timers **timers, struct ev_loop *loop, uint32_t room,
                timer_ended *ended, void *self)
{
    struct timers *t = calloc(1, sizeof(*t));

    if (!t)
        return ENOMEM;
    *t = (struct timers){.loop = loop,
                         .armed = NEVER,
                         .ended = ended,
                         .self = self,
                         .room = room};
    /* Each may come to hold all; pages that are never used cost nothing. */
    t->queue = reallocarray(NULL, room, sizeof(*t->queue));
    t->heap = reallocarray(NULL, room, sizeof(*t->heap));
    if (!t->queue || !t->heap) {
        free(t->queue);
        free(t->heap);
        free(t);
        return ENOMEM;
    }
    ev_timer_init(&t->earliest, on_earliest, 0, 0);
    t->earliest.data = t;
    *timers = t;
    return 0;
}

void timers_set(struct timers *t, uint32_t slot, nsec delay)
{
    struct timer timer = {now_ns() + delay, slot};

    if (fits_queue(t, timer.due))
        *queue_at(t, t->queued++) = timer;
    else
        heap_push(t, timer);
    if (timer.due < t->armed && !t->ending)
        arm(t);
}

void timers_clear(struct timers *t)
{
    t->queued = t->heaped = 0;
    if (!t->ending)
        arm(t);
}

void timers_close(struct timers *t)
{
    ev_timer_stop(t->loop, &t->earliest);
    free(t->queue);
    free(t->heap);
    free(t);
}
