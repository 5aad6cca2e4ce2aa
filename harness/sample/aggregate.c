/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Running statistics (GSL), in the order of the tasks: the same values come to
 * the same figures to the last bit, whoever did the tasks.
 */
#include "aggregate.h"

#include <gsl/gsl_rstat.h>
#include <math.h>

/* Steps that write a task's value. */
#define SETTERS                                                                \
    (STEP_BIT(STEP_FETCH) | STEP_BIT(STEP_READ) | STEP_BIT(STEP_PARSE) |       \
     STEP_BIT(STEP_ADD) | STEP_BIT(STEP_JOIN))

const char *aggregate_field(const struct batch *batch)
{
    const struct step *end = batch->creator_begin
                                 ? batch->creator_begin
                                 : batch->steps + batch->step_count;
    const char *field = NULL;

    for (const struct step *step = batch->steps; step < end; step++)
        if (SETTERS & STEP_BIT(step->kind))
            field = step->kind == STEP_PARSE ? step->text : NULL;
    return field;
}

static void take_figures(struct aggregate *a, gsl_rstat_workspace *sums)
{
    a->count = (uint32_t)gsl_rstat_n(sums);
    if (a->count < 1)
        return;
    a->mean = gsl_rstat_mean(sums);
    a->min = gsl_rstat_min(sums);
    a->max = gsl_rstat_max(sums);
    if (a->count > 1)
        a->sd = gsl_rstat_sd(sums);
}

struct aggregate aggregate_make(const struct batch *batch,
                                aggregate_value *value)
{
    struct aggregate a = {aggregate_field(batch), 0, NAN, NAN, NAN, NAN};
    uint32_t count = batch->creator_begin ? batch->count - 1 : batch->count;
    gsl_rstat_workspace *sums = a.field ? gsl_rstat_alloc() : NULL;
    int64_t one;

    for (uint32_t i = 0; sums && i < count; i++)
        if (value(batch, i, &one))
            gsl_rstat_add((double)one, sums);
    if (sums) {
        take_figures(&a, sums);
        gsl_rstat_free(sums);
    }
    return a;
}

static bool value_of_task(const struct batch *batch, uint32_t i, int64_t *value)
{
    const struct task *task = &batch->tasks[i];

    *value = task->value;
    return task->outcome == OUTCOME_OK &&
           task->progress == 2 * batch->phase + 2;
}

struct aggregate aggregate_of(const struct batch *batch)
{
    return aggregate_make(batch, value_of_task);
}

static json_t *figure(double value)
{
    return isnan(value) ? json_null() : json_real(value);
}

json_t *aggregate_json(const struct aggregate *a)
{
    if (!a->field)
        return json_null();
    return json_pack("{s:s, s:I, s:o, s:o, s:o, s:o}", "field", a->field,
                     "count", (json_int_t)a->count, "mean", figure(a->mean),
                     "min", figure(a->min), "max", figure(a->max), "sd",
                     figure(a->sd));
}
