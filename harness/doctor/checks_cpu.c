/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks of the processors: how many, how fast, and how much of them a control
 * group lets one have.
 */
#include "checks.h"

#include <dirent.h>
#include <string.h>

#include "../suite/units.h"
#include "cgroup.h"

#define CPU      "/sys/devices/system/cpu"
#define HALTPOLL "/sys/module/haltpoll/parameters/guest_halt_poll_ns"

void check_cpu(struct finding *f, const struct host *host)
{
    unsigned allowed = host_cpus_allowed(host);
    unsigned online = host_cpus_online(host->root);
    char model[128];

    if (!*host_cpu_model(host->root, model, sizeof(model)))
        strcpy(model, "unknown model");
    if (!allowed)
        finding_unseen(f);
    else if (allowed == 1)
        finding_is(f, FINDING_WARNING,
                   "the origin and the strategies take turns on one core: "
                   "each waits for the other",
                   "allow two cores or more (taskset, --cpuset-cpus)",
                   "%s; 1 core of %u may be used", model, online);
    else
        finding_ok(f, "%s; %u of %u cores may be used", model, allowed, online);
}

/* ---- clock rate ---- */

/* How many CPUs have a governor, and how many another than `performance`, of
 * which one is put into `other`. */
static unsigned governors(const char *root, unsigned *wrong, char *other,
                          size_t size)
{
    char list[512], path[128], name[64];
    unsigned count = 0;
    cpu_set_t online;

    *wrong = 0;
    if (!root_line(root, CPU "/online", list, sizeof(list)) ||
        !cpus_parse(list, &online))
        return 0;
    for (unsigned cpu = 0; cpu < CPU_SETSIZE; cpu++) {
        if (!CPU_ISSET(cpu, &online))
            continue;
        snprintf(path, sizeof(path), CPU "/cpu%u/cpufreq/scaling_governor",
                 cpu);
        if (!root_line(root, path, name, sizeof(name)))
            continue;
        count++;
        if (strcmp(name, "performance") == 0)
            continue;
        ++*wrong;
        snprintf(other, size, "%s", name);
    }
    return count;
}

void check_governor(struct finding *f, const struct host *host)
{
    char other[64] = "";
    unsigned wrong;
    unsigned count = governors(host->root, &wrong, other, sizeof(other));

    if (!count)
        finding_unseen(f);
    else if (wrong)
        finding_is(f, FINDING_WARNING,
                   "the clock rate follows the load: strategies that mostly "
                   "wait run at a lower one than those that compute",
                   "sudo cpupower frequency-set -g performance",
                   "%s on %u of %u cores", other, wrong, count);
    else
        finding_ok(f, "performance on all %u cores", count);
}

void check_turbo(struct finding *f, const struct host *host)
{
    uint64_t off, boost;
    bool intel = root_number(host->root, CPU "/intel_pstate/no_turbo", &off);
    bool other = root_number(host->root, CPU "/cpufreq/boost", &boost);

    if (!intel && !other)
        finding_unseen(f);
    else if (intel ? off == 0 : boost != 0)
        finding_is(f, FINDING_WARNING,
                   "the clock rate depends on heat and on how many cores are "
                   "busy: one loop runs faster than many threads would",
                   intel ? "echo 1 | sudo tee " CPU "/intel_pstate/no_turbo"
                         : "echo 0 | sudo tee " CPU "/cpufreq/boost",
                   "on");
    else
        finding_ok(f, "off");
}

/* A virtual processor that halts has to be woken through the hypervisor. The
 * guest's own driver may look for work a while before it lets it halt. */
void check_idle(struct finding *f, const struct host *host)
{
    char driver[64], time[32];
    uint64_t poll;

    if (!root_line(host->root, CPU "/cpuidle/current_driver", driver,
                   sizeof(driver)))
        finding_unseen(f);
    else if (strcmp(driver, "haltpoll") != 0 ||
             !root_number(host->root, HALTPOLL, &poll))
        finding_ok(f, "driver %s", driver);
    else if (poll == 0)
        finding_is(f, FINDING_NOTE,
                   "an idle virtual processor halts at once, and each waking "
                   "costs tens of µs, which client and server pay in turn; the "
                   "run keeps processors from idling where it may open "
                   "/dev/cpu_dma_latency",
                   "echo 200000 | sudo tee " HALTPOLL,
                   "haltpoll, which does not poll before it halts");
    else
        finding_ok(f, "haltpoll, polls for %s before it halts",
                   format_duration(time, sizeof(time), (double)poll));
}

void check_smt(struct finding *f, const struct host *host)
{
    uint64_t active;

    if (!root_number(host->root, CPU "/smt/active", &active))
        finding_unseen(f);
    else if (active)
        finding_is(f, FINDING_NOTE,
                   "two threads may share one core's units: a second thread "
                   "brings less than a second core would",
                   "echo off | sudo tee " CPU "/smt/control", "on");
    else
        finding_ok(f, "off");
}

/* ---- mitigations ---- */

/* Counts the files of the folder by how their first line begins. */
static unsigned count_mitigations(const char *root, unsigned *open,
                                  unsigned *active)
{
    static const char folder[] = CPU "/vulnerabilities";
    char path[4600], line[256];
    unsigned count = 0;
    struct dirent *entry;

    *open = *active = 0;
    snprintf(path, sizeof(path), "%s%s", root, folder);
    DIR *files = opendir(path);
    while (files && (entry = readdir(files)) != NULL) {
        snprintf(path, sizeof(path), "%s/%s", folder, entry->d_name);
        if (entry->d_name[0] == '.' ||
            !root_line(root, path, line, sizeof(line)))
            continue;
        count++;
        *open += strncmp(line, "Vulnerable", 10) == 0;
        *active += strncmp(line, "Mitigation", 10) == 0;
    }
    if (files)
        closedir(files);
    return count;
}

void check_mitigations(struct finding *f, const struct host *host)
{
    unsigned open, active;
    unsigned count = count_mitigations(host->root, &open, &active);

    if (!count)
        finding_unseen(f);
    else if (active)
        finding_is(f, FINDING_NOTE,
                   "system calls and switches cost more, as they do wherever "
                   "they are on: strategies that make many pay for it",
                   "nothing, if your servers have them too; compare with runs "
                   "that had the same",
                   "on against %u of %u known flaws of processors, off "
                   "against %u",
                   active, count, open);
    else
        finding_ok(f, "none at work");
}

/* ---- control groups ---- */

void check_quota(struct finding *f, const struct host *host)
{
    unsigned cores = host_cpus_allowed(host);
    bool known;
    double quota = host_quota(host->root, &known);

    if (!known)
        finding_unseen(f);
    else if (quota > 0 && quota < cores)
        finding_is(f, FINDING_WARNING,
                   "a strategy that uses several cores spends it early and "
                   "then stands still until the next period; one that uses "
                   "one core does not",
                   "start the container without --cpus, the service without "
                   "CPUQuota=",
                   "%.3g cores' time on %u cores", quota, cores);
    else if (quota > 0)
        finding_is(f, FINDING_NOTE,
                   "it is no less than the cores, so it should never be "
                   "reached",
                   "nothing", "%.3g cores' time on %u cores", quota, cores);
    else
        finding_ok(f, "none");
}

struct throttled {
    bool known;
    uint64_t periods, of;
};

static void visit_throttled(void *self, const char *root, const char *folder)
{
    struct throttled *t = self;
    uint64_t periods, of = 0;
    char path[4400];

    snprintf(path, sizeof(path), "%s/cpu.stat", folder);
    if (!root_field_number(root, path, "nr_throttled", &periods))
        return;
    t->known = true;
    root_field_number(root, path, "nr_periods", &of);
    if (periods <= t->periods)
        return;
    t->periods = periods;
    t->of = of;
}

void check_throttling(struct finding *f, const struct host *host)
{
    struct throttled t = {0};
    bool quota_known;

    cgroup_each(host->root, NULL, visit_throttled, &t);
    cgroup_each(host->root, "cpu", visit_throttled, &t);
    if (t.periods)
        finding_is(f, FINDING_WARNING,
                   "the quota is reached here: samples stood still for parts "
                   "of a period",
                   "raise or remove the CPU quota",
                   "%llu of %llu periods so far", (unsigned long long)t.periods,
                   (unsigned long long)t.of);
    else if (t.known || host_quota(host->root, &quota_known) > 0 || quota_known)
        finding_ok(f, "never so far");
    else
        finding_unseen(f);
}
