/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The origin as a child, and the client for its counters. Shell scripts stand
 * in for origins that misbehave; for one that works this program plays concur
 * itself, since the child runs /proc/self/exe.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "../../harness/origin/child.h"
#include "../../harness/origin/counts.h"
#include "../../harness/origin/listener.h"
#include "../../harness/origin/origin.h"
#include "../../impls/task.h"

/* A script that stands in for concur; the caller unlinks it. */
static void write_script(char path[32], const char *text)
{
    snprintf(path, 32, "/tmp/concur-test-XXXXXX");
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    assert_true(dprintf(fd, "#!/bin/sh\n%s\n", text) > 0);
    assert_int_equal(fchmod(fd, 0700), 0);
    assert_int_equal(close(fd), 0);
}

static void test_bad_starts(void **state)
{
    static const struct {
        const char *script, *said;
    } cases[] = {
        {"exit 3", "ended with code 3"},
        {"kill -9 $$", "killed by SIGKILL"},
        {"echo nonsense >&3; exec sleep 60", "Protocol error"},
        {"echo 0 >&3; exec sleep 60", "Protocol error"},
        {"echo 70000 >&3; exec sleep 60", "Protocol error"},
        {"echo 123456789012345678901234567890 >&3; exec sleep 60",
         "Protocol error"},
        {"echo 4242 0 >&3; exec sleep 60", "Protocol error"},
        {"echo 4242 251 >&3; exec sleep 60", "Protocol error"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        char path[32], error[200] = "";
        struct origin_child child;
        write_script(path, cases[i].script);
        assert_int_equal(origin_child_start(&child, path, error, sizeof error),
                         -1);
        if (strstr(error, cases[i].said) == NULL)
            fail_msg("'%s': %s", cases[i].script, error);
        assert_int_equal(child.pid, 0);
        unlink(path);
    }
    char error[200] = "";
    struct origin_child child;
    assert_int_equal(
        origin_child_start(&child, "/nonexistent", error, sizeof error), -1);
    assert_non_null(strstr(error, "code 127"));
}

static void test_start_and_stop(void **state)
{
    char error[200], how[64];
    struct origin_child child;
    struct origin_counts counts;
    (void)state;
    assert_int_equal(origin_child_start(&child, NULL, error, sizeof error), 0);
    assert_true(child.pid > 0 && child.port > 0);
    assert_int_equal(getsid(child.pid), child.pid);
    assert_true(origin_child_alive(&child, how, sizeof how));
    assert_int_equal(origin_counts(child.port, false, &counts), 0);
    assert_int_equal(counts.requests, 0);
    origin_child_stop(&child);
    assert_false(origin_child_alive(&child, how, sizeof how));
    assert_string_equal(how, "ended with code 0");
    origin_child_stop(&child);
    assert_int_equal(origin_counts(child.port, false, &counts), ECONNREFUSED);
}

/* Whether the origin answers on 127.0.0.HOST. */
static bool answers_on(uint32_t host, uint16_t port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons(port),
                                  .sin_addr.s_addr =
                                      htonl(INADDR_LOOPBACK - 1 + host)};
    static const char question[] = "GET /bytes/7 HTTP/1.1\r\nHost: x\r\n"
                                   "Connection: close\r\n\r\n";
    static const char ok[] = "HTTP/1.1 200 ";
    char reply[sizeof ok] = "";
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    bool good = connect(fd, (struct sockaddr *)&address, sizeof address) == 0 &&
                write(fd, question, sizeof question - 1) > 0 &&
                recv(fd, reply, sizeof reply - 1, MSG_WAITALL) ==
                    (ssize_t)sizeof reply - 1 &&
                strcmp(reply, ok) == 0;
    close(fd);
    return good;
}

/* Where loopback is a whole network, as on Linux, all addresses are to be had,
 * and one origin's counts are of all of them. */
static void test_addresses(void **state)
{
    const uint32_t hosts[] = {1, 2, 77, ORIGIN_ADDRESSES};
    char error[200];
    struct origin_child child;
    struct origin_counts counts;
    (void)state;
    assert_int_equal(origin_child_start(&child, NULL, error, sizeof error), 0);
    assert_int_equal(child.addresses, ORIGIN_ADDRESSES);
    for (size_t h = 0; h < sizeof hosts / sizeof *hosts; h++)
        assert_true(answers_on(hosts[h], child.port));
    assert_false(answers_on(ORIGIN_ADDRESSES + 1, child.port));
    assert_int_equal(origin_counts(child.port, false, &counts), 0);
    assert_int_equal(counts.requests, sizeof hosts / sizeof *hosts);
    assert_int_equal(counts.connections, sizeof hosts / sizeof *hosts);
    origin_child_stop(&child);
}

/* Somebody else has the port on the third address: there are two. */
static void test_address_taken(void **state)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK + 2)};
    socklen_t size = sizeof address;
    int fds[15], taken = socket(AF_INET, SOCK_STREAM, 0);
    char error[200] = "";
    (void)state;
    assert_int_equal(bind(taken, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(taken, 1), 0);
    assert_int_equal(getsockname(taken, (struct sockaddr *)&address, &size), 0);
    struct listening want = {ntohs(address.sin_port), 5, 3};
    assert_int_equal(listener_open_many(fds, &want, error, sizeof error), 0);
    assert_int_equal(want.addresses, 2);
    for (uint32_t l = 0; l < want.addresses * want.queues; l++)
        close(fds[l]);
    close(taken);
    assert_int_equal(listener_queues(128), 8);
    assert_int_equal(listener_queues(1024), 8);
    assert_int_equal(listener_queues(8192), 2);
    assert_int_equal(listener_queues(4096), 4);
    assert_int_equal(listener_queues(65536), 1);
}

static void test_death_is_seen(void **state)
{
    char error[200], how[64] = "";
    struct origin_child child;
    (void)state;
    assert_int_equal(origin_child_start(&child, NULL, error, sizeof error), 0);
    assert_int_equal(kill(child.pid, SIGKILL), 0);
    for (int i = 0; i < 5000 && origin_child_alive(&child, how, sizeof how);
         i++)
        usleep(1000);
    assert_string_equal(how, "killed by SIGKILL");
}

/* One that does not want to end is killed. */
static void test_stubborn(void **state)
{
    char path[32], error[200], how[64];
    struct origin_child child;
    (void)state;
    write_script(path, "trap '' TERM; echo 4242 >&3\n"
                       "while :; do sleep 0.1; done");
    assert_int_equal(origin_child_start(&child, path, error, sizeof error), 0);
    assert_int_equal(child.port, 4242);
    assert_int_equal(child.addresses, 1);
    origin_child_stop(&child);
    assert_false(origin_child_alive(&child, how, sizeof how));
    assert_string_equal(how, "killed by SIGKILL");
    unlink(path);
}

/* The child goes when the process that started it goes, however it goes. As
 * its next parent (a subreaper) we can see that. */
static void test_dies_with_the_harness(void **state)
{
    int tell[2];
    pid_t origin = 0;
    (void)state;
    assert_int_equal(prctl(PR_SET_CHILD_SUBREAPER, 1), 0);
    assert_int_equal(pipe(tell), 0);
    pid_t harness = fork();
    if (harness == 0) {
        struct origin_child child;
        char error[200];
        if (origin_child_start(&child, NULL, error, sizeof error) == 0 &&
            write(tell[1], &child.pid, sizeof child.pid) > 0)
            raise(SIGKILL);
        _exit(1);
    }
    assert_int_equal(read(tell[0], &origin, sizeof origin), sizeof origin);
    int status;
    assert_int_equal(waitpid(harness, &status, 0), harness);
    assert_true(WIFSIGNALED(status));
    for (int i = 0; i < 10000 && origin > 0; i++) {
        if (waitpid(origin, &status, WNOHANG) == origin)
            origin = 0;
        else
            usleep(1000);
    }
    if (origin != 0)
        kill(origin, SIGKILL);
    assert_int_equal(origin, 0);
    assert_true(WIFEXITED(status) || WTERMSIG(status) == SIGTERM);
    close(tell[0]);
    close(tell[1]);
}

/* ---- counts ---- */

/* A listening socket that answers one question with `answer`, in a child. */
static pid_t fake_origin(const char *answer, uint16_t *port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_true(fd >= 0);
    assert_int_equal(bind(fd, (struct sockaddr *)&address, size), 0);
    assert_int_equal(listen(fd, 1), 0);
    assert_int_equal(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    *port = ntohs(address.sin_port);
    pid_t pid = fork();
    if (pid == 0) {
        char question[512];
        int peer = accept(fd, NULL, NULL);
        if (read(peer, question, sizeof question) < 0 ||
            write(peer, answer, strlen(answer)) < 0)
            _exit(1);
        if (answer[0] == '\0')
            pause(); /* neither answers nor closes */
        _exit(0);
    }
    close(fd);
    return pid;
}

static void test_counts_of_strangers(void **state)
{
    static const struct {
        const char *answer;
        int result;
    } cases[] = {
        {"hello", EPROTO},
        {"HTTP/1.1 404 Not Found\r\n\r\n{}", EPROTO},
        {"HTTP/1.1 200 OK\r\n\r\n", EPROTO},
        {"HTTP/1.1 200 OK\r\n\r\n{\"requests\":1}", EPROTO},
        {"HTTP/1.1 200 OK\r\n\r\n{\"requests\":1,\"connections\":2,"
         "\"in_service\":3,\"in_service_peak\":4,\"in_service_ns\":7,"
         "\"bytes_sent\":5,\"cpu_ns\":-"
         "6,"
         "\"open_connections\":7}",
         EPROTO},
        {"HTTP/1.1 200 OK\r\n\r\n{\"requests\":1,\"connections\":2,"
         "\"in_service\":3,\"in_service_peak\":4,\"in_service_ns\":7,"
         "\"bytes_sent\":5,\"cpu_ns\":6,"
         "\"open_connections\":7}",
         0},
        {"", ETIMEDOUT},
    };
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct origin_counts counts = {.requests = 77};
        uint16_t port;
        pid_t pid = fake_origin(cases[i].answer, &port);
        assert_int_equal(origin_counts(port, true, &counts), cases[i].result);
        assert_int_equal(counts.requests, cases[i].result == 0 ? 1 : 77);
        if (cases[i].result == 0) {
            assert_int_equal(counts.in_service_peak, 4);
            assert_int_equal(counts.cpu_ns, 6);
            assert_int_equal(counts.open_connections, 7);
        }
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
}

/* Played by this program when the child runs it. */
static int play_concur(int argc, char **argv)
{
    const char *const wanted[] = {
        "origin",     "--port", "0",       "--addresses",      "250",
        "--ready-fd", "3",      "--quiet", "--die-with-parent"};
    const struct origin_options options = {.addresses = ORIGIN_ADDRESSES,
                                           .ready_fd = 3,
                                           .quiet = 1,
                                           .die_with_parent = 1};
    size_t count = sizeof wanted / sizeof *wanted;
    if ((size_t)argc != count + 1)
        return 2;
    for (size_t i = 0; i < count; i++)
        if (strcmp(argv[i + 1], wanted[i]) != 0)
            return 2;
    return origin_serve(&options);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_bad_starts),
        cmocka_unit_test(test_start_and_stop),
        cmocka_unit_test(test_addresses),
        cmocka_unit_test(test_address_taken),
        cmocka_unit_test(test_death_is_seen),
        cmocka_unit_test(test_stubborn),
        cmocka_unit_test(test_dies_with_the_harness),
        cmocka_unit_test(test_counts_of_strangers),
    };
    if (argc > 1)
        return play_concur(argc, argv);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
