/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The order of a round, drawn with SplitMix64 (Steele, Lea and Flood, OOPSLA
 * 2014): good from any seed, which a hash of four things is. Not for
 * cryptography.
 */
#include "order.h"

static uint64_t next(uint64_t *state)
{
    uint64_t z = *state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

/* Evenly in 0 … limit - 1: the uneven rest of the range is drawn again. */
static size_t below(uint64_t *state, size_t limit)
{
    uint64_t rest = (0 - (uint64_t)limit) % limit;
    uint64_t drawn;

    do
        drawn = next(state);
    while (drawn < rest);
    return (size_t)(drawn % limit);
}

static uint64_t mix(uint64_t state, uint64_t with)
{
    state ^= with;
    return next(&state);
}

void order_of_round(size_t *order, size_t count, uint64_t seed,
                    const char *case_name, uint32_t round, uint32_t attempt)
{
    uint64_t state = mix(mix(seed, round), attempt);

    for (; *case_name; case_name++)
        state = mix(state, (unsigned char)*case_name);
    for (size_t i = 0; i < count; i++)
        order[i] = i;
    for (size_t i = count; i > 1; i--) {
        size_t other = below(&state, i);
        size_t kept = order[i - 1];

        order[i - 1] = order[other];
        order[other] = kept;
    }
}
