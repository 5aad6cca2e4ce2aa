/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Limits, each a function that says what is exceeded; the first one decides.
 * What peers need is known as far as their counterpart in C tells it.
 */
#include "fit.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "../origin/listener.h"
#include "../origin/origin.h"
#include "../suite/units.h"
#include "../suite/words.h"

/* What the harness and libraries open beside a strategy's sockets. */
#define FILES_ASIDE 64

/* What the origin opens beside its sockets: its loop's, pipes, output. */
#define ORIGIN_FILES_ASIDE 16

/* A blocking client's descriptors: its socket, and the pair with which its
 * libcurl could be woken. */
#define FILES_BLOCKING 3

/* A loop's libcurl opens such a pair for so many sockets at most. */
#define FILES_LOOP_SOCKETS 64

/* A worker process that has fetched, taken on the safe side: 0.14 MiB of its
 * own were measured with 1,024 of them, and the kernel's part cannot be seen.
 */
#define PROCESS_BYTES ((uint64_t)3 << 19)

/* The origin empties its queues while they fill. So many places outlast the few
 * milliseconds for which a client may have the core to itself. */
#define PLACES_ENOUGH 1024

struct fit {
    const struct bench_case *c;
    const struct plan_entry *e;
    const struct limits *limits;
    const struct strategy *like; /* NULL: of a peer that has no counterpart */
    bool fetches, own;           /* anything; from the own origin */
};

/* ---- threads, processes, stacks ---- */

static char *threads(const struct fit *f)
{
    bool processes = f->like && f->like->forked;
    uint64_t most = processes ? f->limits->processes : f->limits->threads;

    if (!f->like || !f->like->threaded || !most || f->e->width <= most)
        return NULL;
    return words_printf(
        "needs %" PRIu32 " %s; this machine allows %" PRIu64 " (%s)",
        f->e->width, processes ? "processes" : "threads", most,
        processes ? f->limits->processes_from : f->limits->threads_from);
}

static char *memory(const struct fit *f)
{
    uint64_t needs = f->e->width * PROCESS_BYTES;
    char wanted[32], left[32];

    if (!f->like || !f->like->forked || !f->limits->memory ||
        needs <= f->limits->memory)
        return NULL;
    return words_printf(
        "needs about %s for %" PRIu32 " processes; this machine has %s left "
        "(%s)",
        format_bytes(wanted, sizeof(wanted), (double)needs), f->e->width,
        format_bytes(left, sizeof(left), (double)f->limits->memory),
        f->limits->memory_from);
}

static char *stacks(const struct fit *f)
{
    const struct strategy *strategy = f->e->entry->strategy;

    if (!strategy || !strategy->stacked || !f->limits->stacks ||
        f->e->width <= f->limits->stacks)
        return NULL;
    return words_printf("needs %" PRIu32 " guarded stacks; this machine allows "
                        "%" PRIu64 " (vm.max_map_count)",
                        f->e->width, f->limits->stacks);
}

/* ---- open files ---- */

/* A worker process has its own; a socket leads to each. */
static uint64_t files_of(const struct fit *f)
{
    bool forked = f->like && f->like->forked;
    bool blocks = f->like && f->like->threaded && !forked;
    uint64_t each = blocks ? FILES_BLOCKING : 1;
    uint64_t pairs = blocks || forked ? 0
                                      : (f->e->width + FILES_LOOP_SOCKETS - 1) /
                                            FILES_LOOP_SOCKETS;

    return f->e->width * each + 2 * pairs + FILES_ASIDE;
}

static char *client_files(const struct fit *f)
{
    bool sockets = f->fetches || (f->like && f->like->forked);

    if (!sockets || !f->limits->files || files_of(f) <= f->limits->files)
        return NULL;
    return words_printf("needs %" PRIu64 " open files for %" PRIu32
                        " sockets; this machine allows %" PRIu64 " (ulimit -n)",
                        files_of(f), f->e->width, f->limits->files);
}

static char *origin_files(const struct fit *f)
{
    uint64_t most = f->limits->origin_files;
    uint64_t listening =
        ORIGIN_ADDRESSES * (uint64_t)listener_queues(f->limits->backlog);

    if (listening > most / 4)
        listening = most / 4; /* it takes no more */
    uint64_t needs = f->e->width + listening + ORIGIN_FILES_ASIDE;
    if (!f->own || !most || needs <= most)
        return NULL;
    return words_printf("the origin needs %" PRIu64 " open files for %" PRIu32
                        " connections; this machine allows %" PRIu64
                        " (ulimit -n)",
                        needs, f->e->width, most);
}

/* ---- TCP ---- */

uint64_t fit_connections(const struct bench_case *c, uint32_t width)
{
    bool creator = c->creator < c->step_count;
    uint64_t fetches = 0;

    for (size_t s = 0; s < c->step_count; s++)
        if (c->steps[s].kind == STEP_FETCH)
            fetches += s < c->creator ? c->tasks - creator : 1;
    return c->reuse && fetches > width ? width : fetches;
}

static char *ports(const struct fit *f)
{
    const struct limits *limits = f->limits;
    uint64_t all = fit_connections(f->c, f->e->width);

    if (!f->fetches || !limits->ports)
        return NULL;
    if (f->e->width > limits->ports)
        return words_printf("needs %" PRIu32 " connections; this machine has "
                            "%" PRIu64 " ephemeral ports",
                            f->e->width, limits->ports);
    if (all > limits->ports && limits->ports_rest)
        return words_printf("makes %" PRIu64 " connections; this machine has "
                            "%" PRIu64 " ephemeral ports, and each rests for a "
                            "minute afterwards (net.ipv4.tcp_tw_reuse = 0)",
                            all, limits->ports);
    return NULL;
}

/* Whoever finds a queue full is not refused: it hears nothing, and tries again
 * a second later. Queues fill unevenly: a quarter of their places is left. */
static char *backlog(const struct fit *f)
{
    uint64_t queue = f->limits->backlog;
    uint64_t places = queue * listener_queues(queue) * 3 / 4;

    if (!f->own || !queue || places >= PLACES_ENOUGH || f->e->width <= places)
        return NULL;
    return words_printf(
        "connects %" PRIu32 " times at once; this machine's listen "
        "queues hold %" PRIu64 ", and the rest would wait for a "
        "second (net.core.somaxconn)",
        f->e->width, places);
}

char *fit_reason(const struct bench_case *c, const struct plan_entry *e,
                 const struct limits *limits)
{
    static char *(*const checks[])(const struct fit *) = {
        threads, memory, stacks, client_files, origin_files, ports, backlog,
    };
    const struct peer *peer = e->entry->peer;
    const struct fit f = {
        .c = c,
        .e = e,
        .limits = limits,
        .like = peer ? peer->counterpart : e->entry->strategy,
        .fetches = case_kinds(c) & STEP_BIT(STEP_FETCH),
        .own = case_uses_origin(c),
    };
    char *reason = NULL;

    for (size_t i = 0; !reason && i < sizeof(checks) / sizeof(*checks); i++)
        reason = checks[i](&f);
    return reason;
}
