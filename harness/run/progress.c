/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Progress on a terminal.
 */
#include "progress.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

void progress_begin(struct progress *progress, uint32_t total, bool quiet)
{
    progress->shown = !quiet && isatty(STDERR_FILENO);
    progress->done = 0;
    progress->total = total;
}

static int columns(void)
{
    struct winsize size;

    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 20)
        return 80;
    return size.ws_col;
}

void progress_show(struct progress *progress, const char *case_name,
                   const char *label, uint32_t round, uint32_t rounds,
                   nsec left)
{
    char line[512];
    unsigned seconds = (unsigned)(left / NSEC_PER_SEC);
    unsigned percent =
        progress->total ? 100 * progress->done / progress->total : 0;

    progress->done++;
    if (!progress->shown)
        return;
    int length = snprintf(line, sizeof(line), "%3u %%  %u:%02u left  %s  ",
                          percent, seconds / 60, seconds % 60, case_name);
    if (length < 0 || (size_t)length >= sizeof(line))
        return;
    if (round)
        snprintf(line + length, sizeof(line) - (size_t)length,
                 "round %u of %u  %s", round, rounds, label);
    else
        snprintf(line + length, sizeof(line) - (size_t)length, "warm-up  %s",
                 label);
    /* One column less than there are, or the line would wrap. */
    fprintf(stderr, "\r\033[K%.*s", columns() - 1, line);
    fflush(stderr);
}

void progress_clear(const struct progress *progress)
{
    if (progress->shown)
        fputs("\r\033[K", stderr);
}
