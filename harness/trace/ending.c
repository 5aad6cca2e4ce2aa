/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Results, printed as lists: those of a long batch are shortened in the
 * middle. The creator, which only starts others, is in neither list: its value
 * stands in its own line.
 */
#include "ending.h"

#include <inttypes.h>
#include <stdlib.h>

#include "../sample/aggregate.h"
#include "printer.h"

/* A longer list shows this many at its front and at its end. */
#define LIST_MAX   16
#define LIST_FRONT 8
#define LIST_BACK  2

static uint32_t shown_count(const struct batch *batch)
{
    return batch->creator_begin ? batch->count - 1 : batch->count;
}

static bool has_ended(const struct task *task, size_t phases)
{
    return task->outcome == OUTCOME_OK && task->progress == 2 * phases;
}

uint32_t ending_count(const struct batch *batch, size_t phases)
{
    uint32_t count = 0;

    for (uint32_t i = 0; i < shown_count(batch); i++)
        count += has_ended(&batch->tasks[i], phases);
    return count;
}

/* ---- order ---- */

static int by_finish(const void *a, const void *b, void *context)
{
    const struct batch *batch = context;
    uint32_t i = *(const uint32_t *)a, j = *(const uint32_t *)b;
    nsec x = batch->tasks[i].finished, y = batch->tasks[j].finished;

    return x == y ? (i > j) - (i < j) : (x > y) - (x < y);
}

/* The tasks that have ended, well or not, in the order in which they did;
 * *count of them. The caller frees it. */
static uint32_t *order_of(const struct batch *batch, uint32_t *count)
{
    uint32_t *order = calloc(batch->count, sizeof(*order));

    *count = 0;
    for (uint32_t i = 0; order && i < shown_count(batch); i++)
        if (batch->tasks[i].outcome != OUTCOME_NONE &&
            batch->tasks[i].outcome != OUTCOME_CANCELLED)
            order[(*count)++] = i;
    if (order)
        qsort_r(order, *count, sizeof(*order), by_finish, (void *)batch);
    return order;
}

/* ---- lists ---- */

static void put_result(FILE *out, const struct task *task, size_t phases)
{
    if (has_ended(task, phases))
        fprintf(out, "%" PRId64, task->value);
    else if (task->outcome == OUTCOME_CANCELLED)
        fprintf(out, "cancelled");
    else if (task->outcome > OUTCOME_OK)
        fprintf(out, "failed");
    else
        fprintf(out, "%s", task->progress ? "not finished" : "not started");
}

/* In the tasks' order where `order` is NULL. */
static void put_list(FILE *out, const struct batch *batch, size_t phases,
                     const uint32_t *order, uint32_t count)
{
    char name[TASK_NAME_BYTES];

    putc('[', out);
    for (uint32_t n = 0; n < count; n++) {
        uint32_t i = order ? order[n] : n;

        if (count > LIST_MAX && n == LIST_FRONT) {
            n = count - LIST_BACK - 1;
            fprintf(out, ", … %" PRIu32 " more …",
                    count - LIST_FRONT - LIST_BACK);
            continue;
        }
        if (n)
            fprintf(out, ", ");
        if (order)
            fprintf(out, "%s → ", task_name(batch, i, name));
        put_result(out, &batch->tasks[i], phases);
    }
    fprintf(out, "]\n");
}

/* One line, where the tasks' values are a field's. */
static void put_aggregate(FILE *out, const struct batch *batch)
{
    struct aggregate a = aggregate_of(batch);

    if (!a.field || !a.count)
        return;
    fprintf(out, "%s: count %" PRIu32, a.field, a.count);
    fprintf(out, ", mean %.3f, min %.0f, max %.0f", a.mean, a.min, a.max);
    if (a.count > 1)
        fprintf(out, ", standard deviation %.3f", a.sd);
    putc('\n', out);
}

bool ending_print(FILE *out, const struct batch *batch, size_t phases,
                  nsec elapsed, bool interrupted)
{
    uint32_t count, all = shown_count(batch);
    uint32_t *order = order_of(batch, &count);

    if (!order)
        return false;
    fprintf(out, "results in the order given: ");
    put_list(out, batch, phases, NULL, all);
    if (all > 1 && count) {
        fprintf(out, "in the order finished: ");
        put_list(out, batch, phases, order, count);
    }
    if (interrupted)
        fprintf(out, "interrupted: %" PRIu32 " of %" PRIu32 " had finished\n",
                ending_count(batch, phases), all);
    put_aggregate(out, batch);
    fprintf(out, "elapsed %.3f s\n", (double)elapsed / 1e9);
    free(order);
    return true;
}
