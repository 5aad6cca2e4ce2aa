/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tables of a report. A cell that has no value holds an en dash.
 */
#include "chapters.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"

#define CELL_BYTES (3 * SAY_BYTES)

/* ---- a case ---- */

typedef void cell_writer(char *cell, const struct view_case *c,
                         const struct view_entry *e);

/* "45.1 ms [44.8, 45.6]", or the range in words where there is no interval. */
static void spread_cell(char *cell, const char *middle,
                        const struct spread *s, double samples,
                        char *(*one)(char *, double))
{
    char around[SAY_BYTES], low[SAY_BYTES], high[SAY_BYTES];
    say_spread(around, s, one);
    if (!*around && isfinite(s->min) && samples > 1)
        snprintf(around, sizeof(around), "(%.40s to %.40s)", one(low, s->min),
                 one(high, s->max));
    snprintf(cell, CELL_BYTES, "%s%s%s", middle, *around ? " " : "", around);
}

static void wall_cell(char *cell, const struct view_case *c,
                      const struct view_entry *e)
{
    char median[SAY_BYTES];
    (void)c;
    spread_cell(cell, say_time(median, e->wall.median), &e->wall, e->samples,
                say_time);
}

static void speedup_cell(char *cell, const struct view_case *c,
                         const struct view_entry *e)
{
    char median[SAY_BYTES];
    if (e == c->base)
        strcpy(cell, "baseline");
    else
        spread_cell(cell, say_ratio(median, e->speedup.median), &e->speedup,
                    e->samples, say_factor);
}

static void efficiency_cell(char *cell, const struct view_case *c,
                            const struct view_entry *e)
{
    (void)c;
    say_percent(cell, e->efficiency);
}

static void throughput_cell(char *cell, const struct view_case *c,
                            const struct view_entry *e)
{
    (void)c;
    say_count(cell, e->throughput >= 100 ? round(e->throughput)
                                         : e->throughput);
}

static void p50_cell(char *cell, const struct view_case *c,
                     const struct view_entry *e)
{
    (void)c;
    say_time(cell, e->latency.p50);
}

static void p99_cell(char *cell, const struct view_case *c,
                     const struct view_entry *e)
{
    (void)c;
    say_time(cell, e->latency.p99);
}

static void sojourn_cell(char *cell, const struct view_case *c,
                         const struct view_entry *e)
{
    (void)c;
    say_time(cell, e->sojourn.p50);
}

static void cpu_cell(char *cell, const struct view_case *c,
                     const struct view_entry *e)
{
    (void)c;
    say_time(cell, e->cpu);
}

static void memory_cell(char *cell, const struct view_case *c,
                        const struct view_entry *e)
{
    (void)c;
    say_bytes(cell, e->bytes_per_task);
}

static void rss_cell(char *cell, const struct view_case *c,
                     const struct view_entry *e)
{
    (void)c;
    say_bytes(cell, e->rss);
}

static void threads_cell(char *cell, const struct view_case *c,
                         const struct view_entry *e)
{
    (void)c;
    say_count(cell, e->threads);
}

static void inflight_cell(char *cell, const struct view_case *c,
                          const struct view_entry *e)
{
    (void)c;
    say_count(cell, e->inflight);
}

static void switches_cell(char *cell, const struct view_case *c,
                          const struct view_entry *e)
{
    say_count(cell, e->switches / c->tasks);
}

static void close_cell(char *cell, const struct view_case *c,
                       const struct view_entry *e)
{
    (void)c;
    say_time(cell, e->close);
}

static const struct {
    const char *head;
    cell_writer *write;
} columns[] = {
    {"wall time", wall_cell},
    {"speed-up", speedup_cell},
    {"of its ideal", efficiency_cell},
    {"tasks/s", throughput_cell},
    {"latency p50", p50_cell},
    {"p99", p99_cell},
    {"p50 with the wait", sojourn_cell},
    {"CPU a task", cpu_cell},
    {"memory a task", memory_cell},
    {"peak RSS", rss_cell},
    {"threads", threads_cell},
    {"in flight", inflight_cell},
    {"switches a task", switches_cell},
    {"close", close_cell},
};
#define COLUMNS (sizeof(columns) / sizeof(*columns))

/* Why there are no figures. The text cell is as long as it needs to be. */
static void missing_row(struct doc *doc, const struct view_entry *e,
                        const char *cells[])
{
    char *text = NULL, time[SAY_BYTES];
    if (asprintf(&text, "%s: %s%s%s%s",
                 e->status == VIEW_FAILED ? STRONG "failed" STRONG : "absent",
                 e->reason ? e->reason : "no sample",
                 e->computed ? " (computed: " : "",
                 e->computed ? say_time(time, e->ideal) : "",
                 e->computed ? ")" : "") < 0)
        return;
    cells[1] = text;
    for (size_t i = 1; i < COLUMNS; i++)
        cells[1 + i] = "";
    doc_row(doc, cells);
    free(text);
}

void table_case(struct doc *doc, const struct view_case *c)
{
    const char *heads[COLUMNS + 1] = {"strategy"}, *cells[COLUMNS + 1];
    char text[COLUMNS][CELL_BYTES], label[512];
    for (size_t i = 0; i < COLUMNS; i++)
        heads[1 + i] = columns[i].head;
    const struct doc_table table = {heads, COLUMNS + 1, 1};
    const struct view_entry *best = view_fastest(c);
    doc_table(doc, &table);
    for (size_t k = 0; k < c->count; k++) {
        const struct view_entry *e = &c->entries[k];
        snprintf(label, sizeof(label), "%s" CODE "%s" CODE "%s",
                 e == best ? STRONG : "", e->label, e == best ? STRONG : "");
        cells[0] = label;
        if (!view_measured(e)) {
            missing_row(doc, e, cells);
            continue;
        }
        for (size_t i = 0; i < COLUMNS; i++) {
            columns[i].write(text[i], c, e);
            cells[1 + i] = text[i];
        }
        doc_row(doc, cells);
    }
    doc_table_end(doc);
}

/* ---- a sweep ---- */

/* "tasks=100, width=8" of a case, as its name has it after the section's. */
static const char *axes_of(const struct view_case *c)
{
    size_t length = strlen(c->section);
    bool begins = strncmp(c->name, c->section, length) == 0;
    return begins && c->name[length] == '/' ? c->name + length + 1 : c->name;
}

static void sweep_cell(char *cell, const struct view_case *c,
                       const char *label)
{
    const struct view_entry *e = view_label(c, label);
    char time[SAY_BYTES];
    bool best = e && e == view_fastest(c);
    if (!e)
        strcpy(cell, "");
    else if (view_measured(e))
        snprintf(cell, CELL_BYTES, "%s%s%s", best ? STRONG : "",
                 say_time(time, e->wall.median), best ? STRONG : "");
    else if (e->computed)
        snprintf(cell, CELL_BYTES, "(%s)", say_time(time, e->ideal));
    else
        strcpy(cell, e->status == VIEW_FAILED ? STRONG "failed" STRONG
                                              : "absent");
}

/* The exponent of growth with the number of tasks, where one was fitted. */
static void growth_cell(char *cell, const struct view *view,
                        const struct view_case *c, const char *label)
{
    size_t i;
    json_t *g;
    *cell = '\0';
    json_array_foreach (json_object_get(view->summary, "growth"), i, g) {
        const char *section = view_text(g, "section");
        const char *who = view_text(g, "label");
        if (!section || !who || strcmp(section, c->section) != 0 ||
            strcmp(who, label) != 0 ||
            json_object_size(json_object_get(g, "axes")) > 0)
            continue;
        snprintf(cell, CELL_BYTES, "n^%.2f", view_number(g, "exponent"));
    }
}

static void sweep_row(struct doc *doc, const struct view *view,
                      const struct view_section *s, const char *label,
                      const struct doc_table *table, bool growth)
{
    const struct view_case *cases = &view->cases[s->first];
    const char **cells = calloc(table->columns, sizeof(*cells));
    char(*text)[CELL_BYTES] = calloc(table->columns, sizeof(*text));
    char name[512];
    if (cells && text) {
        snprintf(name, sizeof(name), CODE "%s" CODE, label);
        cells[0] = name;
        for (size_t i = 0; i < s->count; i++) {
            sweep_cell(text[i], &cases[i], label);
            cells[1 + i] = text[i];
        }
        if (growth) {
            growth_cell(text[s->count], view, cases, label);
            cells[1 + s->count] = text[s->count];
        }
        doc_row(doc, cells);
    }
    free(cells);
    free(text);
}

/* Whether an earlier case of the section has that label. */
static bool seen(const struct view *view, const struct view_section *s,
                 size_t before, const char *label)
{
    for (size_t i = 0; i < before; i++)
        if (view_label(&view->cases[s->first + i], label))
            return true;
    return false;
}

void table_sweep(struct doc *doc, const struct view *view,
                 const struct view_section *s)
{
    const struct view_case *cases = &view->cases[s->first];
    const char **heads = calloc(s->count + 2, sizeof(*heads));
    bool growth = view_axis(cases, "tasks") != NULL;
    if (!heads)
        return;
    heads[0] = "strategy";
    for (size_t i = 0; i < s->count; i++)
        heads[1 + i] = axes_of(&cases[i]);
    heads[1 + s->count] = "grows as";
    const struct doc_table table = {heads, s->count + 1 + growth, 1};
    doc_table(doc, &table);
    for (size_t i = 0; i < s->count; i++)
        for (size_t k = 0; k < cases[i].count; k++)
            if (!seen(view, s, i, cases[i].entries[k].label))
                sweep_row(doc, view, s, cases[i].entries[k].label, &table,
                          growth);
    doc_table_end(doc);
    free(heads);
}
