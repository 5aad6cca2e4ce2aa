/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Deadlines with nanoseconds: a heap, and one timerfd for the earliest. libev's
 * own timers would be up to a millisecond late, since epoll_wait counts in
 * milliseconds. Nothing is ever called before its time.
 */
#ifndef CONCUR_DEADLINES_H
#define CONCUR_DEADLINES_H

#include <ev.h>
#include <stddef.h>

#include "../../impls/task.h"

/* Part of whatever waits. */
struct deadline {
    nsec when;
    size_t slot; /* in the heap, plus 1; 0: not waiting */
};

struct deadlines {
    struct entry_due {
        nsec when;
        struct deadline *deadline;
    } * heap;
    size_t count, capacity;
    nsec armed; /* what the timer is set to; 0: nothing */
    ev_io timer;
    struct ev_loop *loop;
    void (*due)(struct deadline *deadline); /* no longer waiting by then */
};

/* 0 or an errno. */
int deadlines_open(struct deadlines *deadlines, struct ev_loop *loop,
                   void (*due)(struct deadline *deadline));
void deadlines_close(struct deadlines *deadlines);

/* Waits until deadline->when. 0 or an errno. */
int deadlines_add(struct deadlines *deadlines, struct deadline *deadline);

/* No longer waits; nothing happens if it does not. */
void deadlines_remove(struct deadlines *deadlines, struct deadline *deadline);

#endif
