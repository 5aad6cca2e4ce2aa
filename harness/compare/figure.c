/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The figure of the shifts: its data, and gnuplot. Reads nothing but the
 * comparison.
 */
#include "../report/figures.h"
#include "../report/report.h"
#include "../store/store.h"
#include "parts.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* What is farther is cut off at the axis' end, in parts: a shift of 900 %
 * must not squeeze all others to nothing. The number is written beside it. */
#define AXIS_MOST 1.0

#define LABEL_MOST 24
#define TITLE_MOST 100

/* A text as a cell: no tabs, line ends and quotes, cut off with "…" after
 * `most` characters. */
static void cell(FILE *out, const char *text, size_t most, char end)
{
    size_t shown = 0;

    for (; *text; text++) {
        bool continues = ((unsigned char)*text & 0xc0) == 0x80;

        if (!continues && shown++ == most) {
            fputs("…", out);
            break;
        }
        fputc((unsigned char)*text < ' ' || *text == '"' ? ' ' : *text, out);
    }
    fputc(end, out);
}

static double extent(const struct comparison *c)
{
    double most = 2 * c->request.threshold;

    for (size_t i = 0; i < c->count; i++) {
        const struct compare_row *row = &c->rows[i];
        double ends[] = {row->shift, row->lo, row->hi};

        for (size_t k = 0; k < 3; k++)
            if (!isnan(ends[k]))
                most = fmax(most, fabs(ends[k]));
    }
    most = fmin(most, AXIS_MOST);
    return most > 0.02 ? most : 0.02;
}

static void rows(FILE *out, const struct comparison *c)
{
    int place = 0;

    for (size_t i = 0; i < c->count; i++) {
        const struct compare_row *row = &c->rows[i];
        char text[WORDS_BYTES];

        if (i == 0 || strcmp(row->in_case, c->rows[i - 1].in_case) != 0) {
            fprintf(out, "%d\t4\tNaN\tNaN\tNaN\t", ++place);
            cell(out, row->in_case, TITLE_MOST, '\t');
            fputs("\t\n", out);
        }
        fprintf(out, "%d\t%d\t%.6g\t%.6g\t%.6g\t", ++place, (int)row->verdict,
                100 * row->shift, 100 * row->lo, 100 * row->hi);
        cell(out, row->label, LABEL_MOST, '\t');
        cell(out, words_shift(text, row->shift), TITLE_MOST, '\t');
        cell(out, compare_words[row->verdict], TITLE_MOST, '\n');
    }
}

static void header(FILE *out, const struct comparison *c)
{
    char sum[WORDS_BYTES], text[512];

    fputs("# threshold axis title old new\n", out);
    fprintf(out, "%.6g\t%.6g\t", 100 * c->request.threshold, 100 * extent(c));
    cell(out, words_sum(sum, c), TITLE_MOST, '\t');
    for (int side = 0; side < 2; side++)
        cell(out,
             words_run(text, sizeof text, c->runs[side], c->request.dirs[side]),
             TITLE_MOST, side == 0 ? '\t' : '\n');
    fputs("\n\n# row verdict shift lo hi label shift_text verdict_text\n", out);
}

static bool write_data(const char *path, const struct comparison *c,
                       char *error, size_t error_size)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    bool good = out != NULL;

    if (good) {
        header(out, c);
        rows(out, c);
        good = ferror(out) == 0;
        good = fclose(out) == 0 && good;
    }
    if (!good)
        snprintf(error, error_size, "%s: no memory to write it", path);
    else
        good = store_replace(path, text, size, error, error_size) == 0;
    free(text);
    return good;
}

bool compare_figure(const char *svg, const struct comparison *c, char *error,
                    size_t error_size)
{
    struct drawing *d = calloc(1, sizeof *d);
    size_t stem = strlen(svg) - strlen(".svg");
    bool good = false;

    if (d == NULL) {
        snprintf(error, error_size, "%s: no memory to draw it", svg);
    } else if (c->count == 0) {
        snprintf(error, error_size, "%s: there is no shift to draw", svg);
    } else if (snprintf(d->out, sizeof d->out, "%s", svg) >=
                   (int)sizeof d->out ||
               snprintf(d->script, sizeof d->script, "%s/compare.gp",
                        plots_folder()) >= (int)sizeof d->script) {
        snprintf(error, error_size, "%s: the path is too long", svg);
    } else {
        snprintf(d->data, sizeof d->data, "%.*s.tsv", (int)stem, svg);
        if (write_data(d->data, c, error, error_size)) {
            bool there = gnuplot_draw(d, 1);

            good = d->drawn;
            snprintf(error, error_size, "%s: not drawn: %s", svg,
                     there ? d->why : "there is no gnuplot");
        }
    }
    free(d);
    return good;
}
