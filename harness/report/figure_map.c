/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Data of a map: a cell for each pair of values, and the lines of words in it.
 * Two panels where strategies for the own origin only change the picture.
 */
#include "figure_data.h"

#include <math.h>
#include <string.h>

#include "say.h"

#define NAME_CHARS 19 /* what a cell's width holds */
#define LINES_MAX  4
#define LINE_PART  0.175 /* of a cell's height, from one line to the next */

struct lines {
    char text[LINES_MAX][2 * SAY_BYTES];
    size_t count;
};

static void add_line(struct lines *lines, const char *before, const char *text)
{
    if (lines->count < LINES_MAX)
        snprintf(lines->text[lines->count++], sizeof(lines->text[0]), "%s%.80s",
                 before, text);
}

/* The one to use, who ties with it, and how far behind the fastest of them the
 * next one is. */
static void cell_lines(struct lines *lines, const struct map_cell *cell)
{
    const struct view_entry *first = cell->list[0];
    char text[SAY_BYTES], ratio[SAY_BYTES];

    add_line(lines, "", first->label);
    for (size_t i = 1; i < cell->tied; i++) {
        size_t left = cell->tied - i;

        if (i == 2 && left > 1) {
            snprintf(text, sizeof(text), "%zu more", left);
            add_line(lines, "or ", text);
            break;
        }
        add_line(lines, "or ", cell->list[i]->label);
    }
    if (map_next(cell))
        add_line(lines, "next: ", say_ratio(ratio, map_behind(cell).median));
    else if (cell->count == 1)
        add_line(lines, "", "alone");
}

static void lines_write(FILE *out, const struct map_cell *cell, int panel,
                        size_t x, size_t y)
{
    struct lines lines = {.count = 0};

    if (cell->count == 0)
        return;
    cell_lines(&lines, cell);
    for (size_t i = 0; i < lines.count; i++) {
        double up = LINE_PART * (((double)lines.count - 1) / 2 - (double)i);

        fprintf(out, "%d", panel);
        cell_number(out, (double)x + 1);
        cell_number(out, (double)y + 1 + up);
        cell_number(out, i == 0);
        cell_text(out, lines.text[i], NAME_CHARS);
        fputc('\n', out);
    }
}

static void cell_write(FILE *out, const struct map_cell *cell, int panel,
                       size_t x, size_t y)
{
    if (cell->count == 0)
        return;
    fprintf(out, "%d", panel);
    cell_number(out, (double)x + 1);
    cell_number(out, (double)y + 1);
    cell_number(out, cell->tied > 1);
    cell_text(out, cell->list[0]->strategy, 40);
    fputc('\n', out);
}

static void each_cell(FILE *out, const struct figure *figure,
                      void (*write)(FILE *, const struct map_cell *, int,
                                    size_t, size_t))
{
    for (int panel = 0; panel < 2 && figure->map[panel]; panel++) {
        const struct map *map = figure->map[panel];

        for (size_t y = 0; y < map->sizes[1]; y++)
            for (size_t x = 0; x < map->sizes[0]; x++)
                write(out, map_at(map, x, y), panel + 1, x, y);
    }
}

static void axis_write(FILE *out, const struct map *map, int axis)
{
    char text[SAY_BYTES];

    fprintf(out, "\n\n# place value of axis %d\n", axis + 1);
    for (size_t i = 0; i < map->sizes[axis]; i++) {
        fprintf(out, "%zu", i + 1);
        cell_text(out, map_value(text, sizeof(text), map->values[axis][i]),
                  NAME_CHARS);
        fputc('\n', out);
    }
}

static void panels_write(FILE *out, const struct figure *figure)
{
    fputs("\n\n# panel title\n", out);
    for (int panel = 0; panel < 2 && figure->map[panel]; panel++) {
        const struct map *map = figure->map[panel];

        fprintf(out, "%d", panel + 1);
        cell_text(out,
                  map->own     ? "plain HTTP to the own origin: all strategies"
                  : map->apart ? "any URL: without those that fetch from the "
                                 "own origin only"
                               : "",
                  90);
        fputc('\n', out);
    }
}

bool map_data(FILE *out, const struct figure *figure,
              const struct records *records)
{
    const struct map *map = figure->map[0];

    (void)records;
    if (!map || !map_is_drawn(map))
        return false;
    fputs("# title columns rows panels x_axis y_axis\n", out);
    cell_first(out, figure->title, 90);
    cell_number(out, (double)map->sizes[0]);
    cell_number(out, (double)map->sizes[1]);
    cell_number(out, figure->map[1] ? 2 : 1);
    cell_text(out, map_axis(map->axes[0]), 60);
    cell_text(out, map_axis(map->axes[1]), 60);
    fputc('\n', out);
    panels_write(out, figure);
    axis_write(out, map, 0);
    axis_write(out, map, 1);
    fputs("\n\n# panel x y tie strategy\n", out);
    each_cell(out, figure, cell_write);
    fputs("\n\n# panel x y first text\n", out);
    each_cell(out, figure, lines_write);
    return true;
}
