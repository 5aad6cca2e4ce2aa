/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One process a sample. Its three standard streams are memory files: nobody
 * has to read while it runs, so that nothing can block it.
 */
#include "sampler.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

struct streams {
    int in, out, err;
};

static void streams_close(struct streams *s)
{
    if (s->in >= 0)
        close(s->in);
    if (s->out >= 0)
        close(s->out);
    if (s->err >= 0)
        close(s->err);
}

static bool streams_open(struct streams *s, const json_t *job)
{
    s->in = memfd_create("job", MFD_CLOEXEC);
    s->out = memfd_create("result", MFD_CLOEXEC);
    s->err = memfd_create("errors", MFD_CLOEXEC);
    return s->in >= 0 && s->out >= 0 && s->err >= 0 &&
           json_dumpfd(job, s->in, JSON_COMPACT) == 0 &&
           lseek(s->in, 0, SEEK_SET) == 0;
}

void sample_follow_harness(int number)
{
    const char *mark = getenv(SAMPLER_MARK);
    pid_t harness = mark ? (pid_t)strtol(mark, NULL, 10) : getppid();

    prctl(PR_SET_PDEATHSIG, number);
    if (getppid() != harness)
        raise(number);
}

/* Our own environment and the mark; one block, the caller frees it. */
static char **environment(void)
{
    static char mark[64];
    size_t count = 0, kept = 0;

    while (environ[count])
        count++;
    char **list = calloc(count + 2, sizeof(*list));
    if (!list)
        return NULL;
    snprintf(mark, sizeof(mark), SAMPLER_MARK "=%ld", (long)getpid());
    for (size_t i = 0; i < count; i++)
        if (strncmp(environ[i], SAMPLER_MARK "=", sizeof(SAMPLER_MARK)) != 0)
            list[kept++] = environ[i];
    list[kept] = mark;
    return list;
}

/* A session of its own: the terminal's Ctrl-C is for the harness, and killing
 * the group ends what the process has started. */
static int start(pid_t *pid, const char *exe, const char *const *argv,
                 const struct streams *s)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attr;
    sigset_t defaults, none;

    sigemptyset(&none);
    sigfillset(&defaults);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attr);
    posix_spawn_file_actions_adddup2(&actions, s->in, 0);
    posix_spawn_file_actions_adddup2(&actions, s->out, 1);
    posix_spawn_file_actions_adddup2(&actions, s->err, 2);
    posix_spawnattr_setsigdefault(&attr, &defaults);
    posix_spawnattr_setsigmask(&attr, &none);
    posix_spawnattr_setflags(&attr, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGDEF |
                                        POSIX_SPAWN_SETSIGMASK);
    int error = ENOMEM;
    char **marked = environment();
    if (marked)
        error = posix_spawn(pid, exe, &actions, &attr, (char **)argv, marked);
    free(marked);
    posix_spawnattr_destroy(&attr);
    posix_spawn_file_actions_destroy(&actions);
    return error;
}

/* The whole of a memory file, with a NUL; the caller frees it. */
static char *slurp(int fd, size_t *size)
{
    struct stat info;

    if (fstat(fd, &info) != 0)
        return NULL;
    char *text = malloc((size_t)info.st_size + 1);
    if (!text)
        return NULL;
    ssize_t got = pread(fd, text, (size_t)info.st_size, 0);
    *size = got > 0 ? (size_t)got : 0;
    text[*size] = '\0';
    return text;
}

/* The last line that is not empty, which is where programs say why. */
static void last_line(int fd, char *line, size_t line_size)
{
    size_t size = 0;
    char *text = slurp(fd, &size);

    line[0] = '\0';
    if (!text)
        return;
    while (size && (text[size - 1] == '\n' || text[size - 1] == ' '))
        text[--size] = '\0';
    char *start_of = strrchr(text, '\n');
    snprintf(line, line_size, "%s", start_of ? start_of + 1 : text);
    free(text);
}

static void say_end(struct sampled *sampled, int status, int err)
{
    char line[200];

    last_line(err, line, sizeof(line));
    const char *colon = line[0] ? ": " : "";
    if (WIFSIGNALED(status))
        snprintf(sampled->reason, sizeof(sampled->reason), "crashed: %s%s%s",
                 strsignal(WTERMSIG(status)), colon, line);
    else
        snprintf(sampled->reason, sizeof(sampled->reason), "exit code %d%s%s",
                 WEXITSTATUS(status), colon, line);
}

/* What is waited for: the process's end, the limit, the user; and meanwhile,
 * where there is a probe, its next reading. */
struct waiting {
    pid_t pid;
    int pidfd;
    nsec deadline;
    bool (*stop)(void);
    struct probe *probe; /* NULL: none */
};

/* Waits until something happens, `until` at most; as ppoll. */
static int wait_until(int pidfd, nsec until, const sigset_t *mask)
{
    struct pollfd end = {.fd = pidfd, .events = POLLIN};
    nsec now = now_ns(), left = until > now ? until - now : 0;
    struct timespec wait = {.tv_sec = (time_t)(left / NSEC_PER_SEC),
                            .tv_nsec = (long)(left % NSEC_PER_SEC)};

    return ppoll(&end, 1, &wait, mask);
}

/* Signals get through during the poll only: none falls between looking at
 * `stop` and waiting. */
static void await_end(struct sampled *sampled, const struct waiting *w)
{
    nsec gap = w->probe && w->probe->interval ? w->probe->interval : 0;
    nsec due = gap ? sampled->began + gap : w->deadline;
    sigset_t held, before;

    sigemptyset(&held);
    sigaddset(&held, SIGINT);
    sigaddset(&held, SIGTERM);
    sigaddset(&held, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &held, &before);
    sampled->stopped = w->stop && w->stop();
    while (!sampled->stopped && !sampled->timed_out) {
        nsec until = due < w->deadline ? due : w->deadline;
        int ready = wait_until(w->pidfd, until, &before);

        if (ready > 0)
            break;
        if (ready < 0) {
            sampled->stopped = w->stop && w->stop();
        } else if (now_ns() >= w->deadline) {
            sampled->timed_out = true;
        } else if (gap) {
            probe_take(w->probe, w->pid);
            due = now_ns() + gap;
        }
    }
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

static nsec nsec_of(struct timeval time)
{
    return (nsec)time.tv_sec * NSEC_PER_SEC + (nsec)time.tv_usec * 1000;
}

static void reap(pid_t pid, int *status, struct sampled *sampled)
{
    struct rusage usage = {0};

    while (wait4(pid, status, 0, &usage) < 0 && errno == EINTR)
        continue;
    sampled->user = nsec_of(usage.ru_utime);
    sampled->system = nsec_of(usage.ru_stime);
}

static void judge_end(struct sampled *sampled, int status,
                      const struct streams *s, nsec limit)
{
    json_error_t problem;
    size_t size = 0;

    if (sampled->stopped) {
        snprintf(sampled->reason, sizeof(sampled->reason), "stopped");
        return;
    }
    if (sampled->timed_out) {
        snprintf(sampled->reason, sizeof(sampled->reason),
                 "took longer than %.3g s",
                 (double)limit / (double)NSEC_PER_SEC);
        return;
    }
    sampled->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
    if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
        say_end(sampled, status, s->err);
        return;
    }
    char *text = slurp(s->out, &size);
    sampled->result = text ? json_loadb(text, size, 0, &problem) : NULL;
    if (!json_is_object(sampled->result)) {
        json_decref(sampled->result);
        sampled->result = NULL;
        snprintf(sampled->reason, sizeof(sampled->reason),
                 "wrote no result: %.200s", text ? problem.text : "no memory");
    }
    free(text);
}

struct sampled sample_take(const char *exe, const char *const *argv,
                           const json_t *job, nsec limit, bool (*stop)(void),
                           struct probe *probe)
{
    struct sampled sampled = {0};
    struct streams streams;
    pid_t pid;
    int status = 0;

    if (!streams_open(&streams, job)) {
        snprintf(sampled.reason, sizeof(sampled.reason), "cannot start: %s",
                 strerror(errno));
        streams_close(&streams);
        return sampled;
    }
    sampled.began = now_ns();
    int error = start(&pid, exe, argv, &streams);
    if (error) {
        snprintf(sampled.reason, sizeof(sampled.reason), "cannot start: %s",
                 strerror(error));
        streams_close(&streams);
        return sampled;
    }
    int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    struct waiting waiting = {pid, pidfd, sampled.began + limit, stop, probe};
    if (pidfd >= 0)
        await_end(&sampled, &waiting);
    sampled.process = now_ns() - sampled.began;
    /* The process if it still runs, and those that it left behind: the group
     * keeps its number until the process is reaped. */
    kill(-pid, SIGKILL);
    reap(pid, &status, &sampled);
    if (pidfd >= 0) {
        close(pidfd);
        judge_end(&sampled, status, &streams, limit);
    } else {
        snprintf(sampled.reason, sizeof(sampled.reason),
                 "cannot wait for a process: pidfd_open is not available");
    }
    streams_close(&streams);
    return sampled;
}
