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

/* Rounds taken again are samples beside those that were counted. */
static unsigned percent_of(const struct progress *progress)
{
    if (progress->done >= progress->total)
        return progress->total ? 99 : 0;
    return 100 * progress->done / progress->total;
}

void progress_show(struct progress *progress, const struct plan_case *p,
                   const char *label, nsec left)
{
    char line[512], round[64] = "warm-up", again[64] = "";
    unsigned seconds = (unsigned)(left / NSEC_PER_SEC);
    unsigned percent = percent_of(progress);

    progress->done++;
    if (!progress->shown)
        return;
    if (p->round)
        snprintf(round, sizeof(round), "round %u of %u", p->round,
                 p->c->rounds);
    if (progress->again)
        snprintf(again, sizeof(again), "  (%u taken again)", progress->again);
    snprintf(line, sizeof(line), "%3u %%  %u:%02u left  %s  %s%s  %s", percent,
             seconds / 60, seconds % 60, p->c->name, round, again, label);
    /* One column less than there are, or the line would wrap. */
    fprintf(stderr, "\r\033[K%.*s", columns() - 1, line);
    fflush(stderr);
}

void progress_again(struct progress *progress, const struct plan_case *p,
                    const char *cause)
{
    progress->again++;
    if (!progress->shown)
        return; /* samples.jsonl and the report have it too */
    progress_clear(progress);
    fprintf(stderr, "concur: %s: round %u is taken again: %s\n", p->c->name,
            p->round, cause);
}

void progress_clear(const struct progress *progress)
{
    if (progress->shown)
        fputs("\r\033[K", stderr);
}
