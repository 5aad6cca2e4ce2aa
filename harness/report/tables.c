/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The tables of a report. A cell that has no value holds an en dash.
 */
#include "chapters.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"
#include "verdict.h"

#define CELL_BYTES (3 * SAY_BYTES)

/* ---- a case ---- */

typedef void cell_writer(char *cell, const struct view_case *c,
                         const struct view_entry *e);

/* "45.1 ms [44.8, 45.6]", or "(44.1 to 46.0)", the range, where there is no
 * interval. */
static void spread_cell(char *cell, const char *middle, const struct spread *s,
                        double samples, char *(*one)(char *, double))
{
    char low[SAY_BYTES], high[SAY_BYTES];
    bool interval = isfinite(s->lo) && isfinite(s->hi);
    one(low, interval ? s->lo : s->min);
    one(high, interval ? s->hi : s->max);
    say_unit_once(middle, low, high);
    if (interval)
        snprintf(cell, CELL_BYTES, "%s [%s, %s]", middle, low, high);
    else if (isfinite(s->min) && samples > 1)
        snprintf(cell, CELL_BYTES, "%s (%s to %s)", middle, low, high);
    else
        snprintf(cell, CELL_BYTES, "%s", middle);
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

/* Cells that are one number, written in one way. */
#define NUMBER_CELL(name, say, value)                                          \
    static void name##_cell(char *cell, const struct view_case *c,             \
                            const struct view_entry *e)                        \
    {                                                                          \
        (void)c;                                                               \
        say(cell, value);                                                      \
    }

NUMBER_CELL(efficiency, say_percent, e->efficiency)
NUMBER_CELL(throughput, say_rate, e->throughput)
NUMBER_CELL(p50, say_time, e->latency.p50)
NUMBER_CELL(p99, say_time, e->latency.p99)
NUMBER_CELL(cpu, say_time, e->cpu)
NUMBER_CELL(cores, say_rate, e->cores.median)
NUMBER_CELL(memory, say_bytes, e->bytes_per_task)
NUMBER_CELL(threads, say_count, e->threads)
NUMBER_CELL(inflight, say_count, e->inflight)
NUMBER_CELL(switches, say_rate, e->switches / c->tasks)
NUMBER_CELL(samples, say_count, e->samples)
NUMBER_CELL(setup, say_time, e->setup)
/* A tool that only knows a rate did another number of tasks meanwhile. */
NUMBER_CELL(process, say_time, e->unverified ? (double)NAN : e->process)
NUMBER_CELL(process_cpu, say_time, e->unverified ? (double)NAN : e->process_cpu)
NUMBER_CELL(close, say_time, e->close)
NUMBER_CELL(warmup, say_time, e->first_wall)
NUMBER_CELL(wait_p50, say_time, e->sojourn.p50)
NUMBER_CELL(wait_p99, say_time, e->sojourn.p99)
NUMBER_CELL(lag_p99, say_time, e->lag.p99)
NUMBER_CELL(lag_max, say_time, e->lag.max)
NUMBER_CELL(rss, say_bytes, e->rss)
NUMBER_CELL(virtual, say_bytes, e->virtual_bytes)
NUMBER_CELL(kernel_stack, say_bytes, e->kernel_stack)
NUMBER_CELL(page_table, say_bytes, e->page_table)
NUMBER_CELL(voluntary, say_count, e->voluntary)
NUMBER_CELL(involuntary, say_count, e->involuntary)
NUMBER_CELL(origin_peak, say_count, e->origin_peak)
NUMBER_CELL(origin_share, say_percent, e->origin_share)

/* A round's quantile from due to finished, which an open load is ranked by. */
static void tail_cell(char *cell, const struct view_case *c,
                      const struct view_entry *e)
{
    char median[SAY_BYTES];
    (void)c;
    spread_cell(cell, say_time(median, e->tail.median), &e->tail, e->samples,
                say_time);
}

static void behind_cell(char *cell, const struct view_case *c,
                        const struct view_entry *e)
{
    char late[SAY_BYTES];
    const char *type = verdict_kept_up(e) ? "" : STRONG;
    (void)c;
    snprintf(cell, CELL_BYTES, "%s%s%s", type, say_percent(late, e->behind),
             type);
}

struct column {
    const char *head;
    cell_writer *write;
};

static void failed_cell(char *cell, const struct view_case *c,
                        const struct view_entry *e)
{
    char failed[SAY_BYTES], all[SAY_BYTES];
    (void)c;
    if (e->failed > 0)
        snprintf(cell, CELL_BYTES, STRONG "%s of %s" STRONG,
                 say_count(failed, e->failed),
                 say_count(all, e->failed + e->ok));
    else
        strcpy(cell, "0");
}

/* The first of the main columns, where any of the case's tasks failed. */
static const struct column failed_column = {"failed tasks", failed_cell};

static const struct column main_columns[] = {
    {"wall time", wall_cell},
    {"speed-up", speedup_cell},
    {"of its ideal", efficiency_cell},
    {"tasks/s", throughput_cell},
    {"latency p50", p50_cell},
    {"latency p99", p99_cell},
    {"CPU a task", cpu_cell},
    {"cores busy", cores_cell},
    {"memory a task", memory_cell},
    {"threads", threads_cell},
    {"in flight", inflight_cell},
    {"switches a task", switches_cell},
    {NULL, NULL},
};

/* Where there are peers: what a user of the program waits for, and pays. */
static const struct column peer_columns[] = {
    {"wall time", wall_cell},
    {"whole process", process_cell},
    {"… its CPU", process_cpu_cell},
    {"speed-up", speedup_cell},
    {"of its ideal", efficiency_cell},
    {"tasks/s", throughput_cell},
    {"latency p50", p50_cell},
    {"latency p99", p99_cell},
    {"CPU a task", cpu_cell},
    {"cores busy", cores_cell},
    {"memory a task", memory_cell},
    {"threads", threads_cell},
    {"in flight", inflight_cell},
    {"switches a task", switches_cell},
    {NULL, NULL},
};

/* Of an open load: no wall times, which its rate decides. The corrected figures
 * count from when a task was due, the others from when it was started. */
static const struct column open_columns[] = {
    {"", tail_cell},
    {"due: p50", wait_p50_cell},
    {"due: p99", wait_p99_cell},
    {"start: p50", p50_cell},
    {"start: p99", p99_cell},
    {"lag p99", lag_p99_cell},
    {"lag max", lag_max_cell},
    {"late", behind_cell},
    {"tasks/s", throughput_cell},
    {"in flight", inflight_cell},
    {"cores busy", cores_cell},
    {"CPU a task", cpu_cell},
    {"threads", threads_cell},
    {NULL, NULL},
};

static const struct column open_short_columns[] = {
    {"", tail_cell},          {"start: p99", p99_cell},
    {"late", behind_cell},    {"tasks/s", throughput_cell},
    {"CPU a task", cpu_cell}, {NULL, NULL},
};

static const struct column short_columns[] = {
    {"wall time", wall_cell},
    {"speed-up", speedup_cell},
    {"CPU a task", cpu_cell},
    {"peak memory", rss_cell},
    {NULL, NULL},
};

static const struct column more_columns[] = {
    {"samples", samples_cell},
    {"warm-up", warmup_cell},
    {"open", setup_cell},
    {"close", close_cell},
    {"whole process", process_cell},
    {"… its CPU", process_cpu_cell},
    {"p50 with the wait", wait_p50_cell},
    {"p99 with the wait", wait_p99_cell},
    {"peak RSS", rss_cell},
    {"virtual size", virtual_cell},
    {"kernel stacks, computed", kernel_stack_cell},
    {"page tables", page_table_cell},
    {"voluntary switches", voluntary_cell},
    {"involuntary switches", involuntary_cell},
    {"origin: in service", origin_peak_cell},
    {"origin: of a core", origin_share_cell},
    {NULL, NULL},
};

#define COLUMNS_MAX 20

/* Why there are no figures. */
static void missing_row(struct doc *doc, const struct view_entry *e,
                        const char *cells[], size_t count)
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
    for (size_t i = 2; i < count; i++)
        cells[i] = "";
    doc_row(doc, cells);
    free(text);
}

static size_t columns_of(const struct view_case *c,
                         const struct column *columns, bool missing,
                         const struct column *out[])
{
    size_t count = 0;
    bool failed = false;
    for (size_t i = 0; i < c->count; i++)
        failed = failed || view_failed(&c->entries[i]) > 0;
    if (failed && missing)
        out[count++] = &failed_column;
    for (; columns->head && count < COLUMNS_MAX - 1; columns++)
        out[count++] = columns;
    return count;
}

void table_unverified(struct doc *doc, const struct view_case *cases,
                      size_t count)
{
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < cases[i].count; k++) {
            if (!cases[i].entries[k].unverified)
                continue;
            doc_paragraph(doc, STRONG
                          "Unverified" STRONG
                          ": it cannot say what it received. No check "
                          "stands behind its figures, and it is ranked "
                          "nowhere. Where it only knows a rate, its times "
                          "are computed from that.");
            return;
        }
}

/* How an entry's name is set off, and what stands behind it. */
static void label_of(char *label, size_t size, const struct view_case *c,
                     const struct view_entry *e)
{
    bool leads = false;
    bool tie = verdict_leaders(c, e, &leads) > 1;
    const char *type = e == view_fastest(c) || leads ? STRONG : "";
    snprintf(label, size, "%s" CODE "%s" CODE "%s%s", type, e->label, type,
             e->unverified  ? TABLE_UNVERIFIED
             : leads && tie ? " (tie)"
                            : "");
}

static void table_of(struct doc *doc, const struct view_case *c,
                     const struct column *list, bool missing)
{
    const char *heads[COLUMNS_MAX] = {"strategy"}, *cells[COLUMNS_MAX];
    const struct column *columns[COLUMNS_MAX];
    char text[COLUMNS_MAX][CELL_BYTES], label[512], tail[SAY_BYTES];
    size_t count = 1 + columns_of(c, list, missing, columns);
    snprintf(tail, sizeof(tail), "due: p%g of a round", 100 * c->quantile);
    for (size_t i = 1; i < count; i++)
        heads[i] = *columns[i - 1]->head ? columns[i - 1]->head : tail;
    const struct doc_table table = {heads, count, 1};
    doc_table(doc, &table);
    for (size_t k = 0; k < c->count; k++) {
        const struct view_entry *e = &c->entries[k];
        label_of(label, sizeof(label), c, e);
        cells[0] = label;
        for (size_t i = 1; i < count && view_measured(e); i++) {
            columns[i - 1]->write(text[i], c, e);
            cells[i] = text[i];
        }
        if (view_measured(e))
            doc_row(doc, cells);
        else if (missing)
            missing_row(doc, e, cells, count);
    }
    doc_table_end(doc);
}

void table_case(struct doc *doc, const struct view_case *c)
{
    table_of(doc, c,
             view_open_load(c)  ? open_columns
             : view_has_peer(c) ? peer_columns
                                : main_columns,
             true);
    table_unverified(doc, c, 1);
    if (c->real)
        doc_paragraph(doc, "Threads are those of the strategy, without those "
                           "that libcurl starts to resolve names.");
}

void table_more(struct doc *doc, const struct view_case *c)
{
    table_of(doc, c, more_columns, false);
}

void table_short(struct doc *doc, const struct view_case *c)
{
    table_of(doc, c, view_open_load(c) ? open_short_columns : short_columns,
             true);
    table_unverified(doc, c, 1);
}
