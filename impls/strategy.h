/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The contract of a strategy: how a batch of tasks is carried out.
 *
 * A strategy is one file with one `const struct strategy` and one line in
 * list.c. It knows how to wait for each kind of step and knows no workload by
 * name. Whoever measures calls open, run (once for each phase) and close, in
 * this order, on one thread, and times them apart.
 */
#ifndef CONCUR_STRATEGY_H
#define CONCUR_STRATEGY_H

#include <sys/types.h>

#include "task.h"

/* How many tasks a strategy has in flight when nobody says. */
enum width_rule {
    WIDTH_ONE,   /* one, by nature: no width widens it */
    WIDTH_POOL,  /* Python's default for pools: min(32, cores + 4) */
    WIDTH_CORES, /* one for each core */
    WIDTH_BATCH, /* as many as there are tasks */
};

struct strategy {
    const char *name; /* file stem, command-line word, key in results */
    const char *gist; /* one line: what it is */
    enum width_rule width;
    bool stacked;       /* … a guarded stack of its own, without a thread, */
    size_t stack_bytes; /* which has this size where the case has none */
    bool threaded;      /* each task in flight takes a thread … */
    bool forked;        /* … of a process of its own */
    nsec tick; /* its timers count in that: so late a task may start that was
                * waited for until it was due; 0: in less */
    unsigned kinds;       /* STEP_BIT of each kind it performs, no cheating */
    const char *gap;      /* why not the others; NULL if it does them all */
    const char *real_gap; /* why it fetches no real URLs; NULL if it does */
    const char *files;    /* where a file step waits; NULL if it does none */

    /* Why it cannot run on this machine at all, or NULL if it can; asked before
     * anything is measured. No such hook: it can run everywhere. */
    const char *(*absent)(void);

    /* Hooks return 0, or an errno that voids the whole sample: a task's own
     * failure is data and goes into its outcome, never here.
     *
     * open  makes what the strategy needs before the first task; *self is the
     *       strategy's own, NULL if it needs nothing. On an error it has
     *       undone what it did, and close is not called.
     * run   does every task once for the batch's current phase and returns
     *       when all are finished; results are in the tasks' slots.
     * close ends threads, frees memory and connections; called even after a
     *       failed run. */
    int (*open)(struct batch *batch, void **self);
    int (*run)(void *self, struct batch *batch);
    void (*close)(void *self);
};

/* ---- for whoever measures ---- */

/* The strategy of that name on the list, or NULL. */
const struct strategy *strategy_find(const char *name);

/* The width that `strategy` works at: `asked` (0: not said) or else its own
 * rule, capped by `cap` (0: none), the number of tasks, and its nature. At
 * least 1. `cores` are those the process may use. */
uint32_t strategy_width(const struct strategy *strategy, uint32_t asked,
                        uint32_t cap, uint32_t tasks, uint32_t cores);

/* The cores that this process may use; at least 1. */
uint32_t strategies_cores(void);

/* Initialises the libraries that strategies share, once a process, before the
 * first open and outside every timing. Returns 0 or an errno. */
int strategies_init(void);

/* What strategies tell somebody who debugs, beside the events of tasks. Each is
 * called on the thread on which it happens, several at once. */
struct watcher {
    /* A loop was made; `backend`: "libev on epoll", … */
    void (*loop)(struct watcher *self, const char *backend);

    /* A host's name was looked up for a new connection. `address` is empty
     * where it has none, NULL where there is one that nobody could connect
     * to. */
    void (*lookup)(struct watcher *self, const char *host, const char *address,
                   nsec took);

    /* From `began` on, for as long as it `took`, a callback held a loop. */
    void (*held)(struct watcher *self, nsec began, nsec took);
};

/* From now on `watcher` is told; before the first open. NULL: nobody is. */
void strategies_watch(struct watcher *watcher);

/* The most threads that were alive at once in this process, the main thread
 * included; those that a library starts for itself are not counted. */
uint32_t strategies_threads_peak(void);

/* The processes that strategies have started and not ended: at most `count` of
 * them into `pids`; returns how many. */
uint32_t strategies_processes(pid_t *pids, uint32_t count);

/* Versions of the libraries that strategies stand on, one line. */
const char *strategies_libraries(void);

#endif
