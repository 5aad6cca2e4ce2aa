/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every strategy on the list, against an origin of its own: each task once,
 * results in their slots, width, order, phases, failures and cancelling.
 */
#include <errno.h>
#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../harness/origin/counts.h"
#include "../../harness/origin/origin.h"
#include "../../harness/sample/verify.h"
#include "../../impls/list.h"

#define TASKS 24

static pid_t origin_pid;
static uint16_t origin_port;

/* ---- an origin ---- */

static int start_origin(void **state)
{
    int ready[2];
    char line[16] = {0};

    (void)state;
    if (pipe(ready) != 0)
        return -1;
    origin_pid = fork();
    if (origin_pid == 0) {
        struct origin_options options = {.ready_fd = ready[1], .quiet = 1};

        close(ready[0]);
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        _exit(origin_serve(&options));
    }
    close(ready[1]);
    ssize_t got = read(ready[0], line, sizeof(line) - 1);
    close(ready[0]);
    origin_port = (uint16_t)atoi(line);
    return got > 0 && origin_port ? strategies_init() : -1;
}

static int stop_origin(void **state)
{
    (void)state;
    kill(origin_pid, SIGTERM);
    return waitpid(origin_pid, NULL, 0) == origin_pid ? 0 : -1;
}

/* ---- a batch ---- */

struct event {
    uint32_t task;
    enum task_event event;
};

/* Writes down what happens; cancels when told to. */
struct recorder {
    struct observer observer;
    pthread_mutex_t lock;
    struct event events[4 * TASKS];
    size_t count;
    size_t cancel_after; /* events; 0: never */
};

struct fixture {
    struct batch batch;
    struct cancel cancel;
    struct task tasks[TASKS];
    struct recorder recorder;
    struct step steps[3];
    nsec delays[3];
    char url[3][128];
};

static void record(struct observer *self, const struct batch *batch, uint32_t i,
                   enum task_event event, nsec when, const char *text)
{
    struct recorder *r = (struct recorder *)self;

    (void)when, (void)text;
    pthread_mutex_lock(&r->lock);
    assert_true(r->count < sizeof(r->events) / sizeof(*r->events));
    r->events[r->count++] = (struct event){i, event};
    bool now = r->count == r->cancel_after;
    pthread_mutex_unlock(&r->lock);
    if (now) {
        atomic_store(&batch->cancel->flag, true);
        assert_int_equal(eventfd_write(batch->cancel->fd, 1), 0);
    }
}

static struct fixture *fixture_new(uint32_t width)
{
    struct fixture *f = calloc(1, sizeof(*f));

    assert_non_null(f);
    f->cancel.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    pthread_mutex_init(&f->recorder.lock, NULL);
    f->recorder.observer.event = record;
    f->batch = (struct batch){
        .tasks = f->tasks,
        .count = TASKS,
        .width = width,
        .seed = 1,
        .steps = f->steps,
        .reuse = true,
        .observer = &f->recorder.observer,
        .cancel = &f->cancel,
    };
    return f;
}

static void fixture_free(struct fixture *f)
{
    close(f->cancel.fd);
    pthread_mutex_destroy(&f->recorder.lock);
    free(f);
}

static struct step *add_step(struct fixture *f, enum step_kind kind, nsec delay)
{
    uint32_t s = f->batch.step_count++;
    struct step *step = &f->steps[s];

    f->delays[s] = delay;
    step->kind = kind;
    step->delay = (struct duration){
        .kind = DURATION_LIST, .count = 1, .list = &f->delays[s]};
    return step;
}

static void add_sleep(struct fixture *f, nsec delay)
{
    add_step(f, STEP_SLEEP, delay);
}

static void add_fetch(struct fixture *f, nsec delay, const char *path)
{
    uint32_t s = f->batch.step_count;
    struct step *step = add_step(f, STEP_FETCH, delay);

    snprintf(f->url[s], sizeof(f->url[s]), "http://127.0.0.1:%u%s", origin_port,
             path);
    step->url = f->url[s];
}

/* All phases; `ends` are their last steps + 1. */
static void run_phases(struct fixture *f, const struct strategy *strategy,
                       const size_t *ends, size_t phases)
{
    void *self = NULL;
    size_t begin = 0;

    f->batch.width =
        strategy_width(strategy, f->batch.width, 0, f->batch.count, 2);
    assert_int_equal(strategy->open(&f->batch, &self), 0);
    f->batch.began = now_ns();
    for (size_t p = 0; p < phases; p++) {
        f->batch.phase = (uint8_t)p;
        f->batch.phase_begin = f->batch.steps + begin;
        f->batch.phase_end = f->batch.steps + ends[p];
        assert_int_equal(strategy->run(self, &f->batch), 0);
        begin = ends[p];
    }
    strategy->close(self);
}

static void run(struct fixture *f, const struct strategy *strategy)
{
    size_t end = f->batch.step_count;

    run_phases(f, strategy, &end, 1);
}

static void assert_no_breach(const struct fixture *f)
{
    uint32_t task;

    assert_int_equal(batch_breach(&f->batch, &task), BREACH_NONE);
    assert_int_equal(atomic_load(&f->batch.in_flight), 0);
}

static void assert_all_right(const struct fixture *f)
{
    struct tally tally = tally_batch(&f->batch);
    char text[256] = "";

    assert_no_breach(f);
    assert_int_equal(tally.ok, f->batch.count);
    if (verify_results(&f->batch, text, sizeof(text)) ||
        verify_stamps(&f->batch, now_ns(), text, sizeof(text)))
        fail_msg("%s", text);
}

/* ---- the tests, each for every strategy ---- */

static void each_task_once(const struct strategy *strategy)
{
    struct fixture *f = fixture_new(4);
    unsigned started[TASKS] = {0}, finished[TASKS] = {0};

    add_sleep(f, NSEC_PER_MSEC);
    run(f, strategy);
    assert_all_right(f);
    assert_int_equal(f->recorder.count, 2 * TASKS);
    for (size_t e = 0; e < f->recorder.count; e++) {
        const struct event *event = &f->recorder.events[e];

        if (event->event == TASK_STARTED) {
            assert_int_equal(started[event->task]++, 0);
        } else {
            assert_int_equal(started[event->task], 1);
            assert_int_equal(finished[event->task]++, 0);
        }
    }
    fixture_free(f);
}

static void width_is_used_and_obeyed(const struct strategy *strategy)
{
    struct fixture *f = fixture_new(4);
    struct origin_counts counts;

    add_fetch(f, 20 * NSEC_PER_MSEC, "/json/{i}?delay={delay}");
    assert_int_equal(origin_counts(origin_port, true, &counts), 0);
    run(f, strategy);
    assert_all_right(f);
    assert_int_equal(origin_counts(origin_port, true, &counts), 0);
    assert_int_equal(atomic_load(&f->batch.in_flight_peak), f->batch.width);
    assert_int_equal(counts.requests, TASKS);
    assert_int_equal(counts.in_service_peak, f->batch.width);
    assert_true(counts.connections <= f->batch.width);
    fixture_free(f);
}

static void connections_are_not_reused(const struct strategy *strategy)
{
    struct fixture *f = fixture_new(4);
    struct origin_counts counts;

    f->batch.reuse = false;
    add_fetch(f, 0, "/json/{i}");
    assert_int_equal(origin_counts(origin_port, true, &counts), 0);
    run(f, strategy);
    assert_all_right(f);
    assert_int_equal(origin_counts(origin_port, true, &counts), 0);
    assert_int_equal(counts.requests, TASKS);
    assert_int_equal(counts.connections, TASKS);
    fixture_free(f);
}

/* Steps of a task run in order, one after the other; tasks overlap. */
static void steps_add_up(const struct strategy *strategy)
{
    struct fixture *f = fixture_new(8);

    add_fetch(f, 2 * NSEC_PER_MSEC, "/json/{i}?delay={delay}");
    add_sleep(f, 3 * NSEC_PER_MSEC);
    add_fetch(f, 0, "/bytes/100?id={i}");
    run(f, strategy);
    assert_all_right(f);
    fixture_free(f);
}

static void phases_have_a_barrier(const struct strategy *strategy)
{
    static const size_t ends[] = {1, 2};
    struct fixture *f = fixture_new(4);
    size_t half = 2 * TASKS;

    add_fetch(f, 0, "/json/{i}");
    add_sleep(f, NSEC_PER_MSEC);
    run_phases(f, strategy, ends, 2);
    assert_all_right(f);
    assert_int_equal(f->recorder.count, 2 * half);
    for (uint32_t i = 0; i < TASKS; i++) {
        unsigned first = 0;

        for (size_t e = 0; e < half; e++)
            first += f->recorder.events[e].task == i;
        assert_int_equal(first, 2); /* its whole first phase */
        assert_int_equal(f->tasks[i].progress, 4);
    }
    fixture_free(f);
}

/* One of three tasks meets a 404, which is a value; a port where nobody
 * listens is a failure, which is data. */
static void failures_are_data(const struct strategy *strategy)
{
    struct fixture *f = fixture_new(4);
    static const char *const urls[] = {"http://127.0.0.1:1/", "ftp://x/",
                                       "http://127.0.0.1:%u/status/404"};
    char last[64];
    const char *all[3] = {urls[0], "gopher://127.0.0.1/", last};

    snprintf(last, sizeof(last), urls[2], origin_port);
    struct step *step = add_step(f, STEP_FETCH, 0);
    step->urls = all;
    step->url_count = 3;
    f->batch.real = true;
    run(f, strategy);
    assert_no_breach(f);
    for (uint32_t i = 0; i < TASKS; i++) {
        static const enum outcome want[] = {OUTCOME_CONNECT, OUTCOME_URL,
                                            OUTCOME_OK};

        assert_int_equal(f->tasks[i].outcome, want[i % 3]);
        if (i % 3 == 2)
            assert_int_equal(f->tasks[i].value, 404);
        else
            assert_int_not_equal(f->tasks[i].error, 0);
    }
    fixture_free(f);
}

static void a_failed_task_skips_its_phases(const struct strategy *strategy)
{
    static const size_t ends[] = {1, 2};
    struct fixture *f = fixture_new(4);

    add_fetch(f, 0, "/json/{i}");
    f->steps[0].url = "http://127.0.0.1:1/";
    add_sleep(f, 60 * NSEC_PER_SEC);
    run_phases(f, strategy, ends, 2);
    assert_no_breach(f);
    assert_int_equal(tally_batch(&f->batch).by_outcome[OUTCOME_CONNECT], TASKS);
    fixture_free(f);
}

static void a_slow_reply_times_out(const struct strategy *strategy)
{
    struct fixture *f = fixture_new(TASKS);

    f->batch.timeout = 30 * NSEC_PER_MSEC;
    f->batch.count = 3;
    add_fetch(f, 20 * NSEC_PER_SEC, "/json/{i}?delay={delay}");
    run(f, strategy);
    assert_no_breach(f);
    assert_int_equal(tally_batch(&f->batch).by_outcome[OUTCOME_TIMEOUT], 3);
    fixture_free(f);
}

/* An hour's sleeps (or fetches) end at once; nothing starts afterwards. */
static void cancelled(const struct strategy *strategy, bool fetch)
{
    struct fixture *f = fixture_new(4);

    if (fetch)
        add_fetch(f, 3600 * NSEC_PER_SEC, "/json/{i}?delay={delay}");
    else
        add_sleep(f, 3600 * NSEC_PER_SEC);
    f->batch.width = strategy_width(strategy, 4, 0, TASKS, 2);
    f->recorder.cancel_after = f->batch.width; /* all it can have in flight */
    uint32_t width = f->batch.width;
    run(f, strategy);
    assert_no_breach(f);
    struct tally tally = tally_batch(&f->batch);
    assert_int_equal(tally.by_outcome[OUTCOME_CANCELLED], width);
    assert_int_equal(tally.lost, TASKS - width);
    fixture_free(f);
}

static void cancel_ends_sleeps(const struct strategy *strategy)
{
    cancelled(strategy, false);
}

static void cancel_ends_fetches(const struct strategy *strategy)
{
    cancelled(strategy, true);
}

static void one_in_flight_keeps_the_order(const struct strategy *strategy)
{
    struct fixture *f = fixture_new(TASKS);

    add_sleep(f, NSEC_PER_MSEC / 10);
    run(f, strategy);
    assert_all_right(f);
    for (size_t e = 0; strategy->width == WIDTH_ONE && e < 2 * TASKS; e++) {
        assert_int_equal(f->recorder.events[e].task, e / 2);
        assert_int_equal(f->recorder.events[e].event, e % 2);
    }
    fixture_free(f);
}

/* Results are in the tasks' slots however they finish. */
static void slots_keep_the_order(const struct strategy *strategy)
{
    static const nsec delays[] = {9 * NSEC_PER_MSEC, NSEC_PER_MSEC,
                                  5 * NSEC_PER_MSEC};
    struct fixture *f = fixture_new(TASKS);

    add_fetch(f, 0, "/json/{i}?delay={delay}");
    f->steps[0].delay.list = delays;
    f->steps[0].delay.count = 3;
    run(f, strategy);
    assert_all_right(f);
    fixture_free(f);
}

/* Not on this machine, for which it has a reason. */
static bool is_absent(const struct strategy *strategy)
{
    const char *reason = strategy->absent ? strategy->absent() : NULL;

    if (reason)
        print_message("  %s: absent: %s\n", strategy->name, reason);
    return reason != NULL;
}

static void for_each(void **state)
{
    void (*test)(const struct strategy *) =
        (void (*)(const struct strategy *)) * state;

    for (size_t s = 0; strategies[s]; s++) {
        if (is_absent(strategies[s]))
            continue;
        print_message("  %s\n", strategies[s]->name);
        test(strategies[s]);
    }
}

static void the_list_is_sound(void **state)
{
    (void)state;
    for (size_t s = 0; strategies[s]; s++) {
        const struct strategy *strategy = strategies[s];
        unsigned all = (1u << STEP_KINDS) - 1;

        assert_ptr_equal(strategy_find(strategy->name), strategy);
        assert_true(strategy->gist && strategy->open && strategy->run &&
                    strategy->close);
        assert_true(strategy->kinds != 0);
        assert_true((strategy->kinds == all) == (strategy->gap == NULL));
    }
    assert_null(strategy_find("no_such"));
}

static void widths_follow_the_rules(void **state)
{
    static const struct {
        const char *name;
        uint32_t asked, cap, tasks, cores, width;
    } rows[] = {
        {"sequential", 0, 0, 100, 2, 1},
        {"sequential", 0, 50, 100, 2, 1},
        {"thread_pool", 0, 0, 100, 2, 6},
        {"thread_pool", 0, 0, 100, 64, 32},
        {"thread_pool", 0, 4, 100, 2, 4},
        {"thread_pool", 100, 0, 100, 2, 100},
        {"thread_pool", 100, 8, 99, 2, 8},
        {"executor", 0, 0, 3, 2, 3},
        {"libev_loop", 0, 0, 100, 2, 100},
        {"libev_loop", 7, 0, 100, 2, 7},
        {"thread_per_task", 0, 64, 100, 2, 64},
    };

    (void)state;
    for (size_t r = 0; r < sizeof(rows) / sizeof(*rows); r++)
        assert_int_equal(strategy_width(strategy_find(rows[r].name),
                                        rows[r].asked, rows[r].cap,
                                        rows[r].tasks, rows[r].cores),
                         rows[r].width);
}

#define FOR_EACH(test)                                                         \
    {                                                                          \
        .name = #test, .test_func = for_each, .initial_state = (void *)(test)  \
    }

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_list_is_sound),
        cmocka_unit_test(widths_follow_the_rules),
        FOR_EACH(each_task_once),
        FOR_EACH(width_is_used_and_obeyed),
        FOR_EACH(connections_are_not_reused),
        FOR_EACH(steps_add_up),
        FOR_EACH(phases_have_a_barrier),
        FOR_EACH(failures_are_data),
        FOR_EACH(a_failed_task_skips_its_phases),
        FOR_EACH(a_slow_reply_times_out),
        FOR_EACH(cancel_ends_sleeps),
        FOR_EACH(cancel_ends_fetches),
        FOR_EACH(one_in_flight_keeps_the_order),
        FOR_EACH(slots_keep_the_order),
    };

    return cmocka_run_group_tests(tests, start_origin, stop_origin);
}
