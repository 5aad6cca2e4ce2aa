/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What whoever measures asks about strategies: by name, how wide, on what.
 */
#include "strategy.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>

#include <ev.h>

#include "list.h"
#include "parts/fetch.h"
#include "parts/process.h"
#include "parts/thread.h"
#include "parts/watch.h"

const struct strategy *strategy_find(const char *name)
{
    for (size_t s = 0; strategies[s]; s++)
        if (strcmp(strategies[s]->name, name) == 0)
            return strategies[s];
    return NULL;
}

static uint32_t least(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t width_of_rule(enum width_rule rule, uint32_t tasks,
                              uint32_t cores)
{
    switch (rule) {
    case WIDTH_ONE:
        return 1;
    case WIDTH_POOL: /* ThreadPoolExecutor's since Python 3.8 */
        return least(32, cores + 4);
    case WIDTH_CORES:
        return cores;
    case WIDTH_BATCH:
        break;
    }
    return tasks;
}

uint32_t strategy_width(const struct strategy *strategy, uint32_t asked,
                        uint32_t cap, uint32_t tasks, uint32_t cores)
{
    uint32_t width = width_of_rule(strategy->width, tasks, cores);

    if (asked && strategy->width != WIDTH_ONE)
        width = asked;
    if (cap)
        width = least(width, cap);
    width = least(width, tasks);
    return width ? width : 1;
}

uint32_t strategies_cores(void)
{
    cpu_set_t cores;

    if (sched_getaffinity(0, sizeof(cores), &cores) != 0)
        return 1; /* nothing is known of them */
    return (uint32_t)CPU_COUNT(&cores);
}

int strategies_init(void)
{
    return fetch_init();
}

void strategies_watch(struct watcher *watcher)
{
    watch_set(watcher);
}

uint32_t strategies_threads_peak(void)
{
    return threads_peak() + 1;
}

uint32_t strategies_processes(pid_t *pids, uint32_t count)
{
    return processes_alive(pids, count);
}

const char *strategies_libraries(void)
{
    static char text[256];

    snprintf(text, sizeof(text), "libev/%d.%d %s", ev_version_major(),
             ev_version_minor(), fetch_library());
    return text;
}
