/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Maps: the cases of a section laid out by the two axes that are swept in it,
 * or in a row where there is one, and who is fastest in each. Strategies in C
 * only: peers are in the tables. Wall times only: an open load, whose rate
 * decides them, and cases that a probe holds up have no map.
 *
 * Where tasks fetch, some strategies can do so from the own origin only. A map
 * is of those that fetch any URL; a second one has the others too, where that
 * makes a difference.
 */
#ifndef CONCUR_MAP_H
#define CONCUR_MAP_H

#include "verdict.h"
#include "view.h"

#define MAP_SIDE_MAX 32 /* values of an axis; more are left out */

/* Less than this is no reason to do otherwise than in the loads beside it:
 * where both neighbours on the first axis name one that takes at most so many
 * times as long as the fastest, and costs no more than who would be named, it
 * stands in between too. It and all before it share the first place there,
 * although they are told apart. */
#define MAP_PRACTICAL 1.05

struct map_cell {
    const struct view_case *c; /* NULL: the suite has no such case */
    /* The candidates. Those that share the first place come first, of these the
     * one to name, then those that cost no more (price.h); then the rest,
     * fastest first. */
    const struct view_entry **list;
    size_t count, tied, alike; /* alike: that cost no more, itself included */
    const struct view_entry *fastest; /* one of those in first place */
    bool practical; /* told apart, but by less than MAP_PRACTICAL */
};

struct map {
    size_t section;      /* of the view */
    char name[160];      /* the section, and what else is held fixed */
    bool own;            /* those for the own origin only are candidates too */
    bool apart;          /* … and there are such in this section */
    const json_t *fixed; /* axes that are not laid out, with their values */
    const char *axes[2]; /* to the right, upwards; the second may be NULL */
    const char *values[2][MAP_SIDE_MAX]; /* as the suite has them, ascending */
    size_t sizes[2];        /* the second is 1 where there is one axis */
    bool ordered[2];        /* the values are quantities */
    struct map_cell *cells; /* sizes[0] a row */
};

struct maps {
    struct map *list;
    size_t count;
};

/* Of every section with an axis, in which a difference could be seen somewhere:
 * two candidates in one cell. False: no memory. The view must outlive them. */
bool maps_open(struct maps *maps, const struct view *view);
void maps_close(struct maps *maps);

const struct map_cell *map_at(const struct map *map, size_t x, size_t y);

/* Whether it is worth a picture: two axes, and two values of each at which
 * somebody was measured. */
bool map_is_drawn(const struct map *map);

/* The fastest of the cell's candidates that are not in first place, which can
 * be told from the fastest of all; NULL: there is none. */
const struct view_entry *map_next(const struct map_cell *cell);

/* How many times as long as the fastest, not as the one to name, it takes: in
 * paired rounds, or by the medians where they share none. All NAN where there
 * is no next one, `lo` and `hi` where rounds are too few. */
struct spread map_behind(const struct map_cell *cell);

/* Whether the tasks of the case fetch something. */
bool map_fetches(const struct view_case *c);

/* A value of an axis in words: "10,000", "10 ms". Into `buf`. */
char *map_value(char *buf, size_t size, const char *value);

/* What an axis is called: "number of tasks". */
const char *map_axis(const char *key);

#endif
