/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a run can tell apart. The statistics are those of the summary; see
 * apart.h. What follows for a ranking is verdict.c's.
 */
#include "apart.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"
#include "sentence.h"

#define SAID_BYTES (SAY_BYTES + 32)

#define NAMED 4 /* cases named one by one; the rest is counted */

static const json_t *run_of(const struct view *view)
{
    return json_object_get(view->summary, "calibration");
}

static const json_t *stopping_of(const struct view *view)
{
    return json_object_get(json_object_get(view->summary, "run"), "stopping");
}

bool apart_any(const struct view *view)
{
    return json_is_object(run_of(view)) || json_is_object(stopping_of(view));
}

char *apart_share(char *buf, const json_t *resolution)
{
    double share = 100 * view_number(resolution, "share");
    bool found = json_is_true(json_object_get(resolution, "found"));

    if (!isfinite(share))
        snprintf(buf, SAY_BYTES, "–");
    else
        snprintf(buf, SAY_BYTES, "%s%g %%", found ? "" : "not even ", share);
    return buf;
}

/* The same in a sentence, where nothing else says that it is no difference. */
static char *share_said(char *buf, const json_t *resolution)
{
    char share[SAY_BYTES];
    bool found = json_is_true(json_object_get(resolution, "found"));

    snprintf(buf, SAID_BYTES, "%s%s", found ? "" : "none of those tried, ",
             apart_share(share, resolution));
    return buf;
}

/* ---- how precise ---- */

/* "`fetch` (± 3.1 %)" of those that `why` ended. */
static size_t name_stopped(FILE *out, const struct view *view, const char *why)
{
    size_t count = 0;

    for (size_t i = 0; i < view->count; i++) {
        const struct view_case *c = &view->cases[i];

        if (!c->is_auto || strcmp(c->stopped, why) != 0)
            continue;
        if (count++ >= NAMED || !out)
            continue;
        fprintf(out, "%s%s", count > 1 ? ", " : "", c->name);
        if (isfinite(c->precision))
            fprintf(out, " (± %.2g %%)", 100 * c->precision);
    }
    if (out && count > NAMED)
        fprintf(out, " and %zu more", count - NAMED);
    return count;
}

void apart_stopping(FILE *out, const struct view *view)
{
    static const struct {
        const char *why, *words;
    } ends[] = {
        {"budget", "the budget of %s was used up before"},
        {"rounds", "100 rounds were not enough for"},
        {"interrupted", "the run was cut short before"},
    };
    const json_t *stopping = stopping_of(view);
    double budget = view_number(stopping, "budget_ns");
    char time[SAY_BYTES];
    bool compared = false; /* one strategy alone has no speed-up */
    size_t cases = 0, reached = name_stopped(NULL, view, "precision");

    if (!json_is_object(stopping))
        return;
    for (size_t i = 0; i < view->count; i++)
        if (view->cases[i].is_auto) {
            cases++;
            compared = compared || view->cases[i].count != 1;
        }
    fprintf(out,
            "%s within ± %g %% (half of the 95 %% interval) were asked "
            "for and reached in %zu of %zu case%s",
            compared ? "Speed-ups" : "Wall times",
            100 * view_number(stopping, "precision"), reached, cases,
            cases == 1 ? "" : "s");
    for (size_t e = 0; e < sizeof(ends) / sizeof(*ends); e++) {
        if (name_stopped(NULL, view, ends[e].why) == 0)
            continue;
        fputs("; ", out);
        if (e == 0)
            fprintf(out, "the budget of %s was used up before ",
                    say_time(time, budget));
        else
            fprintf(out, "%s ", ends[e].words);
        name_stopped(out, view, ends[e].why);
    }
    fputc('.', out);
}

/* ---- calibration ---- */

void apart_alarms(FILE *out, const struct view *view)
{
    const json_t *run = run_of(view);
    double pairs = view_number(run, "pairs");
    double alarms = view_number(run, "false_alarms");

    if (!(pairs > 0))
        return;
    fprintf(out,
            "False alarms: of %g pairs of the same strategy %g %s told apart, "
            "%.2g %% (95 %% interval %.2g %% to %.2g %%; %g pairs can tell no "
            "more, and the method allows 5 %%).",
            pairs, alarms, alarms == 1 ? "was" : "were", 100 * alarms / pairs,
            100 * view_number(run, "lo"), 100 * view_number(run, "hi"), pairs);
}

void apart_resolution(FILE *out, const struct view *view)
{
    const json_t *run = run_of(view);
    char middle[SAID_BYTES], fine[SAID_BYTES], coarse[SAID_BYTES];
    const json_t *worst = json_object_get(run, "coarsest");
    double cases = view_number(run, "cases");

    if (!json_is_object(run))
        return;
    share_said(middle, json_object_get(run, "resolution"));
    share_said(fine, json_object_get(run, "finest"));
    share_said(coarse, worst);
    if (strcmp(fine, coarse) == 0)
        fprintf(
            out,
            "The smallest difference that this machine resolved today: %s%s "
            "in %s.",
            middle, json_is_true(json_object_get(worst, "found")) ? "" : ",",
            cases == 1 ? "the calibrated case" : "each calibrated case");
    else
        fprintf(out,
                "The smallest difference that this machine resolved today, by "
                "case: from %s to %s (the middle one of %g: %s).",
                fine, coarse, cases, middle);
}

/* To be shown with one decimal: no "-0.0". */
static double tenths(double percent)
{
    return fabs(percent) < 0.05 ? 0 : percent;
}

/* "+0.9 % [+0.3, +1.6]" */
static void shift_cell(char *cell, size_t size, const json_t *point)
{
    const json_t *ratio = json_object_get(point, "ratio");
    double median = tenths(100 * (view_number(ratio, "median") - 1));
    double lo = tenths(100 * (view_number(ratio, "lo") - 1));
    double hi = tenths(100 * (view_number(ratio, "hi") - 1));
    bool found = json_is_true(json_object_get(point, "detected"));
    bool alike = !(view_number(point, "added") > 0);
    const char *word = alike   ? found ? STRONG "false alarm" STRONG BREAK : ""
                       : found ? STRONG "found" STRONG BREAK
                               : "not found" BREAK;

    if (!isfinite(median))
        snprintf(cell, size, "–");
    else if (!isfinite(lo) || !isfinite(hi))
        snprintf(cell, size, "too few rounds" BREAK "%+.1f %%", median);
    else
        snprintf(cell, size, "%s%+.1f %% [%+.1f, %+.1f]", word, median, lo, hi);
}

#define POINTS_MAX 8
#define ROWS_SHOWN 12 /* more are folded away */
#define CELL_BYTES 160

static void case_row(struct doc *doc, const struct view_case *c, size_t points)
{
    char text[POINTS_MAX][CELL_BYTES], share[SAY_BYTES];
    char name[512];
    const char *cells[POINTS_MAX + 4] = {name};
    const json_t *resolution = json_object_get(c->from, "resolution");
    size_t used = 1;

    snprintf(name, sizeof(name), "%s, " CODE "%s" CODE, c->name, c->calibrated);

    for (size_t i = 0; i < points; i++) {
        shift_cell(text[i], CELL_BYTES, json_array_get(c->calibration, i));
        cells[used++] = text[i];
    }
    cells[used] =
        c->resolution_own ? apart_share(share, resolution) : "not known";
    doc_row(doc, cells);
}

/* The first case that was calibrated, and their number; NULL: none was. */
static const struct view_case *calibrated(const struct view *view, size_t *rows)
{
    const struct view_case *first = NULL;

    *rows = 0;
    for (size_t i = view->count; i-- > 0;) {
        if (!json_array_size(view->cases[i].calibration))
            continue;
        first = &view->cases[i];
        ++*rows;
    }
    return first;
}

static void rows_write(struct doc *doc, const struct view *view,
                       const struct doc_table *shape, size_t points)
{
    doc_table(doc, shape);
    for (size_t i = 0; i < view->count; i++)
        if (json_array_size(view->cases[i].calibration))
            case_row(doc, &view->cases[i], points);
    doc_table_end(doc);
}

static void table(struct doc *doc, const struct view *view)
{
    char heads[POINTS_MAX][SAY_BYTES];
    const char *names[POINTS_MAX + 4] = {"case, strategy"};
    size_t points, used = 1, rows;
    const struct view_case *first = calibrated(view, &rows);

    if (!first)
        return;
    points = json_array_size(first->calibration);
    points = points > POINTS_MAX ? POINTS_MAX : points;
    for (size_t i = 0; i < points; i++) {
        double added =
            view_number(json_array_get(first->calibration, i), "added");

        if (added > 0)
            snprintf(heads[i], SAY_BYTES, "+%g %% of work", 100 * added);
        else
            snprintf(heads[i], SAY_BYTES, "itself again");
        names[used++] = heads[i];
    }
    names[used++] = "resolves";
    const struct doc_table shape = {names, used, 1};
    if (rows > ROWS_SHOWN)
        doc_details(doc, "What each of the %zu cases resolves", rows);
    rows_write(doc, view, &shape, points);
    if (rows > ROWS_SHOWN)
        doc_details_end(doc);
}

/* ---- the chapter ---- */

static void paragraph(struct doc *doc, const struct view *view,
                      void (*const *write)(FILE *, const struct view *))
{
    struct sentence s;

    if (!sentence_begin(&s))
        return;
    for (; *write; write++) {
        if (ftell(s.out) > 0)
            fputc(' ', s.out);
        (*write)(s.out, view);
    }
    sentence_say(&s, doc, false);
}

void apart_write(struct doc *doc, const struct view *view,
                 const struct figure *figure)
{
    static void (*const stopping[])(FILE *, const struct view *) = {
        apart_stopping, NULL};
    static void (*const found[])(FILE *, const struct view *) = {
        apart_resolution, apart_alarms, NULL};

    if (!apart_any(view))
        return;
    doc_heading(doc, 2, "apart", "What this run can tell apart");
    paragraph(doc, view, stopping);
    if (!json_is_object(run_of(view))) {
        doc_paragraph(doc, "It was not calibrated (" CODE "--calibrate" CODE
                           "): differences below 2 %% are called ties by rule "
                           "of thumb.");
        return;
    }
    paragraph(doc, view, found);
    doc_paragraph(doc,
                  "In these cases one strategy was measured again under "
                  "another label, and with a known share of its time added as "
                  "computing, in the same rounds as the others. What was not "
                  "found when it was there is not claimed either: strategies "
                  "that are closer than a case resolves are printed as a tie. "
                  "A case that was not calibrated goes by the nearest one of "
                  "its section that was, and where none was by the middle one "
                  "of all.");
    table(doc, view);
    if (figure)
        doc_figure(doc, figure->stem, figure->title,
                   figure_caption(figure->kind), true);
}
