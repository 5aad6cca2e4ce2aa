/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the ties of a map rest on. See judged.h; ties.c applies it.
 */
#include "judged.h"

#include <math.h>
#include <string.h>

#include "apart.h"
#include "document.h"
#include "say.h"

#define NAMED 4 /* cases named one by one; the rest is counted */

/* Where a case's resolution is from. */
enum source { OWN, NEAR, RUN, NONE, SOURCES };

static enum source source_of(const struct view_case *c)
{
    if (!isfinite(c->resolution))
        return NONE;
    return c->resolution_own ? OWN : c->resolution_of ? NEAR : RUN;
}

static const struct map_cell *cell_at(const struct map *map, size_t i)
{
    const struct map_cell *cell = &map->cells[i];

    return cell->count > 1 ? cell : NULL;
}

static size_t cells_of(const struct map *map)
{
    return map->sizes[0] * map->sizes[1];
}

/* Whether an earlier cell goes by the same case. */
static bool is_named(const struct map *map, size_t at)
{
    for (size_t i = 0; i < at; i++) {
        const struct map_cell *cell = cell_at(map, i);

        if (cell && source_of(cell->c) == NEAR &&
            strcmp(cell->c->resolution_of, map->cells[at].c->resolution_of) ==
                0)
            return true;
    }
    return false;
}

/* "`fetch/tasks=4000/delay=0ms`, `…`, and 2 more by `fetch/tasks=1000/…` (5 %)"
 */
static void same_source(FILE *out, const struct map *map, size_t first)
{
    const struct view_case *c = map->cells[first].c;
    char share[SAY_BYTES];
    size_t count = 0;

    for (size_t i = first; i < cells_of(map); i++) {
        const struct map_cell *cell = cell_at(map, i);

        if (!cell || source_of(cell->c) != NEAR ||
            strcmp(cell->c->resolution_of, c->resolution_of) != 0)
            continue;
        if (count++ < NAMED)
            fprintf(out, "%s" CODE "%s" CODE, count > 1 ? ", " : "",
                    cell->c->name);
    }
    if (count > NAMED)
        fprintf(out, " and %zu more", count - NAMED);
    fprintf(out, " by " CODE "%s" CODE " (%s)", c->resolution_of,
            apart_share(share, json_object_get(c->from, "resolution")));
}

static void near_ones(FILE *out, const struct map *map)
{
    const char *before = "";

    fputs("The others go by the nearest case of the section that was: ", out);
    for (size_t i = 0; i < cells_of(map); i++) {
        const struct map_cell *cell = cell_at(map, i);

        if (!cell || source_of(cell->c) != NEAR || is_named(map, i))
            continue;
        fputs(before, out);
        same_source(out, map, i);
        before = "; ";
    }
    fputs(". ", out);
}

/* Which a run has that calibrated none of the section's cases. */
static void from_run(FILE *out, const struct map *map)
{
    char share[SAY_BYTES];

    for (size_t i = 0; i < cells_of(map); i++) {
        const struct map_cell *cell = cell_at(map, i);

        if (!cell || source_of(cell->c) != RUN)
            continue;
        fprintf(
            out,
            "No case of this section was calibrated: its cells go by the "
            "middle one of the run's others (%s). ",
            apart_share(share, json_object_get(cell->c->from, "resolution")));
        return;
    }
}

void judged_write(FILE *out, const struct map *map)
{
    size_t counts[SOURCES] = {0}, all = 0;

    for (size_t i = 0; i < cells_of(map); i++)
        if (cell_at(map, i)) {
            counts[source_of(map->cells[i].c)]++;
            all++;
        }
    if (all == 0)
        return;
    if (counts[OWN] == all)
        fputs("Each cell was calibrated: what is closer than its case resolves "
              "is a tie. ",
              out);
    else if (counts[OWN])
        fprintf(out,
                "%zu of %zu cells were calibrated: what is closer than the "
                "case resolves is a tie. ",
                counts[OWN], all);
    if (counts[NEAR])
        near_ones(out, map);
    from_run(out, map);
    if (counts[NONE])
        fputs("The run was not calibrated: what is closer than 2 % is a tie, "
              "by rule of thumb. ",
              out);
    fputs("What is farther apart is one too where the interval of the cell's "
          "own paired rounds does not leave out 1.",
          out);
}
