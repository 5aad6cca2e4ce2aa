/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * For the tests of suites: texts made into suites. They are written into a
 * folder of the test's own, as t.ini; set_up and tear_down see to it. A test
 * program includes this once and need not use all of it.
 */
#ifndef CONCUR_TEST_SUITE_TEXT_H
#define CONCUR_TEST_SUITE_TEXT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../harness/suite/suite.h"

#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static char folder[] = "/tmp/concur-suite-XXXXXX";
static char error[2048];

static inline void write_file(const char *name, const char *text, size_t length)
{
    FILE *file = fopen(name, "w");

    assert_non_null(file);
    assert_int_equal(fwrite(text, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

static inline int set_up(void **state)
{
    (void)state;
    return mkdtemp(folder) && chdir(folder) == 0 ? 0 : -1;
}

static inline int tear_down(void **state)
{
    static const char *const files[] = {"t.ini", "urls.txt", "bad.txt"};

    (void)state;
    for (size_t f = 0; f < COUNT(files); f++)
        unlink(files[f]);
    return chdir("/") == 0 && rmdir(folder) == 0 ? 0 : -1;
}

/* The suite of that text, or NULL and `error`. */
static inline struct suite *read_text(const char *text)
{
    const struct suite_request request = {.suite = "t.ini"};

    write_file("t.ini", text, strlen(text));
    error[0] = '\0';
    return suite_read(&request, error, sizeof(error));
}

static inline struct suite *read_good(const char *text)
{
    struct suite *suite = read_text(text);

    if (!suite)
        fail_msg("refused: %s", error);
    return suite;
}

static inline void expect_error(const char *wanted)
{
    if (strcmp(error, wanted) != 0)
        fail_msg("said:   %s\nwanted: %s", error, wanted);
}

static inline struct suite *read_with(const char *suite,
                                      const char *const *only,
                                      const struct override *overrides,
                                      size_t count)
{
    const struct suite_request request = {.suite = suite,
                                          .only = only,
                                          .overrides = overrides,
                                          .override_count = count};

    error[0] = '\0';
    return suite_read(&request, error, sizeof(error));
}

/* One that has what is hard to read. */
static const char good[] __attribute__((unused)) =
    "# SPDX-License-Identifier: GPL-3.0-or-later\n"
    "#\n"
    "# What it is\n"
    "# for.\n"
    "#\n"
    "# Not this.\n"
    "\n"
    "[sweep]\n"
    "  workload = fetch\n"
    "  tasks = 10 | 1,000   ; two\n"
    "\n"
    "  delay = 40ms | 2s,  1s\n"
    "  strategies = sequential, thread_pool:100,\n"
    "      libev_loop\r\n"
    "  baseline = libev_loop\n"
    "[own steps] ; a blank in its name\n"
    "steps = fetch /json/{i} ; sleep 10ms\n"
    "    # a comment among the steps\n"
    "    barrier\n"
    "    sleep; fetch /bytes/{1..7}\n"
    "delay = uniform 10ms 50ms\n"
    "body: 4KiB\n"
    "note = first ; second | third\n"
    "[listed]\n"
    "workload = sleep\n"
    "delay = 3s, 2s, 1s";

#endif
