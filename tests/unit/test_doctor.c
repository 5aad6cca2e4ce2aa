/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The doctor, shown machines that are folders: a bare server on which all is
 * well, one thing after another that is not, a laptop, a container. And how
 * pinning divides cores.
 */
#include <errno.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../harness/doctor/doctor.h"
#include "../../harness/run/pin.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define CPU          "/sys/devices/system/cpu"

struct file {
    const char *path, *text; /* text NULL: there is none */
};

/* ---- machines as folders ---- */

static const struct file server[] = {
    {"/proc/cpuinfo", "processor\t: 0\nmodel name\t: Testcore 9000\n"
                      "flags\t\t: fpu tsc\n"},
    {"/proc/stat", "cpu  1000 0 500 8000 0 0 0 0 0 0\ncpu0 1 2 3 4\n"},
    {"/proc/loadavg", "0.10 0.20 0.30 1/100 4711\n"},
    {"/proc/meminfo", "MemTotal: 16000000 kB\nMemAvailable: 12000000 kB\n"
                      "SwapTotal: 0 kB\nSwapFree: 0 kB\n"},
    {"/proc/vmstat", "pswpin 5\npswpout 7\n"},
    {"/proc/1/stat", "1 (init) S 0 1 1 0 -1 0 0 0 0 0 10 10 0 0 20 0\n"},
    {"/proc/77/stat", "77 (a) b) R 1 1 1 0 -1 0 0 0 0 0 100 50 0 0 20 0\n"},
    {"/proc/self/status", "Name:\tconcur\nCpus_allowed:\tff\n"
                          "Cpus_allowed_list:\t0-7\n"},
    {"/proc/self/cgroup", "0::/user.slice/a.scope\n"},
    {"/proc/self/limits", "Limit  Soft Limit  Hard Limit  Units\n"
                          "Max open files  1024  1048576  files\n"},
    {"/proc/self/timerslack_ns", "50000\n"},
    {"/proc/sys/kernel/osrelease", "6.1.0-13-amd64\n"},
    {"/proc/sys/kernel/randomize_va_space", "2\n"},
    {"/proc/sys/kernel/perf_event_paranoid", "3\n"},
    {"/proc/sys/kernel/threads-max", "120000\n"},
    {"/proc/sys/kernel/pid_max", "4194304\n"},
    {"/proc/sys/vm/max_map_count", "65530\n"},
    {"/proc/sys/net/core/somaxconn", "4096\n"},
    {"/proc/sys/net/ipv4/tcp_max_syn_backlog", "512\n"},
    {"/proc/sys/net/ipv4/tcp_syncookies", "1\n"},
    {"/proc/sys/net/ipv4/tcp_tw_reuse", "2\n"},
    {"/proc/sys/net/ipv4/tcp_congestion_control", "cubic\n"},
    {"/proc/sys/net/ipv4/ip_local_port_range", "32768\t60999\n"},
    {"/sys/class/net/lo/flags", "0x9\n"},
    {"/sys/class/net/lo/mtu", "65536\n"},
    {CPU "/online", "0-7\n"},
    {CPU "/cpu0/cpufreq/scaling_governor", "performance\n"},
    {CPU "/cpu7/cpufreq/scaling_governor", "performance\n"},
    {CPU "/intel_pstate/no_turbo", "1\n"},
    {CPU "/smt/active", "0\n"},
    {CPU "/cpuidle/current_driver", "intel_idle\n"},
    {CPU "/vulnerabilities/meltdown", "Not affected\n"},
    {"/sys/devices/system/clocksource/clocksource0/current_clocksource",
     "tsc\n"},
    {"/sys/kernel/mm/transparent_hugepage/enabled", "always [madvise] never\n"},
    {"/sys/fs/cgroup/cpu.stat", "usage_usec 5\nnr_throttled 0\n"},
    {"/bin/gnuplot", "#!/bin/sh\n"},
};

static char root[64];

static void put(const struct file *file)
{
    char path[512];

    snprintf(path, sizeof(path), "%s%s", root, file->path);
    if (!file->text) {
        unlink(path);
        return;
    }
    for (char *slash = path + strlen(root) + 1; (slash = strchr(slash, '/'));
         slash++) {
        *slash = '\0';
        mkdir(path, 0700);
        *slash = '/';
    }
    FILE *out = fopen(path, "w");
    assert_non_null(out);
    assert_true(fputs(file->text, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

static int put_server(void **state)
{
    (void)state;
    strcpy(root, "/tmp/concur-test-XXXXXX");
    if (!mkdtemp(root))
        return -1;
    for (size_t f = 0; f < COUNT(server); f++)
        put(&server[f]);
    char path[128];
    snprintf(path, sizeof(path), "%s/bin/gnuplot", root);
    return chmod(path, 0700);
}

static int remove_one(const char *path, const struct stat *info, int kind,
                      struct FTW *ftw)
{
    (void)info;
    (void)kind;
    (void)ftw;
    return remove(path);
}

static int remove_server(void **state)
{
    (void)state;
    return nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* The file as the server has it: with that text, or not at all. */
static void restore(const struct file *file)
{
    struct file old = {file->path, NULL};

    for (size_t f = 0; f < COUNT(server); f++)
        if (strcmp(server[f].path, file->path) == 0)
            old = server[f];
    put(&old);
}

/* ---- the host that is examined ---- */

static int perf_error;
static const char *uring_absent;
static struct clock_cost clock_is;
static const struct file *later; /* written between the two looks */

static int try_perf(void)
{
    return perf_error;
}

static const char *try_uring(void)
{
    return uring_absent;
}

static struct clock_cost try_clock(void)
{
    return clock_is;
}

/* 100 ms go by: 10 ticks of a core. */
static void pause_for(struct host *host)
{
    host->before.when -= 100 * NSEC_PER_MSEC;
    if (later)
        put(later);
}

static struct host fake_host(void)
{
    static char path[128];

    snprintf(path, sizeof(path), "/nowhere:%s/bin", root);
    perf_error = 0;
    uring_absent = NULL;
    clock_is = (struct clock_cost){25, 1};
    later = NULL;
    return (struct host){
        .root = root,
        .brief = true,
        .compiler = "13",
        .flags = "-std=c11 -O2 -g",
        .path = path,
        .perf = try_perf,
        .uring = try_uring,
        .clock = try_clock,
        .pause = pause_for,
    };
}

static const struct finding *find(const struct diagnosis *d, const char *name)
{
    for (size_t i = 0; i < d->count; i++)
        if (strcmp(d->findings[i].name, name) == 0)
            return &d->findings[i];
    return NULL;
}

/* "warning governor; note SMT; …": all that is not ok. */
static void list_of(const struct diagnosis *d, char *text, size_t size)
{
    size_t used = 0;

    *text = '\0';
    for (size_t i = 0; i < d->count && used < size; i++) {
        const struct finding *f = &d->findings[i];

        /* A shell's own ulimit is not the fixture's. */
        if (f->state == FINDING_OK || strstr(f->found, "ulimit"))
            continue;
        used +=
            (size_t)snprintf(text + used, size - used, "%s%s %s",
                             used ? "; " : "", finding_word(f->state), f->name);
        assert_true(f->effect && *f->effect && f->mend && *f->mend);
    }
}

static void test_a_bare_server_is_well(void **state)
{
    struct host host = fake_host();
    struct diagnosis d;
    char list[512];

    (void)state;
    doctor_examine(&d, &host);
    list_of(&d, list, sizeof(list));
    assert_string_equal(list, "");
    assert_string_equal(d.unseen, "");
    assert_non_null(strstr(find(&d, "processor")->found, "Testcore 9000; 8 "));
    json_t *all = doctor_json(&d, true), *some = doctor_json(&d, false);
    assert_int_equal(json_array_size(all), d.count);
    assert_true(json_array_size(some) <= 1);
    json_decref(all);
    json_decref(some);
}

/* ---- one thing is wrong ---- */

struct wrong {
    const char *name;
    enum finding_state state;
    const char *found;    /* part of what is said */
    struct file files[2]; /* what differs from the server */
};

static const struct wrong wrongs[] = {
    {"processor",
     FINDING_WARNING,
     "1 core of 8",
     {{"/proc/self/status", "Cpus_allowed_list:\t3\n"}}},
    {"governor",
     FINDING_WARNING,
     "powersave on 1 of 2 cores",
     {{CPU "/cpu7/cpufreq/scaling_governor", "powersave\n"}}},
    {"turbo", FINDING_WARNING, "on", {{CPU "/intel_pstate/no_turbo", "0\n"}}},
    {"turbo",
     FINDING_WARNING,
     "on",
     {{CPU "/intel_pstate/no_turbo", NULL}, {CPU "/cpufreq/boost", "1\n"}}},
    {"idle states",
     FINDING_NOTE,
     "haltpoll, which does not poll",
     {{CPU "/cpuidle/current_driver", "haltpoll\n"},
      {"/sys/module/haltpoll/parameters/guest_halt_poll_ns", "0\n"}}},
    {"idle states",
     FINDING_OK,
     "haltpoll, polls for 200 µs before it halts",
     {{CPU "/cpuidle/current_driver", "haltpoll\n"},
      {"/sys/module/haltpoll/parameters/guest_halt_poll_ns", "200000\n"}}},
    {"SMT", FINDING_NOTE, "on", {{CPU "/smt/active", "1\n"}}},
    {"mitigations",
     FINDING_NOTE,
     "1 of 2 known flaws of processors, off "
     "against 1",
     {{CPU "/vulnerabilities/meltdown", "Mitigation: PTI\n"},
      {CPU "/vulnerabilities/mds", "Vulnerable\n"}}},
    {"CPU quota",
     FINDING_WARNING,
     "1.5 cores' time on 8 cores",
     {{"/sys/fs/cgroup/user.slice/cpu.max", "150000 100000\n"}}},
    {"CPU quota",
     FINDING_WARNING,
     "0.5 cores",
     {{"/proc/self/cgroup", "4:cpu,cpuacct:/docker/x\n"},
      {"/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "50000\n"}}},
    {"CPU quota",
     FINDING_NOTE,
     "8 cores' time",
     {{"/sys/fs/cgroup/cpu.max", "800000 100000\n"}}},
    {"throttling",
     FINDING_WARNING,
     "12 of 40 periods",
     {{"/sys/fs/cgroup/user.slice/a.scope/cpu.stat",
       "nr_periods 40\nnr_throttled 12\n"}}},
    {"steal",
     FINDING_NOTE,
     "3.0 %",
     {{"/proc/stat", "cpu  1000 0 500 8200 0 0 0 300 0 0\n"}}},
    {"load",
     FINDING_WARNING,
     "2.50 on 8 cores",
     {{"/proc/loadavg", "2.50 1 1 1/1 1\n"}}},
    {"memory",
     FINDING_WARNING,
     "100 MiB available",
     {{"/proc/meminfo", "MemAvailable: 102400 kB\n"}}},
    {"memory",
     FINDING_NOTE,
     "512 MiB available below the cgroup's limit",
     {{"/sys/fs/cgroup/user.slice/memory.max", "1073741824\n"},
      {"/sys/fs/cgroup/user.slice/memory.current", "536870912\n"}}},
    {"swap",
     FINDING_NOTE,
     "1 MiB in use",
     {{"/proc/meminfo", "MemAvailable: 12000000 kB\nSwapTotal: 2048 kB\n"
                        "SwapFree: 1024 kB\n"}}},
    {"kernel",
     FINDING_PROBLEM,
     "Linux 4.19.0",
     {{"/proc/sys/kernel/osrelease", "4.19.0\n"}}},
    {"virtualisation",
     FINDING_NOTE,
     "virtual machine",
     {{"/proc/cpuinfo", "model name : x\nflags : fpu hypervisor tsc\n"}}},
    {"virtualisation", FINDING_NOTE, "container", {{"/.dockerenv", ""}}},
    {"timer slack",
     FINDING_WARNING,
     "100 ms",
     {{"/proc/self/timerslack_ns", "100000000\n"}}},
    {"address space",
     FINDING_NOTE,
     "not randomised",
     {{"/proc/sys/kernel/randomize_va_space", "0\n"}}},
    {"huge pages",
     FINDING_NOTE,
     "always",
     {{"/sys/kernel/mm/transparent_hugepage/enabled",
       "[always] madvise never\n"}}},
    {"open files",
     FINDING_NOTE,
     "at most 4,096",
     {{"/proc/self/limits", "Max open files  1024  4096  files\n"}}},
    {"threads",
     FINDING_NOTE,
     "(the cgroup's pids.max)",
     {{"/sys/fs/cgroup/user.slice/a.scope/pids.max", "64\n"}}},
    {"ports",
     FINDING_WARNING,
     "TIME_WAIT",
     {{"/proc/sys/net/ipv4/tcp_tw_reuse", "0\n"}}},
    {"ports",
     FINDING_NOTE,
     "1,001 ephemeral",
     {{"/proc/sys/net/ipv4/ip_local_port_range", "50000 51000\n"}}},
    {"backlog",
     FINDING_WARNING,
     "somaxconn 128",
     {{"/proc/sys/net/core/somaxconn", "128\n"}}},
    {"backlog",
     FINDING_WARNING,
     "tcp_max_syn_backlog 512",
     {{"/proc/sys/net/ipv4/tcp_syncookies", "0\n"}}},
    {"packet filter",
     FINDING_NOTE,
     "10 connections of at most 1,000",
     {{"/proc/sys/net/netfilter/nf_conntrack_max", "1000\n"},
      {"/proc/sys/net/netfilter/nf_conntrack_count", "10\n"}}},
    {"packet filter",
     FINDING_WARNING,
     "900 connections",
     {{"/proc/sys/net/netfilter/nf_conntrack_max", "1000\n"},
      {"/proc/sys/net/netfilter/nf_conntrack_count", "900\n"}}},
    {"packet filter",
     FINDING_OK,
     "tracks none",
     {{"/proc/sys/net/netfilter/nf_conntrack_max", "1000\n"},
      {"/proc/sys/net/netfilter/nf_conntrack_count", "0\n"}}},
    {"loopback",
     FINDING_PROBLEM,
     "down",
     {{"/sys/class/net/lo/flags", "0x8\n"}}},
    {"loopback",
     FINDING_NOTE,
     "MTU 1,500",
     {{"/sys/class/net/lo/mtu", "1500\n"}}},
    {"libraries", FINDING_NOTE, "no gnuplot", {{"/bin/gnuplot", NULL}}},
};

/* What differs from the server at the second look only. */
static const struct wrong changes[] = {
    {"steal",
     FINDING_WARNING,
     "20 % just now",
     {{"/proc/stat", "cpu  1004 0 500 8004 0 0 0 2 0 0\n"}}},
    {"other processes",
     FINDING_WARNING,
     "a) b (process 77) used 80 % of a "
     "core within 100 ms, all together 80 %",
     {{"/proc/77/stat", "77 (a) b) R 1 1 1 0 -1 0 0 0 0 0 106 52 0 0 20 0\n"}}},
    {"other processes",
     FINDING_WARNING,
     "new (process 78) used 50 %",
     {{"/proc/78/stat", "78 (new) R 1 1 1 0 -1 0 0 0 0 0 3 2 0 0 20 0\n"}}},
    {"other processes",
     FINDING_OK,
     "none that is busy",
     {{"/proc/77/stat", "77 (a) b) R 1 1 1 0 -1 0 0 0 0 0 102 50 0 0 20 0\n"}}},
    {"swap",
     FINDING_WARNING,
     "3 pages moved",
     {{"/proc/vmstat", "pswpin 6\npswpout 9\n"}}},
};

static void check_wrong(const struct wrong *w, bool between)
{
    struct host host = fake_host();
    struct diagnosis d;

    for (size_t f = 0; f < COUNT(w->files) && w->files[f].path && !between; f++)
        put(&w->files[f]);
    later = between ? w->files : NULL;
    doctor_examine(&d, &host);
    const struct finding *f = find(&d, w->name);
    assert_non_null(f);
    if (f->state != w->state || !strstr(f->found, w->found))
        fail_msg("%s: %s: %s; wanted %s: %s", w->name, finding_word(f->state),
                 f->found, finding_word(w->state), w->found);
    if (w->state > FINDING_NOTE) /* the gravest comes first */
        assert_ptr_equal(f, &d.findings[0]);
    for (size_t i = 0; i < COUNT(w->files) && w->files[i].path; i++)
        restore(&w->files[i]);
}

static void test_each_is_found(void **state)
{
    char path[128];

    (void)state;
    /* Version 1's quota takes a third file. */
    put(&(struct file){"/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n"});
    for (size_t i = 0; i < COUNT(wrongs); i++)
        check_wrong(&wrongs[i], false);
    for (size_t i = 0; i < COUNT(changes); i++)
        check_wrong(&changes[i], true);
    snprintf(path, sizeof(path), "%s/bin/gnuplot", root);
    assert_int_equal(chmod(path, 0700), 0);
}

/* ---- what is tried out, and the build ---- */

static void test_probes(void **state)
{
    struct diagnosis d;
    struct host host = fake_host();

    (void)state;
    perf_error = EACCES;
    uring_absent = "not in this kernel";
    clock_is.reading = 900;
    doctor_examine(&d, &host);
    const struct finding *f = find(&d, "perf counters");
    assert_int_equal(f->state, FINDING_NOTE);
    assert_string_equal(f->found, "not allowed (perf_event_paranoid 3)");
    assert_int_equal(find(&d, "io_uring")->state, FINDING_NOTE);
    assert_string_equal(find(&d, "io_uring")->found, uring_absent);
    assert_int_equal(find(&d, "clock")->state, FINDING_WARNING);
    host = fake_host();
    perf_error = ENOENT;
    clock_is.tick = 4000000;
    doctor_examine(&d, &host);
    assert_string_equal(find(&d, "perf counters")->found, "none here (ENOENT)");
    assert_string_equal(find(&d, "clock")->found, "tsc, ticks of 4.00 ms");
}

static void test_builds(void **state)
{
    static const struct {
        const char *flags, *wrong; /* NULL: nothing */
    } table[] = {
        {"-std=c11 -O2 -g", NULL},
        {"-O0 -O3", NULL},
        {"-Og", NULL},
        {"-std=c11 -O2 -g -O0", "built with -O0"},
        {"-std=c11 -g", "built with -O0"},
        {"", "built with -O0"},
        {"-O2 -fsanitize=address,undefined -g", "-fsanitize=address,undefined"},
        {"-O2 --coverage", "built with --coverage"},
        {"-O2 -pg", "built with -pg"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        struct host host = fake_host();
        struct diagnosis d;

        host.flags = table[i].flags;
        doctor_examine(&d, &host);
        const struct finding *f = find(&d, "build");
        assert_int_equal(f->state,
                         table[i].wrong ? FINDING_PROBLEM : FINDING_OK);
        if (table[i].wrong)
            assert_non_null(strstr(f->found, table[i].wrong));
    }
}

/* ---- whole machines ---- */

static void check_machine(const struct file *files, size_t count,
                          struct host *host, const char *wanted,
                          const char *unseen)
{
    struct diagnosis d;
    char list[1024];

    for (size_t f = 0; f < count; f++)
        put(&files[f]);
    doctor_examine(&d, host);
    for (size_t f = 0; f < count; f++)
        restore(&files[f]);
    list_of(&d, list, sizeof(list));
    assert_string_equal(list, wanted);
    assert_string_equal(d.unseen, unseen);
}

static void test_laptop(void **state)
{
    static const struct file files[] = {
        {CPU "/cpu0/cpufreq/scaling_governor", "powersave\n"},
        {CPU "/cpu7/cpufreq/scaling_governor", "powersave\n"},
        {CPU "/intel_pstate/no_turbo", "0\n"},
        {CPU "/smt/active", "1\n"},
        {CPU "/vulnerabilities/meltdown", "Mitigation: PTI\n"},
        {"/sys/kernel/mm/transparent_hugepage/enabled", "[always] never\n"},
    };
    struct host host = fake_host();

    (void)state;
    check_machine(files, COUNT(files), &host,
                  "warning governor; warning turbo; note SMT; "
                  "note mitigations; note huge pages",
                  "");
}

/* Version 1's cgroups, under a name that exists on the host only. */
static void test_container(void **state)
{
    static const struct file files[] = {
        {"/.dockerenv", ""},
        {"/proc/self/cgroup", "5:cpu,cpuacct:/docker/f00\n3:pids:/docker/f00\n"
                              "2:memory:/docker/f00\n"},
        {"/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "200000\n"},
        {"/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n"},
        {"/sys/fs/cgroup/cpu/cpu.stat", "nr_periods 9\nnr_throttled 3\n"},
        {"/sys/fs/cgroup/pids/pids.max", "200\n"},
        {"/sys/fs/cgroup/memory/memory.limit_in_bytes", "209715200\n"},
        {"/sys/fs/cgroup/memory/memory.usage_in_bytes", "104857600\n"},
        {CPU "/cpu0/cpufreq/scaling_governor", NULL},
        {CPU "/cpu7/cpufreq/scaling_governor", NULL},
        {CPU "/intel_pstate/no_turbo", NULL},
        {CPU "/smt/active", NULL},
        {"/sys/class/net/lo/flags", NULL},
    };
    struct host host = fake_host();

    (void)state;
    perf_error = EPERM;
    uring_absent = "not allowed";
    check_machine(files, COUNT(files), &host,
                  "warning CPU quota; warning throttling; warning memory; "
                  "note virtualisation; note perf counters; note io_uring; "
                  "note threads; note not visible",
                  "governor, turbo, SMT, loopback");
}

/* Nothing can be read: one note says so, and nothing else breaks. */
static void test_nothing_is_visible(void **state)
{
    struct host host = fake_host();
    struct diagnosis d;
    char empty[] = "/tmp/concur-test-XXXXXX";

    (void)state;
    assert_non_null(mkdtemp(empty));
    host.root = empty;
    doctor_examine(&d, &host);
    assert_int_equal(doctor_count(&d, FINDING_NOTE), 1);
    assert_int_equal(doctor_count(&d, FINDING_WARNING), 0);
    assert_string_equal(d.findings[0].name, "not visible");
    assert_non_null(strstr(d.findings[0].found, "governor, turbo, SMT"));
    assert_int_equal(rmdir(empty), 0);
}

/* ---- cores ---- */

static void test_lists_of_cpus(void **state)
{
    static const struct {
        const char *text, *again; /* NULL: is none */
    } table[] = {
        {"0", "0"},       {"0-3", "0-3"}, {"0-1,2,5-6\n", "0-2,5-6"},
        {"1023", "1023"}, {"", NULL},     {"a", NULL},
        {"1,", NULL},     {"1-", NULL},   {"1 2", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        cpu_set_t set;
        char text[64];

        assert_int_equal(cpus_parse(table[i].text, &set), !!table[i].again);
        if (table[i].again)
            assert_string_equal(cpus_text(&set, text, sizeof(text)),
                                table[i].again);
    }
}

static void test_pin_divides(void **state)
{
    cpu_set_t mine, both, one;
    struct pin pin;
    char error[200] = "", path[128], list[32];

    (void)state;
    assert_int_equal(sched_getaffinity(0, sizeof(mine), &mine), 0);
    unsigned first = 0;
    while (!CPU_ISSET(first, &mine))
        first++;
    CPU_ZERO(&one);
    CPU_SET(first, &one);
    assert_int_equal(sched_setaffinity(0, sizeof(one), &one), 0);
    assert_int_equal(pin_split(&pin, root, error, sizeof(error)), -1);
    assert_string_equal(error,
                        "--pin: needs two cores, and this process may use one");
    assert_int_equal(sched_setaffinity(0, sizeof(mine), &mine), 0);
    if (CPU_COUNT(&mine) < 2)
        skip();
    assert_int_equal(pin_split(&pin, root, error, sizeof(error)), 0);
    assert_true(CPU_EQUAL(&pin.origin, &one));
    CPU_OR(&both, &pin.origin, &pin.strategies);
    assert_true(CPU_EQUAL(&both, &mine) && CPU_EQUAL(&pin.before, &mine));
    assert_int_equal(CPU_COUNT(&pin.strategies), CPU_COUNT(&mine) - 1);

    /* All are threads of one core: still one for each. */
    snprintf(path, sizeof(path), CPU "/cpu%u/topology/thread_siblings_list",
             first);
    put(&(struct file){path, cpus_text(&mine, list, sizeof(list))});
    assert_int_equal(pin_split(&pin, root, error, sizeof(error)), 0);
    assert_true(CPU_EQUAL(&pin.origin, &one));
    assert_int_equal(CPU_COUNT(&pin.strategies), CPU_COUNT(&mine) - 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_bare_server_is_well),
        cmocka_unit_test(test_each_is_found),
        cmocka_unit_test(test_probes),
        cmocka_unit_test(test_builds),
        cmocka_unit_test(test_laptop),
        cmocka_unit_test(test_container),
        cmocka_unit_test(test_nothing_is_visible),
        cmocka_unit_test(test_lists_of_cpus),
        cmocka_unit_test(test_pin_divides),
    };

    return cmocka_run_group_tests(tests, put_server, remove_server);
}
