/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Trends over rounds: known values of p and drift, what a summary gets, and in
 * simulated runs with a fixed seed how often a run of independent samples is
 * called unsteady, and a drifting one is not.
 */
#include "../../harness/stats/trend.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <cmocka.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))
#define SEED          20251122
#define ROUNDS        10
#define SERIES        20
#define RUNS          1000

/* Exact: none of 6! orders has fewer inversions; 1 + 5 + 14 have two at most.
 */
static void test_known(void **state)
{
    static const struct {
        double values[7];
        size_t count;
        double drift, p;
    } rows[] = {
        {{10, 11, 12, 13, 14, 15}, 6, 5 / 12.5, 2.0 / 720},
        {{15, 14, 13, 12, 11, 10}, 6, -5 / 12.5, 2.0 / 720},
        {{11, 10, 12, 13, 15, 14}, 6, 5 / 12.5, 40.0 / 720},
        {{10, 10, 10, 10, 10, 10}, 6, 0, 1},
        {{1, 2, 3, 4, 5}, 5, NAN, NAN},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        struct trend t = trend_of(rows[i].values, rows[i].count);

        assert_true(isnan(rows[i].p) ? isnan(t.p)
                                     : fabs(t.p - rows[i].p) < 1e-9);
        assert_true(isnan(rows[i].drift)
                        ? isnan(t.drift)
                        : fabs(t.drift - rows[i].drift) < 1e-9);
    }
}

/* Two groups of three equal values: S = 9 and Var S = (510 - 2 * 66) / 18, so
 * that z = 8 / sqrt(21). */
static void test_ties(void **state)
{
    static const double values[] = {10, 10, 10, 20, 20, 20};
    struct trend t = trend_of(values, LENGTH(values));

    (void)state;
    assert_true(fabs(t.p - erfc(8 / sqrt(21) / sqrt(2))) < 1e-9);
}

/* ---- runs ---- */

static json_t *walls_of(const double *values)
{
    json_t *walls = json_array();

    for (int r = 0; r < ROUNDS; r++)
        json_array_append_new(
            walls, json_pack("[i, I]", r + 1, (json_int_t)(1e6 * values[r])));
    return walls;
}

/* Wall times of a skewed distribution, as they are in practice; in the first
 * series they grow by `drift` in all. */
static json_t *run_of(gsl_rng *random, double drift)
{
    json_t *list = json_array();

    for (int s = 0; s < SERIES; s++) {
        double values[ROUNDS];

        for (int r = 0; r < ROUNDS; r++) {
            values[r] = 10 + gsl_ran_lognormal(random, -1, 0.8);
            values[r] *= s == 0 ? 1 + drift * r / (ROUNDS - 1) : 1;
        }
        json_array_append_new(list,
                              json_pack("{s:o}", "walls_ns", walls_of(values)));
    }
    return json_pack("[{s:o}]", "strategies", list);
}

static unsigned unsteady_in(const json_t *cases, size_t from, size_t to)
{
    const json_t *list =
        json_object_get(json_array_get(cases, 0), "strategies");
    unsigned count = 0;

    for (size_t s = from; s < to; s++) {
        const json_t *trend = json_object_get(json_array_get(list, s), "trend");

        assert_true(json_is_boolean(json_object_get(trend, "steady")));
        count += json_is_false(json_object_get(trend, "steady"));
    }
    return count;
}

static void test_runs(void **state)
{
    static const struct {
        double drift;
        unsigned least, most; /* runs that are called unsteady, of RUNS */
    } rows[] = {
        {0, 0, 15},
        {0.8, 950, RUNS},
        {0.03, 0, 20}, /* seen or not, it is too little */
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(rows); i++) {
        gsl_rng *random = gsl_rng_alloc(gsl_rng_mt19937);
        unsigned found = 0;

        gsl_rng_set(random, SEED);
        for (int run = 0; run < RUNS; run++) {
            json_t *cases = run_of(random, rows[i].drift);

            assert_true(trend_put(cases));
            found += unsteady_in(cases, 0, SERIES) > 0;
            json_decref(cases);
        }
        gsl_rng_free(random);
        if (found < rows[i].least || found > rows[i].most)
            fail_msg("drift %g: %u of %d runs", rows[i].drift, found, RUNS);
    }
}

/* An open load's wall times are the rate's: its tails are tested. */
static void test_open_load(void **state)
{
    static const double rising[ROUNDS] = {10, 11, 12, 13, 14,
                                          15, 16, 17, 18, 19},
                        level[ROUNDS] = {10, 11, 10, 11, 10,
                                         11, 10, 11, 10, 11};

    (void)state;
    for (int open = 0; open < 2; open++) {
        json_t *cases = json_pack(
            "[{s:o, s:[{s:o, s:{s:o}}, {s:o, s:n}]}]", "rate",
            open ? json_pack("{s:f}", "per_second", 9.0) : json_null(),
            "strategies", "walls_ns", walls_of(open ? level : rising),
            "sojourn_round_ns", "rounds", walls_of(open ? rising : level),
            "walls_ns", json_array(), "sojourn_round_ns");

        assert_non_null(cases);
        assert_true(trend_put(cases));
        assert_int_equal(unsteady_in(cases, 0, 1), 1);
        assert_true(json_is_null(json_object_get(
            json_array_get(
                json_object_get(json_array_get(cases, 0), "strategies"), 1),
            "trend")));
        json_decref(cases);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_known),
        cmocka_unit_test(test_ties),
        cmocka_unit_test(test_runs),
        cmocka_unit_test(test_open_load),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
