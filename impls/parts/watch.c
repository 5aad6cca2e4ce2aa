/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What parts tell whoever watches. libev does not say which callback it calls,
 * so a turn's callbacks are timed together, but for those that end in a lap.
 * Outside of a turn, time counts from watch_begin or the end of the last turn.
 */
#include "watch.h"

static struct watcher *watcher; /* set before any loop or thread is */

/* Since when this thread's loop is held: its turn's begin or end, or the last
 * lap; 0: it never was. */
static _Thread_local nsec lap;

void watch_set(struct watcher *to)
{
    watcher = to;
}

void watch_begin(void)
{
    if (watcher)
        lap = now_ns();
}

void watch_lap(void)
{
    if (!watcher || !lap)
        return;
    nsec began = lap;

    lap = now_ns();
    watcher->held(watcher, began, lap - began);
}

void watch_backend(const char *name)
{
    if (watcher)
        watcher->loop(watcher, name);
}

void watch_turn_begins(void)
{
    if (watcher)
        lap = now_ns();
}

void watch_turn_ends(void)
{
    watch_lap();
}

static void invoke_pending(struct ev_loop *loop)
{
    watch_turn_begins();
    ev_invoke_pending(loop);
    watch_turn_ends();
}

static const char *backend_name(unsigned backend)
{
    switch (backend) {
    case EVBACKEND_SELECT:
        return "libev on select";
    case EVBACKEND_POLL:
        return "libev on poll";
    case EVBACKEND_EPOLL:
        return "libev on epoll";
    case EVBACKEND_LINUXAIO:
        return "libev on linuxaio";
    case EVBACKEND_IOURING:
        return "libev on io_uring";
    case EVBACKEND_KQUEUE:
        return "libev on kqueue";
    default:
        return "libev on another backend";
    }
}

struct ev_loop *watch_loop(void)
{
    struct ev_loop *loop = ev_loop_new(EVFLAG_AUTO);

    if (loop && watcher) {
        watch_backend(backend_name(ev_backend(loop)));
        ev_set_invoke_pending_cb(loop, invoke_pending);
    }
    return loop;
}

void watch_lookup(CURL *easy, CURLcode code)
{
    bool unknown = code == CURLE_COULDNT_RESOLVE_HOST;
    CURLINFO which =
        unknown ? CURLINFO_TOTAL_TIME_T : CURLINFO_NAMELOOKUP_TIME_T;
    char *url = NULL, *address = NULL, *host = NULL;
    curl_off_t took = 0;
    long connects = 0;

    if (!watcher)
        return;
    curl_easy_getinfo(easy, CURLINFO_NUM_CONNECTS, &connects);
    if (!connects && !unknown && code != CURLE_COULDNT_CONNECT)
        return; /* a connection was used again */
    curl_easy_getinfo(easy, which, &took);
    curl_easy_getinfo(easy, CURLINFO_PRIMARY_IP, &address);
    curl_easy_getinfo(easy, CURLINFO_EFFECTIVE_URL, &url);
    if (address && !*address)
        address = NULL; /* no connection: libcurl does not say which it was */
    CURLU *parts = curl_url();
    if (parts && url && !curl_url_set(parts, CURLUPART_URL, url, 0) &&
        !curl_url_get(parts, CURLUPART_HOST, &host, 0))
        watcher->lookup(watcher, host, unknown ? "" : address,
                        (nsec)took * NSEC_PER_USEC);
    curl_free(host);
    curl_url_cleanup(parts);
}
