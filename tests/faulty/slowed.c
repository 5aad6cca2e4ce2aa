/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * libev_loop with known work added: when its batch is done it computes for
 * CONCUR_SLOWED percent of the wall time that the batch took. Without the
 * variable it is libev_loop under another name. For seeing whether comparing
 * finds what is known to be there.
 */
#include <stdlib.h>
#include <time.h>

#include "../../impls/strategy.h"

extern const struct strategy libev_loop;

static nsec opening; /* what open took */

static nsec clock_now(clockid_t clock)
{
    struct timespec now = {0, 0};

    clock_gettime(clock, &now);
    return (nsec)now.tv_sec * 1000000000 + (nsec)now.tv_nsec;
}

static nsec share(nsec took)
{
    const char *percent = getenv("CONCUR_SLOWED");

    return percent ? (nsec)((double)took * strtod(percent, NULL) / 100) : 0;
}

static int slowed_open(struct batch *batch, void **self)
{
    nsec begun = clock_now(CLOCK_MONOTONIC);
    int error = libev_loop.open(batch, self);

    opening = clock_now(CLOCK_MONOTONIC) - begun;
    return error;
}

static int slowed_run(void *self, struct batch *batch)
{
    nsec begun = clock_now(CLOCK_MONOTONIC);
    int error = libev_loop.run(self, batch);
    nsec took = clock_now(CLOCK_MONOTONIC) - begun + opening;
    nsec end = clock_now(CLOCK_THREAD_CPUTIME_ID) + share(took);

    opening = 0; /* once, also where there are more phases */
    while (clock_now(CLOCK_THREAD_CPUTIME_ID) < end)
        continue;
    return error;
}

static void slowed_close(void *self)
{
    libev_loop.close(self);
}

const struct strategy slowed = {
    .name = "slowed",
    .gist = "libev_loop with known work added",
    .width = WIDTH_BATCH,
    .kinds = STEP_BIT(STEP_SLEEP) | STEP_BIT(STEP_FETCH),
    .open = slowed_open,
    .run = slowed_run,
    .close = slowed_close,
};
