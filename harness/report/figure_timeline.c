/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Data of the two figures that show time passing: the lanes of the tasks, and
 * the samples in the order taken.
 */
#include "figure_data.h"

#include <math.h>

#include "say.h"

#define LANES_MAX 72 /* as many as a panel has pixels */

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
    return record->task_count < LANES_MAX ? record->task_count : LANES_MAX;
}

/* Whether it is its task's last phase: what becomes of a task shows there. */
static bool last_phase(const struct record *record, size_t i)
{
    return i + 1 == record->lane_count ||
           record->lanes[i + 1].task > record->lanes[i].task;
}

static void timeline_lanes(FILE *out, const struct record *record, size_t panel)
{
    size_t shown = lanes_shown(record), task = 0, lane = 0;
    for (size_t i = 0; i < record->lane_count && lane < shown; i++) {
        const struct lane *l = &record->lanes[i];
        bool last = last_phase(record, i);
        if (task == lane * record->task_count / shown) {
            fprintf(out, "%zu\t%zu", panel, lane + 1);
            cell_number(out, l->created);
            cell_number(out, l->started);
            cell_number(out, l->finished);
            cell_number(out, l->ok || !last);
            fputc('\n', out);
            lane += last;
        }
        task += last;
    }
}

static void timeline_panel(FILE *out, const struct view_entry *e,
                           const struct record *record, size_t panel,
                           double end)
{
    char text[SAY_BYTES] = "";
    double last = last_finish(record), failed = 0;
    for (size_t i = 0; i < record->lane_count; i++)
        failed += !record->lanes[i].ok && last_phase(record, i);
    if (record->lane_count)
        say_time(text, last);
    fprintf(out, "%zu", panel);
    cell_text(out, e->label, 24);
    cell_text(out, e->strategy, 40);
    cell_number(out, (double)lanes_shown(record));
    cell_number(out, last);
    cell_text(out, text, 20);
    cell_number(out, last > end);
    cell_number(out, failed);
    if (e->unverified)
        cell_text(out, "unverified: it tells of no task", 90);
    else
        cell_reason(out, e, 90);
    fputc('\n', out);
}

bool timeline_data(FILE *out, const struct figure *figure,
                   const struct records *records)
{
    const struct view_case *c = figure->cases[0];
    char ideal[SAY_BYTES], about[256];
    double end = timeline_end(figure, records);
    if (end <= 0)
        return false;
    fputs("# case about end ideal ideal_text tasks waiting creator\n", out);
    cell_first(out, c->name, 60);
    cell_text(out, say_case(about, sizeof(about), c), 80);
    cell_number(out, end);
    cell_number(out, c->ideal > 0 ? c->ideal : (double)NAN);
    cell_text(out, say_time(ideal, c->ideal), 20);
    cell_number(out, c->tasks);
    cell_text(
        out, view_open_load(c) ? "pale: due, not yet started" : "pale: waiting",
        40);
    cell_number(out, isfinite(c->creator)); /* its lane is the last */
    fputc('\n', out);
    cell_block_end(out);
    fputs("# panel label strategy lanes last last_text beyond failed reason\n",
          out);
    for (size_t i = 0; i < c->count; i++)
        timeline_panel(out, &c->entries[i], records_of(records, &c->entries[i]),
                       i + 1, end);
    cell_block_end(out);
    fputs("# panel lane created started finished ok\n", out);
    for (size_t i = 0; i < c->count; i++)
        timeline_lanes(out, records_of(records, &c->entries[i]), i + 1);
    return true;
}

/* ---- samples in the order taken ---- */

static bool samples_shown(const struct view_entry *e,
                          const struct records *records)
{
    return view_measured(e) && records_of(records, e)->wall_count > 2;
}

static void samples_panel(FILE *out, const struct view_entry *e, size_t panel)
{
    char wall[SAY_BYTES];
    fprintf(out, "%zu", panel);
    cell_text(out, e->label, 24);
    cell_text(out, e->strategy, 40);
    cell_text(out, say_time(wall, e->wall.median), 20);
    fputc('\n', out);
}

static void samples_points(FILE *out, const struct view_entry *e,
                           const struct record *r, size_t panel)
{
    for (size_t k = 0; k < r->wall_count; k++) {
        fprintf(out, "%zu\t%u", panel, r->walls[k].round);
        cell_number(out, 100 * (r->walls[k].ns / e->wall.median - 1));
        cell_number(out, r->walls[k].warmup);
        fputc('\n', out);
    }
}

bool samples_data(FILE *out, const struct figure *figure,
                  const struct records *records)
{
    const struct view_case *c = figure->cases[0];
    size_t panels = 0, panel = 0;
    for (size_t i = 0; i < c->count; i++)
        panels += samples_shown(&c->entries[i], records);
    if (panels == 0)
        return false;
    fputs("# case panels\n", out);
    cell_first(out, c->name, 60);
    cell_number(out, (double)panels);
    fputs("\n\n\n# panel label strategy wall\n", out);
    for (size_t i = 0; i < c->count; i++)
        if (samples_shown(&c->entries[i], records))
            samples_panel(out, &c->entries[i], ++panel);
    cell_block_end(out);
    fputs("# panel round percent warmup\n", out);
    panel = 0;
    for (size_t i = 0; i < c->count; i++)
        if (samples_shown(&c->entries[i], records))
            samples_points(out, &c->entries[i],
                           records_of(records, &c->entries[i]), ++panel);
    return true;
}
