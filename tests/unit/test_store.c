/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files that are replaced whole or appended whole. A full disk is played by
 * the limit on a file's size, which holds for root too: a write that crosses
 * it is cut short, the next one fails.
 */
#include "../../harness/store/store.h"

#include <dirent.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

struct place {
    char folder[64], path[96], error[256];
};

static int make_place(void **state)
{
    struct place *p = calloc(1, sizeof *p);

    if (p == NULL)
        return -1;
    *state = p;
    strcpy(p->folder, "/tmp/concur-store-XXXXXX");
    if (mkdtemp(p->folder) == NULL)
        return -1;
    snprintf(p->path, sizeof p->path, "%s/file", p->folder);
    return 0;
}

static int remove_place(void **state)
{
    struct place *p = *state;

    unlink(p->path);
    rmdir(p->folder);
    free(p);
    return 0;
}

static void assert_holds(const char *path, const char *wanted)
{
    char text[512] = "";
    FILE *file = fopen(path, "r");
    size_t n;

    assert_non_null(file);
    n = fread(text, 1, sizeof text - 1, file);
    fclose(file);
    assert_int_equal(n, strlen(wanted));
    assert_string_equal(text, wanted);
}

static size_t files_in(const char *folder)
{
    DIR *dir = opendir(folder);
    size_t n = 0;

    assert_non_null(dir);
    for (struct dirent *d = readdir(dir); d != NULL; d = readdir(dir))
        n += strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0;
    closedir(dir);
    return n;
}

static void limit_files(rlim_t bytes)
{
    struct rlimit limit;

    assert_int_equal(getrlimit(RLIMIT_FSIZE, &limit), 0);
    limit.rlim_cur = bytes < limit.rlim_max ? bytes : limit.rlim_max;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

static int replace(struct place *p, const char *text)
{
    return store_replace(p->path, text, strlen(text), p->error,
                         sizeof p->error);
}

static void test_replace(void **state)
{
    struct place *p = *state;

    assert_int_equal(replace(p, "one\n"), 0);
    assert_holds(p->path, "one\n");
    assert_int_equal(replace(p, "another, longer\n"), 0);
    assert_holds(p->path, "another, longer\n");
    assert_int_equal(replace(p, ""), 0);
    assert_holds(p->path, "");
    assert_int_equal(files_in(p->folder), 1);
}

/* Readable by whom the umask allows, unlike mkstemp's files. */
static void test_replace_obeys_umask(void **state)
{
    struct place *p = *state;
    mode_t old = umask(027);
    struct stat info;

    assert_int_equal(replace(p, "x"), 0);
    umask(old);
    assert_int_equal(stat(p->path, &info), 0);
    assert_int_equal(info.st_mode & 0777, 0640);
}

static void test_replace_on_a_full_disk(void **state)
{
    struct place *p = *state;
    int result;

    assert_int_equal(replace(p, "old\n"), 0);
    limit_files(10);
    result = replace(p, "much too long for this disk\n");
    limit_files(RLIM_INFINITY);
    assert_int_equal(result, -1);
    assert_non_null(strstr(p->error, p->path));
    assert_null(strchr(p->error, '\n'));
    assert_holds(p->path, "old\n");
    assert_int_equal(files_in(p->folder), 1);
}

static void test_replace_in_no_folder(void **state)
{
    struct place *p = *state;

    assert_int_equal(
        store_replace("/nonexistent/file", "x", 1, p->error, sizeof p->error),
        -1);
    assert_string_equal(p->error, "/nonexistent/file: cannot write: No such "
                                  "file or directory");
}

static int append(struct place *p, int fd, const char *text)
{
    return store_append_line(fd, p->path, text, strlen(text), p->error,
                             sizeof p->error);
}

static int open_file(struct place *p)
{
    int fd = store_append_open(p->path, p->error, sizeof p->error);

    assert_true(fd >= 0);
    return fd;
}

static void test_append(void **state)
{
    struct place *p = *state;
    int fd = open_file(p);

    assert_int_equal(append(p, fd, "one"), 0);
    assert_int_equal(append(p, fd, ""), 0);
    close(fd);
    fd = open_file(p);
    assert_int_equal(append(p, fd, "two"), 0);
    close(fd);
    assert_holds(p->path, "one\n\ntwo\n");
}

/* The short write is taken back, and the next line fits again. */
static void test_append_on_a_full_disk(void **state)
{
    struct place *p = *state;
    int fd = open_file(p), result;

    assert_int_equal(append(p, fd, "one"), 0);
    limit_files(10);
    result = append(p, fd, "much too long");
    assert_int_equal(append(p, fd, "two"), 0);
    limit_files(RLIM_INFINITY);
    close(fd);
    assert_int_equal(result, -1);
    assert_non_null(strstr(p->error, "cannot append"));
    assert_holds(p->path, "one\ntwo\n");
}

/* What a file may end with, and what is left of it. The long one crosses the
 * blocks in which the end is searched for. */
static void test_cut_off_line_is_removed(void **state)
{
    static char torn[10000];
    static const struct {
        const char *before, *after;
    } table[] = {
        {"", ""},          {"a\n", "a\n"},       {"a\nb", "a\n"}, {"a", ""},
        {"\n\nb", "\n\n"}, {"a\n{\"x\"", "a\n"}, {torn, "a\n"},
    };
    struct place *p = *state;

    memset(torn, 'x', sizeof torn - 1);
    torn[0] = 'a';
    torn[1] = '\n';
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        assert_int_equal(replace(p, table[i].before), 0);
        close(open_file(p));
        assert_holds(p->path, table[i].after);
    }
}

static void test_append_where_it_cannot(void **state)
{
    struct place *p = *state;
    int full = open("/dev/full", O_WRONLY);

    assert_int_equal(store_append_open(p->folder, p->error, sizeof p->error),
                     -1);
    assert_non_null(strstr(p->error, "cannot open: Is a directory"));
    assert_true(full >= 0);
    assert_int_equal(append(p, full, "x"), -1);
    assert_non_null(strstr(p->error, "No space left on device"));
    close(full);
    assert_int_equal(append(p, -1, "x"), -1);
}

#define STORE_TEST(name)                                                       \
    cmocka_unit_test_setup_teardown(name, make_place, remove_place)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        STORE_TEST(test_replace),
        STORE_TEST(test_replace_obeys_umask),
        STORE_TEST(test_replace_on_a_full_disk),
        STORE_TEST(test_replace_in_no_folder),
        STORE_TEST(test_append),
        STORE_TEST(test_append_on_a_full_disk),
        STORE_TEST(test_cut_off_line_is_removed),
        STORE_TEST(test_append_where_it_cannot),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
