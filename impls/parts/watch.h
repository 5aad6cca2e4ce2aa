/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What parts tell whoever watches (strategies_watch): loops, how long they
 * were held, look-ups. Costs a branch where nobody does.
 */
#ifndef CONCUR_WATCH_H
#define CONCUR_WATCH_H

#include <curl/curl.h>
#include <ev.h>

#include "../strategy.h"

void watch_set(struct watcher *watcher);

/* As ev_loop_new(EVFLAG_AUTO). */
struct ev_loop *watch_loop(void);

/* … and for those that run a loop of another kind: it was made; a turn of it
 * begins with the first callback and ends with the last. */
void watch_backend(const char *name);
void watch_turn_begins(void);
void watch_turn_ends(void);

/* On a loop's thread: from now on, until the loop waits, its owner holds it. To
 * be called where something is done before the loop's first turn. */
void watch_begin(void);

/* On a loop's thread: a callback's work, or a task's up to where it waits, ends
 * here. What comes after it is timed afresh. */
void watch_lap(void);

/* After a transfer: the look-up it began with, if it made a connection. */
void watch_lookup(CURL *easy, CURLcode code);

#endif
