/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tasks: stamps and breaches, drawn durations, URL templates.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../impls/task.h"

#define DRAWS 20000

static void a_record_is_small(void **state)
{
    (void)state;
    assert_true(sizeof(struct task) <= 64);
}

static void breaches_are_kept(void **state)
{
    struct cancel cancel = {.fd = -1};
    struct task tasks[3];
    struct batch batch = {.tasks = tasks, .count = 3, .cancel = &cancel};
    uint32_t task;
    static const struct {
        enum breach breach;
        int start_twice, finish_unstarted, beyond;
    } rows[] = {
        {BREACH_NONE, 0, 0, 0},
        {BREACH_STARTED_TWICE, 1, 0, 0},
        {BREACH_NOT_STARTED, 0, 1, 0},
        {BREACH_NO_SUCH_TASK, 0, 0, 1},
    };

    (void)state;
    for (size_t r = 0; r < sizeof(rows) / sizeof(*rows); r++) {
        memset(tasks, 0, sizeof(tasks));
        atomic_store(&batch.breach, 0);
        assert_true(task_start(&batch, 1));
        if (rows[r].start_twice)
            assert_false(task_start(&batch, 1));
        task_finish(&batch, 1, OUTCOME_OK);
        if (rows[r].finish_unstarted)
            task_finish(&batch, 2, OUTCOME_OK);
        if (rows[r].beyond)
            assert_false(task_start(&batch, 3));
        assert_int_equal(batch_breach(&batch, &task), rows[r].breach);
        assert_non_null(breach_text(rows[r].breach));
    }
}

static void a_cancelled_batch_starts_nothing(void **state)
{
    struct cancel cancel = {.flag = true, .fd = -1};
    struct task task = {0};
    struct batch batch = {.tasks = &task, .count = 1, .cancel = &cancel};

    (void)state;
    assert_false(task_start(&batch, 0));
    assert_int_equal(task.outcome, OUTCOME_NONE);
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Mean and median of each distribution, against its definition. */
static void distributions_are_what_they_say(void **state)
{
    static const struct {
        struct duration duration;
        double mean, median; /* ms */
    } rows[] = {
        {{.kind = DURATION_UNIFORM, .low = 10000000, .high = 50000000}, 30, 30},
        {{.kind = DURATION_EXPONENTIAL, .low = 20000000}, 20, 13.863},
        {{.kind = DURATION_LOGNORMAL, .low = 20000000, .sigma = 0.5},
         22.663,
         20},
    };
    double *draws = calloc(DRAWS, sizeof(*draws));

    (void)state;
    assert_non_null(draws);
    for (size_t r = 0; r < sizeof(rows) / sizeof(*rows); r++) {
        struct step step = {.delay = rows[r].duration};
        struct batch batch = {.seed = 42, .steps = &step};
        double sum = 0;

        for (uint32_t i = 0; i < DRAWS; i++) {
            draws[i] = (double)step_delay(&batch, &step, i) / 1e6;
            sum += draws[i];
        }
        qsort(draws, DRAWS, sizeof(*draws), compare);
        assert_true(fabs(sum / DRAWS / rows[r].mean - 1) < 0.03);
        assert_true(fabs(draws[DRAWS / 2] / rows[r].median - 1) < 0.03);
        assert_int_equal(step_delay(&batch, &step, 7) % 1000, 0);
        batch.seed = 43;
        assert_true((double)step_delay(&batch, &step, 7) / 1e6 != draws[7]);
    }
    free(draws);
}

/* The same seed draws the same everywhere; another step draws another. */
static void draws_depend_on_seed_step_and_task(void **state)
{
    struct step steps[2] = {
        {.delay = {.kind = DURATION_UNIFORM, .low = 0, .high = 1000000000}},
        {.delay = {.kind = DURATION_UNIFORM, .low = 0, .high = 1000000000}}};
    struct batch a = {.seed = 1, .steps = steps};
    struct batch b = {.seed = 1, .steps = steps};
    struct batch c = {.seed = 2, .steps = steps};

    (void)state;
    assert_int_equal(step_delay(&a, steps, 5), step_delay(&b, steps, 5));
    assert_int_not_equal(step_delay(&a, steps, 5), step_delay(&c, steps, 5));
    assert_int_not_equal(step_delay(&a, steps, 5), step_delay(&a, steps, 6));
    assert_int_not_equal(step_delay(&a, steps, 5),
                         step_delay(&a, &steps[1], 5));
}

static void arrivals_keep_their_rate(void **state)
{
    static nsec due[DRAWS], again[DRAWS];
    struct rate rate = {.per_second = 1000};

    (void)state;
    rate_draw(&rate, 1, due, DRAWS);
    for (uint32_t i = 0; i < DRAWS; i++)
        assert_int_equal(due[i], i * NSEC_PER_MSEC);

    /* A Poisson process: gaps whose mean and standard deviation are alike. */
    rate.poisson = true;
    rate_draw(&rate, 1, due, DRAWS);
    rate_draw(&rate, 1, again, DRAWS);
    assert_memory_equal(due, again, sizeof(due));
    double sum = 0, squares = 0;
    for (uint32_t i = 1; i < DRAWS; i++) {
        double gap = (double)(due[i] - due[i - 1]);

        assert_true(due[i] >= due[i - 1]);
        sum += gap;
        squares += gap * gap;
    }
    double mean = sum / (DRAWS - 1);
    double deviation = sqrt(squares / (DRAWS - 1) - mean * mean);
    assert_true(fabs(mean / 1e6 - 1) < 0.03);
    assert_true(fabs(deviation / mean - 1) < 0.03);
    rate_draw(&rate, 2, again, DRAWS);
    assert_memory_not_equal(due, again, sizeof(due));
}

static void a_task_is_due_in_its_first_phase(void **state)
{
    const nsec due[] = {0, 3600 * NSEC_PER_SEC};
    struct task tasks[2] = {0};
    struct cancel cancel = {.fd = -1};
    struct batch batch = {.tasks = tasks,
                          .count = 2,
                          .due = due,
                          .cancel = &cancel,
                          .began = now_ns()};

    (void)state;
    assert_int_equal(task_due_in(&batch, 0), 0);
    assert_true(task_due_in(&batch, 1) > 3000 * NSEC_PER_SEC);
    assert_true(task_start(&batch, 1)); /* nobody forbids it: it is seen */
    assert_int_equal(tasks[1].created, batch.began + due[1]);
    batch.phase = 1;
    assert_int_equal(task_due_in(&batch, 1), 0);
    batch.phase = 0;
    batch.due = NULL;
    assert_int_equal(task_due_in(&batch, 1), 0);
}

static void urls_are_computed(void **state)
{
    static const nsec list[] = {40000000, 1500000, 12345000, 0};
    static const char *const urls[] = {"http://a/{i}", "http://b/"};
    static const struct {
        const char *url;
        uint32_t i;
        const char *want;
    } rows[] = {
        {"/json/{i}", 3, "/json/10"},
        {"/json/{1..3}?x={i}", 3, "/json/1?x=10"},
        {"/json/{1..3}", 2, "/json/3"},
        {"/json/{5..5}", 9, "/json/5"},
        {"/d?delay={delay}", 0, "/d?delay=40"},
        {"/d?delay={delay}", 1, "/d?delay=1.5"},
        {"/d?delay={delay}", 2, "/d?delay=12.345"},
        {"/d?delay={delay}", 3, "/d?delay=0"},
        {"/no/{such}/{field", 0, "/no/{such}/{field"},
        {"", 0, ""},
        {NULL, 2, "http://a/{i}"}, /* from a file: as it is */
        {NULL, 3, "http://b/"},
    };

    (void)state;
    for (size_t r = 0; r < sizeof(rows) / sizeof(*rows); r++) {
        struct step step = {
            .url = rows[r].url,
            .urls = rows[r].url ? NULL : urls,
            .url_count = rows[r].url ? 0 : 2,
            .delay = {.kind = DURATION_LIST, .count = 4, .list = list}};
        struct batch batch = {.first = 7, .steps = &step};
        char url[64];

        assert_true(step_url(&batch, &step, rows[r].i, url, sizeof(url)));
        assert_string_equal(url, rows[r].want);
        size_t length = strlen(rows[r].want);
        assert_true(step_url(&batch, &step, rows[r].i, url, length + 1));
        if (length)
            assert_false(step_url(&batch, &step, rows[r].i, url, length));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_record_is_small),
        cmocka_unit_test(breaches_are_kept),
        cmocka_unit_test(a_cancelled_batch_starts_nothing),
        cmocka_unit_test(distributions_are_what_they_say),
        cmocka_unit_test(draws_depend_on_seed_step_and_task),
        cmocka_unit_test(arrivals_keep_their_rate),
        cmocka_unit_test(a_task_is_due_in_its_first_phase),
        cmocka_unit_test(urls_are_computed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
