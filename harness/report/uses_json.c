/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Maps and ranges as the summary has them, for scripts. docs/results.md says
 * what each field means.
 */
#include "uses.h"

#include <math.h>
#include <stdlib.h>

static json_t *real_or_null(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *text_or_null(const char *text)
{
    return text ? json_string(text) : json_null();
}

static json_t *least_most_json(const struct least_most *range)
{
    if (!isfinite(range->least))
        return json_null();
    return json_pack("{s:f, s:f}", "least", range->least, "most", range->most);
}

/* ---- maps ---- */

static json_t *ratio_json(const struct map_cell *cell)
{
    struct spread ratio = map_behind(cell);

    if (!map_next(cell))
        return json_null();
    return json_pack("{s:o, s:o, s:o}", "median", real_or_null(ratio.median),
                     "lo", real_or_null(ratio.lo), "hi",
                     real_or_null(ratio.hi));
}

static json_t *cell_json(const struct map *map, size_t x, size_t y)
{
    const struct map_cell *cell = map_at(map, x, y);
    const struct view_entry *next = map_next(cell);
    json_t *leaders = json_array();

    for (size_t i = 0; i < cell->tied; i++)
        json_array_append_new(leaders, json_string(cell->list[i]->label));
    return json_pack(
        "{s:s, s:s, s:o, s:o, s:b, s:o, s:o, s:o}", "case", cell->c->name, "x",
        map->values[0][x], "y",
        text_or_null(map->axes[1] ? map->values[1][y] : NULL), "leaders",
        leaders, "practical", cell->practical, "fastest",
        text_or_null(cell->fastest ? cell->fastest->label : NULL), "next",
        text_or_null(next ? next->label : NULL), "ratio", ratio_json(cell));
}

static json_t *map_json(const struct map *map, const char *section)
{
    json_t *cells = json_array();

    for (size_t y = 0; y < map->sizes[1]; y++)
        for (size_t x = 0; x < map->sizes[0]; x++)
            if (map_at(map, x, y)->c)
                json_array_append_new(cells, cell_json(map, x, y));
    return json_pack("{s:s, s:O, s:s, s:o, s:b, s:o}", "section", section,
                     "axes", map->fixed, "x", map->axes[0], "y",
                     text_or_null(map->axes[1]), "own_origin", map->own,
                     "cells", cells);
}

/* ---- uses ---- */

/* {"tasks":["8","64"],…}: the values of each axis that the range covers. */
static json_t *where_json(const struct use *use)
{
    json_t *where = json_object();

    for (int axis = 0; axis < 2 && use->map->axes[axis]; axis++) {
        json_t *values = json_array();

        for (size_t i = use->from[axis]; i <= use->to[axis]; i++)
            json_array_append_new(values,
                                  json_string(use->map->values[axis][i]));
        json_object_set_new(where, use->map->axes[axis], values);
    }
    return where;
}

static json_t *ties_json(const struct use *use)
{
    json_t *ties = json_array();

    for (size_t i = 0; i < use->tie_count; i++)
        json_array_append_new(ties, json_pack("{s:s, s:I}", "label",
                                              use->ties[i].label, "cells",
                                              (json_int_t)use->ties[i].cells));
    return ties;
}

static json_t *next_json(const struct use *use)
{
    json_t *next = least_most_json(&use->next);

    if (!json_is_object(next))
        return next;
    json_object_set_new(next, "label", text_or_null(use->next_label));
    json_object_set_new(next, "lo", real_or_null(use->sure.least));
    json_object_set_new(next, "hi", real_or_null(use->sure.most));
    json_object_set_new(next, "inflight_peak",
                        least_most_json(&use->next_inflight));
    return next;
}

static json_t *gain_json(const struct use *use)
{
    json_t *gain = least_most_json(&use->gain);

    if (json_is_object(gain))
        json_object_set_new(gain, "computed", json_boolean(use->computed > 0));
    return gain;
}

static json_t *use_json(const struct use *use, const char *section)
{
    return json_pack(
        "{s:s, s:O, s:b, s:o, s:I, s:I, s:I, s:I, s:I, s:s, s:o, s:o, s:o, "
        "s:o, "
        "s:o, s:o, s:o, s:o}",
        "section", section, "axes", use->map->fixed, "own_origin",
        use->map->own, "where", where_json(use), "cells",
        (json_int_t)use->cells, "named", (json_int_t)use->named, "tied",
        (json_int_t)use->tied, "alone", (json_int_t)use->alone, "practical",
        (json_int_t)use->practical, "use", use->label, "ties", ties_json(use),
        "next", next_json(use), "sequential", gain_json(use), "cpu_ns_per_task",
        least_most_json(&use->cpu), "bytes_per_task",
        least_most_json(&use->memory), "threads_peak",
        least_most_json(&use->threads), "processes",
        least_most_json(&use->processes), "inflight_peak",
        least_most_json(&use->inflight));
}

/* ---- both ---- */

static const char *section_of(const struct view *view, const struct map *map)
{
    return view->cases[view->sections[map->section].first].section;
}

bool uses_put(json_t *summary, const struct view *view)
{
    struct maps maps;
    struct uses uses = {0};
    json_t *both[2] = {json_array(), json_array()};
    bool good = maps_open(&maps, view) && uses_open(&uses, &maps);

    for (size_t i = 0; good && i < maps.count; i++)
        good = json_array_append_new(
                   both[0], map_json(&maps.list[i],
                                     section_of(view, &maps.list[i]))) == 0;
    for (size_t i = 0; good && i < uses.count; i++)
        good = json_array_append_new(
                   both[1], use_json(&uses.list[i],
                                     section_of(view, uses.list[i].map))) == 0;
    good = json_object_set_new(summary, "maps", both[0]) == 0 && good;
    good = json_object_set_new(summary, "uses", both[1]) == 0 && good;
    uses_close(&uses);
    maps_close(&maps);
    return good;
}
