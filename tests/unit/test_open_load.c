/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is said of open loads: who kept up with the rate, whose slowest tasks
 * were done soonest after they were due, what a task's own clock hides; that
 * wall times rank nobody there, and that nothing is claimed which the rounds do
 * not resolve.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../harness/report/document.h"
#include "../../harness/report/report.h"
#include "../../harness/report/say.h"
#include "../../harness/report/verdict.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))
#define ROUNDS_MAX    7

/* A strategy's line of the table; times in milliseconds. */
struct line {
    const char *label;
    double wall;
    double tails[ROUNDS_MAX]; /* by round, from due; 0 ends them */
    double own, due;          /* p99, pooled */
    double behind, lag;       /* part that was late; lag p50 */
    int width, inflight;
};

static int rising(const void *a, const void *b)
{
    const double *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static json_t *tail_json(const struct line *l, int *count)
{
    json_t *rounds = json_array();
    double sorted[ROUNDS_MAX] = {0};
    int n = 0;
    for (; n < ROUNDS_MAX && l->tails[n] > 0; n++) {
        sorted[n] = l->tails[n] * 1e6;
        json_array_append_new(rounds, json_pack("[i, f]", n + 1, sorted[n]));
    }
    qsort(sorted, (size_t)n, sizeof(*sorted), rising);
    json_t *tail = json_pack("{s:f, s:f, s:f, s:f, s:o}", "quantile", 0.99,
                             "median", sorted[n / 2], "min", sorted[0], "max",
                             sorted[n - 1], "rounds", rounds);
    if (n >= 6) {
        json_object_set_new(tail, "lo", json_real(sorted[0]));
        json_object_set_new(tail, "hi", json_real(sorted[n - 1]));
    }
    *count = n;
    return tail;
}

static json_t *entry(const struct line *l)
{
    int count;
    json_t *tail = tail_json(l, &count);
    return json_pack(
        "{s:s, s:s, s:s, s:i, s:{s:f, s:f, s:f}, s:{s:f}, s:{s:f}, s:{s:f}, "
        "s:f, s:i, s:i, s:f, s:o}",
        "label", l->label, "strategy", l->label, "status", "ok", "samples",
        count, "wall_ns", "median", l->wall * 1e6, "min", l->wall * 1e6, "max",
        l->wall * 1e6, "latency_ns", "p99", l->own * 1e6, "sojourn_ns", "p99",
        l->due * 1e6, "lag_ns", "p50", l->lag * 1e6, "behind_share", l->behind,
        "width", l->width, "inflight_peak", l->inflight, "cpu_ns_per_task", 1e5,
        "sojourn_round_ns", tail);
}

/* A case of the lines, which end with one without a label. */
static json_t *summary_of(const struct line *lines, double per_second,
                          bool poisson)
{
    json_t *list = json_array();
    for (; lines->label; lines++)
        json_array_append_new(list, entry(lines));
    return json_pack("{s:[{s:s, s:s, s:s, s:i, s:f, s:s, s:s, s:o, "
                     "s:{s:f, s:b}}]}",
                     "cases", "name", "open", "section", "open", "workload",
                     "fetch", "tasks", 300, "ideal_ns", 750e6, "baseline",
                     "sequential", "delay", "10ms", "strategies", list, "rate",
                     "per_second", per_second, "poisson", poisson);
}

/* What `say` says of the case; takes the summary over, the caller frees it. */
static char *said_of(json_t *summary,
                     void (*say)(FILE *, const struct view_case *))
{
    struct view view;
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_true(view_open(&view, NULL, summary));
    say(out, &view.cases[0]);
    fclose(out);
    view_close(&view);
    json_decref(summary);
    return text;
}

/* ---- verdicts ---- */

#define STEADY                                                                 \
    {                                                                          \
        12, 12.1, 12.2, 12.3, 12.1, 12.2, 12.0                                 \
    }
#define SLOWER                                                                 \
    {                                                                          \
        15, 15.2, 15.1, 15.6, 15.3, 15.0, 15.4                                 \
    }
#define UNSTEADY                                                               \
    {                                                                          \
        11, 11.5, 13.9, 30, 12.4, 11.0, 40                                     \
    }
#define BEHIND                                                                 \
    {                                                                          \
        2290, 2300, 2310, 2280, 2290, 2300, 2320                               \
    }

static const struct {
    struct line lines[4];
    const char *says[4], *omits[3];
} verdicts[] = {
    /* Ranked by the tail, though the wall time says the contrary. */
    {{{"a", 770, SLOWER, 12, 15.3, 0, 0.01, 16, 15},
      {"b", 780, STEADY, 11, 12.1, 0.05, 0.01, 16, 15}},
     {"at 400/s (Poisson): ",
      CODE "b" CODE " had 99 % of its tasks done within " STRONG
           "12.1 ms" STRONG " [12.0 ms, 12.3 ms] of when they were due",
      CODE "a" CODE " (15.2 ms) is next, taking 1.2", "All 2 kept up"},
     {"770", "as fast as", "not resolved"}},
    /* Who falls behind is named, and what its own clock hides. */
    {{{"sequential", 3000, BEHIND, 13.3, 2310, 0.99, 1100, 1, 1},
      {"b", 780, STEADY, 11, 12.1, 0.01, 0.01, 16, 15}},
     {CODE "sequential" CODE " (99 % late) did " STRONG "not keep up" STRONG
           " with 400/s (Poisson)",
      "took 13.3 ms at most; from when they were due, 2.31 s: the uncorrected "
      "figure is " STRONG "174×" STRONG " too small"},
     {"All ", "is next", "Nobody"}},
    /* Rounds that overlap resolve nothing. */
    {{{"a", 770, UNSTEADY, 11, 30, 0, 0.01, 16, 15},
      {"b", 780, STEADY, 11, 12.1, 0, 0.01, 16, 15}},
     {"no difference is resolved"},
     {"is next", "too small"}},
    {{{"a", 770, {12}, 11, 12, 0, 0.01, 16, 15},
      {"b", 780, {12.1}, 11, 12.1, 0, 0.01, 16, 15}},
     {"no difference is resolved", "Only 1 round: ranges, no interval"},
     {"["}},
    /* Late with places free is not the width's fault. */
    {{{"a", 770, STEADY, 11, 12.1, 0.08, 0.01, 300, 15}},
     {STRONG "Nobody kept up" STRONG " with 400/s (Poisson): " CODE "a" CODE
             " (8.0 % late, though places were free)"},
     {"too small", "All "}},
    /* Named by how late they were, then by name, whatever their tails. */
    {{{"c", 770, SLOWER, 12, 15.3, 0.99, 0.01, 4, 4},
      {"d", 770, STEADY, 11, 12.1, 0.5, 0.01, 4, 4},
      {"b", 770, STEADY, 11, 12.1, 0.99, 0.01, 4, 4}},
     {"Nobody kept up" STRONG " with 400/s (Poisson): " CODE "b" CODE
      " (99 % late), " CODE "c" CODE " (99 % late) and " CODE "d" CODE
      " (50 % late)"},
     {"All "}},
};

static void test_verdicts(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(verdicts); i++) {
        char *text =
            said_of(summary_of(verdicts[i].lines, 400, true), verdict_case);
        for (size_t k = 0; k < LENGTH(verdicts[i].says); k++)
            if (verdicts[i].says[k] && !strstr(text, verdicts[i].says[k]))
                fail_msg("%zu: no '%s' in: %s", i, verdicts[i].says[k], text);
        for (size_t k = 0; k < LENGTH(verdicts[i].omits); k++)
            if (verdicts[i].omits[k] && strstr(text, verdicts[i].omits[k]))
                fail_msg("%zu: '%s' in: %s", i, verdicts[i].omits[k], text);
        free(text);
    }
}

/* ---- rates ---- */

static const struct {
    double per_second;
    bool poisson;
    const char *text;
} rates[] = {
    {400, false, "400/s"},      {400, true, "400/s (Poisson)"},
    {2500, false, "2,500/s"},   {1, false, "1/s"},
    {0.5, false, "30/min"},     {3.0 / 60, true, "3/min (Poisson)"},
    {7.0 / 3600, false, "7/h"}, {1.5, false, "1.50/s"},
};

static void test_rates(void **state)
{
    static const struct line lines[] = {{.label = NULL}};
    char text[SAY_BYTES];
    (void)state;
    for (size_t i = 0; i < LENGTH(rates); i++) {
        struct view view;
        json_t *summary =
            summary_of(lines, rates[i].per_second, rates[i].poisson);
        assert_true(view_open(&view, NULL, summary));
        assert_string_equal(say_load(text, &view.cases[0]), rates[i].text);
        view_close(&view);
        json_decref(summary);
    }
}

/* ---- late senders ---- */

static void test_lag(void **state)
{
    static const struct line lines[] = {
        {"libev_loop", 780, STEADY, 11, 12, 0, 0.52, 300, 15},
        {"coroutine", 780, STEADY, 11, 12, 0, 0.1, 300, 15},
        {"thread_pool", 780, STEADY, 11, 12, 0, 9, 4, 4},
        {"mine", 780, STEADY, 11, 12, 0, 0.8, 300, 15},
        {"slow", 780, STEADY, 11, 12, 0, 2.1, 300, 15}, /* no tick's doing */
        {.label = NULL}};
    static const double ticks[] = {1, 1, 0, 0, 1}; /* ms */
    (void)state;
    json_t *summary = summary_of(lines, 400, false);
    json_t *list = json_object_get(
        json_array_get(json_object_get(summary, "cases"), 0), "strategies");
    for (size_t i = 0; i < LENGTH(ticks); i++)
        json_object_set_new(json_array_get(list, i), "tick_ns",
                            json_real(ticks[i] * 1e6));
    char *text = said_of(summary, verdict_lag);
    assert_string_equal(
        text, "tasks started late although places were free; lag p50: " CODE
              "libev_loop" CODE " 520 µs (loops' timers count in whole "
              "milliseconds); " CODE "mine" CODE " 800 µs, " CODE "slow" CODE
              " 2.10 ms (the machine, or its own work, held it up).");
    free(text);
    text = said_of(summary_of(lines + 1, 0, false), verdict_lag); /* closed */
    assert_string_equal(text, "");
    free(text);
}

/* ---- the terminal ---- */

static size_t widest(const char *text)
{
    size_t most = 0, here = 0;
    for (; *text; text++) {
        here =
            *text == '\n' ? 0 : here + (((unsigned char)*text & 0xc0) != 0x80);
        most = here > most ? here : most;
    }
    return most;
}

static void test_terminal(void **state)
{
    static const size_t widths[] = {40, 71, 72, 80, 120};
    static const struct line lines[] = {
        {"sequential", 3000, BEHIND, 13.3, 2310, 0.99, 1100, 1, 1},
        {"libev_loop", 780, STEADY, 11, 12.1, 0.01, 0.01, 300, 15},
        {.label = NULL}};
    json_t *summary = summary_of(lines, 400, false);
    (void)state;
    for (size_t i = 0; i < LENGTH(widths); i++) {
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);
        report_terminal(out, summary, (int)widths[i], false);
        fclose(out);
        assert_true(widest(text) <= widths[i]);
        assert_non_null(strstr(text, "due p99"));
        assert_non_null(strstr(text, "start p99"));
        assert_non_null(strstr(text, "2.30 s"));
        assert_non_null(strstr(text, "13.3 ms"));
        assert_non_null(strstr(text, "99 %"));
        assert_null(strstr(text, "3.00 s"));
        assert_null(strstr(text, "speed-up"));
        assert_null(strstr(text, "baseline"));
        free(text);
    }
    json_decref(summary);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_rates),
        cmocka_unit_test(test_lag),
        cmocka_unit_test(test_terminal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
