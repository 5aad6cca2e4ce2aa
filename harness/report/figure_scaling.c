/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Data of the scaling figures: lines of the median wall time, or of a task's
 * memory, over a sweep along one numeric axis, and where their names go.
 */
#include "figure_data.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../suite/units.h"
#include "say.h"

/* ---- what stands where ---- */

#define LABEL_GAP 0.052 /* of the axis, between two labels at the right */

/* 0 is a value of an axis of delays or sizes, which gnuplot gives a place. */
double scaling_x(enum figure_kind kind, const struct view_case *c)
{
    nsec delay = 0;
    double x = c->tasks;
    if (kind == FIGURE_SCALING_WIDTH)
        x = c->width;
    else if (kind == FIGURE_SCALING_BODY)
        x = c->body;
    else if (kind == FIGURE_SCALING_DELAY)
        x = c->delay && !parse_duration(c->delay, &delay) ? (double)delay
                                                          : (double)NAN;
    return x >= 0 ? x : (double)NAN;
}

static char *say_x(enum figure_kind kind, char *buf, double x)
{
    return kind == FIGURE_SCALING_DELAY  ? say_time(buf, x)
           : kind == FIGURE_SCALING_BODY ? say_bytes(buf, x)
                                         : say_count(buf, x);
}

static double memory_y(const struct view_entry *e)
{
    return view_measured(e) && e->inflight > 1 ? e->bytes_per_task
                                               : (double)NAN;
}

static double virtual_y(const struct view_entry *e)
{
    return isfinite(memory_y(e)) ? e->virtual_bytes / e->inflight : (double)NAN;
}

static double wall_y(const struct view_entry *e)
{
    if (view_measured(e))
        return e->wall.median;
    return e->computed ? e->ideal : (double)NAN;
}

static double no_y(const struct view_entry *e)
{
    (void)e;
    return (double)NAN;
}

/* What the lines are of: a thick one, and a thin one of the same colour. */
struct quantity {
    double (*y)(const struct view_entry *e), (*thin)(const struct view_entry *);
    char *(*say)(char *buf, double value);
    bool ideal;
};

static const struct quantity wall_time = {wall_y, no_y, say_time, true},
                             memory = {memory_y, virtual_y, say_bytes, false};

/* The least time at that number of tasks and width; NAN: nothing to wait. */
static double scaling_ideal(const struct figure *figure,
                            const struct view_case *c)
{
    double least = c->ideal, best = INFINITY;
    for (size_t i = 0; i < c->count; i++)
        best = fmin(best, c->entries[i].ideal);
    if (figure->kind != FIGURE_SCALING_TASKS && isfinite(best))
        least = best;
    return least > 0 ? least : (double)NAN;
}

/* ---- series ---- */

/* The series of that label, made if there is room; NULL if there is none. */
static struct series *series_of(struct series *series, size_t *count,
                                const char *label)
{
    for (size_t k = 0; k < *count; k++)
        if (strcmp(series[k].label, label) == 0)
            return &series[k];
    if (*count == SERIES_MAX)
        return NULL;
    series[*count] = (struct series){.label = label, .x = -INFINITY};
    return &series[(*count)++];
}

/* Every label that any of the cases has a point for, once, in order of
 * appearance, with its last point. */
static size_t series_find(const struct figure *figure, const struct quantity *q,
                          double (*y)(const struct view_entry *),
                          struct series *series)
{
    size_t count = 0;
    double end = 0;
    for (size_t p = 0; figure->cases[p]; p++) {
        const struct view_case *c = figure->cases[p];
        double x = scaling_x(figure->kind, c);
        end = fmax(end, x);
        for (size_t i = 0; i < c->count; i++) {
            const struct view_entry *e = &c->entries[i];
            struct series *s =
                isfinite(y(e)) ? series_of(series, &count, e->label) : NULL;
            if (!s || x < s->x)
                continue;
            s->last = e;
            s->x = x;
            s->y = y(e);
            s->say = q->say;
            s->note = y == virtual_y  ? " virtual"
                      : e->unverified ? " unverified"
                                      : "";
        }
    }
    for (size_t k = 0; k < count; k++)
        if (series[k].x < end)
            say_x(figure->kind, series[k].ends_at, series[k].x);
    return count;
}

static int by_place(const void *a, const void *b)
{
    double x = ((const struct series *)a)->place;
    double y = ((const struct series *)b)->place;
    return (x > y) - (x < y);
}

/* Where labels go: as near to their lines' ends as they can without touching
 * each other or leaving the axis. */
static void series_spread(struct series *series, size_t count,
                          const struct extent *extent)
{
    double span = log(extent->high / extent->low), ceiling = 1;
    for (size_t k = 0; k < count; k++)
        series[k].place =
            series[k].y > 0 ? log(series[k].y / extent->low) / span : 0;
    qsort(series, count, sizeof(*series), by_place);
    for (int pass = 0; pass < 60; pass++)
        for (size_t k = 1; k < count; k++) {
            double lack = LABEL_GAP - (series[k].place - series[k - 1].place);
            if (lack > 0) {
                series[k].place += lack / 2;
                series[k - 1].place -= lack / 2;
            }
        }
    for (size_t k = count; k-- > 0; ceiling = series[k].place - LABEL_GAP)
        series[k].place = fmin(series[k].place, ceiling);
    for (size_t k = 0; k < count; k++)
        series[k].place = fmax(series[k].place, LABEL_GAP * (double)k);
}

static void scaling_points(FILE *out, const struct figure *figure,
                           const struct quantity *q, const char *label)
{
    for (size_t p = 0; figure->cases[p]; p++) {
        const struct view_case *c = figure->cases[p];
        const struct view_entry *e = view_label(c, label);
        if (!e || !isfinite(q->y(e)))
            continue;
        cell_first(out, label, 24);
        cell_text(out, e->strategy, 40);
        cell_number(out, e->variant);
        cell_number(out, scaling_x(figure->kind, c));
        cell_number(out, q->y(e));
        cell_number(out, q->thin(e));
        cell_number(out, !view_measured(e));
        fputc('\n', out);
    }
}

static void series_label(FILE *out, const struct series *s,
                         const struct extent *extent)
{
    char value[SAY_BYTES], text[256];
    double y = extent->low * pow(extent->high / extent->low, s->place);
    snprintf(text, sizeof(text), "%.40s  %s%s%s%s%s", s->label,
             s->say ? s->say(value, s->y) : say_time(value, s->y),
             s->note ? s->note : "",
             s->last && !view_measured(s->last) ? " computed" : "",
             *s->ends_at ? " at " : "", s->ends_at);
    cell_first(out, text, 60);
    cell_text(out, s->last ? s->last->strategy : s->label, 40);
    cell_number(out, s->x);
    cell_number(out, s->y);
    cell_number(out, y);
    fputc('\n', out);
}

void series_labels(FILE *out, struct series *series, size_t count,
                   const struct extent *extent)
{
    series_spread(series, count, extent);
    fputs("# text strategy x y label_y\n", out);
    for (size_t k = 0; k < count; k++)
        series_label(out, &series[k], extent);
}

/* ---- the figure ---- */

/* Whether the case has a point at all: of one task no memory is known. */
static bool has_point(const struct view_case *c, const struct quantity *q)
{
    for (size_t i = 0; i < c->count; i++)
        if (isfinite(q->y(&c->entries[i])) || isfinite(q->thin(&c->entries[i])))
            return true;
    return false;
}

/* The axis to the right; *zero: whether 0 is on it too, which a logarithmic
 * one has no place for. */
static struct extent scaling_across(const struct figure *figure,
                                    const struct quantity *q, bool *zero)
{
    struct extent across = extent_nowhere;
    *zero = false;
    for (size_t p = 0; figure->cases[p]; p++) {
        double x = scaling_x(figure->kind, figure->cases[p]);
        if (!has_point(figure->cases[p], q))
            continue;
        *zero = *zero || x == 0;
        extend(&across, x);
    }
    return across;
}

static bool any_nothing(const struct figure *figure, const struct quantity *q)
{
    for (size_t p = 0; figure->cases[p]; p++)
        for (size_t i = 0; i < figure->cases[p]->count; i++)
            if (q->y(&figure->cases[p]->entries[i]) == 0 ||
                q->thin(&figure->cases[p]->entries[i]) == 0)
                return true;
    return false;
}

static struct extent scaling_extent(const struct figure *figure,
                                    const struct quantity *q)
{
    struct extent y = extent_nowhere;
    for (size_t p = 0; figure->cases[p]; p++) {
        const struct view_case *c = figure->cases[p];
        if (q->ideal)
            extend(&y, scaling_ideal(figure, c));
        for (size_t i = 0; i < c->count; i++) {
            extend(&y, q->y(&c->entries[i]));
            extend(&y, q->thin(&c->entries[i]));
        }
    }
    y.low /= 1.3;
    y.high *= 1.3;
    return y;
}

/* The lines' names, and the ideal's, in a copy: sorting would change which
 * line lies on top. */
static void scaling_labels(FILE *out, const struct figure *figure,
                           const struct quantity *q, const struct extent *y)
{
    struct series labels[2 * SERIES_MAX + 1];
    struct series ideal = {.label = "ideal", .x = -INFINITY};
    size_t count = series_find(figure, q, q->y, labels);
    count += series_find(figure, q, q->thin, labels + count);
    for (size_t p = 0; figure->cases[p]; p++)
        if (scaling_x(figure->kind, figure->cases[p]) > ideal.x) {
            ideal.x = scaling_x(figure->kind, figure->cases[p]);
            ideal.y = scaling_ideal(figure, figure->cases[p]);
        }
    if (q->ideal && ideal.y > 0)
        labels[count++] = ideal;
    cell_block_end(out);
    series_labels(out, labels, count, y);
}

static void scaling_head(FILE *out, const struct figure *figure,
                         const struct quantity *q, const struct extent *x,
                         bool zero, const struct extent *y)
{
    fputs("# title x_low x_high y_low y_high x_zero y_zero\n", out);
    cell_first(out, figure->title, 90);
    cell_number(out, x->low);
    cell_number(out, x->high);
    cell_number(out, y->low);
    cell_number(out, y->high);
    cell_number(out, zero);
    cell_number(out, any_nothing(figure, q));
    fputs("\n\n\n# x ideal\n", out);
    for (size_t p = 0; figure->cases[p]; p++) {
        const struct view_case *c = figure->cases[p];
        if (!has_point(c, q))
            continue;
        fprintf(out, "%.9g", scaling_x(figure->kind, c));
        cell_number(out, q->ideal ? scaling_ideal(figure, c) : (double)NAN);
        fputc('\n', out);
    }
}

static bool quantity_data(FILE *out, const struct figure *figure,
                          const struct quantity *q)
{
    struct series series[SERIES_MAX];
    bool zero;
    size_t count = series_find(figure, q, q->y, series);
    struct extent x = scaling_across(figure, q, &zero);
    struct extent y = scaling_extent(figure, q);
    if (count == 0 || y.low > y.high || x.low > x.high ||
        (x.low == x.high && !zero))
        return false;
    scaling_head(out, figure, q, &x, zero, &y);
    scaling_labels(out, figure, q, &y);
    for (size_t k = 0; k < count; k++) {
        cell_block_end(out);
        fputs("# label strategy variant x y thin computed\n", out);
        scaling_points(out, figure, q, series[k].label);
    }
    return true;
}

bool scaling_data(FILE *out, const struct figure *figure,
                  const struct records *records)
{
    (void)records;
    return quantity_data(out, figure, &wall_time);
}

bool scaling_memory_data(FILE *out, const struct figure *figure,
                         const struct records *records)
{
    (void)records;
    return quantity_data(out, figure, &memory);
}
