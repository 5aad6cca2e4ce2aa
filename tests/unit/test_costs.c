/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one more task costs: the fit against values computed by hand (slope and
 * intercept from the sums of squares, quantiles of Student's t from a table),
 * which cases make one line, and what the report says of it.
 */
#include "../../harness/report/task_costs.h"
#include "../../harness/stats/cost_lines.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* ---- the fit ---- */

static const struct known {
    size_t n;
    double x[5], y[5];
    double slope, intercept, lo, hi;
} known[] = {
    {4,
     {1000, 2000, 3000, 4000},
     {13000, 21000, 34000, 42000},
     10,
     2500,
     6.957565078,
     13.04243492},
    {3, {1, 2, 3}, {2, 4, 7}, 2.5, -0.6666666667, -1.167965362, 6.167965362},
    {5,
     {1, 2, 3, 4, 5},
     {5, 3, 4, 2, 1},
     -0.9,
     5.7,
     -1.70089809,
     -0.09910190987},
    {4, {100, 200, 400, 800}, {7, 7, 7, 7}, 0, 7, 0, 0},
    {2, {1, 3}, {2, 8}, 3, -1, NAN, NAN},
    {1, {1}, {2}, NAN, NAN, NAN, NAN},
    {3, {2, 2, 2}, {1, 2, 3}, NAN, NAN, NAN, NAN},
    {0, {0}, {0}, NAN, NAN, NAN, NAN},
};

static void assert_near(double have, double wanted)
{
    if (isnan(wanted) ? isnan(have) : fabs(have - wanted) < 1e-6)
        return;
    print_error("%.10g, not %.10g\n", have, wanted);
    fail();
}

static void test_known_lines(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(known); i++) {
        const struct known *k = &known[i];
        struct line line = cost_line(k->x, k->y, k->n);

        assert_near(line.slope, k->slope);
        assert_near(line.intercept, k->intercept);
        assert_near(line.lo, k->lo);
        assert_near(line.hi, k->hi);
    }
}

/* ---- which cases make a line ---- */

/* A strategy of a summary. Memory grows by `each` a task, the virtual size by
 * 8 MiB; times by 30 µs and 20 µs. */
static json_t *strategy_of(const char *label, json_int_t tasks,
                           json_int_t width, json_int_t each)
{
    return json_pack(
        "{s:s, s:s, s:b, s:s, s:I, s:I, s:i, s:{s:I, s:I, s:I, s:I, s:I, s:b},"
        " s:{s:I}, s:{s:I}, s:{s:I}}",
        "label", label, "strategy", label, "peer", 0, "status", "ok", "width",
        width, "stack_bytes", (json_int_t)8388608, "samples", 3, "mid",
        "taken_bytes", 5000 + each * tasks, "resident_bytes",
        4000 + each / 2 * tasks, "virtual_bytes", 9000 + 8388608 * tasks,
        "page_table_bytes", (json_int_t)1000, "kernel_stack_bytes",
        each / 2 * tasks, "kernel_stack_computed", 1, "life_ns", "median",
        50000 + 30000 * tasks, "life_cpu_ns", "median", 20000 * tasks,
        "wall_ns", "median", 50000 + 30000 * tasks);
}

static json_t *case_of(const char *section, const char *workload,
                       json_int_t tasks, json_t *strategies)
{
    return json_pack("{s:s, s:s, s:s, s:I, s:{s:s, s:s}, s:o}", "section",
                     section, "workload", workload, "article",
                     "a thread 8 MB, a coroutine 1 KB", "tasks", tasks, "axes",
                     "tasks", "N", "delay", "1s", "strategies", strategies);
}

/* Three sizes of each section; `coroutine` is absent at one of them. */
static json_t *cases_make(void)
{
    json_t *cases = json_array();

    for (json_int_t tasks = 100; tasks <= 300; tasks += 100) {
        json_t *waiting = json_pack(
            "[o, o, o]", strategy_of("thread_per_task", tasks, tasks, 32768),
            strategy_of("libev_loop", tasks, 8, 200),
            strategy_of("coroutine", tasks, tasks, 4096));

        if (tasks == 300)
            json_object_set_new(json_array_get(waiting, 2), "status",
                                json_string("absent"));
        json_array_append_new(cases, case_of("m", "sleep", tasks, waiting));
        json_t *one = json_pack(
            "[o]", strategy_of("thread_per_task", tasks, tasks, 32768));
        json_object_set_new(json_array_get(one, 0), "mid", json_null());
        json_array_append_new(cases, case_of("s", "spawn", tasks, one));
    }
    return cases;
}

static double number(const json_t *entry, const char *quantity, const char *key)
{
    return json_number_value(
        json_object_get(json_object_get(entry, quantity), key));
}

static void test_entries(void **state)
{
    json_t *cases = cases_make(), *costs = cost_lines_json(cases);
    const json_t *threads = json_array_get(costs, 0);
    const json_t *loop = json_array_get(costs, 1);
    const json_t *spawn = json_array_get(costs, 2);

    (void)state;
    assert_int_equal(json_array_size(costs), 3); /* two points are too few */
    assert_string_equal(view_text(threads, "section"), "m");
    assert_string_equal(view_text(threads, "label"), "thread_per_task");
    assert_near(view_number(threads, "stack_bytes"), 8388608);
    assert_near(view_number(threads, "samples"), 9);
    assert_int_equal(json_array_size(json_object_get(threads, "tasks")), 3);
    assert_near(number(threads, "taken_bytes", "slope"), 32768);
    assert_near(number(threads, "taken_bytes", "intercept"), 5000);
    assert_near(number(threads, "virtual_bytes", "slope"), 8388608);
    assert_near(number(threads, "kernel_stack_bytes", "hi"), 16384);
    assert_near(number(threads, "page_table_bytes", "slope"), 0);
    assert_near(number(threads, "life_ns", "slope"), 30000);
    assert_near(number(threads, "life_cpu_ns", "points"), 3);
    assert_true(
        json_is_true(json_object_get(threads, "kernel_stack_computed")));
    assert_null(json_object_get(json_object_get(threads, "axes"), "tasks"));
    /* Eight stacks for all of them are not one each. */
    assert_true(json_is_null(json_object_get(loop, "stack_bytes")));
    assert_string_equal(view_text(spawn, "section"), "s");
    assert_true(json_is_null(json_object_get(spawn, "resident_bytes")));
    json_decref(costs);
    json_decref(cases);
}

/* A reading that is missing at one size leaves that quantity two points. */
static void test_a_missing_reading(void **state)
{
    json_t *cases = cases_make(), *costs, *entry;

    (void)state;
    json_object_set_new(
        json_array_get(json_object_get(json_array_get(cases, 0), "strategies"),
                       0),
        "mid", json_null());
    costs = cost_lines_json(cases);
    entry = json_array_get(costs, 0);
    assert_true(json_is_null(json_object_get(entry, "taken_bytes")));
    assert_near(number(entry, "life_ns", "slope"), 30000);
    json_decref(costs);
    json_decref(cases);
}

/* ---- words ---- */

/* The chapter in Markdown; the caller frees it. */
static char *chapter_of(json_t *costs)
{
    json_t *summary = json_pack("{s:o}", "costs", costs);
    struct view view = {.summary = summary};
    struct doc *doc = doc_new("t", ".");
    char *markdown = NULL, *html = NULL;

    assert_non_null(doc);
    assert_int_equal(costs_any(&view), json_array_size(costs) > 0);
    costs_write(doc, &view, NULL);
    assert_true(doc_finish(doc, &markdown, &html));
    free(html);
    json_decref(summary);
    return markdown;
}

static const char *const wanted_words[] = {
    "## What one more waiting task takes",
    "| `thread_per_task` | m, delay=1s | 8 MiB | 32 KiB ± 0 B | 16 KiB ± 0 B | "
    "16 KiB ± 0 B, computed | 0 B | 8 MiB ± 0 B | 3: 100–300 | 9 |",
    "| `libev_loop` | m, delay=1s | – | 200 B ± 0 B |",
    "The claim: a thread 8 MB, a coroutine 1 KB.",
    "`thread_per_task` in m, delay=1s: one more thread takes **32 KiB** of "
    "memory, 1/244 of the claimed 8 MB, and 8 MiB of address space: that is "
    "the figure claimed",
    "### What starting and ending one more task costs",
    "| `thread_per_task` | s, delay=1s | 8 MiB | 30.0 µs ± 0 ns | 20.0 µs ± 0 "
    "ns | 50.0 µs |",
};

static void test_words(void **state)
{
    json_t *cases = cases_make();
    char *text = chapter_of(cost_lines_json(cases));

    (void)state;
    for (size_t i = 0; i < LENGTH(wanted_words); i++)
        if (!strstr(text, wanted_words[i])) {
            print_error("not there: %s\nbut: %s\n", wanted_words[i], text);
            fail();
        }
    free(text);
    json_decref(cases);
}

/* One that takes more than claimed, one as claimed, one that cannot be told,
 * and a claim that is not a size. */
static const struct claim {
    const char *strategy, *article;
    double taken, margin;
    const char *wanted; /* NULL: nothing is said */
} claims[] = {
    {"coroutine", "a coroutine 1 KB", 4000, 10, "4.00× the claimed 1 KB"},
    {"py-asyncio", "a coroutine 1KB", 1100, 10, "as claimed"},
    {"py-threads", "a thread 8 MB", 80000, 10, "1/100 of the claimed 8 MB"},
    {"thread_per_task", "a thread 8 MB", 80000, 90000, NULL},
    {"thread_per_task", "a thread is costly", 80000, 10, NULL},
    {"libev_loop", "a thread 8 MB", 80000, 10, NULL},
};

static void test_claims(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(claims); i++) {
        const struct claim *c = &claims[i];
        json_t *cost = json_pack(
            "{s:s, s:s, s:s, s:s, s:b, s:{s:f, s:f}, s:{s:f, s:f}}", "section",
            "m", "label", "x", "strategy", c->strategy, "article", c->article,
            "peer", 0, "taken_bytes", "slope", c->taken, "hi",
            c->taken + c->margin, "resident_bytes", "slope", 1.0, "hi", 1.0);
        char *text = chapter_of(json_pack("[o]", cost));

        if (c->wanted)
            assert_non_null(strstr(text, c->wanted));
        else
            assert_null(strstr(text, "one more thread"));
        free(text);
    }
}

static void test_nothing_to_say(void **state)
{
    char *text = chapter_of(json_array());

    (void)state;
    assert_null(strstr(text, "one more"));
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known_lines),
        cmocka_unit_test(test_entries),
        cmocka_unit_test(test_a_missing_reading),
        cmocka_unit_test(test_words),
        cmocka_unit_test(test_claims),
        cmocka_unit_test(test_nothing_to_say),
    };

    return cmocka_run_group_tests_name("costs", tests, NULL, NULL);
}
