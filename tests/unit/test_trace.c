/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a trace prints: events, endings, debugging remarks, into memory.
 */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../harness/sample/batch.h"
#include "../../harness/trace/break.h"
#include "../../harness/trace/debug.h"
#include "../../harness/trace/ending.h"
#include "../../harness/trace/printer.h"
#include "../../harness/trace/stop.h"

#define SEC          NSEC_PER_SEC
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static struct cancel cancel = {.fd = -1};
static const struct step steps[] = {{.kind = STEP_SLEEP}, {.kind = STEP_SLEEP}};

/* A batch of one phase that has begun at 100 s. */
static struct batch batch_of(struct task *tasks, uint32_t count)
{
    return (struct batch){.tasks = tasks,
                          .count = count,
                          .began = 100 * SEC,
                          .cancel = &cancel,
                          .steps = steps,
                          .step_count = 1,
                          .phase_begin = steps,
                          .phase_end = steps + 1};
}

/* ---- events ---- */

static const struct {
    struct task task;
    enum task_event event;
    nsec when;
    const char *text, *line;
} events[] = {
    {{0}, TASK_STARTED, 100 * SEC, NULL, "0.000 s  started 7\n"},
    {{0}, TASK_STARTED, 99 * SEC, NULL, "0.000 s  started 7\n"},
    {{.value = 200, .outcome = OUTCOME_OK},
     TASK_FINISHED,
     101001 * NSEC_PER_MSEC,
     NULL,
     "1.001 s  finished 7 → 200\n"},
    {{.value = -3, .outcome = OUTCOME_OK},
     TASK_FINISHED,
     100 * SEC,
     NULL,
     "0.000 s  finished 7 → -3\n"},
    {{.outcome = OUTCOME_CONNECT, .error = 7},
     TASK_FINISHED,
     100 * SEC,
     NULL,
     "0.000 s  failed 7: connect: Couldn't connect to server\n"},
    {{.outcome = OUTCOME_CONNECT, .error = TASK_ERRNO(ECONNREFUSED)},
     TASK_FINISHED,
     100 * SEC,
     NULL,
     "0.000 s  failed 7: connect: Connection refused\n"},
    {{.outcome = OUTCOME_FILE, .error = ENOENT},
     TASK_FINISHED,
     100 * SEC,
     NULL,
     "0.000 s  failed 7: file: No such file or directory\n"},
    {{.outcome = OUTCOME_PARSE},
     TASK_FINISHED,
     100 * SEC,
     NULL,
     "0.000 s  failed 7: parse: the body is not JSON, or lacks the "
     "member\n"},
    {{.outcome = OUTCOME_CANCELLED},
     TASK_FINISHED,
     103 * SEC,
     NULL,
     "3.000 s  cancelled 7\n"},
    {{0}, TASK_PRINTED, 100 * SEC, "hello", "0.000 s  7: hello\n"},
    {{0}, TASK_PRINTED, 100 * SEC, "", "0.000 s  7: \n"},
    {{0},
     TASK_PRINTED,
     100 * SEC,
     "a\nb\tc\x1b[0m é",
     "0.000 s  7: a\\nb\\tc\\x1b[0m é\n"},
};

static void events_are_lines(void **state)
{
    (void)state;
    for (size_t r = 0; r < COUNT(events); r++) {
        struct task task = events[r].task;
        struct batch batch = batch_of(&task, 1);
        struct printer printer;
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);

        assert_non_null(out);
        batch.first = 7;
        printer_begin(&printer, out, SEC);
        printer.observer.event(&printer.observer, &batch, 0, events[r].event,
                               events[r].when, events[r].text);
        printer_end(&printer);
        fclose(out);
        assert_string_equal(text, events[r].line);
        free(text);
    }
}

static void times_stand_below_each_other(void **state)
{
    struct task task = {.outcome = OUTCOME_OK};
    struct batch batch = batch_of(&task, 1);
    struct printer printer;
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    (void)state;
    assert_non_null(out);
    printer_begin(&printer, out, 41 * SEC);
    printer.observer.event(&printer.observer, &batch, 0, TASK_STARTED,
                           batch.began, NULL);
    batch.phase = 1;
    printer.observer.event(&printer.observer, &batch, 0, TASK_FINISHED,
                           batch.began + 41 * SEC, NULL);
    printer_end(&printer);
    fclose(out);
    assert_string_equal(text, " 0.000 s  started 0\nphase 2\n"
                              "41.000 s  finished 0 → 0\n");
    free(text);
}

static void the_creator_has_no_number(void **state)
{
    struct batch batch = {.count = 3, .first = 1, .creator_begin = steps};
    char name[TASK_NAME_BYTES];

    (void)state;
    assert_string_equal(task_name(&batch, 0, name), "1");
    assert_string_equal(task_name(&batch, 2, name), "creator");
    batch.creator_begin = NULL;
    assert_string_equal(task_name(&batch, 2, name), "3");
}

/* A reader that has gone away ends the batch. */
static void a_broken_pipe_cancels(void **state)
{
    struct cancel own = {.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    struct task task = {0};
    struct batch batch = batch_of(&task, 1);
    struct printer printer;
    FILE *out = fopen("/dev/full", "w");

    (void)state;
    assert_non_null(out);
    batch.cancel = &own;
    printer_begin(&printer, out, SEC);
    printer.observer.event(&printer.observer, &batch, 0, TASK_STARTED,
                           batch.began, NULL);
    printer_end(&printer);
    fclose(out);
    assert_true(batch_cancelled(&batch));
    close(own.fd);
}

/* ---- endings ---- */

static char *ending_of(const struct batch *batch, size_t phases, bool stopped)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    assert_true(
        ending_print(out, batch, phases, 3002 * NSEC_PER_MSEC, stopped));
    fclose(out);
    return text;
}

#define DONE(v, t)                                                             \
    {                                                                          \
        .value = (v), .outcome = OUTCOME_OK, .progress = 2, .started = 1,      \
        .finished = (t)                                                        \
    }

static void both_orders_are_told(void **state)
{
    static const struct {
        uint32_t count;
        bool creator, stopped;
        struct task tasks[3];
        const char *text;
    } rows[] = {
        {2,
         false,
         false,
         {DONE(200, 5), DONE(200, 6)},
         "results in the order given: [200, 200]\n"
         "in the order finished: [0 → 200, 1 → 200]\n"},
        {1,
         false,
         false,
         {DONE(200, 5)},
         "results in the order given: [200]\n"},
        {3,
         false,
         false,
         {DONE(1, 9), DONE(2, 8), DONE(3, 7)},
         "results in the order given: [1, 2, 3]\n"
         "in the order finished: [2 → 3, 1 → 2, 0 → 1]\n"},
        {3,
         true,
         false,
         {DONE(1, 9), DONE(2, 8), DONE(3, 7)},
         "results in the order given: [1, 2]\n"
         "in the order finished: [1 → 2, 0 → 1]\n"},
        {2,
         false,
         false,
         {{.outcome = OUTCOME_URL, .progress = 2, .finished = 8}, DONE(2, 7)},
         "results in the order given: [failed, 2]\n"
         "in the order finished: [1 → 2, 0 → failed]\n"},
        {3,
         false,
         true,
         {DONE(1, 9), {.outcome = OUTCOME_CANCELLED, .progress = 2}, {0}},
         "results in the order given: [1, cancelled, not started]\n"
         "in the order finished: [0 → 1]\n"
         "interrupted: 1 of 3 had finished\n"},
    };

    (void)state;
    for (size_t r = 0; r < COUNT(rows); r++) {
        struct task tasks[3];
        char expected[256], *text;

        memcpy(tasks, rows[r].tasks, sizeof(tasks));
        struct batch batch = batch_of(tasks, rows[r].count);
        batch.creator_begin = rows[r].creator ? steps : NULL;
        text = ending_of(&batch, 1, rows[r].stopped);
        snprintf(expected, sizeof(expected), "%selapsed 3.002 s\n",
                 rows[r].text);
        assert_string_equal(text, expected);
        free(text);
    }
}

static void a_task_counts_when_all_its_phases_are_done(void **state)
{
    struct task tasks[] = {DONE(1, 5), DONE(2, 6)};
    struct batch batch = batch_of(tasks, 2);

    (void)state;
    tasks[1].progress = 4;
    assert_int_equal(ending_count(&batch, 1), 1);
    assert_int_equal(ending_count(&batch, 2), 1);
    char *text = ending_of(&batch, 2, false);
    assert_non_null(strstr(text, "[not finished, 2]\n"));
    free(text);
}

static void long_lists_are_shortened(void **state)
{
    struct task tasks[100];
    struct batch batch = batch_of(tasks, 100);

    (void)state;
    for (uint32_t i = 0; i < 100; i++)
        tasks[i] = (struct task)DONE(i, 10 + i);
    char *text = ending_of(&batch, 1, false);
    assert_string_equal(text, "results in the order given: [0, 1, 2, 3, 4, 5, "
                              "6, 7, … 90 more …, 98, 99]\n"
                              "in the order finished: [0 → 0, 1 → 1, 2 → 2, "
                              "3 → 3, 4 → 4, 5 → 5, 6 → 6, 7 → 7, … 90 more "
                              "…, 98 → 98, 99 → 99]\n"
                              "elapsed 3.002 s\n");
    free(text);
}

/* ---- debugging remarks ---- */

static void remarks_are_told(void **state)
{
    static const struct strategy strategy = {.name = "mine", .gist = "idle"};
    struct task tasks[5] = {{0}, DONE(0, 1), {0}, {0}, {0}};
    struct job job = {.strategy = &strategy, .batch = batch_of(tasks, 5)};
    struct debug debug;
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    (void)state;
    assert_non_null(out);
    debug_begin(&debug, out, 100 * NSEC_PER_MSEC, &job);
    struct watcher *w = &debug.watcher;
    w->loop(w, "libev on epoll");
    debug_opened(&debug);
    w->lookup(w, "localhost", "127.0.0.1", 1200 * NSEC_PER_USEC);
    w->lookup(w, "nowhere", "", NSEC_PER_MSEC);
    w->lookup(w, "closed", NULL, NSEC_PER_MSEC);
    w->held(w, 101 * SEC, 100 * NSEC_PER_MSEC);
    w->held(w, 102 * SEC, 413 * NSEC_PER_MSEC);
    debug_end(&debug, &job.batch);
    fclose(out);
    assert_non_null(strstr(text, "debug: mine, width 0: idle\n"));
    assert_non_null(strstr(text, "debug: event loop: libev on epoll\n"
                                 "debug: looked up localhost in 1.20 ms: "
                                 "127.0.0.1\n"
                                 "debug: looked up nowhere in 1.00 ms: no "
                                 "address\n"
                                 "debug: looked up closed in 1.00 ms\n"
                                 "debug: 2.000 s: a callback held the loop for "
                                 "413 ms (over 100 ms)\n"
                                 "debug: task 0 was never started\n"
                                 "debug: tasks 2 to 4 were never started\n"));
    assert_null(strstr(text, "no event loop"));
    free(text);
}

static void silence_is_kept(void **state)
{
    static const struct strategy strategy = {.name = "mine"};
    struct task task = {0};
    struct job job = {.strategy = &strategy, .batch = batch_of(&task, 1)};
    struct debug debug;

    (void)state;
    debug_begin(&debug, NULL, 0, &job);
    debug_opened(&debug);
    debug_end(&debug, &job.batch);
}

/* ---- stopping ---- */

static void a_signal_cancels_and_the_next_is_the_default(void **state)
{
    struct cancel own = {.fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
    struct sigaction now;
    uint64_t woken = 0;

    (void)state;
    assert_true(own.fd >= 0);
    stop_catch(&own);
    assert_false(stop_asked());
    raise(SIGTERM);
    assert_true(stop_asked());
    assert_true(atomic_load(&own.flag));
    assert_int_equal(read(own.fd, &woken, sizeof(woken)), sizeof(woken));
    assert_int_equal(sigaction(SIGTERM, NULL, &now), 0);
    assert_true(now.sa_handler == SIG_DFL);
    stop_release();
    assert_int_equal(sigaction(SIGINT, NULL, &now), 0);
    assert_true(now.sa_handler == SIG_DFL);
    close(own.fd);
}

/* Without a debugger it must not kill. */
static void nobody_debugs_a_test(void **state)
{
    struct task task = {0};
    struct batch batch = batch_of(&task, 1);

    (void)state;
    if (debugger_attached())
        skip();
    trace_break(&batch, &task);
}

/* ---- the batch that is traced ---- */

static void bodies_are_kept_where_needed(void **state)
{
    static const struct {
        struct step step;
        bool kept;
    } rows[] = {
        {{.kind = STEP_FETCH}, false},
        {{.kind = STEP_PRINT, .text = "{i}"}, false},
        {{.kind = STEP_PRINT, .text = "{body}"}, true},
        {{.kind = STEP_WRITE, .text = "f"}, true},
        {{.kind = STEP_PARSE, .text = "id"}, true},
    };

    (void)state;
    for (size_t r = 0; r < COUNT(rows); r++) {
        struct job job = {
            .batch = {.count = 2, .steps = &rows[r].step, .step_count = 1}};
        struct batch *batch = &job.batch;

        assert_int_equal(batch_fill(&job), 0);
        assert_int_equal(batch->tasks[1].outcome, OUTCOME_NONE);
        assert_int_equal(batch->bodies != NULL, rows[r].kept);
        assert_null(batch->due);
        if (batch->bodies)
            batch->bodies[1].data = strdup("x"); /* freed by batch_clear */
        batch_clear(batch);
        assert_null(batch->tasks);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(events_are_lines),
        cmocka_unit_test(times_stand_below_each_other),
        cmocka_unit_test(the_creator_has_no_number),
        cmocka_unit_test(a_broken_pipe_cancels),
        cmocka_unit_test(both_orders_are_told),
        cmocka_unit_test(a_task_counts_when_all_its_phases_are_done),
        cmocka_unit_test(long_lists_are_shortened),
        cmocka_unit_test(remarks_are_told),
        cmocka_unit_test(silence_is_kept),
        cmocka_unit_test(a_signal_cancels_and_the_next_is_the_default),
        cmocka_unit_test(nobody_debugs_a_test),
        cmocka_unit_test(bodies_are_kept_where_needed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
