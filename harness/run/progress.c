/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Progress on a terminal.
 */
#include "progress.h"

#include <stdio.h>
#include <sys/ioctl.h>
#include <unistd.h>

void progress_begin(struct progress *progress, bool quiet)
{
    progress->shown = !quiet && isatty(STDERR_FILENO);
}

static int columns(void)
{
    struct winsize size;

    if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 20)
        return 80;
    return size.ws_col;
}

/* By time: of samples nobody knows how many there will be. */
static unsigned percent_of(nsec spent, nsec left)
{
    double part = (double)spent / ((double)spent + (double)left + 1);

    return part < 0.99 ? (unsigned)(100 * part) : 99;
}

static void say_round(char *text, size_t size, const struct plan_case *p)
{
    if (!p->round)
        snprintf(text, size, "warm-up");
    else if (case_is_auto(p->c))
        snprintf(text, size, "round %u", p->round);
    else
        snprintf(text, size, "round %u of %u", p->round, p->c->rounds);
}

void progress_show(struct progress *progress, const struct plan *plan,
                   const struct plan_case *p, const char *label)
{
    char line[512], round[64], again[64] = "";
    nsec left = plan_time(plan);
    unsigned seconds = (unsigned)(left / NSEC_PER_SEC);

    if (!progress->shown)
        return;
    say_round(round, sizeof(round), p);
    if (progress->again)
        snprintf(again, sizeof(again), "  (%u taken again)", progress->again);
    snprintf(line, sizeof(line), "%3u %%  %u:%02u left  %s  %s%s  %s",
             percent_of(plan_spent(plan), left), seconds / 60, seconds % 60,
             p->c->name, round, again, label);
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
