/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Candidates for a load. See candidates.h. What samples cost is a guess
 * (run/cost.h): it only decides what is tried first, never what is said.
 */
#include "candidates.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../run/cost.h"
#include "../run/fit.h"

#define WIDTH_MOST 1000

/* A warm-up and the least rounds for an interval; samples of one strategy more
 * that calibration takes. */
#define SAMPLES_FULL (1 + ROUNDS_AUTO_LEAST)
#define SAMPLES_MIN  2
#define CALIBRATING  CALIBRATION_SHARES

#define NEAR 3 /* times the cheapest: may yet be the fastest */

/* ---- who ---- */

/* How wide a pool is, of strategies that are pools. */
enum pool { POOL_OWN, POOL_FITTING };

/* The likeliest answer first. Left away are those that overlap nothing
 * (await_in_loop, blocking_in_loop) or burn a core (polling_loop). */
static const struct kind {
    const char *name;
    enum pool pool;
    unsigned only; /* where the case has one of these steps; 0: always */
} kinds[] = {
    {"libev_loop", POOL_OWN, 0},
    {"thread_pool", POOL_FITTING, 0},
    {"coroutine", POOL_OWN, 0},
    {"thread_per_task", POOL_OWN, 0},
    {"thread_pool", POOL_OWN, 0},
    {"multi_loop", POOL_OWN, 0},
    {"sequential", POOL_OWN, 0},
    {"process_pool", POOL_OWN, STEP_BIT(STEP_CPU)},
    {"executor", POOL_FITTING, 0},
    {"executor", POOL_OWN, 0},
    {"io_uring", POOL_OWN, 0},
    {"raw_libev", POOL_OWN, STEP_BIT(STEP_FETCH)},
};
#define KINDS (sizeof(kinds) / sizeof(kinds[0]))

uint32_t candidates_width(nsec wait, nsec compute, uint32_t tasks,
                          uint32_t cores)
{
    double share = (double)wait / (double)(compute ? compute : 1);
    double width = cores * (1 + share);
    uint32_t most = tasks < WIDTH_MOST ? tasks : WIDTH_MOST;
    uint32_t digits = 1, whole;

    if (width >= most)
        return most;
    whole = (uint32_t)width;
    while (whole / digits >= 100)
        digits *= 10;
    whole = whole / digits * digits;
    return whole ? whole : 1;
}

/* What all tasks wait, one after another; an open load's due times aside. */
static nsec waiting(const struct bench_case *c, uint64_t seed)
{
    struct bench_case closed = *c;
    nsec all, work = case_computing(c, seed);

    closed.rate.per_second = 0;
    all = case_ideal(&closed, seed, 1);
    return all > work ? all - work : 0;
}

static uint32_t fitting_width(const struct bench_case *c, uint64_t seed,
                              uint32_t cores, uint64_t threads)
{
    uint32_t tasks = c->tasks ? c->tasks : 1;
    uint32_t width = candidates_width(
        waiting(c, seed) / tasks,
        case_computing(c, seed) / tasks + cost_task(c), tasks, cores);

    if (c->width && width > c->width)
        width = c->width;
    if (threads && width > threads)
        width = (uint32_t)threads;
    return width;
}

char *candidates_text(const struct bench_case *c, uint64_t seed, uint32_t cores,
                      uint64_t threads)
{
    uint32_t fitting = fitting_width(c, seed, cores, threads);
    unsigned steps = case_kinds(c);
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    for (size_t k = 0; out && k < KINDS; k++) {
        const struct strategy *s = strategy_find(kinds[k].name);

        if (!s || (kinds[k].only && !(kinds[k].only & steps)))
            continue;
        if (kinds[k].pool == POOL_FITTING &&
            fitting <= strategy_width(s, 0, c->width, c->tasks, cores))
            continue;
        fprintf(out, "%s%s", ftell(out) > 0 ? "," : "", kinds[k].name);
        if (kinds[k].pool == POOL_FITTING)
            fprintf(out, ":%u", fitting);
    }
    if (!out)
        return NULL;
    if (fclose(out) != 0) {
        free(text);
        text = NULL;
    }
    return text;
}

/* ---- what it takes ---- */

/* Whether a run would say that the machine, or the strategy, cannot do it. */
static bool cannot(const struct bench_case *c, const struct entry *entry,
                   uint32_t width, const struct limits *limits)
{
    const struct strategy *strategy = entry->strategy;
    const struct plan_entry planned = {.entry = entry, .width = width};

    if (strategy && strategy->absent && strategy->absent())
        return true;
    if (case_kinds(c) & ~entry_kinds(entry))
        return true;
    char *reason = fit_reason(c, &planned, limits);
    bool found = reason != NULL;
    free(reason);
    return found;
}

struct candidate *candidates_of(const struct bench_case *c, uint64_t seed,
                                const struct limits *limits)
{
    struct candidate *list = calloc(c->entry_count + 1, sizeof(*list));

    for (size_t e = 0; list && e < c->entry_count; e++) {
        const struct entry *entry = &c->entries[e];
        uint32_t width = entry_width(entry, c->width, c->tasks, limits->cores);
        nsec ideal = case_ideal(c, seed, width);

        list[e] = (struct candidate){.label = entry->label,
                                     .ideal = ideal,
                                     .cost = cost_guess(c, entry, width, ideal),
                                     .peer = entry->peer != NULL,
                                     .absent = cannot(c, entry, width, limits)};
    }
    return list;
}

/* ---- what fits ---- */

static bool is_measured(const struct candidate *one, nsec limit)
{
    return !one->absent && !one->left_out && one->ideal <= limit;
}

/* Of one round of those whose ideal is within `limit`; *first: what the first
 * of them costs. */
static nsec round_cost(const struct candidate *list, size_t count, nsec limit,
                       nsec *first)
{
    nsec sum = 0;

    *first = 0;
    for (size_t i = 0; i < count; i++) {
        if (!is_measured(&list[i], limit))
            continue;
        *first = *first ? *first : list[i].cost;
        sum += list[i].cost;
    }
    return sum;
}

static bool has_room(const struct candidate *list, size_t count, nsec limit,
                     nsec samples, bool calibrate, nsec time)
{
    nsec first, sum = round_cost(list, count, limit, &first);

    if (calibrate)
        sum += CALIBRATING * first;
    return sum <= time / samples;
}

/* The largest ideal up to which all have room; at least three times what the
 * cheapest costs: whose ideal is no more may yet be the fastest. */
static nsec largest(const struct candidate *list, size_t count, nsec time)
{
    nsec least = UINT64_MAX, found = 0;

    for (size_t i = 0; i < count; i++)
        if (!list[i].absent && list[i].cost < least)
            least = list[i].cost;
    for (size_t i = 0; i < count; i++)
        if (!list[i].absent && list[i].ideal > found &&
            has_room(list, count, list[i].ideal, SAMPLES_FULL, true, time))
            found = list[i].ideal;
    if (least == UINT64_MAX || found > NEAR * least)
        return found;
    return NEAR * least;
}

/* Half-way to the least ideal beyond it: samples that take longer than their
 * ideal must have time for it. */
static nsec limit_of(const struct candidate *list, size_t count, nsec within,
                     nsec time)
{
    nsec beyond = UINT64_MAX;

    for (size_t i = 0; i < count; i++)
        if (!list[i].absent && list[i].ideal > within && list[i].ideal < beyond)
            beyond = list[i].ideal;
    return beyond == UINT64_MAX ? within + time
                                : within + (beyond - within) / 2;
}

/* Of those that would be measured, if that leaves one: the dearest; of those
 * that are alike, as far as a guess can tell, the last; of two the dearer.
 * False: there is none. */
static bool leave_out(struct candidate *list, size_t count, nsec limit)
{
    struct candidate *last = NULL;
    size_t measured = 0;
    nsec most = 0;

    for (size_t i = 0; i < count; i++) {
        measured += is_measured(&list[i], limit);
        if (is_measured(&list[i], limit) && !list[i].peer &&
            list[i].cost > most)
            most = list[i].cost;
    }
    if (measured > 2)
        most = most / 4 * 3;
    for (size_t i = 0; i < count; i++)
        if (is_measured(&list[i], limit) && !list[i].peer &&
            list[i].cost >= most)
            last = &list[i];
    if (!last || measured < 2)
        return false;
    last->left_out = true;
    return true;
}

/* Whether two are left that have room for a warm-up, and one for a round. */
static bool pair_fits(const struct candidate *list, size_t count, nsec limit,
                      nsec time)
{
    nsec sum = 0, least = UINT64_MAX;
    size_t measured = 0;

    for (size_t i = 0; i < count; i++) {
        if (!is_measured(&list[i], limit))
            continue;
        measured++;
        sum += list[i].cost;
        least = list[i].cost < least ? list[i].cost : least;
    }
    return measured == 2 && sum + least <= time;
}

bool candidates_fit(struct candidate *list, size_t count, nsec time,
                    nsec *limit)
{
    nsec within = largest(list, count, time);

    *limit = limit_of(list, count, within, time);
    while (!has_room(list, count, within, SAMPLES_MIN, false, time) &&
           !pair_fits(list, count, within, time))
        if (!leave_out(list, count, within))
            return false;
    return true;
}
