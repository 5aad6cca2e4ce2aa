/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The statistics against known values: binomial order statistics as exact
 * fractions give them (Python's fractions and math.comb), worked examples for
 * the rest.
 */
#include "../../harness/stats/stats.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static void assert_near(double value, double wanted, double tolerance)
{
    if (!(fabs(value - wanted) <= tolerance))
        fail_msg("%.12g is not %.12g", value, wanted);
}

/* Ranks and coverage of the narrowest symmetric pair with 95 % at least. */
static const struct {
    size_t n, k;
    double coverage;
} sign_table[] = {
    {6, 1, 0.96875},
    {7, 1, 0.984375},
    {8, 1, 0.9921875},
    {9, 2, 0.9609375},
    {10, 2, 0.978515625},
    {11, 2, 0.98828125},
    {12, 3, 0.96142578125},
    {13, 3, 0.9775390625},
    {14, 3, 0.987060546875},
    {15, 4, 0.96484375},
    {16, 4, 0.978729248046875},
    {17, 5, 0.950958251953125},
    {18, 5, 0.9691162109375},
    {19, 5, 0.9807891845703125},
    {20, 6, 0.9586105346679688},
    {21, 6, 0.9733963012695312},
    {22, 6, 0.9830994606018066},
    {23, 7, 0.9653103351593018},
    {24, 7, 0.9773441553115845},
    {25, 8, 0.9567147493362427},
    {30, 10, 0.9572260547429323},
    {40, 14, 0.9615226917157997},
    {50, 18, 0.9671608624357315},
    {100, 40, 0.9647997997822951},
    {101, 41, 0.9539559330706572},
    {1000, 469, 0.9537088026395019},
};

static void test_sign_rank(void **state)
{
    double coverage = 0;

    (void)state;
    for (size_t n = 0; n < STATS_MIN_SAMPLES; n++)
        assert_int_equal(stats_sign_rank(n, &coverage), 0);
    for (size_t i = 0; i < LENGTH(sign_table); i++) {
        assert_int_equal(stats_sign_rank(sign_table[i].n, &coverage),
                         sign_table[i].k);
        assert_near(coverage, sign_table[i].coverage, 1e-12);
    }
}

/* Of the values 1 to n, shuffled, the bounds are the ranks themselves. */
static void test_interval_is_order_statistics(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(sign_table); i++) {
        size_t n = sign_table[i].n;
        double *values = malloc(n * sizeof *values);
        struct interval found;

        assert_non_null(values);
        for (size_t j = 0; j < n; j++) /* 1009 is prime: each value once */
            values[j * 1009 % n] = (double)(j + 1);
        found = stats_median(values, n);
        free(values);
        assert_near(found.median, (double)(n + 1) / 2, 0);
        assert_near(found.lo, (double)sign_table[i].k, 0);
        assert_near(found.hi, (double)(n + 1 - sign_table[i].k), 0);
        assert_near(found.min, 1, 0);
        assert_near(found.max, (double)n, 0);
    }
}

static void test_few_values_have_no_interval(void **state)
{
    static const double values[] = {5, 1, 4, 2, 3};
    static const double medians[] = {5, 3, 4, 3, 3};
    struct interval none = stats_median(values, 0);

    (void)state;
    assert_true(isnan(none.median) && isnan(none.lo) && isnan(none.hi) &&
                isnan(none.min) && isnan(none.max));
    for (size_t n = 1; n <= LENGTH(values); n++) {
        struct interval found = stats_median(values, n);

        assert_near(found.median, medians[n - 1], 0);
        assert_true(isnan(found.lo) && isnan(found.hi));
        assert_near(found.max, 5, 0);
    }
}

static void test_ties(void **state)
{
    static const double same[] = {7, 7, 7, 7, 7, 7, 7};
    static const double tied[] = {2, 1, 2, 2, 3, 2, 2, 9, 2, 1};
    struct interval found = stats_median(same, LENGTH(same));
    struct growth growth = stats_growth(same, tied, LENGTH(same));

    (void)state;
    assert_near(found.lo, 7, 0);
    assert_near(found.hi, 7, 0);
    assert_true(isnan(growth.exponent)); /* all x alike */
    found = stats_median(tied, LENGTH(tied));
    assert_near(found.median, 2, 0);
    assert_near(found.lo, 1, 0); /* rank 2 */
    assert_near(found.hi, 3, 0); /* rank 9 */
    assert_int_equal(stats_outliers(same, LENGTH(same)).far, 0);
}

static void test_values_are_left_as_they_are(void **state)
{
    double values[] = {3, 1, 2, 6, 5, 4};
    static const double before[] = {3, 1, 2, 6, 5, 4};

    (void)state;
    stats_median(values, LENGTH(values));
    stats_outliers(values, LENGTH(values));
    stats_growth(values, values, LENGTH(values));
    assert_memory_equal(values, before, sizeof values);
}

/* Each pair is a round; the ratios are 100, 105, 96.67, 2250, 100 and 101. */
static void test_ratio_is_paired(void **state)
{
    static const double a[] = {100, 210, 290, 9000, 500, 606};
    static const double b[] = {1, 2, 3, 4, 5, 6};
    struct interval found = stats_ratio(a, b, LENGTH(a));

    (void)state;
    assert_near(found.median, 100.5, 1e-9);
    assert_near(found.lo, 290.0 / 3, 1e-9);
    assert_near(found.hi, 2250, 1e-9);
    found = stats_ratio(b, b, LENGTH(b));
    assert_near(found.lo, 1, 0);
    assert_near(found.median, 1, 0);
    assert_near(found.hi, 1, 0);
}

/* n for which 1 - q^n first reaches 0.95. */
static void test_supported_quantiles(void **state)
{
    static const struct {
        double q;
        uint64_t least;
    } table[] = {{0, 1},     {0.5, 1},    {0.9, 29},
                 {0.95, 59}, {0.99, 299}, {0.999, 2995}};

    (void)state;
    for (size_t i = 0; i < LENGTH(table); i++) {
        assert_true(stats_supports(table[i].q, table[i].least));
        assert_false(stats_supports(table[i].q, table[i].least - 1));
    }
    assert_false(stats_supports(1, 1000000));
}

/* Of 10 11 11 12 12 12 13 14 17 30 the median is 12, MAD 1, quartiles 11.25
 * and 13.75: fences at 7.5, 17.5 and 3.75, 21.25. */
static void test_outliers(void **state)
{
    double values[] = {10, 12, 11, 13, 12, 11, 14, 30, 12, 17};
    struct outliers found = stats_outliers(values, LENGTH(values));

    (void)state;
    assert_int_equal(found.far, 1);
    assert_int_equal(found.mild, 0);
    assert_int_equal(found.severe, 1);
    assert_near(found.median, 12, 0);
    assert_near(found.reach, 14.826, 1e-12);
    values[7] = 26.82; /* 14.82 MAD: not yet */
    values[9] = 17.6;
    found = stats_outliers(values, LENGTH(values));
    assert_int_equal(found.far, 0);
    values[7] = 26.83;
    assert_int_equal(stats_outliers(values, LENGTH(values)).far, 1);
    values[7] = 21; /* sorted: 10 11 11 12 12 12 13 14 17 21 */
    values[9] = 17;
    found = stats_outliers(values, LENGTH(values));
    assert_int_equal(found.mild, 1);
    assert_int_equal(found.severe, 0);
}

static void test_few_values_have_no_outliers(void **state)
{
    static const double values[] = {1, 1.001, 0.999, 1.002, 50};
    static const double more[] = {1, 1.001, 0.999, 1.002, 50, 1};

    (void)state;
    assert_int_equal(stats_outliers(values, LENGTH(values)).far, 0);
    assert_int_equal(stats_outliers(values, 0).far, 0);
    assert_int_equal(stats_outliers(more, LENGTH(more)).far, 1);
}

/* Worked by hand (sums of squares, t(0.975, 3) = 3.182446305). */
static void test_growth(void **state)
{
    static const double x[] = {1, 10, 100, 1000, 10000};
    static const double y[] = {2.1, 19.5, 210, 2050, 19000};
    struct growth found = stats_growth(x, y, LENGTH(x));

    (void)state;
    assert_near(found.exponent, 0.9934787862131054, 1e-9);
    assert_near(found.lo, 0.973979998782771, 1e-9);
    assert_near(found.hi, 1.0129775736434397, 1e-9);
}

static void test_growth_of_powers(void **state)
{
    static const double x[] = {1, 2, 4, 8};
    static const double square[] = {3, 12, 48, 192};
    static const double flat[] = {5, 5, 5, 5};
    static const double zero[] = {0, 1, 2, 3};

    (void)state;
    assert_near(stats_growth(x, square, 4).exponent, 2, 1e-12);
    assert_near(stats_growth(x, square, 4).hi, 2, 1e-6);
    assert_near(stats_growth(x, flat, 4).exponent, 0, 1e-12);
    assert_near(stats_growth(x, square, 2).exponent, 2, 1e-12);
    assert_true(isnan(stats_growth(x, square, 2).lo));
    assert_true(isnan(stats_growth(x, square, 1).exponent));
    assert_true(isnan(stats_growth(x, zero, 4).exponent));
    assert_true(isnan(stats_growth(zero, x, 4).exponent));
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_sign_rank),
        cmocka_unit_test(test_interval_is_order_statistics),
        cmocka_unit_test(test_few_values_have_no_interval),
        cmocka_unit_test(test_ties),
        cmocka_unit_test(test_values_are_left_as_they_are),
        cmocka_unit_test(test_ratio_is_paired),
        cmocka_unit_test(test_supported_quantiles),
        cmocka_unit_test(test_outliers),
        cmocka_unit_test(test_few_values_have_no_outliers),
        cmocka_unit_test(test_growth),
        cmocka_unit_test(test_growth_of_powers),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
