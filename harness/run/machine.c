/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The machine, read from /proc and /sys. In a container these tell of the
 * host, but for the cgroup's own limits.
 */
#include "machine.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "../doctor/host.h"

/* ---- description ---- */

static json_t *cpu_model(void)
{
    char model[256];

    return *host_cpu_model("", model, sizeof(model)) ? json_string(model)
                                                     : json_null();
}

static json_t *line_json(const char *path)
{
    char line[256];

    if (!root_line("", path, line, sizeof(line)))
        return json_null();
    return json_string(line);
}

static json_t *number_json(uint64_t value)
{
    return value ? json_integer((json_int_t)value) : json_null();
}

/* The tightest of all cgroups' CPU quotas, in cores. */
static json_t *quota_json(void)
{
    bool known;
    double quota = host_quota("", &known);

    return quota > 0 ? json_real(quota) : json_null();
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
        "s:o, s:o, s:o, s:o, s:o, s:o}",
        "hostname", name.nodename, "kernel", name.release, "arch", name.machine,
        "cpu", cpu_model(), "cores", (int)limits->machine_cores, "memory_bytes",
        (json_int_t)(info.totalram * info.mem_unit), "virtualisation",
        json_string(host_virtualisation("")), "governor",
        line_json("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor"),
        "turbo_off", line_json("/sys/devices/system/cpu/intel_pstate/no_turbo"),
        "smt", line_json("/sys/devices/system/cpu/smt/control"), "clocksource",
        line_json("/sys/devices/system/clocksource/clocksource0/"
                  "current_clocksource"),
        "cgroup_cpu", line_json("/sys/fs/cgroup/cpu.max"), "quota_cores",
        quota_json(), "load1", load < 0 ? json_null() : json_real(load),
        "nofile", number_json(limits->files), "threads_max",
        number_json(limits->threads), "threads_max_from",
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
