/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Limits from /proc, from the resource limits, and from the cgroups that this
 * process is in, version 1 and 2. The tightest counts, and is named.
 */
#include "limits.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

/* What a thread's stack takes where nobody says: glibc's 8 MiB. */
#define STACK_BYTES ((uint64_t)8 << 20)

/* Other processes and the harness need some threads too. */
#define THREADS_ASIDE 300

bool limits_read_line(const char *path, char *line, size_t size)
{
    FILE *file = fopen(path, "re");
    bool got = file && fgets(line, (int)size, file);

    if (file)
        fclose(file);
    if (got)
        line[strcspn(line, "\n")] = '\0';
    return got;
}

static uint64_t read_number(const char *path)
{
    char line[64];

    if (!limits_read_line(path, line, sizeof(line)))
        return 0;
    return strtoull(line, NULL, 10); /* "max" is 0: no limit */
}

static uint64_t raise_files(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return 0;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_NOFILE, &limit);
    getrlimit(RLIMIT_NOFILE, &limit);
    return limit.rlim_cur;
}

static uint32_t cores_allowed(void)
{
    cpu_set_t set;

    if (sched_getaffinity(0, sizeof(set), &set) != 0)
        return 1;
    return (uint32_t)CPU_COUNT(&set);
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

/* pids.max of a cgroup and of those above it: `root` is where their hierarchy
 * is mounted, `path` the cgroup's own, which is cut on the way up. */
static void tighten_cgroup(struct limits *limits, const char *root, char *path)
{
    char file[4400];

    for (;;) {
        snprintf(file, sizeof(file), "%s%s/pids.max", root, path);
        tighten(limits, read_number(file), "the cgroup's pids.max");
        char *slash = strrchr(path, '/');
        if (!slash)
            return;
        *slash = '\0';
    }
}

/* Lines like `0::/user.slice` (version 2) and `5:pids:/user.slice`. */
static void read_cgroups(struct limits *limits)
{
    char line[4200];
    FILE *file = fopen("/proc/self/cgroup", "re");

    while (file && fgets(line, sizeof(line), file)) {
        char *names = strchr(line, ':');
        char *path = names ? strchr(names + 1, ':') : NULL;

        if (!path)
            continue;
        line[strcspn(line, "\n")] = '\0';
        *path++ = '\0';
        if (names[1] == '\0')
            tighten_cgroup(limits, "/sys/fs/cgroup", path);
        else if (strstr(names + 1, "pids"))
            tighten_cgroup(limits, "/sys/fs/cgroup/pids", path);
    }
    if (file)
        fclose(file);
}

static void read_threads(struct limits *limits)
{
    tighten(limits, read_number("/proc/sys/kernel/threads-max"),
            "kernel.threads-max");
    tighten(limits, read_number("/proc/sys/kernel/pid_max"), "kernel.pid_max");
    /* A thread's stack and its guard page are two mappings. */
    tighten(limits, read_number("/proc/sys/vm/max_map_count") / 2,
            "vm.max_map_count");
    tighten(limits, soft_limit(RLIMIT_AS) / STACK_BYTES, "ulimit -v");
    if (geteuid() != 0) /* the kernel does not hold root to it */
        tighten(limits, soft_limit(RLIMIT_NPROC), "ulimit -u");
    read_cgroups(limits);
    if (limits->threads > 4 * THREADS_ASIDE)
        limits->threads -= THREADS_ASIDE;
    else if (limits->threads > 8)
        limits->threads -= 8;
}

struct limits limits_raise(void)
{
    struct limits limits = {
        .cores = cores_allowed(),
        .files = raise_files(),
        .backlog = read_number("/proc/sys/net/core/somaxconn"),
    };
    unsigned low, high;
    char line[64];

    read_threads(&limits);
    limits.stacks = read_number("/proc/sys/vm/max_map_count") / 2;
    if (limits.stacks > THREADS_ASIDE)
        limits.stacks -= THREADS_ASIDE;
    if (limits_read_line("/proc/sys/net/ipv4/ip_local_port_range", line,
                         sizeof(line)) &&
        sscanf(line, "%u %u", &low, &high) == 2 && high > low)
        limits.ports = high - low + 1;
    return limits;
}
