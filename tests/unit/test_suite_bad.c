/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is said of a bad suite, and in which line; and that no mutilated one
 * does harm.
 */
#include "../../harness/suite/shown.h"
#include "suite_text.h"

static const struct bad {
    const char *text, *error;
} bad[] = {
    {"", "t.ini:1: has no case: begin one with [name]"},
    {"# only this\n", "t.ini:1: has no case: begin one with [name]"},
    {"tasks = 5\n[a]\n",
     "t.ini:1: 'tasks' stands before the first section: begin one with "
     "[name]"},
    {"budget = 5m\nbudget = 6m\n[a]\n",
     "t.ini:2: budget is there already: t.ini:1"},
    {"budget = 0s\n[a]\n", "t.ini:1: budget: is no time at all"},
    {"budget = 5\n[a]\n", "t.ini:1: budget: '5' has no unit: write 5ms or 5s"},
    {"\nbudget = 5m\n[a]\nworkload = sleep\ndelay = 1s\ntasks = 5\n",
     "t.ini:2: budget: no case has rounds = auto, which it is for"},
    {"[a]\nbudget = 5m\n", "t.ini:2: unknown key 'budget'"},
    {"[a]\nworkload = sleep\ntaks = 5\n",
     "t.ini:3: unknown key 'taks'; did you mean 'tasks'?"},
    {"[a]\nworkload = sleep\n  Tasks = 5\n",
     "t.ini:3: unknown key 'Tasks'; did you mean 'tasks'?"},
    {"[a]\nfrobnicate = 1\n", "t.ini:2: unknown key 'frobnicate'"},
    {"[a]\n\nworkload sleep\n",
     "t.ini:3: is neither a [section] nor key = value"},
    {"[a\n", "t.ini:1: a section's name ends with ']'"},
    {"[a] tasks = 5\n", "t.ini:1: nothing may follow a section's name"},
    {"[]\n", "t.ini:1: a section's name has 1 to 49 characters"},
    {"[aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa]\n",
     "t.ini:1: a section's name has 1 to 49 characters"},
    {"[a:b]\n", "t.ini:1: a section's name is made of letters, digits, blanks "
                "and _ - . +"},
    {"[a=b]\n", "t.ini:1: a section's name is made of letters, digits, blanks "
                "and _ - . +"},
    {"[a/tasks=5]\nrounds = 9\n",
     "t.ini:1: there is no section [a] of which this is a part"},
    {"[a]\nworkload=sleep\ndelay=1s\ntasks=5 | 6\n[a/tasks=7]\nrounds=9\n",
     "t.ini:5: there is no case 'a/tasks=7'"},
    {"[a]\nworkload=sleep\ndelay=1s\ntasks=5 | 6\n[a/tasks=5]\ndelay=2s\n",
     "t.ini:6: delay: is the same in all cases of a section; only strategies, "
     "peers, rounds, calibrate and limit may differ"},
    {"[a]\nworkload=sleep\ndelay=1s\ntasks=5 | 6\n[a/tasks=5]\nrounds=x\n",
     "t.ini:6: rounds: 'x' is neither a whole number nor auto"},
    {"[a]\nworkload=sleep\n[a]\n",
     "t.ini:3: section 'a' is there already: t.ini:1"},
    {"[a]\ntasks = 5\nworkload = sleep\ntasks = 6\n",
     "t.ini:4: tasks is there already: t.ini:2"},
    {"[a]\n", "t.ini:1: needs a workload (sleep or fetch, say) or steps"},
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
    {"[a]\nworkload = sleep\nprobe = 40\n",
     "t.ini:3: probe: '40' has no unit: write 40ms or 40s"},
    {"[a]\nworkload = sleep\nprobe = 999us\n",
     "t.ini:3: probe: 999us is out of range: 1ms to 10s"},
    {"[a]\nworkload = sleep\nprobe = 0s\n",
     "t.ini:3: probe: 0s is out of range: 1ms to 10s"},
    {"[a]\nworkload = sleep\nprobe = 11s\n",
     "t.ini:3: probe: 11s is out of range: 1ms to 10s"},
    {"[a]\nworkload = sleep\ndelay = -1s\n",
     "t.ini:3: delay: '-1s' is negative"},
    {"[a]\nworkload = sleep\ndelay = 2h\n",
     "t.ini:3: delay: 2h is out of range: 0s to 3600s"},
    {"[a]\nworkload = sleep\nwidth = 1,000,001\n",
     "t.ini:3: width: 1,000,001 is out of range: 1 to 1,000,000"},
    {"[a]\nworkload = fetch\nbody = 2GiB\n",
     "t.ini:3: body: 2GiB is out of range: 1B to 1GiB"},
    {"[a]\nworkload = fetch\nstack = 1B\n",
     "t.ini:3: stack: 1B is out of range: 64KiB to 1GiB"},
    {"[a]\nworkload = fetch\nreuse = perhaps\n",
     "t.ini:3: reuse: 'perhaps' is neither yes nor no"},
    {"[a]\nworkload = fetch\nlimit = 0s\n",
     "t.ini:3: limit: 0s is out of range: 1ms to 86400s"},
    {"[a]\nworkload = fetch\nrounds = 0\n",
     "t.ini:3: rounds: 0 is out of range: 1 to 10,000"},
    {"[a]\nworkload = fetch\nrounds = automatic\n",
     "t.ini:3: rounds: 'automatic' is neither a whole number nor auto"},
    {"[a]\nworkload = sleep\ntasks = 5\ndelay = 1ms\nrate = 9/s\n"
     "calibrate = yes\n",
     "t.ini:6: calibrate: it adds work to wall times, which the case's rate "
     "decides: leave it out where there is a rate"},
    {"[a]\nworkload = fetch\ncalibrate = 5%\n",
     "t.ini:3: calibrate: '5%' is neither yes nor no"},
    {"[a]\nworkload = fetch\ntasks = 2\nstrategies = sequential~again\n",
     "t.ini:4: strategies: unknown strategy 'sequential~again'"},
    {"[a]\nworkload = fetch\ntasks = 2\nstrategies = libev_loop+1%\n",
     "t.ini:4: strategies: unknown strategy 'libev_loop+1%'; did you mean "
     "'libev_loop'?"},
    {"[a]\nworkload = fetch\ntasks = 2\nfirst = 4294967295\n",
     "t.ini:4: first: 4294967295 is out of range: 0 to 4,000,000,000"},
    /* sweeps */
    {"[a]\nworkload = sleep\ntasks = 1 | | 2\n",
     "t.ini:3: tasks: a value is missing beside a '|'"},
    {"[a]\nworkload = sleep\ntasks = 1 | 1\n",
     "t.ini:3: tasks: 1 is there twice"},
    {"[a]\nworkload = sleep\ndelay=1s\ntasks = 2 | 02\n",
     "t.ini:4: tasks: 02 is there twice"},
    {"[a]\nworkload = sleep\ntasks=1\ndelay = 1ms | 2ms | 1000us\n",
     "t.ini:4: delay: 1000us is there twice"},
    {"[a]\nworkload = sleep\ntasks=1\ndelay = 1s, 2s | 1000ms,2s\n",
     "t.ini:4: delay: 1000ms,2s is there twice"},
    {"[a]\nworkload = sleep\ntasks=1\ndelay = exp 1s | exp  1000ms\n",
     "t.ini:4: delay: exp  1000ms is there twice"},
    {"[a]\nworkload = fetch\ntasks=1\nbody = 1KiB | 1024B\n",
     "t.ini:4: body: 1024B is there twice"},
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
    {"[a]\nworkload = sleep\ndelay=1s\ntasks=1\nreuse = no\n",
     "t.ini:5: reuse: nothing is fetched"},
    {"[a]\nworkload = sleep\ndelay=1s\ntasks=1\nreuse = yes | no\n",
     "t.ini:5: reuse: nothing is fetched"},
    {"[a]\nsteps = sleep 1s; barrier; sleep 1s\ntasks=1\ntimeout = 1s\n",
     "t.ini:4: timeout: nothing is fetched"},
    {"[a]\nworkload = fetch\ntasks=1\nstack = 64KiB\n"
     "strategies = sequential, libev_loop\n",
     "t.ini:4: stack: no strategy here starts threads for its tasks"},
    {"[a]\nworkload = fetch\ntasks=1\nwidth = 4\n"
     "strategies = sequential, await_in_loop\n",
     "t.ini:4: width: every strategy here has one task in flight by nature"},
    /* bytes that are no text */
    {"# \xff\n[a]\n", "t.ini:1: is not UTF-8"},
    {"[a]\nnote = x\xc3\n", "t.ini:2: is not UTF-8"},
    {"[a]\nnote = \xed\xa0\x80\n", "t.ini:2: is not UTF-8"},
    {"[a]\nnote = \xc0\xaf\n", "t.ini:2: is not UTF-8"},
    {"[a]\nnote = \xf4\x90\x80\x80\n", "t.ini:2: is not UTF-8"},
    {"[a]\nnote = a\x1b[31mb\n", "t.ini:2: has a control character (\\x1b)"},
    {"[a]\nnote = a\rb\r\n", "t.ini:2: has a control character (\\x0d)"},
    {"[a]\nnote = a\xc2\x9b"
     "b\n",
     "t.ini:2: has a control character (\\x9b)"},
    /* steps */
    {"[a]\ntasks=1\nsteps = fetc /json/1\n",
     "t.ini:3: steps: unknown step 'fetc'; did you mean 'fetch'?"},
    {"[a]\ntasks=1\nsteps = spin 1ms\n", "t.ini:3: steps: unknown step 'spin'"},
    {"[a]\ntasks=1\nsteps = cpu\n",
     "t.ini:3: steps: cpu: how long? write cpu 1ms, or give the case a cpu"},
    {"[a]\ntasks=2\nsteps = fetch /; write x\n",
     "t.ini:3: steps: write x: all tasks write the same file: its name needs "
     "{i}"},
    {"[a]\ntasks=3\nsteps = fetch /; write {1..2}\n",
     "t.ini:3: steps: write {1..2}: all tasks write the same file: its name "
     "needs {i}"},
    {"[a]\ntasks=1\nsteps = fetch /; write ../x\n",
     "t.ini:3: steps: write: '../x' is outside of the sample's own folder: "
     "write a name without '/'"},
    {"[a]\ntasks=1\nsteps = read a/b\n",
     "t.ini:3: steps: read: 'a/b' is outside of the sample's own folder: "
     "write a name without '/'"},
    {"[a]\ntasks=1\nsteps = read /no/such.html\n",
     "t.ini:3: steps: read /no/such.html: No such file or directory"},
    {"[a]\ntasks=2\nsteps = fetch; write /no/x{i}; read /no/y{i}\n",
     "t.ini:3: steps: read /no/y0: No such file or directory"},
    {"[a]\ntasks=1\nsteps = sleep 1ms; barrier; read /proc\n",
     "t.ini:3: steps: read /proc: Is a directory"},
    {"[a]\ntasks=1\nsteps = sleep 1ms\ncreator = spawn 0; read /no/z\n",
     "t.ini:4: creator: read /no/z: No such file or directory"},
    {"[a]\ntasks=1\nsteps = read ..\n",
     "t.ini:3: steps: read: '..' is outside of the sample's own folder: "
     "write a name without '/'"},
    {"[a]\ntasks=1\nsteps = sleep 1ms;\n",
     "t.ini:3: steps: a step is missing beside a ';'"},
    {"[a]\ntasks=1\nsteps = print {foo}\n",
     "t.ini:3: steps: print: {foo} is none of {i}, {value}, {body} and "
     "{A..B}"},
    {"[a]\ntasks=1\nsteps = add x\n",
     "t.ini:3: steps: add needs a whole number or {i}, not 'x'"},
    {"[a]\ntasks=2\nsteps = sleep 1ms\ncreator = spawn 0\n",
     "t.ini:4: creator: case a: it spawns 1 of its 2 tasks"},
    {"[a]\nworkload = zzzzzz\n",
     "t.ini:2: workload: unknown workload 'zzzzzz'; there are sleep, fetch, "
     "chain, file, scrape, aggregate, mixed, spawn"},
    {"[a]\ntasks=1\nsteps = write x\n",
     "t.ini:3: steps: write: nothing was fetched or read before it"},
    {"[a]\ntasks = 1\nsteps = read x{value}\n",
     "t.ini:3: steps: read: a file's name is known before the task runs: it "
     "takes {i}, but neither {value} nor {body}"},
    {"[a]\ntasks = 1\nsteps = fetch /; write {body}\n",
     "t.ini:3: steps: write: a file's name is known before the task runs: it "
     "takes {i}, but neither {value} nor {body}"},
    {"[a]\ntasks=1\nsteps = add x\n",
     "t.ini:3: steps: add needs a whole number or {i}, not 'x'"},
    {"[a]\ntasks=1\nsteps = spawn 0\n",
     "t.ini:3: steps: spawn is for a creator's steps"},
    {"[a]\ntasks=1\nsteps = add 1\ncreator = join 0\n",
     "t.ini:4: creator: join 0: it has not been spawned"},
    {"[a]\ntasks=2\nsteps = add 1\ncreator = spawn 0\n",
     "t.ini:4: creator: case a: it spawns 1 of its 2 tasks"},
    {"[a]\ntasks=1\nsteps = add 1\ncreator = spawn 7\n",
     "t.ini:4: creator: spawn 7: there is no such task"},
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
     "takes no other width"},
    {"[a]\nworkload=fetch\ntasks=1\nstrategies = thread_pool:0\n",
     "t.ini:4: strategies: thread_pool:0: 0 is out of range: 1 to 1,000,000"},
    {"[a]\nworkload=fetch\ntasks=1\nstrategies = sequential, sequential:1\n",
     "t.ini:4: strategies: sequential:1 is there twice"},
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

/* ---- files of URLs, options ---- */

static void test_bad_urls(void **state)
{
    static const struct bad table[] = {
        {"# none\n\n", "urls.txt:2: has no URL"},
        {"", "urls.txt:1: has no URL"},
        {"http://h/\n\nftp://h/\n",
         "urls.txt:3: 'ftp://h/' is not an http or https URL"},
        {"/json/1\n", "urls.txt:1: '/json/1' is not an http or https URL"},
        {"http://h/\n\xff\xfe\n", "urls.txt:2: is not UTF-8"},
        {"# \x1b[31m\n", "urls.txt:1: has a control character (\\x1b)"},
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
         "takes no other width"},
        {NULL,
         {"workload", "fetch"},
         "command line: needs --tasks: say how "
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

/* What stands in a message is fit for a terminal, and leaves room for what is
 * wrong with it. */
static void test_shown(void **state)
{
    static const struct {
        const char *text, *shown;
    } table[] = {
        {"plain \xc3\xa4 \xf0\x9f\x98\x80\t.",
         "plain \xc3\xa4 \xf0\x9f\x98\x80\t."},
        {"a\x1b[31mb\n", "a\\x1b[31mb\\x0a"},
        {"\xff\xc3", "\\xff\\xc3"},
        {"\xc2\x85", "\\xc2\\x85"},
        {"0123456789012345678901234567890123456789 is wrong",
         "01234567890123456 …  is wrong"},
        {"\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3"
         "\xa4\xc3\xa4"
         "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4",
         "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4 … "
         "\xc3\xa4\xc3\xa4\xc3\xa4\xc3\xa4"},
    };
    char buf[32];

    (void)state;
    for (size_t t = 0; t < COUNT(table); t++)
        assert_string_equal(shown_text(buf, sizeof(buf), table[t].text),
                            table[t].shown);
}

static void test_odd_names(void **state)
{
    struct suite_request request = {.suite = "b\xff.ini"};

    (void)state;
    assert_null(suite_read(&request, error, sizeof(error)));
    expect_error("--suite: 'b\\xff.ini' is not UTF-8");
    request.suite = "\x1b[31m";
    assert_null(suite_read(&request, error, sizeof(error)));
    expect_error("--suite: '\\x1b[31m' has a control character (\\x1b)");
}

/* A line that only the command line has robbed of its effect is no mistake, nor
 * is one that some case of a sweep has a use for. */
static void test_lines_without_effect(void **state)
{
    static const char narrow[] = "[a]\nworkload=fetch\ntasks=1\nwidth=4\n"
                                 "stack=64KiB\nreuse=no\n";
    const struct override alone = {"strategies", "sequential:1"};
    struct suite *suite;

    (void)state;
    write_file("t.ini", narrow, strlen(narrow));
    suite = read_with("t.ini", NULL, &alone, 1);
    assert_non_null(suite);
    assert_int_equal(suite->cases[0].entries[0].width, 0);
    suite_free(suite);
    suite = read_good("[a]\nworkload = fetch | sleep\ntasks=1\ndelay=1ms\n"
                      "reuse = no\nbody = 1KiB\n");
    assert_false(suite->cases[0].reuse);
    assert_true(suite->cases[1].reuse);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_suites),
        cmocka_unit_test(test_bad_files),
        cmocka_unit_test(test_long_url),
        cmocka_unit_test(test_bad_urls),
        cmocka_unit_test(test_bad_options),
        cmocka_unit_test(test_shown),
        cmocka_unit_test(test_odd_names),
        cmocka_unit_test(test_lines_without_effect),
        cmocka_unit_test(test_mutilated),
    };

    return cmocka_run_group_tests(tests, set_up, tear_down);
}
