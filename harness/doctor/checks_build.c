/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Checks of this very program: how it was built, and what it stands on.
 */
#include "checks.h"

#include <gsl/gsl_version.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include "../../impls/strategy.h"

/* ---- build ---- */

/* Flags after which figures are those of the tool. */
static const char *const tools[] = {"-fsanitize=", "-pg", "--coverage",
                                    "-fprofile-arcs", "-finstrument-functions"};

static bool begins(const char *word, size_t length, const char *with)
{
    return length >= strlen(with) && strncmp(word, with, strlen(with)) == 0;
}

/* The last -O counts; none is -O0. NULL, or the word that spoils it. */
static const char *bad_flag(const char *flags, char *word, size_t size)
{
    char level[16] = "-O0";

    for (size_t length; *flags; flags += length) {
        flags += strspn(flags, " ");
        length = strcspn(flags, " ");
        if (begins(flags, length, "-O"))
            snprintf(level, sizeof(level), "%.*s", (int)length, flags);
        for (size_t t = 0; t < sizeof(tools) / sizeof(*tools); t++)
            if (begins(flags, length, tools[t])) {
                snprintf(word, size, "%.*s", (int)length, flags);
                return word;
            }
    }
    snprintf(word, size, "%s", level);
    return strcmp(level, "-O0") == 0 ? word : NULL;
}

void check_build(struct finding *f, const struct host *host)
{
    char word[64];

    if (bad_flag(host->flags, word, sizeof(word)))
        finding_is(f, FINDING_PROBLEM,
                   "figures are those of the tool or of unoptimised code, not "
                   "of the strategies",
                   "make clean && make, without SAN= and with CFLAGS unset",
                   "this binary is built with %s", word);
    else
        finding_ok(f, "%s; compiler %s", host->flags, host->compiler);
}

/* ---- libraries ---- */

static bool in_path(const char *path, const char *program)
{
    char file[4400];

    for (size_t length; *path; path += length + (path[length] == ':')) {
        length = strcspn(path, ":");
        snprintf(file, sizeof(file), "%.*s/%s",
                 length > 4000 ? 4000 : (int)length, path, program);
        if (access(file, X_OK) == 0)
            return true;
    }
    return false;
}

/* "gnuplot 5.4 patchlevel 4", or just that it is there. */
static void gnuplot_version(const struct host *host, char *text, size_t size)
{
    FILE *pipe = host->brief ? NULL : popen("gnuplot --version 2>&1", "re");

    if (!pipe || !fgets(text, (int)size, pipe))
        snprintf(text, size, "gnuplot");
    if (pipe)
        pclose(pipe);
    text[strcspn(text, "\n")] = '\0';
}

void check_libraries(struct finding *f, const struct host *host)
{
    const char *own = strategies_libraries();
    char gnuplot[80];

    if (!in_path(host->path, "gnuplot")) {
        finding_is(f, FINDING_NOTE, "reports are made without figures",
                   "make deps, or install gnuplot",
                   "%s jansson/%s GSL/%s zlib/%s; no gnuplot", own,
                   JANSSON_VERSION, gsl_version, zlibVersion());
        return;
    }
    gnuplot_version(host, gnuplot, sizeof(gnuplot));
    finding_ok(f, "%s jansson/%s GSL/%s zlib/%s %s", own, JANSSON_VERSION,
               gsl_version, zlibVersion(), gnuplot);
}
