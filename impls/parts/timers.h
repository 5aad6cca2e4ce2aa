/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Timers of an event loop, small enough for a million of them: 16 bytes each,
 * and one ev_timer for the earliest. A timer that is due no earlier than the
 * one set before it goes to the end of a queue; the others go into a heap.
 * None can be taken back alone.
 *
 * Timers that all last equally long are thus set and ended in constant time:
 * "Be smart about timeouts" in libev's manual, and Varghese and Lauck (1987),
 * scheme 2, with the rare search from the end of the list left to the heap.
 */
#ifndef CONCUR_TIMERS_H
#define CONCUR_TIMERS_H

#include <ev.h>

#include "../task.h"

struct timers;

/* On the loop, once for each timer: that of place `slot` has ended. */
typedef void timer_ended(void *self, uint32_t slot);

/* At most `room` timers at once, and one a place. The loop is borrowed. Returns
 * 0 or an errno. */
int timers_open(struct timers **timers, struct ev_loop *loop, uint32_t room,
                timer_ended *ended, void *self);

/* The place has no timer. `ended` is called after `delay`, never sooner and up
 * to a millisecond later; of 0, in the loop's next turn. In the order in which
 * they are due; of those due at the same nanosecond, in any. */
void timers_set(struct timers *timers, uint32_t slot, nsec delay);

/* No timer is left, and none of them has ended. */
void timers_clear(struct timers *timers);

void timers_close(struct timers *timers);

#endif
