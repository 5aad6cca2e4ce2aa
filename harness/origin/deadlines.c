/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Deadlines: see deadlines.h. A binary heap; equal delays come in order of
 * their deadlines, so that adding one of them moves nothing.
 */
#include "deadlines.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* How many are called before other events get their turn. */
#define TURN_MAX 128

/* ---- the heap ---- */

static void place(struct deadlines *d, size_t at, struct entry_due entry)
{
    d->heap[at] = entry;
    entry.deadline->slot = at + 1;
}

static void sift_up(struct deadlines *d, size_t at, struct entry_due entry)
{
    while (at > 0) {
        size_t parent = (at - 1) / 2;
        if (d->heap[parent].when <= entry.when)
            break;
        place(d, at, d->heap[parent]);
        at = parent;
    }
    place(d, at, entry);
}

static void sift_down(struct deadlines *d, size_t at, struct entry_due entry)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child >= d->count)
            break;
        if (child + 1 < d->count &&
            d->heap[child + 1].when < d->heap[child].when)
            child++;
        if (entry.when <= d->heap[child].when)
            break;
        place(d, at, d->heap[child]);
        at = child;
    }
    place(d, at, entry);
}

static int reserve(struct deadlines *d)
{
    if (d->count < d->capacity)
        return 0;
    size_t capacity = d->capacity == 0 ? 1024 : 2 * d->capacity;
    struct entry_due *heap = realloc(d->heap, capacity * sizeof *heap);
    if (heap == NULL)
        return ENOMEM;
    d->heap = heap;
    d->capacity = capacity;
    return 0;
}

static void take_out(struct deadlines *d, struct deadline *deadline)
{
    size_t at = deadline->slot - 1;
    struct entry_due last = d->heap[--d->count];
    deadline->slot = 0;
    if (at == d->count)
        return;
    if (at > 0 && last.when < d->heap[(at - 1) / 2].when)
        sift_up(d, at, last);
    else
        sift_down(d, at, last);
}

/* ---- the timer ---- */

/* Sets the timer to `when`, or to nothing (0); either forgets that it has
 * fired. It cannot fail for a time and a descriptor that are valid. */
static void arm(struct deadlines *d, nsec when)
{
    struct itimerspec spec = {
        .it_value.tv_sec = (time_t)(when / NSEC_PER_SEC),
        .it_value.tv_nsec = (long)(when % NSEC_PER_SEC),
    };
    if (timerfd_settime(d->timer.fd, TFD_TIMER_ABSTIME, &spec, NULL) == 0)
        d->armed = when;
}

static void on_timer(struct ev_loop *loop, ev_io *watcher, int revents)
{
    struct deadlines *d = watcher->data;
    nsec now = now_ns();
    (void)loop;
    (void)revents;
    for (int i = 0; i < TURN_MAX && d->count > 0; i++) {
        struct deadline *deadline = d->heap[0].deadline;
        if (deadline->when > now)
            break;
        take_out(d, deadline);
        d->due(deadline);
    }
    arm(d, d->count > 0 ? d->heap[0].when : 0);
}

int deadlines_open(struct deadlines *deadlines, struct ev_loop *loop,
                   void (*due)(struct deadline *deadline))
{
    int fd = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
    if (fd < 0)
        return errno;
    *deadlines = (struct deadlines){.loop = loop, .due = due};
    ev_io_init(&deadlines->timer, on_timer, fd, EV_READ);
    deadlines->timer.data = deadlines;
    ev_set_priority(&deadlines->timer, EV_MAXPRI);
    ev_io_start(loop, &deadlines->timer);
    return 0;
}

void deadlines_close(struct deadlines *deadlines)
{
    ev_io_stop(deadlines->loop, &deadlines->timer);
    close(deadlines->timer.fd);
    free(deadlines->heap);
}

int deadlines_add(struct deadlines *deadlines, struct deadline *deadline)
{
    int error = reserve(deadlines);
    if (error != 0)
        return error;
    struct entry_due entry = {deadline->when, deadline};
    sift_up(deadlines, deadlines->count++, entry);
    if (deadlines->armed == 0 || deadline->when < deadlines->armed)
        arm(deadlines, deadline->when);
    return 0;
}

void deadlines_remove(struct deadlines *deadlines, struct deadline *deadline)
{
    if (deadline->slot != 0)
        take_out(deadlines, deadline);
}
