/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The keeper: a subreaper, to which those whose parent has ended are handed,
 * so that it can find them by being their parent. It cannot do anything where
 * it is killed itself together with the harness, but for the command, which
 * then dies with it.
 */
#include "keeper.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sampler.h"

/* A command that is one program: a shell that stood between it and us would
 * hide how it ended. */
static bool is_simple(const char *command)
{
    size_t first = strcspn(command, " \t");

    return !strpbrk(command, ";&|<>()$`\n") &&
           !memchr(command, '=', first); /* VARIABLE=x program */
}

/* In the child. Returns only if something failed. */
static int become_command(const char *folder, const char *command, pid_t keeper,
                          const sigset_t *mask)
{
    char *words = NULL;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != keeper)
        raise(SIGKILL);
    sigprocmask(SIG_SETMASK, mask, NULL);
    if (chdir(folder) != 0) {
        fprintf(stderr, "%s: %s\n", folder, strerror(errno));
        return 2;
    }
    if (asprintf(&words, "%s%s", is_simple(command) ? "exec " : "", command) >=
        0)
        execl("/bin/sh", "sh", "-c", words, NULL);
    fprintf(stderr, "/bin/sh: %s\n", strerror(errno));
    return 2;
}

/* Kills our children, and those that become ours by that, until there are
 * none. */
static void kill_all(void)
{
    char path[64];
    pid_t pid;

    snprintf(path, sizeof(path), "/proc/self/task/%ld/children",
             (long)getpid());
    do {
        FILE *file = fopen(path, "re");
        long child;

        while (file && fscanf(file, "%ld", &child) == 1)
            kill((pid_t)child, SIGKILL);
        if (file)
            fclose(file);
        pid = waitpid(-1, NULL, file ? 0 : WNOHANG);
    } while (pid > 0 || (pid < 0 && errno == EINTR));
}

/* Until the command ends (true, *status) or the harness does. Others that are
 * handed to us end as they like. */
static bool await(pid_t command, const sigset_t *awaited, int *status)
{
    for (;;) {
        int number = sigwaitinfo(awaited, NULL);
        pid_t pid;

        if (number == SIGTERM)
            return false;
        while ((pid = waitpid(-1, status, WNOHANG)) > 0)
            if (pid == command)
                return true;
        if (pid < 0 && errno == ECHILD)
            return false;
    }
}

static int end_like(int status)
{
    const struct rlimit no_core = {0, 0};

    if (WIFEXITED(status))
        return WEXITSTATUS(status);
    setrlimit(RLIMIT_CORE, &no_core); /* the command may have left one */
    signal(WTERMSIG(status), SIG_DFL);
    raise(WTERMSIG(status));
    return 128 + WTERMSIG(status);
}

int keeper_run(const char *folder, const char *command)
{
    sigset_t awaited, before;
    int status = 0;
    pid_t keeper = getpid();

    sigemptyset(&awaited);
    sigaddset(&awaited, SIGCHLD);
    sigaddset(&awaited, SIGTERM);
    sigprocmask(SIG_BLOCK, &awaited, &before);
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    sample_follow_harness(SIGTERM); /* waits in the mask, if it comes now */
    pid_t pid = fork();
    if (pid == 0)
        _exit(become_command(folder, command, keeper, &before));
    if (pid < 0) {
        fprintf(stderr, "cannot start a process: %s\n", strerror(errno));
        return 2;
    }
    bool ended = await(pid, &awaited, &status);
    kill_all();
    sigprocmask(SIG_SETMASK, &before, NULL);
    return ended ? end_like(status) : 2;
}
