/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The work of a peer, spelled out.
 */
#include "work.h"

#include <string.h>

#include "../suite/units.h"

/* The step of task i; NULL if there is no memory. */
static json_t *step_work(const struct batch *batch, const struct step *step,
                         uint32_t i, uint16_t port)
{
    char url[URL_MAX_BYTES];

    if (step->kind == STEP_SLEEP)
        return json_pack("{s:I}", "sleep_ns",
                         (json_int_t)step_delay(batch, step, i));
    if (!step_url(batch, step, i, url, sizeof(url)))
        url[0] = '\0'; /* the suite has seen to it that it fits */
    if (url[0] == '/')
        return json_pack("{s:o}", "fetch",
                         json_sprintf("http://127.0.0.1:%u%s", port, url));
    return json_pack("{s:s}", "fetch", url);
}

static json_t *phase_work(const struct bench_case *c, const struct batch *batch,
                          size_t from, size_t to, uint16_t port)
{
    json_t *tasks = json_array();

    for (uint32_t i = 0; tasks && i < c->tasks; i++) {
        json_t *steps = json_array();

        for (size_t s = from; s < to; s++)
            json_array_append_new(steps,
                                  step_work(batch, &c->steps[s], i, port));
        json_array_append_new(tasks, steps);
    }
    return tasks;
}

json_t *work_phases(const struct bench_case *c, const struct job_terms *terms)
{
    struct batch batch = case_batch(c, terms->seed);
    json_t *phases = json_array();
    size_t from = 0;

    for (size_t p = 0; p < c->phase_count; p++) {
        json_array_append_new(
            phases, phase_work(c, &batch, from, c->phase_ends[p], terms->port));
        from = c->phase_ends[p];
    }
    return phases;
}
