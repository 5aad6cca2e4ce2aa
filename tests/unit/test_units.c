/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Quantities read and written, the nearest word, and what distributions draw.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "../../harness/suite/units.h"
#include "../../harness/suite/words.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* ---- read ---- */

static void test_durations_of_one(void **state)
{
    static const struct {
        const char *text;
        nsec ns;
        const char *wrong; /* NULL: none */
    } table[] = {
        {"40ms", 40000000, NULL},
        {"1.5s", 1500000000, NULL},
        {"0s", 0, NULL},
        {"7ns", 7, NULL},
        {"2.5us", 2500, NULL},
        {"2.5µs", 2500, NULL},
        {"3m", 180000000000, NULL},
        {"1h", 3600000000000, NULL},
        {"0.1ms", 100000, NULL},
        {"40", 0, "'40' has no unit: write 40ms or 40s"},
        {"0", 0, "'0' has no unit: write 0ms or 0s"},
        {"-40ms", 0, "'-40ms' is negative"},
        {"", 0, "'' is not a time like 40ms"},
        {"ms", 0, "'ms' is not a time like 40ms"},
        {".5s", 0, "'.5s' is not a time like 40ms"},
        {"1.s", 0, "'1.s' is not a time like 40ms"},
        {"nan", 0, "'nan' is not a time like 40ms"},
        {"1e3ms", 0, "'1e3ms' has an exponent: write all its digits"},
        {"40 ms", 0,
         "'40 ms' has no unit that is known: ns, us, ms, s, m or h"},
        {"40%", 0, "'40%' has no unit that is known: ns, us, ms, s, m or h"},
        {"10001h", 0, "'10001h' is more than 10,000h"},
        {"99999999999999999999999999999s", 0,
         "'99999999999999999999999999999s' is more than 10,000h"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        nsec ns = 99;
        const char *wrong = parse_duration(table[i].text, &ns);

        if (table[i].wrong) {
            assert_non_null(wrong);
            assert_string_equal(wrong, table[i].wrong);
            assert_int_equal(ns, 99);
        } else {
            assert_null(wrong);
            assert_int_equal(ns, table[i].ns);
        }
    }
}

static void test_bytes(void **state)
{
    static const struct {
        const char *text;
        uint64_t bytes;
        const char *wrong;
    } table[] = {
        {"100B", 100, NULL},
        {"64KiB", 65536, NULL},
        {"1KB", 1000, NULL},
        {"0.1KB", 100, NULL},
        {"1.5KiB", 1536, NULL},
        {"1GiB", 1073741824, NULL},
        {"2MB", 2000000, NULL},
        {"4096", 0, "'4096' has no unit: write 4096B or 4096KiB"},
        {"64K", 0,
         "'64K' has no unit that is known: B, KB, KiB, MB, MiB, GB or GiB"},
        {"-1B", 0, "'-1B' is negative"},
        {"0.3B", 0, "'0.3B' is not a whole number of bytes"},
        {"many", 0, "'many' is not a size like 64KiB"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        uint64_t bytes = 99;
        const char *wrong = parse_bytes(table[i].text, &bytes);

        if (table[i].wrong) {
            assert_non_null(wrong);
            assert_string_equal(wrong, table[i].wrong);
            assert_int_equal(bytes, 99);
        } else {
            assert_null(wrong);
            assert_int_equal(bytes, table[i].bytes);
        }
    }
}

static void test_counts(void **state)
{
    static const struct {
        const char *text;
        uint32_t count;
        const char *wrong;
    } table[] = {
        {"1", 1, NULL},
        {"1000", 1000, NULL},
        {"1,000", 1000, NULL},
        {"1_000_000", 1000000, NULL},
        {"0", 0, "0 is out of range: 1 to 1,000,000"},
        {"1000001", 0, "1000001 is out of range: 1 to 1,000,000"},
        {"99999999999999999999", 0,
         "99999999999999999999 is out of range: 1 to 1,000,000"},
        {"-5", 0, "'-5' is negative"},
        {"", 0, "'' is not a whole number"},
        {"1.5", 0, "'1.5' is not a whole number"},
        {"1,00", 0, "'1,00' is not a whole number"},
        {"1000,000", 0, "'1000,000' is not a whole number"},
        {"1,000_000", 0, "'1,000_000' is not a whole number"},
        {"10 000", 0, "'10 000' is not a whole number"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        uint32_t count = 99;
        const char *wrong = parse_count(table[i].text, 1, 1000000, &count);

        if (table[i].wrong) {
            assert_non_null(wrong);
            assert_string_equal(wrong, table[i].wrong);
            assert_int_equal(count, 99);
        } else {
            assert_null(wrong);
            assert_int_equal(count, table[i].count);
        }
    }
}

static void test_seed_and_bool(void **state)
{
    uint64_t seed = 0;
    bool yes = false;

    (void)state;
    assert_null(parse_seed("18446744073709551615", &seed));
    assert_true(seed == UINT64_MAX);
    assert_non_null(parse_seed("18446744073709551616", &seed));
    assert_non_null(parse_seed("0", &seed));
    assert_non_null(parse_seed("-1", &seed));
    assert_non_null(parse_seed("x", &seed));
    assert_null(parse_bool("yes", &yes));
    assert_true(yes);
    assert_null(parse_bool("no", &yes));
    assert_false(yes);
    assert_string_equal(parse_bool("maybe", &yes),
                        "'maybe' is neither yes nor no");
}

static void test_percent(void **state)
{
    static const struct {
        const char *text;
        double value;
        const char *wrong;
    } table[] = {
        {"2%", 0.02, NULL},
        {"0.5 %", 0.005, NULL},
        {"100%", 1, NULL},
        {"0%", 0, NULL},
        {"2", 0, "'2' has no unit: write 2%"},
        {"two%", 0, "'two%' is no percentage: write 5%"},
        {"nan%", 0, "'nan%' is no percentage: write 5%"},
        {"2%%", 0, "'2%%' is no percentage: write 5%"},
        {"", 0, "'' is no percentage: write 5%"},
        {"-1%", 0, "'-1%' is not between 0% and 100%"},
        {"101%", 0, "'101%' is not between 0% and 100%"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        double value = -1;
        const char *wrong = parse_percent(table[i].text, &value);

        if (table[i].wrong) {
            assert_non_null(wrong);
            assert_string_equal(wrong, table[i].wrong);
            assert_true(value < 0);
        } else {
            assert_null(wrong);
            assert_true(value - table[i].value < 1e-12 &&
                        table[i].value - value < 1e-12);
        }
    }
}

static void test_rates(void **state)
{
    static const struct {
        const char *text;
        double per_second;
        bool poisson;
        const char *wrong; /* a part of the message */
    } table[] = {
        {"500/s", 500, false, NULL},
        {"0.5/s", 0.5, false, NULL},
        {"30/min", 0.5, false, NULL},
        {"1/h", 1.0 / 3600, false, NULL},
        {"poisson 2/s", 2, true, NULL},
        {"poisson  1000000/s", 1e6, true, NULL},
        {"500", 0, false, "has no unit"},
        {"500/d", 0, false, "no unit that is known"},
        {"0/s", 0, false, "less than 1/h"},
        {"1000001/s", 0, false, "more than 1,000,000/s"},
        {"-1/s", 0, false, "negative"},
        {"poisson", 0, false, "not a rate like"},
        {"fast", 0, false, "not a rate like"},
        {"", 0, false, "not a rate like"},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        struct rate rate = {-1, false};
        const char *wrong = parse_rate(table[i].text, &rate);

        if (table[i].wrong) {
            assert_non_null(wrong);
            assert_non_null(strstr(wrong, table[i].wrong));
            assert_true(rate.per_second == -1);
            continue;
        }
        assert_null(wrong);
        assert_true(fabs(rate.per_second - table[i].per_second) < 1e-9);
        assert_int_equal(rate.poisson, table[i].poisson);
    }
}

static void test_durations_of_many(void **state)
{
    static const struct {
        const char *text, *again, *wrong;
    } table[] = {
        {"40ms", "40ms", NULL},
        {"3s,2s , 1s", "3s, 2s, 1s", NULL},
        {"0.5ms", "500us", NULL},
        {"1.25s", "1.25s", NULL},
        {"uniform  10ms\t50ms", "uniform 10ms 50ms", NULL},
        {"uniform 10ms 10ms", "uniform 10ms 10ms", NULL},
        {"exp 20ms", "exp 20ms", NULL},
        {"lognormal 20ms 0.5", "lognormal 20ms 0.5", NULL},
        {"", NULL, "'' has an empty place"},
        {"1s,,2s", NULL, "'1s,,2s' has an empty place"},
        {"1s,", NULL, "'1s,' has an empty place"},
        {"1s, 2", NULL, "'2' has no unit: write 2ms or 2s"},
        {"uniform 10ms", NULL,
         "uniform takes 2 values, as in 'uniform 10ms 50ms'"},
        {"exp 10ms 20ms", NULL, "exp takes 1 value, as in 'exp 20ms'"},
        {"uniform 50ms 10ms", NULL, "uniform ends at 10ms, before it begins"},
        {"lognormal 20ms x", NULL, "'x' is not a number: sigma has no unit"},
        {"lognormal 20ms 1ms", NULL,
         "'1ms' is not a number: sigma has no unit"},
        {"lognormal 20ms 9", NULL, "sigma 9 is out of range: 0 to 4"},
        {"unifrom 1s 2s", NULL,
         "'unifrom' is neither a time like 40ms nor uniform, exp or "
         "lognormal; did you mean 'uniform'?"},
    };
    char text[256];

    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        struct duration d = {0};
        const char *wrong = parse_durations(table[i].text, &d);

        if (table[i].wrong) {
            assert_non_null(wrong);
            assert_string_equal(wrong, table[i].wrong);
        } else {
            assert_null(wrong);
            assert_string_equal(durations_text(text, sizeof(text), &d),
                                table[i].again);
        }
        free((void *)d.list);
    }
}

/* ---- written ---- */

static void test_formats(void **state)
{
    static const struct {
        char *(*format)(char *buf, size_t size, double value);
        double value;
        const char *text;
    } table[] = {
        {format_duration, 0, "0 s"},
        {format_duration, 412, "412 ns"},
        {format_duration, 8400, "8.40 µs"},
        {format_duration, 40e6, "40.0 ms"},
        {format_duration, 413.4e6, "413 ms"},
        {format_duration, 999.4e6, "999 ms"},
        {format_duration, 999.6e6, "1.00 s"},
        {format_duration, 1.2e9, "1.20 s"},
        {format_duration, 41e9, "41.0 s"},
        {format_duration, 1000e9, "1,000 s"},
        {format_duration, 12345e9, "12,300 s"},
        {format_duration, -40e6, "-40.0 ms"},
        {format_duration, NAN, "?"},
        {format_bytes, 0, "0 B"},
        {format_bytes, 100, "100 B"},
        {format_bytes, 65536, "64 KiB"},
        {format_bytes, 1536 * 1024.0, "1.50 MiB"},
        {format_bytes, 1023.9 * 1024, "1.00 MiB"},
        {format_bytes, 1e15, "931,000 GiB"},
        {format_count, 7, "7"},
        {format_count, 12.34, "12.3"},
        {format_count, 0.5, "0.50"},
        {format_count, 94321, "94,300"},
        {format_count, 1e6, "1,000,000"},
        {format_count, INFINITY, "?"},
    };
    char buf[32];

    (void)state;
    for (size_t i = 0; i < COUNT(table); i++)
        assert_string_equal(table[i].format(buf, sizeof(buf), table[i].value),
                            table[i].text);
    assert_string_equal(format_whole(buf, sizeof(buf), 1024), "1,024");
    assert_string_equal(format_whole(buf, sizeof(buf), UINT64_MAX),
                        "18,446,744,073,709,551,615");
}

/* What is written must be read as the same. */
static void test_texts_are_exact(void **state)
{
    static const nsec times[] = {
        0,       1,          999,        1000,          1001,
        1500000, 1000000500, 1500000000, 3600000000000, 40000000};
    static const uint64_t sizes[] = {0, 1, 1000, 1024, 1536, 1ull << 30};
    char buf[64];

    (void)state;
    for (size_t i = 0; i < COUNT(times); i++) {
        nsec ns = 99;

        assert_null(
            parse_duration(duration_text(buf, sizeof(buf), times[i]), &ns));
        assert_int_equal(ns, times[i]);
    }
    for (size_t i = 0; i < COUNT(sizes); i++) {
        uint64_t bytes = 99;

        assert_null(
            parse_bytes(bytes_text(buf, sizeof(buf), sizes[i]), &bytes));
        assert_int_equal(bytes, sizes[i]);
    }
}

static void test_long_list_fits(void **state)
{
    nsec list[100];
    struct duration d = {
        .kind = DURATION_LIST, .count = COUNT(list), .list = list};
    char buf[64];

    (void)state;
    for (size_t i = 0; i < COUNT(list); i++)
        list[i] = (i + 1) * 1234567;
    for (size_t size = 16; size <= sizeof(buf); size++) {
        durations_text(buf, size, &d);
        assert_true(strlen(buf) < size);
    }
    assert_non_null(strstr(buf, "…"));
}

/* ---- words ---- */

static void test_nearest(void **state)
{
    static const char *const words[] = {
        "sequential", "thread_pool", "thread_per_task", "libev_loop",
        "url",        "urls",        "tasks",           "note",
        "reuse",      NULL};
    static const struct {
        const char *word, *nearest;
    } table[] = {
        {"taks", "tasks"},
        {"Tasks", "tasks"},
        {"sequental", "sequential"},
        {"thread-pool", "thread_pool"},
        {"libev_lop", "libev_loop"},
        {"ulr", "url"},
        {"frobnicate", NULL},
        {"", NULL},
        {"xyz", NULL},
        {"rate", NULL}, /* note is two letters off */
        {"resume", NULL},
        {"url", "url"},
        {"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
         NULL},
    };

    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        const char *found = nearest(table[i].word, words);

        if (table[i].nearest) {
            assert_non_null(found);
            assert_string_equal(found, table[i].nearest);
        } else {
            assert_null(found);
        }
    }
}

static void test_split(void **state)
{
    size_t count;
    char **words = words_split(" a |b||  c d ", '|', &count);

    (void)state;
    assert_int_equal(count, 4);
    assert_string_equal(words[0], "a");
    assert_string_equal(words[1], "b");
    assert_string_equal(words[2], "");
    assert_string_equal(words[3], "c d");
    assert_null(words[4]);
    free(words);
    words = words_of(" \t ", &count);
    assert_int_equal(count, 0);
    free(words);
    words = words_of("a b", &count);
    assert_int_equal(count, 2);
    free(words);
}

/* ---- drawn ---- */

/* Means over 20,000 tasks: a few standard errors are well within 5 %. */
static void test_means(void **state)
{
    static const struct {
        const char *text;
        double mean_ms;
    } table[] = {
        {"40ms", 40},
        {"3ms, 2ms, 1ms", 2},
        {"uniform 10ms 50ms", 30},
        {"exp 20ms", 20},
        {"lognormal 20ms 0.5", 22.663},
    };
    const uint32_t tasks = 20000;

    (void)state;
    for (size_t i = 0; i < COUNT(table); i++) {
        struct step step = {.kind = STEP_SLEEP};
        struct batch batch = {
            .count = tasks, .seed = 7, .steps = &step, .step_count = 1};
        double sum = 0;

        assert_null(parse_durations(table[i].text, &step.delay));
        for (uint32_t t = 0; t < tasks; t++)
            sum += (double)step_delay(&batch, &step, t) / 1e6;
        assert_true(fabs(sum / tasks / table[i].mean_ms - 1) < 0.05);
        free((void *)step.delay.list);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_percent),
        cmocka_unit_test(test_durations_of_one),
        cmocka_unit_test(test_bytes),
        cmocka_unit_test(test_counts),
        cmocka_unit_test(test_seed_and_bool),
        cmocka_unit_test(test_rates),
        cmocka_unit_test(test_durations_of_many),
        cmocka_unit_test(test_formats),
        cmocka_unit_test(test_texts_are_exact),
        cmocka_unit_test(test_long_list_fits),
        cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_split),
        cmocka_unit_test(test_means),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
