/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The parts of the engine that decide: orders of rounds, attempts and their
 * bounds, the validity of a sample. No process is started.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <math.h>
#include <signal.h>
#include <string.h>

#include <cmocka.h>

#include "../../harness/run/attempts.h"
#include "../../harness/run/order.h"
#include "../../harness/run/validity.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* ---- orders ---- */

static void test_orders(void **state)
{
    enum { ENTRIES = 5, ROUNDS = 2000 };
    size_t order[ENTRIES], again[ENTRIES];
    unsigned places[ENTRIES][ENTRIES] = {{0}};
    unsigned same = 0;

    (void)state;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        unsigned seen = 0;

        order_of_round(order, ENTRIES, 7, "fetch", round, 1);
        order_of_round(again, ENTRIES, 7, "fetch", round, 1);
        assert_memory_equal(order, again, sizeof(order));
        for (size_t i = 0; i < ENTRIES; i++) {
            seen |= 1u << order[i];
            places[order[i]][i]++;
        }
        assert_int_equal(seen, (1u << ENTRIES) - 1);
        order_of_round(again, ENTRIES, 7, "fetch", round, 2);
        same += memcmp(order, again, sizeof(order)) == 0;
    }
    /* 1 of 120 orders is the same again by chance, 400 of 2,000 are each
     * strategy's in each place. */
    assert_true(same < 60);
    for (size_t e = 0; e < ENTRIES; e++)
        for (size_t i = 0; i < ENTRIES; i++)
            assert_in_range(places[e][i], 300, 500);
}

/* ---- attempts ---- */

struct small {
    struct bench_case c;
    struct plan_entry entries[2];
    struct plan_case p;
};

static void small_open(struct small *s, uint32_t rounds)
{
    memset(s, 0, sizeof(*s));
    s->c.rounds = rounds;
    s->c.entry_count = 2;
    s->p.c = &s->c;
    s->p.entries = s->entries;
    s->p.attempt = 1;
    s->p.cores = 4;
}

/* On a machine where every round is invalid a case comes to its end. */
static void test_attempts_end(void **state)
{
    static const struct {
        uint32_t rounds, attempts; /* the warm-up's among them */
    } rows[] = {{1, 3}, {2, 5}, {3, 7}, {10, 21}};

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct small s;
        uint32_t attempts = 0;

        small_open(&s, rows[i].rounds);
        while (!case_done(&s.p) && attempts < 1000) {
            attempts++;
            if (attempt_may_repeat(&s.p)) {
                assert_true(s.p.attempt <= 2);
                attempt_discard(&s.p, true);
            } else {
                attempt_stand(&s.p);
            }
        }
        assert_int_equal(attempts, rows[i].attempts);
    }
}

/* Interruptions count against no bound; what failed in a void round neither
 * ends a strategy nor the run's success. */
static void test_failures(void **state)
{
    struct small s;
    struct plan plan = {.cases = &s.p, .count = 1};

    (void)state;
    small_open(&s, 9);
    for (int i = 0; i < 50; i++)
        attempt_discard(&s.p, false);
    assert_true(attempt_may_repeat(&s.p));
    assert_int_equal(s.p.attempt, 51);
    for (int i = 0; i < 3; i++) {
        attempt_sample(&s.entries[0], true, 5, 1e6);
        attempt_discard(&s.p, false);
    }
    assert_int_equal(attempts_failed(&plan), 0);
    assert_true(entry_takes_part(&s.entries[0]));
    for (uint32_t i = 1; i <= 2; i++) {
        attempt_sample(&s.entries[0], true, 5, 1e6);
        assert_int_equal(attempts_failed(&plan), i);
        attempt_stand(&s.p);
        assert_int_equal(attempts_failed(&plan), i);
    }
    assert_false(entry_takes_part(&s.entries[0]));
    assert_true(entry_takes_part(&s.entries[1]));
}

/* ---- validity ---- */

/* A sample of 10 fetches in 100 ms, 2 of them in flight, and what it is
 * changed to. */
struct change {
    const char *cause; /* NULL: valid */
    double steal, total, throttled;
    int signal;
    bool lost, warmup, sleeps, failed;
    double each_ms, serviced_ms; /* latency of a task; origin's sum */
    int switches, threads;
    double overflows;
};

static struct validity judge(const struct change *change)
{
    static struct step steps[1];
    struct origin_counts counts = {
        .requests = 10, .in_service_ns = (uint64_t)(change->serviced_ms * 1e6)};
    struct sampled sampled = {.process = 120 * NSEC_PER_MSEC,
                              .signal = change->signal};
    struct small s;
    struct evidence evidence = {.p = &s.p,
                                .e = &s.entries[0],
                                .sampled = &sampled,
                                .counts = change->sleeps ? NULL : &counts,
                                .before = {10, 1000, 5e6},
                                .origin_lost = change->lost,
                                .warmup = change->warmup};

    small_open(&s, 3);
    steps[0].kind = change->sleeps ? STEP_SLEEP : STEP_FETCH;
    s.c.steps = steps;
    s.c.step_count = 1;
    evidence.after =
        (struct vitals){10 + change->steal, 1000 + change->total,
                        5e6 + change->throttled, change->overflows};
    sampled.result = json_pack(
        "{s:f, s:i, s:i, s:i, s:i, s:i, s:f, s:f, s:{s:[[f,i,i]]}}", "run_ns",
        100e6, "inflight_peak", 2, "failed", change->failed ? 1 : 0,
        "involuntary_switches", change->switches, "threads_peak",
        change->threads, "processes", 0, "user_ns", 80e6, "sys_ns", 10e6,
        "latency_hist", "buckets", change->each_ms * 1e6, 0, 10);
    assert_non_null(sampled.result);
    struct validity v = validity_judge(&evidence);
    json_t *line = validity_json(&v);
    assert_non_null(line);
    json_decref(line);
    json_decref(sampled.result);
    return v;
}

static void test_validity(void **state)
{
    static const struct change rows[] = {
        {NULL, 0, 20, 0, 0, 0, 0, 0, 0, 18, 150, 0, 1, 0},
        /* one tick is no theft, 3 of 200 are what all hosts take */
        {NULL, 1, 10, 0, 0, 0, 0, 0, 0, 18, 150, 0, 1, 0},
        {NULL, 3, 200, 0, 0, 0, 0, 0, 0, 18, 150, 0, 1, 0},
        {"stolen", 2, 20, 0, 0, 0, 0, 0, 0, 18, 150, 0, 1, 0},
        {NULL, 2, 20, 0, 0, 0, 1, 0, 0, 18, 150, 0, 1, 0},
        {NULL, 0, 20, 1e6, 0, 0, 0, 0, 0, 18, 150, 0, 1, 0},
        {"throttled", 0, 20, 20e6, 0, 0, 0, 0, 0, 18, 150, 0, 1, 0},
        {NULL, NAN, NAN, NAN, 0, 0, 0, 0, 0, 18, 150, 0, 1, 0},
        {"killed", 0, 20, 0, SIGKILL, 0, 1, 0, 0, 18, 150, 0, 1, 0},
        {NULL, 0, 20, 0, SIGSEGV, 0, 0, 0, 0, 18, 150, 0, 1, 0},
        {"origin", 0, 20, 0, 0, 1, 1, 0, 0, 18, 150, 0, 1, 0},
        {"backlog", 0, 20, 0, 0, 0, 0, 0, 0, 18, 150, 0, 1, 3},
        {NULL, 0, 20, 0, 0, 0, 0, 1, 0, 18, 0, 0, 1, 3},
        {NULL, 0, 20, 0, 0, 0, 1, 0, 0, 18, 150, 0, 1, 3},
        {NULL, 0, 20, 0, 0, 0, 0, 0, 0, 18, 150, 0, 1, NAN},
        /* Little: 2.5 on average, 2 at most; 1.8, but 2.3 at the origin */
        {"little", 0, 20, 0, 0, 0, 0, 0, 0, 25, 150, 0, 1, 0},
        {"little", 0, 20, 0, 0, 0, 0, 0, 0, 18, 230, 0, 1, 0},
        {NULL, 0, 20, 0, 0, 0, 0, 0, 1, 18, 230, 0, 1, 0},
        /* other programs: told where nobody else can have been it */
        {"preempted", 0, 20, 0, 0, 0, 0, 1, 0, 18, 0, 40, 1, 0},
        {NULL, 0, 20, 0, 0, 0, 0, 1, 0, 18, 0, 15, 1, 0},
        {NULL, 0, 20, 0, 0, 0, 0, 1, 0, 18, 0, 40, 4, 0},
        {NULL, 0, 20, 0, 0, 0, 0, 0, 0, 18, 150, 40, 1, 0},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct validity v = judge(&rows[i]);
        const char *said = v.cause ? v.cause : "valid";

        assert_string_equal(said, rows[i].cause ? rows[i].cause : "valid");
        assert_int_equal(v.text[0] != '\0', v.cause != NULL);
    }
}

/* What the origin contradicts is void, but a cause that is known comes first.
 */
static void test_disputed(void **state)
{
    struct validity v = {.cause = NULL}, stolen = {.cause = "stolen"};

    (void)state;
    validity_dispute(&v, "21 requests");
    assert_string_equal(v.cause, "disputed");
    assert_string_equal(v.text, "21 requests");
    validity_dispute(&stolen, "21 requests");
    assert_string_equal(stolen.cause, "stolen");
    assert_string_equal(stolen.text, "");
}

/* An attempt's number that an earlier life has used is not used again. */
static void test_voided(void **state)
{
    uint32_t voided[] = {0, 0, 3};
    struct small s;

    (void)state;
    small_open(&s, 2);
    s.p.voided = voided;
    attempt_stand(&s.p);
    assert_int_equal(s.p.attempt, 1);
    attempt_stand(&s.p);
    assert_int_equal(s.p.attempt, 4);
    attempt_stand(&s.p);
    assert_true(case_done(&s.p));
}

/* The kernel's counters are there, and rise. */
static void test_vitals(void **state)
{
    struct vitals first = vitals_read(), then = vitals_read();

    (void)state;
    assert_true(first.total > 0);
    assert_true(first.steal <= first.total);
    assert_true(then.total >= first.total);
    assert_true(isnan(then.throttled) || then.throttled >= first.throttled);
    assert_true(then.overflows >= first.overflows);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_orders),   cmocka_unit_test(test_attempts_end),
        cmocka_unit_test(test_failures), cmocka_unit_test(test_validity),
        cmocka_unit_test(test_vitals),   cmocka_unit_test(test_disputed),
        cmocka_unit_test(test_voided),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
