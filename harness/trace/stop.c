/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signals that cancel a batch. The handler sets a lock-free flag and writes to
 * an eventfd: both are allowed in a signal handler, on any thread.
 */
#include "stop.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

static_assert(ATOMIC_BOOL_LOCK_FREE == 2, "a handler must not take a lock");

static const int signals[] = {SIGINT, SIGTERM, SIGHUP};
#define SIGNALS (sizeof(signals) / sizeof(signals[0]))

static struct cancel *caught;
static volatile sig_atomic_t asked;

void stop_now(struct cancel *cancel)
{
    static const uint64_t one = 1;

    atomic_store(&cancel->flag, true);
    /* It can only fail where the eventfd is readable already. */
    ssize_t written = write(cancel->fd, &one, sizeof(one));
    (void)written;
}

static void on_signal(int number)
{
    int saved = errno; /* of whoever was interrupted */

    (void)number;
    asked = 1;
    stop_now(caught);
    errno = saved;
}

void stop_catch(struct cancel *cancel)
{
    /* The second one finds the default again, and that ends the process. */
    struct sigaction once = {.sa_handler = on_signal,
                             .sa_flags = (int)SA_RESETHAND};
    struct sigaction ignored = {.sa_handler = SIG_IGN};

    caught = cancel;
    asked = 0;
    for (size_t s = 0; s < SIGNALS; s++)
        sigaction(signals[s], &once, NULL);
    sigaction(SIGPIPE, &ignored, NULL);
}

void stop_release(void)
{
    struct sigaction standard = {.sa_handler = SIG_DFL};

    for (size_t s = 0; s < SIGNALS; s++)
        sigaction(signals[s], &standard, NULL);
}

bool stop_asked(void)
{
    return asked != 0;
}
