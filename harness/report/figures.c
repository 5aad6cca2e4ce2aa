/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which figures a run has, and having them made. A case that stands alone has
 * one of each kind; a sweep has its scaling figures, and one of each other
 * kind for the case that stands for it. The run has an overview.
 */
#include "figures.h"

#include <dirent.h>
#include <errno.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../store/store.h"
#include "example.h"
#include "figure_data.h"
#include "report.h"
#include "say.h"

#define PANELS_MAX     6  /* of the run's overview */
#define SCALING_MAX    4  /* figures of a sweep along one axis */
#define CALIBRATED_MAX 24 /* panels of what can be told apart */

const char *figure_caption(enum figure_kind kind)
{
    return figure_kinds[kind].caption;
}

/* ---- planning ---- */

/* KIND-NAME in lower-case letters, digits and dashes, other bytes become
 * dashes; a number is added where an earlier figure has that name. */
static void stem_write(const struct figures *figures, char *stem, size_t size,
                       const char *kind, const char *name)
{
    size_t used = (size_t)snprintf(stem, size, "%s-", kind);
    size_t end = used + 60;
    for (; *name && used + 8 < size && used < end; name++) {
        bool plain = (*name >= 'a' && *name <= 'z') || *name == '_' ||
                     (*name >= '0' && *name <= '9');
        bool capital = *name >= 'A' && *name <= 'Z';
        char c = plain ? *name : capital ? (char)(*name + 32) : '-';
        if (c != '-' || stem[used - 1] != '-')
            stem[used++] = c;
    }
    while (stem[used - 1] == '-')
        used--;
    stem[used] = '\0';
    unsigned number = 1;
    for (size_t i = 0; i < figures->count; i++)
        if (strcmp(figures->list[i].stem, stem) == 0) {
            snprintf(stem + used, size - used, "-%u", ++number);
            i = (size_t)-1;
        }
}

/* Adds a figure for `count` cases; false: no memory. */
static bool plan(struct figures *figures, enum figure_kind kind, size_t section,
                 const char *name, const struct view_case *const *cases,
                 size_t count)
{
    struct figure *more =
        realloc(figures->list, (figures->count + 1) * sizeof(*more));
    if (!more)
        return false;
    figures->list = more;
    struct figure *f = &more[figures->count];
    *f = (struct figure){.kind = kind, .section = section};
    f->cases = calloc(count + 1, sizeof(*f->cases));
    if (!f->cases)
        return false;
    if (count)
        memcpy(f->cases, cases, count * sizeof(*cases));
    snprintf(f->title, sizeof(f->title), "%.160s: %s",
             *name        ? name
             : count == 1 ? cases[0]->name
                          : "several cases",
             figure_kinds[kind].title);
    stem_write(figures, f->stem, sizeof(f->stem), figure_kinds[kind].stem,
               name);
    figures->count++;
    return true;
}

/* Whether the two differ in no axis but `axis`. */
static bool same_line(const struct view_case *a, const struct view_case *b,
                      const char *axis)
{
    const char *key;
    json_t *value;
    json_object_foreach ((json_t *)a->axes, key, value)
        if (strcmp(key, axis) != 0 &&
            !json_equal(value, json_object_get(b->axes, key)))
            return false;
    return true;
}

/* The section, and what the other axes are fixed at: `grid/width=8`. */
static const char *line_name(char *name, size_t size, const struct view_case *c,
                             const char *axis)
{
    const char *key;
    json_t *value;
    snprintf(name, size, "%s", c->section);
    char mark = '/';
    json_object_foreach ((json_t *)c->axes, key, value) {
        size_t used = strlen(name);
        if (strcmp(key, axis) == 0 || !json_is_string(value))
            continue;
        snprintf(name + used, size - used, "%c%s=%s", mark, key,
                 json_string_value(value));
        mark = ',';
    }
    return name;
}

static const char *const scaling_axes[FIGURE_KINDS] = {
    [FIGURE_SCALING_TASKS] = "tasks",  [FIGURE_SCALING_WIDTH] = "width",
    [FIGURE_SCALING_BODY] = "body",    [FIGURE_SCALING_DELAY] = "delay",
    [FIGURE_SCALING_MEMORY] = "tasks",
};

bool figure_is_scaling(enum figure_kind kind)
{
    return scaling_axes[kind] != NULL;
}

/* Tasks that do nothing hold nothing while they wait. */
static bool has_waits(const struct view_case *c)
{
    return strcmp(c->workload, "spawn") != 0;
}

/* The figures of a sweep along one axis: one for each set of values that the
 * other axes take. */
static bool plan_scaling(struct figures *figures, const struct view *view,
                         size_t section, enum figure_kind kind)
{
    const struct view_section *s = &view->sections[section];
    const struct view_case **line = calloc(s->count, sizeof(*line));
    const char *axis = scaling_axes[kind];
    bool good = line != NULL;
    for (size_t i = 0, made = 0; good && i < s->count && made < SCALING_MAX;
         i++) {
        const struct view_case *c = &view->cases[s->first + i];
        size_t count = 0;
        bool seen = !view_axis(c, axis) || !isfinite(scaling_x(kind, c)) ||
                    (kind == FIGURE_SCALING_MEMORY && !has_waits(c));
        for (size_t k = 0; !seen && k < s->count; k++) {
            const struct view_case *other = &view->cases[s->first + k];
            if (!same_line(c, other, axis) || !isfinite(scaling_x(kind, other)))
                continue;
            seen = k < i;
            line[count++] = other;
        }
        if (seen || count < 2)
            continue;
        char name[160];
        good = plan(figures, kind, section,
                    line_name(name, sizeof(name), c, axis), line, count);
        made++;
    }
    free(line);
    return good;
}

static bool plan_section(struct figures *figures, const struct view *view,
                         size_t section)
{
    static const enum figure_kind each[] = {
        FIGURE_OVERVIEW, FIGURE_OPEN_LOAD, FIGURE_TIMELINE, FIGURE_ZOOM,
        FIGURE_LATENCY,  FIGURE_CPU,       FIGURE_MEMORY,   FIGURE_SAMPLES};
    const struct view_case *example =
        section_example(view, &view->sections[section]);
    for (enum figure_kind kind = 0; kind < FIGURE_KINDS; kind++)
        if (figure_is_scaling(kind) &&
            (kind == FIGURE_SCALING_MEMORY || !view_open_load(example)) &&
            !plan_scaling(figures, view, section, kind))
            return false;
    for (size_t i = 0; i < sizeof(each) / sizeof(*each); i++)
        if (!plan(figures, each[i], section, example->name, &example, 1))
            return false;
    return true;
}

/* The run's overview, of wall times, which an open load's rate decides: of
 * other cases in which there is something to compare, those
 * that stand alone, then those that stand for sweeps; such with three measured
 * strategies at least before such with two. */
static bool plan_run(struct figures *figures, const struct view *view)
{
    const struct view_case *cases[PANELS_MAX];
    size_t count = 0;
    for (int pass = 0; pass < 4; pass++)
        for (size_t i = 0; i < view->section_count; i++) {
            const struct view_section *s = &view->sections[i];
            const struct view_case *c = section_example(view, s);
            size_t measured = view_measured_count(c);
            if ((s->count > 1) == pass % 2 && count < PANELS_MAX &&
                !view_open_load(c) && (pass < 2 ? measured > 2 : measured == 2))
                cases[count++] = c;
        }
    return count < 2 ||
           plan(figures, FIGURE_OVERVIEW, SIZE_MAX, "", cases, count);
}

/* What one more task takes, of all sections together; a run without a probe
 * has nothing to draw. */
static bool plan_costs(struct figures *figures, const struct view *view)
{
    if (!plan(figures, FIGURE_COSTS, SIZE_MAX, "", NULL, 0))
        return false;
    figures->list[figures->count - 1].costs =
        json_object_get(view->summary, "costs");
    return true;
}

static bool plan_growth(struct figures *figures, const struct view *view)
{
    if (!plan(figures, FIGURE_GROWTH, SIZE_MAX, "", NULL, 0))
        return false;
    figures->list[figures->count - 1].growth =
        json_object_get(view->summary, "growth");
    return true;
}

/* One for each map of any URL, with the one of the own origin beside it where
 * that says something else. */
static bool plan_maps(struct figures *figures, const struct view *view)
{
    bool good = maps_open(&figures->maps, view);
    for (size_t i = 0; good && i < figures->maps.count; i++) {
        const struct map *map = &figures->maps.list[i];
        const struct map *before = i ? map - 1 : NULL;
        bool beside = map->own && before && !before->own &&
                      strcmp(before->name, map->name) == 0;
        if (beside)
            figures->list[figures->count - 1].map[1] = map;
        else
            good = plan(figures, FIGURE_MAP, map->section, map->name, NULL, 0);
        if (good && !beside)
            figures->list[figures->count - 1].map[0] = map;
    }
    return good;
}

/* All cases that were calibrated, as far as there is room. */
static bool plan_calibration(struct figures *figures, const struct view *view)
{
    const struct view_case *cases[CALIBRATED_MAX];
    size_t count = 0;
    for (size_t i = 0; i < view->count && count < CALIBRATED_MAX; i++)
        if (json_array_size(view->cases[i].calibration))
            cases[count++] = &view->cases[i];
    return plan(figures, FIGURE_CALIBRATION, SIZE_MAX, "", cases, count);
}

/* ---- making ---- */

static int data_write(const struct figure *figure,
                      const struct records *records, struct drawing *drawing,
                      char *error, size_t error_size)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    if (!out) {
        snprintf(error, error_size, "no memory for a figure's data");
        return -1;
    }
    bool any = figure_data(out, figure, records);
    int result = 0;
    if (fclose(out) != 0) {
        snprintf(error, error_size, "no memory for a figure's data");
        result = -1;
    } else if (any) {
        result = store_replace(drawing->data, text, size, error, error_size);
    } else {
        drawing->data[0] = '\0';
    }
    free(text);
    return result;
}

static bool ends_with(const char *name, const char *end)
{
    size_t length = strlen(name), tail = strlen(end);
    return length > tail && strcmp(name + length - tail, end) == 0;
}

/* Makes the folder, or empties it of an earlier report's figures. */
static int folder_prepare(const char *path, char *error, size_t error_size)
{
    if (mkdir(path, 0777) < 0 && errno != EEXIST) {
        snprintf(error, error_size, "%s: %s", path, strerror(errno));
        return -1;
    }
    DIR *folder = opendir(path);
    if (!folder) {
        snprintf(error, error_size, "%s: %s", path, strerror(errno));
        return -1;
    }
    for (struct dirent *e = readdir(folder); e; e = readdir(folder))
        if (ends_with(e->d_name, ".svg") || ends_with(e->d_name, ".tsv"))
            unlinkat(dirfd(folder), e->d_name, 0);
    closedir(folder);
    return 0;
}

/* Which figures were drawn, and what is wrong where one was not. */
static void draw_judge(struct figures *figures, const struct drawing *drawings,
                       bool installed)
{
    const struct drawing *d = drawings, *first = NULL;
    const char *stem = "";
    size_t lost = 0;
    for (size_t i = 0; i < figures->count; i++) {
        struct figure *f = &figures->list[i];
        if (!f->made)
            continue;
        f->made = d->drawn;
        if (!d->drawn && lost++ == 0) {
            first = d;
            stem = f->stem;
        }
        d++;
    }
    if (!installed)
        strcpy(figures->trouble, "gnuplot is not installed");
    else if (lost)
        snprintf(figures->trouble, sizeof(figures->trouble),
                 "gnuplot could not draw %zu of %zu, %s the first%s%s", lost,
                 (size_t)(d - drawings), stem, *first->why ? ": " : "",
                 first->why);
}

/* Writes all data, then draws what there is to draw. */
static int draw_all(struct figures *figures, const char *dir,
                    const struct records *records, struct drawing *drawings,
                    char *error, size_t error_size)
{
    size_t count = 0;
    for (size_t i = 0; i < figures->count; i++) {
        struct figure *f = &figures->list[i];
        struct drawing *d = &drawings[count];
        snprintf(d->script, sizeof(d->script), "%s/%s", plots_folder(),
                 figure_kinds[f->kind].script);
        snprintf(d->data, sizeof(d->data), "%s/plots/%s.tsv", dir, f->stem);
        snprintf(d->out, sizeof(d->out), "%s/plots/%s.svg", dir, f->stem);
        if (data_write(f, records, d, error, error_size) < 0)
            return -1;
        if (d->data[0] == '\0')
            continue;
        f->made = true; /* to be drawn; set right below */
        count++;
    }
    draw_judge(figures, drawings, gnuplot_draw(drawings, count));
    return 0;
}

int figures_make(struct figures *figures, const char *dir,
                 const struct view *view, const struct records *records,
                 char *error, size_t error_size)
{
    char folder[4096];
    int result = -1;
    struct drawing *drawings = NULL;
    *figures = (struct figures){0};
    bool good = plan_run(figures, view);
    for (size_t i = 0; good && i < view->section_count; i++)
        good = plan_section(figures, view, i);
    good = good && plan_costs(figures, view) && plan_growth(figures, view) &&
           plan_calibration(figures, view) && plan_maps(figures, view);
    if (good)
        drawings = calloc(figures->count + 1, sizeof(*drawings));
    snprintf(folder, sizeof(folder), "%s/plots", dir);
    if (!drawings)
        snprintf(error, error_size, "no memory for the figures");
    else if (folder_prepare(folder, error, error_size) == 0)
        result = draw_all(figures, dir, records, drawings, error, error_size);
    free(drawings);
    return result;
}

void figures_clear(struct figures *figures)
{
    for (size_t i = 0; i < figures->count; i++)
        free(figures->list[i].cases);
    free(figures->list);
    maps_close(&figures->maps);
    *figures = (struct figures){0};
}
