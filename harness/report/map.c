/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Laying out a section's cases by their axes, and ranking each cell. See map.h.
 * Who ties is ties.c's to say.
 */
#include "map.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../suite/units.h"
#include "price.h"
#include "say.h"
#include "task_costs.h"

/* ---- axes ---- */

static const struct axis {
    const char *key, *name;
} axes[] = {
    {"tasks", "number of tasks"},         {"delay", "delay of each task"},
    {"width", "tasks in flight at most"}, {"cpu", "computing, CPU time a task"},
    {"body", "size of each response"},    {"stack", "stack of each thread"},
    {"reuse", "connections are reused"},
};

const char *map_axis(const char *key)
{
    for (size_t i = 0; i < sizeof(axes) / sizeof(*axes); i++)
        if (strcmp(axes[i].key, key) == 0)
            return axes[i].name;
    return key;
}

/* A quantity of any kind as a number; NAN: it is none. */
static double quantity(const char *text)
{
    nsec time;
    uint64_t bytes;
    uint32_t count;

    if (!parse_count(text, 0, UINT32_MAX, &count))
        return count;
    if (!parse_duration(text, &time))
        return (double)time;
    return parse_bytes(text, &bytes) ? (double)NAN : (double)bytes;
}

char *map_value(char *buf, size_t size, const char *value)
{
    uint32_t count;
    char text[SAY_BYTES];

    if (parse_count(value, 0, UINT32_MAX, &count))
        return say_given(buf, size, value);
    snprintf(buf, size, "%s", say_count(text, count));
    return buf;
}

/* The place of a value on the axis; added if it is new. MAP_SIDE_MAX: no room.
 */
static size_t place_of(struct map *map, int axis, const char *value)
{
    size_t i = 0;

    while (i < map->sizes[axis] && strcmp(map->values[axis][i], value) != 0)
        i++;
    if (i < MAP_SIDE_MAX && i == map->sizes[axis])
        map->values[axis][map->sizes[axis]++] = value;
    return i;
}

/* Puts quantities in increasing order; other values stay in the suite's. */
static void order(struct map *map, int axis)
{
    const char **values = map->values[axis];

    map->ordered[axis] = true;
    for (size_t i = 0; i < map->sizes[axis]; i++)
        map->ordered[axis] =
            map->ordered[axis] && isfinite(quantity(values[i]));
    for (size_t i = 1; map->ordered[axis] && i < map->sizes[axis]; i++)
        for (size_t k = i;
             k > 0 && quantity(values[k]) < quantity(values[k - 1]); k--) {
            const char *value = values[k];

            values[k] = values[k - 1];
            values[k - 1] = value;
        }
}

/* The two axes with the most values, the longer one first. */
static void choose_axes(struct map *map, const struct view *view)
{
    const struct view_section *s = &view->sections[map->section];
    const json_t *first = view->cases[s->first].axes;
    size_t most[2] = {0, 0};
    const char *key;
    json_t *value;

    json_object_foreach ((json_t *)first, key, value) {
        struct map probe = {.sizes = {0, 0}};

        for (size_t i = 0; i < s->count; i++) {
            const char *text = view_axis(&view->cases[s->first + i], key);

            if (text)
                place_of(&probe, 0, text);
        }
        bool longest = probe.sizes[0] > most[0];
        if (longest) {
            map->axes[1] = map->axes[0];
            most[1] = most[0];
        }
        if (longest || probe.sizes[0] > most[1]) {
            map->axes[!longest] = key;
            most[!longest] = probe.sizes[0];
        }
    }
}

/* ---- cells ---- */

bool map_fetches(const struct view_case *c)
{
    size_t i;
    json_t *step;

    json_array_foreach (c->steps, i, step) {
        const char *text = json_string_value(step);

        if (text && strncmp(text, "fetch", 5) == 0)
            return true;
    }
    return false;
}

static bool is_own(const struct view_case *c, const struct view_entry *e)
{
    return e->real_gap && map_fetches(c);
}

static bool rank(struct map_cell *cell, bool own)
{
    size_t all;

    cell->list = verdict_ranked(cell->c, &all);
    for (size_t i = 0; cell->list && i < all; i++) {
        const struct view_entry *e = cell->list[i];

        if (!e->peer && (own || !is_own(cell->c, e)))
            cell->list[cell->count++] = e;
    }
    if (!cell->list)
        return false;
    cell->fastest = cell->count ? cell->list[0] : NULL;
    cell->tied = verdict_tied(cell->c, cell->list, cell->count);
    cell->alike = price_order(cell->list, cell->tied);
    return cell->alike > 0 || cell->tied == 0;
}

const struct map_cell *map_at(const struct map *map, size_t x, size_t y)
{
    return &map->cells[y * map->sizes[0] + x];
}

/* What ends the tie is told from the fastest: nobody stands between the two. */
const struct view_entry *map_next(const struct map_cell *cell)
{
    return cell->tied < cell->count ? cell->list[cell->tied] : NULL;
}

static struct spread behind(const struct map_cell *cell,
                            const struct view_entry *e)
{
    struct spread ratio = verdict_ratio(cell->fastest, e);

    if (!isfinite(ratio.median))
        ratio.median = e->wall.median / cell->fastest->wall.median;
    return ratio;
}

struct spread map_behind(const struct map_cell *cell)
{
    const struct view_entry *next = map_next(cell);

    return next ? behind(cell, next)
                : (struct spread){(double)NAN, (double)NAN, (double)NAN,
                                  (double)NAN, (double)NAN};
}

/* Whether it costs no more than the one to name, and takes hardly longer. */
static bool may_stand(const struct map_cell *cell, const struct view_entry *e)
{
    const struct view_entry *two[] = {cell->list[0], e};

    return behind(cell, e).median <= MAP_PRACTICAL && price_order(two, 2) &&
           two[0] == e;
}

/* Has the one with the label named, if it may stand here. */
static void stand(struct map_cell *cell, const char *label)
{
    const struct view_entry *e;
    size_t at = 1;

    while (at < cell->count && strcmp(cell->list[at]->label, label) != 0)
        at++;
    if (at >= cell->count || !may_stand(cell, cell->list[at]))
        return;
    e = cell->list[at];
    cell->practical = at >= cell->tied;
    if (cell->practical)
        cell->tied = at + 1;
    /* What follows it must be told from the fastest, as behind any tie. */
    while (cell->tied < cell->count &&
           !verdict_resolved(cell->c, cell->fastest, cell->list[cell->tied]))
        cell->tied++;
    cell->alike += at >= cell->alike;
    memmove(cell->list + 1, cell->list, at * sizeof(*cell->list));
    cell->list[0] = e;
}

/* What both neighbours say stands in between; what they say by themselves. */
static void stand_all(struct map *map, size_t y)
{
    struct map_cell *row = map->cells + y * map->sizes[0];
    const char *names[MAP_SIDE_MAX] = {NULL};

    for (size_t x = 0; x < map->sizes[0]; x++)
        names[x] = row[x].count ? row[x].list[0]->label : NULL;
    for (size_t x = 1; x + 1 < map->sizes[0]; x++)
        if (names[x] && names[x - 1] && names[x + 1] &&
            strcmp(names[x - 1], names[x + 1]) == 0 &&
            strcmp(names[x - 1], names[x]) != 0)
            stand(&row[x], names[x - 1]);
}

/* ---- a map ---- */

static void map_clear(struct map *map)
{
    for (size_t i = 0; map->cells && i < map->sizes[0] * map->sizes[1]; i++)
        free(map->cells[i].list);
    free(map->cells);
    json_decref((json_t *)map->fixed);
    *map = (struct map){0};
}

/* The axes of a case that the map does not lay out; NULL without memory. */
static json_t *fixed_of(const struct map *map, const struct view_case *c)
{
    json_t *fixed = json_copy((json_t *)c->axes);

    for (int axis = 0; axis < 2; axis++)
        if (map->axes[axis])
            json_object_del(fixed, map->axes[axis]);
    return fixed;
}

static bool on_map(const struct map *map, const struct view_case *c)
{
    json_t *fixed = fixed_of(map, c);
    bool on = view_axis(c, map->axes[0]) && json_equal(fixed, map->fixed);

    json_decref(fixed);
    return on;
}

static void name_map(struct map *map, const char *section)
{
    const char *key;
    json_t *value;
    size_t used =
        (size_t)snprintf(map->name, sizeof(map->name), "%.80s", section);
    char mark = '/';

    json_object_foreach ((json_t *)map->fixed, key, value) {
        if (used >= sizeof(map->name))
            return;
        used +=
            (size_t)snprintf(map->name + used, sizeof(map->name) - used,
                             "%c%s=%s", mark, key, json_string_value(value));
        mark = ',';
    }
}

/* Lays out the section's cases that have what `like` has beside the map's axes.
 * False: no memory. */
static bool lay_out(struct map *map, const struct view *view,
                    const struct view_case *like)
{
    const struct view_section *s = &view->sections[map->section];
    const struct view_case *cases = &view->cases[s->first];

    map->fixed = fixed_of(map, like);
    name_map(map, like->section);
    for (int axis = 0; axis < 2; axis++) {
        for (size_t i = 0; map->axes[axis] && i < s->count; i++)
            if (on_map(map, &cases[i]) && view_axis(&cases[i], map->axes[axis]))
                place_of(map, axis, view_axis(&cases[i], map->axes[axis]));
        order(map, axis);
    }
    if (!map->axes[1])
        map->sizes[1] = 1;
    map->cells = calloc(map->sizes[0] * map->sizes[1] + 1, sizeof(*map->cells));
    for (size_t i = 0; map->cells && i < s->count; i++) {
        size_t at[2] = {0, 0};

        if (!on_map(map, &cases[i]))
            continue;
        for (int axis = 0; axis < 2 && map->axes[axis]; axis++)
            at[axis] =
                place_of(map, axis, view_axis(&cases[i], map->axes[axis]));
        if (at[0] < MAP_SIDE_MAX && at[1] < MAP_SIDE_MAX)
            map->cells[at[1] * map->sizes[0] + at[0]].c = &cases[i];
    }
    return map->fixed && map->cells;
}

static bool rank_all(struct map *map)
{
    bool good = true;

    for (size_t i = 0; i < map->sizes[0] * map->sizes[1]; i++) {
        struct map_cell *cell = &map->cells[i];

        if (cell->c)
            good = rank(cell, map->own) && good;
        for (size_t k = 0; cell->c && k < cell->c->count; k++)
            map->apart = map->apart || is_own(cell->c, &cell->c->entries[k]);
    }
    for (size_t y = 0; good && map->ordered[0] && y < map->sizes[1]; y++)
        stand_all(map, y);
    return good;
}

static bool compares(const struct map *map)
{
    for (size_t i = 0; i < map->sizes[0] * map->sizes[1]; i++)
        if (map->cells[i].count > 1)
            return true;
    return false;
}

bool map_is_drawn(const struct map *map)
{
    bool seen[2][MAP_SIDE_MAX] = {{false}};
    size_t counts[2] = {0, 0};

    for (size_t x = 0; map->axes[1] && x < map->sizes[0]; x++)
        for (size_t y = 0; y < map->sizes[1]; y++)
            if (map_at(map, x, y)->count > 0)
                seen[0][x] = seen[1][y] = true;
    for (size_t i = 0; i < MAP_SIDE_MAX; i++)
        for (int axis = 0; axis < 2; axis++)
            counts[axis] += seen[axis][i];
    return counts[0] >= 2 && counts[1] >= 2;
}

/* ---- all of them ---- */

/* Whether the same are in first place everywhere. */
static bool alike(const struct map *a, const struct map *b)
{
    if (!a->cells)
        return false;
    for (size_t i = 0; i < a->sizes[0] * a->sizes[1]; i++) {
        const struct map_cell *x = &a->cells[i], *y = &b->cells[i];

        if (x->tied != y->tied)
            return false;
        for (size_t k = 0; k < x->tied; k++)
            if (x->list[k] != y->list[k])
                return false;
    }
    return true;
}

/* Adds one map, if it compares anything. One of those for the own origin only
 * has to say something that `before` (NULL: there is none) does not. */
static bool add(struct maps *maps, const struct view *view, size_t section,
                const struct view_case *like, const struct map *before)
{
    struct map map = {.section = section, .own = before != NULL};
    struct map *more;

    choose_axes(&map, view);
    if (!lay_out(&map, view, like) || !rank_all(&map)) {
        map_clear(&map);
        return false;
    }
    if (!compares(&map) || (before && (!map.apart || alike(before, &map)))) {
        map_clear(&map);
        return true;
    }
    more = realloc(maps->list, (maps->count + 1) * sizeof(*more));
    if (!more) {
        map_clear(&map);
        return false;
    }
    maps->list = more;
    maps->list[maps->count++] = map;
    return true;
}

/* Whether an earlier case of the section lies on the same map. */
static bool is_later(const struct view *view, const struct view_section *s,
                     size_t at, const struct map *shape)
{
    json_t *own = fixed_of(shape, &view->cases[s->first + at]);
    bool later = false;

    for (size_t i = 0; i < at && !later; i++) {
        json_t *other = fixed_of(shape, &view->cases[s->first + i]);

        later = json_equal(own, other);
        json_decref(other);
    }
    json_decref(own);
    return later;
}

static bool add_section(struct maps *maps, const struct view *view,
                        size_t section)
{
    const struct view_section *s = &view->sections[section];
    const struct view_case *cases = &view->cases[s->first];
    struct map shape = {.section = section};
    bool good = true;

    choose_axes(&shape, view);
    if (!shape.axes[0] || view_open_load(cases) ||
        costs_probed(view, cases->section))
        return true;
    for (size_t i = 0; good && i < s->count; i++) {
        size_t before = maps->count;
        struct map none = {0};

        if (is_later(view, s, i, &shape))
            continue;
        good = add(maps, view, section, &cases[i], NULL);
        none = maps->count > before ? maps->list[before] : none;
        good = good && add(maps, view, section, &cases[i], &none);
    }
    return good;
}

bool maps_open(struct maps *maps, const struct view *view)
{
    *maps = (struct maps){0};
    for (size_t i = 0; i < view->section_count; i++)
        if (!add_section(maps, view, i)) {
            maps_close(maps);
            return false;
        }
    return true;
}

void maps_close(struct maps *maps)
{
    for (size_t i = 0; i < maps->count; i++)
        map_clear(&maps->list[i]);
    free(maps->list);
    *maps = (struct maps){0};
}
