/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * peers.ini read, the names that --peer takes, and the entries that cases make
 * of both. No peer is run.
 */
#include "suite_text.h"

#include "../../harness/peers/work.h"

static const char listed[] = "# a note\n"
                             "[py-one]\n"
                             "gist = one by one\n"
                             "command = python3 one.py\n"
                             "needs = requests, aiohttp\n"
                             "width = one\n"
                             "steps = fetch\n"
                             "gap = sleep: it is restless\n"
                             "counterpart = sequential\n"
                             "\n"
                             "[other]\n"
                             "gist = another\n"
                             "command = ./other -x\n"
                             "\n"
                             "[made]\n"
                             "gist = made here\n"
                             "built = made\n"
                             "\n"
                             "[rough]\n"
                             "gist = tells a rate\n"
                             "command = ./rough\n"
                             "program = no-such-program-here\n"
                             "steps = fetch\n"
                             "repeats = it knows one word\n"
                             "unverified = yes\n";

static int peers_set_up(void **state)
{
    return set_up(state) || setenv("CONCUR_PEERS", folder, 1);
}

static int peers_tear_down(void **state)
{
    unlink("peers.ini");
    unsetenv("CONCUR_PEERS");
    return tear_down(state);
}

static void test_listed(void **state)
{
    struct peers peers = {0};

    (void)state;
    write_file("peers.ini", listed, strlen(listed));
    assert_int_equal(peers_read(&peers, error, sizeof(error)), 0);
    assert_int_equal(peers_read(&peers, error, sizeof(error)), 0);
    assert_int_equal(peers.count, 4);
    struct peer *one = peers_find(&peers, "py-one");
    assert_ptr_equal(one, peers.list[0]);
    assert_string_equal(one->gist, "one by one");
    assert_string_equal(one->command, "python3 one.py");
    assert_string_equal(one->needs, "requests, aiohttp");
    assert_string_equal(one->folder, folder);
    assert_int_equal(one->width, WIDTH_ONE);
    assert_int_equal(one->kinds, STEP_BIT(STEP_FETCH));
    assert_string_equal(one->gap, "sleep: it is restless");
    assert_ptr_equal(one->counterpart, strategy_find("sequential"));
    struct peer *other = peers_find(&peers, "other");
    assert_int_equal(other->width, WIDTH_BATCH);
    assert_int_equal(other->kinds, STEP_BIT(STEP_SLEEP) | STEP_BIT(STEP_FETCH));
    assert_null(other->needs);
    assert_null(other->gap);
    assert_null(other->counterpart);
    assert_string_equal(peer_ready(other), "./other -x");
    struct peer *made = peers_find(&peers, "made");
    assert_null(made->command);
    assert_string_equal(made->built, "made");
    assert_null(peer_ready(made));
    assert_string_equal(made->absent, "not built (make peers)");
    struct peer *rough = peers_find(&peers, "rough");
    assert_true(rough->unverified && !other->unverified);
    assert_string_equal(rough->repeats, "it knows one word");
    assert_null(peer_ready(rough));
    assert_string_equal(
        rough->absent,
        "no-such-program-here is not installed; see make deps-peers");
    assert_null(peers_find(&peers, "py-on"));
    peers_clear(&peers);
    assert_int_equal(peers.count, 0);
}

static void test_none(void **state)
{
    struct peers peers = {0};

    (void)state;
    unlink("peers.ini");
    assert_int_equal(peers_read(&peers, error, sizeof(error)), 0);
    assert_int_equal(peers.count, 0);
}

static void test_bad_lists(void **state)
{
    static const struct {
        const char *text, *message; /* a part of it */
    } table[] = {
        {"[a]\ngist = g\n", "peers.ini: [a] needs a command"},
        {"[a]\ncommand = c\n", "peers.ini: [a] needs a gist"},
        {"[a]\ngist = g\ncommand = c\nbuilt = b\n",
         "peers.ini: [a] has a command and is built: one of the two"},
        {"[a]\nbuilt = ./b\n", "peers.ini:2: built: the name of a program"},
        {"[a]\ngits = g\n",
         "peers.ini:2: unknown key 'gits'; did you mean 'gist'?"},
        {"[a]\ngist = g\ngist = h\n", "peers.ini:3: gist: is there twice"},
        {"[a]\ngist =\n", "peers.ini:2: gist: has no value"},
        {"[a]\nwidth = two\n", "peers.ini:2: width: 'two' is none of one, "},
        {"[a]\nsteps = sleep nap\n", "peers.ini:2: steps: 'nap' is no step"},
        {"[a]\nsteps = cpu cpu\n", "'cpu' is no step, or is there twice"},
        {"[a]\ncounterpart = sequentail\n",
         "peers.ini:2: counterpart: unknown strategy 'sequentail'; did you "
         "mean 'sequential'?"},
        {"[a]\ncounterpart = py-one\n", "unknown strategy 'py-one'"},
        {"[a]\ngap = x\ngap = y\n", "peers.ini:3: gap: is there twice"},
        {"[a]\nunverified = perhaps\n",
         "peers.ini:2: unverified: 'perhaps' is neither yes nor no"},
        {"[a]\nprogram = /bin/sh\n", "peers.ini:2: program: the name of one "},
        {"[a]\nneeds = os; rm\n", "peers.ini:2: needs: names of Python "},
        {"[a]\nneeds = x'y\n", "peers.ini:2: needs: names of Python modules"},
        {"[a b]\ngist = g\n", "peers.ini:2: 'a b': a peer's name has letters"},
        {"[libev_loop]\ngist = g\n", "peers.ini:2: 'libev_loop' is the name "},
        {"gist = g\n", "peers.ini:1: a peer has no name"},
        {"[a]\ngist = g\ncommand = c\n[b]\ngist = g\ncommand = c\n[a]\n"
         "needs = x\n",
         "peers.ini:8: 'a' is there twice"},
        {"[a]\ngist\n", "peers.ini:2: "},
    };

    (void)state;
    for (size_t t = 0; t < COUNT(table); t++) {
        struct peers peers = {0};

        write_file("peers.ini", table[t].text, strlen(table[t].text));
        error[0] = '\0';
        int result = peers_read(&peers, error, sizeof(error));
        if (result != -1 || !strstr(error, table[t].message))
            fail_msg("\n%s\nsaid:   %s\nwanted: %s", table[t].text, error,
                     table[t].message);
        peers_clear(&peers);
    }
}

/* What a tool can do that sends one kind of request again and again. */
static void test_repeats(void **state)
{
    static const struct {
        const char *text;
        bool repeats;
    } table[] = {
        {"workload = fetch\n", true},
        {"workload = fetch\ndelay = 1s\nreuse = no\n", true},
        {"workload = fetch\ndelay = 1001ms\n", false},
        {"workload = fetch\ndelay = 1ms, 2ms\n", false},
        {"workload = fetch\ndelay = exp 1ms\n", false},
        {"workload = fetch\nrate = 5/s\n", false},
        {"url = /delay/20\n", true},
        {"url = /delay/{1..2}\n", false},
        {"url = /json/{1..2}\n", true},
        {"url = http://127.0.0.1:9/\n", false},
        {"steps = fetch; fetch\n", false},
        {"steps = fetch; barrier; fetch\n", false},
        {"workload = sleep\ndelay = 1ms\n", false},
    };
    char text[256];

    (void)state;
    for (size_t t = 0; t < COUNT(table); t++) {
        snprintf(text, sizeof(text), "[a]\n%stasks = 2\n", table[t].text);
        struct suite *suite = read_text(text);
        if (!suite || case_repeats(&suite->cases[0]) != table[t].repeats)
            fail_msg("%s: %s", table[t].text, suite ? "told otherwise" : error);
        suite_free(suite);
    }
}

static void test_own(void **state)
{
    static const struct {
        const char *text, *message;
    } table[] = {
        {"mine", "write it as name=command"},
        {"mine=", "write it as name=command"},
        {"mine=  ", "write it as name=command"},
        {"=cat", "a peer has no name"},
        {"a,b=cat", "'a,b': a peer's name has letters, digits, '-', '_' and "
                    "'.' only"},
        {"a:x=cat", "a:x: 'x' is not a whole number"},
        {"a:0=cat", "a:0: 0 is out of range: 1 to 10,000,000"},
        {"py-one=cat", "'py-one' is the name of a peer of concur's"},
        {"sequential=cat", "'sequential' is the name of a strategy"},
    };
    struct peers peers = {0};

    (void)state;
    write_file("peers.ini", listed, strlen(listed));
    for (size_t t = 0; t < COUNT(table); t++) {
        assert_int_equal(peers_add(&peers, table[t].text, error, sizeof(error)),
                         -1);
        assert_string_equal(error, table[t].message);
    }
    assert_int_equal(peers.count, 0);
    assert_int_equal(
        peers_add(&peers, "mine= sh -c 'x=1'", error, sizeof(error)), 0);
    assert_string_equal(peers.list[0]->command, "sh -c 'x=1'");
    assert_string_equal(peers.list[0]->label, "mine");
    assert_null(peers.list[0]->folder);
    assert_int_equal(peers_add(&peers, "two:8=cat", error, sizeof(error)), 0);
    assert_string_equal(peers.list[1]->name, "two");
    assert_string_equal(peers.list[1]->label, "two:8");
    assert_string_equal(peer_ready(peers.list[0]), "sh -c 'x=1'");
    peers_clear(&peers);
}

/* ---- in cases ---- */

static void test_entries(void **state)
{
    static const char *const own[] = {"mine=cat"};
    static const char suite_text[] = "[f]\nworkload = fetch\ntasks = 9\n"
                                     "strategies = thread_pool:4\n"
                                     "peers = other:5, py-one\nwidth = 7\n"
                                     "baseline = py-one\n"
                                     "[s]\nworkload = sleep\ntasks = 9\n"
                                     "delay = 1ms\npeers = none\n"
                                     "strategies = sequential\n";
    const struct suite_request request = {
        .suite = "t.ini", .peers = own, .peer_count = 1};

    (void)state;
    write_file("peers.ini", listed, strlen(listed));
    write_file("t.ini", suite_text, strlen(suite_text));
    struct suite *suite = suite_read(&request, error, sizeof(error));
    if (!suite) {
        fail_msg("%s", error);
        return;
    }
    const struct bench_case *c = &suite->cases[0];
    static const char *const labels[] = {"thread_pool:4", "other:5", "py-one",
                                         "mine"};
    static const uint32_t widths[] = {4, 5, 1, 7};
    assert_int_equal(c->entry_count, 4);
    for (size_t e = 0; e < 4; e++) {
        assert_string_equal(c->entries[e].label, labels[e]);
        assert_int_equal(entry_width(&c->entries[e], c->width, c->tasks, 2),
                         widths[e]);
        assert_true(!c->entries[e].peer == (e == 0));
        assert_true(!c->entries[e].strategy == (e > 0));
    }
    assert_string_equal(entry_name(&c->entries[1]), "other");
    assert_string_equal(entry_gist(&c->entries[1]), "another");
    assert_int_equal(c->baseline, 2);
    c = &suite->cases[1];
    assert_int_equal(c->entry_count, 2);
    assert_string_equal(c->entries[1].label, "mine");
    suite_free(suite);
}

/* Only what concerns the kinds that are asked for. */
static void test_gaps(void **state)
{
    struct peer quiet = {.kinds = STEP_BIT(STEP_SLEEP) | STEP_BIT(STEP_FETCH)};
    struct peer peer = {.kinds = STEP_BIT(STEP_SLEEP),
                        .gap = (char[]){"spawn, join: it is alone; recv: "
                                        "nobody sends"}};
    const struct {
        struct peer *peer;
        unsigned kinds;
        const char *text;
    } table[] = {
        {&peer, STEP_BIT(STEP_RECV) | STEP_BIT(STEP_SLEEP),
         "recv: nobody sends"},
        {&peer, STEP_BIT(STEP_SPAWN), "spawn: it is alone"},
        {&peer, STEP_BIT(STEP_JOIN) | STEP_BIT(STEP_RECV),
         "join: it is alone; recv: nobody sends"},
        {&quiet, STEP_BIT(STEP_PARSE), "says it does only sleep, fetch"},
    };

    (void)state;
    for (size_t t = 0; t < COUNT(table); t++) {
        const struct entry entry = {.peer = table[t].peer};
        char text[128];

        assert_string_equal(
            entry_gap(&entry, table[t].kinds, text, sizeof(text)),
            table[t].text);
    }
}

static void test_bad_cases(void **state)
{
    static const struct {
        const char *peers, *message;
    } table[] = {
        {"py-one:3", "t.ini:4: peers: py-one has one task in flight by nature"},
        {"othr", "t.ini:4: peers: unknown peer 'othr'; did you mean 'other'?"},
        {"other,", "t.ini:4: peers: a peer is missing beside a ','"},
        {"other, other", "t.ini:4: peers: other is there twice"},
        {"sequential", "t.ini:4: peers: unknown peer 'sequential'"},
        {"other | py-one", "t.ini:4: peers: cannot be swept with '|'"},
    };

    (void)state;
    write_file("peers.ini", listed, strlen(listed));
    for (size_t t = 0; t < COUNT(table); t++) {
        char text[256];

        snprintf(text, sizeof(text),
                 "[f]\nworkload = fetch\ntasks = 9\npeers = %s\n",
                 table[t].peers);
        struct suite *suite = read_text(text);
        if (suite ||
            strncmp(error, table[t].message, strlen(table[t].message)) != 0)
            fail_msg("%s\nsaid:   %s\nwanted: %s", text, error,
                     table[t].message);
    }
    static const char broken[] = "[a]\nwidth = two\n";
    write_file("peers.ini", broken, strlen(broken));
    assert_null(read_text("[f]\nworkload = fetch\ntasks = 9\npeers = a\n"));
    assert_non_null(strstr(error, "peers.ini:2: width: 'two'"));
    /* Who names no peer is not bothered. */
    suite_free(read_text("[f]\nworkload = fetch\ntasks = 9\n"));
    assert_string_equal(error, "");
}

/* ---- what they are told ---- */

/* A case's steps, its other keys, and the peer's phases and creator. */
static const struct {
    const char *keys, *phases, *creator;
} told[] = {
    {"steps = fetch /json/{i}; sleep 2ms, 3ms\ntasks = 2\n",
     "[[[{\"fetch\":\"http://127.0.0.1:99/json/0\"},{\"sleep_ns\":2000000}],"
     "[{\"fetch\":\"http://127.0.0.1:99/json/1\"},{\"sleep_ns\":3000000}]]]",
     "null"},
    {"steps = fetch http://h/{i}\ntasks = 1\nfirst = 5\n",
     "[[[{\"fetch\":\"http://h/5\"}]]]", "null"},
    {"steps = read a{i}; write /x/{i}; barrier; parse {m\ntasks = 1\n",
     "[[[{\"read\":\"/proc/a0\"},{\"write\":\"/x/0\"}]],"
     "[[{\"parse\":\"{m\"}]]]",
     "null"},
    {"steps = cpu 1us; add {i}; add -7; recv a {i}; "
     "print {i} {value} x\ntasks = 1\nfirst = 2\n",
     "[[[{\"cpu_ns\":1000},{\"add\":2},{\"add\":-7},{\"recv\":\"a 2\"},"
     "{\"print\":\"2 {value} x\"}]]]",
     "null"},
    {"steps = fetch http://h/; print {body}{i}\ntasks = 1\n",
     "[[[{\"fetch\":\"http://h/\"},{\"print\":\"{body}0\"}]]]", "null"},
    {"steps = sleep 1ms\ntasks = 2\n"
     "creator = spawn 0; spawn 1; sleep 5ms; join 1\n",
     "[[[{\"sleep_ns\":1000000}],[{\"sleep_ns\":1000000}],"
     "[{\"spawn\":0},{\"spawn\":1},{\"sleep_ns\":5000000},{\"join\":1}]]]",
     "2"},
    {"workload = spawn\ntasks = 2\n", "[[[],[]]]", "null"},
};

static void assert_json(json_t *job, const char *key, const char *wanted)
{
    char *text =
        json_dumps(json_object_get(job, key), JSON_COMPACT | JSON_ENCODE_ANY);

    assert_non_null(text);
    if (strcmp(text, wanted) != 0)
        fail_msg("%s\nis:     %s\nwanted: %s", key, text, wanted);
    free(text);
}

/* The only case of a suite with these keys. */
static struct suite *case_of(const char *keys)
{
    char text[512];

    snprintf(text, sizeof(text), "[f]\n%s", keys);
    return read_good(text);
}

static void test_told(void **state)
{
    const struct job_terms terms = {.name = "p",
                                    .width = 1,
                                    .seed = 1,
                                    .port = 99,
                                    .folder = "/proc/../proc"};

    (void)state;
    for (size_t t = 0; t < COUNT(told); t++) {
        struct suite *suite = case_of(told[t].keys);
        json_t *job = json_object();

        work_put(job, &suite->cases[0], &terms);
        assert_json(job, "phases", told[t].phases);
        assert_json(job, "creator", told[t].creator);
        assert_json(job, "expect", "null");
        json_decref(job);
        suite_free(suite);
    }
}

/* ---- stamps of an answer ---- */

/* Tasks 0 and 1 begin at 1 s; the batch a moment before. */
static void test_stamps(void **state)
{
    static const struct {
        const char *keys;
        unsigned ms[2]; /* from started to finished */
        const char *wrong;
    } table[] = {
        {"steps = cpu 5ms\ntasks = 2\n", {5, 5}, NULL},
        {"steps = cpu 5ms\ntasks = 2\n",
         {5, 4},
         "task 1: it finished sooner than its waits allow"},
        {"steps = sleep 5ms; cpu 5ms\ntasks = 2\n", {8, 8}, NULL},
        {"steps = sleep 5ms; cpu 5ms\ntasks = 2\n",
         {7, 8},
         "task 0: it finished sooner than its waits allow"},
        {"steps = sleep 20ms\ntasks = 1\ncreator = spawn 0; sleep 50ms\n",
         {20, 50},
         NULL},
        {"steps = sleep 20ms\ntasks = 1\ncreator = spawn 0; sleep 50ms\n",
         {15, 50},
         "task 0: it finished sooner than its waits allow"},
        {"steps = sleep 20ms\ntasks = 1\ncreator = spawn 0; sleep 50ms\n",
         {20, 40},
         "task 1: it finished sooner than its waits allow"},
    };

    (void)state;
    for (size_t t = 0; t < COUNT(table); t++) {
        struct suite *suite = case_of(table[t].keys);
        struct job_terms terms = {.seed = 1};
        struct sampled sampled = {.began = 1, .process = 9 * NSEC_PER_SEC};
        json_int_t from = (json_int_t)NSEC_PER_SEC;
        json_int_t ends[2];

        for (size_t i = 0; i < 2; i++)
            ends[i] = from + (json_int_t)(table[t].ms[i] * NSEC_PER_MSEC);
        sampled.result = json_pack(
            "{s:I, s:i, s:i, s:s, s:I, s:[I, I], s:[I, I]}", "wall_ns", from,
            "ok", 2, "failed", 0, "digest", "00000000", "began_ns", from,
            "started_ns", from, from, "finished_ns", ends[0], ends[1]);
        work_take(&sampled, &suite->cases[0], &terms);
        const char *wrong =
            json_string_value(json_object_get(sampled.result, "error"));
        if (table[t].wrong)
            assert_string_equal(wrong ? wrong : "", table[t].wrong);
        else
            assert_null(wrong);
        json_decref(sampled.result);
        suite_free(suite);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_listed),  cmocka_unit_test(test_none),
        cmocka_unit_test(test_repeats), cmocka_unit_test(test_bad_lists),
        cmocka_unit_test(test_own),     cmocka_unit_test(test_entries),
        cmocka_unit_test(test_gaps),    cmocka_unit_test(test_bad_cases),
        cmocka_unit_test(test_told),    cmocka_unit_test(test_stamps),
    };

    return cmocka_run_group_tests(tests, peers_set_up, peers_tear_down);
}
