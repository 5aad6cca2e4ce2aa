/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Data of the figure of what one more waiting task takes: a row for each fit
 * that can be told from nothing, and what is claimed.
 */
#include "figure_data.h"

#include <math.h>
#include <string.h>

#include "say.h"
#include "task_costs.h"

static const char *const parts[] = {"kernel_stack_bytes", "page_table_bytes",
                                    "virtual_bytes", "resident_bytes"};
#define PARTS (sizeof(parts) / sizeof(*parts))

/* A part that may be nothing is not drawn: a logarithmic axis has no 0. */
static double part_of(const json_t *cost, const char *quantity)
{
    struct fit fit = costs_fit(cost, quantity);

    return costs_resolved(fit) ? fit.slope : (double)NAN;
}

static bool is_row(const json_t *cost)
{
    return costs_resolved(costs_fit(cost, "taken_bytes"));
}

/* The section of a row where it is not that of the row above, and there are
 * several: the same strategy may stand in each. */
static const char *section_begun(const json_t *costs, size_t at)
{
    const char *own = view_text_or(json_array_get(costs, at), "section", "");
    const char *above = NULL;
    bool several = false;

    for (size_t i = 0; i < json_array_size(costs); i++) {
        const json_t *cost = json_array_get(costs, i);

        if (!is_row(cost))
            continue;
        several =
            several || strcmp(view_text_or(cost, "section", ""), own) != 0;
        if (i < at)
            above = view_text_or(cost, "section", "");
    }
    return several && (!above || strcmp(above, own) != 0) ? own : "";
}

static void row_write(FILE *out, const json_t *costs, size_t at, unsigned row)
{
    const json_t *cost = json_array_get(costs, at);
    char text[SAY_BYTES];
    struct fit taken = costs_fit(cost, "taken_bytes");

    fprintf(out, "%u", row);
    cell_text(out, view_text_or(cost, "label", ""), 20);
    cell_text(out, view_text_or(cost, "strategy", ""), 40);
    cell_number(out, 0);
    cell_number(out, taken.slope);
    cell_number(out, taken.slope - taken.margin);
    cell_number(out, taken.slope + taken.margin);
    for (size_t p = 0; p < PARTS; p++)
        cell_number(out, part_of(cost, parts[p]));
    cell_text(out,
              isfinite(view_number(cost, "stack_bytes"))
                  ? say_bytes(text, view_number(cost, "stack_bytes"))
                  : "",
              16);
    cell_text(out, costs_bytes(text, taken.slope), 16);
    cell_text(out, section_begun(costs, at), 20);
    fputc('\n', out);
}

/* Each claim once: one a noun. */
static size_t claims_write(FILE *out, const json_t *costs,
                           struct extent *extent)
{
    const char *seen[2] = {NULL, NULL};
    size_t count = 0, i;
    json_t *cost;

    json_array_foreach (costs, i, cost) {
        const char *noun = costs_noun(cost);
        char size[SAY_BYTES], text[2 * SAY_BYTES];
        double claim = costs_claim(cost, noun, size);

        if (!is_row(cost) || !(claim > 0) || count == 2 ||
            (count && strcmp(seen[0], noun) == 0))
            continue;
        seen[count++] = noun;
        extend(extent, claim);
        if (!out)
            continue;
        snprintf(text, sizeof(text), "claimed: a %s %s", noun, size);
        fprintf(out, "%.9g", claim);
        cell_text(out, text, 60);
        fputc('\n', out);
    }
    return count;
}

bool fits_data(FILE *out, const struct figure *figure,
               const struct records *records)
{
    struct extent extent = extent_nowhere;
    unsigned rows = 0;
    size_t claims, i;
    json_t *cost;

    (void)records;
    json_array_foreach (figure->costs, i, cost) {
        if (!is_row(cost))
            continue;
        rows++;
        extend(&extent, costs_fit(cost, "taken_bytes").slope);
        for (size_t p = 0; p < PARTS; p++)
            extend(&extent, part_of(cost, parts[p]));
    }
    if (rows < 2)
        return false;
    claims = claims_write(NULL, figure->costs, &extent);
    fputs("# title rows low high claims\n", out);
    cell_first(out, "What one more waiting task takes", 90);
    cell_number(out, rows);
    cell_number(out, extent.low);
    cell_number(out, extent.high);
    cell_number(out, (double)claims);
    fputs("\n\n\n# row label strategy variant in_all lo hi kernel_stack "
          "page_table virtual resident stack in_all_text section\n",
          out);
    rows = 0;
    json_array_foreach (figure->costs, i, cost)
        if (is_row(cost))
            row_write(out, figure->costs, i, ++rows);
    fputs("\n\n# bytes text\n", out);
    if (claims_write(out, figure->costs, &extent) == 0)
        fputs("NaN\t\n", out);
    return true;
}
