/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Data of the two latency figures: percentile curves from the merged
 * histograms, as far as the number of tasks supports them. A closed load has a
 * curve a strategy, an open one two, by either clock.
 */
#include "figure_data.h"

#include <math.h>

#include "../stats/stats.h"
#include "say.h"
#include "verdict.h"

/* ---- latency ---- */

/* Where the curve is drawn at, as far as the count supports. */
static const double quantiles[] = {
    0,    0.05,  0.1,   0.2,   0.3,   0.4,    0.5,    0.6,   0.7,  0.75,
    0.8,  0.85,  0.9,   0.92,  0.94,  0.95,   0.96,   0.97,  0.98, 0.985,
    0.99, 0.993, 0.996, 0.998, 0.999, 0.9993, 0.9996, 0.9999};
#define QUANTILES (sizeof(quantiles) / sizeof(*quantiles))

static bool quantile_shown(double q, const struct histogram *h)
{
    return q <= 0.5 || stats_supports(q, histogram_count(h));
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
        cell_text(out, e->label, 24);
        cell_text(out, e->strategy, 40);
        cell_number(out, e->variant);
        cell_number(out, q);
        cell_number(out, (double)histogram_quantile(h, q));
        cell_number(out, q == 0.5 || q == 0.99); /* exactly as in the table */
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
            series[count++] =
                (struct series){.last = &c->entries[i],
                                .label = c->entries[i].label,
                                .x = last,
                                .y = (double)histogram_quantile(h, last)};
    }
    cell_block_end(out);
    series_labels(out, series, count, &padded);
}

bool latency_data(FILE *out, const struct figure *figure,
                  const struct records *records)
{
    const struct view_case *c = figure->cases[0];
    struct extent latency = extent_nowhere, sojourn = extent_nowhere;
    char about[256];
    double last = 0;
    if (view_open_load(c))
        return false;
    for (size_t i = 0; i < c->count; i++) {
        const struct record *r = records_of(records, &c->entries[i]);
        latency_extent(r->latency, &latency, &last);
        latency_extent(r->sojourn, &sojourn, &last);
    }
    if (latency.low > latency.high || sojourn.low > sojourn.high ||
        c->tasks < 2)
        return false;
    fputs("# case about last low high low_2 high_2\n", out);
    cell_first(out, c->name, 60);
    cell_text(out, say_case(about, sizeof(about), c), 80);
    cell_number(out, last);
    cell_number(out, latency.low);
    cell_number(out, latency.high);
    cell_number(out, sojourn.low);
    cell_number(out, sojourn.high);
    fputc('\n', out);
    for (int which = 1; which <= 2; which++)
        latency_labels(out, c, records, which,
                       which == 1 ? &latency : &sojourn);
    for (size_t i = 0; i < c->count; i++) {
        const struct record *r = records_of(records, &c->entries[i]);
        if (!r->latency || !r->sojourn)
            continue;
        cell_block_end(out);
        fputs("# panel label strategy variant quantile ns marked\n", out);
        latency_curve(out, &c->entries[i], r->latency, 1);
        latency_curve(out, &c->entries[i], r->sojourn, 2);
    }
    return true;
}

/* ---- an open load by both clocks ---- */

/* The highest quantile drawn of them all. */
static double last_of(const struct histogram *h)
{
    double last = 0;
    for (size_t k = 0; k < QUANTILES; k++)
        if (quantile_shown(quantiles[k], h))
            last = quantiles[k];
    return last;
}

static bool both_clocks(const struct record *r)
{
    return r->latency && r->sojourn && histogram_count(r->latency) > 0;
}

static void open_panel(FILE *out, const struct view_entry *e,
                       const struct record *r, size_t panel)
{
    char due[SAY_BYTES], own[SAY_BYTES], late[SAY_BYTES], text[2 * SAY_BYTES];
    double last = last_of(r->sojourn);
    double at_due = (double)histogram_quantile(r->sojourn, last);
    double at_own = (double)histogram_quantile(r->latency, last);
    fprintf(out, "%zu", panel);
    cell_text(out, e->label, 24);
    cell_text(out, e->strategy, 40);
    cell_number(out, verdict_kept_up(e));
    say_percent(late, e->behind);
    snprintf(text, sizeof(text), "%s, %s late",
             verdict_kept_up(e) ? "kept up" : "fell behind", late);
    cell_text(out, text, 40);
    cell_number(out, last);
    cell_number(out, at_due);
    cell_text(out, say_time(due, at_due), 20);
    cell_number(out, at_own);
    cell_text(out, say_time(own, at_own), 20);
    fputc('\n', out);
}

static void open_curves(FILE *out, const struct record *r)
{
    cell_block_end(out);
    fputs("# quantile due own\n", out);
    for (size_t k = 0; k < QUANTILES; k++) {
        double q = quantiles[k];
        if (!quantile_shown(q, r->sojourn))
            continue;
        fprintf(out, "%.9g", q);
        cell_number(out, (double)histogram_quantile(r->sojourn, q));
        cell_number(out, (double)histogram_quantile(r->latency, q));
        fputc('\n', out);
    }
}

bool open_load_data(FILE *out, const struct figure *figure,
                    const struct records *records)
{
    const struct view_case *c = figure->cases[0];
    struct extent extent = extent_nowhere;
    double last = 0;
    char about[256];
    for (size_t i = 0; i < c->count; i++) {
        const struct record *r = records_of(records, &c->entries[i]);
        latency_extent(r->latency, &extent, &last);
        latency_extent(r->sojourn, &extent, &last);
    }
    if (!view_open_load(c) || extent.low > extent.high || c->tasks < 2)
        return false;
    fputs("# case about last low high\n", out);
    cell_first(out, c->name, 60);
    cell_text(out, say_case(about, sizeof(about), c), 80);
    cell_number(out, last);
    cell_number(out, extent.low);
    cell_number(out, extent.high);
    fputc('\n', out);
    cell_block_end(out);
    fputs("# panel label strategy kept_up said last due due_text own "
          "own_text\n",
          out);
    for (size_t i = 0, panel = 0; i < c->count; i++)
        if (both_clocks(records_of(records, &c->entries[i])))
            open_panel(out, &c->entries[i], records_of(records, &c->entries[i]),
                       ++panel);
    for (size_t i = 0; i < c->count; i++)
        if (both_clocks(records_of(records, &c->entries[i])))
            open_curves(out, records_of(records, &c->entries[i]));
    return true;
}
