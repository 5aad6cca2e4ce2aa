/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Advice: who is a candidate and what fits into the time, who is left out of a
 * race, which answer made-up data come to, and what is said of it. No process
 * is started.
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

#include "../../harness/advise/answer.h"
#include "../../harness/advise/candidates.h"
#include "../../harness/run/race.h"
#include "../../harness/run/schedule.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))
#define MS           NSEC_PER_MSEC

/* ---- candidates ---- */

static void test_width(void **state)
{
    static const struct {
        nsec wait, compute;
        uint32_t tasks, cores, width;
    } rows[] = {
        {50 * MS, 100000, 5000, 2, 1000}, /* 1,002: two digits, at most 1,000 */
        {50 * MS, 300000, 5000, 2, 330},  /* 335 */
        {50 * MS, 300000, 100, 2, 100},   /* one a task */
        {0, 1 * MS, 5000, 2, 2},          /* nothing to wait for: the cores */
        {10 * MS, 0, 70000, 4, 1000},     /* nothing to compute */
        {1, 1000, 10, 1, 1},
        {0, 1, 1, 8, 1},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(candidates_width(rows[i].wait, rows[i].compute,
                                          rows[i].tasks, rows[i].cores),
                         rows[i].width);
}

static struct suite *read_case(const char *workload, const char *tasks,
                               const char *delay, const char *cpu,
                               const char *who)
{
    const struct override keys[] = {
        {"workload", workload},
        {"tasks", tasks},
        {"delay", delay},
        {cpu ? "cpu" : "note", cpu ? cpu : "-"},
        {who ? "strategies" : "rounds", who ? who : "6"}};
    struct suite_request request = {.overrides = keys,
                                    .override_count = COUNT(keys)};
    char error[512];
    struct suite *suite = suite_read(&request, error, sizeof(error));

    if (!suite)
        fail_msg("%s", error);
    return suite;
}

static void test_candidates(void **state)
{
    static const struct {
        const char *workload, *tasks, *delay, *cpu;
        const char *has[4], *lacks[4];
    } rows[] = {
        {"fetch",
         "5000",
         "50ms",
         NULL,
         {"libev_loop,", "thread_pool:", "executor:", "raw_libev"},
         {"process_pool", "await_in_loop", "polling_loop"}},
        {"mixed",
         "100",
         "50ms",
         "1ms",
         {"process_pool", "thread_pool:99", "sequential"},
         {"blocking_in_loop"}},
        {"sleep", "100", "10ms", NULL, {"io_uring"}, {"raw_libev"}},
        /* As wide as the pools are anyway. */
        {"mixed", "100", "1ms", "9ms", {"thread_pool"}, {":"}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct suite *suite = read_case(rows[i].workload, rows[i].tasks,
                                        rows[i].delay, rows[i].cpu, NULL);
        char *text = candidates_text(&suite->cases[0], 1, 2, 0);

        for (size_t w = 0; w < 4 && rows[i].has[w]; w++)
            if (!strstr(text, rows[i].has[w]))
                fail_msg("%s has no %s", text, rows[i].has[w]);
        for (size_t w = 0; w < 4 && rows[i].lacks[w]; w++)
            if (strstr(text, rows[i].lacks[w]))
                fail_msg("%s has %s", text, rows[i].lacks[w]);
        free(text);
        suite_free(suite);
    }
}

/* What a sample takes is at least the ideal, at each one's width. */
static void test_costs(void **state)
{
    struct suite *suite = read_case("sleep", "10", "100ms", NULL,
                                    "libev_loop,thread_pool:5,sequential");
    const struct limits two = {.cores = 2};
    struct candidate *list = candidates_of(&suite->cases[0], 1, &two);
    static const nsec ideals[] = {100 * MS, 200 * MS, 1000 * MS};

    (void)state;
    for (size_t i = 0; i < COUNT(ideals); i++) {
        assert_int_equal(list[i].ideal, ideals[i]);
        assert_true(list[i].cost > ideals[i]);
    }
    free(list);
    suite_free(suite);
}

/* What the machine does not allow is no candidate; unknown limits are none. */
static void test_absent(void **state)
{
    static const struct {
        const char *workload;
        struct limits limits;
        bool absent[3]; /* libev_loop, thread_per_task, thread_pool */
    } rows[] = {
        {"sleep", {.cores = 2}, {false, false, false}},
        {"sleep", {.cores = 2, .threads = 999}, {false, true, false}},
        {"sleep", {.cores = 2, .threads = 1000}, {false, false, false}},
        {"sleep", {.cores = 2, .files = 500}, {false, false, false}},
        {"fetch", {.cores = 2, .files = 500}, {true, true, false}},
        {"fetch", {.cores = 2, .files = 1200}, {false, true, false}},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct suite *suite = read_case(rows[i].workload, "1000", "10ms", NULL,
                                        "libev_loop,thread_per_task,"
                                        "thread_pool:5");
        struct candidate *list =
            candidates_of(&suite->cases[0], 1, &rows[i].limits);

        for (size_t k = 0; k < 3; k++)
            if (list[k].absent != rows[i].absent[k])
                fail_msg("row %zu: %s", i, list[k].label);
        free(list);
        suite_free(suite);
    }
}

#define CANDIDATES 4

/* Who cannot run costs nothing; then the dearest goes, wherever it stands. */
static void test_left_out(void **state)
{
    static const struct {
        double costs[CANDIDATES]; /* seconds */
        unsigned absent, peer;    /* bits */
        double time;
        bool good;
        unsigned left_out;
    } rows[] = {
        {{0.3, 30, 0.2, 0.2}, 0, 0, 9, true, 2},
        {{0.3, 30, 0.2, 0.2}, 2, 0, 9, true, 0},
        {{30, 0.3, 0.2, 40}, 0, 0, 9, true, 9},
        {{4, 4, 2, 4}, 0, 0, 13, true, 10},
        {{4, 4, 2, 4}, 0, 0, 5, true, 11},
        {{4, 4, 2, 4}, 0, 0, 3, false, 11},
        /* Asked for by name: never. */
        {{0.3, 30, 0.2, 0.2}, 0, 2, 9, false, 13},
        /* Nobody can: the run says why. */
        {{1, 1, 1, 1}, 15, 0, 1, true, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct candidate list[CANDIDATES] = {{0}};
        unsigned out = 0;
        nsec limit;

        for (size_t k = 0; k < CANDIDATES; k++)
            list[k] = (struct candidate){.ideal = 100 * MS,
                                         .cost = (nsec)(rows[i].costs[k] * 1e9),
                                         .absent = rows[i].absent >> k & 1,
                                         .peer = rows[i].peer >> k & 1};
        assert_int_equal(candidates_fit(list, CANDIDATES,
                                        (nsec)(rows[i].time * 1e9), &limit),
                         rows[i].good);
        for (unsigned k = 0; k < CANDIDATES; k++)
            out |= list[k].left_out ? 1u << k : 0;
        if (out != rows[i].left_out)
            fail_msg("row %zu: left out are %#x", i, out);
    }
}

static void test_fit(void **state)
{
    static const struct {
        double ideals[CANDIDATES]; /* seconds; 0 ends them */
        double time;
        bool good;
        int measured, left_out; /* by the limit; of these no time for */
    } rows[] = {
        {{0.1, 0.1, 1, 0.2}, 60, true, 4, 0},
        /* The slowest is given up, the others have all their rounds. */
        {{0.1, 0.1, 250, 0.2}, 60, true, 3, 0},
        {{0.1, 0.1, 10, 42}, 60, true, 2, 0},
        /* No room for six rounds, then for all. */
        {{2, 2, 2, 2}, 60, true, 4, 0},
        {{5, 5, 5, 5}, 45, true, 4, 0},
        {{5, 5, 5, 5}, 35, true, 4, 1},
        {{5, 5, 5, 5}, 11, true, 4, 3},
        {{5, 5, 5, 5}, 9, false, 4, 3},
        {{5}, 11, true, 1, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct candidate list[CANDIDATES] = {{0}};
        nsec limit;
        size_t count = 0;
        int measured = 0, left_out = 0;

        for (; count < CANDIDATES && rows[i].ideals[count] > 0; count++) {
            list[count].ideal = (nsec)(rows[i].ideals[count] * 1e9);
            list[count].cost = list[count].ideal + 30 * MS;
        }
        assert_int_equal(
            candidates_fit(list, count, (nsec)(rows[i].time * 1e9), &limit),
            rows[i].good);
        for (size_t k = 0; k < count; k++) {
            measured += list[k].ideal <= limit;
            left_out += list[k].left_out;
        }
        assert_int_equal(measured, rows[i].measured);
        assert_int_equal(left_out, rows[i].left_out);
        assert_false(list[0].left_out);
    }
}

/* ---- the race ---- */

#define ENTRIES 4
#define ROUNDS  8

struct racing {
    struct strategy real, own;
    struct step step;
    struct entry entries[ENTRIES];
    struct plan_entry planned[ENTRIES];
    double walls[ENTRIES][ROUNDS + 1];
    struct bench_case c;
    struct plan_case p;
};

/* The first is calibrated by the last; each has so many ms in each round. */
static void racing_open(struct racing *r, const double *ms, uint32_t round)
{
    memset(r, 0, sizeof(*r));
    r->own.real_gap = "own origin only";
    r->step.kind = STEP_FETCH;
    r->c = (struct bench_case){.steps = &r->step,
                               .step_count = 1,
                               .rounds = ROUNDS,
                               .rounds_least = ROUNDS_AUTO_LEAST,
                               .entries = r->entries,
                               .entry_count = ENTRIES};
    r->p = (struct plan_case){.c = &r->c,
                              .entries = r->planned,
                              .round = round,
                              .attempt = 1,
                              .race = true};
    for (size_t e = 0; e < ENTRIES; e++) {
        r->entries[e].strategy = &r->real;
        r->planned[e].entry = &r->entries[e];
        r->planned[e].walls = r->walls[e];
        r->planned[e].cost = (nsec)(ms[e] * 1e6);
        for (uint32_t i = 0; i < round; i++)
            r->walls[e][i] = ms[e] * 1e6 * (1 + 0.001 * i * (double)(e + 1));
    }
    r->entries[ENTRIES - 1].calibrates = true;
}

static unsigned outs(const struct racing *r)
{
    unsigned out = 0;

    for (unsigned e = 0; e < ENTRIES; e++)
        out |= r->planned[e].out ? 1u << e : 0;
    return out;
}

static void test_race(void **state)
{
    static const struct {
        double ms[ENTRIES];
        uint32_t round;
        double left; /* ms */
        bool own;    /* the second is of the own origin only */
        unsigned out;
    } rows[] = {
        /* After the warm-up: nobody, as long as there is room for all. */
        {{10, 100, 1000, 10}, 1, 6720, false, 0},
        /* The costliest first, until there is. */
        {{10, 100, 1000, 10}, 1, 6719, false, 4},
        /* Yet the best two are kept, if three rounds of them have room, … */
        {{10, 100, 1000, 10}, 1, 719, false, 12},
        {{10, 100, 1000, 10}, 1, 330, false, 12},
        {{10, 100, 1000, 10}, 1, 329, false, 6},
        /* … and longer once they have been compared. */
        {{10, 100, 1000, 10}, 2, 329, false, 12},
        /* Never one that is not far behind; calibration instead. */
        {{10, 12, 19, 10}, 1, 300, false, 8},
        /* Those that calibrate go with what they calibrate. */
        {{100, 10, 10, 100}, 1, 500, false, 9},
        /* Then those that are behind by a tenth, the costliest first: but not
         * the best three, if three rounds of them have room, nor two, if one
         * has. */
        {{10, 12, 19, 10}, 1, 123, false, 8},
        {{10, 12, 19, 10}, 1, 122, false, 12},
        {{10, 12, 19, 10}, 1, 22, false, 12},
        {{10, 12, 19, 10}, 1, 21, false, 14},
        /* One alone where two have no room at all, nobody where one has not. */
        {{10, 10.9, 10.9, 10}, 1, 21, false, 12},
        {{10, 10.9, 10.9, 10}, 1, 20, false, 14},
        {{10, 10.9, 10.9, 10}, 1, 1, false, 8},
        /* Before them, those that are no answer. */
        {{10, 9, 12, 10}, 1, 150, true, 10},
        /* Later it is about the rounds that are left. */
        {{10, 100, 1000, 10}, 4, 3360, false, 0},
        {{10, 100, 1000, 10}, 4, 3359, false, 4},
        /* After the least rounds: over a tenth behind, for certain; not what
         * is calibrated; no leader that fetches no real URLs. */
        {{10, 12, 10.9, 10}, 7, 1e6, false, 2},
        {{12, 10, 13, 12}, 7, 1e6, false, 4},
        {{12, 10, 13, 12}, 7, 1e6, true, 0},
        {{12, 10, 14, 12}, 7, 1e6, true, 4},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct racing r;

        racing_open(&r, rows[i].ms, rows[i].round);
        if (rows[i].own)
            r.entries[1].strategy = &r.own;
        race_begin(&r.p);
        race_stood(&r.p, (nsec)(rows[i].left * 1e6));
        if (outs(&r) != rows[i].out)
            fail_msg("row %zu: out are %#x", i, outs(&r));
        r.p.race = false;
        memset(r.planned, 0, sizeof(r.planned));
        race_begin(&r.p);
        race_stood(&r.p, 1);
        assert_int_equal(outs(&r), 0);
    }
}

/* The warm-up: half of the time, a round of the two cheapest, and calibration
 * where there is time for it by then. */
static void test_race_warmed(void **state)
{
    static const struct {
        uint32_t next, taken; /* of the entries */
        double budget, spent; /* ms */
        bool over;
    } rows[] = {
        {1, 1, 100, 99, false}, /* two in any case */
        {2, 2, 200, 100, false}, {2, 2, 200, 101, true},
        {2, 2, 60, 29, false}, /* 10 for the next, 20 for a round */
        {2, 2, 50, 21, true},    {3, 3, 450, 200, false},
        {3, 3, 450, 201, true},
    };
    static const double ms[ENTRIES] = {10, 10, 10, 10};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct racing r;
        struct plan plan = {
            .cases = &r.p, .count = 1, .budget = (nsec)(rows[i].budget * 1e6)};

        racing_open(&r, ms, 0);
        r.planned[0].spent = (nsec)(rows[i].spent * 1e6);
        for (uint32_t e = 0; e < rows[i].taken; e++)
            r.planned[e].wall_now = ms[e] * 1e6;
        if (race_warmed(&plan, &r.p, &r.planned[rows[i].next], rows[i].taken) !=
            rows[i].over)
            fail_msg("row %zu", i);
    }
}

/* The budget holds for the least rounds too, the warm-up aside. */
static void test_race_ends(void **state)
{
    static const struct {
        double budget; /* ms; a round takes 40 */
        uint32_t round;
        bool race, goes_on;
    } rows[] = {
        {1, 0, true, true},    {39, 1, true, false}, {39, 2, true, false},
        {40, 2, true, true},   {39, 6, true, false}, {1, 2, false, true},
        {39, 7, false, false}, {39, 7, true, false},
    };
    static const double ms[ENTRIES] = {10, 10, 10, 10};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct racing r;
        struct plan plan = {.cases = &r.p,
                            .count = 1,
                            .precision = 1e-9,
                            .budget = (nsec)(rows[i].budget * 1e6)};

        racing_open(&r, ms, rows[i].round);
        r.p.race = rows[i].race;
        assert_int_equal(schedule_next(&plan) != NULL, rows[i].goes_on);
    }
}

/* ---- the choice ---- */

#define SEVEN 7
#define FEW   3

static int rounds = SEVEN; /* of what is made up */

/* A strategy's line: wall times of seven rounds are `ms` and up to `spread`
 * more. `ms` 0: absent, after a warm-up of `spread` where that is given. */
struct line {
    const char *label;
    double ms, spread;
    double cpu_us, rss_mb;
    int failed;
    double origin; /* its share of a core */
    double behind; /* of an open load; its tail is the wall time */
};

static json_t *rounds_json(const struct line *l)
{
    json_t *list = json_array();

    for (int r = 0; r < rounds; r++)
        json_array_append_new(
            list, json_pack("[i, f]", r + 1,
                            1e6 * (l->ms + l->spread * ((r * 3) % SEVEN) / 6)));
    return list;
}

static json_t *spread_json(const struct line *l)
{
    json_t *s =
        json_pack("{s:f, s:f, s:f}", "median", 1e6 * (l->ms + l->spread / 2),
                  "min", 1e6 * l->ms, "max", 1e6 * (l->ms + l->spread));

    if (rounds < SEVEN)
        return s;
    json_object_set_new(s, "lo", json_real(1e6 * l->ms));
    json_object_set_new(s, "hi", json_real(1e6 * (l->ms + l->spread)));
    return s;
}

static json_t *entry_json(const struct line *l, bool open)
{
    json_t *e = json_pack("{s:s, s:s, s:s, s:f}", "label", l->label, "strategy",
                          l->label, "gist", "what it is", "ideal_ns", 40e6);

    if (!(l->ms > 0)) {
        json_object_update_new(e, json_pack("{s:s, s:s, s:i}", "status",
                                            "absent", "reason",
                                            "cannot do it here", "samples", 0));
        if (l->spread > 0)
            json_object_set_new(e, "first_wall_ns", json_real(1e6 * l->spread));
        return e;
    }
    json_object_update_new(
        e, json_pack("{s:s, s:i, s:o, s:o, s:f, s:f, s:i, s:i, s:{s:f, s:i}, "
                     "s:i, s:f}",
                     "status", "ok", "samples", rounds, "wall_ns",
                     spread_json(l), "walls_ns", rounds_json(l),
                     "cpu_ns_per_task", l->cpu_us * 1e3, "peak_rss_bytes",
                     l->rss_mb * 1e6, "ok", 100 - l->failed, "failed",
                     l->failed, "origin", "cpu_share", l->origin, "connections",
                     100, "threads_peak", 1, "behind_share", l->behind));
    json_object_set_new(e, "first_wall_ns", json_real(1e6 * l->ms));
    if (open) {
        json_t *tail = spread_json(l);

        json_object_set_new(tail, "quantile", json_real(0.99));
        json_object_set_new(tail, "rounds", rounds_json(l));
        json_object_set_new(e, "sojourn_round_ns", tail);
    }
    return e;
}

/* Of up to so many lines, the last without a label. */
#define LINES 5

static json_t *summary_of(const struct line *lines, bool open)
{
    json_t *list = json_array();

    for (; lines->label; lines++)
        json_array_append_new(list, entry_json(lines, open));
    return json_pack(
        "{s:{s:{s:i}}, s:[{s:s, s:s, s:s, s:i, s:f, s:s, s:s, s:[s], s:i, s:o, "
        "s:o}]}",
        "run", "machine", "cores", 2, "cases", "name", "fetch", "section",
        "fetch", "workload", "fetch", "tasks", 100, "ideal_ns", 40e6,
        "baseline", "libev_loop", "delay", "40ms", "steps",
        "fetch /json/{i}?delay={delay}", "rounds_done", SEVEN, "strategies",
        list, "rate",
        open ? json_pack("{s:f, s:b}", "per_second", 400.0, "poisson", 0)
             : json_null());
}

static const struct {
    struct line lines[LINES];
    bool open, few;  /* few: rounds */
    const char *use; /* NULL: nobody */
    size_t tied;
    const char *next; /* NULL: nobody */
} choices[] = {
    {{{"sequential", 4000, 20, 90, 8, 0, 0, 0},
      {"thread_pool", 60, 2, 80, 9, 0, 0, 0},
      {"libev_loop", 45, 1, 40, 12, 0, 0, 0}},
     false,
     false,
     "libev_loop",
     1,
     "thread_pool"},
    /* A tie goes to who takes clearly less CPU time, though its median is
     * higher; … */
    {{{"coroutine", 45, 3, 61, 10, 0, 0, 0},
      {"libev_loop", 45.2, 3, 40, 12, 0, 0, 0},
      {"thread_pool", 60, 2, 80, 9, 0, 0, 0}},
     false,
     false,
     "libev_loop",
     2,
     "thread_pool"},
    /* … where that is alike, to clearly less memory; where both are, to the
     * first in the list of strategies. */
    {{{"libev_loop", 45.2, 3, 40, 15.1, 0, 0, 0},
      {"coroutine", 45, 3, 42, 10, 0, 0, 0}},
     false,
     false,
     "coroutine",
     2,
     NULL},
    {{{"coroutine", 45, 3, 40, 10, 0, 0, 0},
      {"libev_loop", 45.2, 3, 42, 12, 0, 0, 0}},
     false,
     false,
     "libev_loop",
     2,
     NULL},
    /* Few samples fall apart by chance: only what takes twice as long is told
     * apart, though who looks slower is not named without a reason. */
    {{{"thread_pool", 60, 2, 80, 9, 0, 0, 0},
      {"libev_loop", 45, 1, 90, 12, 0, 0, 0},
      {"sequential", 4000, 20, 90, 8, 0, 0, 0}},
     false,
     true,
     "libev_loop",
     2,
     "sequential"},
    /* All absent; one alone. */
    {{{"sequential", 0, 0, 0, 0, 0, 0, 0}, {"libev_loop", 0, 0, 0, 0, 0, 0, 0}},
     false,
     false,
     NULL,
     0,
     NULL},
    {{{"sequential", 50, 2, 40, 10, 0, 0, 0},
      {"libev_loop", 0, 0, 0, 0, 0, 0, 0}},
     false,
     false,
     "sequential",
     1,
     NULL},
    /* Who cannot fetch real URLs is no answer, however fast. */
    {{{"io_uring", 41, 1, 10, 4, 0, 0, 0},
      {"raw_libev", 42, 1, 12, 4, 0, 0, 0},
      {"libev_loop", 45, 1, 40, 12, 0, 0, 0}},
     false,
     false,
     "libev_loop",
     1,
     NULL},
    /* Who leaves tasks undone is compared with nobody. */
    {{{"coroutine", 20, 1, 10, 4, 3, 0, 0},
      {"libev_loop", 45, 1, 40, 12, 0, 0, 0}},
     false,
     false,
     "libev_loop",
     1,
     NULL},
    /* An open load: who keeps up comes first. */
    {{{"sequential", 20, 1, 10, 4, 0, 0, 0.5},
      {"thread_pool", 60, 1, 40, 12, 0, 0, 0.01},
      {"libev_loop", 45, 1, 40, 12, 0, 0, 0}},
     true,
     false,
     "libev_loop",
     1,
     "thread_pool"},
};

static void test_choice(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(choices); i++) {
        rounds = choices[i].few ? FEW : SEVEN;
        json_t *summary = summary_of(choices[i].lines, choices[i].open);
        struct choice choice;
        struct view view;

        assert_true(view_open(&view, NULL, summary));
        assert_true(choice_make(&choice, &view.cases[0]));
        assert_string_equal(choice.use ? choice.use->label : "nobody",
                            choices[i].use ? choices[i].use : "nobody");
        assert_string_equal(choice.next ? choice.next->label : "nobody",
                            choices[i].next ? choices[i].next : "nobody");
        assert_int_equal(choice.tied, choices[i].tied);
        assert_int_equal(choice.all, view.cases[0].count);
        choice_clear(&choice);
        view_close(&view);
        json_decref(summary);
    }
}

/* ---- the words ---- */

static const struct {
    struct line lines[LINES];
    const char *says[5], *omits[3];
    bool few; /* rounds, and of all but libev_loop one only */
} words[] = {
    {{{"sequential", 4000, 20, 90, 8, 0, 0.1, 0},
      {"libev_loop", 45, 1, 40, 12, 0, 0.3, 0},
      {"io_uring", 41, 1, 10, 4, 0, 0.4, 0}},
     {"load:    100 fetches of 40 ms", "Use libev_loop: what it is.",
      "as fast as sequential (next); 88 % of the ideal.",
      "cannot fetch real URLs, for comparison:", "It costs 1 thread, 100 conn"},
     {"Not told apart", "the origin was busy", "left out:"},
     false},
    {{{"coroutine", 45, 3, 60, 10, 0, 0.97, 0},
      {"libev_loop", 45.2, 3, 40, 12, 0, 0.97, 0},
      {"sequential", 0, 0, 0, 0, 0, 0, 0}},
     {"Not told apart from coroutine: a tie.",
      "The origin was busy all the time under",
      "left out:", "cannot do it here", "by rule of thumb"},
     {"(next)", "for comparison"},
     false},
    {{{"libev_loop", 0, 0, 0, 0, 0, 0, 0}},
     {"No answer: nothing that could be used was measured in time."},
     {"Use ", "It costs", "How sure"},
     false},
    /* Measured alone for want of time: no firm word. */
    {{{"libev_loop", 45, 1, 40, 12, 0, 0, 0},
      {"coroutine", 0, 90, 0, 0, 0, 0, 0},
      {"thread_pool", 0, 180, 0, 0, 0, 0, 0}},
     {"Fastest in one warm-up, not compared: libev_loop: what it is.",
      "There it was 2.00× as fast as coroutine, the next."},
     {"Use "},
     false},
    /* … but the others cannot run at all. */
    {{{"libev_loop", 45, 1, 40, 12, 0, 0, 0},
      {"coroutine", 0, 0, 0, 0, 0, 0, 0}},
     {"Use libev_loop: what it is."},
     {"not compared"},
     false},
    /* Ranges are no intervals, and nobody is called slower who is not. */
    {{{"libev_loop", 45, 1, 40, 12, 0, 0, 0},
      {"raw_libev", 44, 1, 20, 9, 0, 0, 0},
      {"thread_pool", 70, 1, 40, 12, 0, 0, 0},
      {"coroutine", 44, 1, 41, 12, 0, 0, 0}},
     {"Only 3 rounds had room in the budget: no intervals; least to greatest "
      "in brackets.",
      "45.5 ms (45.0 to 46.0)",
      "too few rounds for an interval, since time was short: raw_libev (no "
      "answer: it fetches from the own server alone), thread_pool (slower in "
      "those), coroutine."},
     {"[", "coroutine (slower", "for certain"},
     true},
};

static char *printed(const struct answer *a)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    answer_print(out, a);
    fclose(out);
    return text;
}

/* Lines as told, joined: where they are broken does not matter here. */
static void unwrap(char *text)
{
    char *to = text;

    for (char *at = text; *at; at++) {
        bool blank = *at == ' ' || *at == '\n';

        if (!blank)
            *to++ = *at;
        else if (to > text && to[-1] != ' ')
            *to++ = ' ';
    }
    *to = '\0';
}

static void check_words(const struct answer *a, size_t row)
{
    char *text = printed(a), wanted[256];

    unwrap(text);
    for (size_t w = 0; w < 5 && words[row].says[w]; w++) {
        snprintf(wanted, sizeof(wanted), "%s", words[row].says[w]);
        unwrap(wanted);
        if (!strstr(text, wanted))
            fail_msg("'%s' is not in: %s", wanted, text);
    }
    for (size_t w = 0; w < 3 && words[row].omits[w]; w++)
        if (strstr(text, words[row].omits[w]))
            fail_msg("'%s' is in: %s", words[row].omits[w], text);
    free(text);
}

/* Leaves one round of all but the first. */
static void cut_short(json_t *summary)
{
    json_t *c = json_array_get(json_object_get(summary, "cases"), 0), *e;
    size_t i;

    json_array_foreach (json_object_get(c, "strategies"), i, e)
        if (i > 0)
            json_object_set_new(e, "samples", json_integer(1));
}

static void test_words(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(words); i++) {
        rounds = words[i].few ? FEW : SEVEN;
        json_t *summary = summary_of(words[i].lines, false);
        if (words[i].few)
            cut_short(summary);
        json_t *none = json_array();
        struct view view;
        struct answer a = {.view = &view,
                           .assumed = none,
                           .left_out = none,
                           .folder = "results/x"};

        assert_true(view_open(&view, NULL, summary));
        assert_true(choice_make(&a.choice, &view.cases[0]));
        check_words(&a, i);
        json_t *json = answer_json(&a);
        assert_non_null(json);
        assert_int_equal(json_array_size(json_object_get(json, "candidates")),
                         view.cases[0].count);
        json_decref(json);
        choice_clear(&a.choice);
        view_close(&view);
        json_decref(summary);
        json_decref(none);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_width),     cmocka_unit_test(test_candidates),
        cmocka_unit_test(test_costs),     cmocka_unit_test(test_fit),
        cmocka_unit_test(test_absent),    cmocka_unit_test(test_left_out),
        cmocka_unit_test(test_race),      cmocka_unit_test(test_race_warmed),
        cmocka_unit_test(test_race_ends), cmocka_unit_test(test_choice),
        cmocka_unit_test(test_words),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
