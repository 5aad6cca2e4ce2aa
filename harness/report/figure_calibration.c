/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Data of the figure of what was injected and what was measured: a panel a
 * calibrated case, a row a point.
 */
#include "figure_data.h"

#include <math.h>

#include "apart.h"
#include "say.h"

/* What lies farther off is cut off at the panel's edge: a noisy case must not
 * hide what the others show. In percent. */
#define AXIS_LOW  (-6.0)
#define AXIS_HIGH 12.0

static double percent_of(const json_t *point, const char *key)
{
    return 100 * (view_number(json_object_get(point, "ratio"), key) - 1);
}

/* The axis that all panels share. */
static struct extent extent_of(const struct figure *figure)
{
    struct extent e = {-1, 6};

    for (size_t i = 0; figure->cases[i]; i++)
        for (size_t k = 0; k < json_array_size(figure->cases[i]->calibration);
             k++) {
            const json_t *point =
                json_array_get(figure->cases[i]->calibration, k);

            e.low = fmin(e.low, percent_of(point, "lo"));
            e.high = fmax(e.high, percent_of(point, "hi"));
        }
    return (struct extent){fmax(e.low, AXIS_LOW), fmin(e.high, AXIS_HIGH)};
}

static void panel_row(FILE *out, const struct view_case *c, size_t panel)
{
    const json_t *resolution = json_object_get(c->from, "resolution");
    char share[SAY_BYTES], text[SAY_BYTES + 32] = "too few rounds";

    if (c->resolution_own)
        snprintf(text, sizeof(text), "resolves %s",
                 apart_share(share, resolution));
    fprintf(out, "%zu", panel);
    cell_text(out, c->name, 30);
    cell_text(out, text, 40);
    fputc('\n', out);
}

static void points(FILE *out, const struct view_case *c, size_t panel)
{
    for (size_t k = 0; k < json_array_size(c->calibration); k++) {
        const json_t *point = json_array_get(c->calibration, k);
        bool detected = json_is_true(json_object_get(point, "detected"));
        bool alike = !(view_number(point, "added") > 0);

        fprintf(out, "%zu", panel);
        cell_number(out, 100 * view_number(point, "added"));
        cell_number(out, percent_of(point, "median"));
        cell_number(out, percent_of(point, "lo"));
        cell_number(out, percent_of(point, "hi"));
        cell_text(out,
                  alike      ? detected ? "alarm" : "alike"
                  : detected ? "found"
                             : "missed",
                  10);
        fputc('\n', out);
    }
}

bool calibration_data(FILE *out, const struct figure *figure,
                      const struct records *records)
{
    struct extent extent = extent_of(figure);
    size_t count = 0;

    (void)records;
    while (figure->cases[count])
        count++;
    if (count == 0)
        return false;
    fputs("# panels low high\n", out);
    fprintf(out, "%zu", count);
    cell_number(out, extent.low);
    cell_number(out, extent.high);
    fputs("\n\n\n# panel case text\n", out);
    for (size_t i = 0; i < count; i++)
        panel_row(out, figure->cases[i], i + 1);
    fputs("\n\n# panel added_percent measured_percent lo hi state\n", out);
    for (size_t i = 0; i < count; i++)
        points(out, figure->cases[i], i + 1);
    return true;
}
