/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The machine, read from /proc and /sys. In a container these tell of the
 * host, but for the cgroup's own limits.
 */
#include "machine.h"

#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

/* First line of a file, without its newline. */
static bool read_line(const char *path, char *line, size_t size)
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

    if (!read_line(path, line, sizeof(line)))
        return 0;
    return strtoull(line, NULL, 10); /* "max" is 0: no limit */
}

/* ---- limits ---- */

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

static uint64_t own_process_limit(void)
{
    struct rlimit limit;

    /* The kernel does not hold root to it. */
    if (geteuid() == 0 || getrlimit(RLIMIT_NPROC, &limit) != 0 ||
        limit.rlim_cur == RLIM_INFINITY)
        return 0;
    return limit.rlim_cur;
}

static void tighten(struct limits *limits, uint64_t value, const char *from)
{
    if (value && (!limits->threads || value < limits->threads)) {
        limits->threads = value;
        limits->threads_from = from;
    }
}

static void read_threads(struct limits *limits)
{
    tighten(limits, read_number("/proc/sys/kernel/threads-max"),
            "kernel.threads-max");
    tighten(limits, read_number("/proc/sys/kernel/pid_max"), "kernel.pid_max");
    tighten(limits, own_process_limit(), "ulimit -u");
    tighten(limits, read_number("/sys/fs/cgroup/pids.max"),
            "the cgroup's pids.max");
    /* A thread's stack and its guard page are two mappings. */
    tighten(limits, read_number("/proc/sys/vm/max_map_count") / 2,
            "vm.max_map_count");
    /* Others need some too. */
    if (limits->threads > 300)
        limits->threads -= 300;
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
    if (read_line("/proc/sys/net/ipv4/ip_local_port_range", line,
                  sizeof(line)) &&
        sscanf(line, "%u %u", &low, &high) == 2 && high > low)
        limits.ports = high - low + 1;
    return limits;
}

/* ---- description ---- */

static json_t *cpu_model(void)
{
    char line[512];
    FILE *file = fopen("/proc/cpuinfo", "re");
    json_t *model = NULL;

    while (file && !model && fgets(line, sizeof(line), file)) {
        char *colon = strchr(line, ':');

        if (!colon || (strncmp(line, "model name", 10) != 0 &&
                       strncmp(line, "Model", 5) != 0))
            continue;
        line[strcspn(line, "\n")] = '\0';
        model = json_string(colon + 1 + strspn(colon + 1, " \t"));
    }
    if (file)
        fclose(file);
    return model ? model : json_null();
}

static json_t *line_json(const char *path)
{
    char line[256];

    if (!read_line(path, line, sizeof(line)))
        return json_null();
    return json_string(line);
}

static json_t *number_json(uint64_t value)
{
    return value ? json_integer((json_int_t)value) : json_null();
}

static bool exists(const char *path)
{
    return access(path, F_OK) == 0;
}

/* "kvm guest", "container", "" … as far as the kernel shows it. */
static json_t *virtualisation(void)
{
    char line[4096];
    FILE *file = fopen("/proc/cpuinfo", "re");
    bool guest = false;

    while (file && !guest && fgets(line, sizeof(line), file))
        guest = strncmp(line, "flags", 5) == 0 && strstr(line, " hypervisor");
    if (file)
        fclose(file);
    bool container = exists("/.dockerenv") || exists("/run/.containerenv");
    if (guest && container)
        return json_string("container in a virtual machine");
    if (container)
        return json_string("container");
    return json_string(guest ? "virtual machine" : "none seen");
}

json_t *machine_json(const struct limits *limits)
{
    struct utsname name;
    struct sysinfo info;
    double load = machine_load();

    if (uname(&name) != 0 || sysinfo(&info) != 0)
        return json_object();
    return json_pack(
        "{s:s, s:s, s:s, s:o, s:i, s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
        "s:o, s:o, s:o, s:o, s:o}",
        "hostname", name.nodename, "kernel", name.release, "arch", name.machine,
        "cpu", cpu_model(), "cores", (int)limits->cores, "memory_bytes",
        (json_int_t)(info.totalram * info.mem_unit), "virtualisation",
        virtualisation(), "governor",
        line_json("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
        "turbo_off", line_json("/sys/devices/system/cpu/intel_pstate/no_turbo"),
        "smt", line_json("/sys/devices/system/cpu/smt/control"), "clocksource",
        line_json("/sys/devices/system/clocksource/clocksource0/"
                  "current_clocksource"),
        "cgroup_cpu", line_json("/sys/fs/cgroup/cpu.max"), "load1",
        load < 0 ? json_null() : json_real(load), "nofile",
        number_json(limits->files), "threads_max", number_json(limits->threads),
        "threads_max_from",
        limits->threads_from ? json_string(limits->threads_from) : json_null(),
        "somaxconn", number_json(limits->backlog), "ephemeral_ports",
        number_json(limits->ports));
}

double machine_load(void)
{
    double load;

    return getloadavg(&load, 1) == 1 ? load : -1;
}

/* ---- time ---- */

void time_stamp(char *buf, size_t size)
{
    struct timespec now;
    struct tm utc;
    char seconds[32];

    clock_gettime(CLOCK_REALTIME, &now);
    gmtime_r(&now.tv_sec, &utc);
    strftime(seconds, sizeof(seconds), "%Y-%m-%dT%H:%M:%S", &utc);
    snprintf(buf, size, "%s.%03ldZ", seconds, now.tv_nsec / 1000000);
}

void time_folder(char *buf, size_t size)
{
    time_t now = time(NULL);
    struct tm utc;

    gmtime_r(&now, &utc);
    strftime(buf, size, "%Y%m%dT%H%M%SZ", &utc);
}
