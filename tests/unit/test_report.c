/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The report's words: what is said for which data, that nothing is claimed
 * which the samples do not resolve, that every text is escaped, and that the
 * terminal's table keeps to its width.
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

#include "../../harness/report/chapters.h"
#include "../../harness/report/document.h"
#include "../../harness/report/report.h"
#include "../../harness/report/say.h"
#include "../../harness/report/svg.h"
#include "../../harness/report/verdict.h"

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* ---- numbers ---- */

static const struct {
    char *(*say)(char *, double);
    double value;
    const char *text;
} numbers[] = {
    {say_ratio, 88.72, "88.7×"},
    {say_ratio, 1, "1.00×"},
    {say_ratio, 0.00904, "0.0090×"},
    {say_ratio, 324.4, "324×"},
    {say_ratio, 99.96, "100×"},
    {say_ratio, 1234, "1,230×"},
    {say_ratio, NAN, "–"},
    {say_factor, 5.874, "5.87"},
    {say_change, 1.5, "1.50×"},
    {say_change, 0.071, "14.1 times faster"},
    {say_change, 12, "12.0 times slower"},
    {say_change, NAN, "–"},
    {say_percent, 0.886, "89 %"},
    {say_percent, 0.995, "99.5 %"},
    {say_percent, 1, "100 %"},
    {say_percent, 0.0312, "3.1 %"},
    {say_percent, NAN, "–"},
    {say_count, 1000, "1,000"},
    {say_count, 1234, "1,234"},
    {say_count, 2.1, "2.10"},
    {say_count, 1, "1"},
    {say_rate, 1, "1.00"},
    {say_rate, 1231.4, "1,230"},
    {say_rate, 0, "0.00"},
    {say_rate, 0.012, "0.012"},
    {say_rate, 2e-6, "< 0.001"},
    {say_time, 45.1e6, "45.1 ms"},
    {say_time, NAN, "–"},
    {say_bytes, 65536, "64 KiB"},
    {say_bytes, NAN, "–"},
};

/* A unit that all three share stands once; a number is none. */
static void test_unit_once(void **state)
{
    char low[SAY_BYTES] = "9.00 ms", high[SAY_BYTES] = "11.0 ms";
    char none[SAY_BYTES] = "< 0.001";

    (void)state;
    say_unit_once("10.0 ms", low, high);
    assert_string_equal(low, "9.00");
    assert_string_equal(high, "11.0");
    say_unit_once("< 0.001", none, strcpy(high, "< 0.001"));
    assert_string_equal(none, "< 0.001");
    assert_string_equal(high, "< 0.001");
}

static void test_numbers(void **state)
{
    char buf[SAY_BYTES];
    (void)state;
    for (size_t i = 0; i < LENGTH(numbers); i++)
        assert_string_equal(numbers[i].say(buf, numbers[i].value),
                            numbers[i].text);
}

/* ---- verdicts ---- */

/* An entry measured in rounds 1 to n; the wall times in milliseconds. */
static json_t *entry(const char *label, const double *ms, size_t n)
{
    json_t *walls = json_array(), *e;
    double least = INFINITY, most = 0;
    for (size_t i = 0; i < n; i++) {
        json_array_append_new(walls,
                              json_pack("[I, I]", (json_int_t)i + 1,
                                        (json_int_t)llround(ms[i] * 1e6)));
        least = fmin(least, ms[i]);
        most = fmax(most, ms[i]);
    }
    double middle = 1e6 * (n % 2 ? ms[n / 2] : (ms[n / 2 - 1] + ms[n / 2]) / 2);
    e = json_pack("{s:s, s:s, s:s, s:I, s:o, s:f, s:f, s:i, s:i, s:f}", "label",
                  label, "strategy", label, "status", "ok", "samples",
                  (json_int_t)n, "walls_ns", walls, "ideal_ns", 40e6,
                  "efficiency", 40e6 / middle, "threads_peak", 1,
                  "inflight_peak", 100, "bytes_per_task", 12288.0);
    json_object_set_new(
        e, "wall_ns",
        n < 6 ? json_pack("{s:f, s:n, s:n, s:f, s:f}", "median", middle, "lo",
                          "hi", "min", least * 1e6, "max", most * 1e6)
              : json_pack("{s:f, s:f, s:f, s:f, s:f}", "median", middle, "lo",
                          least * 1e6, "hi", most * 1e6, "min", least * 1e6,
                          "max", most * 1e6));
    return e;
}

static void set_speedup(json_t *e, double median, double lo, double hi)
{
    json_object_set_new(
        e, "speedup",
        isnan(lo) ? json_pack("{s:f, s:n, s:n}", "median", median, "lo", "hi")
                  : json_pack("{s:f, s:f, s:f}", "median", median, "lo", lo,
                              "hi", hi));
}

static void set_failed(json_t *e, int ok, int failed)
{
    char reason[80];
    if (!ok) {
        snprintf(reason, sizeof(reason),
                 "every task failed: timeout %d, connect 1", failed - 1);
        json_object_set_new(e, "status", json_string("failed"));
        json_object_set_new(e, "reason", json_string(reason));
        json_object_set_new(e, "wall_ns", json_null());
    }
    json_object_set_new(e, "ok", json_integer(ok));
    json_object_set_new(e, "failed", json_integer(failed));
    json_object_set_new(
        e, "failures",
        json_pack("{s:i, s:i}", "connect", 1, "timeout", failed - 1));
}

static json_t *missing(const char *label, const char *status,
                       const char *reason)
{
    return json_pack("{s:s, s:s, s:s, s:s, s:i}", "label", label, "strategy",
                     label, "status", status, "reason", reason, "samples", 0);
}

/* Ends the entries of a summary. */
#define LAST ((json_t *)NULL)

/* A summary of one case; takes over the entries, which end with LAST. */
static json_t *summary_of(const char *name, json_t *first, ...)
{
    json_t *list = json_array();
    va_list more;
    va_start(more, first);
    for (json_t *e = first; e; e = va_arg(more, json_t *))
        json_array_append_new(list, e);
    va_end(more);
    return json_pack("{s:{s:b}, s:[{s:s, s:s, s:s, s:i, s:f, s:s, s:s, s:o}]}",
                     "run", "complete", 1, "cases", "name", name, "section",
                     name, "workload", "fetch", "tasks", 100, "ideal_ns", 40e6,
                     "baseline", "sequential", "delay", "40ms", "strategies",
                     list);
}

/* What verdict_case says of the summary's case; the caller frees it. */
static char *verdict_of(json_t *summary)
{
    struct view view;
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    assert_true(view_open(&view, NULL, summary));
    verdict_case(out, &view.cases[0]);
    fclose(out);
    view_close(&view);
    json_decref(summary);
    return text;
}

static const double slow[] = {3990, 3995, 4000, 4000, 4000, 4005, 4010};
static const double fast[] = {44.8, 45.0, 45.1, 45.1, 45.1, 45.3, 45.5};
static const double near_fast[] = {44.9, 44.8, 45.3, 45.0, 45.4, 45.2, 45.6};
static const double behind[] = {58.0, 58.1, 58.3, 58.5, 58.6, 58.9, 59.1};
/* As `fast` in some rounds, far slower in others. */
static const double unsteady[] = {44.0, 44.2, 44.5, 60, 70, 80, 90};

static void test_verdict_winner(void **state)
{
    json_t *best = entry("libev_loop", fast, 7);
    (void)state;
    set_speedup(best, 88.7, 87.9, 89.4);
    char *text =
        verdict_of(summary_of("fetch", entry("sequential", slow, 7),
                              entry("thread_pool", behind, 7), best, LAST));
    assert_non_null(strstr(text, "100 fetches of 40 ms"));
    assert_non_null(strstr(text, "took 45.1 ms, " STRONG "88.7×" STRONG
                                 " [87.9, 89.4] as fast as " CODE
                                 "sequential" CODE " (4.00 s)"));
    assert_non_null(strstr(text, "89 % of the ideal (40.0 ms)"));
    assert_non_null(strstr(text, CODE "thread_pool" CODE
                                      " (58.5 ms) is next, taking 1.30× ["));
    assert_null(strstr(text, "not resolved"));
    free(text);
}

static void test_verdict_ties(void **state)
{
    static const double *const others[] = {near_fast, unsteady};
    (void)state;
    for (size_t i = 0; i < LENGTH(others); i++) {
        char *text = verdict_of(
            summary_of("fetch", entry("sequential", slow, 7),
                       entry("a", fast, 7), entry("b", others[i], 7), LAST));
        assert_non_null(strstr(text, "not resolved from each other"));
        assert_null(strstr(text, "is next"));
        free(text);
    }
    char *text = verdict_of(summary_of("fetch", entry("sequential", fast, 7),
                                       entry("b", near_fast, 7), LAST));
    assert_non_null(strstr(text, "no difference is resolved"));
    assert_null(strstr(text, "as fast as"));
    free(text);
}

static void test_verdict_little(void **state)
{
    (void)state;
    char *text = verdict_of(summary_of("fetch", entry("sequential", slow, 3),
                                       entry("a", fast, 3), LAST));
    assert_non_null(strstr(text, "Only 3 rounds: ranges, no interval."));
    free(text);
    text = verdict_of(summary_of("fetch", missing("a", "failed", "no"),
                                 missing("b", "absent", "none"), LAST));
    assert_non_null(strstr(text, "nothing was measured."));
    free(text);
    text = verdict_of(summary_of("fetch", entry("a", fast, 1), LAST));
    assert_non_null(strstr(text, "took 44.8 ms"));
    assert_null(strstr(text, "as fast as"));
    free(text);
}

static void test_verdict_no_gain(void **state)
{
    json_t *same = entry("await_in_loop", slow, 7);
    (void)state;
    set_speedup(same, 1.001, 0.99, 1.01);
    char *text =
        verdict_of(summary_of("fetch", entry("sequential", slow, 7), same,
                              entry("libev_loop", fast, 7), LAST));
    assert_non_null(strstr(text, "No gain over " CODE "sequential" CODE
                                 ": " CODE "await_in_loop" CODE "."));
    free(text);
}

/* ---- warnings ---- */

struct said {
    char all[8192];
    unsigned count;
};

static void collect(void *self, const char *text)
{
    struct said *said = self;
    size_t used = strlen(said->all);
    snprintf(said->all + used, sizeof(said->all) - used, "%s\n", text);
    said->count++;
}

static struct said warnings_of(json_t *summary)
{
    struct view view;
    struct said said = {.count = 0};
    assert_true(view_open(&view, NULL, summary));
    verdict_warnings(&view, collect, &said);
    view_close(&view);
    json_decref(summary);
    return said;
}

static void test_warnings(void **state)
{
    json_t *busy = entry("libev_loop", fast, 7);
    (void)state;
    json_object_set_new(busy, "origin", json_pack("{s:f}", "cpu_share", 0.97));
    json_object_set_new(busy, "outliers",
                        json_pack("[{s:i, s:I, s:s, s:s}, {s:i, s:I, s:s}]",
                                  "round", 2, "wall_ns", (json_int_t)1000000000,
                                  "kind", "a longer wait", "cause", "it waited",
                                  "round", 4, "wall_ns", (json_int_t)1, "kind",
                                  "faster than the rest"));
    set_failed(busy, 97, 3);
    json_t *summary =
        summary_of("fetch", busy, missing("a", "failed", "signal 11"), LAST);
    json_object_set_new(summary, "run",
                        json_pack("{s:b, s:i, s:i, s:{s:f, s:i}}", "complete",
                                  0, "rounds_done", 7, "rounds", 60, "machine",
                                  "load1", 1.9, "cores", 2));
    json_object_set_new(summary, "discards",
                        json_pack("[{s:s}, {s:s}]", "cause",
                                  "stolen: libev_loop: 12 %", "cause",
                                  "interrupted"));
    json_object_set_new(summary, "invalid",
                        json_pack("[{s:s}]", "cause", "throttled: a"));
    json_object_set_new(summary, "load1",
                        json_pack("{s:f, s:f}", "quarter", 6.5, "max", 8.25));
    struct said said = warnings_of(summary);
    static const char *const wanted[] = {
        "failed in " CODE "fetch" CODE ": signal 11.",
        CODE "libev_loop" CODE ": 3 of 100 tasks failed: timeout 2, connect 1.",
        "cut short after 7 of 60 rounds",
        "the origin was busy all the time under " CODE "libev_loop" CODE
        " (97 % of a core)",
        "2 rounds were taken again: stolen 1, interrupted 1.",
        "1 round stands although a sample in it is invalid (throttled 1)",
        "The load was 1.90 on 2 cores",
        "The load was 6.50 or more on 2 cores while a quarter of the samples",
        "2 of 7 samples are outliers. Likely cause: a longer wait (1), faster "
        "than the rest (1). The farthest is " CODE "libev_loop" CODE " in " CODE
        "fetch" CODE ", round 4: 1 ns where ",
    };
    for (size_t i = 0; i < LENGTH(wanted); i++)
        assert_non_null(strstr(said.all, wanted[i]));
    /* The gravest comes first. */
    assert_ptr_equal(strstr(said.all, "signal 11"), strstr(said.all, "signal"));
    assert_true(strstr(said.all, "signal 11") < strchr(said.all, '\n'));
    said = warnings_of(summary_of("fetch", entry("sequential", slow, 7), LAST));
    assert_int_equal(said.count, 0);
}

/* A cause is one line, whichever cases it concerns: counted and named. */
static void test_one_cause(void **state)
{
    static const char *const names[] = {"a", "b", "c"};
    json_t *summary = json_pack("{s:{s:b, s:{s:i}}, s:[]}", "run", "complete",
                                1, "machine", "cores", 2, "cases");
    (void)state;
    for (size_t i = 0; i < LENGTH(names); i++) {
        json_t *e = entry("busy", fast, 7);
        json_object_set_new(e, "origin", json_pack("{s:f}", "cpu_share", 0.97));
        json_t *one = summary_of(
            names[i], e,
            missing("x", "failed", i < 2 ? "signal 11" : "timeout"), LAST);
        json_array_append(json_object_get(summary, "cases"),
                          json_array_get(json_object_get(one, "cases"), 0));
        json_decref(one);
    }
    json_object_set_new(
        summary, "discards",
        json_pack("[{s:s, s:s}]", "case", "c", "cause", "stolen: busy"));
    struct said said = warnings_of(summary);
    assert_int_equal(said.count, 4);
    assert_string_equal(
        said.all,
        CODE "x" CODE " failed in 2 cases (" CODE "a" CODE " and " CODE "b" CODE
             "): signal 11.\n" CODE "x" CODE " failed in " CODE "c" CODE
             ": timeout.\n"
             "The origin was busy all the time, 90 % of a core or more, in 3 "
             "cases (" CODE "a" CODE ", " CODE "b" CODE " and " CODE "c" CODE
             "): under " CODE "busy" CODE
             " in 3. It was the limit, and what is compared there is the "
             "origin, not the strategies.\n"
             "1 round was taken again: stolen 1, in " CODE "c" CODE ".\n");
}

/* A client that has no CPU time left is told, but for one that is in time all
 * the same, and where computing is the work. */
static void test_full_client(void **state)
{
    static const struct {
        double cores, ideal_ns; /* cores: in run */
        const char *more;       /* a step beside the fetch, or NULL */
        int threads;
        bool said;
    } rows[] = {
        {1.00, 10e6, NULL, 1, true},  {0.68, 10e6, NULL, 1, false},
        {1.00, 44e6, NULL, 1, false}, {1.00, 10e6, "cpu 1ms", 1, false},
        {1.00, 10e6, NULL, 5, false}, /* of two cores, one is used */
        {1.95, 10e6, NULL, 5, true},  {1.00, 10e6, "sleep 1ms", 1, true},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        json_t *e = entry("libev_loop", fast, 7);
        json_object_set_new(e, "run_cores", json_real(rows[i].cores));
        json_object_set_new(e, "ideal_ns", json_real(rows[i].ideal_ns));
        json_object_set_new(e, "threads_peak", json_integer(rows[i].threads));
        json_t *summary = summary_of("fetch", e, LAST);
        json_t *one = json_array_get(json_object_get(summary, "cases"), 0);
        json_t *steps = json_pack("[s]", "fetch /json/{i}");
        if (rows[i].more)
            json_array_append_new(steps, json_string(rows[i].more));
        json_object_set_new(one, "steps", steps);
        json_object_set_new(
            summary, "run",
            json_pack("{s:b, s:{s:i}}", "complete", 1, "machine", "cores", 2));
        struct said said = warnings_of(summary);
        assert_int_equal(strstr(said.all, "no CPU time was left to " CODE
                                          "libev_loop") != NULL,
                         rows[i].said);
    }
}

/* Each strategy that is at a limit is told, by the limit that decides. */
static void test_full_origin_and_client(void **state)
{
    static const struct {
        const char *label;
        double origin, cores;
    } rows[] = {{"raw", 0.98, 0.98}, {"easy", 0.58, 0.99}, {"idle", 0.3, 0.5}};
    (void)state;
    json_t *entries[LENGTH(rows)];
    for (size_t i = 0; i < LENGTH(rows); i++) {
        entries[i] = entry(rows[i].label, fast, 7);
        json_object_set_new(entries[i], "run_cores", json_real(rows[i].cores));
        json_object_set_new(entries[i], "ideal_ns", json_real(0));
        json_object_set_new(entries[i], "origin",
                            json_pack("{s:f}", "cpu_share", rows[i].origin));
    }
    json_t *summary =
        summary_of("fetch", entries[0], entries[1], entries[2], LAST);
    json_object_set_new(json_array_get(json_object_get(summary, "cases"), 0),
                        "steps", json_pack("[s]", "fetch /json/{i}"));
    json_object_set_new(
        summary, "run",
        json_pack("{s:b, s:{s:i}}", "complete", 1, "machine", "cores", 2));
    struct said said = warnings_of(summary);
    assert_non_null(strstr(
        said.all, "the origin was busy all the time under " CODE "raw" CODE
                  " (98 % of a core): it was the limit, and what is compared "
                  "there is the origin, not the strategies.\n"));
    assert_non_null(strstr(said.all, "no CPU time was left to " CODE "easy" CODE
                                     " (99 % of what it can use): "));
    /* What biases is graver. */
    assert_true(strstr(said.all, "the origin was") <
                strstr(said.all, "no CPU time was"));
    assert_null(strstr(said.all, "idle"));
}

static char *terminal_of(json_t *summary, int width, bool colour);

/* Whoever cannot say what it received is shown with that word, and ranked
 * nowhere: not first, in no tie, and as no baseline. */
static void test_unverified(void **state)
{
    json_t *rough = entry("rough", fast, 7), *base = entry("base", fast, 7);
    (void)state;
    json_object_set_new(rough, "unverified", json_true());
    json_object_set_new(base, "unverified", json_true());
    json_t *summary =
        summary_of("fetch", rough, base, entry("mine", slow, 7), LAST);
    json_t *one = json_array_get(json_object_get(summary, "cases"), 0);
    json_object_set_new(one, "baseline", json_string("base"));
    struct view view;
    size_t count;
    assert_true(view_open(&view, NULL, summary));
    assert_null(view.cases[0].base);
    assert_string_equal(view_fastest(&view.cases[0])->label, "mine");
    const struct view_entry **list = verdict_ranked(&view.cases[0], &count);
    assert_int_equal(count, 1);
    free(list);
    view_close(&view);
    for (int width = 40; width <= 120; width += 40) {
        char *text = terminal_of(summary, width, false);
        assert_non_null(strstr(text, "unverified"));
        free(text);
    }
    json_decref(summary);
}

static char *terminal_of(json_t *summary, int width, bool colour)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    report_terminal(out, summary, width, colour);
    fclose(out);
    return text;
}

/* ---- tasks that failed ---- */

/* What a function says of the summary's first case; the caller frees it. */
static char *said_of(const json_t *summary,
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
    return text;
}

/* Who did nothing, or less than another, is not the fastest. */
static void test_less_is_not_faster(void **state)
{
    static const struct {
        int ok;
        const char *verdict, *failures, *terminal;
    } rows[] = {
        {0, CODE "sequential" CODE " took",
         CODE "libev_loop" CODE ": all 100 tasks failed: timeout 99, connect 1",
         "failed: every task failed: timeout 99, connect 1"},
        {60, CODE "sequential" CODE " took",
         CODE "libev_loop" CODE ": 40 of 100 tasks failed: timeout 39",
         "40 of 100 tasks failed: timeout 39, connect 1"},
        {100, CODE "libev_loop" CODE " took", "", "baseline"},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        json_t *quick = entry("libev_loop", fast, 7);
        if (rows[i].ok < 100)
            set_failed(quick, rows[i].ok, 100 - rows[i].ok);
        json_t *summary =
            summary_of("a", entry("sequential", slow, 7), quick, LAST);
        char *verdict = said_of(summary, verdict_short);
        char *failures = said_of(summary, verdict_failures);
        char *terminal = NULL;
        size_t size;
        FILE *out = open_memstream(&terminal, &size);
        report_terminal(out, summary, 80, false);
        fclose(out);
        assert_non_null(strstr(verdict, rows[i].verdict));
        assert_ptr_equal(strstr(failures, rows[i].failures), failures);
        assert_int_equal(*failures != '\0', rows[i].ok < 100);
        assert_non_null(strstr(terminal, rows[i].terminal));
        assert_null(strstr(terminal, "under every strategy"));
        free(verdict);
        free(failures);
        free(terminal);
        json_decref(summary);
    }
}

static void test_all_failed(void **state)
{
    json_t *a = entry("sequential", slow, 7), *b = entry("loop", fast, 7);
    (void)state;
    set_failed(a, 0, 100);
    set_failed(b, 0, 100);
    json_t *summary = summary_of("dead", a, b, LAST);
    char *failures = said_of(summary, verdict_failures);
    char *verdict = said_of(summary, verdict_short);
    assert_string_equal(failures,
                        "Under every strategy, all 100 tasks failed: timeout "
                        "99, connect 1: there is nothing to compare.");
    assert_non_null(strstr(verdict, "every task failed under every strategy"));
    struct said said = warnings_of(summary);
    assert_int_equal(said.count, 1);
    free(failures);
    free(verdict);
}

/* ---- real URLs ---- */

static void set_url(json_t *e, const char *url)
{
    json_object_set_new(e, "failed_tasks",
                        json_pack("[{s:i, s:s, s:s}]", "task", 4, "outcome",
                                  "connect", "url", url));
}

/* One warning a case names each URL once. */
static void test_failed_urls(void **state)
{
    json_t *a = entry("a", slow, 7), *b = entry("b", fast, 7);
    (void)state;
    set_failed(a, 90, 10);
    set_failed(b, 90, 10);
    set_url(a, "http://x/1");
    set_url(b, "http://x/1");
    json_t *summary = summary_of("web", a, b, LAST);
    char *text = said_of(summary, verdict_failures);
    assert_string_equal(text, "Under every strategy, 10 of 100 tasks failed: "
                              "timeout 9, connect 1. Failed: " CODE
                              "http://x/1" CODE " (connect).");
    free(text);
    set_url(b, "http://x/2");
    text = said_of(summary, verdict_failures);
    assert_non_null(strstr(text,
                           "Failed: " CODE "http://x/1" CODE
                           " (connect, 1 of 2 strategies), " CODE
                           "http://x/2" CODE " (connect, 1 of 2 strategies)."));
    free(text);
    struct said said = warnings_of(summary);
    assert_int_equal(said.count, 1);
}

static void test_statuses(void **state)
{
    json_t *a = entry("a", slow, 7), *b = entry("b", fast, 7);
    (void)state;
    json_object_set_new(a, "ok", json_integer(7));
    json_object_set_new(b, "ok", json_integer(7));
    json_object_set_new(a, "statuses",
                        json_pack("{s:i, s:i}", "404", 3, "500", 1));
    json_t *summary = summary_of("web", a, b, LAST);
    char *terminal = terminal_of(summary, 80, false);
    assert_non_null(strstr(terminal, "  3 of 7 replies were 404, 1 was 500\n"));
    assert_null(strstr(terminal, "under every"));
    free(terminal);
    char *text = said_of(summary, verdict_statuses);
    assert_string_equal(text,
                        CODE "a" CODE ": 3 of 7 replies were 404, 1 was 500.");
    free(text);
    json_object_set_new(b, "statuses",
                        json_pack("{s:i, s:i}", "404", 3, "500", 1));
    terminal = terminal_of(summary, 80, false);
    assert_non_null(strstr(
        terminal, "  under every strategy, 3 of 7 replies were 404, 1 was"));
    free(terminal);
    struct said said = warnings_of(summary);
    assert_int_equal(said.count, 1);
    assert_non_null(strstr(said.all, "Under every strategy, 3 of 7 replies"));
}

static void test_steps(void **state)
{
    json_t *summary = summary_of("own", entry("sequential", slow, 7), LAST);
    json_t *c = json_array_get(json_object_get(summary, "cases"), 0);
    (void)state;
    json_object_set_new(
        c, "steps", json_pack("[s, s, s]", "fetch /a", "barrier", "sleep 5ms"));
    char *terminal = terminal_of(summary, 80, false);
    assert_non_null(strstr(terminal, "own  100 tasks of 2 steps; ideal"));
    assert_non_null(strstr(terminal, "  fetch /a; barrier; sleep 5ms\n"));
    free(terminal);
    json_decref(summary);
}

/* A creator is no task, and its steps are none of a task's. */
static void test_creator(void **state)
{
    json_t *steps = json_pack("[s, s, s, s, s]", "print a", "sleep 1s", "add 1",
                              "spawn 0", "join 0");
    struct view_case c = {.workload = "steps",
                          .tasks = 1,
                          .width = NAN,
                          .body = NAN,
                          .creator = 3,
                          .reuse = true,
                          .steps = steps};
    char text[320];

    (void)state;
    assert_string_equal(say_case(text, sizeof(text), &c),
                        "1 task of 3 steps and a creator");
    assert_string_equal(say_steps(text, sizeof(text), &c, ""),
                        "print a; sleep 1s; add 1");
    assert_string_equal(say_creator(text, sizeof(text), &c, ""),
                        "spawn 0; join 0");
    c.creator = NAN;
    assert_string_equal(say_creator(text, sizeof(text), &c, ""), "");
    json_decref(steps);
}

/* ---- memory ---- */

static void say_memory(FILE *out, const struct view_case *c)
{
    verdict_memory(out, c, 1);
}

static void test_memory(void **state)
{
    json_t *threads = entry("thread_per_task", slow, 7);
    json_t *alone = entry("sequential", slow, 7);
    (void)state;
    json_object_set_new(threads, "bytes_per_task", json_real(20480));
    json_object_set_new(threads, "threads_peak", json_integer(101));
    json_object_set_new(threads, "kernel_stack_bytes", json_integer(1638400));
    json_object_set_new(alone, "bytes_per_task", json_real(1e6));
    json_object_set_new(alone, "inflight_peak", json_integer(1));
    json_t *summary =
        summary_of("a", alone, threads, entry("libev_loop", fast, 7), LAST);
    char *text = said_of(summary, say_memory);
    assert_non_null(
        strstr(text, CODE "libev_loop" CODE " needs " STRONG "12 KiB" STRONG));
    assert_non_null(strstr(text, CODE "thread_per_task" CODE " needs " STRONG
                                      "20 KiB" STRONG));
    assert_non_null(strstr(text, "kernel stacks 16 KiB, computed"));
    assert_null(strstr(text, "–"));          /* what is not known is left out */
    assert_null(strstr(text, "sequential")); /* nothing waits in it */
    free(text);
    json_decref(summary);
}

/* ---- escaping ---- */

static void document_of(const char *text, char **markdown, char **html)
{
    static const char *const heads[] = {"a", "b"};
    static const struct doc_table table = {heads, 2, 2};
    struct doc *doc = doc_new(text, "/nowhere");
    assert_non_null(doc);
    doc_paragraph(doc, "%s", text);
    doc_table(doc, &table);
    doc_row(doc, (const char *const[]){text, "x"});
    doc_table_end(doc);
    doc_details(doc, "%s", text);
    doc_item(doc, CODE "%s" CODE, text);
    doc_details_end(doc);
    assert_true(doc_finish(doc, markdown, html));
}

static void test_escaping(void **state)
{
    static const struct {
        const char *text, *html, *markdown;
    } table[] = {
        {"<script>x</script>", "&lt;script&gt;x&lt;/script&gt;",
         "\\<script\\>x"},
        {"a & b", "a &amp; b", "a \\& b"},
        {"a|b", "<td class=\"w\">a|b</td>", "| a\\|b |"},
        {"[x](http://y)", "[x](http://y)", "\\[x\\](http"},
        {"*_`", "*_`", "\\*\\_\\`"},
        {"`", "<code>`</code>", "- `` ` ``"},
        {"two\nlines", "two lines", "two lines"},
        {"é ×", "é ×", "é ×"},
        {"\"quoted\" 'too'", "&quot;quoted&quot; &#39;too&#39;", "\"quoted\""},
    };
    (void)state;
    for (size_t i = 0; i < LENGTH(table); i++) {
        char *markdown, *html;
        document_of(table[i].text, &markdown, &html);
        assert_non_null(strstr(html, table[i].html));
        assert_non_null(strstr(markdown, table[i].markdown));
        assert_null(strstr(html, "<script"));
        /* Only as code, or escaped. */
        for (const char *p = markdown; (p = strstr(p, "<script")); p++)
            assert_true(p[-1] == '`' || p[-1] == '\\');
        free(markdown);
        free(html);
    }
}

/* A user's control characters leave no type switched on behind them. */
static void test_unbalanced(void **state)
{
    char *markdown, *html;
    (void)state;
    document_of("\1odd\2", &markdown, &html);
    size_t open = 0, closed = 0;
    for (const char *p = html; (p = strstr(p, "<strong>")); p++)
        open++;
    for (const char *p = html; (p = strstr(p, "</strong>")); p++)
        closed++;
    assert_int_equal(open, closed);
    assert_true(open > 0);
    free(markdown);
    free(html);
}

/* ---- figures in the page ---- */

static const char drawing[] =
    "<?xml version=\"1.0\"?>\n<svg \n width=\"40\" height=\"30\"\n"
    " viewBox=\"0 0 40 30\"\n xmlns=\"http://www.w3.org/2000/svg\"\n>\n"
    "<title>Gnuplot</title>\n<g id=\"gnuplot_canvas\">\n<defs>\n"
    "<circle id='gpPt5' cx='0' r='1'/>\n"
    "<use xlink:href='#gpPt5' id='gpPt6' fill='currentColor'/>\n"
    "<circle id='gpPt9' r='2'/>\n"
    "</defs>\n<g fill=\"none\" color=\"black\">\n</g>\n"
    "<g id=\"plot_1\" ><title>a</title>\n"
    "<path stroke='black'  d='M1.00,2.55 L3.04,4.50  '/>\n"
    "<path d='M1.00,2.00  '/>\n"
    "<polygon fill = 'rgb(1, 2, 3)' points = '1.00,2.5 3,4 '/>\n"
    "<use xlink:href='#gpPt6' transform='translate(1.25,2.00)'/>\n"
    "<text>a &lt; b</text><text></text>\n</g>\n</g>\n</svg>\n";

static void test_svg(void **state)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    (void)state;
    assert_true(svg_inline(out, drawing, 7, "a \"b\""));
    fclose(out);
    assert_string_equal(
        text, "<svg viewBox=\"0 0 40 30\" width=\"40\" height=\"30\" "
              "style=\"max-width:54px\" fill=\"none\" role=\"img\" "
              "aria-label=\"a &quot;b&quot;\">"
              "<defs><circle id=\"f7Pt5\" cx=\"0\" r=\"1\"/>"
              "<use href=\"#f7Pt5\" id=\"f7Pt6\" fill=\"currentColor\"/>"
              "</defs><g><path stroke=\"black\" d=\"M1,2.5 L3,4.5\"/>"
              "<polygon fill=\"rgb(1, 2, 3)\" points=\"1,2.5 3,4\"/>"
              "<use href=\"#f7Pt6\" transform=\"translate(1.2,2)\"/>"
              "<text>a &lt; b</text></g></svg>\n");
    free(text);
}

/* ---- the document ---- */

/* report.md of a summary without figures or files; takes the summary over. */
static char *markdown_of(json_t *summary)
{
    struct view view;
    struct figures figures = {0};
    char *markdown, *html;
    assert_true(view_open(&view, NULL, summary));
    struct records *records = records_load("/nonexistent", &view);
    struct doc *doc = doc_new("t", "/nonexistent");
    assert_non_null(records);
    assert_non_null(doc);
    chapters_write(doc, "/nonexistent", &view, records, &figures);
    assert_true(doc_finish(doc, &markdown, &html));
    free(html);
    records_free(records);
    view_close(&view);
    json_decref(summary);
    return markdown;
}

static json_t *first_case(json_t *summary)
{
    return json_array_get(json_object_get(summary, "cases"), 0);
}

/* A peer stands in the line of its counterpart, others follow. */
static void test_counterparts(void **state)
{
    json_t *own = entry("py-asyncio", unsteady, 7);
    json_t *lone = entry("py-own", behind, 7);
    (void)state;
    json_object_set_new(own, "peer", json_true());
    json_object_set_new(own, "counterpart", json_string("libev_loop"));
    json_object_set_new(lone, "peer", json_true());
    json_t *summary = summary_of("fetch", entry("sequential", slow, 7),
                                 entry("libev_loop", fast, 7), lone, own, LAST);
    json_object_set_new(first_case(summary), "claim",
                        json_string("wall sequential = 4s"));
    char *text = markdown_of(summary);
    assert_non_null(strstr(text, "| `py-own` 58.5 ms<br>`py-asyncio` 60.0 ms "
                                 "| –<br>`libev_loop` 45.1 ms<br>"
                                 "`sequential` 4.00 s | holds: "));
    free(text);
}

static void test_aggregate(void **state)
{
    json_t *e = entry("libev_loop", fast, 7);
    (void)state;
    json_object_set_new(e, "aggregate",
                        json_pack("{s:s, s:i, s:f, s:i, s:i, s:f}", "field",
                                  "height", "count", 3, "mean", 7.5, "min", 4,
                                  "max", 11, "sd", 3.5));
    char *text = markdown_of(summary_of("api", e, LAST));
    assert_non_null(strstr(text, "The field `height` of 3 replies: mean 7.5, "
                                 "least 4, greatest 11, standard deviation "
                                 "3.5."));
    free(text);
}

static void test_svg_broken(void **state)
{
    char cut[sizeof(drawing)];
    (void)state;
    /* Wherever the file ends: no crash, and all or nothing. */
    for (size_t length = 0; length < sizeof(drawing); length++) {
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);
        memcpy(cut, drawing, length);
        cut[length] = '\0';
        bool good = svg_inline(out, cut, 1, "");
        fclose(out);
        assert_int_equal(good, size > 0);
        free(text);
    }
}

/* ---- the terminal ---- */

static size_t widest(const char *text)
{
    size_t most = 0, now = 0;
    for (; *text; text++) {
        if (*text == '\n')
            now = 0;
        else
            now += ((unsigned char)*text & 0xc0) != 0x80;
        most = now > most ? now : most;
    }
    return most;
}

static void test_terminal(void **state)
{
    static const int widths[] = {0, 20, 40, 60, 71, 72, 80, 100, 500};
    json_t *best = entry("libev_loop", fast, 7);
    (void)state;
    set_speedup(best, 88.7, 87.9, 89.4);
    json_t *summary = summary_of(
        "a case with a name that is longer than most, é and \t so on, really",
        entry("sequential", slow, 7), best,
        missing("a_strategy_with_a_long_name:1000", "absent",
                "a reason that does not fit into a line of eighty columns, "
                "whatever one does with it"),
        missing("x", "failed", "\033[31mred"), LAST);
    for (size_t i = 0; i < LENGTH(widths); i++) {
        size_t room = widths[i] < 40    ? 40
                      : widths[i] > 120 ? 120
                                        : (size_t)widths[i];
        char *text = terminal_of(summary, widths[i], false);
        assert_true(widest(text) <= room);
        assert_null(strchr(text, '\033'));
        assert_non_null(strstr(text, "libev_loop"));
        assert_non_null(
            strstr(text, room < 72 ? "88.7×  " : "88.7× [87.9, 89.4]"));
        assert_non_null(strstr(text, "baseline"));
        assert_int_equal(strstr(text, "█") != NULL, room >= 72);
        assert_non_null(strstr(text, "failed: "));
        free(text);
    }
    char *text = terminal_of(summary, 80, true);
    assert_non_null(strstr(text, "\033[32m"));
    free(text);
    json_decref(summary);
}

/* A sweep takes a line a strategy, however many values it has. */
static void test_terminal_sweep(void **state)
{
    json_t *cases = json_array();
    char name[64];
    (void)state;
    for (int i = 0; i < 7; i++) {
        snprintf(name, sizeof(name), "width/width=%d", 1 << i);
        json_t *one = summary_of(name, entry("sequential", slow, 7),
                                 entry("libev_loop", fast, 7), LAST);
        json_t *c = json_array_get(json_object_get(one, "cases"), 0);
        json_object_set_new(c, "section", json_string("width"));
        json_object_set_new(c, "axes",
                            json_pack("{s:s}", "width", strchr(name, '=') + 1));
        json_array_append(cases, c);
        json_decref(one);
    }
    json_t *summary = json_pack("{s:o}", "cases", cases);
    char *text = terminal_of(summary, 80, false);
    size_t lines = 0;
    for (const char *p = text; *p; p++)
        lines += *p == '\n';
    assert_true(lines <= 8);
    assert_true(widest(text) <= 80);
    assert_non_null(strstr(text, "64"));
    free(text);
    json_decref(summary);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_unit_once),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_verdict_winner),
        cmocka_unit_test(test_verdict_ties),
        cmocka_unit_test(test_verdict_little),
        cmocka_unit_test(test_verdict_no_gain),
        cmocka_unit_test(test_warnings),
        cmocka_unit_test(test_one_cause),
        cmocka_unit_test(test_full_client),
        cmocka_unit_test(test_full_origin_and_client),
        cmocka_unit_test(test_unverified),
        cmocka_unit_test(test_less_is_not_faster),
        cmocka_unit_test(test_all_failed),
        cmocka_unit_test(test_failed_urls),
        cmocka_unit_test(test_statuses),
        cmocka_unit_test(test_steps),
        cmocka_unit_test(test_creator),
        cmocka_unit_test(test_memory),
        cmocka_unit_test(test_escaping),
        cmocka_unit_test(test_unbalanced),
        cmocka_unit_test(test_svg),
        cmocka_unit_test(test_svg_broken),
        cmocka_unit_test(test_counterparts),
        cmocka_unit_test(test_aggregate),
        cmocka_unit_test(test_terminal),
        cmocka_unit_test(test_terminal_sweep),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
