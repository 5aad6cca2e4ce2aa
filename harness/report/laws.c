/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The chapter on cost laws, and the sentence about who grows faster than
 * linearly. See laws.h. Sections that were read with a probe have a chapter of
 * their own (task_costs.c).
 */
#include "laws.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"
#include "task_costs.h"

/* A line that misses by more is none. */
#define MISFIT_MOST 0.2

/* ---- growth ---- */

static struct law_growth growth_of(const json_t *added)
{
    return (struct law_growth){view_number(added, "exponent"),
                               view_number(added, "lo"),
                               view_number(added, "hi"),
                               view_number(added, "points"),
                               view_number(added, "from"),
                               view_number(added, "to"),
                               json_is_true(json_object_get(added, "faster"))};
}

struct law_growth law_growth(const json_t *growth, const char *quantity)
{
    return growth_of(json_object_get(growth, quantity));
}

/* The same of the last step alone, between the last two sizes that can be told;
 * all NAN where it was not judged. */
static struct law_growth law_last_step(const json_t *growth,
                                       const char *quantity)
{
    return growth_of(
        json_object_get(json_object_get(growth, quantity), "last"));
}

bool law_any(const json_t *growth)
{
    return json_is_object(json_object_get(growth, "over_ideal_ns")) ||
           json_is_object(json_object_get(growth, "peak_rss_bytes"));
}

char *law_curve(char *buf, size_t size, const json_t *growth)
{
    size_t used = (size_t)snprintf(buf, size, "%.100s",
                                   view_text_or(growth, "section", ""));
    const char *key;
    json_t *value;

    json_object_foreach (json_object_get(growth, "axes"), key, value)
        if (used < size)
            used += (size_t)snprintf(buf + used, size - used, ", %.40s=%.60s",
                                     key, json_string_value(value));
    return buf;
}

/* "n^1.02 [0.99, 1.05]" */
static void say_growth(char *buf, size_t size, const struct law_growth *g)
{
    if (isfinite(g->exponent))
        snprintf(buf, size, "n^%.2f [%.2f, %.2f]", g->exponent, g->lo, g->hi);
    else
        snprintf(buf, size, "–");
}

/* Whether the entry is of that section (NULL: any), and grows faster. */
static bool is_faster(const json_t *growth, const char *section,
                      const char *quantity)
{
    return (law_growth(growth, quantity).faster ||
            law_last_step(growth, quantity).faster) &&
           (!section ||
            strcmp(view_text_or(growth, "section", ""), section) == 0);
}

/* "n^1.02 [0.99, 1.05] in fetch (8 to 1,000 tasks; …)"; of the last step, where
 * it is only there, "n^1.28 [1.21, 1.35] in fetch from 8 to 1,000 tasks, …".
 */
static void say_where(FILE *out, const json_t *growth, const char *quantity)
{
    struct law_growth g = law_growth(growth, quantity);
    bool last = !g.faster;
    char curve[300], text[SAY_BYTES], from[SAY_BYTES], to[SAY_BYTES];
    char times[SAY_BYTES];

    if (last)
        g = law_last_step(growth, quantity);
    say_growth(text, sizeof(text), &g);
    say_count(from, g.from);
    say_count(to, g.to);
    say_count(times, pow(10, g.exponent));
    law_curve(curve, sizeof(curve), growth);
    if (last)
        fprintf(out,
                "%s in %s from %s to %s tasks, the last step (ten times as "
                "many add %s times as much)",
                text, curve, from, to, times);
    else
        fprintf(out,
                "%s in %s (%s to %s tasks; ten times as many add %s times as "
                "much)",
                text, curve, from, to, times);
}

/* Of one strategy all sweeps together; `all` from its first one on. */
static void say_faster(FILE *out, const json_t *all, size_t first,
                       const char *section, const char *quantity)
{
    const char *label = view_text_or(json_array_get(all, first), "label", "");
    const char *before = "";

    fprintf(out,
            "%s" CODE "%s" CODE " grows " STRONG "faster than linearly" STRONG
            ": what more tasks add to its %s goes as ",
            ftell(out) > 0 ? " " : "", label,
            strcmp(quantity, "over_ideal_ns") == 0 ? "time over the ideal"
                                                   : "peak of memory");
    for (size_t i = first; i < json_array_size(all); i++) {
        const json_t *growth = json_array_get(all, i);

        if (!is_faster(growth, section, quantity) ||
            strcmp(view_text_or(growth, "label", ""), label) != 0)
            continue;
        fputs(before, out);
        say_where(out, growth, quantity);
        before = ", ";
    }
    fputc('.', out);
}

void laws_faster(FILE *out, const struct view *view, const char *section)
{
    static const char *const quantities[] = {"over_ideal_ns", "peak_rss_bytes"};
    const json_t *all = json_object_get(view->summary, "growth");

    for (size_t q = 0; q < 2; q++)
        for (size_t i = 0; i < json_array_size(all); i++) {
            const json_t *growth = json_array_get(all, i);
            bool said = !is_faster(growth, section, quantities[q]);

            for (size_t k = 0; k < i && !said; k++)
                said =
                    is_faster(json_array_get(all, k), section, quantities[q]) &&
                    json_equal(json_object_get(json_array_get(all, k), "label"),
                               json_object_get(growth, "label"));
            if (!said)
                say_faster(out, all, i, section, quantities[q]);
        }
}

/* ---- entries ---- */

/* The entry of `costs` of the same curve and strategy, or NULL. */
static const json_t *cost_of(const struct view *view, const json_t *growth)
{
    static const char *const same[] = {"section", "axes", "label"};
    size_t i;
    json_t *cost;

    json_array_foreach (json_object_get(view->summary, "costs"), i, cost) {
        size_t k = 0;

        while (k < 3 && json_equal(json_object_get(cost, same[k]),
                                   json_object_get(growth, same[k])))
            k++;
        if (k == 3)
            return cost;
    }
    return NULL;
}

/* Something was fitted, and no probe held the tasks up. */
static bool is_law(const struct view *view, const json_t *growth)
{
    static const char *const fits[] = {"over_ideal_ns", "cpu_ns",
                                       "peak_rss_bytes"};
    const json_t *cost = cost_of(view, growth);
    bool any = law_any(growth);

    for (size_t i = 0; i < 3; i++)
        any = any || json_is_object(json_object_get(cost, fits[i]));
    return any && !costs_probed(view, view_text_or(growth, "section", ""));
}

bool laws_any(const struct view *view)
{
    const json_t *all = json_object_get(view->summary, "growth");

    for (size_t i = 0; i < json_array_size(all); i++)
        if (is_law(view, json_array_get(all, i)))
            return true;
    return false;
}

static bool same_curve(const json_t *a, const json_t *b)
{
    return json_equal(json_object_get(a, "section"),
                      json_object_get(b, "section")) &&
           json_equal(json_object_get(a, "axes"), json_object_get(b, "axes"));
}

/* ---- a table ---- */

enum { WHO, TIME, FIRST, MISFIT, GROWS, CPU, MEMORY, NONE, SWELLS, COLUMNS };

/* The growth over all sizes; where only the last step is faster than linear,
 * that too. */
static void growth_cell(char *cell, const json_t *growth, const char *quantity)
{
    struct law_growth g = law_growth(growth, quantity);
    struct law_growth step = law_last_step(growth, quantity);
    const char *mark = g.faster ? STRONG : "";
    char text[SAY_BYTES], from[SAY_BYTES];

    say_growth(text, sizeof(text), &g);
    int used = snprintf(cell, COSTS_CELL_BYTES, "%s%s%s", mark, text, mark);
    if (g.faster || !step.faster)
        return;
    say_growth(text, sizeof(text), &step);
    snprintf(cell + used, COSTS_CELL_BYTES - (size_t)used,
             "; from %s on " STRONG "%s" STRONG, say_count(from, step.from),
             text);
}

/* Whether there is a line that misses its points: it is no law. */
static bool bent(const json_t *cost, const char *quantity)
{
    return view_number(json_object_get(cost, quantity), "misfit") > MISFIT_MOST;
}

/* "no straight line: 565 ns at 100,000, 1.07 µs at 1,000,000" */
static void bent_cell(char *cell, const json_t *fit, bool time)
{
    static const char *const ends[] = {"first", "last"};
    int used = snprintf(cell, COSTS_CELL_BYTES, "no straight line");
    double before = NAN;

    for (size_t i = 0; i < 2; i++) {
        const json_t *end = json_object_get(fit, ends[i]);
        double tasks = view_number(end, "tasks");
        char each[SAY_BYTES], at[SAY_BYTES];

        if (!isfinite(tasks) || tasks <= before)
            continue;
        used += snprintf(cell + used, COSTS_CELL_BYTES - (size_t)used,
                         "%s%.40s at %.40s", i == 0 ? ": " : ", ",
                         costs_whole(each, view_number(end, "each"), time),
                         say_count(at, tasks));
        before = tasks;
    }
}

/* What the law has a task take; where there is none, what it takes at both ends
 * of the sweep. */
static void slope_cell(char *cell, const json_t *cost, const char *quantity)
{
    bool time = strstr(quantity, "_ns") != NULL;

    if (bent(cost, quantity))
        bent_cell(cell, json_object_get(cost, quantity), time);
    else
        costs_slope(cell, cost, quantity);
}

static void fixed_cell(char *cell, const json_t *cost, const char *quantity)
{
    costs_fixed(cell, bent(cost, quantity) ? NULL : cost, quantity);
}

static void row(struct doc *doc, const struct view *view, const json_t *growth)
{
    const json_t *cost = cost_of(view, growth);
    const json_t *time = json_object_get(cost, "over_ideal_ns");
    char text[COLUMNS][COSTS_CELL_BYTES];
    const char *cells[COLUMNS];

    snprintf(text[WHO], COSTS_CELL_BYTES, CODE "%.100s" CODE,
             view_text_or(growth, "label", ""));
    slope_cell(text[TIME], cost, "over_ideal_ns");
    fixed_cell(text[FIRST], cost, "over_ideal_ns");
    say_percent(text[MISFIT], view_number(time, "misfit"));
    growth_cell(text[GROWS], growth, "over_ideal_ns");
    slope_cell(text[CPU], cost, "cpu_ns");
    slope_cell(text[MEMORY], cost, "peak_rss_bytes");
    fixed_cell(text[NONE], cost, "peak_rss_bytes");
    growth_cell(text[SWELLS], growth, "peak_rss_bytes");
    for (size_t i = 0; i < COLUMNS; i++)
        cells[i] = text[i];
    doc_row(doc, cells);
}

static void table(struct doc *doc, const struct view *view,
                  const json_t *of_curve)
{
    static const char *const heads[COLUMNS] = {
        [WHO] = "strategy",          [TIME] = "time a task",
        [FIRST] = "time for none",   [MISFIT] = "off by",
        [GROWS] = "time grows as",   [CPU] = "CPU a task",
        [MEMORY] = "memory a task",  [NONE] = "memory for none",
        [SWELLS] = "memory grows as"};
    static const struct doc_table shape = {heads, COLUMNS, 1};
    const json_t *all = json_object_get(view->summary, "growth");

    doc_table(doc, &shape);
    for (size_t i = 0; i < json_array_size(all); i++) {
        const json_t *growth = json_array_get(all, i);

        if (same_curve(growth, of_curve) && is_law(view, growth))
            row(doc, view, growth);
    }
    doc_table_end(doc);
}

/* ---- the chapter ---- */

static void sentence(struct doc *doc, const struct view *view)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (!out)
        return;
    laws_faster(out, view, NULL);
    if (fclose(out) == 0)
        doc_paragraph(doc, "%s",
                      *text ? text
                            : "Of no strategy can it be told that it grows "
                              "faster than linearly.");
    free(text);
}

/* Every curve once: the first of each section open, the others folded away. */
static void curves(struct doc *doc, const struct view *view, bool first)
{
    const json_t *all = json_object_get(view->summary, "growth");
    char curve[300];

    for (size_t i = 0; i < json_array_size(all); i++) {
        const json_t *growth = json_array_get(all, i);
        bool seen = false, opens = true;

        for (size_t k = 0; k < i; k++) {
            const json_t *before = json_array_get(all, k);

            if (!is_law(view, before))
                continue;
            seen = seen || same_curve(before, growth);
            opens = opens && !json_equal(json_object_get(before, "section"),
                                         json_object_get(growth, "section"));
        }
        if (seen || opens != first || !is_law(view, growth))
            continue;
        doc_paragraph(doc, STRONG "%s" STRONG,
                      law_curve(curve, sizeof(curve), growth));
        table(doc, view, growth);
    }
}

/* Whether a section has more than one curve. */
static bool any_more(const struct view *view)
{
    const json_t *all = json_object_get(view->summary, "growth");

    for (size_t i = 0; i < json_array_size(all); i++)
        for (size_t k = 0; k < i; k++) {
            const json_t *a = json_array_get(all, i);
            const json_t *b = json_array_get(all, k);

            if (is_law(view, a) && is_law(view, b) && !same_curve(a, b) &&
                json_equal(json_object_get(a, "section"),
                           json_object_get(b, "section")))
                return true;
        }
    return false;
}

void laws_write(struct doc *doc, const struct view *view,
                const struct figure *figure)
{
    if (!laws_any(view))
        return;
    doc_heading(doc, 2, "laws", "Cost laws");
    doc_paragraph(
        doc,
        "What a batch of n tasks takes, as a law over the sweeps of n: a part "
        "for none, and a part " STRONG "a task" STRONG " ± half of its 95 %% "
        "interval, least squares of relative errors through the "
        "medians. " STRONG "Time" STRONG
        " is what lies over the strategy's own ideal, so that "
        "waiting which nobody can save is not in it; the line is " STRONG
        "off by" STRONG " so much. A line, of time, CPU time or memory, that "
        "is off by more than 20 %% is no law, and has no part for none: " STRONG
        "no straight line" STRONG " is followed by what a task takes "
        "beyond the smallest batch, at the smallest size at which that is "
        "known within a factor of two, and at the largest. " STRONG
        "Grows as" STRONG " is the power "
        "of n by which what more tasks add grows, beyond the smallest batch; "
        "1 is a straight line, whatever the part for none. It is a line "
        "through logarithms (Student's t, 95 %%) of those sizes at which that "
        "can be told; of two, the interval is that of their errors, and with "
        "fewer there is a dash. " STRONG "Faster than linearly" STRONG
        " is said of growth whose whole interval lies above 1, by 0.02 or "
        "more, which errors of 5 %% would make; it is also said of the last "
        "step "
        "alone, between the two largest sizes, by the interval of their "
        "errors, where the line through all sizes does not show it; up to "
        "n^1.1 may be caches, "
        "which larger batches leave. Memory is the peak of the whole process.");
    sentence(doc, view);
    if (figure)
        doc_figure(doc, figure->stem, figure->title,
                   figure_caption(figure->kind), true);
    curves(doc, view, true);
    if (any_more(view)) {
        doc_details(doc, "The laws of the other sweeps");
        curves(doc, view, false);
        doc_details_end(doc);
    }
}
