/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libcurl's multi socket interface on a libev loop: transfers that nothing
 * waits for. Name look-ups run in libcurl's own resolver threads.
 */
#ifndef CONCUR_CURL_LOOP_H
#define CONCUR_CURL_LOOP_H

#include <ev.h>

#include "fetch.h"

struct curl_loop;

/* Called on the loop when a transfer has ended; it may begin another. */
typedef void (*fetch_done)(void *context, struct fetch *fetch,
                           enum outcome outcome);

/* `width`: the most transfers at once. Returns 0 or an errno. */
int curl_loop_open(struct curl_loop **cl, struct ev_loop *loop, uint32_t width,
                   fetch_done done, void *context);

/* Readies the handle of place `slot`, below the width: once, after fetch_open,
 * before its first transfer. */
CURLcode curl_loop_adopt(struct curl_loop *cl, struct fetch *fetch,
                         uint32_t slot);

/* Begins the transfer of place `slot`, which fetch_aim has aimed; `done` is
 * called later, never from within. False if libcurl refuses it: then `done` is
 * not called. */
bool curl_loop_begin(struct curl_loop *cl, struct fetch *fetch, uint32_t slot);

/* Ends a transfer under way; `done` is not called. */
void curl_loop_abort(struct curl_loop *cl, struct fetch *fetch, uint32_t slot);

/* No transfer may be under way, and no handle that it has readied be left. */
void curl_loop_close(struct curl_loop *cl);

#endif
