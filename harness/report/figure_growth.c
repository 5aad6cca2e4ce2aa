/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Data of the figure of exponents: a panel a sweep over the number of tasks, a
 * row a strategy, for time and for memory.
 */
#include "figure_data.h"

#include <math.h>
#include <string.h>

#include "laws.h"

#define PANELS_MAX 4
#define ROWS_MAX   32
#define UNTOLD     1.5 /* an interval as wide says nothing */

struct shape {
    const json_t *panels[PANELS_MAX]; /* the first entry of each curve */
    const json_t *rows[ROWS_MAX];     /* … of each label */
    size_t panel_count, row_count;
};

static const char *const quantities[] = {"over_ideal_ns", "peak_rss_bytes"};
#define QUANTITIES (sizeof(quantities) / sizeof(*quantities))

static bool same(const json_t *a, const json_t *b, const char *key)
{
    return json_equal(json_object_get(a, key), json_object_get(b, key));
}

/* The panel of an entry; `panel_count`: there is none. */
static size_t panel_of(const struct shape *shape, const json_t *growth)
{
    size_t i = 0;

    while (i < shape->panel_count &&
           !(same(shape->panels[i], growth, "section") &&
             same(shape->panels[i], growth, "axes")))
        i++;
    return i;
}

static size_t row_of(const struct shape *shape, const json_t *growth)
{
    size_t i = 0;

    while (i < shape->row_count && !same(shape->rows[i], growth, "label"))
        i++;
    return i;
}

static void shape_take(struct shape *shape, const json_t *growth)
{
    size_t panel = panel_of(shape, growth);

    if (!law_any(growth) || panel == PANELS_MAX)
        return;
    if (panel == shape->panel_count)
        shape->panels[shape->panel_count++] = growth;
    size_t row = row_of(shape, growth);
    if (row == shape->row_count && row < ROWS_MAX)
        shape->rows[shape->row_count++] = growth;
}

static void point_write(FILE *out, const struct shape *shape,
                        const json_t *growth, size_t quantity)
{
    struct law_growth g = law_growth(growth, quantities[quantity]);
    const char *label = view_text_or(growth, "label", "");
    char strategy[64]; /* the label without its width */
    size_t panel = panel_of(shape, growth), row = row_of(shape, growth);

    if (!(g.hi - g.lo < UNTOLD) || panel == shape->panel_count ||
        row == shape->row_count)
        return;
    fprintf(out, "%zu\t%zu", panel + 1, row + 1);
    cell_number(out, (double)quantity);
    cell_number(out, g.exponent);
    cell_number(out, g.lo);
    cell_number(out, g.hi);
    cell_number(out, g.faster);
    snprintf(strategy, sizeof(strategy), "%.*s", (int)strcspn(label, ":"),
             label);
    cell_text(out, strategy, 40);
    fputc('\n', out);
}

static void head_write(FILE *out, const struct shape *shape)
{
    char curve[300];

    fputs("# title rows panels\n", out);
    cell_first(out, "How what more tasks add grows with their number n: n^e",
               90);
    cell_number(out, (double)shape->row_count);
    cell_number(out, (double)shape->panel_count);
    fputs("\n\n\n# panel title\n", out);
    for (size_t i = 0; i < shape->panel_count; i++) {
        fprintf(out, "%zu", i + 1);
        cell_text(out, law_curve(curve, sizeof(curve), shape->panels[i]), 30);
        fputc('\n', out);
    }
    fputs("\n\n# row label\n", out);
    for (size_t i = 0; i < shape->row_count; i++) {
        fprintf(out, "%zu", i + 1);
        cell_text(out, view_text_or(shape->rows[i], "label", ""), 20);
        fputc('\n', out);
    }
}

bool growth_data(FILE *out, const struct figure *figure,
                 const struct records *records)
{
    struct shape shape = {.panel_count = 0};
    size_t i;
    json_t *growth;

    (void)records;
    json_array_foreach (figure->growth, i, growth)
        shape_take(&shape, growth);
    if (shape.row_count < 2)
        return false;
    head_write(out, &shape);
    fputs("\n\n# panel row quantity exponent lo hi faster strategy\n", out);
    json_array_foreach (figure->growth, i, growth)
        for (size_t q = 0; q < QUANTITIES; q++)
            point_write(out, &shape, growth, q);
    return true;
}
