/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the writers of figures' data share: cells, axes, labels. Blocks are of
 * tab-separated rows, two empty lines between them, each begun by a comment
 * that names its columns; numbers are nanoseconds and bytes, NaN where they
 * are not known.
 */
#ifndef CONCUR_FIGURE_DATA_H
#define CONCUR_FIGURE_DATA_H

#include "figures.h"
#include "say.h"

/* A text as the first cell of a row, or after a tab: without tabs, line ends
 * and quotes, cut off with "…" after `most` characters. */
void cell_first(FILE *out, const char *text, size_t most);
void cell_text(FILE *out, const char *text, size_t most);
void cell_label(FILE *out, const struct view_entry *e); /* its name */
void cell_number(FILE *out, double value);

/* How an entry is drawn: ok, failed, computed, absent. */
const char *cell_state(const struct view_entry *e);

/* "absent: reason", without what follows a semicolon or a parenthesis there:
 * the tables have it all. "" for a measured one. */
void cell_reason(FILE *out, const struct view_entry *e, size_t most);
void cell_block_end(FILE *out);

/* From the least to the greatest of what an axis shows. */
struct extent {
    double low, high;
};

extern const struct extent extent_nowhere;

/* Makes room for a value. What a logarithmic axis cannot hold is left out. */
void extend(struct extent *extent, double value);

/* ---- labels at the right ends of lines (figure_scaling.c) ---- */

#define SERIES_MAX 32

struct series {
    const struct view_entry *last; /* of the last point; NULL: the ideal */
    const char *label;
    double x, y; /* of the last point, measured or computed */
    char *(*say)(char *buf, double y); /* NULL: a time */
    const char *note;                  /* after the value, or NULL */
    double place;            /* where its label goes, 0 bottom to 1 top */
    char ends_at[SAY_BYTES]; /* the last point's x if others go on, or "" */
};

/* A row each, "text strategy x y label_y", as near to their lines' ends on a
 * logarithmic axis as they can without touching each other. Sorts them. */
void series_labels(FILE *out, struct series *series, size_t count,
                   const struct extent *extent);

/* ---- one writer a kind; false: there is nothing to draw ---- */

typedef bool figure_writer(FILE *out, const struct figure *figure,
                           const struct records *records);
figure_writer overview_data, timeline_data, scaling_data, scaling_memory_data,
    memory_data, cpu_data, latency_data, open_load_data, samples_data,
    fits_data, calibration_data, map_data, growth_data;

/* Where a case stands on a scaling figure's axis; NAN: nowhere. */
double scaling_x(enum figure_kind kind, const struct view_case *c);

#endif
