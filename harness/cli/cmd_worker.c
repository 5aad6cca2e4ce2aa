/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `concur worker`: takes one sample. The harness starts it and hands it the
 * job on standard input; the words that follow the name are there for people
 * who look at a list of processes, and are not read. As
 * `concur worker --peer FOLDER COMMAND` it becomes that command.
 */
#include "../sample/worker.h"
#include "command.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

static const struct option none[] = {{.name = NULL}};

static const struct option *options(void)
{
    return none;
}

/* A command that is one program: a shell that stood between it and us would
 * hide how it ended, and would not be missed when the harness ends. */
static bool is_simple(const char *command)
{
    size_t first = strcspn(command, " \t");

    return !strpbrk(command, ";&|<>()$`\n") &&
           !memchr(command, '=', first); /* VARIABLE=x program */
}

/* The command ends when the harness does, as a worker would. */
static int become_peer(const char *folder, const char *command)
{
    pid_t parent = getppid();
    char *words = NULL;

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        raise(SIGKILL);
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

static int run(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[2], "--help") == 0) {
        help_command(&command_worker);
        return 0;
    }
    if (argc == 5 && strcmp(argv[2], "--peer") == 0)
        return become_peer(argv[3], argv[4]);
    return worker_main();
}

const struct command command_worker = {
    .name = "worker",
    .gist = "take one sample (started by concur run, job on standard input)",
    .usage = "[WORD]...",
    .hidden = true,
    .options = options,
    .run = run,
};
