/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Limits from /proc, from the resource limits, and from the cgroups that this
 * process is in, version 1 and 2. The tightest counts, and is named.
 */
#include "limits.h"

#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "../../impls/strategy.h"
#include "../doctor/cgroup.h"
#include "../doctor/root.h"

/* What a thread's stack takes where nobody says: glibc's 8 MiB. */
#define STACK_BYTES ((uint64_t)8 << 20)

/* Other processes and the harness need some threads too. */
#define THREADS_ASIDE 300

/* "max" is 0: no limit. */
static uint64_t read_number(const char *root, const char *path)
{
    uint64_t number;

    return root_number(root, path, &number) ? number : 0;
}

static void raise_files(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit); /* limits_read tells how it ended */
}

/* ---- threads ---- */

static void tighten(struct limits *limits, uint64_t value, const char *from)
{
    if (value && (!limits->threads || value < limits->threads)) {
        limits->threads = value;
        limits->threads_from = from;
    }
}

/* 0 where there is no such limit. */
static uint64_t soft_limit(int resource)
{
    struct rlimit limit;

    if (getrlimit((__rlimit_resource_t)resource, &limit) != 0 ||
        limit.rlim_cur == RLIM_INFINITY)
        return 0;
    return limit.rlim_cur;
}

static void visit_pids(void *self, const char *root, const char *folder)
{
    char path[4400];

    snprintf(path, sizeof(path), "%s/pids.max", folder);
    tighten(self, read_number(root, path), "the cgroup's pids.max");
}

static void read_threads(struct limits *limits, const char *root)
{
    tighten(limits, read_number(root, "/proc/sys/kernel/threads-max"),
            "kernel.threads-max");
    tighten(limits, read_number(root, "/proc/sys/kernel/pid_max"),
            "kernel.pid_max");
    /* A thread's stack and its guard page are two mappings. */
    tighten(limits, read_number(root, "/proc/sys/vm/max_map_count") / 2,
            "vm.max_map_count");
    tighten(limits, soft_limit(RLIMIT_AS) / STACK_BYTES, "ulimit -v");
    if (geteuid() != 0) /* the kernel does not hold root to it */
        tighten(limits, soft_limit(RLIMIT_NPROC), "ulimit -u");
    cgroup_each(root, NULL, visit_pids, limits);
    cgroup_each(root, "pids", visit_pids, limits);
    if (limits->threads > 4 * THREADS_ASIDE)
        limits->threads -= THREADS_ASIDE;
    else if (limits->threads > 8)
        limits->threads -= 8;
}

struct limits limits_read(const char *root)
{
    struct limits limits = {
        .cores = strategies_cores(),
        .files = soft_limit(RLIMIT_NOFILE),
        .backlog = read_number(root, "/proc/sys/net/core/somaxconn"),
    };
    unsigned low, high;
    char line[64];

    limits.machine_cores = limits.cores;
    read_threads(&limits, root);
    limits.stacks = read_number(root, "/proc/sys/vm/max_map_count") / 2;
    if (limits.stacks > THREADS_ASIDE)
        limits.stacks -= THREADS_ASIDE;
    if (root_line(root, "/proc/sys/net/ipv4/ip_local_port_range", line,
                  sizeof(line)) &&
        sscanf(line, "%u %u", &low, &high) == 2 && high > low)
        limits.ports = high - low + 1;
    return limits;
}

struct limits limits_raise(void)
{
    raise_files();
    return limits_read("");
}
