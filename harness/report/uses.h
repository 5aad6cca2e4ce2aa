/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * "Use this when": neighbouring cells of the maps in which the same strategy
 * may be used, merged into ranges, and what it gains and costs there. All of it
 * is the run's data.
 *
 * In a cell any strategy may be used that shares the first place and costs no
 * more than the others that do (price.h). A range is a rectangle of measured
 * cells in which one may be used everywhere that the map names in more than
 * half of them, and which is named here too: the largest first, then the
 * largest of what is left. So a row never says what most of its cells do not.
 */
#ifndef CONCUR_USES_H
#define CONCUR_USES_H

#include "document.h"
#include "figures.h"
#include "map.h"

/* Of several cells; NAN where no cell has it. */
struct least_most {
    double least, most;
};

/* One that cannot be told from what is used, in so many cells. */
struct use_tie {
    const char *label;
    size_t cells;
};

#define USE_TIES_MAX 16

struct use {
    const struct map *map;
    size_t from[2], to[2]; /* places on the axes, both included */
    const char *label;
    size_t named;       /* in how many cells the map names it first, of … */
    size_t cells, tied; /* … how many, and in how many it shares the place … */
    size_t alone;       /* … and in how many nobody else was measured */
    size_t practical; /* it shares the place by MAP_PRACTICAL only */
    struct use_tie ties[USE_TIES_MAX]; /* the most frequent first */
    size_t tie_count;
    struct least_most next; /* how many times the fastest the next one takes */
    struct least_most sure; /* … the ends of its interval */
    const char *next_label; /* NULL: not the same everywhere */
    struct least_most
        next_inflight;      /* the most tasks that it had in flight … */
    bool flights_differ;    /* … in some cell not as many as what is used */
    bool ranges;            /* no interval in some cell: too few rounds */
    struct least_most gain; /* … as long as `sequential` takes */
    size_t computed;        /* its time is an ideal, in so many cells */
    struct least_most cpu, memory; /* a task, a task in flight */
    struct least_most threads, processes, inflight; /* the most at once */
};

struct uses {
    struct use *list;
    size_t count;
};

/* Of all maps, in their order; within a map by the place on its axes. False: no
 * memory. The maps must outlive them. */
bool uses_open(struct uses *uses, const struct maps *maps);
void uses_close(struct uses *uses);

/* The load in words, without the section's name: "8 to 64 tasks, delay 10 ms".
 * Into `buf`. */
char *use_load(char *buf, size_t size, const struct use *use);

/* "maps" and "uses" as docs/results.md has them, into the summary that the view
 * is of. False: no memory. */
bool uses_put(json_t *summary, const struct view *view);

/* The chapter, whose place is "uses", with its figures. Nothing where the run
 * has no sweep. */
void uses_write(struct doc *doc, const struct view *view,
                const struct figures *figures);

#endif
