/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cells and axes of figures' data, and which writer makes which kind. See
 * figure_data.h. Selecting and naming is done here; gnuplot only draws.
 */
#include "figure_data.h"

#include <math.h>
#include <string.h>

/* ---- cells ---- */

/* A text: no tab, no line's end, no quote; at most `most` characters. */
void cell_first(FILE *out, const char *text, size_t most)
{
    size_t shown = 0;
    for (const char *p = text ? text : ""; *p; p++) {
        bool continues = ((unsigned char)*p & 0xc0) == 0x80;
        if (!continues && ++shown > most) {
            fputs("…", out);
            return;
        }
        fputc((unsigned char)*p < ' ' ? ' ' : *p == '"' ? '\'' : *p, out);
    }
}

void cell_text(FILE *out, const char *text, size_t most)
{
    fputc('\t', out);
    cell_first(out, text, most);
}

void cell_label(FILE *out, const struct view_entry *e)
{
    char text[160];
    snprintf(text, sizeof(text), "%.100s%s", e->label,
             e->unverified ? " (unverified)" : "");
    cell_text(out, text, 24);
}

void cell_number(FILE *out, double value)
{
    if (isfinite(value))
        fprintf(out, "\t%.9g", value);
    else
        fputs("\tNaN", out);
}

void cell_block_end(FILE *out)
{
    fputs("\n\n", out);
}

/* How an entry is drawn. */
const char *cell_state(const struct view_entry *e)
{
    if (view_measured(e))
        return "ok";
    if (e->status == VIEW_FAILED)
        return "failed";
    return e->computed ? "computed" : "absent";
}

/* How much of a reason comes before its details. */
static int clause(const char *reason)
{
    size_t length = strcspn(reason, ";");
    const char *details = strstr(reason, " (");
    if (details && (size_t)(details - reason) < length && details > reason)
        length = (size_t)(details - reason);
    return (int)length;
}

void cell_reason(FILE *out, const struct view_entry *e, size_t most)
{
    char text[512] = "";
    const char *reason = e->reason ? e->reason : "no sample";
    if (!view_measured(e))
        snprintf(text, sizeof(text), "%s: %.*s",
                 e->status == VIEW_FAILED ? "failed" : "absent", clause(reason),
                 reason);
    cell_text(out, text, most);
}

/* ---- extent of an axis ---- */

const struct extent extent_nowhere = {INFINITY, -INFINITY};

/* Points that a logarithmic axis cannot hold are left out. */
void extend(struct extent *extent, double value)
{
    if (!isfinite(value) || value <= 0)
        return;
    extent->low = fmin(extent->low, value);
    extent->high = fmax(extent->high, value);
}

/* ---- the table ---- */

bool figure_data(FILE *out, const struct figure *figure,
                 const struct records *records)
{
    static figure_writer *const writers[FIGURE_KINDS] = {
        [FIGURE_OVERVIEW] = overview_data,
        [FIGURE_TIMELINE] = timeline_data,
        [FIGURE_ZOOM] = timeline_data,
        [FIGURE_SCALING_TASKS] = scaling_data,
        [FIGURE_SCALING_WIDTH] = scaling_data,
        [FIGURE_SCALING_BODY] = scaling_data,
        [FIGURE_SCALING_DELAY] = scaling_data,
        [FIGURE_SCALING_MEMORY] = scaling_memory_data,
        [FIGURE_MEMORY] = memory_data,
        [FIGURE_CPU] = cpu_data,
        [FIGURE_LATENCY] = latency_data,
        [FIGURE_OPEN_LOAD] = open_load_data,
        [FIGURE_SAMPLES] = samples_data,
        [FIGURE_COSTS] = fits_data,
        [FIGURE_CALIBRATION] = calibration_data,
        [FIGURE_MAP] = map_data,
        [FIGURE_GROWTH] = growth_data,
    };
    return writers[figure->kind](out, figure, records);
}
