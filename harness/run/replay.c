/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Replaying a run's data. The decisions are those that were taken, or were
 * about to be, when the samples came in: attempts.h makes them here too.
 */
#include "replay.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attempts.h"
#include "jsonl.h"
#include "race.h"

/* An attempt, as far as it got. */
struct got {
    uint32_t samples, wanted;
    const struct sample *invalid; /* one that voids the round, or NULL */
    uint32_t invalid_entry;
    bool timelines; /* all that belong to it are there */
};

/* ---- absences ---- */

static bool has_samples(const struct samples *samples, uint32_t in_case,
                        uint32_t entry)
{
    for (size_t i = 0; i < samples->count; i++) {
        const struct sample *s = &samples->list[i];

        if (s->in_case == in_case && s->entry == entry &&
            s->status != SAMPLE_ABSENT)
            return true;
    }
    return false;
}

static void take_absence(struct plan *plan, const struct sample *s)
{
    struct plan_entry *e = &plan->cases[s->in_case].entries[s->entry];
    char *reason = strdup(s->reason ? s->reason : "no reason is known");

    e->told = true;
    if (!reason)
        return;
    free(e->absent);
    e->absent = reason;
}

int replay_absences(const struct replay *r, char *error, size_t error_size)
{
    for (size_t i = 0; i < r->samples->count; i++)
        if (r->samples->list[i].status == SAMPLE_ABSENT)
            take_absence(r->plan, &r->samples->list[i]);
    for (uint32_t i = 0; i < r->plan->count; i++)
        for (uint32_t e = 0; e < r->plan->cases[i].c->entry_count; e++) {
            const struct plan_entry *entry = &r->plan->cases[i].entries[e];

            if (!entry->absent || entry->told || !has_samples(r->samples, i, e))
                continue;
            snprintf(error, error_size,
                     "%s: %s has samples, but cannot be run any more: %s",
                     r->plan->cases[i].c->name, entry->entry->label,
                     entry->absent);
            return -1;
        }
    return 0;
}

/* ---- timelines ---- */

/* How many rows of timeline.csv an entry has in the round. */
struct counting {
    const char *case_name, *label;
    uint32_t round, rows;
};

static bool count_row(void *context, const char *case_name, const char *label,
                      unsigned round)
{
    struct counting *c = context;

    c->rows += round == c->round && strcmp(case_name, c->case_name) == 0 &&
               strcmp(label, c->label) == 0;
    return true;
}

static uint32_t rows_of(const struct replay *r, const struct plan_case *p,
                        const char *label)
{
    char error[512];
    struct counting c = {p->c->name, label, p->round, 0};

    /* Where the file cannot be read, cutting it will say so. */
    folder_cut_timeline(r->folder, count_row, &c, error, sizeof(error));
    return c.rows;
}

/* Whether a row is of a round that stands. */
static bool stands(void *context, const char *case_name, const char *label,
                   unsigned round)
{
    const struct plan *plan = context;

    (void)label;
    for (size_t i = 0; i < plan->count; i++)
        if (strcmp(plan->cases[i].c->name, case_name) == 0)
            return round < plan->cases[i].round;
    return false;
}

/* ---- rounds ---- */

/* How many attempts at the round there are, by their highest number. */
static uint32_t attempts_at(const struct samples *samples, uint32_t number,
                            uint32_t round)
{
    uint32_t most = 0;

    for (size_t i = 0; i < samples->count; i++) {
        const struct sample *s = &samples->list[i];

        if (s->in_case == number && s->round == round &&
            s->status != SAMPLE_ABSENT && s->attempt > most)
            most = s->attempt;
    }
    for (size_t i = 0; i < samples->discard_count; i++) {
        const struct discard *d = &samples->discards[i];

        if (d->in_case == number && d->round == round && d->attempt > most)
            most = d->attempt;
    }
    return most;
}

/* A race's warm-up ends when its time is up (race_warmed): where rounds follow,
 * whoever has no sample in it was out by then. */
static void take_warmed(const struct replay *r, uint32_t number)
{
    struct plan_case *p = &r->plan->cases[number];

    if (!p->race || p->round > 0 || !attempts_at(r->samples, number, 1))
        return;
    for (size_t e = 0; e < p->c->entry_count; e++) {
        bool sampled = false;

        for (size_t i = 0; i < r->samples->count && !sampled; i++) {
            const struct sample *s = &r->samples->list[i];

            sampled = s->in_case == number && s->entry == e && s->round == 0 &&
                      s->status != SAMPLE_ABSENT;
        }
        p->entries[e].out |= !sampled;
    }
}

/* Takes the samples of the attempt under way into the plan. */
static struct got take_attempt(const struct replay *r, uint32_t number)
{
    struct plan_case *p = &r->plan->cases[number];
    struct got got = {.timelines = true};

    for (size_t e = 0; e < p->c->entry_count; e++)
        got.wanted += entry_takes_part(&p->entries[e]);
    for (size_t i = 0; i < r->samples->count; i++) {
        const struct sample *s = &r->samples->list[i];
        struct plan_entry *e;

        if (s->in_case != number || s->status == SAMPLE_ABSENT ||
            s->round != p->round || s->attempt != p->attempt)
            continue;
        e = &p->entries[s->entry];
        got.samples++;
        attempt_sample(
            e, s->status == SAMPLE_FAILED,
            s->values[METRIC_PROCESS] > 0 ? (nsec)s->values[METRIC_PROCESS] : 0,
            s->values[METRIC_WALL]);
        if (s->invalid && !got.invalid) {
            got.invalid = s;
            got.invalid_entry = s->entry;
        }
        if (s->timeline_rows)
            got.timelines &= rows_of(r, p, e->entry->label) == s->timeline_rows;
    }
    return got;
}

/* The attempt's discard, or NULL. */
static const struct discard *find_discard(const struct samples *samples,
                                          uint32_t number,
                                          const struct plan_case *p)
{
    for (size_t i = 0; i < samples->discard_count; i++) {
        const struct discard *d = &samples->discards[i];

        if (d->in_case == number && d->round == p->round &&
            d->attempt == p->attempt)
            return d;
    }
    return NULL;
}

static bool is_interruption(const char *cause)
{
    return cause && strcmp(cause, "interrupted") == 0;
}

static int put_discard(const struct replay *r, struct plan_case *p,
                       const struct got *got, char *error, size_t error_size)
{
    char cause[160] = "interrupted";

    if (got->invalid)
        snprintf(cause, sizeof(cause), "%s: %s", got->invalid->invalid,
                 p->entries[got->invalid_entry].entry->label);
    json_t *line = jsonl_discard(p, cause);
    int result = folder_put_sample(r->folder, line, error, error_size);
    json_decref(line);
    attempt_discard(p, got->invalid != NULL);
    return result;
}

/* ---- what comes after ---- */

/* Discards what is left of a later round. */
static int void_round(const struct replay *r, uint32_t number, uint32_t round,
                      char *error, size_t error_size)
{
    struct plan_case *p = &r->plan->cases[number];
    struct plan_case later = {.c = p->c, .round = round};
    int result = 0;

    p->voided[round] = attempts_at(r->samples, number, round);
    for (uint32_t a = 1; a <= p->voided[round] && !result; a++) {
        later.attempt = a;
        if (find_discard(r->samples, number, &later))
            continue;
        json_t *line = jsonl_discard(&later, "interrupted");
        result = folder_put_sample(r->folder, line, error, error_size);
        json_decref(line);
    }
    return result;
}

/* Lines may have been lost in the middle (a disk that lost power, an editor):
 * then there are rounds after the one that it goes on with. */
static int void_later(const struct replay *r, uint32_t number, char *error,
                      size_t error_size)
{
    struct plan_case *p = &r->plan->cases[number];
    int result = 0;

    p->voided = calloc((size_t)p->c->rounds + 1, sizeof(*p->voided));
    if (!p->voided) {
        snprintf(error, error_size, "out of memory");
        return -1;
    }
    for (uint32_t at = p->round + 1; at <= p->c->rounds && !result; at++)
        result = void_round(r, number, at, error, error_size);
    return result;
}

/* ---- a case ---- */

static void note_timelines(const struct replay *r, uint32_t number)
{
    struct plan_case *p = &r->plan->cases[number];

    for (size_t i = 0; i < r->samples->count; i++) {
        const struct sample *s = &r->samples->list[i];

        if (s->in_case == number && s->round == p->round &&
            s->attempt == p->attempt && s->timeline_rows)
            p->entries[s->entry].timeline = true;
    }
}

static int replay_case(const struct replay *r, uint32_t number, char *error,
                       size_t error_size)
{
    struct plan_case *p = &r->plan->cases[number];

    while (!case_done(p)) {
        race_begin(p);
        take_warmed(r, number);
        struct got got = take_attempt(r, number);
        const struct discard *void_one = find_discard(r->samples, number, p);
        bool repeat = got.invalid && attempt_may_repeat(p);

        if (void_one) {
            attempt_discard(p, !is_interruption(void_one->cause));
            continue;
        }
        if (got.wanted && !got.samples)
            return void_later(r, number, error, error_size);
        if (repeat || got.samples < got.wanted || !got.timelines) {
            if (!repeat)
                got.invalid = NULL;
            if (put_discard(r, p, &got, error, error_size) != 0)
                return -1;
            continue;
        }
        note_timelines(r, number);
        attempt_stand(p);
        race_stood(p, plan_left(r->plan));
    }
    return 0;
}

int replay_samples(const struct replay *r, char *error, size_t error_size)
{
    int result = 0;

    for (uint32_t i = 0; i < r->plan->count && !result; i++)
        result = replay_case(r, i, error, error_size);
    if (result == 0)
        result =
            folder_cut_timeline(r->folder, stands, r->plan, error, error_size);
    return result;
}
