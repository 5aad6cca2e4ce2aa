/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The statistics against SciPy's on 200 random and tied pairs of samples.
 * tests/oracle/make_fixtures.py wrote what SciPy says; where SciPy is there,
 * an integration test holds the file against it.
 */
#include "../../harness/stats/histogram.h"
#include "../../harness/stats/rank.h"
#include "../../harness/stats/stats.h"

#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))
#define FIXTURE       "tests/fixtures/oracle/samples.json"
#define MOST          64
#define FAMILY        10 /* tests corrected together, as in the generator */

static json_t *sets;

struct pair {
    double a[MOST], b[MOST];
    size_t n, m;
    size_t number; /* for messages */
    const json_t *wanted;
};

static int open_sets(void **state)
{
    json_error_t wrong;

    (void)state;
    sets = json_load_file(FIXTURE, 0, &wrong);
    return sets == NULL ? -1 : 0;
}

static int close_sets(void **state)
{
    (void)state;
    json_decref(sets);
    return 0;
}

static size_t take(const json_t *from, const char *key, double *out)
{
    const json_t *array = json_object_get(from, key);
    size_t n = json_array_size(array);

    assert_in_range(n, 1, MOST);
    for (size_t i = 0; i < n; i++)
        out[i] = json_number_value(json_array_get(array, i));
    return n;
}

static void take_pair(struct pair *pair, size_t number)
{
    const json_t *wanted = json_array_get(sets, number);

    *pair = (struct pair){.number = number, .wanted = wanted};
    pair->n = take(wanted, "a", pair->a);
    pair->m = take(wanted, "b", pair->b);
}

/* Equal but for rounding; null is NAN. */
static void check(const struct pair *pair, const char *what, double found,
                  const json_t *wanted)
{
    double value =
        json_is_null(wanted) ? (double)NAN : json_number_value(wanted);

    assert_non_null(wanted);
    if (isnan(found) && isnan(value))
        return;
    if (!(fabs(found - value) <= 1e-9 + 1e-9 * fabs(value)))
        fail_msg("set %zu: %s is %.15g, SciPy says %.15g", pair->number, what,
                 found, value);
}

static void check_test(const struct pair *pair)
{
    struct rank_test test = rank_test(pair->a, pair->n, pair->b, pair->m);

    check(pair, "p", test.p, json_object_get(pair->wanted, "p"));
}

static void check_shift(const struct pair *pair)
{
    struct rank_shift found = rank_shift(pair->a, pair->n, pair->b, pair->m);
    const json_t *wanted = json_object_get(pair->wanted, "shift");

    check(pair, "shift", found.shift, json_array_get(wanted, 0));
    check(pair, "lo", found.lo, json_array_get(wanted, 1));
    check(pair, "hi", found.hi, json_array_get(wanted, 2));
}

static void check_cliff(const struct pair *pair)
{
    check(pair, "Cliff's delta", rank_cliff(pair->a, pair->n, pair->b, pair->m),
          json_object_get(pair->wanted, "cliff"));
}

static void check_sign(const struct pair *pair)
{
    struct interval found = stats_median(pair->a, pair->n);
    const json_t *wanted = json_object_get(pair->wanted, "sign");

    check(pair, "median", found.median, json_array_get(wanted, 0));
    check(pair, "lower end", found.lo, json_array_get(wanted, 1));
    check(pair, "upper end", found.hi, json_array_get(wanted, 2));
}

/* Quartiles, and the median absolute deviation. */
static void check_outliers(const struct pair *pair)
{
    struct outliers found = stats_outliers(pair->a, pair->n);
    const json_t *wanted = json_object_get(pair->wanted, "fences");

    check(pair, "mild", (double)found.mild, json_array_get(wanted, 0));
    check(pair, "severe", (double)found.severe, json_array_get(wanted, 1));
    check(pair, "far", (double)found.far, json_object_get(pair->wanted, "far"));
}

/* A histogram's are up to 1 % off. */
static void check_quantiles(const struct pair *pair)
{
    static const double at[] = {0.25, 0.5, 0.9, 0.99};
    const json_t *wanted = json_object_get(pair->wanted, "quantiles");
    struct histogram *h = histogram_new();

    assert_non_null(h);
    for (size_t i = 0; i < pair->n; i++)
        histogram_add(h, (uint64_t)llround(pair->a[i] * 1e6), 1);
    for (size_t i = 0; i < LENGTH(at); i++) {
        double value = json_number_value(json_array_get(wanted, i));
        double found = (double)histogram_quantile(h, at[i]);

        if (!(fabs(found - value) <= 0.01 * value))
            fail_msg("set %zu: quantile %g is %.0f, SciPy says %.0f",
                     pair->number, at[i], found, value);
    }
    histogram_free(h);
}

static void each_set(void (*check_one)(const struct pair *pair))
{
    assert_int_equal(json_array_size(sets), 200);
    for (size_t i = 0; i < json_array_size(sets); i++) {
        struct pair pair;

        take_pair(&pair, i);
        check_one(&pair);
    }
}

#define EACH(name)                                                             \
    static void test_##name(void **state)                                      \
    {                                                                          \
        (void)state;                                                           \
        each_set(check_##name);                                                \
    }
EACH(test)
EACH(shift)
EACH(cliff)
EACH(sign)
EACH(outliers)
EACH(quantiles)

static void test_holm(void **state)
{
    (void)state;
    for (size_t start = 0; start < json_array_size(sets); start += FAMILY) {
        struct pair pairs[FAMILY];
        double p[FAMILY];

        for (size_t i = 0; i < FAMILY; i++) {
            take_pair(&pairs[i], start + i);
            p[i] = json_number_value(json_object_get(pairs[i].wanted, "p"));
        }
        assert_true(rank_holm(p, FAMILY, p));
        for (size_t i = 0; i < FAMILY; i++)
            check(&pairs[i], "corrected p", p[i],
                  json_object_get(pairs[i].wanted, "holm"));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_test),     cmocka_unit_test(test_shift),
        cmocka_unit_test(test_cliff),    cmocka_unit_test(test_sign),
        cmocka_unit_test(test_outliers), cmocka_unit_test(test_quantiles),
        cmocka_unit_test(test_holm),
    };

    return cmocka_run_group_tests(tests, open_sets, close_sets);
}
