/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who costs least. See price.h. Knows no strategy by its name, only its place
 * in the list.
 */
#include "price.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../impls/list.h"

#define WIDTHS 64 /* of one strategy in a case; more count as the last */

/* A peer is in no list, and comes last. */
static size_t place_of(const struct view_entry *e)
{
    size_t place = 0, variant = e->variant;

    while (strategies[place] &&
           strcmp(strategies[place]->name, e->strategy) != 0)
        place++;
    return place * WIDTHS + (variant < WIDTHS ? variant : WIDTHS - 1);
}

struct price price_of(const struct view_entry *e)
{
    double more = e->processes > 0 ? e->processes : 0;

    return (struct price){.of = e,
                          .cpu = e->cpu,
                          .memory = e->rss,
                          .workers = e->threads + more,
                          .summed = more > 0,
                          .time = view_ranked(e)->median,
                          .place = place_of(e)};
}

/* ---- the costs, in the order in which they count ---- */

static double cpu_of(const struct price *p)
{
    return p->cpu;
}

static double memory_of(const struct price *p)
{
    return p->memory;
}

static double workers_of(const struct price *p)
{
    return p->workers;
}

static double time_of(const struct price *p)
{
    return p->time;
}

static bool any_two(const struct price *a, const struct price *b)
{
    (void)a;
    (void)b;
    return true;
}

static bool read_alike(const struct price *a, const struct price *b)
{
    return a->summed == b->summed;
}

static const struct cost {
    double (*value)(const struct price *p);
    bool (*comparable)(const struct price *a, const struct price *b);
    double alike; /* so many times the least is no more */
} costs[] = {
    {cpu_of, any_two, PRICE_ALIKE},
    {memory_of, read_alike, PRICE_ALIKE},
    {workers_of, any_two, PRICE_ALIKE},
    {time_of, any_two, PRICE_NEAR},
};
#define COSTS (sizeof(costs) / sizeof(*costs))

static double told(double value)
{
    return isfinite(value) ? value : INFINITY;
}

static bool is_dear(const struct cost *cost, const struct price *list,
                    size_t count, const struct price *p)
{
    double least = INFINITY;

    for (size_t i = 0; i < count; i++)
        if (cost->comparable(p, &list[i]))
            least = fmin(least, told(cost->value(&list[i])));
    return told(cost->value(p)) > cost->alike * least;
}

/* ---- the order ---- */

static void move(struct price *list, size_t from, size_t to)
{
    struct price p = list[from];

    for (; from < to; from++)
        list[from] = list[from + 1];
    for (; from > to; from--)
        list[from] = list[from - 1];
    list[to] = p;
}

/* Those that are dear go behind the others; returns how many these are. */
static size_t drop(const struct cost *cost, struct price *list, size_t count)
{
    size_t left = 0;

    /* Whoever moves back is not the least, so that this stays in front. */
    for (size_t i = 0; i < count; i++)
        if (!is_dear(cost, list, count, &list[i]))
            move(list, i, left++);
    return left;
}

/* Puts the one to name first, then those that cost no more, whose number it
 * returns, then the others. */
static size_t name_first(struct price *list, size_t count)
{
    size_t left = count, first = 0;

    for (size_t c = 0; c < COSTS; c++)
        left = drop(&costs[c], list, left);
    for (size_t i = 1; i < left; i++)
        if (list[i].place < list[first].place)
            first = i;
    if (left)
        move(list, first, 0);
    return left;
}

size_t prices_order(struct price *list, size_t count)
{
    size_t left = name_first(list, count);

    for (size_t i = 1; i < left; i++)
        name_first(list + i, left - i);
    for (size_t i = left; i < count; i++)
        name_first(list + i, count - i);
    return left;
}

size_t price_order(const struct view_entry **list, size_t count)
{
    struct price *prices = calloc(count + 1, sizeof(*prices));
    size_t left = 0;

    if (!prices)
        return 0;
    for (size_t i = 0; i < count; i++)
        prices[i] = price_of(list[i]);
    left = prices_order(prices, count);
    for (size_t i = 0; i < count; i++)
        list[i] = prices[i].of;
    free(prices);
    return left;
}
