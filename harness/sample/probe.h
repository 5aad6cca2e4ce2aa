/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The probe: what a sample's processes take while their tasks wait, read from
 * outside at an interval. Reading holds up whatever changes the processes'
 * mappings meanwhile, so a sample that is probed is not one to time.
 *
 * Memory of a process that is shared with others counts whole where it is the
 * only one (Rss), in parts where there are several (Pss). Socket buffers are
 * the kernel's and are not seen.
 */
#ifndef CONCUR_PROBE_H
#define CONCUR_PROBE_H

#include <jansson.h>
#include <sys/types.h>

#include "../../impls/task.h"

/* The whole process tree at one time; sizes in bytes. */
struct reading {
    nsec from, to;         /* how long reading took; CLOCK_MONOTONIC */
    uint64_t resident;     /* smaps_rollup: exact, where VmRSS lags behind */
    uint64_t virtual_size; /* VmSize */
    uint64_t page_table;   /* VmPTE */
    /* /proc/meminfo's KernelStack, which is the whole system's, less what it
     * was before the sample, and less 16 KiB for each thread that others have
     * more since then; where the kernel lacks it, 16 KiB a thread. */
    uint64_t kernel_stack;
    bool kernel_stack_computed;
    uint32_t threads, processes;
};

/* Of the whole system. */
struct stacks {
    int64_t bytes;   /* KernelStack; -1: not to be had */
    int64_t threads; /* /proc/loadavg */
};

/* Begun by probe_begin, then probe_clear is due. */
struct probe {
    nsec interval;        /* from the end of a reading to the next; 0: none */
    bool kept;            /* the session's first process is a keeper
                           * (keeper.h), and does not count */
    struct stacks before; /* the sample */
    struct reading *list; /* in order of time */
    size_t count, room;
};

/* Before the sample's process is started. Interval 0: nothing is ever read. */
void probe_begin(struct probe *probe, nsec interval);
void probe_clear(struct probe *probe);

/* Adds a reading of every process of the session, if there is any. */
void probe_take(struct probe *probe, pid_t session);

/* The reading nearest to the middle between `from` and `to`, of those that lie
 * within; NULL if none does. */
const struct reading *probe_middle(const struct probe *probe, nsec from,
                                   nsec to);

/* Puts `mid` into a worker's or a peer's figures, the reading nearest to the
 * middle of the batch; null if there is none. Where `together`, tasks are all
 * in flight at once, and only a reading counts that was taken while they were:
 * whoever starts the last after the first has ended never has them all, and
 * the middle of such a batch says nothing about their number. The figures lose
 * what that is told from: `began_ns`, `last_start_ns`, `first_end_ns`. Without
 * an interval this is all. */
void probe_put(const struct probe *probe, json_t *figures, bool together);

#endif
