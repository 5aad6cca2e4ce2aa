/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ranks: worked examples, edges, and what the methods promise, seen in 2,000
 * simulated experiments from skewed distributions with a fixed seed: how often
 * the interval holds the true shift, and how often something is found where
 * nothing is.
 */
#include "../../harness/stats/rank.h"
#include "../../harness/stats/stats.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))
#define EXPERIMENTS   2000
#define SEED          20251122

static void assert_near(double value, double wanted, double tolerance)
{
    if (!(fabs(value - wanted) <= tolerance))
        fail_msg("%.12g is not %.12g", value, wanted);
}

/* ---- worked examples ---- */

static void test_apart(void **state)
{
    static const double a[] = {3, 1, 2}, b[] = {6, 4, 5.5};
    struct rank_test test = rank_test(a, 3, b, 3);
    struct rank_shift shift = rank_shift(a, 3, b, 3);

    (void)state;
    assert_true(test.exact);
    assert_near(test.u, 9, 0);
    assert_near(test.p, 2.0 / 20, 1e-15); /* two of C(6, 3) orders */
    assert_near(rank_cliff(a, 3, b, 3), 1, 0);
    assert_near(rank_cliff(b, 3, a, 3), -1, 0);
    assert_near(shift.shift, 3, 1e-15);
    assert_true(isnan(shift.lo) && isnan(shift.hi)); /* too few for 95 % */
}

/* The two-sided 5 % critical values of U from published tables; the interval
 * ends one rank further in. The differences of 0 … n-1 and n multiples of n
 * are 1 … n*n shifted, so that its ends tell their ranks. */
static void test_interval_is_order_statistics(void **state)
{
    static const struct {
        size_t n;
        double critical;
    } table[] = {{4, 0},  {5, 2},   {6, 5},   {7, 8},   {8, 13},
                 {9, 17}, {10, 23}, {12, 37}, {15, 64}, {20, 127}};

    (void)state;
    for (size_t t = 0; t < LENGTH(table); t++) {
        double a[20], b[20], n = (double)table[t].n;
        struct rank_shift found;

        for (size_t i = 0; i < table[t].n; i++) {
            a[i] = -(double)i;
            b[i] = (double)i * n + 1; /* differences are 1 … n*n */
        }
        found = rank_shift(a, table[t].n, b, table[t].n);
        assert_true(found.exact);
        assert_near(found.lo, table[t].critical + 1, 0);
        assert_near(found.hi, n * n - table[t].critical, 0);
        assert_near(found.shift, (n * n + 1) / 2, 0);
    }
}

static void test_ties(void **state)
{
    static const double same[] = {7, 7, 7, 7, 7, 7, 7, 7, 7};
    static const double a[] = {1, 2, 3, 4}, b[] = {4, 5, 6, 7};
    struct rank_test test = rank_test(same, 9, same, 9);
    struct rank_shift shift = rank_shift(same, 9, same, 9);

    (void)state;
    assert_false(test.exact);
    assert_near(test.p, 1, 0);
    assert_near(test.u, 40.5, 0);
    assert_near(rank_cliff(same, 9, same, 9), 0, 0);
    assert_near(shift.lo, 0, 0);
    assert_near(shift.hi, 0, 0);
    /* A tie between the two makes the test inexact, not the interval. */
    assert_false(rank_test(a, 4, b, 4).exact);
    assert_true(rank_shift(a, 4, b, 4).exact);
}

static void test_edges(void **state)
{
    static const double values[] = {1, 2, 3};
    double many[RANK_EXACT_MOST + 1];

    (void)state;
    assert_true(isnan(rank_test(values, 0, values, 3).p));
    assert_true(isnan(rank_shift(values, 3, values, 0).shift));
    assert_true(isnan(rank_cliff(values, 0, values, 0)));
    assert_near(values[0], 1, 0); /* left as they are */
    for (size_t i = 0; i < LENGTH(many); i++)
        many[i] = (double)i * 5;
    assert_true(rank_test(many, RANK_EXACT_MOST, values + 2, 1).exact);
    assert_false(rank_test(many, LENGTH(many), values + 2, 1).exact);
}

/* The example of Holm's paper is of this kind: 0.01 and 0.005 of three hold. */
static void test_holm(void **state)
{
    static const double p[] = {0.01, NAN, 0.04, 0.03, 0.005, 0.9};
    static const double wanted[] = {0.04, NAN, 0.09, 0.09, 0.025, 0.9};
    double out[LENGTH(p)];

    (void)state;
    assert_true(rank_holm(p, LENGTH(p), out));
    for (size_t i = 0; i < LENGTH(p); i++)
        if (isnan(wanted[i]))
            assert_true(isnan(out[i]));
        else
            assert_near(out[i], wanted[i], 1e-15);
    assert_true(rank_holm(p, 0, out));
}

/* ---- simulated experiments ---- */

/* Times as they are measured: a floor, and a tail to the right. */
static double draw_lognormal(gsl_rng *rng)
{
    return 10 + gsl_ran_lognormal(rng, 0, 1);
}

static double draw_exponential(gsl_rng *rng)
{
    return 5 + gsl_ran_exponential(rng, 3);
}

/* Mostly quiet, now and then disturbed. */
static double draw_mixture(gsl_rng *rng)
{
    double quiet = gsl_ran_gaussian(rng, 0.1);

    return 20 + quiet +
           (gsl_rng_uniform(rng) < 0.15 ? gsl_ran_exponential(rng, 10) : 0);
}

/* A clock of coarse steps: ties. */
static double draw_steps(gsl_rng *rng)
{
    return floor(draw_exponential(rng) * 4) / 4;
}

static const struct {
    const char *name;
    double (*draw)(gsl_rng *rng);
    double median; /* NAN: not asked */
} shapes[] = {
    {"lognormal", draw_lognormal, 11},
    {"exponential", draw_exponential, 5 + 3 * 0.69314718055994531},
    {"disturbed", draw_mixture, NAN},
    {"coarse steps", draw_steps, NAN},
};

static void fill(gsl_rng *rng, size_t shape, double *out, size_t n)
{
    for (size_t i = 0; i < n; i++)
        out[i] = shapes[shape].draw(rng);
}

static gsl_rng *new_rng(void)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);

    assert_non_null(rng);
    gsl_rng_set(rng, SEED);
    return rng;
}

static void check_share(const char *what, const char *shape, size_t count,
                        double least, double most)
{
    double share = (double)count / EXPERIMENTS;

    if (!(share >= least && share <= most))
        fail_msg("%s, %s: %.2f %%", what, shape, 100 * share);
}

#define SAMPLES 10

/* B is A and a shift, which is drawn too: the interval is to hold it. */
static void test_shift_is_covered(void **state)
{
    gsl_rng *rng = new_rng();

    (void)state;
    for (size_t s = 0; s < LENGTH(shapes); s++) {
        size_t held = 0;

        for (size_t e = 0; e < EXPERIMENTS; e++) {
            double a[SAMPLES], b[SAMPLES];
            double by = floor(gsl_ran_flat(rng, -40, 40)) / 4;
            struct rank_shift found;

            fill(rng, s, a, SAMPLES);
            fill(rng, s, b, SAMPLES);
            for (size_t i = 0; i < SAMPLES; i++)
                b[i] += by;
            found = rank_shift(a, SAMPLES, b, SAMPLES);
            held += found.lo <= by + 1e-9 && by - 1e-9 <= found.hi;
        }
        check_share("the shift is held", shapes[s].name, held, 0.94, 0.99);
    }
    gsl_rng_free(rng);
}

/* The interval of a median, of a continuous distribution whose median is
 * known. */
static void test_median_is_covered(void **state)
{
    gsl_rng *rng = new_rng();

    (void)state;
    for (size_t s = 0; s < LENGTH(shapes); s++) {
        size_t held = 0;

        for (size_t e = 0; e < EXPERIMENTS && !isnan(shapes[s].median); e++) {
            double values[SAMPLES];
            struct interval found;

            fill(rng, s, values, SAMPLES);
            found = stats_median(values, SAMPLES);
            held +=
                found.lo <= shapes[s].median && shapes[s].median <= found.hi;
        }
        if (!isnan(shapes[s].median))
            check_share("the median is held", shapes[s].name, held, 0.94, 1);
    }
    gsl_rng_free(rng);
}

#define FAMILY 10

/* A family of tests of nothing: whether the least p, corrected, is found. */
static void test_nothing_is_found_in_nothing(void **state)
{
    gsl_rng *rng = new_rng();

    (void)state;
    for (size_t s = 0; s < LENGTH(shapes); s++) {
        size_t alarms = 0;

        for (size_t e = 0; e < EXPERIMENTS; e++) {
            double p[FAMILY];
            bool alarm = false;

            for (size_t f = 0; f < FAMILY; f++) {
                double a[SAMPLES], b[SAMPLES];

                fill(rng, s, a, SAMPLES);
                fill(rng, s, b, SAMPLES);
                p[f] = rank_test(a, SAMPLES, b, SAMPLES).p;
            }
            assert_true(rank_holm(p, FAMILY, p));
            for (size_t f = 0; f < FAMILY; f++)
                alarm = alarm || p[f] < 0.05;
            alarms += alarm;
        }
        check_share("false alarms", shapes[s].name, alarms, 0, 0.06);
    }
    gsl_rng_free(rng);
}

/* … and something in something, else the above would prove nothing. */
static void test_what_is_there_is_found(void **state)
{
    gsl_rng *rng = new_rng();
    size_t found = 0;

    (void)state;
    for (size_t e = 0; e < EXPERIMENTS; e++) {
        double a[SAMPLES], b[SAMPLES];

        fill(rng, 1, a, SAMPLES);
        fill(rng, 1, b, SAMPLES);
        for (size_t i = 0; i < SAMPLES; i++)
            b[i] += 9;
        found += rank_test(a, SAMPLES, b, SAMPLES).p * FAMILY < 0.05;
    }
    check_share("a shift of three deviations is found", "exponential", found,
                0.8, 1);
    gsl_rng_free(rng);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_apart),
        cmocka_unit_test(test_interval_is_order_statistics),
        cmocka_unit_test(test_ties),
        cmocka_unit_test(test_edges),
        cmocka_unit_test(test_holm),
        cmocka_unit_test(test_shift_is_covered),
        cmocka_unit_test(test_median_is_covered),
        cmocka_unit_test(test_nothing_is_found_in_nothing),
        cmocka_unit_test(test_what_is_there_is_found),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
