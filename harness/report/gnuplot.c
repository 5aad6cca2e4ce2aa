/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Runs gnuplot: one process a figure, so that one that fails costs no other,
 * and two processes at a time. A figure counts as drawn when gnuplot ended
 * well and the file is a whole SVG. Ctrl-C does not reach these processes, but
 * they die with concur.
 */
#include "figures.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define AT_ONCE    2
#define NO_GNUPLOT 127 /* the exit code that says so */

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

/* A process under way; what it complains of goes into a memory file. */
struct pen {
    pid_t pid; /* -1: there is none */
    int complaints;
};

/* In the child; comes back only where it cannot become gnuplot. */
static void become(const struct drawing *d, char *assign, int complaints,
                   pid_t parent)
{
    char *argv[] = {"gnuplot", "-d", "-e", assign, (char *)d->script, NULL};
    struct sigaction standard = {.sa_handler = SIG_DFL};
    int null = open("/dev/null", O_RDWR);
    setpgid(0, 0); /* out of the terminal's reach */
    if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
        return;
    if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 ||
        dup2(complaints, 2) < 0)
        return;
    sigaction(SIGPIPE, &standard, NULL); /* concur ignores it */
    execvp(argv[0], argv);
}

static struct pen start(const struct drawing *d)
{
    struct pen pen = {-1, memfd_create("gnuplot", MFD_CLOEXEC)};
    char *assign = variables(d);
    pid_t parent = getpid();
    if (assign && pen.complaints >= 0)
        pen.pid = fork();
    if (pen.pid == 0) {
        become(d, assign, pen.complaints, parent);
        _exit(errno == ENOENT ? NO_GNUPLOT : 1);
    }
    free(assign);
    return pen;
}

/* The last line that is not empty, which is where gnuplot says what it cannot
 * do; without the folder of the file that it begins with. */
static void last_line(int fd, char *line, size_t size)
{
    char text[2048] = "";
    off_t end = lseek(fd, 0, SEEK_END);
    off_t from =
        end > (off_t)sizeof(text) - 1 ? end - (off_t)sizeof(text) + 1 : 0;
    ssize_t got = pread(fd, text, sizeof(text) - 1, from);
    for (; got > 0 && strchr("\n ", text[got - 1]); got--)
        text[got - 1] = '\0';
    char *last = strrchr(text, '\n');
    last = last ? last + 1 : text;
    char *quote = *last == '"' ? strchr(last + 1, '"') : NULL;
    while (quote && quote > last + 1 && quote[-1] != '/')
        quote--;
    snprintf(line, size, "%s", quote ? quote : last);
    for (char *p = line; *p; p++)
        *p = *p == '"' || (unsigned char)*p < ' ' ? ' ' : *p;
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

/* *missing: there is no gnuplot. */
static void finish(struct drawing *d, const struct pen *pen, bool *missing)
{
    int status = 0;
    pid_t ended;
    do
        ended = pen->pid > 0 ? waitpid(pen->pid, &status, 0) : 0;
    while (ended < 0 && errno == EINTR);
    bool good = ended > 0 && WIFEXITED(status);
    *missing = *missing || (good && WEXITSTATUS(status) == NO_GNUPLOT);
    d->drawn = good && WEXITSTATUS(status) == 0 && whole(d->out);
    if (!d->drawn) {
        if (pen->complaints >= 0)
            last_line(pen->complaints, d->why, sizeof(d->why));
        unlink(d->out);
    }
    if (pen->complaints >= 0)
        close(pen->complaints);
}

bool gnuplot_draw(struct drawing *drawings, size_t count)
{
    struct pen pens[AT_ONCE];
    bool missing = false;
    size_t started = 0, finished = 0;
    while (finished < count) {
        while (started < count && started < finished + AT_ONCE) {
            pens[started % AT_ONCE] =
                missing ? (struct pen){-1, -1} : start(&drawings[started]);
            started++;
        }
        finish(&drawings[finished], &pens[finished % AT_ONCE], &missing);
        finished++;
    }
    return !missing;
}
