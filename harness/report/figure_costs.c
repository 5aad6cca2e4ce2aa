/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Data of the figures of memory and of CPU time: a row a strategy, amounts for
 * each task.
 */
#include "figure_data.h"

#include <math.h>

#include "say.h"

/* Only rows that were measured; the figures are about amounts. */

/* What is less is nothing: an axis ends here at least. */
#define LEAST_BYTES    1
#define PARTS_BELOW    8   /* of memory, so much less than the least is shown */
#define LEAST_CPU      100 /* ns */
#define LEAST_SWITCHES 0.01

static void cost_header(FILE *out, const struct view_case *c,
                        const struct extent *a, const struct extent *b)
{
    char about[256];
    fputs("# case about rows low high low_2 high_2\n", out);
    cell_first(out, c->name, 60);
    cell_text(out, say_case(about, sizeof(about), c), 80);
    cell_number(out, (double)view_measured_count(c));
    cell_number(out, a->low);
    cell_number(out, a->high);
    cell_number(out, b->low);
    cell_number(out, b->high);
    fputc('\n', out);
    cell_block_end(out);
}

static void cost_row(FILE *out, const struct view_entry *e, size_t row,
                     const double *values, size_t count,
                     const char *const *words)
{
    fprintf(out, "%zu", row);
    cell_label(out, e);
    cell_text(out, e->strategy, 40);
    cell_number(out, e->variant);
    for (size_t v = 0; v < count; v++)
        cell_number(out, values[v]);
    for (; *words; words++)
        cell_text(out, *words, 60);
    fputc('\n', out);
}

/* The axis holds what is resident and virtual; its parts are far less in many
 * a case, and what is left of the axis stands at its edge. */
static bool memory_extents(const struct view_case *c, struct extent *axis,
                           struct extent *parts)
{
    *axis = *parts = extent_nowhere;
    for (size_t i = 0; i < c->count; i++) {
        const struct view_entry *e = &c->entries[i];
        if (!view_measured(e))
            continue;
        extend(axis, e->bytes_per_task);
        extend(axis, e->virtual_bytes / e->inflight);
        extend(parts, e->kernel_stack / e->inflight);
        extend(parts, e->page_table / e->inflight);
    }
    if (axis->low > axis->high)
        *axis = *parts;
    if (parts->low > parts->high)
        *parts = *axis;
    if (axis->low > axis->high)
        return false;
    axis->low = fmin(axis->low, fmax(parts->low, axis->low / PARTS_BELOW));
    axis->low = fmax(axis->low, LEAST_BYTES);
    axis->high = fmax(fmax(axis->high, parts->high), axis->low);
    return true;
}

bool memory_data(FILE *out, const struct figure *figure,
                 const struct records *records)
{
    (void)records;
    const struct view_case *c = figure->cases[0];
    struct extent extent, parts;
    if (!memory_extents(c, &extent, &parts))
        return false;
    cost_header(out, c, &extent, &parts);
    fputs("# row label strategy variant resident kernel_stack page_table "
          "virtual resident_text inflight_text\n",
          out);
    for (size_t i = 0, row = 1; i < c->count; i++) {
        const struct view_entry *e = &c->entries[i];
        char bytes[SAY_BYTES], flight[SAY_BYTES];
        if (!view_measured(e))
            continue;
        const double values[] = {
            e->bytes_per_task, e->kernel_stack / e->inflight,
            e->page_table / e->inflight, e->virtual_bytes / e->inflight};
        const char *const words[] = {say_bytes(bytes, e->bytes_per_task),
                                     say_count(flight, e->inflight), NULL};
        cost_row(out, e, row++, values, 4, words);
    }
    return true;
}

bool cpu_data(FILE *out, const struct figure *figure,
              const struct records *records)
{
    (void)records;
    const struct view_case *c = figure->cases[0];
    struct extent cpu = extent_nowhere, switches = extent_nowhere;
    for (size_t i = 0; i < c->count; i++) {
        const struct view_entry *e = &c->entries[i];
        if (!view_measured(e))
            continue;
        extend(&cpu, e->cpu);
        extend(&switches, (e->voluntary + e->involuntary) / c->tasks);
    }
    if (view_measured_count(c) == 0)
        return false;
    extend(&cpu, fmax(cpu.high, LEAST_CPU));
    extend(&switches, fmax(switches.high, LEAST_SWITCHES));
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
        const char *const words[] = {say_time(time, e->cpu),
                                     say_rate(count, e->switches / c->tasks),
                                     NULL};
        cost_row(out, e, row++, values, 3, words);
    }
    return true;
}
