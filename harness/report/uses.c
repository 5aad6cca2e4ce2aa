/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Cells merged into ranges, and what is known of a strategy over a range. See
 * uses.h; the words are uses_write.c's.
 */
#include "uses.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "say.h"

/* ---- who may be used ---- */

/* A bit for each label of a map. */
#define LABELS_MAX 64

struct cover {
    const struct map *map;
    const char *labels[LABELS_MAX];
    size_t label_count;
    uint64_t *usable; /* by cell; 0: nobody, or the cell is covered */
    size_t *named;    /* by cell: which of the labels is the one to name */
};

/* Which it is; LABELS_MAX: no room. */
static size_t place_of(struct cover *cover, const char *label)
{
    size_t i = 0;

    while (i < cover->label_count && strcmp(cover->labels[i], label) != 0)
        i++;
    if (i < LABELS_MAX && i == cover->label_count)
        cover->labels[cover->label_count++] = label;
    return i;
}

static bool cover_open(struct cover *cover, const struct map *map)
{
    size_t cells = map->sizes[0] * map->sizes[1];

    *cover = (struct cover){.map = map};
    cover->usable = calloc(cells + 1, sizeof(*cover->usable));
    cover->named = calloc(cells + 1, sizeof(*cover->named));
    if (!cover->usable || !cover->named)
        return false;
    for (size_t i = 0; i < cells; i++) {
        const struct map_cell *cell = &map->cells[i];

        for (size_t k = 0; k < cell->alike; k++) {
            size_t place = place_of(cover, cell->list[k]->label);

            if (place < LABELS_MAX)
                cover->usable[i] |= (uint64_t)1 << place;
            if (place < LABELS_MAX && k == 0)
                cover->named[i] = place;
        }
    }
    return true;
}

/* ---- ranges ---- */

struct range {
    size_t from[2], to[2];
    const char *label;
    size_t cells, named; /* how many, and how many of them name it */
};

/* What a rectangle has, that grows row by row. */
struct tally {
    uint64_t usable;          /* in all of its cells */
    size_t named[LABELS_MAX]; /* in how many a label is the one to name */
    size_t cells;
};

static void add_row(struct tally *tally, const struct cover *cover, size_t y,
                    size_t from, size_t to)
{
    for (size_t x = from; x <= to; x++) {
        size_t at = y * cover->map->sizes[0] + x;

        tally->usable &= cover->usable[at];
        tally->named[cover->named[at]]++;
        tally->cells++;
    }
}

/* Who may be used in all cells and is the one to name in more than half of
 * them; of two there can be only one. LABELS_MAX: there is none. */
static size_t whose(const struct tally *tally)
{
    size_t i = 0;

    while (i < LABELS_MAX && (!(tally->usable & (uint64_t)1 << i) ||
                              2 * tally->named[i] <= tally->cells))
        i++;
    return i;
}

static bool is_larger(const struct tally *tally, size_t label,
                      const struct range *best)
{
    return tally->cells > best->cells ||
           (tally->cells == best->cells && tally->named[label] > best->named);
}

/* The largest of the ranges that begin at one cell, if it is larger than
 * `best`, or as large and named for more of its cells. */
static void largest_from(const struct cover *cover, size_t x, size_t y,
                         struct range *best)
{
    for (size_t right = x; right < cover->map->sizes[0]; right++) {
        struct tally tally = {.usable = UINT64_MAX};

        for (size_t up = y; up < cover->map->sizes[1]; up++) {
            size_t label;

            add_row(&tally, cover, up, x, right);
            if (!tally.usable)
                break;
            label = whose(&tally);
            if (label < LABELS_MAX && is_larger(&tally, label, best))
                *best = (struct range){{x, y},
                                       {right, up},
                                       cover->labels[label],
                                       tally.cells,
                                       tally.named[label]};
        }
    }
}

/* False: all cells are covered. */
static bool largest(const struct cover *cover, struct range *best)
{
    *best = (struct range){.cells = 0};
    for (size_t y = 0; y < cover->map->sizes[1]; y++)
        for (size_t x = 0; x < cover->map->sizes[0]; x++)
            largest_from(cover, x, y, best);
    return best->cells > 0;
}

/* ---- what is known over a range ---- */

static const struct least_most nothing = {(double)NAN, (double)NAN};

static void widen(struct least_most *range, double value)
{
    if (!isfinite(value))
        return;
    range->least = fmin(range->least, value); /* ignores a NAN */
    range->most = fmax(range->most, value);
}

static void add_tie(struct use *use, const char *label)
{
    size_t i = 0;

    while (i < use->tie_count && strcmp(use->ties[i].label, label) != 0)
        i++;
    if (i == USE_TIES_MAX)
        return;
    if (i == use->tie_count)
        use->ties[use->tie_count++] = (struct use_tie){label, 0};
    use->ties[i].cells++;
    for (; i > 0 && use->ties[i].cells > use->ties[i - 1].cells; i--) {
        struct use_tie tie = use->ties[i];

        use->ties[i] = use->ties[i - 1];
        use->ties[i - 1] = tie;
    }
}

/* Against one after another, measured or computed. */
static void take_gain(struct use *use, const struct view_case *c,
                      const struct view_entry *e)
{
    for (size_t i = 0; i < c->count; i++) {
        const struct view_entry *other = &c->entries[i];
        struct spread ratio = {(double)NAN, (double)NAN, (double)NAN,
                               (double)NAN, (double)NAN};

        if (strcmp(other->strategy, "sequential") != 0)
            continue;
        if (view_measured(other))
            ratio = verdict_ratio(e, other);
        else if (other->computed)
            ratio.median = other->ideal / e->wall.median;
        use->computed += other->computed;
        widen(&use->gain, ratio.median);
    }
}

static void take_next(struct use *use, const struct map_cell *cell,
                      const struct view_entry *e)
{
    const struct view_entry *next = map_next(cell);
    struct spread ratio = map_behind(cell);

    if (!next)
        return;
    if (!isfinite(use->next.least))
        use->next_label = next->label;
    else if (use->next_label && strcmp(use->next_label, next->label) != 0)
        use->next_label = NULL;
    widen(&use->next, ratio.median);
    widen(&use->next_inflight, next->inflight);
    use->flights_differ = use->flights_differ || next->inflight < e->inflight ||
                          next->inflight > e->inflight;
    widen(&use->sure, ratio.lo);
    widen(&use->sure, ratio.hi);
    use->ranges = use->ranges || !isfinite(ratio.lo);
}

static void take_cell(struct use *use, size_t x, size_t y)
{
    const struct map_cell *cell = map_at(use->map, x, y);
    const struct view_entry *e = view_label(cell->c, use->label);

    use->cells++;
    use->named += cell->list[0] == e;
    use->tied += cell->tied > 1;
    use->alone += cell->count == 1;
    use->practical += cell->practical;
    for (size_t i = 0; i < cell->tied; i++)
        if (cell->list[i] != e)
            add_tie(use, cell->list[i]->label);
    take_next(use, cell, e);
    take_gain(use, cell->c, e);
    widen(&use->cpu, e->cpu);
    widen(&use->memory, e->inflight > 1 ? e->bytes_per_task : (double)NAN);
    widen(&use->threads, e->threads);
    widen(&use->processes, e->processes);
    widen(&use->inflight, e->inflight);
}

static struct use use_of(struct cover *cover, const struct range *r)
{
    struct use use = {.map = cover->map,
                      .from = {r->from[0], r->from[1]},
                      .to = {r->to[0], r->to[1]},
                      .label = r->label,
                      .next = nothing,
                      .next_inflight = nothing,
                      .sure = nothing,
                      .gain = nothing,
                      .cpu = nothing,
                      .memory = nothing,
                      .threads = nothing,
                      .processes = nothing,
                      .inflight = nothing};

    for (size_t y = r->from[1]; y <= r->to[1]; y++)
        for (size_t x = r->from[0]; x <= r->to[0]; x++) {
            take_cell(&use, x, y);
            cover->usable[y * cover->map->sizes[0] + x] = 0;
        }
    return use;
}

/* ---- all of them ---- */

static int by_place(const void *a, const void *b)
{
    const struct use *x = a, *y = b;

    if (x->from[0] != y->from[0])
        return x->from[0] < y->from[0] ? -1 : 1;
    return (x->from[1] > y->from[1]) - (x->from[1] < y->from[1]);
}

static bool add_map(struct uses *uses, const struct map *map)
{
    struct cover cover;
    struct range range;
    size_t before = uses->count;
    bool good = cover_open(&cover, map);

    while (good && largest(&cover, &range)) {
        struct use *more =
            realloc(uses->list, (uses->count + 1) * sizeof(*more));

        good = more != NULL;
        if (!good)
            break;
        uses->list = more;
        uses->list[uses->count++] = use_of(&cover, &range);
    }
    free(cover.usable);
    free(cover.named);
    if (good && uses->count > before)
        qsort(uses->list + before, uses->count - before, sizeof(*uses->list),
              by_place);
    return good;
}

bool uses_open(struct uses *uses, const struct maps *maps)
{
    *uses = (struct uses){0};
    for (size_t i = 0; i < maps->count; i++)
        if (!add_map(uses, &maps->list[i])) {
            uses_close(uses);
            return false;
        }
    return true;
}

void uses_close(struct uses *uses)
{
    free(uses->list);
    *uses = (struct uses){0};
}
