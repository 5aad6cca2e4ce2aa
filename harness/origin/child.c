/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An origin as a child process: see child.h. Between fork and exec only
 * async-signal-safe calls are made, since the harness may have threads.
 */
#include "child.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "../../impls/task.h"
#include "origin.h"

#define START_LIMIT (10 * NSEC_PER_SEC)
#define STOP_LIMIT  (2 * NSEC_PER_SEC)

#define READY_FD 3

/* A number that is #defined, as text. */
#define TEXT_OF(tokens) #tokens
#define WORD_OF(number) TEXT_OF(number)

/* In the child: nothing is inherited but standard error and the pipe. Returns
 * only if something failed. */
static void become_origin(const char *exe, int ready_fd, pid_t parent)
{
    static const char ready_word[] = {'0' + READY_FD, '\0'};
    static const char addresses[] = WORD_OF(ORIGIN_ADDRESSES);
    char *const arguments[] = {"concur",      "origin",
                               "--port",      "0",
                               "--addresses", (char *)(uintptr_t)addresses,
                               "--ready-fd",  (char *)(uintptr_t)ready_word,
                               "--quiet",     "--die-with-parent",
                               NULL};
    sigset_t none;
    sigemptyset(&none);
    int null = open("/dev/null", O_RDWR);
    if (setsid() < 0 || prctl(PR_SET_PDEATHSIG, SIGTERM) != 0 ||
        getppid() != parent || /* it ended before the line above */
        null < 0 || dup2(null, STDIN_FILENO) < 0 ||
        dup2(null, STDOUT_FILENO) < 0 || sigprocmask(SIG_SETMASK, &none, NULL))
        return;
    /* dup2 clears close-on-exec, but not if both are the same. */
    int spare = fcntl(ready_fd, F_DUPFD, READY_FD + 1);
    if (spare < 0 || dup2(spare, READY_FD) < 0 ||
        close_range(READY_FD + 1, ~0u, 0) != 0)
        return;
    execv(exe, arguments);
}

/* "PORT ADDRESSES", the second 1 where it is not said. */
static int parse_ready(const char *line, struct origin_child *child)
{
    char *end;
    unsigned long port = strtoul(line, &end, 10), addresses = 1;
    if (port == 0 || port > UINT16_MAX)
        return EPROTO;
    if (*end == ' ')
        addresses = strtoul(end, &end, 10);
    if (addresses == 0 || addresses > ORIGIN_ADDRESSES)
        return EPROTO;
    child->port = (uint16_t)port;
    child->addresses = (uint32_t)addresses;
    return 0;
}

/* Reads the line off the pipe. 0 or an errno; EPIPE: it ended. */
static int read_ready(int fd, struct origin_child *child)
{
    char line[24] = "";
    size_t used = 0;
    nsec deadline = now_ns() + START_LIMIT;
    while (used == 0 || line[used - 1] != '\n') {
        if (used == sizeof line - 1)
            return EPROTO;
        struct pollfd poller = {.fd = fd, .events = POLLIN};
        nsec now = now_ns();
        if (now >= deadline)
            return ETIMEDOUT;
        int ready = poll(&poller, 1, (int)((deadline - now) / NSEC_PER_MSEC));
        if (ready < 0 && errno != EINTR)
            return errno;
        if (ready <= 0)
            continue;
        ssize_t n = read(fd, line + used, sizeof line - 1 - used);
        if (n < 0)
            return errno;
        if (n == 0)
            return EPIPE;
        used += (size_t)n;
    }
    line[used] = '\0';
    return parse_ready(line, child);
}

/* Reaps the child if it has ended, or in any case if `wait`. */
static bool reap(struct origin_child *child, bool wait)
{
    pid_t ended;
    do
        ended = waitpid(child->pid, &child->status, wait ? 0 : WNOHANG);
    while (ended < 0 && errno == EINTR);
    if (ended == 0)
        return false;
    if (ended < 0) /* somebody else has reaped it */
        child->status = 0;
    child->pid = 0;
    return true;
}

/* Reaps the child if it ends within two seconds. */
static bool reap_soon(struct origin_child *child)
{
    const struct timespec pause = {.tv_nsec = 1000000};
    for (nsec limit = now_ns() + STOP_LIMIT; now_ns() < limit;) {
        if (reap(child, false))
            return true;
        nanosleep(&pause, NULL);
    }
    return false;
}

/* How it ended, in words. */
static void describe(int status, char *how, size_t how_size)
{
    if (WIFEXITED(status)) {
        snprintf(how, how_size, "ended with code %d", WEXITSTATUS(status));
    } else {
        const char *name = sigabbrev_np(WTERMSIG(status));
        snprintf(how, how_size, "killed by SIG%s", name == NULL ? "?" : name);
    }
}

/* Waits until the pipe says where; a child that does not is stopped. */
static int await_ready(struct origin_child *child, int fd, char *error,
                       size_t error_size)
{
    int failure = read_ready(fd, child);
    if (failure == 0)
        return 0;
    char how[64];
    bool ended = failure == EPIPE && reap_soon(child);
    origin_child_stop(child);
    if (ended)
        describe(child->status, how, sizeof how);
    else
        snprintf(how, sizeof how, "%s", strerror(failure));
    snprintf(error, error_size, "the origin did not start: %s", how);
    return -1;
}

int origin_child_start(struct origin_child *child, const char *exe, char *error,
                       size_t error_size)
{
    int ready[2];
    *child = (struct origin_child){0};
    if (pipe2(ready, O_CLOEXEC) != 0) {
        snprintf(error, error_size, "cannot make a pipe for the origin: %s",
                 strerror(errno));
        return -1;
    }
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid == 0) {
        become_origin(exe == NULL ? "/proc/self/exe" : exe, ready[1], parent);
        _exit(127);
    }
    int failure = errno;
    close(ready[1]);
    if (pid > 0) {
        child->pid = pid;
        int result = await_ready(child, ready[0], error, error_size);
        close(ready[0]);
        return result;
    }
    close(ready[0]);
    snprintf(error, error_size, "cannot start the origin: %s",
             strerror(failure));
    return -1;
}

bool origin_child_alive(struct origin_child *child, char *how, size_t how_size)
{
    if (child->pid != 0 && !reap(child, false))
        return true;
    describe(child->status, how, how_size);
    return false;
}

void origin_child_stop(struct origin_child *child)
{
    if (child->pid == 0 || reap(child, false))
        return;
    kill(child->pid, SIGTERM);
    if (reap_soon(child))
        return;
    kill(child->pid, SIGKILL);
    reap(child, true);
}
