/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signals that stop a run, counted.
 */
#include "interrupt.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t count, measured;
static nsec time_up; /* 0: never */

/* Said on the first one, while measuring and after it. */
static const char *const texts[] = {
    "\nconcur: stopping after the running sample; again to stop at once\n",
    "\nconcur: making the report; again to stop at once\n",
};

static void on_signal(int number)
{
    int saved = errno; /* of whoever was interrupted */

    (void)number;
    if (++count > 1 && measured)
        _exit(1);
    if (count == 1 && isatty(STDERR_FILENO)) {
        const char *text = texts[measured];
        ssize_t written = write(STDERR_FILENO, text, strlen(text));
        (void)written;
    }
    errno = saved;
}

static void catch_all(int flags)
{
    struct sigaction caught = {.sa_handler = on_signal, .sa_flags = flags};

    sigaction(SIGINT, &caught, NULL);
    sigaction(SIGTERM, &caught, NULL);
    sigaction(SIGHUP, &caught, NULL);
}

void interrupt_catch(void)
{
    struct sigaction ignored = {.sa_handler = SIG_IGN};

    catch_all(0); /* no SA_RESTART: whoever waits has to look */
    sigaction(SIGPIPE, &ignored, NULL);
}

bool interrupt_measured(void)
{
    bool asked = count > 0;

    /* Nobody looks from now on, and nobody shall be disturbed. A signal that
     * comes in between counts for the report, and is heard the next time. */
    measured = 1;
    count = 0;
    time_up = 0;
    catch_all(SA_RESTART);
    return asked;
}

void interrupt_at(nsec when)
{
    time_up = when;
}

nsec interrupt_left(void)
{
    nsec now = now_ns();

    if (!time_up)
        return UINT64_MAX;
    return time_up > now ? time_up - now : 0;
}

bool interrupt_asked(void)
{
    return count > 0 || interrupt_left() == 0;
}

bool interrupt_urgent(void)
{
    return count > 1 || interrupt_left() == 0;
}
