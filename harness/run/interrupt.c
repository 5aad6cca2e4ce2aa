/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signals that stop a run, counted.
 */
#include "interrupt.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

static volatile sig_atomic_t count;

static void on_signal(int number)
{
    static const char text[] =
        "\nconcur: stopping after the running sample; again to stop at once\n";

    int saved = errno; /* of whoever was interrupted */

    (void)number;
    if (++count == 1 && isatty(STDERR_FILENO)) {
        ssize_t written = write(STDERR_FILENO, text, sizeof(text) - 1);
        (void)written;
    }
    errno = saved;
}

void interrupt_catch(void)
{
    /* No SA_RESTART: whoever waits has to look. */
    struct sigaction caught = {.sa_handler = on_signal};
    struct sigaction ignored = {.sa_handler = SIG_IGN};

    sigaction(SIGINT, &caught, NULL);
    sigaction(SIGTERM, &caught, NULL);
    sigaction(SIGHUP, &caught, NULL);
    sigaction(SIGPIPE, &ignored, NULL);
}

bool interrupt_asked(void)
{
    return count > 0;
}

bool interrupt_urgent(void)
{
    return count > 1;
}
