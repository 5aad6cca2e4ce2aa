/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Calibration and stopping: the statistics against known values, the schedule
 * with made-up walls, the entries that a suite gets, and what a ranking makes
 * of it. No process is started.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../harness/report/apart.h"
#include "../../harness/report/verdict.h"
#include "../../harness/run/attempts.h"
#include "../../harness/run/schedule.h"
#include "../../harness/stats/calibration.h"
#include "../../harness/stats/stopping.h"
#include "suite_text.h"

/* ---- statistics ---- */

/* 1 - 0.025^(1/20), and R's binom.test. */
static void test_shares(void **state)
{
    static const struct {
        size_t count, of;
        double lo, hi;
    } rows[] = {
        {0, 0, 0, 1},
        {0, 1, 0, 0.975},
        {1, 1, 0.025, 1},
        {0, 20, 0, 0.1684335},
        {1, 20, 0.0012651, 0.2487328},
        {20, 20, 0.8315665, 1},
        {5, 50, 0.0332751, 0.2181354},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct proportion p = calibration_share(rows[i].count, rows[i].of);

        assert_true(fabs(p.lo - rows[i].lo) < 1e-6);
        assert_true(fabs(p.hi - rows[i].hi) < 1e-6);
    }
}

#define RATIO(low, middle, high)                                               \
    {                                                                          \
        .median = (middle), .lo = (low), .hi = (high)                          \
    }

static const struct calibration_row {
    struct calibration_point points[4];
    double resolution, least; /* least: 0 is the same */
} resolution_rows[] = {
    /* all found */
    {{{0, RATIO(0.99, 1, 1.01)},
      {0.01, RATIO(1.001, 1.01, 1.02)},
      {0.02, RATIO(1.01, 1.02, 1.03)},
      {0.05, RATIO(1.04, 1.05, 1.06)}},
     0.01,
     0},
    /* the least is missed */
    {{{0, RATIO(0.99, 1, 1.01)},
      {0.01, RATIO(0.999, 1.01, 1.02)},
      {0.02, RATIO(1.01, 1.02, 1.03)},
      {0.05, RATIO(1.04, 1.05, 1.06)}},
     0.02,
     0},
    /* found by luck below one that is missed */
    {{{0, RATIO(0.99, 1, 1.01)},
      {0.01, RATIO(1.001, 1.01, 1.02)},
      {0.02, RATIO(0.98, 1.02, 1.03)},
      {0.05, RATIO(1.04, 1.05, 1.06)}},
     0.05,
     0},
    /* faster with more work is not found either */
    {{{0, RATIO(0.99, 1, 1.01)},
      {0.01, RATIO(0.9, 0.95, 0.99)},
      {0.02, RATIO(0.9, 0.95, 0.99)},
      {0.05, RATIO(0.9, 0.95, 0.99)}},
     INFINITY,
     0.15},
    /* the greatest is missed, narrowly and by far */
    {{{0, RATIO(0.99, 1, 1.01)},
      {0.01, RATIO(0.999, 1.01, 1.02)},
      {0.02, RATIO(0.99, 1.02, 1.03)},
      {0.05, RATIO(0.999, 1.04, 1.06)}},
     INFINITY,
     0.051},
    {{{0, RATIO(0.99, 1, 1.01)},
      {0.01, RATIO(0.999, 1.01, 1.02)},
      {0.02, RATIO(0.99, 1.02, 1.03)},
      {0.05, RATIO(0.97, 1.02, 1.9)}},
     INFINITY,
     0.08},
    /* all found, but a false alarm pretends more */
    {{{0, RATIO(1.05, 1.09, 1.1)},
      {0.01, RATIO(1.001, 1.01, 1.02)},
      {0.02, RATIO(1.01, 1.02, 1.03)},
      {0.05, RATIO(1.04, 1.05, 1.06)}},
     INFINITY,
     0.09},
    /* a false alarm of 3 % */
    {{{0, RATIO(0.96, 0.97, 0.98)},
      {0.01, RATIO(1.001, 1.01, 1.02)},
      {0.02, RATIO(1.01, 1.02, 1.03)},
      {0.05, RATIO(1.04, 1.05, 1.06)}},
     0.05,
     0},
    /* too few rounds for an interval */
    {{{0, RATIO(0.99, 1, 1.01)},
      {0.01, RATIO(NAN, 1.01, NAN)},
      {0.02, RATIO(NAN, 1.02, NAN)},
      {0.05, RATIO(NAN, 1.05, NAN)}},
     NAN,
     0},
};

static void test_resolution(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(resolution_rows); i++) {
        double found = calibration_resolution(resolution_rows[i].points, 4);
        double want = resolution_rows[i].resolution;

        assert_true(isnan(want)   ? isnan(found)
                    : isinf(want) ? isinf(found)
                                  : fabs(found - want) < 1e-12);
        want = resolution_rows[i].least > 0 ? resolution_rows[i].least : want;
        found = calibration_least(resolution_rows[i].points, 4);
        assert_true(isnan(want) ? isnan(found) : fabs(found - want) < 1e-12);
    }
    assert_true(isnan(calibration_resolution(NULL, 0)));
}

/* ---- whose resolution is lent ---- */

/* A case of a section with two axes; a resolution below 0 is none. */
static json_t *located(const char *section, int tasks, int delay, double least)
{
    char t[16], d[16];

    snprintf(t, sizeof(t), "%d", tasks);
    snprintf(d, sizeof(d), "%dms", delay);
    json_t *c = json_pack("{s:s++++, s:s, s:{s:s, s:s}, s:n}", "name", section,
                          "/", t, "/", d, "section", section, "axes", "tasks",
                          t, "delay", d, "resolution");
    if (least >= 0)
        json_object_set_new(c, "resolution",
                            json_pack("{s:f, s:b, s:f, s:s}", "share", least,
                                      "found", 1, "least", least, "from",
                                      "case"));
    return c;
}

/* Steps count along the suite's values, not their sizes. */
static void test_lent(void **state)
{
    static const struct {
        const char *section;
        int tasks, delay;
        double own;         /* below 0: none */
        const char *lender; /* NULL: the run's middle one */
        double least;
    } rows[] = {
        {"a", 1, 0, 0.01, NULL, 0.01},
        {"a", 1, 100, -1, "a/1/0ms", 0.01},
        {"a", 10, 0, 0.05, NULL, 0.05},
        {"a", 10, 100, -1, "a/10/0ms", 0.05},
        {"a", 10000, 0, -1, "a/10/0ms", 0.05},
        {"a", 10000, 100, -1, "a/10/0ms", 0.05},
        {"b", 1, 0, -1, NULL, 0.02},
        {"c", 1, 0, 0.02, NULL, 0.02},
        {"c", 2, 0, -1, "c/3/0ms", 0.03}, /* as near, and resolves less */
        {"c", 3, 0, 0.03, NULL, 0.03},
        {"d", 1, 0, 0.01, NULL, 0.01},
    };
    json_t *cases = json_array();

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        json_array_append_new(cases, located(rows[i].section, rows[i].tasks,
                                             rows[i].delay, rows[i].own));
    json_decref(calibration_run(cases));
    for (size_t i = 0; i < COUNT(rows); i++) {
        const json_t *r =
            json_object_get(json_array_get(cases, i), "resolution");
        const char *from = rows[i].own >= 0 ? "case"
                           : rows[i].lender ? "near"
                                            : "run";
        const char *lender = json_string_value(json_object_get(r, "case"));

        assert_string_equal(json_string_value(json_object_get(r, "from")),
                            from);
        assert_string_equal(lender ? lender : "",
                            rows[i].lender ? rows[i].lender : "");
        assert_true(fabs(json_number_value(json_object_get(r, "least")) -
                         rows[i].least) < 1e-9);
    }
    json_decref(cases);
}

static void test_worth(void **state)
{
    struct interval half = RATIO(9, 10, 11), none = RATIO(NAN, 10, NAN);

    (void)state;
    assert_true(fabs(stopping_width(&half) - 0.1) < 1e-12);
    assert_true(isinf(stopping_width(&none)));
    assert_true(stopping_worth(0.02, 0.02, 6, 1e9) <= 0);
    /* wider, cheaper, and fewer rounds so far are each worth more */
    assert_true(stopping_worth(0.04, 0.02, 6, 1e9) >
                stopping_worth(0.03, 0.02, 6, 1e9));
    assert_true(stopping_worth(0.04, 0.02, 6, 1e8) >
                stopping_worth(0.04, 0.02, 6, 1e9));
    assert_true(stopping_worth(0.04, 0.02, 6, 1e9) >
                stopping_worth(0.04, 0.02, 60, 1e9));
    assert_true(isfinite(stopping_worth(INFINITY, 0.02, 6, 1e9)));
}

/* ---- the schedule ---- */

#define ENTRIES 3
#define CASES   4

/* Cases of a baseline, another strategy, and that one again with 5 % more.
 * A made-up sample takes `wall` ms, give or take `noise` by turns. */
struct made {
    struct bench_case c[CASES];
    struct entry entries[ENTRIES];
    struct plan_entry plan_entries[CASES][ENTRIES];
    struct plan_case cases[CASES];
    double noise[CASES], ms[CASES];
    double walls[CASES][ENTRIES][ROUNDS_AUTO_MOST + 1];
    struct plan plan;
};

static void made_open(struct made *m, size_t count, nsec budget)
{
    memset(m, 0, sizeof(*m));
    m->entries[2] = (struct entry){.calibrates = true, .of = 1, .added = 0.05};
    for (size_t i = 0; i < count; i++) {
        m->c[i] = (struct bench_case){.rounds = ROUNDS_AUTO_MOST,
                                      .rounds_least = ROUNDS_AUTO_LEAST,
                                      .entries = m->entries,
                                      .entry_count = ENTRIES};
        m->cases[i] = (struct plan_case){
            .c = &m->c[i], .entries = m->plan_entries[i], .attempt = 1};
        m->ms[i] = 10;
        for (size_t e = 0; e < ENTRIES; e++) {
            m->plan_entries[i][e].entry = &m->entries[e];
            m->plan_entries[i][e].walls = m->walls[i][e];
            m->plan_entries[i][e].cost = 10 * NSEC_PER_MSEC;
        }
    }
    m->plan = (struct plan){
        .cases = m->cases, .count = count, .precision = 0.02, .budget = budget};
}

static void made_round(struct made *m, struct plan_case *p)
{
    size_t i = (size_t)(p - m->cases);

    for (size_t e = 0; e < ENTRIES; e++) {
        /* the calibrating one is the noisiest: it must not matter */
        double noise = e == 1 ? m->noise[i] : e == 2 ? 0.9 : 0;
        double wall = m->ms[i] * 1e6 * (1 + (p->round % 2 ? noise : -noise));

        attempt_sample(&p->entries[e], false, (nsec)(m->ms[i] * 1e6), wall);
    }
    attempt_stand(p);
}

/* Runs it to its end; at most so many rounds. */
static void made_run(struct made *m)
{
    struct plan_case *p;

    for (int left = 1000; left && (p = schedule_next(&m->plan)); left--)
        made_round(m, p);
}

static void test_schedule(void **state)
{
    struct made m;

    (void)state;
    made_open(&m, 3, 100 * NSEC_PER_SEC);
    m.noise[1] = 0.1;                        /* never precise */
    m.c[2].rounds = m.c[2].rounds_least = 9; /* fixed */
    for (size_t i = 0; i < 3; i++)
        for (uint32_t r = 0; r <= m.c[i].rounds_least; r++) {
            assert_ptr_equal(schedule_next(&m.plan), &m.cases[i]);
            assert_int_equal(m.cases[i].round, r);
            made_round(&m, &m.cases[i]);
        }
    made_run(&m);
    assert_int_equal(m.cases[0].round - 1, ROUNDS_AUTO_LEAST);
    assert_int_equal(m.cases[1].round - 1, ROUNDS_AUTO_MOST);
    assert_int_equal(m.cases[2].round - 1, 9);
    assert_true(schedule_width(&m.cases[0]) < 1e-9);
    assert_true(schedule_width(&m.cases[1]) > 0.05);
    assert_null(schedule_next(&m.plan));
}

/* What is left of the budget is kept, and shared by worth and cost. */
static void test_budget(void **state)
{
    struct made m;
    nsec budget = 4 * NSEC_PER_SEC, spent;

    (void)state;
    made_open(&m, 3, budget);
    m.noise[0] = m.noise[1] = m.noise[2] = 0.1;
    m.ms[2] = 40; /* a round of it costs more */
    made_run(&m);
    spent = plan_spent(&m.plan);
    assert_true(spent <= budget);
    /* not even the cheapest round has room */
    assert_true(spent + 3 * 12 * NSEC_PER_MSEC > budget);
    /* alike but for odd and even numbers of rounds */
    assert_in_range(m.cases[0].round, m.cases[1].round - 4,
                    m.cases[1].round + 4);
    assert_true(m.cases[2].round < m.cases[0].round);
    assert_true(m.cases[2].round - 1 > ROUNDS_AUTO_LEAST);
    /* The rounds that a case has to have are not the budget's to refuse. */
    made_open(&m, 2, 1);
    m.noise[0] = 0.1;
    made_run(&m);
    for (size_t i = 0; i < 2; i++)
        assert_int_equal(m.cases[i].round - 1, ROUNDS_AUTO_LEAST);
    /* Where everything failed twice nobody is waited for. */
    made_open(&m, 1, budget);
    m.noise[0] = 0.1;
    for (size_t e = 0; e < ENTRIES; e++)
        m.plan_entries[0][e].failures = 2;
    made_run(&m);
    assert_int_equal(m.cases[0].round - 1, ROUNDS_AUTO_LEAST);
}

static void test_handicap(void **state)
{
    struct made m;

    (void)state;
    made_open(&m, 1, NSEC_PER_SEC);
    m.plan_entries[0][1].ideal = 8 * NSEC_PER_MSEC;
    assert_int_equal(schedule_handicap(&m.cases[0], &m.entries[1]), 0);
    assert_int_equal(schedule_handicap(&m.cases[0], &m.entries[2]), 400000);
    made_round(&m, &m.cases[0]); /* the warm-up: 10 ms */
    assert_int_equal(schedule_handicap(&m.cases[0], &m.entries[2]), 500000);
    m.ms[0] = 20;
    made_round(&m, &m.cases[0]); /* measured: the warm-up counts no more */
    assert_int_equal(schedule_handicap(&m.cases[0], &m.entries[2]), 1000000);
}

/* ---- what a suite gets ---- */

static void test_entries(void **state)
{
    static const struct {
        const char *keys, *labels[8];
        size_t of;
    } rows[] = {
        {"strategies = sequential, libev_loop, coroutine\ncalibrate = yes\n",
         {"sequential", "libev_loop", "coroutine", "libev_loop~again",
          "libev_loop+1%", "libev_loop+2%", "libev_loop+5%", NULL},
         1},
        {"strategies = sequential, thread_pool, thread_per_task:3\n"
         "calibrate = yes\n",
         {"sequential", "thread_pool", "thread_per_task:3",
          "thread_per_task:3~again", "thread_per_task:3+1%",
          "thread_per_task:3+2%", "thread_per_task:3+5%", NULL},
         2},
        {"strategies = sequential\ncalibrate = yes\n",
         {"sequential", "sequential~again", "sequential+1%", "sequential+2%",
          "sequential+5%", NULL},
         0},
        {"strategies = sequential\ncalibrate = no\n", {"sequential", NULL}, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        char text[400];
        size_t count = 0;

        snprintf(text, sizeof(text),
                 "[a]\nworkload = sleep\ntasks = 3\ndelay = 1ms\n"
                 "rounds = auto\n%s",
                 rows[i].keys);
        struct suite *suite = read_good(text);
        const struct bench_case *c = &suite->cases[0];
        assert_true(case_is_auto(c));
        for (; rows[i].labels[count]; count++) {
            assert_true(count < c->entry_count);
            assert_string_equal(c->entries[count].label, rows[i].labels[count]);
            if (c->entries[count].calibrates)
                assert_int_equal(c->entries[count].of, rows[i].of);
        }
        assert_int_equal(c->entry_count, count);
        suite_free(suite);
    }
}

/* ---- rankings ---- */

/* A case of two strategies, the second `apart` slower in each of 7 rounds,
 * whose resolution is `share`; 0: not calibrated. `least`: to be ranked. */
static json_t *summary_of(double apart, double share, bool found, double least,
                          const char *from)
{
    json_t *list = json_array();

    for (int e = 0; e < 2; e++) {
        json_t *walls = json_array();
        double wall = e ? 1e8 * (1 + apart) : 1e8;

        for (int r = 1; r <= 7; r++)
            json_array_append_new(
                walls, json_pack("[i, f]", r, wall * (1 + 0.0001 * r)));
        json_array_append_new(
            list,
            json_pack("{s:s, s:s, s:s, s:i, s:o, s:{s:f, s:f, s:f, s:f, s:f}}",
                      "label", e ? "b" : "a", "strategy", e ? "b" : "a",
                      "status", "ok", "samples", 7, "walls_ns", walls,
                      "wall_ns", "median", wall, "lo", wall, "hi", wall, "min",
                      wall, "max", wall));
    }
    return json_pack(
        "{s:{}, s:[{s:s, s:i, s:s, s:o, s:o}]}", "run", "cases", "name", "c",
        "tasks", 10, "baseline", "a", "strategies", list, "resolution",
        share > 0 ? json_pack("{s:f, s:b, s:f, s:s}", "share", share, "found",
                              found, "least", least, "from", from)
                  : json_null());
}

static void test_ties(void **state)
{
    static const struct {
        double apart, share;
        bool found;
        double least;
        const char *from, *says; /* NULL: told apart */
    } rows[] = {
        {0.012, 0.02, true, 0.02, "case",
         "a, b: a tie, 1.2 % apart, this case resolves 2 % today"},
        {0.012, 0.01, true, 0.01, "case", NULL},
        {0.025, 0.02, true, 0.02, "case", NULL},
        {0.04, 0.05, true, 0.05, "run",
         "a, b: a tie, 4 % apart, this run resolves 5 % today"},
        {0.04, 0.05, false, 0.071, "case",
         "a, b: a tie, 4 % apart, this case does not even resolve 5 % today "
         "(nothing below 7.1 % is ranked)"},
        {0.06, 0.05, false, 0.071, "run",
         "a, b: a tie, 6 % apart, this run does not even resolve 5 % today "
         "(nothing below 7.1 % is ranked)"},
        {0.075, 0.05, false, 0.071, "case", NULL},
        {0.5, 0.05, false, 1.204, "case",
         "a, b: a tie, 50 % apart, this case does not even resolve 5 % today "
         "(nothing below 120 % is ranked)"},
        {0.012, 0, false, 0, "", "a, b: a tie, not resolved"},
        {0.025, 0, false, 0, "", NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        json_t *summary =
            summary_of(rows[i].apart, rows[i].share, rows[i].found,
                       rows[i].least, rows[i].from);
        struct view view;
        char *text = NULL;
        size_t size = 0;
        bool leads = false;
        FILE *out = open_memstream(&text, &size);

        assert_true(view_open(&view, NULL, summary));
        verdict_tie(out, &view.cases[0], 2);
        fclose(out);
        assert_string_equal(text, rows[i].says ? rows[i].says : "");
        free(text);
        /* No room: one is named all the same, and all of what is said. */
        text = verdict_tie_within(&view.cases[0], 9);
        assert_int_equal(text != NULL, rows[i].says != NULL);
        assert_true(!text || strncmp(text, "a and 1 more: a tie", 19) == 0);
        assert_int_equal(
            verdict_leaders(&view.cases[0], &view.cases[0].entries[1], &leads),
            rows[i].says ? 2 : 1);
        assert_int_equal(leads, rows[i].says != NULL);
        free(text);
        view_close(&view);
        json_decref(summary);
    }
}

/* ---- what was not reached ---- */

static void test_stopping_words(void **state)
{
    json_t *summary = json_pack(
        "{s:{s:{s:f, s:I}}, s:["
        "{s:s, s:i, s:i, s:s, s:f}, {s:s, s:i, s:i, s:s, s:f},"
        "{s:s, s:i, s:i, s:s, s:f}, {s:s, s:i, s:i, s:s}]}",
        "run", "stopping", "precision", 0.02, "budget_ns",
        (json_int_t)(60 * NSEC_PER_SEC), "cases", "name", "easy", "rounds", 100,
        "rounds_least", 6, "stopped", "precision", "precision", 0.01, "name",
        "hard", "rounds", 100, "rounds_least", 6, "stopped", "budget",
        "precision", 0.131, "name", "endless", "rounds", 100, "rounds_least", 6,
        "stopped", "rounds", "precision", 0.034, "name", "fixed", "rounds", 6,
        "rounds_least", 6, "stopped", "rounds");
    struct view view;
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    (void)state;
    assert_non_null(summary);
    assert_true(view_open(&view, NULL, summary));
    apart_stopping(out, &view);
    fclose(out);
    assert_string_equal(
        text, "Speed-ups within ± 2 % (half of the 95 % interval) were asked "
              "for and reached in 1 of 3 cases; the budget of 60.0 s was used "
              "up before hard (± 13 %); 100 rounds were not enough for endless "
              "(± 3.4 %).");
    free(text);
    view_close(&view);
    json_decref(summary);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_shares),   cmocka_unit_test(test_resolution),
        cmocka_unit_test(test_lent),     cmocka_unit_test(test_worth),
        cmocka_unit_test(test_schedule), cmocka_unit_test(test_budget),
        cmocka_unit_test(test_handicap), cmocka_unit_test(test_entries),
        cmocka_unit_test(test_ties),     cmocka_unit_test(test_stopping_words),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
