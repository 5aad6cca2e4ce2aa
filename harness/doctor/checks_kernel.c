/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks of the kernel, of what lies between it and the hardware, and of the
 * clocks.
 */
#include "checks.h"

#include <errno.h>
#include <string.h>
#include <sys/utsname.h>

#include "../suite/units.h"

void check_kernel(struct finding *f, const struct host *host)
{
    unsigned major = 0, minor = 0;
    struct utsname name;
    char release[128];

    if (!root_line(host->root, "/proc/sys/kernel/osrelease", release,
                   sizeof(release)) ||
        sscanf(release, "%u.%u", &major, &minor) != 2)
        finding_unseen(f);
    else if (major < 5 || (major == 5 && minor < 3))
        finding_is(f, FINDING_PROBLEM,
                   "no sample can be taken: the harness waits for processes "
                   "with pidfd_open",
                   "a kernel of 5.3 or newer", "Linux %s", release);
    else
        finding_ok(f, "Linux %s %s", release,
                   uname(&name) == 0 ? name.machine : "");
}

void check_virtualisation(struct finding *f, const struct host *host)
{
    const char *what = host_virtualisation(host->root);

    if (!root_exists(host->root, "/proc/cpuinfo"))
        finding_unseen(f);
    else if (strcmp(what, "none seen") == 0)
        finding_ok(f, "none seen");
    else
        finding_is(f, FINDING_NOTE,
                   "others may share the hardware, and limits may lie where "
                   "they cannot be seen; system calls may cost more",
                   "compare only what ran in the same place; for figures of "
                   "the hardware, run without it",
                   "%s", what);
}

/* ---- clocks ---- */

/* A reading is a system call where the vDSO cannot make it. */
#define READING_MOST 250

void check_clock(struct finding *f, const struct host *host)
{
    struct clock_cost cost = host->clock();
    char source[64], reading[32], tick[32];

    if (!root_line(host->root,
                   "/sys/devices/system/clocksource/clocksource0/"
                   "current_clocksource",
                   source, sizeof(source)))
        strcpy(source, "unknown source");
    format_duration(reading, sizeof(reading), (double)cost.reading);
    format_duration(tick, sizeof(tick), (double)cost.tick);
    if (cost.tick > 1000)
        finding_is(f, FINDING_WARNING, "short tasks cannot be told apart",
                   "a kernel with high-resolution timers", "%s, ticks of %s",
                   source, tick);
    else if (cost.reading > READING_MOST)
        finding_is(f, FINDING_WARNING,
                   "each task's stamps cost a system call each, and event "
                   "loops read the clock most",
                   "boot with clocksource=tsc, if the hardware is fit for it",
                   "%s, a reading takes %s", source, reading);
    else
        finding_ok(f, "%s, a reading takes %s, ticks of %s", source, reading,
                   tick);
}

void check_slack(struct finding *f, const struct host *host)
{
    uint64_t slack;
    char text[32];

    if (!root_number(host->root, "/proc/self/timerslack_ns", &slack)) {
        finding_unseen(f);
        return;
    }
    format_duration(text, sizeof(text), (double)slack);
    if (slack > NSEC_PER_MSEC)
        finding_is(f, FINDING_WARNING,
                   "every sleep and every wait of a loop may end that much "
                   "late",
                   "start concur from a shell with the usual 50 µs (a service: "
                   "TimerSlackNSec=)",
                   "%s", text);
    else
        finding_ok(f, "%s", text);
}

/* ---- memory's layout ---- */

void check_address_space(struct finding *f, const struct host *host)
{
    uint64_t mode;

    if (!root_number(host->root, "/proc/sys/kernel/randomize_va_space", &mode))
        finding_unseen(f);
    else if (mode == 0)
        finding_is(f, FINDING_NOTE,
                   "every sample has the same layout, which may favour one "
                   "strategy by chance in all rounds",
                   "sudo sysctl kernel.randomize_va_space=2", "not randomised");
    else
        finding_ok(f, "randomised: each sample draws its own layout");
}

void check_huge_pages(struct finding *f, const struct host *host)
{
    char line[128];

    if (!root_line(host->root, "/sys/kernel/mm/transparent_hugepage/enabled",
                   line, sizeof(line)))
        finding_unseen(f);
    else if (strstr(line, "[always]"))
        finding_is(f, FINDING_NOTE,
                   "a first touch may take 2 MiB: memory figures grow in "
                   "steps, those of threads' stacks most",
                   "echo madvise | sudo tee "
                   "/sys/kernel/mm/transparent_hugepage/enabled",
                   "always");
    else
        finding_ok(f, strstr(line, "[never]") ? "never" : "on request only");
}

/* ---- what the kernel lets one use ---- */

void check_counters(struct finding *f, const struct host *host)
{
    static const char effect[] =
        "no result depends on them: CPU time and switches come from the "
        "kernel; where cycles go has to be asked elsewhere";
    char paranoid[32] = "";
    int error = host->perf();

    root_line(host->root, "/proc/sys/kernel/perf_event_paranoid", paranoid,
              sizeof(paranoid));
    if (!error)
        finding_ok(f, "can be read");
    else if (error == EACCES || error == EPERM)
        finding_is(f, FINDING_NOTE, effect,
                   "sudo sysctl kernel.perf_event_paranoid=1; in a container "
                   "also --cap-add PERFMON",
                   "not allowed%s%s%s",
                   *paranoid ? " (perf_event_paranoid " : "", paranoid,
                   *paranoid ? ")" : "");
    else
        finding_is(f, FINDING_NOTE, effect,
                   "run on the hardware itself, or a guest with a virtual PMU",
                   "none here (%s)", strerrorname_np(error));
}

void check_uring(struct finding *f, const struct host *host)
{
    uint64_t disabled = 0;
    const char *absent = host->uring();

    root_number(host->root, "/proc/sys/kernel/io_uring_disabled", &disabled);
    if (!absent)
        finding_ok(f, "allowed");
    else
        finding_is(f, FINDING_NOTE, "strategies that stand on it are absent",
                   disabled ? "sudo sysctl kernel.io_uring_disabled=0"
                            : "a kernel of 6.0 or newer; in a container "
                              "--security-opt seccomp=unconfined",
                   "%s", absent);
}
