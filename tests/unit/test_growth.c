/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How what tasks add grows with their number: the power of n over all sizes,
 * the last step alone, and straight lines by relative errors.
 */
#include "../../harness/stats/cost_lines.h"
#include "../../harness/stats/growth.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static void assert_near(double have, double wanted, double within)
{
    if (isnan(wanted) ? isnan(have) : fabs(have - wanted) <= within)
        return;
    print_error("%.10g, not %.10g\n", have, wanted);
    fail();
}

static const struct {
    const char *what;
    size_t n;
    struct curve_value sums[6];
    double exponent;
    bool faster;
} added[] = {
    {"a straight line, whatever its beginning",
     5,
     {{1, 1007, 1007, 1007},
      {11, 1077, 1077, 1077},
      {101, 1707, 1707, 1707},
      {1001, 8007, 8007, 8007},
      {10001, 71007, 71007, 71007}},
     1,
     false},
    {"a square",
     5,
     {{1, 100, 100, 100},
      {11, 200, 200, 200},
      {101, 10100, 10100, 10100},
      {1001, 1000100, 1000100, 1000100},
      {10001, 1e8 + 100, 1e8 + 100, 1e8 + 100}},
     2,
     true},
    {"what cannot be told is left out",
     5,
     {{1, 100, 90, 110},
      {11, 101, 91, 111},
      {101, 200, 195, 205},
      {1001, 1100, 1090, 1110},
      {10001, 10100, 10000, 10200}},
     1,
     false},
    {"what is known badly counts little",
     6,
     {{1, 100, 100, 100},
      {2, 103, 102, 104},
      {11, 200, 199, 201},
      {101, 1100, 1099, 1101},
      {1001, 10100, 10099, 10101},
      {10001, 100100, 100099, 100101}},
     1.0186844272575921, /* 1.105 if all counted alike */
     false},
    {"two points have their errors",
     3,
     {{1, 100, 100, 100},
      {11, 200, 199, 201},
      {1001, 15948.931924611143, 15900, 16000}},
     1.1,
     true},
    {"… which may be too great to accuse",
     3,
     {{1, 100, 100, 100},
      {11, 200, 160, 240},
      {1001, 15948.931924611143, 15900, 16000}},
     1.1,
     false},
    {"one point is none", 2, {{1, 1, 1, 1}, {2, 2, 2, 2}}, NAN, false},
    {"above 1 by little, and surely",
     5,
     {{1, 100, 100, 100},
      {11, 110, 110, 110},
      {101, 225.89254117941675, 225.89254117941675, 225.89254117941675},
      {1001, 1684.8931924611143, 1684.8931924611143, 1684.8931924611143},
      {10001, 20052.62314968881, 20052.62314968881, 20052.62314968881}},
     1.1,
     true},
    {"above 1 by what an error makes",
     5,
     {{1, 100, 100, 100},
      {11, 110, 110, 110},
      {101, 202.3292992280754, 202.3292992280754, 202.3292992280754},
      {1001, 1147.1285480508996, 1147.1285480508996, 1147.1285480508996},
      {10001, 10815.193052376071, 10815.193052376071, 10815.193052376071}},
     1.01,
     false},
    {"nothing is added",
     4,
     {{1, 5, 5, 5}, {2, 5, 5, 5}, {3, 4, 4, 4}, {4, 5, 5, 5}},
     NAN,
     false},
};

static void test_added(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(added); i++) {
        struct added_growth last;
        struct added_growth g =
            growth_added(added[i].sums, added[i].n, 0, &last);

        print_message("%s\n", added[i].what);
        assert_near(g.exponent, added[i].exponent, 1e-9);
        assert_int_equal(growth_is_faster(&g), added[i].faster);
    }
    struct added_growth last, g = growth_added(added[2].sums, 5, 0, &last);
    assert_int_equal(g.points, 3);
    assert_near(g.from, 101, 0);
    assert_near(g.to, 10001, 0);
    g = growth_added(added[0].sums, 5, 1000, &last); /* less is noise */
    assert_int_equal(g.points, 2);
    assert_true(isnan(last.exponent)); /* the step is all there is */
}

/* Three sizes above the smallest, and an interval over all of them that says
 * nothing; the step is worked by hand. */
static const struct {
    const char *what;
    struct curve_value sums[4];
    double step;
    bool faster;
} steps[] = {
    {"linear at first, then steep",
     {{1, 147e3, 122e3, 198e3},
      {1000, 609e3, 566e3, 3081e3},
      {100000, 56612e3, 56038e3, 57422e3},
      {1000000, 1070911e3, 1012881e3, 1198059e3}},
     1.277909,
     true},
    {"as steep, and only noise",
     {{1, 147e3, 122e3, 198e3},
      {1000, 609e3, 566e3, 3081e3},
      {100000, 56612e3, 40000e3, 90000e3},
      {1000000, 1070911e3, 590000e3, 2400000e3}},
     1.277909,
     false},
    {"linear to the end",
     {{1, 147e3, 122e3, 198e3},
      {1000, 709e3, 666e3, 752e3},
      {100000, 56612e3, 56038e3, 57422e3},
      {1000000, 565000e3, 560000e3, 570000e3}},
     1.000152,
     false},
};

static void test_last_step(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(steps); i++) {
        struct added_growth last;
        struct added_growth g = growth_added(steps[i].sums, 4, 0, &last);

        print_message("%s\n", steps[i].what);
        assert_int_equal(g.points, 3);
        assert_false(growth_is_faster(&g));
        assert_near(last.exponent, steps[i].step, 1e-5);
        assert_near(last.from, 100000, 0);
        assert_near(last.to, 1000000, 0);
        assert_int_equal(growth_is_faster(&last), steps[i].faster);
    }
}

/* Worked by hand from the weighted sums, t(0.975, 2) = 4.302652730. */
static void test_relative_line(void **state)
{
    static const double x[] = {1, 10, 100, 1000}, y[] = {5, 15, 90, 1100};
    static const double exact[] = {12, 30, 210, 2010};
    double misfit;
    struct line line = cost_line_relative(x, y, 4, &misfit);

    (void)state;
    assert_near(line.intercept, 4.11455326915786, 1e-6);
    assert_near(line.slope, 0.9763349066806816, 1e-6);
    assert_near(misfit, 0.13186615065997118, 1e-6);
    assert_near(line.lo, 0.6047675438091408, 1e-6);
    assert_near(line.hi, 1.3479022695522223, 1e-6);
    line = cost_line_relative(x, exact, 4, &misfit);
    assert_near(line.slope, 2, 1e-9);
    assert_near(line.intercept, 10, 1e-9);
    assert_near(misfit, 0, 1e-9);
    line = cost_line_relative(x, y, 2, &misfit);
    assert_true(isnan(line.lo) && isnan(misfit));
    assert_near(line.slope, 10. / 9, 1e-9);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_added),
        cmocka_unit_test(test_last_step),
        cmocka_unit_test(test_relative_line),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
