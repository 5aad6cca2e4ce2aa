/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What several checks and run.json ask of a host. See host.h.
 */
#include "host.h"

#include <errno.h>
#include <linux/perf_event.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "../../impls/strategy.h"
#include "cgroup.h"

/* ---- the CPUs ---- */

char *host_cpu_model(const char *root, char *text, size_t size)
{
    static const char *const keys[] = {"model name", "Model", "cpu model"};

    *text = '\0';
    for (size_t k = 0; k < sizeof(keys) / sizeof(*keys) && !*text; k++)
        root_field(root, "/proc/cpuinfo", keys[k], text, size);
    return text;
}

static unsigned count_of(const char *list)
{
    cpu_set_t set;

    return cpus_parse(list, &set) ? (unsigned)CPU_COUNT(&set) : 0;
}

unsigned host_cpus_allowed(const struct host *host)
{
    char list[512] = "";

    if (host->cores)
        return host->cores;
    root_field(host->root, "/proc/self/status", "Cpus_allowed_list", list,
               sizeof(list));
    return count_of(list);
}

unsigned host_cpus_online(const char *root)
{
    char list[512] = "";

    root_line(root, "/sys/devices/system/cpu/online", list, sizeof(list));
    return count_of(list);
}

/* ---- virtualisation ---- */

static bool has_word(const char *root, const char *path, const char *key,
                     const char *word)
{
    char text[4096] = "";

    return root_field(root, path, key, text, sizeof(text)) &&
           strstr(text, word) != NULL;
}

/* As far as a container shows itself: by a file, or by its cgroup's name. */
static bool in_container(const char *root)
{
    static const char *const files[] = {"/.dockerenv", "/run/.containerenv",
                                        "/run/systemd/container"};
    static const char *const names[] = {"docker", "kubepods", "libpod", "lxc",
                                        "containerd"};
    char line[4400];
    bool found = false;

    for (size_t f = 0; f < sizeof(files) / sizeof(*files); f++)
        found |= root_exists(root, files[f]);
    FILE *file = root_open(root, "/proc/self/cgroup");
    while (file && !found && fgets(line, sizeof(line), file))
        for (size_t n = 0; n < sizeof(names) / sizeof(*names); n++)
            found |= strstr(line, names[n]) != NULL;
    if (file)
        fclose(file);
    return found;
}

const char *host_virtualisation(const char *root)
{
    bool guest = has_word(root, "/proc/cpuinfo", "flags", "hypervisor");

    if (in_container(root))
        return guest ? "container in a virtual machine" : "container";
    return guest ? "virtual machine" : "none seen";
}

/* ---- quota ---- */

static void tighten_quota(double *quota, double cores)
{
    if (cores > 0 && (*quota <= 0 || cores < *quota))
        *quota = cores;
}

/* "150000 100000", or "max 100000". */
static void visit_quota(void *self, const char *root, const char *folder)
{
    char path[4400], line[64];
    double quota, period;

    snprintf(path, sizeof(path), "%s/cpu.max", folder);
    if (root_line(root, path, line, sizeof(line)) &&
        sscanf(line, "%lf %lf", &quota, &period) == 2 && period > 0)
        tighten_quota(self, quota / period);
}

static void visit_quota_1(void *self, const char *root, const char *folder)
{
    char path[4400], line[64];
    uint64_t period;

    snprintf(path, sizeof(path), "%s/cpu.cfs_quota_us", folder);
    if (!root_line(root, path, line, sizeof(line)))
        return;
    snprintf(path, sizeof(path), "%s/cpu.cfs_period_us", folder);
    if (root_number(root, path, &period) && period)
        tighten_quota(self, strtod(line, NULL) / (double)period);
}

double host_quota(const char *root, bool *known)
{
    double quota = 0;

    *known = cgroup_each(root, NULL, visit_quota, &quota);
    *known |= cgroup_each(root, "cpu", visit_quota_1, &quota);
    return quota;
}

/* ---- what is tried out ---- */

static int try_perf(void)
{
    struct perf_event_attr attr = {
        .type = PERF_TYPE_HARDWARE,
        .size = sizeof(attr),
        .config = PERF_COUNT_HW_CPU_CYCLES,
        .exclude_kernel = 1,
        .exclude_hv = 1,
    };
    int fd = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1, 0);

    if (fd < 0)
        return errno;
    close(fd);
    return 0;
}

/* As the strategy itself sees it. */
static const char *try_uring(void)
{
    const struct strategy *strategy = strategy_find("io_uring");

    return strategy && strategy->absent ? strategy->absent() : NULL;
}

#define BATCHES 20
#define CALLS   100

/* The best of several batches: others are interrupted. */
static struct clock_cost try_clock(void)
{
    struct clock_cost cost = {.reading = UINT64_MAX};
    struct timespec tick = {0};

    for (int b = 0; b < BATCHES; b++) {
        nsec began = now_ns(), ended = began;

        for (int c = 0; c < CALLS; c++)
            ended = now_ns();
        if ((ended - began) / CALLS < cost.reading)
            cost.reading = (ended - began) / CALLS;
    }
    clock_getres(CLOCK_MONOTONIC, &tick);
    cost.tick = (nsec)tick.tv_sec * NSEC_PER_SEC + (nsec)tick.tv_nsec;
    return cost;
}

static void sleep_interval(struct host *host)
{
    struct timespec left = {.tv_sec = (time_t)(host->interval / NSEC_PER_SEC),
                            .tv_nsec = (long)(host->interval % NSEC_PER_SEC)};

    while (nanosleep(&left, &left) != 0 && errno == EINTR)
        continue;
}

struct host host_here(nsec interval, bool brief)
{
    const char *path = getenv("PATH");

    return (struct host){
        .root = "",
        .interval = interval,
        .brief = brief,
        .compiler = __VERSION__,
        .flags = CONCUR_FLAGS,
        .path = path ? path : "",
        .perf = try_perf,
        .uring = try_uring,
        .clock = try_clock,
        .pause = sleep_interval,
    };
}
