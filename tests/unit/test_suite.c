/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Suites: what a good one becomes, with overrides and selections, and the
 * ideals of its cases. What is wrong is test_suite_bad.c's.
 */
#include "suite_text.h"

static void expect_step(const struct bench_case *c, size_t s,
                        const char *wanted)
{
    char text[512];

    assert_true(s < c->step_count);
    assert_string_equal(case_step_text(c, s, text, sizeof(text)), wanted);
}

static void test_names_and_axes(void **state)
{
    static const char *const names[] = {"sweep/tasks=10/delay=40ms",
                                        "sweep/tasks=10/delay=2s+1s",
                                        "sweep/tasks=1000/delay=40ms",
                                        "sweep/tasks=1000/delay=2s+1s",
                                        "own steps",
                                        "listed"};
    struct suite *suite = read_good(good);

    (void)state;
    assert_string_equal(suite->name, "t");
    assert_string_equal(suite->path, "t.ini");
    assert_string_equal(suite->text, good);
    assert_string_equal(suite->note, "What it is for.");
    assert_int_equal(suite->case_count, COUNT(names));
    for (size_t c = 0; c < COUNT(names); c++)
        assert_string_equal(suite->cases[c].name, names[c]);
    const struct bench_case *c = &suite->cases[3];
    assert_string_equal(c->section, "sweep");
    assert_string_equal(c->where, "t.ini:8");
    assert_int_equal(c->tasks, 1000);
    assert_int_equal(c->axis_count, 2);
    assert_string_equal(c->axes[0].key, "tasks");
    assert_string_equal(c->axes[0].value, "1000");
    assert_string_equal(c->axes[1].value, "2s, 1s");
    suite_free(suite);
}

static void test_steps_and_phases(void **state)
{
    struct suite *suite = read_good(good);
    const struct bench_case *c = &suite->cases[4];

    (void)state;
    assert_string_equal(c->workload, "steps");
    assert_int_equal(c->step_count, 4);
    expect_step(c, 0, "fetch /json/{i}?delay={delay}&body=4096");
    expect_step(c, 1, "sleep 10ms");
    expect_step(c, 2, "sleep uniform 10ms 50ms");
    expect_step(c, 3, "fetch /bytes/{1..7}?delay={delay}&body=4096");
    assert_int_equal(c->phase_count, 2);
    assert_int_equal(c->phase_ends[0], 2);
    assert_int_equal(c->phase_ends[1], 4);
    assert_int_equal(c->tasks, 7); /* the range's length */
    assert_string_equal(c->note, "first; second | third");
    assert_true(case_uses_origin(c));
    assert_false(case_uses_real_urls(c));
    suite_free(suite);
}

static void test_defaults(void **state)
{
    struct suite *suite = read_good(good);
    const struct bench_case *c = &suite->cases[5];
    size_t all = 0;

    (void)state;
    while (strategies[all])
        all++;
    assert_int_equal(c->tasks, 3); /* the list's length */
    assert_int_equal(c->first, 0);
    assert_int_equal(c->width, 0);
    assert_int_equal(c->body_bytes, 0);
    assert_true(c->reuse);
    assert_int_equal(c->stack_bytes, 0);
    assert_int_equal(c->timeout, 0);
    assert_int_equal(c->limit, 60 * NSEC_PER_SEC);
    assert_int_equal(c->rounds, 10);
    assert_int_equal(c->entry_count, all);
    assert_string_equal(c->entries[c->baseline].label, "sequential");
    assert_null(c->note);
    assert_false(case_uses_origin(c));

    c = &suite->cases[0];
    assert_int_equal(c->entry_count, 3);
    assert_string_equal(c->entries[1].label, "thread_pool:100");
    assert_string_equal(c->entries[1].strategy->name, "thread_pool");
    assert_int_equal(c->entries[1].width, 100);
    assert_int_equal(c->entries[2].width, 0);
    assert_int_equal(c->baseline, 2);
    suite_free(suite);
}

static void test_every_key(void **state)
{
    struct suite *suite = read_good("[all]\nworkload = fetch\ntasks = 5\n"
                                    "first = 100\nbody = 100B\nreuse = no\n"
                                    "width = 3\nstack = 64KiB\nrounds = 7\n"
                                    "limit = 1.5s\ntimeout = 2s\n"
                                    "article = 0.4 s\nnote = n\n"
                                    "claim = ok; wall libev_loop = 1s\n"
                                    "strategies = thread_pool, libev_loop\n");
    const struct bench_case *c = &suite->cases[0];

    (void)state;
    assert_int_equal(c->first, 100);
    assert_int_equal(c->body_bytes, 100);
    assert_false(c->reuse);
    assert_int_equal(c->width, 3);
    assert_int_equal(c->stack_bytes, 65536);
    assert_int_equal(c->rounds, 7);
    assert_int_equal(c->limit, 1500 * NSEC_PER_MSEC);
    assert_int_equal(c->timeout, 2 * NSEC_PER_SEC);
    assert_string_equal(c->article, "0.4 s");
    assert_string_equal(c->claim, "ok; wall libev_loop = 1s");
    assert_string_equal(c->entries[c->baseline].label, "thread_pool");
    expect_step(c, 0, "fetch /bytes/100?id={i}");
    assert_true(*suite->note == '\0');
    suite_free(suite);
}

/* The template that a fetch from the own origin gets. */
static void test_own_urls(void **state)
{
    static const struct {
        const char *keys, *step;
    } table[] = {
        {"", "fetch /json/{i}"},
        {"delay = 5ms", "fetch /json/{i}?delay={delay}"},
        {"body = 4KiB", "fetch /bytes/4096?id={i}"},
        {"body = 4KiB\ndelay = 5ms", "fetch /bytes/4096?id={i}&delay={delay}"},
        {"url = /page/{i}", "fetch /page/{i}"},
        {"url = /page/{i}\nbody = 9B", "fetch /page/{i}?body=9"},
        {"url = /page/{i}?status=404\nbody = 9B",
         "fetch /page/{i}?status=404&body=9"},
        {"url = /delay/{delay}\ndelay = 5ms", "fetch /delay/{delay}"},
        {"url = /delay/40", "fetch /delay/40"},
        {"url = /status/404", "fetch /status/404"},
        {"url = /status/400", "fetch /status/400"},
    };
    char text[1024];

    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        snprintf(text, sizeof(text), "[a]\nworkload = fetch\ntasks = 2\n%s\n",
                 table[i].keys);
        struct suite *suite = read_good(text);
        expect_step(&suite->cases[0], 0, table[i].step);
        suite_free(suite);
    }
}

static void test_long_line(void **state)
{
    char text[9000] = "[a]\nworkload = sleep\ntasks = 1\ndelay = 1s";

    (void)state;
    for (size_t n = strlen(text); n + 8 < sizeof(text); n += 4)
        memcpy(text + n, ", 1s", 5);
    struct suite *suite = read_good(text);
    assert_true(suite->cases[0].steps[0].delay.count > 2000);
    suite_free(suite);
}

/* ---- files of URLs ---- */

static void test_urls(void **state)
{
    static const char urls[] = "# ours\r\n\r\nhttp://localhost:8000/a?x={1}\r\n"
                               "  https://example.org/b  \n\n"
                               "HTTP://127.0.0.1/c";
    struct suite *suite;

    (void)state;
    write_file("urls.txt", urls, strlen(urls));
    suite = read_good("[a]\nurls = urls.txt\n[b]\nurls = urls.txt\n"
                      "tasks = 7\nsteps = fetch; sleep 1ms\n");
    struct bench_case *c = &suite->cases[0];
    assert_string_equal(c->workload, "fetch");
    assert_int_equal(c->tasks, 3);
    assert_int_equal(c->steps[0].url_count, 3);
    assert_string_equal(c->steps[0].urls[0], "http://localhost:8000/a?x={1}");
    assert_string_equal(c->steps[0].urls[1], "https://example.org/b");
    assert_true(case_uses_real_urls(c));
    assert_int_equal(c->timeout, 30 * NSEC_PER_SEC);
    assert_int_equal(case_ideal(c, 1, 0), 0);
    assert_int_equal(suite->cases[1].tasks, 7);
    suite_free(suite);
}

/* ---- the command line ---- */

static void test_overrides(void **state)
{
    static const struct override with[] = {
        {"tasks", "5"},
        {"strategies", "executor, thread_pool"},
        {"delay", " 1ms "},
        {"body", "10B"}};
    struct suite *suite;

    (void)state;
    write_file("t.ini", good, strlen(good));
    suite = read_with("t.ini", NULL, with, COUNT(with));
    assert_non_null(suite);
    assert_int_equal(suite->case_count, 3); /* the sweeps are gone */
    for (size_t c = 0; c < suite->case_count; c++) {
        assert_int_equal(suite->cases[c].tasks, 5);
        assert_string_equal(suite->cases[c].delay, "1ms");
        assert_string_equal(suite->cases[c].entries[0].label, "executor");
        assert_int_equal(suite->cases[c].baseline, 0);
    }
    assert_string_equal(suite->cases[0].name, "sweep");
    assert_int_equal(suite->cases[0].body_bytes, 10);
    assert_int_equal(suite->cases[2].body_bytes, 0); /* it only sleeps */
    suite_free(suite);
}

static void test_case_of_options(void **state)
{
    static const struct override with[] = {
        {"workload", "fetch"}, {"tasks", "100"}, {"delay", "40ms"}};
    struct suite *suite = read_with(NULL, NULL, with, COUNT(with));

    (void)state;
    assert_non_null(suite);
    assert_string_equal(suite->name, "cases");
    assert_null(suite->path);
    assert_int_equal(suite->case_count, 1);
    assert_string_equal(suite->cases[0].name, "fetch");
    assert_string_equal(suite->cases[0].where, "command line");
    assert_int_equal(case_ideal(&suite->cases[0], 1, 0), 40 * NSEC_PER_MSEC);
    suite_free(suite);
}

/* Who is measured and how often may differ from case to case: the last section
 * that covers one counts, and an option more than all of them. */
static void test_refinements(void **state)
{
    static const char text[] = "[a]\n"
                               "workload = sleep\n"
                               "tasks = 1 | 10\n"
                               "delay = 1ms | 2ms\n"
                               "strategies = sequential, libev_loop\n"
                               "rounds = 7\n"
                               "[a/tasks=10]\n"
                               "rounds = 8\n"
                               "strategies = libev_loop\n"
                               "[a/delay=2ms/tasks=10]\n"
                               "rounds = 9\n";
    static const uint32_t rounds[] = {7, 7, 8, 9};
    static const size_t entries[] = {2, 2, 1, 1};
    const struct override five = {"rounds", "5"}, one = {"tasks", "3"};
    static const char *const only[] = {"a/tasks=10/delay=2ms", NULL};
    struct suite *suite = read_good(text);

    (void)state;
    assert_int_equal(suite->case_count, 4);
    for (size_t c = 0; c < 4; c++) {
        assert_int_equal(suite->cases[c].rounds, rounds[c]);
        assert_int_equal(suite->cases[c].entry_count, entries[c]);
        assert_string_equal(suite->cases[c].section, "a");
    }
    suite_free(suite);
    suite = read_with("t.ini", only, &five, 1);
    assert_non_null(suite);
    assert_int_equal(suite->case_count, 1);
    assert_int_equal(suite->cases[0].rounds, 5);
    assert_int_equal(suite->cases[0].entry_count, 1);
    suite_free(suite);
    /* What it refines may be gone. */
    suite = read_with("t.ini", NULL, &one, 1);
    assert_non_null(suite);
    assert_int_equal(suite->case_count, 2);
    assert_int_equal(suite->cases[1].rounds, 7);
    suite_free(suite);
}

static void test_selection(void **state)
{
    static const struct {
        const char *only[3];
        size_t count;
    } table[] = {
        {{"sweep", NULL}, 4},
        {{"sweep/tasks=10", NULL}, 2},
        {{"sweep/tasks=10/delay=40ms", "listed", NULL}, 2},
        {{"listed", "listed", NULL}, 1},
        {{"sweep/tasks=1", NULL}, 0},
    };
    const char *slip[] = {"lsited", NULL};

    (void)state;
    write_file("t.ini", good, strlen(good));
    for (size_t i = 0; i < COUNT(table); i++) {
        struct suite *suite = read_with("t.ini", table[i].only, NULL, 0);

        assert_int_equal(suite ? suite->case_count : 0, table[i].count);
        suite_free(suite);
    }
    assert_null(read_with("t.ini", slip, NULL, 0));
    expect_error("--cases: unknown case 'lsited'; did you mean 'listed'?");
}

/* What an option would make of a case that nobody asked for is no matter. */
static void test_overrides_of_the_selected(void **state)
{
    static const char text[] = "[a]\nworkload = sleep\ntasks = 1 | 2\n"
                               "delay = 1ms\n"
                               "[b]\nsteps = sleep 1ms\ntasks = 1\n"
                               "creator = spawn 0\n";
    static const struct override more[] = {{"tasks", "3"}};
    const char *only[] = {"a", NULL}, *other[] = {"c", NULL};

    (void)state;
    write_file("t.ini", text, strlen(text));
    struct suite *suite = read_with("t.ini", only, more, 1);
    assert_non_null(suite);
    assert_int_equal(suite->case_count, 1);
    assert_int_equal(suite->cases[0].tasks, 3);
    suite_free(suite);
    assert_null(read_with("t.ini", NULL, more, 1));
    assert_null(read_with("t.ini", other, more, 1));
    expect_error("--cases: unknown case 'c'");
}

static void test_suite_names(void **state)
{
    struct suite *suite;
    char **names;

    (void)state;
    setenv("CONCUR_SUITES", folder, 1);
    write_file("t.ini", good, strlen(good));
    write_file("bad.txt", "", 0);
    names = suite_names();
    assert_non_null(names);
    assert_string_equal(names[0], "t");
    assert_null(names[1]);
    words_free(names);
    suite = read_with("t", NULL, NULL, 0);
    assert_non_null(suite);
    assert_string_equal(suite->name, "t");
    assert_string_equal(suite->cases[0].where, "t.ini:8");
    suite_free(suite);
}

/* ---- ideals ---- */

static void test_ideals(void **state)
{
    static const struct {
        const char *keys;
        uint32_t width;
        double ms;
    } table[] = {
        {"workload = sleep\ntasks = 100\ndelay = 40ms", 0, 40},
        {"workload = sleep\ntasks = 100\ndelay = 40ms", 1, 4000},
        {"workload = sleep\ntasks = 100\ndelay = 40ms", 32, 125},
        {"workload = sleep\ndelay = 3s, 2s, 1s", 0, 3000},
        {"workload = sleep\ndelay = 3s, 2s, 1s", 2, 3000},
        {"workload = sleep\ndelay = 3s, 2s, 1s", 1, 6000},
        {"tasks = 4\nsteps = sleep 1s; sleep 2s", 2, 6000},
        {"tasks = 4\nsteps = sleep 1s; barrier; sleep 2s", 0, 3000},
        {"tasks = 2\nsteps = sleep 1s, 3s; barrier; sleep 3s, 1s", 0, 6000},
        {"tasks = 2\nsteps = sleep 1s, 3s; sleep 3s, 1s", 0, 4000},
        {"tasks = 3\nurl = /delay/40", 0, 40},
        {"tasks = 3\nurl = /json/{i}?delay=40", 1, 120},
        {"url = /delay/{1..3}", 1, 6},
        {"tasks = 3\nurl = /json/{i}", 1, 0},
        {"tasks = 3\nsteps = fetch; sleep 5ms\ndelay = 10ms", 0, 15},
        {"tasks = 10000000\nworkload = sleep\ndelay = 1h", 1,
         10000000 * 3600e3},
    };
    char text[1024];

    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        snprintf(text, sizeof(text), "[a]\n%s\n", table[i].keys);
        struct suite *suite = read_good(text);
        struct bench_case *c = &suite->cases[0];
        double ms = (double)case_ideal(c, 9, table[i].width) / 1e6;

        /* The last one is beyond what 64 bits of nanoseconds hold. */
        if (table[i].ms > 1e13)
            assert_true(ms > 1.8e13);
        else
            assert_true(ms == table[i].ms);
        assert_true((double)case_ideal(c, 9, table[i].width) / 1e6 == ms);
        suite_free(suite);
    }
}

/* The cache belongs to one seed, and to no width. */
static void test_ideal_of_seeds(void **state)
{
    struct suite *suite =
        read_good("[a]\nworkload = sleep\ntasks = 1000\ndelay = exp 20ms\n");
    struct bench_case *c = &suite->cases[0];
    nsec first = case_ideal(c, 1, 1), second = case_ideal(c, 2, 1);

    (void)state;
    assert_true(first != second);
    assert_true(case_ideal(c, 1, 1) == first);
    assert_true(case_ideal(c, 1, 0) < first);
    assert_true(first > 15 * NSEC_PER_SEC && first < 25 * NSEC_PER_SEC);
    suite_free(suite);
}

/* ---- the table of keys ---- */

/* A suite's own, for cases that have no fixed number of rounds; options may
 * give them one. */
static void test_budget(void **state)
{
    static const char text[] = "# What for.\nbudget = 26m ; long\n"
                               "[a]\nworkload = sleep\ntasks = 1\n"
                               "delay = 1ms\nrounds = auto\n"
                               "[b]\nworkload = sleep\ntasks = 1\n"
                               "delay = 1ms\n";
    static const struct override fixed[] = {{"rounds", "3"}};
    const char *only[] = {"b", NULL};

    (void)state;
    struct suite *suite = read_good(good);
    assert_int_equal(suite->budget, 0);
    suite_free(suite);
    write_file("t.ini", text, strlen(text));
    for (int i = 0; i < 3; i++) {
        suite = read_with("t.ini", i == 1 ? only : NULL, fixed, i == 2);
        assert_non_null(suite);
        assert_int_equal(suite->budget, 26 * 60 * NSEC_PER_SEC);
        assert_string_equal(suite->note, "What for.");
        suite_free(suite);
    }
}

static void test_keys(void **state)
{
    size_t count = 0;
    char range[80];

    (void)state;
    for (const struct case_key *key = case_keys; key->name; key++) {
        assert_ptr_equal(case_key_find(key->name), key);
        assert_true(key->low <= key->high);
        assert_true(strlen(case_key_range(key, range, sizeof(range))) < 79);
        count++;
    }
    assert_true(count < 32); /* KEYS_MAX of draft.h */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_and_axes),
        cmocka_unit_test(test_steps_and_phases),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_every_key),
        cmocka_unit_test(test_own_urls),
        cmocka_unit_test(test_long_line),
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_overrides),
        cmocka_unit_test(test_case_of_options),
        cmocka_unit_test(test_refinements),
        cmocka_unit_test(test_selection),
        cmocka_unit_test(test_overrides_of_the_selected),
        cmocka_unit_test(test_suite_names),
        cmocka_unit_test(test_ideals),
        cmocka_unit_test(test_ideal_of_seeds),
        cmocka_unit_test(test_budget),
        cmocka_unit_test(test_keys),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
