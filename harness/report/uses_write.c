/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * "Use this when" in words: a row a range of loads, and the maps below. Every
 * row is made from the data; what is a tie is called one.
 */
#include "uses.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "chapters.h"
#include "judged.h"
#include "price.h"
#include "say.h"
#include "sentence.h"

#define CELL_BYTES 512
#define NAMES_MOST 2 /* of those that tie; the rest is counted */

/* ---- the load ---- */

static const struct part {
    const char *key, *before, *after;
} parts[] = {
    {"tasks", "", " tasks"},    {"delay", "delay ", ""},
    {"width", "width ", ""},    {"cpu", "CPU ", ""},
    {"body", "bodies of ", ""},
};
#define PARTS (sizeof(parts) / sizeof(*parts))

/* What the range has of an axis: "8 to 64", or each value. */
static void axis_words(char *buf, size_t size, const struct use *use, int axis)
{
    const struct map *map = use->map;
    size_t from = use->from[axis], to = use->to[axis], used = 0;
    char value[SAY_BYTES], last[SAY_BYTES];

    *buf = '\0';
    map_value(value, sizeof(value), map->values[axis][from]);
    map_value(last, sizeof(last), map->values[axis][to]);
    if (from == to)
        snprintf(buf, size, "%s", value);
    else if (map->ordered[axis])
        snprintf(buf, size, "%s to %s", value, last);
    for (size_t i = from; from < to && !map->ordered[axis] && i <= to; i++)
        if (used < size)
            used += (size_t)snprintf(
                buf + used, size - used, "%s%s", i > from ? " or " : "",
                map_value(value, sizeof(value), map->values[axis][i]));
}

/* Whether the own origin, whose delays are known, waits with no reply. */
static bool replies_at_once(const struct view_case *c)
{
    return map_fetches(c) && !c->real && isfinite(c->ideal) && !(c->ideal > 0);
}

/* What is the same in all the section's cases; "" where nobody said. */
static void fixed_words(char *buf, size_t size, const struct view_case *c,
                        const char *key)
{
    char text[SAY_BYTES];

    *buf = '\0';
    if (strcmp(key, "tasks") == 0)
        snprintf(buf, size, "%s", say_count(text, c->tasks));
    else if (strcmp(key, "delay") == 0 && (c->delay || replies_at_once(c)))
        say_given(buf, size, c->delay ? c->delay : "0ms");
    else if (strcmp(key, "width") == 0 && isfinite(c->width))
        snprintf(buf, size, "%s", say_count(text, c->width));
    else if (strcmp(key, "body") == 0 && c->body > 0)
        snprintf(buf, size, "%s", say_bytes(text, c->body));
}

static int axis_of(const struct map *map, const char *key)
{
    for (int axis = 0; axis < 2; axis++)
        if (map->axes[axis] && strcmp(map->axes[axis], key) == 0)
            return axis;
    return -1;
}

static void append(char *buf, size_t size, const char *before,
                   const char *words, const char *after)
{
    size_t used = strlen(buf);

    if (*words && used < size)
        snprintf(buf + used, size - used, "%s%s%s%s", used ? ", " : "", before,
                 words,
                 strcmp(words, "1") == 0 && strcmp(after, " tasks") == 0
                     ? " task"
                     : after);
}

static bool is_part(const char *key)
{
    for (size_t i = 0; i < PARTS; i++)
        if (strcmp(parts[i].key, key) == 0)
            return true;
    return false;
}

char *use_load(char *buf, size_t size, const struct use *use)
{
    const struct map *map = use->map;
    const struct view_case *c = map_at(map, use->from[0], use->from[1])->c;
    char words[200], before[80];
    const char *key;
    json_t *value;

    *buf = '\0';
    for (size_t i = 0; i < PARTS; i++) {
        int axis = axis_of(map, parts[i].key);

        if (axis >= 0)
            axis_words(words, sizeof(words), use, axis);
        else
            fixed_words(words, sizeof(words), c, parts[i].key);
        append(buf, size, parts[i].before, words, parts[i].after);
    }
    json_object_foreach ((json_t *)c->axes, key, value) {
        int axis = axis_of(map, key);

        if (is_part(key))
            continue;
        if (axis >= 0)
            axis_words(words, sizeof(words), use, axis);
        else
            say_given(words, sizeof(words), json_string_value(value));
        snprintf(before, sizeof(before), "%.60s ", key);
        append(buf, size, before, words, "");
    }
    return buf;
}

/* ---- cells ---- */

typedef char *sayer_of(char *buf, double value);

/* "1.30×", "1.30 to 2.90×", "8.40 to 40.0 µs" */
static void range_cell(char *cell, const struct least_most *range,
                       sayer_of *say)
{
    char low[SAY_BYTES], high[SAY_BYTES], same[SAY_BYTES];

    say(low, range->least);
    say(high, range->most);
    if (strcmp(low, high) == 0) {
        snprintf(cell, CELL_BYTES, "%s", low);
        return;
    }
    if (say == say_ratio)
        say_factor(low, range->least);
    strcpy(same, high);
    say_unit_once(high, low, same);
    snprintf(cell, CELL_BYTES, "%s to %s", low, high);
}

static size_t commas(const char *text)
{
    size_t count = 0;

    for (text = strstr(text, ", "); text; text = strstr(text + 1, ", "))
        count++;
    return count;
}

static void load_cell(char *cell, const struct view *view,
                      const struct use *use)
{
    const struct view_case *c =
        &view->cases[view->sections[use->map->section].first];
    char id[40], load[300];
    char *breaks;

    use_load(load, sizeof(load), use);
    breaks = strstr(load, ", ");
    if (breaks && commas(load) > 2)
        breaks = strstr(breaks + 1, ", ");
    for (; breaks; breaks = strstr(breaks, ", "))
        breaks[1] = *BREAK; /* a new line: the table is wide */
    snprintf(cell, CELL_BYTES, LINK "%s" LINK "%.100s" LINK ": %s",
             section_id(id, sizeof(id), use->map->section), c->section, load);
}

/* How many tasks it had in flight at most: who has few does not wait for many
 * at once. */
static void add_flight(char *cell, const struct least_most *inflight)
{
    char count[CELL_BYTES];
    size_t used = strlen(cell);

    range_cell(count, inflight, say_count);
    if (isfinite(inflight->least))
        snprintf(cell + used, CELL_BYTES - used, BREAK "%.100s in flight",
                 count);
}

static void use_cell(char *cell, const struct use *use)
{
    snprintf(cell, CELL_BYTES, STRONG CODE "%.100s" CODE STRONG, use->label);
    add_flight(cell, &use->inflight);
}

/* The lower end of an interval without 1, which must not read as if it began
 * there: "1.005", not "1.00". */
static char *say_low(char *buf, double ratio)
{
    say_factor(buf, ratio);
    for (int digits = 3; digits < 6 && ratio > 1 && atof(buf) <= 1; digits++)
        snprintf(buf, SAY_BYTES, "%.*f", digits, ratio);
    return buf;
}

/* By how much the next takes longer that can be told from it. */
static void next_cell(char *cell, const struct use *use)
{
    char low[SAY_BYTES], high[SAY_BYTES];
    size_t used;

    if (!isfinite(use->next.least)) {
        strcpy(cell, use->alone == use->cells ? "–" : "no other is told apart");
        return;
    }
    range_cell(cell, &use->next, say_ratio);
    used = strlen(cell);
    if (use->cells == 1 && isfinite(use->sure.least))
        used += (size_t)snprintf(cell + used, CELL_BYTES - used, " [%s, %s]",
                                 say_low(low, use->sure.least),
                                 say_factor(high, use->sure.most));
    if (use->next_label)
        snprintf(cell + used, CELL_BYTES - used, BREAK CODE "%.60s" CODE,
                 use->next_label);
    if (use->flights_differ)
        add_flight(cell, &use->next_inflight);
}

static void gain_cell(char *cell, const struct use *use)
{
    range_cell(cell, &use->gain, say_ratio);
    if (use->computed)
        strcat(cell, use->computed < use->cells ? BREAK "in part computed"
                                                : BREAK "computed");
}

/* Told apart everywhere, or tied with whom and in how many cells. */
static void sure_cell(char *cell, const struct use *use)
{
    size_t used;

    if (use->tied == 0) {
        strcpy(cell, use->alone == use->cells ? "nobody else was measured"
                     : use->ranges            ? "ranges do not meet"
                                              : "yes");
        return;
    }
    used = (size_t)snprintf(cell, CELL_BYTES, "tie: ");
    for (size_t i = 0; i < use->tie_count && i < NAMES_MOST; i++) {
        used += (size_t)snprintf(cell + used, CELL_BYTES - used,
                                 "%s" CODE "%.60s" CODE, i ? "," BREAK : "",
                                 use->ties[i].label);
        if (use->cells > 1)
            used += (size_t)snprintf(cell + used, CELL_BYTES - used,
                                     " (%zu of %zu)", use->ties[i].cells,
                                     use->cells);
    }
    if (use->tie_count > NAMES_MOST)
        used +=
            (size_t)snprintf(cell + used, CELL_BYTES - used,
                             BREAK "and %zu more", use->tie_count - NAMES_MOST);
    if (use->practical && use->cells == 1)
        snprintf(cell + used, CELL_BYTES - used, BREAK "(within %g %%)",
                 100 * MAP_PRACTICAL - 100);
    else if (use->practical)
        snprintf(cell + used, CELL_BYTES - used,
                 BREAK "(in %zu of %zu within %g %%)", use->practical,
                 use->cells, 100 * MAP_PRACTICAL - 100);
}

/* CPU time and memory a task, threads and processes; what is not known is left
 * out. */
static void cost_cell(char *cell, const struct use *use)
{
    bool forked = use->processes.most > 0;
    const struct {
        const struct least_most *range;
        sayer_of *say;
        const char *what;
    } costs[] = {
        {&use->cpu, say_time, " of CPU"},
        {&use->memory, say_bytes, forked ? " of memory (Pss)" : " of memory"},
        {&use->threads, say_count,
         use->threads.most > 1 ? " threads in all" : " thread in all"},
        {&use->processes, say_count,
         use->processes.most > 1 ? " processes beside it"
                                 : " process beside it"}};
    char text[CELL_BYTES];
    size_t used = 0;

    *cell = '\0';
    for (size_t i = 0; i < 4 && used < CELL_BYTES; i++) {
        if (!isfinite(costs[i].range->least) || !(costs[i].range->most > 0))
            continue;
        range_cell(text, costs[i].range, costs[i].say);
        used += (size_t)snprintf(cell + used, CELL_BYTES - used, "%s%.120s%s",
                                 used ? BREAK : "", text, costs[i].what);
    }
}

/* ---- the table ---- */

enum { LOAD, USE, SURE, NEXT, GAIN, COST, COLUMNS };

static void row(struct doc *doc, const struct view *view, const struct use *use)
{
    char text[COLUMNS][CELL_BYTES];
    const char *cells[COLUMNS];

    load_cell(text[LOAD], view, use);
    use_cell(text[USE], use);
    sure_cell(text[SURE], use);
    next_cell(text[NEXT], use);
    gain_cell(text[GAIN], use);
    cost_cell(text[COST], use);
    for (size_t i = 0; i < COLUMNS; i++)
        cells[i] = text[i];
    doc_row(doc, cells);
}

/* Whether the strategy fetches from the own origin only. */
static bool is_own(const struct use *use)
{
    const struct map_cell *cell = map_at(use->map, use->from[0], use->from[1]);

    return view_label(cell->c, use->label)->real_gap != NULL;
}

/* Those of the maps of any URL; or of the others, where these say to use one
 * that fetches from the own origin only. */
static void table(struct doc *doc, const struct view *view,
                  const struct uses *uses, bool own)
{
    static const char *const heads[COLUMNS] = {[LOAD] = "load",
                                               [USE] = "use",
                                               [SURE] = "told apart",
                                               [NEXT] = "the next takes",
                                               [GAIN] =
                                                   "one after another takes",
                                               [COST] = "a task costs"};
    static const struct doc_table shape = {heads, COLUMNS, COLUMNS};

    doc_table(doc, &shape);
    for (size_t i = 0; i < uses->count; i++)
        if (uses->list[i].map->own == own && (!own || is_own(&uses->list[i])))
            row(doc, view, &uses->list[i]);
    doc_table_end(doc);
}

/* ---- the chapter ---- */

/* Those that fetch no real URLs, each once. */
static void own_names(FILE *out, const struct view *view)
{
    const char *names[USE_TIES_MAX];
    size_t count = 0;

    for (size_t i = 0; i < view->count; i++)
        for (size_t k = 0; k < view->cases[i].count; k++) {
            const struct view_entry *e = &view->cases[i].entries[k];
            size_t at = 0;

            while (at < count && strcmp(names[at], e->strategy) != 0)
                at++;
            if (e->real_gap && at == count && count < USE_TIES_MAX)
                names[count++] = e->strategy;
        }
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s" CODE "%s" CODE,
                i == 0           ? ""
                : i + 1 == count ? " and "
                                 : ", ",
                names[i]);
}

static const char *why_own(const struct view *view)
{
    for (size_t i = 0; i < view->count; i++)
        for (size_t k = 0; k < view->cases[i].count; k++)
            if (view->cases[i].entries[k].real_gap)
                return view->cases[i].entries[k].real_gap;
    return "";
}

static void write_own(struct doc *doc, const struct view *view,
                      const struct uses *uses)
{
    char *names = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&names, &size);

    if (!out)
        return;
    own_names(out, view);
    if (fclose(out) == 0)
        doc_paragraph(
            doc,
            "Where tasks fetch, the table leaves out %s, which "
            "cannot fetch any URL here (%s). Where it need only be "
            "a plain server that is known, as the own origin is, these loads "
            "have another answer:",
            names, why_own(view));
    free(names);
    table(doc, view, uses, true);
}

static bool any_own(const struct uses *uses)
{
    for (size_t i = 0; i < uses->count; i++)
        if (uses->list[i].map->own && is_own(&uses->list[i]))
            return true;
    return false;
}

/* Under a map: by what its ties are ties. */
static void write_judged(struct doc *doc, const struct map *map)
{
    struct sentence s;

    if (!sentence_begin(&s))
        return;
    judged_write(s.out, map);
    sentence_say(&s, doc, false);
}

static void write_all(struct doc *doc, const struct view *view,
                      const struct uses *uses, const struct figures *figures)
{
    doc_heading(doc, 2, "uses", "Use this when");
    doc_paragraph(
        doc,
        "From the sweeps of this run: neighbouring loads are one row, where "
        "the same strategy may be used in all of them and the map names it in "
        "more than half. " STRONG "Use" STRONG " names the fastest; of several "
        "that cannot be told apart, the one that clearly takes less CPU time, "
        "then less memory, then fewer threads and processes (up to %g times "
        "the least is no reason to change), then of those within a tenth of "
        "the fastest the first in the list of strategies. A tie marked as "
        "within %g %% is told apart: the one to use is that of both its "
        "neighbours, and costs no more. The next is the fastest of those that "
        "are told to be slower than the fastest, and its factor is against "
        "that one; ranges are from the least to the greatest of the row's "
        "loads. " STRONG "In flight" STRONG " is the most that was measured "
        "at once: where it is far below the number of tasks, the answer is to "
        "wait for few at a time. Memory of several processes is the sum of "
        "their parts (Pss), which is compared with no peak of a single one. "
        "Peers do not compete here, they are in the tables of the cases; nor "
        "do strategies that a case left out.",
        PRICE_ALIKE, 100 * MAP_PRACTICAL - 100);
    table(doc, view, uses, false);
    for (size_t i = 0; i < figures->count; i++) {
        const struct figure *f = &figures->list[i];

        if (f->kind != FIGURE_MAP || !f->made)
            continue;
        doc_figure(doc, f->stem, f->title, figure_caption(f->kind), true);
        write_judged(doc, f->map[0]);
    }
    if (any_own(uses))
        write_own(doc, view, uses);
}

void uses_write(struct doc *doc, const struct view *view,
                const struct figures *figures)
{
    struct maps maps;
    struct uses uses = {0};

    if (maps_open(&maps, view) && uses_open(&uses, &maps) && uses.count > 0)
        write_all(doc, view, &uses, figures);
    uses_close(&uses);
    maps_close(&maps);
}
