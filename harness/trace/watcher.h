/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What strategies may tell somebody who debugs, beside the events of tasks.
 * The one who tells is strategies_watch, where the strategies have it: a build
 * in which they do not leaves these things unsaid.
 */
#ifndef CONCUR_WATCHER_H
#define CONCUR_WATCHER_H

#include "../../impls/task.h"

/* Each is called on the thread on which it happens, several at once. */
struct watcher {
    /* A loop was made; `backend`: epoll, select, … */
    void (*loop)(struct watcher *self, const char *backend);

    /* A host's name was looked up for a new connection. `address` is empty
     * where it has none. */
    void (*lookup)(struct watcher *self, const char *host, const char *address,
                   nsec took);

    /* From `began` on, for as long as it `took`, a callback held a loop. */
    void (*held)(struct watcher *self, nsec began, nsec took);
};

/* From now on `watcher` is told; before the first open. NULL: nobody is. */
void strategies_watch(struct watcher *watcher) __attribute__((weak));

#endif
