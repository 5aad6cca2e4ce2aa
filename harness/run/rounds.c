/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Rounds of samples. What is done in them is in take.c, in which order in
 * order.c, and which case has the next one in schedule.c.
 */
#include "rounds.h"

#include <stdio.h>
#include <stdlib.h>

#include "../sample/verify.h"
#include "attempts.h"
#include "interrupt.h"
#include "order.h"
#include "race.h"
#include "schedule.h"
#include "take.h"

struct rounds {
    struct plan *plan;
    struct folder *folder;
    struct progress progress;
    struct taker taker;
    char *error;
    size_t error_size;
};

/* Writes the line and gives it back. */
static int put(struct rounds *r, json_t *line)
{
    int result = folder_put_sample(r->folder, line, r->error, r->error_size);

    json_decref(line);
    return result;
}

/* ---- a round ---- */

static void drop_rows(struct plan_case *p)
{
    for (size_t i = 0; i < p->c->entry_count; i++) {
        json_decref(p->entries[i].rows);
        p->entries[i].rows = NULL;
    }
}

/* The timelines of the attempt, whose rows have waited. */
static int put_timelines(struct rounds *r, struct plan_case *p)
{
    int result = 0;

    for (size_t i = 0; i < p->c->entry_count && !result; i++) {
        struct plan_entry *e = &p->entries[i];

        if (!e->rows)
            continue;
        result =
            folder_put_timeline(r->folder, p->c->name, e->entry->label,
                                p->round, e->rows, r->error, r->error_size);
        e->timeline = true;
    }
    drop_rows(p);
    return result;
}

static int discard(struct rounds *r, struct plan_case *p, const char *cause)
{
    progress_again(&r->progress, p, cause);
    int result = put(r, jsonl_discard(p, cause));
    drop_rows(p);
    attempt_discard(p, true);
    return result;
}

/* Each strategy that takes part, in order, until a sample is invalid and the
 * round can be taken again, which taken->invalid then says. */
static int take_attempt(struct rounds *r, struct plan_case *p,
                        const size_t *order, struct taken *taken)
{
    uint32_t place = 0;
    int result = 0;

    for (size_t i = 0; i < p->c->entry_count && !result; i++) {
        struct place at = {p, &p->entries[order[i]], p->round, p->attempt,
                           place};

        if (interrupt_asked())
            break;
        if (race_warmed(r->plan, p, at.e, place))
            at.e->out = true;
        if (!entry_takes_part(at.e))
            continue;
        progress_show(&r->progress, r->plan, p, at.e->entry->label);
        result = take_sample(&r->taker, &at, taken);
        if (taken->invalid && attempt_may_repeat(p))
            break;
        taken->invalid = false; /* it stands all the same; its line says so */
        place++;
    }
    return result;
}

static int run_round(struct rounds *r, struct plan_case *p)
{
    size_t count = p->c->entry_count;
    size_t *order = calloc(count, sizeof(*order));
    struct taken taken = {.invalid = false};

    if (!order) {
        snprintf(r->error, r->error_size, "out of memory");
        return -1;
    }
    if (p->race && p->round == 0)
        race_order(order, count);
    else
        order_of_round(order, count, r->plan->seed, p->c->name, p->round,
                       p->attempt);
    int result = take_attempt(r, p, order, &taken);
    free(order);
    if (result == 0 && taken.invalid)
        return discard(r, p, taken.cause);
    if (result == 0)
        result = put_timelines(r, p);
    if (result == 0 && !interrupt_asked()) {
        attempt_stand(p);
        race_stood(p, plan_left(r->plan));
    }
    return result;
}

/* ---- a case ---- */

static int put_absences(struct rounds *r, struct plan_case *p)
{
    int result = 0;

    for (size_t i = 0; i < p->c->entry_count && !result; i++) {
        struct plan_entry *e = &p->entries[i];

        if (!e->absent || e->told)
            continue;
        result = put(r, jsonl_absent(p, e));
        e->told = true;
    }
    return result;
}

/* What is expected of the case: once, when its first round in this life
 * begins. */
static int begin_case(struct rounds *r, struct plan_case *p)
{
    struct batch batch = case_batch(p->c, r->plan->seed);

    if (p->begun)
        return 0;
    p->begun = true;
    p->expect = expect_batch(&batch);
    if (p->expect.known)
        p->aggregate = expect_aggregate(&batch);
    return put_absences(r, p);
}

int rounds_run(struct plan *plan, struct folder *folder, bool quiet,
               char *error, size_t error_size)
{
    struct rounds r = {
        .plan = plan,
        .folder = folder,
        .error = error,
        .error_size = error_size,
    };
    struct plan_case *next;
    int result = 0;

    r.taker = (struct taker){.plan = plan,
                             .folder = folder,
                             .progress = &r.progress,
                             .error = error,
                             .error_size = error_size};
    error[0] = '\0';
    progress_begin(&r.progress, quiet);
    while (!result && !interrupt_asked() &&
           (next = schedule_next(plan)) != NULL) {
        result = begin_case(&r, next);
        race_begin(next);
        if (result == 0)
            result = run_round(&r, next);
    }
    progress_clear(&r.progress);
    take_end(&r.taker);
    return result;
}
