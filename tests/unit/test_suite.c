/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Suites: what a good one becomes, what is said of a bad one and in which
 * line, overrides, selection, ideals; and that no mutilated one does harm.
 *
 * Suites are written into a folder of the test's own, as t.ini.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../harness/suite/suite.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static char folder[] = "/tmp/concur-suite-XXXXXX";
static char error[2048];

static void write_file(const char *name, const char *text, size_t length)
{
    FILE *file = fopen(name, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static int set_up(void **state)
{
    (void)state;
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static int tear_down(void **state)
{
    static const char *const files[] = {"t.ini", "urls.txt", "bad.txt"};

    (void)state;
    for (size_t f = 0; f < COUNT(files); f++)
        unlink(files[f]);
    return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1;
}

/* The suite of that text, or NULL and `error`. */
static struct suite *read_text(const char *text)
{
    const struct suite_request request = {.suite = "t.ini"};

    write_file("t.ini", text, strlen(text));
    error[0] = '\0';
    return suite_read(&request, error, sizeof(error));
}

static struct suite *read_good(const char *text)
{
    struct suite *suite = read_text(text);

    if (!suite)
        fail_msg("refused: %s", error);
    return suite;
}

static void expect_error(const char *wanted)
{
    if (strcmp(error, wanted) != 0)
        fail_msg("said:   %s\nwanted: %s", error, wanted);
}

static void expect_step(const struct bench_case *c, size_t s,
                        const char *wanted)
{
    char text[512];

    assert_true(s < c->step_count);
    assert_string_equal(case_step_text(c, s, text, sizeof(text)), wanted);
}

/* ---- good ones ---- */

static const char good[] = "# SPDX-License-Identifier: GPL-3.0-or-later\n"
                           "#\n"
                           "# What it is\n"
                           "# for.\n"
                           "#\n"
                           "# Not this.\n"
                           "\n"
                           "[sweep]\n"
                           "  workload = fetch\n"
                           "  tasks = 10 | 1,000   ; two\n"
                           "\n"
                           "  delay = 40ms | 2s,  1s\n"
                           "  strategies = sequential, thread_pool:100,\n"
                           "      libev_loop\r\n"
                           "  baseline = libev_loop\n"
                           "[own steps] ; a blank in its name\n"
                           "steps = fetch /json/{i} ; sleep 10ms\n"
                           "    # a comment among the steps\n"
                           "    barrier\n"
                           "    sleep; fetch /bytes/{1..7};\n"
                           "delay = uniform 10ms 50ms\n"
                           "body: 4KiB\n"
                           "note = first ; second | third\n"
                           "[listed]\n"
                           "workload = sleep\n"
                           "delay = 3s, 2s, 1s";

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

/* ---- bad ones ---- */

static const struct bad {
    const char *text, *error;
} bad[] = {
    {"", "t.ini:1: has no case: begin one with [name]"},
    {"# only this\n", "t.ini:1: has no case: begin one with [name]"},
    {"tasks = 5\n[a]\n",
     "t.ini:1: 'tasks' stands before the first section: begin one with "
     "[name]"},
    {"[a]\nworkload = sleep\ntaks = 5\n",
     "t.ini:3: unknown key 'taks'; did you mean 'tasks'?"},
    {"[a]\nworkload = sleep\n  Tasks = 5\n",
     "t.ini:3: unknown key 'Tasks'; did you mean 'tasks'?"},
    {"[a]\ncpu = 5ms\n", "t.ini:2: unknown key 'cpu'"},
    {"[a]\nfrobnicate = 1\n", "t.ini:2: unknown key 'frobnicate'"},
    {"[a]\n\nworkload sleep\n",
     "t.ini:3: is neither a [section] nor key = value"},
    {"[a\n", "t.ini:1: a section's name ends with ']'"},
    {"[a] tasks = 5\n", "t.ini:1: nothing may follow a section's name"},
    {"[]\n", "t.ini:1: a section's name has 1 to 49 characters"},
    {"[aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]\n",
     "t.ini:1: a section's name has 1 to 49 characters"},
    {"[a/b]\n", "t.ini:1: a section's name is made of letters, digits, blanks "
                "and _ - . +"},
    {"[a]\nworkload=sleep\n[a]\n",
     "t.ini:3: section 'a' is there already: t.ini:1"},
    {"[a]\ntasks = 5\nworkload = sleep\ntasks = 6\n",
     "t.ini:4: tasks is there already: t.ini:2"},
    {"[a]\n", "t.ini:1: needs a workload (sleep or fetch) or steps"},
    {"[a]\nworkload =\n", "t.ini:2: workload: has no value"},
    {"[a]\nworkload = slep\n",
     "t.ini:2: workload: unknown workload 'slep'; did you mean 'sleep'?"},
    {"[a]\nworkload = sleep\nsteps = sleep 1s\n",
     "t.ini:3: steps: the case has a workload already"},
    {"[a]\nworkload = sleep\ntasks = 5\n",
     "t.ini:2: workload: sleep needs a time: give the case a delay"},
    {"\n[a]\nworkload = sleep\ndelay = 1s\n",
     "t.ini:2: needs tasks: say how many"},
    {"[a]\nworkload = sleep\ntasks = 0\n",
     "t.ini:3: tasks: 0 is out of range: 1 to 10,000,000"},
    {"[a]\nworkload = sleep\ntasks = 10 # ten\n",
     "t.ini:3: tasks: '10 # ten' is not a whole number"},
    {"[a]\nworkload = sleep\ntasks = 50%\n",
     "t.ini:3: tasks: '50%' is not a whole number"},
    {"[a]\nworkload = sleep\ndelay = 40\n",
     "t.ini:3: delay: '40' has no unit: write 40ms or 40s"},
    {"[a]\nworkload = sleep\ndelay = -1s\n",
     "t.ini:3: delay: '-1s' is negative"},
    {"[a]\nworkload = sleep\ndelay = 2h\n",
     "t.ini:3: delay: 2h is out of range: 0s to 3600s"},
    {"[a]\nworkload = sleep\nwidth = 1,000,001\n",
     "t.ini:3: width: 1,000,001 is out of range: 1 to 1,000,000"},
    {"[a]\nworkload = fetch\nbody = 2GiB\n",
     "t.ini:3: body: 2GiB is out of range: 1B to 1GiB"},
    {"[a]\nworkload = fetch\nstack = 1B\n",
     "t.ini:3: stack: 1B is out of range: 16KiB to 1GiB"},
    {"[a]\nworkload = fetch\nreuse = perhaps\n",
     "t.ini:3: reuse: 'perhaps' is neither yes nor no"},
    {"[a]\nworkload = fetch\nlimit = 0s\n",
     "t.ini:3: limit: 0s is out of range: 1ms to 86400s"},
    {"[a]\nworkload = fetch\nrounds = 0\n",
     "t.ini:3: rounds: 0 is out of range: 1 to 10,000"},
    {"[a]\nworkload = fetch\ntasks = 2\nfirst = 4294967295\n",
     "t.ini:4: first: 4294967295 is out of range: 0 to 4,000,000,000"},
    /* sweeps */
    {"[a]\nworkload = sleep\ntasks = 1 | | 2\n",
     "t.ini:3: tasks: a value is missing beside a '|'"},
    {"[a]\nworkload = sleep\ntasks = 1 | 1\n",
     "t.ini:3: tasks: 1 is there twice"},
    {"[a]\nworkload = sleep\ndelay=1s\ntasks = 1 | x\n",
     "t.ini:4: tasks: 'x' is not a whole number"},
    {"[a]\nrounds = 1 | 2\n", "t.ini:2: rounds: cannot be swept with '|': "
                              "write a section for each"},
    /* what nothing makes use of */
    {"[a]\nworkload = sleep\ndelay=1s\ntasks=1\nbody = 1KiB\n",
     "t.ini:5: body: nothing is fetched from the own origin"},
    {"[a]\nworkload = sleep\ndelay=1s\ntasks=1\nurl = /json/1\n",
     "t.ini:5: url: no step fetches it"},
    {"[a]\nsteps = sleep 1s\ntasks=1\ndelay = 1s\n",
     "t.ini:4: delay: no step waits for it: sleeps have times of their own, "
     "and a real URL's delay is its server's"},
    {"[a]\nurl = http://h/\ntasks=1\ndelay = 1s\n",
     "t.ini:4: delay: no step waits for it: sleeps have times of their own, "
     "and a real URL's delay is its server's"},
    {"[a]\nurl = http://h/\ntasks=1\nbody = 1KiB\n",
     "t.ini:4: body: nothing is fetched from the own origin"},
    /* steps */
    {"[a]\ntasks=1\nsteps = fetc /json/1\n",
     "t.ini:3: steps: unknown step 'fetc'; did you mean 'fetch'?"},
    {"[a]\ntasks=1\nsteps = cpu 1ms\n", "t.ini:3: steps: unknown step 'cpu'"},
    {"[a]\ntasks=1\nsteps = sleep 1s;; sleep 1s\n",
     "t.ini:3: steps: a step is missing beside a ';'"},
    {"[a]\ntasks=1\nsteps = sleep 1s\n  ; sleep 2s\n",
     "t.ini:4: a line that begins with ';' is a comment: put the ';' at the "
     "end of the line before"},
    {"[a]\ntasks=1\nsteps = barrier; sleep 1s\n",
     "t.ini:3: steps: a barrier stands between steps"},
    {"[a]\ntasks=1\nsteps = sleep 1s; barrier\n",
     "t.ini:3: steps: a barrier stands between steps"},
    {"[a]\ntasks=1\nsteps = sleep 1s; barrier 2; sleep 1s\n",
     "t.ini:3: steps: barrier takes no '2'"},
    {"[a]\ntasks=1\nsteps = sleep\n",
     "t.ini:3: steps: sleep needs a time: give the case a delay, or write "
     "sleep 10ms"},
    {"[a]\ntasks=1\nsteps = sleep 10\n",
     "t.ini:3: steps: sleep: '10' has no unit: write 10ms or 10s"},
    {"[a]\ntasks=1\nsteps = sleep 10ms sleep 5ms\n",
     "t.ini:3: steps: sleep: '10ms sleep 5ms' has no unit that is known: ns, "
     "us, ms, s, m or h"},
    {"[a]\ntasks=1\nsteps = fetch /json/1 /json/2\n",
     "t.ini:3: steps: '/json/1 /json/2' is no URL: it has a blank"},
    {"[a]\ntasks=1\nsteps = fetch /json/1; fetch http://h/\n",
     "t.ini:3: steps: fetches go either all to the own origin or all to real "
     "URLs"},
    /* URLs */
    {"[a]\ntasks=1\nurl = json/1\n",
     "t.ini:3: url: 'json/1' is neither a path like /json/{i} nor an http or "
     "https URL"},
    {"[a]\ntasks=1\nurl = /json/{x}\n",
     "t.ini:3: url: {x} is none of {i}, {delay} and {A..B}"},
    {"[a]\ntasks=1\nurl = /json/{5..1}\n",
     "t.ini:3: url: {5..1} is empty: it ends before it begins"},
    {"[a]\ntasks=1\nurl = /json/{1..}\n",
     "t.ini:3: url: {1..} is not a range like {1..100}"},
    {"[a]\ntasks=1\nurl = /json/{i\n",
     "t.ini:3: url: has a '{' without '}': write %7B for the sign itself"},
    {"[a]\ntasks=1\nurl = /json/i}\n",
     "t.ini:3: url: has a '}' without '{': write %7D for the sign itself"},
    {"[a]\ntasks=1\nurl = /json/{delay}\n",
     "t.ini:3: url: has {delay}, but the case has no delay"},
    {"[a]\nurl = /json/{1..99999999}\n",
     "t.ini:1: has 99999999 tasks, out of range: 1 to 10,000,000"},
    {"[a]\ntasks=1\nurl = /jsn/{i}\n",
     "t.ini:3: url: the origin does not serve '/jsn/0': try /json/{i}, "
     "/bytes/N, /delay/MS, /status/CODE or /page/{i}"},
    {"[a]\ntasks=1\nurl = /bytes/many\n",
     "t.ini:3: url: the origin cannot answer '/bytes/many': a value is "
     "impossible"},
    {"[a]\ntasks=1\ndelay=1s\nurl = /json/1?delay=40\n",
     "t.ini:4: url: has a delay of its own beside the case's: write {delay} "
     "for that one"},
    {"[a]\ntasks=1\nurl = ftp://h/x\n",
     "t.ini:3: url: 'ftp://h/x' is not an http or https URL"},
    {"[a]\ntasks=1\nurl = http://h:99999/x\n",
     "t.ini:3: url: 'http://h:99999/x' is not a URL: Port number was not a "
     "decimal number between 0 and 65535"},
    {"[a]\nurl=/json/1\nurls = urls.txt\n",
     "t.ini:3: urls: the case has a url already"},
    {"[a]\n\nurls = missing.txt\n",
     "t.ini:3: urls: cannot read 'missing.txt': No such file or directory"},
    /* strategies */
    {"[a]\nworkload=fetch\ntasks=1\nstrategies = sequental\n",
     "t.ini:4: strategies: unknown strategy 'sequental'; did you mean "
     "'sequential'?"},
    {"[a]\nworkload=fetch\ntasks=1\nstrategies = sequential,\n",
     "t.ini:4: strategies: a strategy is missing beside a ','"},
    {"[a]\nworkload=fetch\ntasks=1\nstrategies = sequential:4\n",
     "t.ini:4: strategies: sequential has one task in flight by nature: it "
     "cannot take a width"},
    {"[a]\nworkload=fetch\ntasks=1\nstrategies = thread_pool:0\n",
     "t.ini:4: strategies: thread_pool:0: 0 is out of range: 1 to 1,000,000"},
    {"[a]\nworkload=fetch\ntasks=1\nstrategies = executor:4, executor:04\n",
     "t.ini:4: strategies: executor:04 is there twice"},
    {"[a]\nworkload=fetch\ntasks=1\nbaseline = executr\n"
     "strategies = executor, thread_pool\n",
     "t.ini:4: baseline: 'executr' is not among the strategies; did you mean "
     "'executor'?"},
};

static void test_bad_suites(void **state)
{
    (void)state;
    for (size_t b = 0; b < COUNT(bad); b++) {
        struct suite *suite = read_text(bad[b].text);

        if (suite)
            fail_msg("accepted: %s", bad[b].text);
        expect_error(bad[b].error);
        assert_null(strchr(error, '\n'));
    }
}

static void test_bad_files(void **state)
{
    struct suite_request request = {.suite = "t.ini"};
    static char text[12000] = "[a]\nnote =";

    (void)state;
    memset(text + 10, 'x', sizeof(text) - 10);
    write_file("t.ini", text, sizeof(text));
    assert_null(suite_read(&request, error, sizeof(error)));
    expect_error("t.ini:2: the line is longer than 10238 characters");
    write_file("t.ini", "[a]\0\n", 5);
    assert_null(suite_read(&request, error, sizeof(error)));
    expect_error("t.ini: is not a text file");
    request.suite = "./missing.ini";
    assert_null(suite_read(&request, error, sizeof(error)));
    expect_error("./missing.ini: cannot be read: No such file or directory");
    request.suite = "/";
    assert_null(suite_read(&request, error, sizeof(error)));
}

static void test_long_url(void **state)
{
    static char text[9000] = "[a]\ntasks = 1\nurl = /json/1?x=";

    (void)state;
    memset(text + strlen(text), 'x', 8200);
    assert_null(read_text(text));
    expect_error("t.ini:3: url: is longer than 8127 characters");
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

static void test_bad_urls(void **state)
{
    static const struct bad table[] = {
        {"# none\n\n", "urls.txt:2: has no URL"},
        {"", "urls.txt:1: has no URL"},
        {"http://h/\n\nftp://h/\n",
         "urls.txt:3: 'ftp://h/' is not an http or https URL"},
        {"/json/1\n", "urls.txt:1: '/json/1' is not an http or https URL"},
        {"http://h/a b\n", "urls.txt:1: has a blank: write %20 for it"},
        {"http://\n", "urls.txt:1: 'http://' is not a URL: No host part in "
                      "the URL"},
    };

    (void)state;
    for (size_t b = 0; b < COUNT(table); b++) {
        write_file("urls.txt", table[b].text, strlen(table[b].text));
        assert_null(read_text("[a]\nurls = urls.txt\n"));
        expect_error(table[b].error);
    }
}

/* ---- the command line ---- */

static struct suite *read_with(const char *suite, const char *const *only,
                               const struct override *overrides, size_t count)
{
    const struct suite_request request = {suite, only, overrides, count};

    error[0] = '\0';
    return suite_read(&request, error, sizeof(error));
}

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

static void test_bad_options(void **state)
{
    static const struct {
        const char *suite;
        struct override with;
        const char *error;
    } table[] = {
        {"t.ini",
         {"tasks", "0"},
         "--tasks: 0 is out of range: 1 to "
         "10,000,000"},
        {"t.ini", {"tasks", ""}, "--tasks: has no value"},
        {"t.ini",
         {"urls", "no.txt"},
         "--urls: cannot read 'no.txt': No such file or directory"},
        {"t.ini",
         {"steps", "slep 1s"},
         "--steps: unknown step 'slep'; did you mean 'sleep'?"},
        {"t.ini",
         {"baseline", "coroutine"},
         "--baseline: 'coroutine' is not among the strategies"},
        {"t.ini",
         {"rounds", "1|2"},
         "--rounds: cannot be swept with '|': write a section for each"},
        {"t.ini",
         {"strategies", "sequential:4"},
         "--strategies: sequential has one task in flight by nature: it "
         "cannot take a width"},
        {NULL,
         {"workload", "fetch"},
         "command line: needs tasks: say how "
         "many"},
        {NULL,
         {"url", "/json/{1..2"},
         "--url: has a '{' without '}': write %7B for the sign itself"},
        {"quik", {"tasks", "5"}, "--suite: unknown suite 'quik'"},
    };

    (void)state;
    write_file("t.ini", good, strlen(good));
    setenv("CONCUR_SUITES", folder, 1);
    for (size_t b = 0; b < COUNT(table); b++) {
        assert_null(read_with(table[b].suite, NULL, &table[b].with, 1));
        expect_error(table[b].error);
    }
    write_file("t.ini", "[a]\nworkload=sleep\ntasks=1\ndelay=1s\n", 36);
    struct override body = {"body", "1B"};
    assert_null(read_with("t.ini", NULL, &body, 1));
    expect_error("--body: nothing is fetched from the own origin");
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

/* ---- mutilated ones ---- */

static uint32_t roll(uint32_t *state, uint32_t below)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 8) % below;
}

/* A byte changed, a part cut out, a part doubled; in place, `length` of at
 * most `room` bytes. */
static size_t mutate(char *text, size_t length, size_t room, uint32_t *dice)
{
    static const char signs[] = "[]=:;#|,{}.\n\r \t-%\"/09azA\xff";
    size_t at = roll(dice, (uint32_t)length);
    size_t part = roll(dice, 40) + 1;

    if (part > length - at)
        part = length - at;
    switch (roll(dice, 3)) {
    case 0:
        text[at] = signs[roll(dice, sizeof(signs) - 1)];
        return length;
    case 1:
        memmove(text + at, text + at + part, length - at - part);
        return length - part;
    default:
        if (length + part > room)
            return length;
        memmove(text + at + part, text + at, length - at);
        return length + part;
    }
}

/* Nothing is known of the answer, but there is one: the sanitizers watch. */
static void test_mutilated(void **state)
{
    static const char urls[] = "http://localhost/a\n";
    const struct suite_request request = {.suite = "t.ini"};
    uint32_t dice = 20261122;
    size_t accepted = 0;
    char text[4096];

    (void)state;
    write_file("urls.txt", urls, strlen(urls));
    for (int round = 0; round < 3000; round++) {
        const char *seed = round % 2 ? good : bad[roll(&dice, COUNT(bad))].text;
        size_t length = strlen(seed);
        uint32_t times = roll(&dice, 6) + 1;

        memcpy(text, seed, length + 1);
        while (times-- > 0 && length > 0)
            length = mutate(text, length, sizeof(text), &dice);
        write_file("t.ini", text, length);
        error[0] = '\0';
        struct suite *suite = suite_read(&request, error, sizeof(error));

        accepted += suite != NULL;
        assert_true(suite ? !*error : *error != '\0');
        assert_null(strchr(error, '\n'));
        suite_free(suite);
    }
    assert_true(accepted > 0);
}

/* ---- the table of keys ---- */

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
        cmocka_unit_test(test_bad_suites),
        cmocka_unit_test(test_bad_files),
        cmocka_unit_test(test_long_url),
        cmocka_unit_test(test_urls),
        cmocka_unit_test(test_bad_urls),
        cmocka_unit_test(test_overrides),
        cmocka_unit_test(test_case_of_options),
        cmocka_unit_test(test_bad_options),
        cmocka_unit_test(test_selection),
        cmocka_unit_test(test_suite_names),
        cmocka_unit_test(test_ideals),
        cmocka_unit_test(test_ideal_of_seeds),
        cmocka_unit_test(test_mutilated),
        cmocka_unit_test(test_keys),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
