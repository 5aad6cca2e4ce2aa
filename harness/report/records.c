/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads timeline.csv and the histograms of samples.jsonl. Lines that cannot be
 * read are left out: the last one of a run that was cut short may be half a
 * line.
 */
#include "records.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../stats/samples.h"

struct records {
    const struct view *view;
    struct record **of_case; /* one array a case, as long as its entries */
};

static struct record *find(const struct records *records, const char *name,
                           const char *label)
{
    const struct view *view = records->view;
    for (size_t i = 0; i < view->count; i++) {
        const struct view_case *c = &view->cases[i];
        if (strcmp(c->name, name) != 0)
            continue;
        const struct view_entry *e = view_label(c, label);
        return e ? &records->of_case[i][e - c->entries] : NULL;
    }
    return NULL;
}

const struct record *records_of(const struct records *records,
                                const struct view_entry *entry)
{
    static const struct record none;
    const struct view *view = records->view;
    for (size_t i = 0; i < view->count; i++) {
        const struct view_case *c = &view->cases[i];
        for (size_t k = 0; k < c->count; k++)
            if (&c->entries[k] == entry)
                return &records->of_case[i][k];
    }
    return &none;
}

/* ---- timeline.csv ---- */

/* Takes one field off *line, in place, quotes undone; NULL at the end. */
static char *csv_field(char **line)
{
    char *from = *line, *start = from, *to = from;
    bool quoted = false;
    if (!from)
        return NULL;
    for (; *from && (quoted || *from != ','); from++) {
        if (*from == '"' && !(quoted && from[1] == '"'))
            quoted = !quoted;
        else
            *to++ = *from == '"' ? *from++ : *from;
    }
    *line = *from ? from + 1 : NULL;
    *to = '\0';
    return start;
}

static bool lane_add(struct record *record, const struct lane *lane)
{
    if (record->lane_count == record->lane_room) {
        size_t room = record->lane_room ? 2 * record->lane_room : 64;
        struct lane *more = realloc(record->lanes, room * sizeof(*more));
        if (!more)
            return false;
        record->lanes = more;
        record->lane_room = room;
    }
    record->lanes[record->lane_count++] = *lane;
    return true;
}

/* False: no memory. */
static bool lane_read(const struct records *records, char *line)
{
    enum { CASE, STRATEGY, ROUND, TASK, CREATED, STARTED, FINISHED, OUTCOME };
    char *field[OUTCOME + 1];
    line[strcspn(line, "\r\n")] = '\0';
    for (int i = CASE; i <= OUTCOME; i++) {
        field[i] = csv_field(&line);
        if (!field[i])
            return true;
    }
    struct record *record = find(records, field[CASE], field[STRATEGY]);
    if (!record)
        return true;
    struct lane lane = {strtod(field[TASK], NULL), strtod(field[CREATED], NULL),
                        strtod(field[STARTED], NULL),
                        strtod(field[FINISHED], NULL),
                        strcmp(field[OUTCOME], "ok") == 0};
    return lane_add(record, &lane);
}

static int compare_lanes(const void *left, const void *right)
{
    const struct lane *a = left, *b = right;
    int order = (a->task > b->task) - (a->task < b->task);
    return order ? order
                 : (a->started > b->started) - (a->started < b->started);
}

/* The file has a phase after the other; who draws wants a task after the
 * other. */
static void lanes_sort(struct record *record)
{
    if (record->lane_count > 1)
        qsort(record->lanes, record->lane_count, sizeof(*record->lanes),
              compare_lanes);
    for (size_t i = 0; i < record->lane_count; i++)
        record->task_count +=
            i == 0 || record->lanes[i].task > record->lanes[i - 1].task;
}

/* ---- samples.jsonl ---- */

static void merge(struct histogram **into, const struct packed *packed)
{
    if (!packed)
        return;
    if (!*into)
        *into = histogram_new();
    if (*into)
        histogram_add_packed(*into, packed);
}

static bool wall_add(struct record *record, const struct wall *wall)
{
    struct wall *more =
        realloc(record->walls, (record->wall_count + 1) * sizeof(*more));
    if (!more)
        return false;
    record->walls = more;
    record->walls[record->wall_count++] = *wall;
    return true;
}

static bool sample_read(const struct records *records, const json_t *cases,
                        const struct sample *sample)
{
    const json_t *c = json_array_get(cases, sample->in_case);
    const json_t *entry =
        json_array_get(json_object_get(c, "strategies"), sample->entry);
    const char *name = view_text(c, "name");
    const char *label = view_text(entry, "label");
    if (!sample->stands || sample->status != SAMPLE_OK || !name || !label)
        return true;
    struct record *record = find(records, name, label);
    if (!record)
        return true;
    if (!sample->warmup) {
        merge(&record->latency, sample->latency);
        merge(&record->sojourn, sample->sojourn);
    }
    struct wall wall = {sample->round, sample->values[METRIC_WALL],
                        sample->warmup};
    return wall_add(record, &wall);
}

static bool samples_load(const struct records *records, const char *dir,
                         const json_t *cases)
{
    char path[4096], error[256];
    struct samples samples = {0};
    bool good = true;
    snprintf(path, sizeof(path), "%s/samples.jsonl", dir);
    if (samples_read(path, cases, &samples, error, sizeof(error)) == 0)
        for (size_t i = 0; good && i < samples.count; i++)
            good = sample_read(records, cases, &samples.list[i]);
    samples_clear(&samples);
    return good;
}

/* ---- both ---- */

static bool timeline_load(const struct records *records, const char *dir)
{
    char path[4096];
    snprintf(path, sizeof(path), "%s/timeline.csv", dir);
    FILE *file = fopen(path, "re");
    if (!file)
        return true;
    char *line = NULL;
    size_t room = 0;
    bool good = true;
    while (good && getline(&line, &room, file) > 0)
        good = lane_read(records, line);
    free(line);
    fclose(file);
    for (size_t i = 0; i < records->view->count; i++)
        for (size_t k = 0; k < records->view->cases[i].count; k++)
            lanes_sort(&records->of_case[i][k]);
    return good;
}

struct records *records_load(const char *dir, const struct view *view)
{
    struct records *records = calloc(1, sizeof(*records));
    if (!records)
        return NULL;
    records->view = view;
    records->of_case = calloc(view->count + 1, sizeof(*records->of_case));
    bool good = records->of_case != NULL;
    for (size_t i = 0; good && i < view->count; i++) {
        records->of_case[i] =
            calloc(view->cases[i].count + 1, sizeof(**records->of_case));
        good = records->of_case[i] != NULL;
    }
    const json_t *cases = json_object_get(view->run, "cases");
    if (good && timeline_load(records, dir) &&
        samples_load(records, dir, cases))
        return records;
    records_free(records);
    return NULL;
}

void records_free(struct records *records)
{
    if (!records)
        return;
    for (size_t i = 0; records->of_case && i < records->view->count; i++) {
        const struct view_case *c = &records->view->cases[i];
        for (size_t k = 0; records->of_case[i] && k < c->count; k++) {
            struct record *record = &records->of_case[i][k];
            free(record->lanes);
            free(record->walls);
            histogram_free(record->latency);
            histogram_free(record->sojourn);
        }
        free(records->of_case[i]);
    }
    free(records->of_case);
    free(records);
}
