/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Claims: what can be said, what is said of a bad one and where, and that none
 * is said to hold which the data do not bear out.
 */
#include <math.h>

#include "../../harness/report/claims.h"
#include "suite_text.h"

/* ---- the grammar ---- */

static const struct {
    const char *text, *wrong;
} statements[] = {
    {"ok", NULL},
    {"ok; wall a = 3s", NULL},
    {"  wall   a =  3 s  ", NULL},
    {"wall thread_pool:100 < 1.5s;ratio a b > 0.95", NULL},
    {"ratio a c/d = 1 ± 2%; ratio a x/tasks=10/d = 1 +- 2 %", NULL},
    {"cores all > 0.95; inflight a = 5; threads a = 1", NULL},
    {"memory a = 1KB ± 25%; virtual all > 8MiB; life a c/b > 5", NULL},
    {"memory a = 3ms", "'3ms' has no unit that is known: B, KB, KiB, MB, "
                       "MiB, GB or GiB"},
    {"life a > 5", "'5' is none of = < >: write it as in 'life "
                   "thread_per_task libev_loop > 5'"},
    {"finished a = 2 1 0; started a = 0 1", NULL},
    {"", "a statement is missing beside a ';'"},
    {"ok;", "a statement is missing beside a ';'"},
    {"ok; ; ok", "a statement is missing beside a ';'"},
    {"ok now", "nothing follows 'ok'"},
    {"wal a = 3s", "unknown statement 'wal'; did you mean 'wall'?"},
    {"wall", "'wall' is not complete: write it as in 'wall libev_loop = 3s'"},
    {"wall a", "'wall' is not complete: write it as in 'wall libev_loop = 3s'"},
    {"wall a =",
     "'wall' is not complete: write it as in 'wall libev_loop = 3s'"},
    {"wall a 3s", "'3s' is none of = < >: write it as in 'wall libev_loop = "
                  "3s'"},
    {"wall a == 3s", "'==' is none of = < >: write it as in 'wall libev_loop "
                     "= 3s'"},
    {"wall a = 3", "'3' has no unit: write 3ms or 3s"},
    {"speedup a > fast", "'fast' is not a number from 0 up"},
    {"speedup a > -1", "'-1' is not a number from 0 up"},
    {"speedup a > 1e999", "'1e999' is not a number from 0 up"},
    {"ratio a = 1", "'1' is none of = < >: write it as in 'ratio "
                    "await_in_loop sequential = 1'"},
    {"wall a = 3s ± 5", "'5' has no unit: write 5%"},
    {"wall a = 3s ± 101%", "'101%' is not between 0% and 100%"},
    {"bogus", "unknown statement 'bogus'; there are ok, wall, speedup, ratio, "
              "cores, memory, virtual, life, inflight, threads, started, "
              "finished"},
    {"inflight a = 1.5", "inflight: '1.5' is not a whole number"},
    {"wall a = 3s ± ", "± needs a percentage: write ± 5%"},
    {"wall a < 3s ± 5%", "± goes with '=' only"},
    {"wall /a = 3s", "'/a' is neither a LABEL nor CASE/LABEL"},
    {"wall c/ = 3s", "'c/' is neither a LABEL nor CASE/LABEL"},
    {"finished a = 1", "'finished' is not complete: write it as in 'finished "
                       "libev_loop = 2 1 0'"},
    {"finished a < 1 2", "'finished' goes with '=' only"},
    {"started a = 1 x", "'x' is not a whole number"},
    {"started a = 1 2 1", "task 1 is there twice"},
    {"started a = 0 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16",
     "started: more than 16 tasks"},
};

static void test_grammar(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(statements); i++) {
        const char *wrong = claim_check(statements[i].text);

        if (!statements[i].wrong && wrong)
            fail_msg("%s: %s", statements[i].text, wrong);
        else if (statements[i].wrong && !wrong)
            fail_msg("%s: nothing is wrong", statements[i].text);
        else if (wrong)
            assert_string_equal(wrong, statements[i].wrong);
    }
}

static void test_what_is_read(void **state)
{
    const char *text = "ratio a x/tasks=10/b = 1 ± 2%; wall c > 1.5s";
    struct claim claim;

    (void)state;
    assert_null(claim_next(&text, &claim));
    assert_int_equal(claim.kind, CLAIM_RATIO);
    assert_string_equal(claim.who[0].label, "a");
    assert_string_equal(claim.who[0].in_case, "");
    assert_string_equal(claim.who[1].label, "b");
    assert_string_equal(claim.who[1].in_case, "x/tasks=10");
    assert_true(fabs(claim.tolerance - 0.02) < 1e-9);
    assert_null(claim_next(&text, &claim));
    assert_int_equal(claim.relation, '>');
    assert_true(fabs(claim.value - 1.5e9) < 1);
    assert_string_equal(text, "");
}

/* ---- in a suite ---- */

#define CASE_A                                                                 \
    "[a]\nworkload = sleep\ndelay = 1s\ntasks = 1 | 2\n"                       \
    "strategies = sequential, thread_pool:8\n"

static const struct {
    const char *text, *error;
} suites[] = {
    {CASE_A "claim = ok; wall thread_pool:8 = 1s\n", NULL},
    {CASE_A "claim = ok\n wall sequential = 1s\n", NULL},
    {CASE_A "claim = ratio sequential b/libev_loop = 1; wall all > 1s\n"
            "[b]\nworkload = sleep\ndelay = 1s\ntasks = 1\n",
     NULL},
    {CASE_A "claim = ratio sequential a/tasks=1/sequential > 1\n", NULL},
    {CASE_A "claim = wal sequential = 1s\n",
     "t.ini:6: claim: unknown statement 'wal'; did you mean 'wall'?"},
    {CASE_A "claim =\n", "t.ini:6: claim: has no value"},
    {CASE_A "claim = ok; wall sequentiel = 1s\n",
     "t.ini:6: claim: 'sequentiel' is neither a strategy nor a peer of case "
     "a/tasks=1; did you mean 'sequential'?"},
    {CASE_A "claim = wall thread_pool = 1s\n",
     "t.ini:6: claim: 'thread_pool' is neither a strategy nor a peer of case "
     "a/tasks=1"},
    {CASE_A "claim = speedup sequential > 1\n",
     "t.ini:6: claim: speedup: sequential is the baseline of case a/tasks=1 "
     "itself"},
    {CASE_A "claim = finished thread_pool:8 = 0 7\n",
     "t.ini:6: claim: case a/tasks=1 has no task 7: they are 0 to 0"},
    {CASE_A "claim = wall c/sequential = 1s\n",
     "t.ini:6: claim: there is no case 'c'"},
};

static void test_in_a_suite(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(suites); i++) {
        struct suite *suite = read_text(suites[i].text);

        if (!suites[i].error && !suite)
            fail_msg("%s: %s", suites[i].text, error);
        if (suites[i].error) {
            assert_null(suite);
            assert_memory_equal(error, suites[i].error,
                                strlen(suites[i].error));
        }
        suite_free(suite);
    }
}

/* The command line may leave out those of whom a claim speaks. */
static void test_other_strategies(void **state)
{
    const struct override override = {"strategies", "libev_loop"};
    const struct suite_request request = {
        .suite = "t.ini", .overrides = &override, .override_count = 1};
    const char *text = CASE_A "claim = wall sequential = 1s\n";

    (void)state;
    write_file("t.ini", text, strlen(text));
    struct suite *suite = suite_read(&request, error, sizeof(error));
    assert_non_null(suite);
    assert_string_equal(suite->cases[0].claim, "wall sequential = 1s");
    suite_free(suite);
}

/* ---- against data ---- */

/* Measured in rounds 1 to n, `step` ms more in each; lo and hi as from them. */
static json_t *entry(const char *label, double ms, double step, int n)
{
    json_t *walls = json_array();
    double most = 1e6 * (ms + step * (n - 1));
    bool interval = n >= 6;

    for (int i = 0; i < n; i++)
        json_array_append_new(
            walls, json_pack("[i, f]", i + 1, 1e6 * (ms + step * i)));
    return json_pack(
        "{s:s, s:s, s:s, s:i, s:o, s:{s:f, s:o, s:o, s:f, s:f},"
        " s:{s:f, s:f, s:f}, s:i, s:i, s:i, s:i}",
        "label", label, "strategy", label, "status", "ok", "samples", n,
        "walls_ns", walls, "wall_ns", "median", (1e6 * ms + most) / 2, "lo",
        interval ? json_real(1e6 * ms) : json_null(), "hi",
        interval ? json_real(most) : json_null(), "min", 1e6 * ms, "max", most,
        "cores_busy", "median", 0.97, "lo", 0.96, "hi", 0.98, "threads_peak", 1,
        "inflight_peak", 5, "ok", 3, "failed", 0);
}

static json_t *case_of(const char *name, json_t *entries)
{
    return json_pack("{s:s, s:s, s:i, s:i, s:s, s:o}", "name", name, "workload",
                     "sleep", "tasks", 3, "first", 1, "baseline", "slow",
                     "strategies", entries);
}

static json_t *fit(double slope, double margin)
{
    return json_pack("{s:f, s:f, s:f}", "slope", slope, "lo", slope - margin,
                     "hi", slope + margin);
}

/* In `one` a task of `slow` takes 8,000 ± 80 B and 50 ± 5 µs, one of `fast` 100
 * ± 200 B and 5 ± 0.5 µs, one of `few` 1 ± 2 µs. */
static json_t *costs(void)
{
    return json_pack("[{s:s, s:s, s:o, s:o}, {s:s, s:s, s:o, s:o},"
                     " {s:s, s:s, s:o}]",
                     "section", "one", "label", "slow", "taken_bytes",
                     fit(8000, 80), "life_ns", fit(50000, 5000), "section",
                     "one", "label", "fast", "taken_bytes", fit(100, 200),
                     "life_ns", fit(5000, 500), "section", "one", "label",
                     "few", "life_ns", fit(1000, 2000));
}

/* `slow` 100 to 105 ms, `fast` 10 to 10.5, `few` two rounds, `gone` absent;
 * in `other` one that is right and one that failed. */
static json_t *summary(void)
{
    json_t *gone = json_pack("{s:s, s:s, s:s}", "label", "gone", "status",
                             "absent", "reason", "is not here");
    json_t *dead = json_pack("{s:s, s:s, s:s}", "label", "dead", "status",
                             "failed", "reason", "crashed");

    return json_pack(
        "{s:o, s:[o, o]}", "costs", costs(), "cases",
        case_of("one", json_pack("[o, o, o, o]", entry("slow", 100, 1, 6),
                                 entry("fast", 10, 0.1, 6),
                                 entry("few", 10, 0.4, 2), gone)),
        case_of("other",
                json_pack("[o, o]", entry("fast", 10.1, 0.1, 6), dead)));
}

/* Tasks are numbered from 1, since the case's `first` is. */
static const char timeline[] =
    "case,strategy,round,task,created_ns,started_ns,finished_ns,outcome\n"
    "one,fast,1,0,0,10,900,ok\none,fast,1,1,0,20,800,ok\n"
    "one,fast,1,2,0,30,700,ok\n";

static const struct {
    const char *statement;
    enum claim_verdict verdict;
    const char *measured; /* its beginning; NULL: not tested */
} table[] = {
    {"wall slow = 100ms", CLAIM_HOLDS, "103 ms [100, 105]"},
    {"wall slow = 100ms ± 4%", CLAIM_UNRESOLVED, NULL},
    {"wall slow = 100ms ± 0%", CLAIM_UNRESOLVED, NULL},
    {"wall slow = 90ms", CLAIM_FAILS, NULL},
    {"wall slow < 106ms", CLAIM_HOLDS, NULL},
    {"wall slow < 103ms", CLAIM_UNRESOLVED, NULL},
    {"wall slow < 100ms", CLAIM_FAILS, NULL},
    {"wall slow > 99ms", CLAIM_HOLDS, NULL},
    {"wall slow > 105ms", CLAIM_FAILS, NULL},
    {"wall few < 10.5ms", CLAIM_HOLDS, "10.2 ms (10.0 to 10.4 in 2 rounds)"},
    {"wall few < 10.2ms", CLAIM_UNRESOLVED, NULL},
    {"wall gone = 1ms", CLAIM_UNMEASURED, ""},
    {"wall nobody = 1ms", CLAIM_UNMEASURED, ""},
    {"wall nowhere/fast = 1ms", CLAIM_UNMEASURED, ""},
    {"wall other/dead = 1ms", CLAIM_UNMEASURED, ""},
    {"speedup fast > 9.9", CLAIM_HOLDS, "10.0× [10.0×, 10.0×]"},
    {"speedup fast > 10.1", CLAIM_FAILS, NULL},
    {"speedup few > 9", CLAIM_HOLDS, NULL},
    {"ratio fast slow = 0.1", CLAIM_HOLDS, NULL},
    {"ratio slow fast = 1", CLAIM_FAILS, NULL},
    {"ratio slow gone = 1", CLAIM_UNMEASURED, ""},
    {"ratio fast other/fast = 1", CLAIM_HOLDS, "0.99"},
    {"ratio fast other/fast = 1 ± 0.1%", CLAIM_FAILS, NULL},
    {"cores fast > 0.95", CLAIM_HOLDS, "0.97 [0.96, 0.98]"},
    {"cores fast > 0.97", CLAIM_UNRESOLVED, NULL},
    {"memory slow = 8KB ± 2%", CLAIM_HOLDS, "7.81 KiB ["},
    {"memory slow = 1KB", CLAIM_FAILS, NULL},
    {"memory fast < 200B", CLAIM_UNRESOLVED, "100 B [−100, 300]"},
    {"memory few = 1KB", CLAIM_UNMEASURED, ""},
    {"virtual slow = 1KB", CLAIM_UNMEASURED, ""},
    {"life slow fast > 8", CLAIM_HOLDS, "10.0× [8.18×, 12.2×]"},
    {"life slow fast > 9", CLAIM_UNRESOLVED, NULL},
    {"life fast slow > 1", CLAIM_FAILS, NULL},
    {"life slow few > 10", CLAIM_HOLDS, "50.0× [15.0×, –]"},
    {"life slow few > 20", CLAIM_UNRESOLVED, NULL},
    {"life slow other/fast > 1", CLAIM_UNMEASURED, ""},
    {"inflight fast = 5", CLAIM_HOLDS, "5"},
    {"inflight fast = 4", CLAIM_FAILS, "5"},
    {"threads fast < 2", CLAIM_HOLDS, "1"},
    {"finished fast = 3 2 1", CLAIM_HOLDS, "3 2 1"},
    {"finished fast = 3 1", CLAIM_HOLDS, "3 1"},
    {"finished fast = 1 2 3", CLAIM_FAILS, "3 2 1"},
    {"started fast = 1 2 3", CLAIM_HOLDS, "1 2 3"},
    {"started fast = 0 1 2", CLAIM_UNMEASURED, ""},
    {"started slow = 1 2", CLAIM_UNMEASURED, ""},
    {"inflight all = 5", CLAIM_HOLDS, NULL},
    {"wall all < 50ms", CLAIM_FAILS, "\2slow\2 103 ms"},
    {"wall all > 10.2ms", CLAIM_UNRESOLVED, NULL},
    {"ok", CLAIM_HOLDS, ""},
};

/* Calls `each` with the run above. */
static void with_run(void (*each)(const struct view *, const struct records *))
{
    json_t *data = summary();
    struct view view;

    assert_non_null(data);
    write_file("timeline.csv", timeline, strlen(timeline));
    assert_true(view_open(&view, NULL, data));
    struct records *records = records_load(".", &view);
    assert_non_null(records);
    each(&view, records);
    records_free(records);
    view_close(&view);
    json_decref(data);
    unlink("timeline.csv");
}

static char *measured_of(const struct view *view, const struct records *records,
                         const struct claim *claim)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    claim_write_measured(out, view, records, &view->cases[0], claim);
    fclose(out);
    return text;
}

static void judge_each(const struct view *view, const struct records *records)
{
    for (size_t i = 0; i < COUNT(table); i++) {
        const char *text = table[i].statement;
        struct claim claim;

        assert_null(claim_next(&text, &claim));
        enum claim_verdict verdict =
            claim_judge(view, records, &view->cases[0], &claim);
        if (verdict != table[i].verdict)
            fail_msg("%s: %s", table[i].statement, claim_word(verdict));
        char *measured = measured_of(view, records, &claim);
        if (table[i].measured && *table[i].measured &&
            strncmp(measured, table[i].measured, strlen(table[i].measured)) !=
                0)
            fail_msg("%s: '%s'", table[i].statement, measured);
        if (table[i].measured && !*table[i].measured)
            assert_string_equal(measured, "");
        free(measured);
    }
}

static void test_verdicts(void **state)
{
    (void)state;
    with_run(judge_each);
}

/* One that failed: then not all results are right. */
static void judge_ok(const struct view *view, const struct records *records)
{
    const char *text = "ok";
    struct claim claim;

    assert_null(claim_next(&text, &claim));
    assert_int_equal(claim_judge(view, records, &view->cases[1], &claim),
                     CLAIM_FAILS);
}

static void test_ok(void **state)
{
    (void)state;
    with_run(judge_ok);
}

static void write_each(const struct view *view, const struct records *records)
{
    static const struct {
        const char *statement, *words;
    } said[] = {
        {"ok", "all results are right"},
        {"wall fast < 3s", "\2fast\2 takes less than 3.00 s"},
        {"speedup fast > 9", "\2fast\2 is more than 9.00× as fast as \2slow\2"},
        {"ratio fast other/fast = 1",
         "\2fast\2 takes 1.00× as long as \2fast\2 in \2other\2"},
        {"memory fast = 1KiB",
         "\2fast\2 takes 1 KiB of memory for one more task"},
        {"life slow fast > 5", "\2slow\2 starts and ends one more task in more "
                               "than 5.00× the time of \2fast\2"},
        {"threads fast = 1", "\2fast\2 has 1 thread"},
        {"threads fast < 3", "\2fast\2 has less than 3 threads"},
        {"inflight all = 5", "each has 5 in flight at once"},
        {"finished fast = 2 1",
         "under \2fast\2 the tasks finish in the order 2 1"},
    };

    (void)records;
    for (size_t i = 0; i < COUNT(said); i++) {
        const char *statement = said[i].statement;
        struct claim claim;
        char *text = NULL;
        size_t size;
        FILE *out = open_memstream(&text, &size);

        assert_null(claim_next(&statement, &claim));
        claim_write(out, view, &view->cases[0], &claim);
        fclose(out);
        assert_string_equal(text, said[i].words);
        free(text);
    }
}

static void test_words(void **state)
{
    (void)state;
    with_run(write_each);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grammar),
        cmocka_unit_test(test_what_is_read),
        cmocka_unit_test(test_in_a_suite),
        cmocka_unit_test(test_other_strategies),
        cmocka_unit_test(test_verdicts),
        cmocka_unit_test(test_ok),
        cmocka_unit_test(test_words),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
