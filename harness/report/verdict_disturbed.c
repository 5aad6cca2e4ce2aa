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

#include "causes.h"
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

static bool is_listed(const json_t *list, const char *name)
{
    size_t i;
    json_t *one;
    json_array_foreach (list, i, one)
        if (strcmp(view_text_or(one, "case", ""), name) == 0)
            return true;
    return false;
}

/* ", in `a`", of the cases on the list; nothing where it does not say which. */
static void where_write(FILE *out, const struct view *view, const json_t *list)
{
    const struct view_case **cases = calloc(view->count + 1, sizeof(*cases));
    size_t count = 0;
    for (size_t i = 0; cases && i < view->count; i++)
        if (is_listed(list, view->cases[i].name))
            cases[count++] = &view->cases[i];
    if (count) {
        fputs(", in ", out);
        causes_cases(out, cases, count);
    }
    free(cases);
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
    where_write(out, view, list);
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
    fputc(')', out);
    where_write(out, view, list);
    fputs(": they may be taken again so often and no more. What disturbed "
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
        fprintf(out, "%s" CODE "%s" CODE " (%s of a core)",
                count++ ? ", " : "the origin was busy all the time under ",
                e->label, say_percent(share, e->origin_share));
    }
    if (count)
        fputs(
            ": it was the limit, and what is compared there is the origin, not "
            "the strategies",
            out);
    return count > 0;
}

static bool at_client(const struct view_entry *e, double cores)
{
    return view_measured(e) && !e->unverified && !at_origin(e) &&
           client_share(e, cores) >= FULL && is_late(e);
}

/* Whether the cost of requests is what is asked of the case. */
static bool only_fetches(const struct view_case *c)
{
    return has_step(c, "fetch") && !has_step(c, "cpu");
}

/* `before` the first of them. */
static bool clients_write(FILE *out, const struct view_case *c, double cores,
                          const char *before)
{
    char share[SAY_BYTES];
    unsigned count = 0;
    if (!only_fetches(c))
        return false;
    for (size_t k = 0; k < c->count; k++) {
        const struct view_entry *e = &c->entries[k];
        if (at_client(e, cores))
            fprintf(out, "%s" CODE "%s" CODE " (%s of what it can use)",
                    count++ ? ", " : before, e->label,
                    say_percent(share, fmin(client_share(e, cores), 1)));
    }
    if (count)
        fputs(": what is compared there is the cost of "
              "its requests, not how well it waits",
              out);
    return count > 0;
}

static double cores_of(const struct view *view)
{
    return view_number(
        json_object_get(json_object_get(view->summary, "run"), "machine"),
        "cores");
}

void verdict_bound(FILE *out, const struct view *view,
                   const struct view_case *c)
{
    bool origin = origins_write(out, c);
    bool clients = clients_write(out, c, cores_of(view),
                                 origin ? "; no CPU time was left to "
                                        : "no CPU time was left to ");
    if (origin || clients)
        fputc('.', out);
}

/* ---- … in all cases ---- */

#define LABELS_MAX 64
#define NAMED      8 /* strategies; the rest is counted */

/* Who is at a limit, in how many cases, and in which. */
struct bound {
    const struct view_case **cases;
    size_t count;
    struct {
        const char *label;
        size_t cases;
    } who[LABELS_MAX];
    size_t whos;
};

static void bound_take(struct bound *b, const char *label)
{
    size_t at = 0;
    while (at < b->whos && strcmp(b->who[at].label, label) != 0)
        at++;
    if (at == LABELS_MAX)
        return;
    if (at == b->whos)
        b->who[b->whos++].label = label;
    /* The most frequent first. */
    for (b->who[at].cases++; at > 0 && b->who[at].cases > b->who[at - 1].cases;
         at--) {
        const char *other = b->who[at - 1].label;
        size_t cases = b->who[at - 1].cases;
        b->who[at - 1] = b->who[at];
        b->who[at].label = other;
        b->who[at].cases = cases;
    }
}

/* Those at the origin, or else at their own. False: no memory. */
static bool bound_find(struct bound *b, const struct view *view, bool origin)
{
    double cores = cores_of(view);
    *b = (struct bound){.cases = calloc(view->count + 1, sizeof(*b->cases))};
    for (size_t i = 0; b->cases && i < view->count; i++) {
        const struct view_case *c = &view->cases[i];
        bool any = false;
        for (size_t k = 0; k < c->count; k++) {
            const struct view_entry *e = &c->entries[k];
            if (origin ? !at_origin(e)
                       : !only_fetches(c) || !at_client(e, cores))
                continue;
            bound_take(b, e->label);
            any = true;
        }
        if (any)
            b->cases[b->count++] = c;
    }
    return b->cases != NULL;
}

/* "`go` in 12, `libev_loop` in 9 and 3 more" */
static void bound_who(FILE *out, const struct bound *b)
{
    size_t named = b->whos > NAMED + 1 ? NAMED : b->whos;
    for (size_t i = 0; i < named; i++)
        fprintf(out, "%s" CODE "%s" CODE " in %zu", i ? ", " : "",
                b->who[i].label, b->who[i].cases);
    if (named < b->whos)
        fprintf(out, " and %zu more", b->whos - named);
}

void verdict_origins(FILE *out, const struct view *view)
{
    struct bound b;
    if (bound_find(&b, view, true) && b.count == 1) {
        fprintf(out, "In " CODE "%s" CODE " ", b.cases[0]->name);
        origins_write(out, b.cases[0]);
        fputc('.', out);
    } else if (b.cases && b.count) {
        fprintf(
            out,
            "The origin was busy all the time, %g %% of a core or more, in ",
            100 * FULL);
        causes_cases(out, b.cases, b.count);
        fputs(": under ", out);
        bound_who(out, &b);
        fputs(". It was the limit, and what is compared there is the origin, "
              "not the strategies.",
              out);
    }
    free(b.cases);
}

void verdict_clients(FILE *out, const struct view *view)
{
    struct bound b;
    if (bound_find(&b, view, false) && b.count == 1) {
        fprintf(out, "In " CODE "%s" CODE " ", b.cases[0]->name);
        clients_write(out, b.cases[0], cores_of(view),
                      "no CPU time was left to ");
        fputc('.', out);
    } else if (b.cases && b.count) {
        fprintf(out,
                "Strategies used %g %% or more of the CPU time that they can "
                "use in ",
                100 * FULL);
        causes_cases(out, b.cases, b.count);
        fputs(": ", out);
        bound_who(out, &b);
        fputs(". What is compared there is the cost of their requests, not how "
              "well they wait.",
              out);
    }
    free(b.cases);
}
