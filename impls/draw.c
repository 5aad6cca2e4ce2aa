/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Draws: how long a task waits, and when it is due, from the seed and its
 * number. No state: any draw can be had without those before it.
 */
#include "task.h"

#include <math.h>

/* ---- durations ---- */

/* SplitMix64 (Steele, Lea, Flood 2014): one well-mixed word for each input,
 * so that any task's draw can be had without drawing those before it. */
static uint64_t mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/* Uniform in (0, 1]: a logarithm of it is finite. */
static double draw(uint64_t seed, uint64_t stream, uint32_t i)
{
    uint64_t word = mix(mix(seed ^ mix(stream)) + i);

    return ((double)(word >> 11) + 1.0) * 0x1.0p-53;
}

static double duration_draw(const struct duration *d, uint64_t seed,
                            uint64_t stream, uint32_t i)
{
    double u = draw(seed, stream, i);

    switch (d->kind) {
    case DURATION_UNIFORM:
        return (double)d->low + u * (double)(d->high - d->low);
    case DURATION_EXPONENTIAL:
        return -log(u) * (double)d->low;
    case DURATION_LOGNORMAL: {
        /* Box and Muller (1958). */
        double v = draw(seed, stream + 1, i);
        double normal = sqrt(-2 * log(u)) * cos(2 * M_PI * v);
        return (double)d->low * exp(d->sigma * normal);
    }
    case DURATION_LIST:
        break;
    }
    return 0;
}

nsec step_delay(const struct batch *batch, const struct step *step, uint32_t i)
{
    const struct duration *d = &step->delay;

    if (d->kind == DURATION_LIST)
        return d->count ? d->list[i % d->count] : 0;
    /* Two streams a step: a lognormal draws twice. */
    uint64_t stream = 2 * (uint64_t)(step - batch->steps);
    double ns = duration_draw(d, batch->seed, stream, i);
    return (nsec)llround(ns / (double)NSEC_PER_USEC) * NSEC_PER_USEC;
}

/* ---- arrivals ---- */

/* Far from the streams of steps, of which there are few. */
#define ARRIVAL_STREAM (UINT64_MAX / 2)

void rate_draw(const struct rate *rate, uint64_t seed, nsec *due,
               uint32_t count)
{
    double gap = (double)NSEC_PER_SEC / rate->per_second;
    double now = 0;

    /* The first comes at once: nobody gains from an empty beginning. */
    for (uint32_t i = 0; i < count; i++) {
        due[i] = (nsec)llround(now);
        now += rate->poisson ? -log(draw(seed, ARRIVAL_STREAM, i)) * gap : gap;
    }
}
