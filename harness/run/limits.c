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
#include "../origin/listener.h"

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

/* 0 where there is no such limit. */
static uint64_t soft_limit(int resource)
{
    struct rlimit limit;

    if (getrlimit((__rlimit_resource_t)resource, &limit) != 0 ||
        limit.rlim_cur == RLIM_INFINITY)
        return 0;
    return limit.rlim_cur;
}

/* What is known of a limit so far; 0: nothing. */
static void tighten(uint64_t *limit, const char **from, uint64_t value,
                    const char *name)
{
    if (value && (!*limit || value < *limit)) {
        *limit = value;
        *from = name;
    }
}

/* ---- threads and processes ---- */

/* What limits both. */
static void tighten_both(struct limits *limits, uint64_t value,
                         const char *name)
{
    tighten(&limits->threads, &limits->threads_from, value, name);
    tighten(&limits->processes, &limits->processes_from, value, name);
}

static void visit_pids(void *self, const char *root, const char *folder)
{
    char path[4400];

    snprintf(path, sizeof(path), "%s/pids.max", folder);
    tighten_both(self, read_number(root, path), "the cgroup's pids.max");
}

static uint64_t leave_some(uint64_t count)
{
    if (count > 4 * THREADS_ASIDE)
        return count - THREADS_ASIDE;
    return count > 8 ? count - 8 : count;
}

static void read_threads(struct limits *limits, const char *root)
{
    tighten_both(limits, read_number(root, "/proc/sys/kernel/threads-max"),
                 "kernel.threads-max");
    tighten_both(limits, read_number(root, "/proc/sys/kernel/pid_max"),
                 "kernel.pid_max");
    if (geteuid() != 0) /* the kernel does not hold root to it */
        tighten_both(limits, soft_limit(RLIMIT_NPROC), "ulimit -u");
    cgroup_each(root, NULL, visit_pids, limits);
    cgroup_each(root, "pids", visit_pids, limits);
    /* A thread's stack and its guard page are two mappings. */
    tighten(&limits->threads, &limits->threads_from,
            read_number(root, "/proc/sys/vm/max_map_count") / 2,
            "vm.max_map_count");
    tighten(&limits->threads, &limits->threads_from,
            soft_limit(RLIMIT_AS) / STACK_BYTES, "ulimit -v");
    limits->threads = leave_some(limits->threads);
    limits->processes = leave_some(limits->processes);
}

/* ---- memory ---- */

/* What a cgroup may still have. */
static void tighten_memory(struct limits *limits, const char *root,
                           const char *folder, const char *most,
                           const char *used)
{
    char path[4400];

    snprintf(path, sizeof(path), "%s/%s", folder, most);
    uint64_t all = read_number(root, path);
    snprintf(path, sizeof(path), "%s/%s", folder, used);
    uint64_t now = read_number(root, path), cached = 0;
    snprintf(path, sizeof(path), "%s/memory.stat", folder);
    root_field_number(root, path, "inactive_file", &cached);
    now = now > cached ? now - cached : 0; /* it gives way */

    /* One that is full has a byte left: 0 would be no limit. */
    if (all)
        tighten(&limits->memory, &limits->memory_from,
                all > now ? all - now : 1, "the cgroup's limit");
}

static void visit_memory(void *self, const char *root, const char *folder)
{
    tighten_memory(self, root, folder, "memory.max", "memory.current");
}

/* Version 1 says "no limit" with a number that is larger than any machine. */
static void visit_memory_1(void *self, const char *root, const char *folder)
{
    tighten_memory(self, root, folder, "memory.limit_in_bytes",
                   "memory.usage_in_bytes");
}

static void read_memory(struct limits *limits, const char *root)
{
    uint64_t kib = 0;

    if (root_field_number(root, "/proc/meminfo", "MemAvailable", &kib))
        tighten(&limits->memory, &limits->memory_from, kib * 1024, "memory");
    cgroup_each(root, NULL, visit_memory, limits);
    cgroup_each(root, "memory", visit_memory_1, limits);
}

/* ---- ports ---- */

static void read_ports(struct limits *limits, const char *root)
{
    unsigned low, high;
    uint64_t reuse = 2;
    char line[64];

    if (root_line(root, "/proc/sys/net/ipv4/ip_local_port_range", line,
                  sizeof(line)) &&
        sscanf(line, "%u %u", &low, &high) == 2 && high > low)
        limits->ports = high - low + 1;
    root_number(root, "/proc/sys/net/ipv4/tcp_tw_reuse", &reuse);
    limits->ports_rest = reuse == 0;
}

uint64_t limits_ports_now(const char *root)
{
    struct limits limits = {.ports = 0};
    unsigned long long used, rest;
    char line[200];

    read_ports(&limits, root);
    if (!limits.ports ||
        !root_field(root, "/proc/net/sockstat", "TCP", line, sizeof(line)) ||
        sscanf(line, "inuse %llu orphan %*u tw %llu", &used, &rest) != 2)
        return UINT64_MAX;
    /* Of a connection within this network both ends are in use. */
    uint64_t taken = used / 2 + rest;
    return limits.ports > taken ? limits.ports - taken : 0;
}

/* ---- all ---- */

struct limits limits_read(const char *root)
{
    struct limits limits = {
        .cores = strategies_cores(),
        .files = soft_limit(RLIMIT_NOFILE),
        .origin_files = listener_files(),
        .backlog = read_number(root, "/proc/sys/net/core/somaxconn"),
    };

    limits.machine_cores = limits.cores;
    read_threads(&limits, root);
    read_memory(&limits, root);
    read_ports(&limits, root);
    limits.stacks = read_number(root, "/proc/sys/vm/max_map_count") / 2;
    if (limits.stacks > THREADS_ASIDE)
        limits.stacks -= THREADS_ASIDE;
    return limits;
}

struct limits limits_raise(void)
{
    raise_files();
    return limits_read("");
}
