/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The figures of a run: which ones there are, their data, and gnuplot.
 *
 * Each figure is plots/STEM.svg, drawn by the gnuplot file of its kind from
 * plots/STEM.tsv, which is written here from the results.
 */
#ifndef CONCUR_FIGURES_H
#define CONCUR_FIGURES_H

#include "map.h"
#include "records.h"

enum figure_kind {
    FIGURE_OVERVIEW,
    FIGURE_TIMELINE,
    FIGURE_ZOOM, /* the timeline's beginning */
    FIGURE_SCALING_TASKS,
    FIGURE_SCALING_WIDTH,
    FIGURE_SCALING_BODY,
    FIGURE_SCALING_DELAY,
    FIGURE_SCALING_MEMORY, /* a task's memory by the number of tasks */
    FIGURE_MEMORY,
    FIGURE_CPU,
    FIGURE_LATENCY,
    FIGURE_OPEN_LOAD, /* the latency of an open load by both clocks */
    FIGURE_SAMPLES,
    FIGURE_COSTS,       /* what one more waiting task takes */
    FIGURE_CALIBRATION, /* known slow-downs, and what was measured of them */
    FIGURE_MAP,         /* who is fastest, by two axes */
    FIGURE_GROWTH,      /* exponents of what tasks add */
    FIGURE_KINDS,
};

struct figure {
    enum figure_kind kind;
    size_t section; /* of the view; SIZE_MAX: the whole run */
    char stem[128]; /* of the file's name: `overview-fetch` */
    char title[256];
    const struct view_case **cases; /* NULL at the end */
    const json_t *costs;  /* of the summary, where the figure is of these … */
    const json_t *growth; /* … likewise */
    const struct map *map[2]; /* … of these; the second may be NULL */
    bool made;
};

struct figures {
    struct maps maps;
    struct figure *list;
    size_t count;
    char trouble[480]; /* why some are missing, or "" */
};

/* Plans, writes the data into `dir`/plots and draws; older figures there are
 * removed. A figure that could not be drawn is not `made`; `trouble` then says
 * why. -1 and one line in `error` only where the folder cannot be written. */
int figures_make(struct figures *figures, const char *dir,
                 const struct view *view, const struct records *records,
                 char *error, size_t error_size);
void figures_clear(struct figures *figures);

/* Whether it shows a sweep along one axis. */
bool figure_is_scaling(enum figure_kind kind);

/* What such a figure shows, in a sentence or two. */
const char *figure_caption(enum figure_kind kind);

/* ---- between figures.c and figure_kinds.c ---- */

struct kind_of_figure {
    const char *script; /* of plots/ */
    const char *stem;   /* the file's name begins so */
    const char *title, *caption;
};

extern const struct kind_of_figure figure_kinds[FIGURE_KINDS];

/* ---- between figures.c and figure_data.c ---- */

/* Writes the blocks that the figure's gnuplot file reads. False: there is
 * nothing to draw. */
bool figure_data(FILE *out, const struct figure *figure,
                 const struct records *records);

/* ---- between figures.c and gnuplot.c ---- */

struct drawing {
    char script[4096], data[4096], out[4096];
    char why[200]; /* the last that gnuplot said, where it is not drawn */
    bool drawn;
};

/* Draws them, two at a time. False: gnuplot is not there. */
bool gnuplot_draw(struct drawing *drawings, size_t count);

#endif
