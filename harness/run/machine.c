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

    if (!limits_read_line(path, line, sizeof(line)))
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
