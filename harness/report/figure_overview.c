/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Data of the overview: wall times, ideals and speed-ups, a panel a case.
 */
#include "figure_data.h"

#include <math.h>
#include <string.h>

#include "say.h"

static bool is_wide(const struct extent *extent, double ratio)
{
    return extent->high / extent->low > ratio;
}

/* ---- overview ---- */

#define BEYOND                                                                 \
    4 /* times the slowest; who would take longer is off the axis              \
       */

/* What was computed and is far beyond all that was measured would press that
 * together. */
static struct extent wall_extent(const struct view_case *c)
{
    struct extent extent = extent_nowhere;
    extend(&extent, c->ideal);
    for (size_t i = 0; i < c->count; i++) {
        const struct view_entry *e = &c->entries[i];
        if (!view_measured(e))
            continue;
        extend(&extent, e->ideal);
        extend(&extent, e->wall.min);
        extend(&extent, e->wall.max);
    }
    double most = isfinite(extent.high) ? BEYOND * extent.high : INFINITY;
    for (size_t i = 0; i < c->count; i++)
        if (c->entries[i].computed && c->entries[i].ideal <= most)
            extend(&extent, c->entries[i].ideal);
    return extent;
}

static bool any_failed(const struct view_case *c)
{
    for (size_t i = 0; i < c->count; i++)
        if (view_measured(&c->entries[i]) && view_failed(&c->entries[i]) > 0)
            return true;
    return false;
}

static void overview_panel(FILE *out, const struct view_case *c, size_t panel)
{
    struct extent extent = wall_extent(c);
    char ideal[SAY_BYTES], about[256], words[320], text[320];
    snprintf(text, sizeof(text), "ideal %s", say_time(ideal, c->ideal));
    fprintf(out, "%zu", panel);
    cell_text(out, c->name, 60);
    snprintf(words, sizeof(words), "%s%s", say_case(about, sizeof(about), c),
             any_failed(c) ? "; ×: so many tasks failed" : "");
    cell_text(out, words, 80);
    cell_number(out, is_wide(&extent, 4));
    cell_number(out, extent.low);
    cell_number(out, extent.high);
    cell_number(out, c->ideal > 0 ? c->ideal : (double)NAN);
    cell_text(out, text, 40);
    cell_number(out, (double)c->count);
    cell_text(out, c->base ? c->base->label : "", 40);
    fputc('\n', out);
}

static void overview_row(FILE *out, const struct view_case *c, size_t panel,
                         size_t row)
{
    const struct view_entry *e = &c->entries[row];
    char wall[SAY_BYTES] = "", ratio[SAY_BYTES] = "", label[192];
    char failed[SAY_BYTES];
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
    snprintf(label, sizeof(label), "%.60s ×%s", e->label,
             say_count(failed, e->failed));
    if (view_measured(e) && view_failed(e) > 0)
        cell_text(out, label, 24);
    else
        cell_label(out, e);
    cell_text(out, e->strategy, 40);
    cell_number(out, e->variant);
    cell_text(out, cell_state(e), 10);
    cell_number(out, e->ideal > 0 ? e->ideal : (double)NAN);
    cell_number(out, view_measured(e) ? e->wall.median : (double)NAN);
    cell_number(out, e->wall.lo);
    cell_number(out, e->wall.hi);
    cell_text(out, wall, 20);
    cell_text(out, ratio, 20);
    cell_reason(out, e, 56);
    fputc('\n', out);
}

static void overview_point(FILE *out, const struct wall *wall,
                           const struct view_entry *e, size_t panel, size_t row)
{
    if (wall->warmup)
        return;
    fprintf(out, "%zu\t%zu", panel + 1, row + 1);
    cell_number(out, wall->ns);
    cell_text(out, e->strategy, 40);
    fputc('\n', out);
}

bool overview_data(FILE *out, const struct figure *figure,
                   const struct records *records)
{
    if (view_open_load(figure->cases[0]))
        return false; /* the rate decides the wall time */
    fputs("# panel case about log low high ideal ideal_text rows baseline\n",
          out);
    bool any = false;
    for (size_t p = 0; figure->cases[p]; p++) {
        overview_panel(out, figure->cases[p], p + 1);
        any = any || isfinite(wall_extent(figure->cases[p]).low);
    }
    cell_block_end(out);
    fputs("# panel row label strategy variant state ideal median lo hi wall "
          "speedup reason\n",
          out);
    for (size_t p = 0; figure->cases[p]; p++)
        for (size_t i = 0; i < figure->cases[p]->count; i++)
            overview_row(out, figure->cases[p], p + 1, i);
    cell_block_end(out);
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
