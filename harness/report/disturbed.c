/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What disturbed the measuring: rounds that were taken again, rounds that
 * stand although a sample in them is invalid, and cases in which a full core,
 * the origin's or the client's, is what was compared.
 */
#include "verdict.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "say.h"

/* A core counts as full from here on: the rest is the kernel's tick and the
 * waking up. */
#define FULL 0.9

#define CAUSES_MAX 16

/* ---- rounds ---- */

/* How many of the list there are of each cause, which is the first word up to
 * a colon: "stolen 2, interrupted 1". */
static void causes_write(FILE *out, const json_t *list)
{
    struct {
        char name[40];
        unsigned count;
    } causes[CAUSES_MAX] = {{"", 0}};
    size_t used = 0, i;
    json_t *one;
    json_array_foreach (list, i, one) {
        const char *cause = view_text_or(one, "cause", "unknown");
        char name[40];
        size_t at = 0;
        snprintf(name, sizeof(name), "%.*s", (int)strcspn(cause, ":"), cause);
        while (at < used && strcmp(causes[at].name, name) != 0)
            at++;
        if (at == CAUSES_MAX)
            continue;
        if (at == used)
            strcpy(causes[used++].name, name);
        causes[at].count++;
    }
    for (i = 0; i < used; i++)
        fprintf(out, "%s%s %u", i ? ", " : "", causes[i].name, causes[i].count);
}

void verdict_again(FILE *out, const struct view *view)
{
    const json_t *list = json_object_get(view->summary, "discards");
    size_t count = json_array_size(list);
    if (count == 0)
        return;
    fprintf(out, "%zu round%s taken again: ", count,
            count == 1 ? " was" : "s were");
    causes_write(out, list);
    fputc('.', out);
}

void verdict_standing(FILE *out, const struct view *view)
{
    const json_t *list = json_object_get(view->summary, "invalid");
    size_t count = json_array_size(list);
    if (count == 0)
        return;
    fprintf(out, "%zu round%s although a sample in %s invalid (", count,
            count == 1 ? " stands" : "s stand",
            count == 1 ? "it is" : "each is");
    causes_write(out, list);
    fputs("): they may be taken again so often and no more. What disturbed "
          "them is in the figures.",
          out);
}

/* Of a machine that has nothing else to do about 1 is usual. */
void verdict_loaded(FILE *out, const struct view *view)
{
    const json_t *run = json_object_get(view->summary, "run");
    const json_t *load = json_object_get(view->summary, "load1");
    const json_t *machine = json_object_get(run, "machine");
    double cores = view_number(machine, "cores");
    double quarter = view_number(load, "quarter");
    char text[SAY_BYTES], most[SAY_BYTES], begun[SAY_BYTES];
    if (!(quarter > cores))
        return;
    fprintf(out,
            "The load was %s or more on %g core%s while a quarter of the "
            "samples were taken, %s at most",
            say_count(text, quarter), cores, cores > 1 ? "s" : "",
            say_count(most, view_number(load, "max")));
    if (view_number(machine, "load1") >= 0)
        fprintf(out, ", and %s before the run began",
                say_count(begun, view_number(machine, "load1")));
    fputs(". Unless threads of the strategies computed, something else was "
          "running, and what it took is in the figures: where anything is "
          "fetched, no rule voids such a round.",
          out);
}

/* ---- no steady state ---- */

#define DRIFTS 4 /* named one by one, the greatest first */

/* The series with the greatest drift below `below`, or NULL; counts all. */
static const struct view_entry *next_drift(const struct view *view,
                                           double below,
                                           const struct view_case **where,
                                           unsigned *count)
{
    const struct view_entry *found = NULL;
    *count = 0;
    for (size_t i = 0; i < view->count; i++)
        for (size_t k = 0; k < view->cases[i].count; k++) {
            const struct view_entry *e = &view->cases[i].entries[k];
            if (!view_measured(e) || !e->unsteady)
                continue;
            ++*count;
            if (!(fabs(e->drift) < below) ||
                (found && fabs(e->drift) <= fabs(found->drift)))
                continue;
            found = e;
            *where = &view->cases[i];
        }
    return found;
}

void verdict_unsteady(FILE *out, const struct view *view)
{
    const struct view_case *where = NULL;
    unsigned all, named = 0;
    double below = INFINITY;
    const struct view_entry *e;
    char text[SAY_BYTES];
    while (named < DRIFTS && (e = next_drift(view, below, &where, &all))) {
        fprintf(out,
                "%s" CODE "%s" CODE " in " CODE "%s" CODE
                " took %s %s at the end than at the beginning (p %s%.2g)",
                named++ ? "; " : STRONG "No steady state" STRONG ": ", e->label,
                where->name, say_percent(text, fabs(e->drift)),
                e->drift > 0 ? "more" : "less", e->drift_p < 1e-4 ? "< " : "",
                fmax(e->drift_p, 1e-4));
        below = fabs(e->drift);
    }
    if (named == 0)
        return;
    if (all > named)
        fprintf(out, "; and %u more", all - named);
    fputs(". Such a median is that of no one state of the machine; speed-ups, "
          "paired within rounds, bear what moved all strategies alike.",
          out);
}

/* ---- full cores ---- */

static bool has_step(const struct view_case *c, const char *kind)
{
    const json_t *step;
    size_t i, length = strlen(kind);
    json_array_foreach (c->steps, i, step) {
        const char *text = json_string_value(step);
        if (text && strncmp(text, kind, length) == 0 &&
            (text[length] == ' ' || text[length] == '\0'))
            return true;
    }
    return false;
}

/* The client's CPU time as a part of what its threads and processes could have
 * had on these cores while tasks were done: what it takes to open does not
 * dilute that. NAN where it is not known. */
static double client_share(const struct view_entry *e, double cores)
{
    double hands = e->peer || !(e->threads >= 1) ? 1 : e->threads;
    if (strcmp(e->strategy ? e->strategy : "", "process_pool") == 0)
        hands = fmax(hands, e->width);
    if (isfinite(cores) && hands > cores)
        hands = cores;
    return e->run_cores / hands;
}

/* Who computes while it waits (polling does) and is done in time is not held
 * up by it. */
static bool is_late(const struct view_entry *e)
{
    double run = e->wall.median - (e->setup > 0 ? e->setup : 0);
    return !(e->ideal > 0) || run > 1.1 * e->ideal;
}

/* The origin's part comes first: a client beside a full origin may be full too,
 * and still what is compared is the origin. */
static bool at_origin(const struct view_entry *e)
{
    return view_measured(e) && e->origin_share >= FULL;
}

static bool origins_write(FILE *out, const struct view_case *c)
{
    char share[SAY_BYTES];
    unsigned count = 0;
    for (size_t k = 0; k < c->count; k++) {
        const struct view_entry *e = &c->entries[k];
        if (!at_origin(e))
            continue;
        fprintf(out, "%s" CODE "%s" CODE " (%s)",
                count++ ? ", " : "the origin was busy all the time under ",
                e->label, say_percent(share, e->origin_share));
    }
    if (count)
        fputs(" of a core: it was the limit, and what is compared there is the "
              "origin, not the strategies",
              out);
    return count > 0;
}

/* `before` the first of them. */
static bool clients_write(FILE *out, const struct view_case *c, double cores,
                          const char *before)
{
    char share[SAY_BYTES];
    unsigned count = 0;
    if (!has_step(c, "fetch") || has_step(c, "cpu"))
        return false;
    for (size_t k = 0; k < c->count; k++) {
        const struct view_entry *e = &c->entries[k];
        double used = client_share(e, cores);
        if (!view_measured(e) || e->unverified || at_origin(e) ||
            !(used >= FULL) || !is_late(e))
            continue;
        fprintf(out, "%s" CODE "%s" CODE " (%s)", count++ ? ", " : before,
                e->label, say_percent(share, fmin(used, 1)));
    }
    if (count)
        fputs(" of what it can use: what is compared there is the cost of "
              "its requests, not how well it waits",
              out);
    return count > 0;
}

void verdict_bound(FILE *out, const struct view *view,
                   const struct view_case *c)
{
    double cores = view_number(
        json_object_get(json_object_get(view->summary, "run"), "machine"),
        "cores");
    bool origin = origins_write(out, c);
    bool clients = clients_write(out, c, cores,
                                 origin ? "; no CPU time was left to "
                                        : "no CPU time was left to ");
    if (origin || clients)
        fputc('.', out);
}
