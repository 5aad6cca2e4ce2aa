/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The data of each kind of figure: blocks of tab-separated rows, two empty
 * lines between blocks, each begun by a comment that names its columns.
 * Numbers are in nanoseconds and bytes; what is not known is NaN. Selecting
 * and naming is done here; gnuplot only draws.
 */
#include "figures.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"

#define LANES_MAX 72 /* as many as a panel has pixels */

/* ---- cells ---- */

/* A text: no tab, no line's end, no quote; at most `most` characters. */
static void text_cell(FILE *out, const char *text, size_t most)
{
    size_t shown = 0;
    for (const char *p = text ? text : ""; *p; p++) {
        bool continues = ((unsigned char)*p & 0xc0) == 0x80;
        if (!continues && ++shown > most) {
            fputs("…", out);
            return;
        }
        fputc((unsigned char)*p < ' ' ? ' ' : *p == '"' ? '\'' : *p, out);
    }
}

static void texts(FILE *out, const char *text, size_t most)
{
    fputc('\t', out);
    text_cell(out, text, most);
}

static void number(FILE *out, double value)
{
    if (isfinite(value))
        fprintf(out, "\t%.9g", value);
    else
        fputs("\tNaN", out);
}

static void block_end(FILE *out)
{
    fputs("\n\n", out);
}

/* How an entry is drawn. */
static const char *state(const struct view_entry *e)
{
    if (view_measured(e))
        return "ok";
    if (e->status == VIEW_FAILED)
        return "failed";
    return e->computed ? "computed" : "absent";
}

/* "absent: reason", at most so many characters; "" for a measured one. */
static void reason_cell(FILE *out, const struct view_entry *e, size_t most)
{
    char text[512] = "";
    if (!view_measured(e))
        snprintf(text, sizeof(text), "%s: %s",
                 e->status == VIEW_FAILED ? "failed" : "absent",
                 e->reason ? e->reason : "no sample");
    texts(out, text, most);
}

/* ---- extent of an axis ---- */

struct extent {
    double low, high;
};

static const struct extent nowhere = {INFINITY, -INFINITY};

/* Points that a logarithmic axis cannot hold are left out. */
static void extend(struct extent *extent, double value)
{
    if (!isfinite(value) || value <= 0)
        return;
    extent->low = fmin(extent->low, value);
    extent->high = fmax(extent->high, value);
}

static bool is_wide(const struct extent *extent, double ratio)
{
    return extent->high / extent->low > ratio;
}

/* ---- overview ---- */

static struct extent wall_extent(const struct view_case *c)
{
    struct extent extent = nowhere;
    extend(&extent, c->ideal);
    for (size_t i = 0; i < c->count; i++) {
        const struct view_entry *e = &c->entries[i];
        if (e->computed || view_measured(e))
            extend(&extent, e->ideal);
        if (!view_measured(e))
            continue;
        extend(&extent, e->wall.min);
        extend(&extent, e->wall.max);
    }
    return extent;
}

static void overview_panel(FILE *out, const struct view_case *c, size_t panel)
{
    struct extent extent = wall_extent(c);
    char ideal[SAY_BYTES], about[256], text[320];
    snprintf(text, sizeof(text), "ideal %s", say_time(ideal, c->ideal));
    fprintf(out, "%zu", panel);
    texts(out, c->name, 60);
    texts(out, say_case(about, sizeof(about), c), 80);
    number(out, is_wide(&extent, 4));
    number(out, extent.low);
    number(out, extent.high);
    number(out, c->ideal > 0 ? c->ideal : (double)NAN);
    texts(out, text, 40);
    number(out, (double)c->count);
    texts(out, c->base ? c->base->label : "", 40);
    fputc('\n', out);
}

static void overview_row(FILE *out, const struct view_case *c, size_t panel,
                         size_t row)
{
    const struct view_entry *e = &c->entries[row];
    char wall[SAY_BYTES] = "", ratio[SAY_BYTES] = "";
    if (view_measured(e)) {
        say_time(wall, e->wall.median);
        if (e == c->base)
            strcpy(ratio, "baseline");
        else if (isfinite(e->speedup.median))
            say_ratio(ratio, e->speedup.median);
    } else if (e->computed) {
        say_time(wall, e->ideal);
        strcpy(ratio, "computed");
    }
    fprintf(out, "%zu\t%zu", panel, row + 1);
    texts(out, e->label, 24);
    texts(out, e->strategy, 40);
    number(out, e->variant);
    texts(out, state(e), 10);
    number(out, e->ideal > 0 ? e->ideal : (double)NAN);
    number(out, view_measured(e) ? e->wall.median : (double)NAN);
    number(out, e->wall.lo);
    number(out, e->wall.hi);
    texts(out, wall, 20);
    texts(out, ratio, 20);
    reason_cell(out, e, 72);
    fputc('\n', out);
}

static void overview_point(FILE *out, const struct wall *wall,
                           const struct view_entry *e, size_t panel, size_t row)
{
    if (wall->warmup)
        return;
    fprintf(out, "%zu\t%zu", panel + 1, row + 1);
    number(out, wall->ns);
    texts(out, e->strategy, 40);
    fputc('\n', out);
}

static bool overview_data(FILE *out, const struct figure *figure,
                          const struct records *records)
{
    fputs("# panel case about log low high ideal ideal_text rows baseline\n",
          out);
    bool any = false;
    for (size_t p = 0; figure->cases[p]; p++) {
        overview_panel(out, figure->cases[p], p + 1);
        any = any || isfinite(wall_extent(figure->cases[p]).low);
    }
    block_end(out);
    fputs("# panel row label strategy variant state ideal median lo hi wall "
          "speedup reason\n",
          out);
    for (size_t p = 0; figure->cases[p]; p++)
        for (size_t i = 0; i < figure->cases[p]->count; i++)
            overview_row(out, figure->cases[p], p + 1, i);
    block_end(out);
    fputs("# panel row wall strategy\n", out);
    for (size_t p = 0; figure->cases[p]; p++) {
        const struct view_case *c = figure->cases[p];
        for (size_t i = 0; i < c->count; i++) {
            const struct record *r = records_of(records, &c->entries[i]);
            for (size_t k = 0; k < r->wall_count; k++)
                overview_point(out, &r->walls[k], &c->entries[i], p, i);
        }
    }
    return any;
}

/* ---- timeline ---- */

static double last_finish(const struct record *record)
{
    double last = 0;
    for (size_t i = 0; i < record->lane_count; i++)
        last = fmax(last, record->lanes[i].finished);
    return last;
}

/* The zoomed timeline ends where all strategies that are not many times slower
 * than the fastest have ended; 0 where there is nothing to zoom into. */
static double timeline_end(const struct figure *figure,
                           const struct records *records)
{
    const struct view_case *c = figure->cases[0];
    double least = INFINITY, most = 0, near = 0;
    for (size_t i = 0; i < c->count; i++) {
        double end = last_finish(records_of(records, &c->entries[i]));
        if (end > 0)
            least = fmin(least, end);
        most = fmax(most, end);
    }
    if (figure->kind == FIGURE_TIMELINE)
        return most;
    for (size_t i = 0; i < c->count; i++) {
        double end = last_finish(records_of(records, &c->entries[i]));
        if (end <= 5 * least)
            near = fmax(near, end);
    }
    return most > 5 * near ? near * 1.3 : 0;
}

/* How many lanes are drawn of those there are, evenly thinned. */
static size_t lanes_shown(const struct record *record)
{
    return record->lane_count < LANES_MAX ? record->lane_count : LANES_MAX;
}

static void timeline_lanes(FILE *out, const struct record *record,
                           size_t panel)
{
    size_t shown = lanes_shown(record);
    for (size_t i = 0; i < shown; i++) {
        const struct lane *l =
            &record->lanes[i * record->lane_count / shown];
        fprintf(out, "%zu\t%zu", panel, i + 1);
        number(out, l->created);
        number(out, l->started);
        number(out, l->finished);
        number(out, l->ok);
        fputc('\n', out);
    }
}

static void timeline_panel(FILE *out, const struct view_entry *e,
                           const struct record *record, size_t panel,
                           double end)
{
    char text[SAY_BYTES] = "";
    double last = last_finish(record), failed = 0;
    for (size_t i = 0; i < record->lane_count; i++)
        failed += !record->lanes[i].ok;
    if (record->lane_count)
        say_time(text, last);
    fprintf(out, "%zu", panel);
    texts(out, e->label, 24);
    texts(out, e->strategy, 40);
    number(out, (double)lanes_shown(record));
    number(out, last);
    texts(out, text, 20);
    number(out, last > end);
    number(out, failed);
    reason_cell(out, e, 90);
    fputc('\n', out);
}

static bool timeline_data(FILE *out, const struct figure *figure,
                          const struct records *records)
{
    const struct view_case *c = figure->cases[0];
    char ideal[SAY_BYTES], about[256];
    double end = timeline_end(figure, records);
    if (end <= 0)
        return false;
    fputs("# case about end ideal ideal_text tasks\n", out);
    text_cell(out, c->name, 60);
    texts(out, say_case(about, sizeof(about), c), 80);
    number(out, end);
    number(out, c->ideal > 0 ? c->ideal : (double)NAN);
    texts(out, say_time(ideal, c->ideal), 20);
    number(out, c->tasks);
    fputc('\n', out);
    block_end(out);
    fputs("# panel label strategy lanes last last_text beyond failed reason\n",
          out);
    for (size_t i = 0; i < c->count; i++)
        timeline_panel(out, &c->entries[i],
                       records_of(records, &c->entries[i]), i + 1, end);
    block_end(out);
    fputs("# panel lane created started finished ok\n", out);
    for (size_t i = 0; i < c->count; i++)
        timeline_lanes(out, records_of(records, &c->entries[i]), i + 1);
    return true;
}

/* ---- scaling ---- */

#define LABEL_GAP  0.052 /* of the axis, between two labels at the right */
#define SERIES_MAX 32

struct series {
    const struct view_entry *last; /* of the line's last point */
    const char *label;
    double x, y;  /* of the last point, measured or computed */
    double place; /* where its label goes, 0 bottom to 1 top */
    bool ends_early;
};

static double scaling_x(const struct figure *figure, const struct view_case *c)
{
    return figure->kind == FIGURE_SCALING_TASKS ? c->tasks : c->width;
}

static double scaling_y(const struct view_entry *e)
{
    if (view_measured(e))
        return e->wall.median;
    return e->computed ? e->ideal : (double)NAN;
}

/* The least time at that number of tasks and width. */
static double scaling_ideal(const struct figure *figure,
                            const struct view_case *c)
{
    double least = c->ideal;
    if (figure->kind == FIGURE_SCALING_TASKS)
        return least;
    double best = INFINITY;
    for (size_t i = 0; i < c->count; i++)
        best = fmin(best, c->entries[i].ideal);
    return isfinite(best) ? best : least;
}

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
static size_t series_find(const struct figure *figure, struct series *series)
{
    size_t count = 0;
    double end = 0;
    for (size_t p = 0; figure->cases[p]; p++) {
        const struct view_case *c = figure->cases[p];
        double x = scaling_x(figure, c);
        end = fmax(end, x);
        for (size_t i = 0; i < c->count; i++) {
            const struct view_entry *e = &c->entries[i];
            struct series *s = isfinite(scaling_y(e))
                                   ? series_of(series, &count, e->label)
                                   : NULL;
            if (!s || x < s->x)
                continue;
            s->last = e;
            s->x = x;
            s->y = scaling_y(e);
        }
    }
    for (size_t k = 0; k < count; k++)
        series[k].ends_early = series[k].x < end;
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
        series[k].place = log(series[k].y / extent->low) / span;
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
                           const char *label)
{
    for (size_t p = 0; figure->cases[p]; p++) {
        const struct view_case *c = figure->cases[p];
        const struct view_entry *e = view_label(c, label);
        if (!e || !isfinite(scaling_y(e)))
            continue;
        text_cell(out, label, 24);
        texts(out, e->strategy, 40);
        number(out, e->variant);
        number(out, scaling_x(figure, c));
        number(out, scaling_y(e));
        number(out, e->wall.min);
        number(out, e->wall.max);
        number(out, e->computed);
        fputc('\n', out);
    }
}

static void scaling_label(FILE *out, const struct series *s,
                          const struct extent *extent)
{
    char wall[SAY_BYTES], x[SAY_BYTES] = "", text[256];
    double y = extent->low * pow(extent->high / extent->low, s->place);
    if (s->ends_early)
        say_count(x, s->x);
    snprintf(text, sizeof(text), "%.40s  %s%s%s%s", s->label,
             say_time(wall, s->y),
             s->last && s->last->computed ? " computed" : "",
             s->ends_early ? " at " : "", x);
    text_cell(out, text, 60);
    texts(out, s->last ? s->last->strategy : s->label, 40);
    number(out, s->x);
    number(out, s->y);
    number(out, y);
    fputc('\n', out);
}

static struct extent scaling_extent(const struct figure *figure)
{
    struct extent y = nowhere;
    for (size_t p = 0; figure->cases[p]; p++) {
        const struct view_case *c = figure->cases[p];
        extend(&y, scaling_ideal(figure, c));
        for (size_t i = 0; i < c->count; i++)
            extend(&y, scaling_y(&c->entries[i]));
    }
    y.low /= 1.3;
    y.high *= 1.3;
    return y;
}

/* The lines' names, and the ideal's, in a copy: sorting would change which
 * line lies on top. */
static void scaling_labels(FILE *out, const struct figure *figure,
                           const struct series *series, size_t count,
                           const struct extent *y)
{
    struct series labels[SERIES_MAX + 1];
    memcpy(labels, series, count * sizeof(*series));
    struct series ideal = {.label = "ideal", .x = -INFINITY};
    for (size_t p = 0; figure->cases[p]; p++)
        if (scaling_x(figure, figure->cases[p]) > ideal.x) {
            ideal.x = scaling_x(figure, figure->cases[p]);
            ideal.y = scaling_ideal(figure, figure->cases[p]);
        }
    if (ideal.y > 0)
        labels[count++] = ideal;
    series_spread(labels, count, y);
    block_end(out);
    fputs("# text strategy x y label_y\n", out);
    for (size_t k = 0; k < count; k++)
        scaling_label(out, &labels[k], y);
}

static bool scaling_data(FILE *out, const struct figure *figure,
                         const struct records *records)
{
    (void)records;
    struct series series[SERIES_MAX];
    size_t count = series_find(figure, series);
    struct extent x = nowhere, y = scaling_extent(figure);
    for (size_t p = 0; figure->cases[p]; p++)
        extend(&x, scaling_x(figure, figure->cases[p]));
    if (count == 0 || x.low >= x.high)
        return false;
    fputs("# title x_low x_high y_low y_high\n", out);
    text_cell(out, figure->title, 90);
    number(out, x.low);
    number(out, x.high);
    number(out, y.low);
    number(out, y.high);
    fputs("\n\n\n# x ideal\n", out);
    for (size_t p = 0; figure->cases[p]; p++) {
        fprintf(out, "%g", scaling_x(figure, figure->cases[p]));
        number(out, scaling_ideal(figure, figure->cases[p]));
        fputc('\n', out);
    }
    scaling_labels(out, figure, series, count, &y);
    for (size_t k = 0; k < count; k++) {
        block_end(out);
        fputs("# label strategy variant x wall min max computed\n", out);
        scaling_points(out, figure, series[k].label);
    }
    return true;
}

/* ---- memory, CPU and switches: a row a strategy ---- */

/* Only rows that were measured; the figure is about amounts. */
static size_t measured_count(const struct view_case *c)
{
    size_t count = 0;
    for (size_t i = 0; i < c->count; i++)
        count += view_measured(&c->entries[i]);
    return count;
}

static void cost_header(FILE *out, const struct view_case *c,
                        const struct extent *a, const struct extent *b)
{
    char about[256];
    fputs("# case about rows low high low_2 high_2\n", out);
    text_cell(out, c->name, 60);
    texts(out, say_case(about, sizeof(about), c), 80);
    number(out, (double)measured_count(c));
    number(out, a->low);
    number(out, a->high);
    number(out, b->low);
    number(out, b->high);
    fputc('\n', out);
    block_end(out);
}

static void cost_row(FILE *out, const struct view_entry *e, size_t row,
                     const double *values, size_t count,
                     const char *const *words)
{
    fprintf(out, "%zu", row);
    texts(out, e->label, 24);
    texts(out, e->strategy, 40);
    number(out, e->variant);
    for (size_t v = 0; v < count; v++)
        number(out, values[v]);
    for (; *words; words++)
        texts(out, *words, 60);
    fputc('\n', out);
}

static bool memory_data(FILE *out, const struct figure *figure,
                        const struct records *records)
{
    (void)records;
    const struct view_case *c = figure->cases[0];
    struct extent extent = nowhere;
    for (size_t i = 0; i < c->count; i++) {
        const struct view_entry *e = &c->entries[i];
        extend(&extent, e->bytes_per_task);
        extend(&extent, e->kernel_stack / e->inflight);
        extend(&extent, e->page_table / e->inflight);
        extend(&extent, e->virtual_bytes / e->inflight);
    }
    if (extent.low > extent.high)
        return false;
    cost_header(out, c, &extent, &extent);
    fputs("# row label strategy variant resident kernel_stack page_table "
          "virtual resident_text inflight_text\n",
          out);
    for (size_t i = 0, row = 1; i < c->count; i++) {
        const struct view_entry *e = &c->entries[i];
        char bytes[SAY_BYTES], flight[SAY_BYTES];
        if (!view_measured(e))
            continue;
        const double values[] = {e->bytes_per_task,
                                 e->kernel_stack / e->inflight,
                                 e->page_table / e->inflight,
                                 e->virtual_bytes / e->inflight};
        const char *const words[] = {say_bytes(bytes, e->bytes_per_task),
                                     say_count(flight, e->inflight), NULL};
        cost_row(out, e, row++, values, 4, words);
    }
    return true;
}

static bool cpu_data(FILE *out, const struct figure *figure,
                     const struct records *records)
{
    (void)records;
    const struct view_case *c = figure->cases[0];
    struct extent cpu = nowhere, switches = nowhere;
    for (size_t i = 0; i < c->count; i++) {
        const struct view_entry *e = &c->entries[i];
        extend(&cpu, e->cpu);
        extend(&switches, e->voluntary / c->tasks);
        extend(&switches, e->involuntary / c->tasks);
    }
    if (cpu.low > cpu.high)
        return false;
    cost_header(out, c, &cpu, &switches);
    fputs("# row label strategy variant cpu voluntary involuntary cpu_text "
          "switches_text\n",
          out);
    for (size_t i = 0, row = 1; i < c->count; i++) {
        const struct view_entry *e = &c->entries[i];
        char time[SAY_BYTES], count[SAY_BYTES];
        if (!view_measured(e))
            continue;
        const double values[] = {e->cpu, e->voluntary / c->tasks,
                                 e->involuntary / c->tasks};
        const char *const words[] = {
            say_time(time, e->cpu), say_count(count, e->switches / c->tasks),
            NULL};
        cost_row(out, e, row++, values, 3, words);
    }
    return true;
}

/* ---- latency ---- */

/* Where the curve is drawn at, as far as the count supports. */
static const double quantiles[] = {
    0,     0.05,  0.1,   0.2,   0.3,    0.4,    0.5,    0.6,    0.7,
    0.75,  0.8,   0.85,  0.9,   0.92,   0.94,   0.95,   0.96,   0.97,
    0.98,  0.985, 0.99,  0.993, 0.996,  0.998,  0.999,  0.9993, 0.9996,
    0.9999};
#define QUANTILES (sizeof(quantiles) / sizeof(*quantiles))

static bool quantile_shown(double q, const struct histogram *h)
{
    return q <= 0.5 || say_supported(q, (double)histogram_count(h));
}

static void latency_extent(const struct histogram *h, struct extent *time,
                           double *last)
{
    if (!h || histogram_count(h) == 0)
        return;
    for (size_t k = 0; k < QUANTILES; k++) {
        if (!quantile_shown(quantiles[k], h))
            continue;
        extend(time, (double)histogram_quantile(h, quantiles[k]));
        *last = fmax(*last, quantiles[k]);
    }
}

static void latency_curve(FILE *out, const struct view_entry *e,
                          const struct histogram *h, int which)
{
    for (size_t k = 0; h && k < QUANTILES; k++) {
        double q = quantiles[k];
        if (histogram_count(h) == 0 || !quantile_shown(q, h))
            continue;
        fprintf(out, "%d", which);
        texts(out, e->label, 24);
        texts(out, e->strategy, 40);
        number(out, e->variant);
        number(out, q);
        number(out, (double)histogram_quantile(h, q));
        number(out, q == 0.5 || q == 0.99); /* exactly as in the table */
        fputc('\n', out);
    }
}

/* Labels at the right end of the curves of one panel, apart. */
static void latency_labels(FILE *out, const struct view_case *c,
                           const struct records *records, int which,
                           const struct extent *extent)
{
    struct series series[SERIES_MAX];
    struct extent padded = {extent->low / 1.05, extent->high * 1.05};
    size_t count = 0;
    for (size_t i = 0; i < c->count && count < SERIES_MAX; i++) {
        const struct record *r = records_of(records, &c->entries[i]);
        const struct histogram *h = which == 1 ? r->latency : r->sojourn;
        double last = 0;
        for (size_t k = 0; h && k < QUANTILES; k++)
            if (quantile_shown(quantiles[k], h))
                last = quantiles[k];
        if (h && r->latency && r->sojourn)
            series[count++] = (struct series){
                .last = &c->entries[i],
                .label = c->entries[i].label,
                .x = last,
                .y = (double)histogram_quantile(h, last)};
    }
    series_spread(series, count, &padded);
    block_end(out);
    fputs("# text strategy quantile ns label_ns\n", out);
    for (size_t k = 0; k < count; k++)
        scaling_label(out, &series[k], &padded);
}

static bool latency_data(FILE *out, const struct figure *figure,
                         const struct records *records)
{
    const struct view_case *c = figure->cases[0];
    struct extent latency = nowhere, sojourn = nowhere;
    char about[256];
    double last = 0;
    for (size_t i = 0; i < c->count; i++) {
        const struct record *r = records_of(records, &c->entries[i]);
        latency_extent(r->latency, &latency, &last);
        latency_extent(r->sojourn, &sojourn, &last);
    }
    if (latency.low > latency.high || sojourn.low > sojourn.high || c->tasks < 2)
        return false;
    fputs("# case about last low high low_2 high_2\n", out);
    text_cell(out, c->name, 60);
    texts(out, say_case(about, sizeof(about), c), 80);
    number(out, last);
    number(out, latency.low);
    number(out, latency.high);
    number(out, sojourn.low);
    number(out, sojourn.high);
    fputc('\n', out);
    for (int which = 1; which <= 2; which++)
        latency_labels(out, c, records, which,
                       which == 1 ? &latency : &sojourn);
    for (size_t i = 0; i < c->count; i++) {
        const struct record *r = records_of(records, &c->entries[i]);
        if (!r->latency || !r->sojourn)
            continue;
        block_end(out);
        fputs("# panel label strategy variant quantile ns marked\n", out);
        latency_curve(out, &c->entries[i], r->latency, 1);
        latency_curve(out, &c->entries[i], r->sojourn, 2);
    }
    return true;
}

/* ---- samples in the order taken ---- */

static bool samples_data(FILE *out, const struct figure *figure,
                         const struct records *records)
{
    const struct view_case *c = figure->cases[0];
    char about[256], wall[SAY_BYTES];
    size_t panels = 0;
    for (size_t i = 0; i < c->count; i++)
        panels += records_of(records, &c->entries[i])->wall_count > 2 &&
                  view_measured(&c->entries[i]);
    if (panels == 0)
        return false;
    fputs("# case about panels\n", out);
    text_cell(out, c->name, 60);
    texts(out, say_case(about, sizeof(about), c), 80);
    number(out, (double)panels);
    fputc('\n', out);
    for (int block = 0; block < 2; block++) {
        block_end(out);
        fputs(block ? "# panel round percent warmup strategy\n"
                    : "# panel label strategy wall\n",
              out);
        size_t panel = 0;
        for (size_t i = 0; i < c->count; i++) {
            const struct view_entry *e = &c->entries[i];
            const struct record *r = records_of(records, e);
            if (r->wall_count <= 2 || !view_measured(e))
                continue;
            panel++;
            if (block == 0) {
                fprintf(out, "%zu", panel);
                texts(out, e->label, 24);
                texts(out, e->strategy, 40);
                texts(out, say_time(wall, e->wall.median), 20);
                fputc('\n', out);
                continue;
            }
            for (size_t k = 0; k < r->wall_count; k++) {
                fprintf(out, "%zu\t%u", panel, r->walls[k].round);
                number(out, 100 * (r->walls[k].ns / e->wall.median - 1));
                number(out, r->walls[k].warmup);
                texts(out, e->strategy, 40);
                fputc('\n', out);
            }
        }
    }
    return true;
}

/* ---- the table ---- */

bool figure_data(FILE *out, const struct figure *figure,
                 const struct records *records)
{
    static bool (*const writers[FIGURE_KINDS])(
        FILE *, const struct figure *, const struct records *) = {
        [FIGURE_OVERVIEW] = overview_data,
        [FIGURE_TIMELINE] = timeline_data,
        [FIGURE_ZOOM] = timeline_data,
        [FIGURE_SCALING_TASKS] = scaling_data,
        [FIGURE_SCALING_WIDTH] = scaling_data,
        [FIGURE_MEMORY] = memory_data,
        [FIGURE_CPU] = cpu_data,
        [FIGURE_LATENCY] = latency_data,
        [FIGURE_SAMPLES] = samples_data,
    };
    return writers[figure->kind](out, figure, records);
}
