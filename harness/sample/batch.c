/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A job's batch. What is allocated here is touched here too, so that no page
 * fault falls into what is timed.
 */
#include "batch.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* True if a step works on the body that a step before it received. */
static bool needs_bodies(const struct batch *batch)
{
    for (uint32_t s = 0; s < batch->step_count; s++) {
        const struct step *step = &batch->steps[s];

        if (step->kind == STEP_WRITE || step->kind == STEP_PARSE)
            return true;
        if (step->text && strstr(step->text, "{body}"))
            return true;
    }
    return false;
}

/* Zeroed by a memset that the compiler may not turn into calloc, which leaves
 * the pages untouched. */
static void *zeroed(size_t count, size_t size)
{
    void *records = reallocarray(NULL, count, size);

    if (records)
        explicit_bzero(records, count * size);
    return records;
}

/* Zeroed as the records are. */
static int fill_due(struct job *job)
{
    struct batch *batch = &job->batch;
    nsec *due = zeroed(batch->count, sizeof(*due));

    if (!due)
        return ENOMEM;
    rate_draw(&job->rate, batch->seed, due, batch->count);
    batch->due = due;
    return 0;
}

int batch_fill(struct job *job)
{
    struct batch *batch = &job->batch;

    batch->tasks = zeroed(batch->count, sizeof(*batch->tasks));
    if (!batch->tasks)
        return ENOMEM;
    if (job->rate.per_second > 0 && fill_due(job) != 0)
        return ENOMEM;
    if (!needs_bodies(batch))
        return 0;
    batch->bodies = zeroed(batch->count, sizeof(*batch->bodies));
    return batch->bodies ? 0 : ENOMEM;
}

void batch_clear(struct batch *batch)
{
    for (uint32_t i = 0; batch->bodies && i < batch->count; i++)
        free(batch->bodies[i].data);
    free(batch->bodies);
    free(batch->tasks);
    free((void *)batch->due);
    batch->due = NULL;
    batch->bodies = NULL;
    batch->tasks = NULL;
}

int batch_run_phases(struct job *job, void *self, nsec *ran,
                     void (*between)(void *context), void *context)
{
    struct batch *batch = &job->batch;
    size_t begin = 0;
    int error = 0;

    batch->began = now_ns();
    for (size_t p = 0; p < job->phase_count && !error; p++) {
        nsec start = now_ns();

        batch->phase = (uint8_t)p;
        batch->phase_begin = batch->steps + begin;
        batch->phase_end = batch->steps + job->phase_ends[p];
        error = job->strategy->run(self, batch);
        *ran += now_ns() - start;
        begin = job->phase_ends[p];
        if (between && p + 1 < job->phase_count)
            between(context);
    }
    return error;
}
