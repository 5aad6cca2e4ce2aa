/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The probe: which reading counts, what becomes of it, and what is read of a
 * real session of processes. How much memory a process has is a matter of the
 * machine; what it has more than another is not.
 */
#include "../../harness/sample/probe.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))
#define MIB           ((size_t)1024 * 1024)

/* ---- which one counts ---- */

static struct reading readings[] = {
    {.from = 10, .to = 20}, {.from = 30, .to = 36}, {.from = 50, .to = 60},
    {.from = 70, .to = 95}, {.from = 96, .to = 99},
};
static const struct probe five = {
    .interval = 1, .list = readings, .count = LENGTH(readings)};

static const struct choice {
    nsec from, to;
    int wanted; /* index; -1: none */
} choices[] = {
    {0, 100, 2},  {0, 70, 1},   {0, 30, 0},   {10, 20, 0},
    {11, 29, -1}, {51, 95, 3},  {61, 69, -1}, {100, 200, -1},
    {0, 9, -1},   {40, 40, -1}, {80, 20, -1}, /* ended before all had begun */
};

static void test_the_middle(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(choices); i++) {
        const struct choice *c = &choices[i];

        assert_ptr_equal(probe_middle(&five, c->from, c->to),
                         c->wanted < 0 ? NULL : &readings[c->wanted]);
    }
}

static json_t *figures(nsec last_start, nsec first_end)
{
    return json_pack("{s:i, s:i, s:i, s:i}", "began_ns", 5, "run_ns", 95,
                     "last_start_ns", (int)last_start, "first_end_ns",
                     (int)first_end);
}

static const struct put {
    bool together;
    nsec last_start, first_end;
    json_int_t at; /* since began; -1: null */
} puts_[] = {
    {false, 0, 0, 45},  {true, 40, 80, 45}, {true, 20, 40, 25},
    {true, 61, 69, -1}, {true, 80, 40, -1},
};

static void test_put(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(puts_); i++) {
        const struct put *p = &puts_[i];
        json_t *f = figures(p->last_start, p->first_end);

        probe_put(&five, f, p->together);
        const json_t *mid = json_object_get(f, "mid");
        assert_int_equal(json_is_null(mid), p->at < 0);
        if (p->at >= 0)
            assert_int_equal(json_integer_value(json_object_get(mid, "at_ns")),
                             p->at);
        assert_int_equal(json_object_size(f), 2); /* run_ns and mid */
        json_decref(f);
    }
}

/* A sample that failed has no times, one that crashed no figures. */
static void test_put_without_times(void **state)
{
    json_t *f = json_pack("{s:s}", "error", "open: no memory");

    (void)state;
    probe_put(&five, f, true);
    assert_true(json_is_null(json_object_get(f, "mid")));
    json_decref(f);
    probe_put(&five, NULL, false);
}

static void test_no_interval(void **state)
{
    struct probe probe;
    json_t *f = figures(40, 80);

    (void)state;
    probe_begin(&probe, 0);
    probe_put(&probe, f, true);
    assert_null(json_object_get(f, "mid"));
    assert_null(json_object_get(f, "began_ns"));
    json_decref(f);
    probe_clear(&probe);
}

/* ---- a real session ---- */

/* Maps `reserved` bytes, touches the first `used`, says so, and waits. */
static _Noreturn void hold(int ready, size_t reserved, size_t used)
{
    char *map = mmap(NULL, reserved, PROT_READ | PROT_WRITE,
                     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (map == MAP_FAILED)
        _exit(1);
    for (size_t i = 0; i < used; i += 4096)
        map[i] = 1;
    if (write(ready, "x", 1) != 1)
        _exit(1);
    for (;;)
        pause();
}

/* A session of its own: a process that holds that much, and `more` children
 * that do. Returns when all do. */
static pid_t start_session(int more, size_t reserved, size_t used)
{
    int ready[2];
    char x;

    assert_int_equal(pipe(ready), 0);
    pid_t pid = fork();
    assert_true(pid >= 0);
    if (pid == 0) {
        setsid();
        for (int i = 0; i < more; i++)
            if (fork() == 0)
                hold(ready[1], reserved, used);
        hold(ready[1], reserved, used);
    }
    for (int i = 0; i < more + 1; i++)
        assert_int_equal(read(ready[0], &x, 1), 1);
    close(ready[0]);
    close(ready[1]);
    return pid;
}

static void end_session(pid_t pid)
{
    kill(-pid, SIGKILL);
    assert_int_equal(waitpid(pid, NULL, 0), pid);
}

static struct reading read_session(pid_t pid)
{
    struct reading r;
    struct probe probe;

    probe_begin(&probe, NSEC_PER_MSEC);
    nsec before = now_ns();
    probe_take(&probe, pid);
    assert_int_equal(probe.count, 1);
    r = probe.list[0];
    assert_true(r.from >= before && r.to >= r.from && r.to <= now_ns());
    probe_clear(&probe);
    return r;
}

static struct reading read_one(int more, size_t reserved, size_t used)
{
    pid_t pid = start_session(more, reserved, used);
    struct reading r = read_session(pid);

    end_session(pid);
    return r;
}

static void assert_about(uint64_t more, uint64_t less, size_t wanted)
{
    assert_in_range(more - less, wanted - wanted / 8, wanted + wanted / 8);
}

static void test_one_process(void **state)
{
    struct reading small = read_one(0, 64 * MIB, 4 * MIB);
    struct reading large = read_one(0, 192 * MIB, 20 * MIB);

    (void)state;
    assert_int_equal(small.processes, 1);
    assert_int_equal(small.threads, 1);
    assert_about(large.resident, small.resident, 16 * MIB);
    assert_about(large.virtual_size, small.virtual_size, 128 * MIB);
    assert_true(large.page_table > small.page_table);
}

/* Each child adds its own pages whole, and its part of what all share. */
static void test_the_whole_tree(void **state)
{
    struct reading two = read_one(1, 64 * MIB, 16 * MIB);
    struct reading four = read_one(3, 64 * MIB, 16 * MIB);

    (void)state;
    assert_int_equal(two.processes, 2);
    assert_int_equal(four.processes, 4);
    assert_int_equal(four.threads, 4);
    assert_in_range(four.resident - two.resident, 30 * MIB, 48 * MIB);
}

static void test_nobody_there(void **state)
{
    pid_t pid = start_session(0, MIB, 4096);
    struct probe probe;

    (void)state;
    end_session(pid);
    probe_begin(&probe, NSEC_PER_MSEC);
    probe_take(&probe, pid);
    assert_int_equal(probe.count, 0);
    probe_clear(&probe);
}

static void test_kernel_stacks(void **state)
{
    pid_t pid = start_session(3, MIB, 4096);
    struct probe probe;

    (void)state;
    probe_begin(&probe, NSEC_PER_MSEC);
    probe.before.bytes = -1; /* as where the kernel does not tell */
    probe_take(&probe, pid);
    assert_true(probe.list[0].kernel_stack_computed);
    assert_int_equal(probe.list[0].kernel_stack, 4 * 16384);
    probe.before.bytes =
        INT64_MAX / 2; /* others have ended more than we began */
    probe_take(&probe, pid);
    assert_true(probe.list[1].kernel_stack_computed ||
                probe.list[1].kernel_stack == 0);
    probe_clear(&probe);
    end_session(pid);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_the_middle),
        cmocka_unit_test(test_put),
        cmocka_unit_test(test_put_without_times),
        cmocka_unit_test(test_no_interval),
        cmocka_unit_test(test_one_process),
        cmocka_unit_test(test_the_whole_tree),
        cmocka_unit_test(test_nobody_there),
        cmocka_unit_test(test_kernel_stacks),
    };

    return cmocka_run_group_tests_name("probe", tests, NULL, NULL);
}
