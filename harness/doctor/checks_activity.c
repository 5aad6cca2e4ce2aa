/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks of what else goes on: stolen time, load, other processes, memory.
 */
#include "checks.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../suite/units.h"
#include "cgroup.h"

/* A rise of one tick may be rounding. */
#define TICKS_LEAST 2

/* ---- stolen time ---- */

void check_steal(struct finding *f, const struct host *host)
{
    const struct look *a = &host->before, *b = &host->after;
    uint64_t ticks = b->steal - a->steal;
    double now = 0, ever = 0;

    if (!a->known || !b->known) {
        finding_unseen(f);
        return;
    }
    if (b->total > a->total && ticks >= TICKS_LEAST)
        now = (double)ticks / (double)(b->total - a->total);
    if (b->total)
        ever = (double)b->steal / (double)b->total;
    if (now > 0.05 || ever > 0.05)
        finding_is(f, FINDING_WARNING,
                   "the hypervisor gives this machine's cores to others: any "
                   "sample may stand still meanwhile",
                   "run when the host is quiet, or on one with cores of your "
                   "own; take more rounds",
                   "%.1f %% of all CPU time since boot, %.0f %% just now",
                   100 * ever, 100 * now);
    else if (ever > 0.01)
        finding_is(f, FINDING_NOTE, "now and then a sample stands still",
                   "take more rounds", "%.1f %% of all CPU time since boot",
                   100 * ever);
    else
        finding_ok(f, "%.1f %% of all CPU time since boot", 100 * ever);
}

/* ---- load ---- */

void check_load(struct finding *f, const struct host *host)
{
    unsigned cores = host_cpus_allowed(host);
    char line[128];

    if (!cores || !root_line(host->root, "/proc/loadavg", line, sizeof(line))) {
        finding_unseen(f);
        return;
    }
    double load = strtod(line, NULL);
    if (load > 0.25 * cores)
        finding_is(f, FINDING_WARNING,
                   "something else wants these cores, and what is left of "
                   "them differs from sample to sample",
                   "end other programs, and wait a minute",
                   "%.2f on %u core%s, over the last minute", load, cores,
                   cores == 1 ? "" : "s");
    else
        finding_ok(f, "%.2f on %u core%s, over the last minute", load, cores,
                   cores == 1 ? "" : "s");
}

static int by_pid(const void *a, const void *b)
{
    const struct process *p = a, *q = b;

    return (p->pid > q->pid) - (p->pid < q->pid);
}

/* Which used most between the looks, and what all used together, in ticks.
 * This process does not count. */
static const struct process *busiest(const struct host *host, uint64_t *most,
                                     uint64_t *all)
{
    const struct look *a = &host->before, *b = &host->after;
    const struct process *top = NULL;
    pid_t self = *host->root ? 0 : getpid();

    *most = *all = 0;
    if (a->count) /* bsearch wants them in order */
        qsort(a->processes, a->count, sizeof(*a->processes), by_pid);
    for (size_t i = 0; i < b->count; i++) {
        const struct process *now = &b->processes[i];
        const struct process *then =
            a->count
                ? bsearch(now, a->processes, a->count, sizeof(*now), by_pid)
                : NULL;

        uint64_t had = then ? then->ticks : 0; /* it began meanwhile */

        if (now->pid == self || now->ticks <= had)
            continue;
        uint64_t used = now->ticks - had;
        *all += used;
        if (used <= *most)
            continue;
        *most = used;
        top = now;
    }
    return top;
}

void check_processes(struct finding *f, const struct host *host)
{
    double interval = (double)(host->after.when - host->before.when) / 1e9;
    long hertz = sysconf(_SC_CLK_TCK);
    uint64_t most, all;
    const struct process *top = busiest(host, &most, &all);
    char time[32];

    if (!host->after.count || interval <= 0 || hertz <= 0) {
        finding_unseen(f);
        return;
    }
    double core = interval * (double)hertz;
    format_duration(time, sizeof(time), interval * 1e9);
    if (top && all > TICKS_LEAST && (double)all > 0.25 * core)
        finding_is(f, FINDING_WARNING,
                   "they take turns with the strategies; those that use "
                   "several cores suffer most",
                   "end them, or wait until they are done",
                   "%s (process %d) used %.0f %% of a core within %s, all "
                   "together %.0f %%",
                   top->name, (int)top->pid, 100 * (double)most / core, time,
                   100 * (double)all / core);
    else
        finding_ok(f, "none that is busy, looked at for %s", time);
}

/* ---- memory ---- */

/* What the cgroups leave, in bytes; UINT64_MAX where they do not limit it. */
struct room {
    const char *most, *used; /* names of files */
    uint64_t bytes;
};

static void visit_room(void *self, const char *root, const char *folder)
{
    struct room *room = self;
    uint64_t most, used;
    char path[4400];

    snprintf(path, sizeof(path), "%s/%s", folder, room->most);
    if (!root_number(root, path, &most)) /* "max" */
        return;
    snprintf(path, sizeof(path), "%s/%s", folder, room->used);
    if (!root_number(root, path, &used))
        return;
    uint64_t left = most > used ? most - used : 0;
    if (left < room->bytes)
        room->bytes = left;
}

void check_memory(struct finding *f, const struct host *host)
{
    struct room room = {"memory.max", "memory.current", UINT64_MAX};
    uint64_t available;
    char text[32];

    if (!root_field_number(host->root, "/proc/meminfo", "MemAvailable",
                           &available)) {
        finding_unseen(f);
        return;
    }
    available <<= 10;
    cgroup_each(host->root, NULL, visit_room, &room);
    room.most = "memory.limit_in_bytes";
    room.used = "memory.usage_in_bytes";
    cgroup_each(host->root, "memory", visit_room, &room);
    bool limited = room.bytes < available;
    format_bytes(text, sizeof(text),
                 (double)(limited ? room.bytes : available));
    const char *by = limited ? " below the cgroup's limit" : "";
    if ((limited ? room.bytes : available) < 256u << 20)
        finding_is(f, FINDING_WARNING,
                   "strategies with many threads or processes may be killed, "
                   "or reclaim memory while they are measured",
                   "end other programs, or raise the container's limit",
                   "%s available%s", text, by);
    else if ((limited ? room.bytes : available) < 1u << 30)
        finding_is(f, FINDING_NOTE,
                   "the widest cases (10,000 threads, a million tasks) may "
                   "not fit",
                   "end other programs, or raise the container's limit",
                   "%s available%s", text, by);
    else
        finding_ok(f, "%s available%s", text, by);
}

void check_swap(struct finding *f, const struct host *host)
{
    uint64_t total, unused, moved = host->after.swapped - host->before.swapped;
    char text[32];

    if (!root_field_number(host->root, "/proc/meminfo", "SwapTotal", &total) ||
        !root_field_number(host->root, "/proc/meminfo", "SwapFree", &unused)) {
        finding_unseen(f);
        return;
    }
    format_bytes(text, sizeof(text), 1024.0 * (double)(total - unused));
    if (moved)
        finding_is(f, FINDING_WARNING,
                   "whoever touches a page that is swapped out waits for the "
                   "disk",
                   "end other programs, then sudo swapoff -a",
                   "%llu pages moved just now, %s in use",
                   (unsigned long long)moved, text);
    else if (total > unused)
        finding_is(f, FINDING_NOTE,
                   "nothing moves now; under memory pressure it would",
                   "sudo swapoff -a while measuring", "%s in use", text);
    else
        finding_ok(f, total ? "not in use" : "none");
}
