/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The report's first table: what is synchronous and what asynchronous, by the
 * flow of the work and by what it takes, in the one case of the run in which
 * that is seen best. Runs without such a case have no such table.
 */
#include "chapters.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"

#define CELL_BYTES  160
#define COLUMNS_MAX 3

/* Who stands for a column: the first of them that was measured. */
static const char *const columns[COLUMNS_MAX][4] = {
    {"sequential"},
    {"thread_pool", "thread_per_task"},
    {"libev_loop", "coroutine", "executor"},
};

/* What happens while one waits. */
static const struct flow {
    const char *strategy, *text;
} flows[] = {
    {"sequential", "one thread waits for a task, then begins the next"},
    {"thread_pool", "each thread of a pool waits for one task"},
    {"thread_per_task", "each task has a thread that waits for it"},
    {"libev_loop", "one thread waits for all tasks at once"},
    {"coroutine", "one thread waits for all tasks at once, each of which goes "
                  "on where it left"},
    {"executor", "a loop goes on; threads of a pool wait"},
};

struct sides {
    const struct view_case *c;
    const struct view_entry *list[COLUMNS_MAX]; /* those there are */
    size_t count;
};

/* ---- which case ---- */

static const struct view_entry *stands(const struct view_case *c,
                                       const char *const *names)
{
    for (; *names; names++)
        for (size_t i = 0; i < c->count; i++)
            if (strcmp(c->entries[i].strategy, *names) == 0 &&
                view_level(c, &c->entries[i]))
                return &c->entries[i];
    return NULL;
}

/* False where the case has not both sides, or no waits that could overlap. */
static bool sides_of(const struct view_case *c, struct sides *out)
{
    bool both = c->tasks > 1 && c->ideal > 0 && !view_open_load(c);
    *out = (struct sides){.c = c};
    for (size_t i = 0; i < COLUMNS_MAX; i++) {
        const struct view_entry *e = stands(c, columns[i]);
        if (e)
            out->list[out->count++] = e;
        else
            both = both && i == 1;
    }
    return both;
}

/* Fetches tell more than sleeps, three columns more than two; then the larger
 * gain. */
static bool tells_more(const struct sides *a, const struct sides *b)
{
    const struct view_entry *x = a->list[a->count - 1];
    const struct view_entry *y = b->list[b->count - 1];
    bool fetches = isfinite(x->connections);
    if (fetches != isfinite(y->connections))
        return fetches;
    if (a->count != b->count)
        return a->count > b->count;
    return a->list[0]->wall.median / x->wall.median >
           b->list[0]->wall.median / y->wall.median;
}

/* ---- cells ---- */

struct cell {
    const struct sides *sides;
    const struct view_entry *e;
    const struct record *record;
    char text[CELL_BYTES];
};

static void flow_cell(struct cell *cell)
{
    for (size_t i = 0; i < sizeof(flows) / sizeof(*flows); i++)
        if (strcmp(flows[i].strategy, cell->e->strategy) == 0)
            snprintf(cell->text, CELL_BYTES, "%s", flows[i].text);
}

/* Lanes are by task; a task is overtaken where a later one finished before. */
static void order_cell(struct cell *cell)
{
    const struct record *r = cell->record;
    double earliest = INFINITY;
    size_t overtaken = 0;
    for (size_t i = r->lane_count; i-- > 0;) {
        bool last =
            i + 1 == r->lane_count || r->lanes[i + 1].task > r->lanes[i].task;
        if (!last)
            continue;
        overtaken += r->lanes[i].finished > earliest;
        earliest = fmin(earliest, r->lanes[i].finished);
    }
    if (r->task_count == 0)
        strcpy(cell->text, "–");
    else if (overtaken == 0)
        strcpy(cell->text, "as given");
    else
        snprintf(cell->text, CELL_BYTES, "%zu of %zu overtaken by a later one",
                 overtaken, r->task_count);
}

static void speedup_cell(struct cell *cell)
{
    const struct view_entry *first = cell->sides->list[0];
    if (cell->e == first)
        strcpy(cell->text, "1");
    else
        say_ratio(cell->text, first->wall.median / cell->e->wall.median);
}

#define SAYING_CELL(name, say, value)                                          \
    static void name##_cell(struct cell *cell)                                 \
    {                                                                          \
        say(cell->text, value);                                                \
    }

SAYING_CELL(inflight, say_count, cell->e->inflight)
SAYING_CELL(wall, say_time, cell->e->wall.median)
SAYING_CELL(cores, say_rate, cell->e->cores.median)
SAYING_CELL(threads, say_count, cell->e->threads)
SAYING_CELL(memory, say_bytes, cell->e->bytes_per_task)
SAYING_CELL(switches, say_rate, cell->e->switches / cell->sides->c->tasks)
SAYING_CELL(connections, say_count, cell->e->connections)

static const struct aspect {
    const char *name;
    void (*write)(struct cell *cell);
} aspects[] = {
    {"flow: what waits", flow_cell},
    {"in flight at once", inflight_cell},
    {"order of finishing", order_cell},
    {"wall time", wall_cell},
    {"speed-up, of the medians", speedup_cell},
    {"cores busy", cores_cell},
    {"threads", threads_cell},
    {"memory a task in flight", memory_cell},
    {"context switches a task", switches_cell},
    {"connections at the origin", connections_cell},
};

/* ---- the table ---- */

static void aspect_row(struct doc *doc, const struct sides *s,
                       const struct records *records,
                       const struct aspect *aspect)
{
    struct cell cells[COLUMNS_MAX];
    const char *texts[COLUMNS_MAX + 1] = {aspect->name};
    for (size_t i = 0; i < s->count; i++) {
        cells[i] = (struct cell){.sides = s,
                                 .e = s->list[i],
                                 .record = records_of(records, s->list[i])};
        aspect->write(&cells[i]);
        texts[i + 1] = cells[i].text;
    }
    doc_row(doc, texts);
}

static void table_write(struct doc *doc, const struct sides *s,
                        const struct records *records)
{
    char text[COLUMNS_MAX][CELL_BYTES];
    const char *heads[COLUMNS_MAX + 1] = {"aspect"};
    for (size_t i = 0; i < s->count; i++) {
        snprintf(text[i], CELL_BYTES, "%s: " CODE "%.80s" CODE,
                 i == 0              ? "synchronous"
                 : i + 1 == s->count ? "asynchronous"
                                     : "threads",
                 s->list[i]->label);
        heads[i + 1] = text[i];
    }
    const struct doc_table table = {heads, s->count + 1, s->count + 1};
    bool fetches = isfinite(s->list[s->count - 1]->connections);
    doc_table(doc, &table);
    for (size_t i = 0; i < sizeof(aspects) / sizeof(*aspects); i++)
        if (fetches || aspects[i].write != connections_cell)
            aspect_row(doc, s, records, &aspects[i]);
    doc_table_end(doc);
}

void comparison_write(struct doc *doc, const struct view *view,
                      const struct records *records)
{
    struct sides best = {0}, one;
    char about[320];
    for (size_t i = 0; i < view->count; i++)
        if (sides_of(&view->cases[i], &one) &&
            (best.count == 0 || tells_more(&one, &best)))
            best = one;
    if (best.count == 0)
        return;
    doc_heading(doc, 2, "flow", "Synchronous and asynchronous");
    doc_paragraph(doc,
                  "One after another, the waiting times of the tasks add up; "
                  "where they overlap, the slowest decides. What overlaps them "
                  "is either more threads, each of which still waits for one "
                  "task, or a loop that waits for all. Measured in " CODE
                  "%s" CODE ": %s.",
                  best.c->name, say_case(about, sizeof(about), best.c));
    table_write(doc, &best, records);
}
