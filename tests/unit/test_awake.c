/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keeping processors awake: what is written to the kernel's file, here one of
 * the test's own, for how long it is held, and what is told of it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../../harness/run/awake.h"

static void expect_told(const struct awake *awake, bool held, const char *why)
{
    json_t *told = awake_json(awake);

    assert_int_equal(json_is_true(json_object_get(told, "held")), held);
    if (why)
        assert_string_equal(json_string_value(json_object_get(told, "why_not")),
                            why);
    else
        assert_true(json_is_null(json_object_get(told, "why_not")));
    json_decref(told);
}

static void held_until_the_end(void **state)
{
    char path[] = "/tmp/concur-awake-XXXXXX";
    int fd = mkstemp(path);
    struct awake awake;
    int32_t most = -1;

    (void)state;
    assert_true(fd >= 0);
    awake_begin(&awake, path);
    assert_int_equal(read(fd, &most, sizeof(most)), sizeof(most));
    assert_int_equal(most, 0);
    int held = awake.fd;
    assert_true(fcntl(held, F_GETFD) & FD_CLOEXEC);
    expect_told(&awake, true, NULL);
    awake_end(&awake);
    assert_int_equal(fcntl(held, F_GETFD), -1);
    awake_end(&awake); /* twice is once */
    close(fd);
    unlink(path);
}

static void not_held(void **state)
{
    struct awake awake;

    (void)state;
    awake_begin(&awake, "/nonexistent/file");
    expect_told(&awake, false, "No such file or directory");
    awake_begin(&awake, "/dev/full"); /* opens, and takes nothing */
    expect_told(&awake, false, "No space left on device");
    awake_not(&awake);
    expect_told(&awake, false, "--may-idle");
    awake_end(&awake);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(held_until_the_end),
        cmocka_unit_test(not_held),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
