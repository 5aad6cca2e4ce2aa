/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A sweep in a table and in words. What changes is one axis at a time: of two
 * axes there is a table for each value of the shorter one, and a sentence for
 * each. Says nothing of what grows (laws.c).
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "chapters.h"
#include "say.h"
#include "verdict.h"

#define CELL_BYTES 160

/* Cases side by side in one table; more of several axes are split. */
#define COLUMNS_MOST 8

/* ---- axes ---- */

/* The axes of a case but for one (NULL: all); NULL without memory. */
static json_t *others_of(const struct view_case *c, const char *axis)
{
    json_t *others = json_copy((json_t *)c->axes);

    if (axis)
        json_object_del(others, axis);
    return others;
}

/* Whether two cases differ along that axis at most. */
static bool differ_by(const struct view_case *a, const struct view_case *b,
                      const char *axis)
{
    json_t *x = others_of(a, axis), *y = others_of(b, axis);
    bool same = json_equal(x, y);

    json_decref(x);
    json_decref(y);
    return same;
}

/* How many values an axis has. */
static size_t length_of(const struct view_case *cases, size_t count,
                        const char *axis)
{
    size_t values = 0;

    for (size_t i = 0; i < count; i++) {
        const char *value = view_axis(&cases[i], axis);
        size_t k = 0;

        while (value && k < i &&
               strcmp(view_text_or(cases[k].axes, axis, ""), value) != 0)
            k++;
        values += value && k == i;
    }
    return values;
}

/* That with the most values; NULL: there is none. */
static const char *longest_axis(const struct view_case *cases, size_t count)
{
    const char *longest = NULL, *key;
    size_t most = 0;
    json_t *value;

    json_object_foreach ((json_t *)cases[0].axes, key, value) {
        size_t length = length_of(cases, count, key);

        if (length > most) {
            longest = key;
            most = length;
        }
    }
    return longest;
}

/* ---- cells ---- */

/* "tasks=100, width=8" of a case, as its name has it after the section's. */
static const char *axes_of(const struct view_case *c)
{
    size_t length = strlen(c->section);
    bool begins = strncmp(c->name, c->section, length) == 0;
    return begins && c->name[length] == '/' ? c->name + length + 1 : c->name;
}

static void sweep_cell(char *cell, const struct view_case *c, const char *label)
{
    const struct view_entry *e = view_label(c, label);
    char time[SAY_BYTES];
    bool best = false;
    if (e)
        verdict_leaders(c, e, &best);
    if (!e)
        strcpy(cell, "");
    else if (view_measured(e))
        snprintf(cell, CELL_BYTES, "%s%s%s%s%s", best ? STRONG : "",
                 say_time(time, view_ranked(e)->median), best ? STRONG : "",
                 view_failed(e) > 0 ? ", tasks failed" : "",
                 verdict_kept_up(e) ? "" : ", fell behind");
    else if (e->computed)
        snprintf(cell, CELL_BYTES, "(%s)", say_time(time, e->ideal));
    else
        strcpy(cell,
               e->status == VIEW_FAILED ? STRONG "failed" STRONG : "absent");
}

/* Cases that stand side by side: one axis changes from one to the next, or
 * everything does where they are few. */
struct side {
    const struct view *view;
    const struct view_case **cases; /* in the suite's order */
    size_t count;
    const char *axis; /* NULL: there is none, or it is not the only one */
    bool growth;      /* there is a column for what grows along it */
};

/* The exponent of growth with the number of tasks, where one was fitted. */
static void growth_cell(char *cell, const struct side *side, const char *label)
{
    json_t *fixed = others_of(side->cases[0], "tasks"), *g;
    size_t i;

    *cell = '\0';
    json_array_foreach (json_object_get(side->view->summary, "growth"), i, g) {
        const char *section = view_text(g, "section");
        const char *who = view_text(g, "label");
        double exponent = view_number(g, "exponent");

        if (section && who && strcmp(section, side->cases[0]->section) == 0 &&
            strcmp(who, label) == 0 &&
            json_equal(json_object_get(g, "axes"), fixed))
            snprintf(cell, CELL_BYTES, "n^%.2f",
                     fabs(exponent) < 0.005 ? 0 : exponent);
    }
    json_decref(fixed);
}

/* ---- tables ---- */

static void side_row(struct doc *doc, const struct side *side,
                     const char *label, const struct doc_table *table)
{
    const char **cells = calloc(table->columns, sizeof(*cells));
    char(*text)[CELL_BYTES] = calloc(table->columns, sizeof(*text));
    char name[512];
    bool unverified = false;

    for (size_t i = 0; cells && text && i < side->count; i++) {
        const struct view_entry *e = view_label(side->cases[i], label);

        sweep_cell(text[i], side->cases[i], label);
        cells[1 + i] = text[i];
        unverified = unverified || (e && e->unverified);
    }
    if (cells && text) {
        snprintf(name, sizeof(name), CODE "%s" CODE "%s", label,
                 unverified ? TABLE_UNVERIFIED : "");
        cells[0] = name;
        if (side->growth) {
            growth_cell(text[side->count], side, label);
            cells[1 + side->count] = text[side->count];
        }
        doc_row(doc, cells);
    }
    free(cells);
    free(text);
}

/* Whether an earlier case has that label. */
static bool seen(const struct side *side, size_t before, const char *label)
{
    for (size_t i = 0; i < before; i++)
        if (view_label(side->cases[i], label))
            return true;
    return false;
}

/* "tasks=100" of a case whose other axes the table's title has. */
static void head_of(char *head, const struct side *side,
                    const struct view_case *c)
{
    const char *value = side->axis ? view_axis(c, side->axis) : NULL;

    if (value)
        snprintf(head, CELL_BYTES, "%.60s=%.60s", side->axis, value);
    else
        snprintf(head, CELL_BYTES, "%.150s", axes_of(c));
}

static void side_table(struct doc *doc, const struct side *side)
{
    const char **heads = calloc(side->count + 2, sizeof(*heads));
    char(*text)[CELL_BYTES] = calloc(side->count + 1, sizeof(*text));
    const struct doc_table table = {heads, side->count + 1 + side->growth, 1};

    if (heads && text) {
        heads[0] = "strategy";
        for (size_t i = 0; i < side->count; i++) {
            head_of(text[i], side, side->cases[i]);
            heads[1 + i] = text[i];
        }
        heads[1 + side->count] = "wall grows as";
        doc_table(doc, &table);
        for (size_t i = 0; i < side->count; i++)
            for (size_t k = 0; k < side->cases[i]->count; k++)
                if (!seen(side, i, side->cases[i]->entries[k].label))
                    side_row(doc, side, side->cases[i]->entries[k].label,
                             &table);
        doc_table_end(doc);
    }
    free(heads);
    free(text);
}

/* "delay=10ms, body=1KiB": what is the same in all cases of a table. */
static void side_title(struct doc *doc, const struct side *side)
{
    json_t *others = others_of(side->cases[0], side->axis), *value;
    char title[300] = "";
    const char *key;
    size_t used = 0;

    json_object_foreach (others, key, value)
        if (used < sizeof(title))
            used += (size_t)snprintf(title + used, sizeof(title) - used,
                                     "%s%.60s=%.100s", used ? ", " : "", key,
                                     json_string_value(value));
    if (*title)
        doc_paragraph(doc, STRONG "%s" STRONG, title);
    json_decref(others);
}

/* Gathers the cases that differ from one by the side's axis at most (all, where
 * it has none). */
static void gather(struct side *side, const struct view_case *cases,
                   size_t count, const struct view_case *like)
{
    side->count = 0;
    for (size_t i = 0; i < count; i++)
        if (!side->axis || differ_by(&cases[i], like, side->axis))
            side->cases[side->count++] = &cases[i];
}

void table_sweep(struct doc *doc, const struct view *view,
                 const struct view_section *s)
{
    const struct view_case *cases = &view->cases[s->first];
    size_t axes = json_object_size(cases->axes);
    struct side side = {.view = view,
                        .cases = calloc(s->count + 1, sizeof(*side.cases))};

    if (axes == 1 || s->count > COLUMNS_MOST)
        side.axis = longest_axis(cases, s->count);
    side.growth =
        side.axis && strcmp(side.axis, "tasks") == 0 && !view_open_load(cases);
    for (size_t i = 0; side.cases && i < s->count; i++) {
        bool later = i > 0 && !side.axis;

        for (size_t k = 0; side.axis && k < i && !later; k++)
            later = differ_by(&cases[k], &cases[i], side.axis);
        if (later)
            continue;
        gather(&side, cases, s->count, &cases[i]);
        if (side.axis && axes > 1)
            side_title(doc, &side);
        side_table(doc, &side);
    }
    table_unverified(doc, cases, s->count);
    free(side.cases);
}

/* ---- words ---- */

/* "`libev_loop` goes from 1.2 ms to 16 ms (13 times slower)" */
static void goes(FILE *out, const struct view_entry *from,
                 const struct view_entry *to, const char *verb)
{
    char a[SAY_BYTES], b[SAY_BYTES], change[SAY_BYTES];
    double was = view_ranked(from)->median, is = view_ranked(to)->median;

    fprintf(out, CODE "%s" CODE " %sfrom %s to %s (%s)", to->label, verb,
            say_time(a, was), say_time(b, is), say_change(change, is / was));
}

static void along(FILE *out, const struct view_case *from,
                  const struct view_case *to)
{
    const struct view_entry *best = view_fastest(to);
    const struct view_entry *was = best ? view_label(from, best->label) : NULL;
    const struct view_entry *base =
        from->base && to->base ? view_label(from, to->base->label) : NULL;

    if (!was || !view_measured(was))
        return;
    fprintf(out, "%sFrom " CODE "%s" CODE " to " CODE "%s" CODE ", ",
            ftell(out) > 0 ? " " : "", from->name, to->name);
    if (view_open_load(to))
        fprintf(out, "p%g from due: ", 100 * to->quantile);
    goes(out, was, best, "goes ");
    if (base && view_measured(base) && to->base != best) {
        fputs(", ", out);
        goes(out, base, to->base, "");
    }
    fputc('.', out);
}

void verdict_sweep(FILE *out, const struct view_case *cases, size_t count)
{
    const struct view_case *last = &cases[count - 1];
    const char *key;
    json_t *value;

    json_object_foreach ((json_t *)last->axes, key, value) {
        size_t i = 0;

        while (!differ_by(&cases[i], last, key))
            i++;
        if (&cases[i] != last)
            along(out, &cases[i], last);
    }
}
