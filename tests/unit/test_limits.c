/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Limits: read from made-up machines, and what of a suite does not fit into
 * them, with the reason. Nothing is measured, no process is started.
 */
#include "suite_text.h"

#include <errno.h>
#include <ftw.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "../../harness/run/plan.h"

/* ---- machines as folders ---- */

struct file {
    const char *path, *text;
};

static char root[] = "/tmp/concur-limits-XXXXXX";

static void put(const struct file *file)
{
    char path[512];

    snprintf(path, sizeof(path), "%s%s", root, file->path);
    for (char *slash = path + strlen(root) + 1; (slash = strchr(slash, '/'));
         slash++) {
        *slash = '\0';
        assert_true(mkdir(path, 0700) == 0 || errno == EEXIST);
        *slash = '/';
    }
    write_file(path, file->text, strlen(file->text));
}

static int remove_one(const char *path, const struct stat *info, int kind,
                      struct FTW *ftw)
{
    (void)info;
    (void)kind;
    (void)ftw;
    return remove(path);
}

#define NET     "/proc/sys/net/"
#define FILES   8
#define PORTS   NET "ipv4/ip_local_port_range"
#define PIDS    "/sys/fs/cgroup/a/pids.max"
#define SOCKETS "/proc/net/sockstat"

/* Whether the number of threads is this process's own limit as well, which no
 * made-up machine changes. */
static bool own_limit(void)
{
    struct rlimit processes, space;

    return getrlimit(RLIMIT_NPROC, &processes) != 0 ||
           getrlimit(RLIMIT_AS, &space) != 0 ||
           space.rlim_cur != RLIM_INFINITY ||
           (geteuid() != 0 && processes.rlim_cur != RLIM_INFINITY);
}

/* A machine that tells only this, and what is made of it. */
struct machine {
    struct file files[FILES];
    uint64_t threads, processes, memory, stacks, ports, backlog;
    bool ports_rest;
    uint64_t ports_now;
    const char *processes_from, *memory_from;
};

static const struct machine machines[] = {
    {{{"/proc/none", ""}}, .ports_now = UINT64_MAX},
    {{{"/proc/sys/kernel/threads-max", "50000\n"},
      {"/proc/sys/kernel/pid_max", "32768\n"},
      {"/proc/sys/vm/max_map_count", "65530\n"},
      {NET "core/somaxconn", "128\n"}},
     .threads = 32465,
     .processes = 32468,
     .processes_from = "kernel.pid_max",
     .stacks = 32465,
     .backlog = 128,
     .ports_now = UINT64_MAX},
    /* mappings limit threads, not processes */
    {{{"/proc/sys/kernel/pid_max", "32768\n"},
      {"/proc/sys/vm/max_map_count", "4000\n"}},
     .threads = 1700,
     .processes = 32468,
     .processes_from = "kernel.pid_max",
     .stacks = 1700,
     .ports_now = UINT64_MAX},
    {{{"/proc/self/cgroup", "0::/a\n"},
      {PIDS, "100\n"},
      {"/proc/meminfo", "MemTotal: 9000 kB\nMemAvailable: 5000 kB\n"},
      {"/sys/fs/cgroup/a/memory.max", "max\n"},
      {"/sys/fs/cgroup/a/memory.current", "4096\n"}},
     .threads = 92,
     .processes = 92,
     .processes_from = "the cgroup's pids.max",
     .memory = 5000 * 1024,
     .memory_from = "memory",
     .ports_now = UINT64_MAX},
    /* the page cache gives way */
    {{{"/proc/self/cgroup", "0::/a\n"},
      {"/proc/meminfo", "MemAvailable: 5000 kB\n"},
      {"/sys/fs/cgroup/a/memory.max", "1000000\n"},
      {"/sys/fs/cgroup/a/memory.current", "900000\n"},
      {"/sys/fs/cgroup/a/memory.stat", "anon 5\ninactive_file 400000\n"}},
     .memory = 500000,
     .memory_from = "the cgroup's limit",
     .ports_now = UINT64_MAX},
    {{{"/proc/self/cgroup", "4:memory:/a\n"},
      {"/sys/fs/cgroup/memory/a/memory.limit_in_bytes", "3000\n"},
      {"/sys/fs/cgroup/memory/a/memory.usage_in_bytes", "5000\n"}},
     .memory = 1,
     .memory_from = "the cgroup's limit",
     .ports_now = UINT64_MAX},
    {{{PORTS, "32768\t60999\n"},
      {NET "ipv4/tcp_tw_reuse", "2\n"},
      {SOCKETS, "sockets: used 9\n"
                "TCP: inuse 20 orphan 0 tw 1000 alloc 9 mem 1\n"}},
     .ports = 28232,
     .ports_now = 27222},
    {{{PORTS, "40000 40099\n"},
      {NET "ipv4/tcp_tw_reuse", "0\n"},
      {SOCKETS, "TCP: inuse 2 orphan 0 tw 1000 alloc 9 mem 1\n"}},
     .ports = 100,
     .ports_rest = true},
};

static void test_machines(void **state)
{
    (void)state;
    for (size_t m = 0; m < COUNT(machines); m++) {
        const struct machine *want = &machines[m];

        strcpy(root + strlen(root) - 6, "XXXXXX");
        assert_non_null(mkdtemp(root));
        for (size_t f = 0; f < FILES && want->files[f].path; f++)
            put(&want->files[f]);
        struct limits have = limits_read(root);
        if (!own_limit())
            assert_int_equal(have.threads, want->threads);
        if (want->processes && !own_limit()) {
            assert_int_equal(have.processes, want->processes);
            assert_string_equal(have.processes_from, want->processes_from);
        }
        assert_int_equal(have.memory, want->memory);
        if (want->memory)
            assert_string_equal(have.memory_from, want->memory_from);
        assert_int_equal(have.stacks, want->stacks);
        assert_int_equal(have.ports, want->ports);
        assert_int_equal(have.ports_rest, want->ports_rest);
        assert_int_equal(have.backlog, want->backlog);
        assert_int_equal(limits_ports_now(root), want->ports_now);
        assert_true(have.origin_files >= have.files || !have.origin_files);
        assert_int_equal(nftw(root, remove_one, 16, FTW_DEPTH | FTW_PHYS), 0);
    }
}

/* ---- what does not fit ---- */

static const struct limits roomy = {
    .cores = 2,
    .machine_cores = 2,
    .files = 20000,
    .threads = 30000,
    .threads_from = "kernel.pid_max",
    .processes = 30000,
    .processes_from = "kernel.pid_max",
    .memory = (uint64_t)64 << 30,
    .memory_from = "memory",
    .stacks = 30000,
    .origin_files = 20000,
    .ports = 28232,
    .backlog = 4096,
};

/* A case with one strategy, and one limit that is not as in `roomy`. */
struct lack {
    const char *text; /* of the case, but its workload */
    size_t field;     /* of struct limits; 0: none */
    uint64_t value;
    const char *reason; /* NULL: it fits */
};

#define LIMIT(name) offsetof(struct limits, name)
#define FETCH       "workload = fetch\nstrategies = "
#define SLEEP       "workload = sleep\ndelay = 1ms\nstrategies = "

static const struct lack lacks[] = {
    {FETCH "libev_loop\ntasks = 10000", 0, 0, NULL},
    {FETCH "libev_loop\ntasks = 1000", LIMIT(files), 1000,
     "needs 1096 open files for 1000 sockets; this machine allows 1000 "
     "(ulimit -n)"},
    {FETCH "libev_loop\ntasks = 1000\nwidth = 100", LIMIT(files), 1000, NULL},
    {SLEEP "libev_loop\ntasks = 1000", LIMIT(files), 1000, NULL},
    {FETCH "thread_per_task\ntasks = 400", LIMIT(files), 1000,
     "needs 1264 open files for 400 sockets; this machine allows 1000 "
     "(ulimit -n)"},
    /* a socket to each process, whose client's files are its own */
    {FETCH "process_pool:400\ntasks = 400", LIMIT(files), 1000, NULL},
    {SLEEP "process_pool:1000\ntasks = 1000", LIMIT(files), 1000,
     "needs 1064 open files for 1000 sockets; this machine allows 1000 "
     "(ulimit -n)"},
    {FETCH "libev_loop\ntasks = 1000", LIMIT(origin_files), 1024,
     "the origin needs 1272 open files for 1000 connections; this machine "
     "allows 1024 (ulimit -n)"},
    {SLEEP "libev_loop\ntasks = 1000", LIMIT(origin_files), 1024, NULL},
    {"url = http://localhost/x\nstrategies = libev_loop\ntasks = 1000",
     LIMIT(origin_files), 1024, NULL},
    {SLEEP "thread_per_task\ntasks = 1000", LIMIT(threads), 900,
     "needs 1000 threads; this machine allows 900 (kernel.pid_max)"},
    {SLEEP "process_pool:1000\ntasks = 1000", LIMIT(threads), 900, NULL},
    {SLEEP "process_pool:1000\ntasks = 1000", LIMIT(processes), 900,
     "needs 1000 processes; this machine allows 900 (kernel.pid_max)"},
    {SLEEP "process_pool:1000\ntasks = 1000", LIMIT(memory),
     (uint64_t)500 << 20,
     "needs about 1.46 GiB for 1000 processes; this machine has 500 MiB left "
     "(memory)"},
    {SLEEP "thread_per_task\ntasks = 1000", LIMIT(memory), (uint64_t)1 << 20,
     NULL},
    {SLEEP "coroutine\ntasks = 1000", LIMIT(stacks), 900,
     "needs 1000 guarded stacks; this machine allows 900 (vm.max_map_count)"},
    {FETCH "libev_loop\ntasks = 1000", LIMIT(ports), 900,
     "needs 1000 connections; this machine has 900 ephemeral ports"},
    {FETCH "sequential\ntasks = 1000\nreuse = no", LIMIT(ports), 900, NULL},
    {FETCH "libev_loop\ntasks = 1000", LIMIT(backlog), 128,
     "connects 1000 times at once; this machine's listen queues hold 768, and "
     "the rest would wait for a second (net.core.somaxconn)"},
    {FETCH "libev_loop\ntasks = 768", LIMIT(backlog), 128, NULL},
    {FETCH "libev_loop\ntasks = 10000", LIMIT(backlog), 1024, NULL},
    {SLEEP "libev_loop\ntasks = 1000", LIMIT(backlog), 128, NULL},
};

/* Why the case's first strategy is absent, or NULL: the other one, which has
 * one task in flight, always fits. */
static const char *absence(const char *text, const struct limits *limits,
                           struct suite **suite, struct plan *plan)
{
    char ini[512];
    char why[512];

    snprintf(ini, sizeof(ini),
             "[a]\n%s\nlimit = 60s\n[b]\nworkload = sleep\n"
             "delay = 1ms\ntasks = 1\n"
             "strategies = sequential\n",
             text);
    *suite = read_good(ini);
    if (plan_make(plan, *suite, 1, limits, why, sizeof(why)) != 0)
        fail_msg("%s", why);
    return plan->cases[0].entries[0].absent;
}

static void check_lack(const struct lack *lack, const struct limits *limits)
{
    struct suite *suite;
    struct plan plan;
    const char *said = absence(lack->text, limits, &suite, &plan);

    if (said && lack->reason)
        assert_string_equal(said, lack->reason);
    else if (said != lack->reason)
        fail_msg("%s: said %s, not %s", lack->text, said, lack->reason);
    plan_clear(&plan);
    suite_free(suite);
}

static void test_lacks(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(lacks); i++) {
        struct limits limits = roomy;

        if (lacks[i].field)
            memcpy((char *)&limits + lacks[i].field, &lacks[i].value,
                   sizeof(lacks[i].value));
        check_lack(&lacks[i], &limits);
    }
}

/* Ports that rest for a minute are gone for the sample that had them. */
static void test_ports_rest(void **state)
{
    const struct lack lack = {
        FETCH "sequential\ntasks = 1000\nreuse = no", 0, 0,
        "makes 1000 connections; this machine has 900 ephemeral ports, and "
        "each rests for a minute afterwards (net.ipv4.tcp_tw_reuse = 0)"};
    const struct lack kept = {FETCH "sequential\ntasks = 1000", 0, 0, NULL};
    struct limits limits = roomy;

    (void)state;
    limits.ports = 900;
    limits.ports_rest = true;
    check_lack(&lack, &limits);
    check_lack(&kept, &limits);
}

/* The estimate of a run grows with what is to be done, peers cost more, and
 * what is absent costs nothing. */
static void test_estimate(void **state)
{
    static const char *const rising[] = {
        SLEEP "libev_loop\ntasks = 10",
        SLEEP "libev_loop\ntasks = 1000000",
        FETCH "libev_loop\ntasks = 10000",
        FETCH "libev_loop\ntasks = 10000\nbody = 100KiB",
        FETCH "libev_loop\ntasks = 10000\nbody = 100KiB\nrounds = 100",
    };
    nsec before = 0;

    (void)state;
    for (size_t i = 0; i < COUNT(rising); i++) {
        struct suite *suite;
        struct plan plan;

        absence(rising[i], &roomy, &suite, &plan);
        assert_true(plan_time(&plan) > before);
        before = plan_time(&plan);
        plan_clear(&plan);
        suite_free(suite);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_machines),
        cmocka_unit_test(test_lacks),
        cmocka_unit_test(test_ports_rest),
        cmocka_unit_test(test_estimate),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
