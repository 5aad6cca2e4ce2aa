/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Steps that only compute.
 */
#include "instant.h"

#include <jansson.h>
#include <time.h>

static nsec thread_cpu(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (nsec)now.tv_sec * NSEC_PER_SEC + (nsec)now.tv_nsec;
}

static enum outcome do_cpu(struct batch *batch, const struct step *step,
                           uint32_t i)
{
    nsec until = thread_cpu() + step_delay(batch, step, i);

    while (thread_cpu() < until)
        continue;
    return OUTCOME_OK;
}

static enum outcome do_parse(struct batch *batch, const struct step *step,
                             uint32_t i)
{
    const struct body *body = &batch->bodies[i];
    json_t *json =
        json_loadb(body->data ? body->data : "", body->size, 0, NULL);
    json_t *member = json_object_get(json, step->text);
    bool number = json_is_number(member);

    if (number)
        batch->tasks[i].value = (int64_t)json_number_value(member);
    json_decref(json);
    return number ? OUTCOME_OK : OUTCOME_PARSE;
}

static enum outcome do_add(struct batch *batch, const struct step *step,
                           uint32_t i)
{
    batch->tasks[i].value += step_number(batch, step, i);
    return OUTCOME_OK;
}

static enum outcome do_print(struct batch *batch, const struct step *step,
                             uint32_t i)
{
    char text[1024];

    if (!batch->observer)
        return OUTCOME_OK;
    if (!step_text(batch, step, i, text, sizeof(text)))
        return OUTCOME_SYSTEM;
    task_print(batch, i, text);
    return OUTCOME_OK;
}

enum outcome instant_step(struct batch *batch, const struct step *step,
                          uint32_t i)
{
    static enum outcome (*const doers[STEP_KINDS])(
        struct batch *, const struct step *, uint32_t) = {
        [STEP_CPU] = do_cpu,
        [STEP_PARSE] = do_parse,
        [STEP_ADD] = do_add,
        [STEP_PRINT] = do_print,
    };

    return doers[step->kind] ? doers[step->kind](batch, step, i)
                             : OUTCOME_SYSTEM;
}
