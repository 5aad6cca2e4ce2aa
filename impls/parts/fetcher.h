/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who fetches on a libev loop, for `evented`: by libcurl, or by plain sockets.
 */
#ifndef CONCUR_FETCHER_H
#define CONCUR_FETCHER_H

#include <ev.h>

#include "../task.h"

/* Called on the loop when the fetch of place `slot` has ended; it may begin
 * another there. */
typedef void (*fetch_ended)(void *context, uint32_t slot, enum outcome outcome);

struct fetcher {
    /* Places for `width` fetches at once; `ended` is called with `context`.
     * Returns 0 or an errno. */
    int (*open)(void **self, struct ev_loop *loop, struct batch *batch,
                uint32_t width, fetch_ended ended, void *context);

    /* Begins the step of task i. OUTCOME_OK: `ended` is called later, never
     * from within. Anything else is why it cannot begin: then it is not. */
    enum outcome (*begin)(void *self, uint32_t slot, const struct step *step,
                          uint32_t i);

    /* Ends a fetch under way; `ended` is not called. */
    void (*abort)(void *self, uint32_t slot);

    /* No fetch may be under way. */
    void (*close)(void *self);
};

/* Whatever libcurl can: names, TLS, redirects, proxies. */
extern const struct fetcher curl_fetcher;

/* Plain HTTP on a literal IPv4 address, and nothing between it and the
 * sockets: for the own origin. */
extern const struct fetcher socket_fetcher;

#endif
