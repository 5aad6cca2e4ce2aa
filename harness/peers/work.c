/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The work of a peer, spelled out.
 */
#include "work.h"

#include <limits.h>
#include <stdlib.h>

/* What the steps of all tasks are computed from. */
struct work {
    struct batch batch; /* without records */
    const struct job_terms *terms;
};

/* What comes with a step of task i: a new reference, NULL without memory. */
typedef json_t *step_fn(const struct work *w, const struct step *step,
                        uint32_t i);

static json_t *delay_of(const struct work *w, const struct step *step,
                        uint32_t i)
{
    return json_integer((json_int_t)step_delay(&w->batch, step, i));
}

static json_t *url_of(const struct work *w, const struct step *step, uint32_t i)
{
    char url[URL_MAX_BYTES];

    if (!step_url(&w->batch, step, i, url, sizeof(url)))
        url[0] = '\0'; /* the suite has seen to it that it fits */
    if (url[0] == '/')
        return job_own_url(w->terms, url);
    return json_string(url);
}

static json_t *path_of(const struct work *w, const struct step *step,
                       uint32_t i)
{
    char path[PATH_MAX];

    return step_path(&w->batch, step, i, path, sizeof(path))
               ? json_string(path)
               : json_string(step->text);
}

static json_t *text_of(const struct work *w, const struct step *step,
                       uint32_t i)
{
    char text[URL_MAX_BYTES];

    return step_text(&w->batch, step, i, text, sizeof(text))
               ? json_string(text)
               : json_string(step->text);
}

static json_t *member_of(const struct work *w, const struct step *step,
                         uint32_t i)
{
    (void)w, (void)i;
    return json_string(step->text);
}

static json_t *number_of(const struct work *w, const struct step *step,
                         uint32_t i)
{
    return json_integer((json_int_t)step_number(&w->batch, step, i));
}

static const struct {
    const char *key;
    step_fn *what;
} words[STEP_KINDS] = {
    [STEP_SLEEP] = {"sleep_ns", delay_of}, [STEP_FETCH] = {"fetch", url_of},
    [STEP_READ] = {"read", path_of},       [STEP_WRITE] = {"write", path_of},
    [STEP_RECV] = {"recv", text_of},       [STEP_JOIN] = {"join", number_of},
    [STEP_CPU] = {"cpu_ns", delay_of},     [STEP_PARSE] = {"parse", member_of},
    [STEP_ADD] = {"add", number_of},       [STEP_PRINT] = {"print", text_of},
    [STEP_SPAWN] = {"spawn", number_of},
};

/* The steps of task i in the phase that the batch is in. */
static json_t *task_work(const struct work *w, uint32_t i)
{
    const struct step *end = task_steps_end(&w->batch, i);
    json_t *steps = json_array();

    for (const struct step *step = task_steps(&w->batch, i); step < end; step++)
        json_array_append_new(steps,
                              json_pack("{s:o}", words[step->kind].key,
                                        words[step->kind].what(w, step, i)));
    return steps;
}

/* That phase. Neighbours that do the same share what says so: a million tasks
 * would take the harness half a gigabyte. */
static json_t *phase_work(const struct work *w)
{
    json_t *tasks = json_array(), *last = NULL;

    for (uint32_t i = 0; tasks && i < w->batch.count; i++) {
        json_t *steps = task_work(w, i);

        if (last && steps && json_equal(last, steps)) {
            json_decref(steps);
            steps = json_incref(last);
        }
        json_array_append_new(tasks, steps);
        last = steps;
    }
    return tasks;
}

/* When each task is due, from the beginning; null: all are from then on. */
static json_t *due_json(const struct bench_case *c, uint64_t seed)
{
    nsec *due = case_due(c, seed);
    json_t *list = due ? json_array() : json_null();

    for (uint32_t i = 0; due && i < c->tasks; i++)
        json_array_append_new(list, json_integer((json_int_t)due[i]));
    free(due);
    return list;
}

void work_put(json_t *job, const struct bench_case *c,
              const struct job_terms *terms)
{
    struct work w = {case_batch(c, terms->seed), terms};
    /* A peer may work in another folder than this one. */
    char *folder = terms->folder ? realpath(terms->folder, NULL) : NULL;
    json_t *phases = json_array();
    size_t from = 0;

    w.batch.folder = folder;
    for (size_t p = 0; p < c->phase_count; p++) {
        w.batch.phase_begin = c->steps + from;
        w.batch.phase_end = c->steps + c->phase_ends[p];
        json_array_append_new(phases, phase_work(&w));
        from = c->phase_ends[p];
    }
    json_object_set_new(job, "phases", phases);
    json_object_set_new(job, "due_ns", due_json(c, terms->seed));
    json_object_set_new(job, "creator",
                        w.batch.creator_begin ? json_integer(c->tasks - 1)
                                              : json_null());
    json_object_set_new(job, "expect", json_null());
    free(folder);
}
