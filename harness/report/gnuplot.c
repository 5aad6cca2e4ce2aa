/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs gnuplot: one process a figure, so that one that fails costs no other,
 * and two processes at a time. A figure counts as drawn when gnuplot ended
 * well and the file is a whole SVG.
 */
#include "figures.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define AT_ONCE 2

extern char **environ;

/* 'text' as gnuplot reads it between single quotes. */
static void quoted(FILE *out, const char *text)
{
    fputc('\'', out);
    for (; *text; text++)
        fputs(*text == '\'' ? "''" : (char[]){*text, '\0'}, out);
    fputc('\'', out);
}

/* The assignments that a gnuplot file expects; the caller frees them. */
static char *variables(const struct drawing *d)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return NULL;
    fputs("data=", out);
    quoted(out, d->data);
    fputs("; out=", out);
    quoted(out, d->out);
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}

/* The process, or -1 where there is none; *missing if there is no gnuplot. */
static pid_t start(const struct drawing *d, bool *missing)
{
    posix_spawn_file_actions_t actions;
    pid_t pid = -1;
    char *assign = variables(d);
    if (!assign || posix_spawn_file_actions_init(&actions) != 0)
        goto out;
    char *argv[] = {"gnuplot", "-d", "-e", assign, (char *)d->script, NULL};
    int failed =
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY,
                                         0) |
        posix_spawn_file_actions_addopen(&actions, 1, "/dev/null", O_WRONLY,
                                         0) |
        posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    if (!failed)
        failed = posix_spawnp(&pid, argv[0], &actions, NULL, argv, environ);
    if (failed)
        pid = -1;
    *missing = *missing || failed == ENOENT;
    posix_spawn_file_actions_destroy(&actions);
out:
    free(assign);
    return pid;
}

/* True if the file ends as an SVG does. */
static bool whole(const char *path)
{
    char tail[64] = "";
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    if (fseek(file, -(long)sizeof(tail) + 1, SEEK_END) != 0)
        rewind(file);
    size_t got = fread(tail, 1, sizeof(tail) - 1, file);
    fclose(file);
    tail[got] = '\0';
    return strstr(tail, "</svg>") != NULL;
}

static void finish(struct drawing *d, pid_t pid)
{
    int status;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return;
    d->drawn = WIFEXITED(status) && WEXITSTATUS(status) == 0 && whole(d->out);
    if (!d->drawn)
        unlink(d->out);
}

bool gnuplot_draw(struct drawing *drawings, size_t count)
{
    pid_t pids[AT_ONCE] = {0};
    bool missing = false;
    size_t started = 0, finished = 0;
    while (finished < count) {
        while (started < count && started < finished + AT_ONCE) {
            pids[started % AT_ONCE] =
                missing ? -1 : start(&drawings[started], &missing);
            started++;
        }
        if (pids[finished % AT_ONCE] > 0)
            finish(&drawings[finished], pids[finished % AT_ONCE]);
        finished++;
    }
    return !missing;
}
