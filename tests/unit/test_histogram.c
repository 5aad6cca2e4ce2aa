/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The histogram against exact quantiles of the same values, over its whole
 * range; merging and the JSON form must lose nothing.
 */
#include "../../harness/stats/histogram.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

static const double quantiles[] = {0,   0.001, 0.01, 0.07,  0.25,
                                   0.5, 0.9,   0.99, 0.999, 1};

/* SplitMix64: the same values in every run. */
static uint64_t next_random(uint64_t *seed)
{
    uint64_t z = *seed += 0x9e3779b97f4a7c15;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
}

/* In (0, 1). */
static double next_uniform(uint64_t *seed)
{
    return ((double)(next_random(seed) >> 11) + 0.5) / 9007199254740992.0;
}

/* Skewed shapes, as latencies are. */
static double exponential(uint64_t *seed)
{
    return -2e7 * log(next_uniform(seed));
}

static double pareto(uint64_t *seed)
{
    return 1000 / pow(next_uniform(seed), 1 / 1.1);
}

static double any_magnitude(uint64_t *seed)
{
    return exp(next_uniform(seed) * log(3.7e12)); /* 1 ns to over an hour */
}

static double two_peaks(uint64_t *seed)
{
    return next_uniform(seed) < 0.9 ? 4e7 + 1e5 * next_uniform(seed)
                                    : 1.2e9 + 1e8 * next_uniform(seed);
}

static double small(uint64_t *seed)
{
    return 300 * next_uniform(seed);
}

static double (*const shapes[])(uint64_t *) = {exponential, pareto,
                                               any_magnitude, two_peaks, small};

static int compare(const void *left, const void *right)
{
    uint64_t a = *(const uint64_t *)left, b = *(const uint64_t *)right;

    return (a > b) - (a < b);
}

/* Nearest rank, in whole numbers: q is thousandths. */
static uint64_t exact_quantile(const uint64_t *sorted, size_t n, double q)
{
    size_t thousandths = (size_t)lround(q * 1000);
    size_t rank = (thousandths * n + 999) / 1000;

    return sorted[rank > 0 ? rank - 1 : 0];
}

static void check_quantiles(const struct histogram *h, uint64_t *values,
                            size_t n)
{
    qsort(values, n, sizeof *values, compare);
    assert_int_equal(histogram_count(h), n);
    assert_int_equal(histogram_min(h), values[0]);
    assert_int_equal(histogram_max(h), values[n - 1]);
    for (size_t i = 0; i < LENGTH(quantiles); i++) {
        uint64_t exact = exact_quantile(values, n, quantiles[i]);
        uint64_t found = histogram_quantile(h, quantiles[i]);
        uint64_t off = found > exact ? found - exact : exact - found;

        if (off * 100 > exact)
            fail_msg("q = %g of %zu: %llu is not %llu", quantiles[i], n,
                     (unsigned long long)found, (unsigned long long)exact);
        if (exact < 256)
            assert_int_equal(found, exact);
    }
}

static void test_quantiles_are_within_one_percent(void **state)
{
    static const size_t sizes[] = {1, 2, 3, 10, 99, 100, 1000, 20000};
    static uint64_t values[20000];
    uint64_t seed = 20261122;

    (void)state;
    for (size_t shape = 0; shape < LENGTH(shapes); shape++) {
        for (size_t s = 0; s < LENGTH(sizes); s++) {
            struct histogram *h = histogram_new();

            assert_non_null(h);
            for (size_t i = 0; i < sizes[s]; i++) {
                values[i] = (uint64_t)shapes[shape](&seed);
                histogram_add(h, values[i], 1);
            }
            check_quantiles(h, values, sizes[s]);
            histogram_free(h);
        }
    }
}

/* Around each power of two, a value alone is found again exactly. */
static void test_every_magnitude(void **state)
{
    (void)state;
    for (int bit = 0; bit < 63; bit++) {
        for (uint64_t off = 0; off < 3; off++) {
            uint64_t value = ((uint64_t)1 << bit) - 1 + off;
            struct histogram *h = histogram_new();
            json_t *json;
            struct histogram *again;

            assert_non_null(h);
            histogram_add(h, value, 3);
            assert_int_equal(histogram_quantile(h, 0.5), value);
            json = histogram_to_json(h);
            again = histogram_from_json(json);
            assert_non_null(again);
            assert_int_equal(histogram_count(again), 3);
            assert_int_equal(histogram_quantile(again, 0.5), value);
            json_decref(json);
            histogram_free(again);
            histogram_free(h);
        }
    }
}

static void test_out_of_range_counts_as_the_greatest(void **state)
{
    struct histogram *h = histogram_new();

    (void)state;
    assert_non_null(h);
    histogram_add(h, UINT64_MAX, 1);
    histogram_add(h, 5, 0); /* nothing */
    assert_int_equal(histogram_count(h), 1);
    assert_int_equal(histogram_max(h), INT64_MAX);
    assert_int_equal(histogram_quantile(h, 0.5), INT64_MAX);
    histogram_free(h);
}

static void test_empty(void **state)
{
    struct histogram *h = histogram_new(), *other = histogram_new(), *again;
    json_t *json;

    (void)state;
    assert_non_null(h);
    assert_non_null(other);
    histogram_merge(h, other);
    assert_int_equal(histogram_count(h), 0);
    assert_int_equal(histogram_min(h), 0);
    assert_int_equal(histogram_max(h), 0);
    assert_int_equal(histogram_quantile(h, 0.5), 0);
    json = histogram_to_json(h);
    assert_int_equal(json_array_size(json_object_get(json, "buckets")), 0);
    again = histogram_from_json(json);
    assert_non_null(again);
    assert_int_equal(histogram_count(again), 0);
    histogram_add(other, 7, 1);
    histogram_merge(other, again); /* min stays 7 */
    assert_int_equal(histogram_min(other), 7);
    json_decref(json);
    histogram_free(again);
    histogram_free(other);
    histogram_free(h);
}

/* The JSON forms of both are alike, to the last count. */
static void assert_same(const struct histogram *a, const struct histogram *b)
{
    json_t *left = histogram_to_json(a), *right = histogram_to_json(b);

    assert_non_null(left);
    assert_true(json_equal(left, right));
    json_decref(left);
    json_decref(right);
}

/* All values at once, and in parts that are merged: through the histogram, and
 * through JSON and the packed form. */
static void test_merging_is_exact(void **state)
{
    struct histogram *whole = histogram_new(), *merged = histogram_new();
    struct histogram *packed_sum = histogram_new();
    uint64_t seed = 7;

    (void)state;
    assert_non_null(whole);
    assert_non_null(merged);
    assert_non_null(packed_sum);
    for (size_t part = 0; part < LENGTH(shapes); part++) {
        struct histogram *h = histogram_new();
        struct packed *packed;
        json_t *json;

        assert_non_null(h);
        for (size_t i = 0; i < 500 * part; i++) { /* the first one is empty */
            uint64_t value = (uint64_t)shapes[part](&seed);

            histogram_add(h, value, 1 + i % 3);
            histogram_add(whole, value, 1 + i % 3);
        }
        histogram_merge(merged, h);
        json = histogram_to_json(h);
        packed = packed_from_json(json);
        assert_non_null(packed);
        histogram_add_packed(packed_sum, packed);
        free(packed);
        json_decref(json);
        histogram_free(h);
    }
    assert_same(whole, merged);
    assert_same(whole, packed_sum);
    histogram_free(whole);
    histogram_free(merged);
    histogram_free(packed_sum);
}

/* Each bucket is at most 1 % wide, and holds what it says. */
static void test_json_form(void **state)
{
    struct histogram *h = histogram_new();
    json_t *json, *buckets, *wanted;

    (void)state;
    assert_non_null(h);
    histogram_add(h, 3, 2);
    histogram_add(h, 255, 1);
    histogram_add(h, 257, 4); /* 2 wide from 256 on */
    histogram_add(h, 40000000, 1);
    json = histogram_to_json(h);
    buckets = json_object_get(json, "buckets");
    wanted = json_pack("[[iii][iii][iii][iii]]", 3, 1, 2, 255, 1, 1, 256, 2, 4,
                       39845888, 262144, 1);
    assert_true(json_equal(buckets, wanted));
    assert_int_equal(json_integer_value(json_object_get(json, "min")), 3);
    assert_int_equal(json_integer_value(json_object_get(json, "max")),
                     40000000);
    json_decref(wanted);
    json_decref(json);
    histogram_free(h);
}

static void test_what_is_not_a_histogram(void **state)
{
    static const char too_many[] = "{\"min\":1,\"max\":2,\"buckets\":"
                                   "[[1,1,9223372036854775807],[2,1,1]]}";
    const char *const texts[] = {
        "{}",
        "[]",
        "{\"min\":1,\"max\":1}",
        "{\"min\":1,\"max\":1,\"buckets\":7}",
        "{\"min\":1,\"max\":1,\"buckets\":[]}",
        "{\"min\":1,\"max\":1,\"buckets\":[7]}",
        "{\"min\":1,\"max\":1,\"buckets\":[[1,1]]}",
        "{\"min\":1,\"max\":1,\"buckets\":[[1,1,0]]}",
        "{\"min\":1,\"max\":1,\"buckets\":[[1,1,-1]]}",
        "{\"min\":1,\"max\":1,\"buckets\":[[1,1,1.5]]}",
        "{\"min\":1,\"max\":1,\"buckets\":[[1,2,1]]}",
        "{\"min\":257,\"max\":257,\"buckets\":[[257,2,1]]}",
        "{\"min\":2,\"max\":2,\"buckets\":[[1,1,1]]}",
        "{\"min\":1,\"max\":3,\"buckets\":[[1,1,1],[2,1,1]]}",
        "{\"min\":1,\"max\":2,\"buckets\":[[2,1,1],[1,1,1]]}",
        "{\"min\":257,\"max\":256,\"buckets\":[[256,2,2]]}",
        "{\"min\":-1,\"max\":1,\"buckets\":[[1,1,1]]}",
        too_many,
    };

    (void)state;
    assert_null(histogram_from_json(NULL));
    for (size_t i = 0; i < LENGTH(texts); i++) {
        json_t *json = json_loads(texts[i], 0, NULL);

        assert_non_null(json);
        if (histogram_from_json(json) != NULL)
            fail_msg("taken for a histogram: %s", texts[i]);
        json_decref(json);
    }
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quantiles_are_within_one_percent),
        cmocka_unit_test(test_every_magnitude),
        cmocka_unit_test(test_out_of_range_counts_as_the_greatest),
        cmocka_unit_test(test_empty),
        cmocka_unit_test(test_merging_is_exact),
        cmocka_unit_test(test_json_form),
        cmocka_unit_test(test_what_is_not_a_histogram),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
