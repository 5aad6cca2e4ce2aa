/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Claims against data, see claims.h. What was measured is read off the view
 * and the timeline; nothing is measured or averaged here.
 */
#include "claims.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../stats/stats.h"
#include "document.h"
#include "say.h"
#include "task_costs.h"
#include "verdict.h"

/* Against the rounding of a suite's decimals. */
#define SLACK 1e-9

const char *claim_word(enum claim_verdict verdict)
{
    static const char *const words[] = {
        [CLAIM_HOLDS] = "holds",
        [CLAIM_UNMEASURED] = "not measured",
        [CLAIM_UNRESOLVED] = "not resolved",
        [CLAIM_FAILS] = "does not hold",
    };
    return words[verdict];
}

const struct view_case *claim_case(const struct view *view,
                                   const struct view_case *c,
                                   const struct claim_who *who)
{
    if (!*who->in_case)
        return c;
    for (size_t i = 0; i < view->count; i++)
        if (strcmp(view->cases[i].name, who->in_case) == 0)
            return &view->cases[i];
    for (size_t i = view->count; i-- > 0;) /* of a sweep the last */
        if (strcmp(view->cases[i].section, who->in_case) == 0)
            return &view->cases[i];
    return NULL;
}

const struct view_entry *claim_entry(const struct view *view,
                                     const struct view_case *c,
                                     const struct claim_who *who)
{
    const struct view_case *in = claim_case(view, c, who);
    return in ? view_label(in, who->label) : NULL;
}

/* ---- what one more task takes ---- */

static const char *cost_quantity(const struct claim *claim)
{
    switch (claim->kind) {
    case CLAIM_MEMORY:
        return "taken_bytes";
    case CLAIM_VIRTUAL:
        return "virtual_bytes";
    case CLAIM_LIFE:
        return "life_ns";
    default:
        return NULL;
    }
}

bool claim_is_cost(const struct claim *claim)
{
    return cost_quantity(claim) != NULL;
}

/* Whether what else was swept is as in the case. */
static bool same_axes(const json_t *cost, const struct view_case *c)
{
    const char *key;
    json_t *value;
    json_object_foreach (json_object_get(cost, "axes"), key, value) {
        const char *own = view_axis(c, key), *text = json_string_value(value);
        if (!own || !text || strcmp(own, text) != 0)
            return false;
    }
    return true;
}

struct spread claim_cost(const struct view *view, const struct view_case *c,
                         const struct claim *claim, const char *label)
{
    const json_t *costs = json_object_get(view->summary, "costs");
    struct fit fit = {(double)NAN, (double)NAN, (double)NAN};
    for (size_t i = 0; i < json_array_size(costs); i++) {
        const json_t *cost = json_array_get(costs, i);
        if (strcmp(view_text_or(cost, "section", ""), c->section) == 0 &&
            strcmp(view_text_or(cost, "label", ""), label) == 0 &&
            same_axes(cost, c))
            fit = costs_fit(cost, cost_quantity(claim));
    }
    return (struct spread){fit.slope, fit.slope - fit.margin,
                           fit.slope + fit.margin, (double)NAN, (double)NAN};
}

/* a / b: no tighter than their intervals' ends allow. A b that is not told
 * from 0 leaves the upper end open. */
static struct spread over(struct spread a, struct spread b)
{
    struct spread none = {(double)NAN, (double)NAN, (double)NAN, (double)NAN,
                          (double)NAN};
    if (isnan(a.lo) || isnan(b.hi))
        return none;
    none.median = b.median > 0 ? a.median / b.median : INFINITY;
    none.lo = b.hi > 0 ? fmax(a.lo, 0) / b.hi : 0;
    none.hi = b.lo > 0 ? a.hi / b.lo : INFINITY;
    return none;
}

/* ---- what was measured ---- */

/* Of one entry; other: the second of a ratio, or the baseline. */
struct measured {
    const struct view_entry *entry, *other;
    const struct record *record;
    struct spread spread;
    double samples;
};

static struct spread point(double value)
{
    return (struct spread){value, value, value, value, value};
}

static struct spread spread_of(const struct claim *claim,
                               const struct view_entry *e,
                               const struct view_entry *other)
{
    switch (claim->kind) {
    case CLAIM_WALL:
        return e->wall;
    case CLAIM_SPEEDUP:
        return other ? verdict_ratio(e, other) : point((double)NAN);
    case CLAIM_RATIO:
        return other ? verdict_ratio(other, e) : point((double)NAN);
    case CLAIM_CORES:
        return e->cores;
    case CLAIM_INFLIGHT:
        return point(e->inflight);
    case CLAIM_THREADS:
        return point(e->threads);
    default:
        return point((double)NAN);
    }
}

static bool counts(const struct claim *claim)
{
    return claim->kind == CLAIM_INFLIGHT || claim->kind == CLAIM_THREADS;
}

static bool orders(const struct claim *claim)
{
    return claim->kind == CLAIM_STARTED || claim->kind == CLAIM_FINISHED;
}

static const struct view_entry *other_of(const struct view *view,
                                         const struct view_case *c,
                                         const struct claim *claim)
{
    const struct view_case *in = claim_case(view, c, &claim->who[0]);
    const struct view_entry *other = NULL;
    if (claim->kind == CLAIM_SPEEDUP)
        other = in ? in->base : NULL;
    else if (claim->who_count > 1)
        other = claim_entry(view, c, &claim->who[1]);
    return other && view_measured(other) ? other : NULL;
}

/* The interval, or else the range. */
static void bounds(const struct spread *s, double *lo, double *hi)
{
    bool interval = isfinite(s->lo) && !isnan(s->hi);
    *lo = interval ? s->lo : isfinite(s->min) ? s->min : s->median;
    *hi = interval ? s->hi : isfinite(s->max) ? s->max : s->median;
}

static enum claim_verdict judge_value(const struct claim *claim,
                                      const struct spread *s)
{
    double lo, hi, slack = SLACK * claim->value;
    double margin = claim->tolerance * claim->value + slack;
    double low = claim->value - margin, high = claim->value + margin;
    bounds(s, &lo, &hi);
    if (isnan(s->median))
        return CLAIM_UNMEASURED;
    switch (claim->relation) {
    case '<':
        return hi < claim->value    ? CLAIM_HOLDS
               : lo >= claim->value ? CLAIM_FAILS
                                    : CLAIM_UNRESOLVED;
    case '>':
        return lo > claim->value    ? CLAIM_HOLDS
               : hi <= claim->value ? CLAIM_FAILS
                                    : CLAIM_UNRESOLVED;
    default:
        return lo >= low && hi <= high ? CLAIM_HOLDS
               : hi < low || lo > high ? CLAIM_FAILS
                                       : CLAIM_UNRESOLVED;
    }
}

/* ---- the order of tasks ---- */

/* When the task of that number started its first phase or finished its last;
 * NAN where the timeline has no such task. */
static double moment(const struct record *record, const struct view_case *c,
                     uint32_t number, bool finished)
{
    double first = isfinite(c->first) ? c->first : 0, found = (double)NAN;
    for (size_t i = 0; i < record->lane_count; i++) {
        const struct lane *lane = &record->lanes[i];
        if (fabs(lane->task + first - number) > 0.5)
            continue;
        if (finished || isnan(found))
            found = finished ? lane->finished : lane->started;
    }
    return found;
}

/* The claim's tasks as they came: their places in claim->order. Returns how
 * many of them there are. */
static size_t order_measured(const struct measured *m,
                             const struct view_case *c,
                             const struct claim *claim, size_t *places)
{
    double when[CLAIM_ORDER_MAX];
    size_t count = 0;
    for (size_t i = 0; i < claim->order_count; i++) {
        double now = moment(m->record, c, claim->order[i],
                            claim->kind == CLAIM_FINISHED);
        size_t at = count;
        if (isnan(now))
            continue;
        for (; at > 0 && when[at - 1] > now; at--) {
            when[at] = when[at - 1];
            places[at] = places[at - 1];
        }
        when[at] = now;
        places[at] = i;
        count++;
    }
    return count;
}

static enum claim_verdict judge_order(const struct measured *m,
                                      const struct view_case *c,
                                      const struct claim *claim)
{
    size_t places[CLAIM_ORDER_MAX];
    size_t count = order_measured(m, c, claim, places);
    if (count < claim->order_count)
        return CLAIM_UNMEASURED;
    for (size_t i = 0; i < count; i++)
        if (places[i] != i)
            return CLAIM_FAILS;
    return CLAIM_HOLDS;
}

/* ---- all results right ---- */

static enum claim_verdict judge_ok(const struct view_case *c)
{
    enum claim_verdict verdict = CLAIM_UNMEASURED;
    for (size_t i = 0; i < c->count; i++) {
        const struct view_entry *e = &c->entries[i];
        if (e->status == VIEW_FAILED || view_failed(e) > 0)
            return CLAIM_FAILS;
        if (!view_measured(e))
            continue;
        if (e->unverified)
            verdict = CLAIM_UNRESOLVED;
        else if (verdict == CLAIM_UNMEASURED)
            verdict = CLAIM_HOLDS;
    }
    return verdict;
}

/* ---- who ---- */

static struct spread other_cost(const struct view *view,
                                const struct view_case *c,
                                const struct claim *claim)
{
    const struct view_case *in = claim_case(view, c, &claim->who[1]);
    return in ? claim_cost(view, in, claim, claim->who[1].label)
              : point((double)NAN);
}

static enum claim_verdict judge_entry(const struct view *view,
                                      const struct records *records,
                                      const struct view_case *c,
                                      const struct claim *claim,
                                      const struct view_entry *e,
                                      struct measured *m)
{
    const struct view_case *in = claim_case(view, c, &claim->who[0]);
    *m = (struct measured){.entry = e, .other = other_of(view, c, claim)};
    if (!e || !in || !view_measured(e))
        return CLAIM_UNMEASURED;
    m->record = records_of(records, e);
    m->samples = e->samples;
    if (orders(claim))
        return judge_order(m, in, claim);
    m->spread = claim_is_cost(claim) ? claim_cost(view, in, claim, e->label)
                                     : spread_of(claim, e, m->other);
    if (claim->kind == CLAIM_LIFE)
        m->spread = over(m->spread, other_cost(view, c, claim));
    return judge_value(claim, &m->spread);
}

/* Of `all` the gravest verdict, of those that were measured and checked. */
static enum claim_verdict decide(const struct view *view,
                                 const struct records *records,
                                 const struct view_case *c,
                                 const struct claim *claim, struct measured *m)
{
    const struct view_case *in = claim_case(view, c, &claim->who[0]);
    enum claim_verdict gravest = CLAIM_UNMEASURED;
    bool any = false;
    if (strcmp(claim->who[0].label, "all") != 0)
        return judge_entry(view, records, c, claim,
                           claim_entry(view, c, &claim->who[0]), m);
    *m = (struct measured){0};
    for (size_t i = 0; in && i < in->count; i++) {
        struct measured one;
        enum claim_verdict verdict =
            judge_entry(view, records, c, claim, &in->entries[i], &one);
        if (!view_measured(&in->entries[i]) || in->entries[i].unverified ||
            (any && verdict <= gravest))
            continue;
        gravest = verdict;
        *m = one;
        any = true;
    }
    return gravest;
}

enum claim_verdict claim_judge(const struct view *view,
                               const struct records *records,
                               const struct view_case *c,
                               const struct claim *claim)
{
    struct measured m;
    if (claim->kind == CLAIM_OK)
        return judge_ok(c);
    return decide(view, records, c, claim, &m);
}

/* ---- words ---- */

static void who_write(FILE *out, const struct claim_who *who)
{
    if (strcmp(who->label, "all") == 0)
        fputs("each", out);
    else
        fprintf(out, CODE "%s" CODE, who->label);
    if (*who->in_case)
        fprintf(out, " in " CODE "%s" CODE, who->in_case);
}

/* How a value is said: in the statement, between two words, and as measured. */
static const struct saying {
    const char *before;
    char *(*claimed)(char *, double);
    const char *after, *one; /* `one`: likewise, of 1; NULL: no other */
    char *(*measured)(char *, double);
} sayings[] = {
    [CLAIM_OK] = {"", say_rate, "", NULL, say_rate},
    [CLAIM_WALL] = {" takes ", say_time, "", NULL, say_time},
    [CLAIM_SPEEDUP] = {" is ", say_ratio, " as fast as ", NULL, say_ratio},
    [CLAIM_RATIO] = {" takes ", say_ratio, " as long as ", NULL, say_ratio},
    [CLAIM_CORES] = {" keeps ", say_rate, " of a core busy", NULL, say_rate},
    [CLAIM_MEMORY] = {" takes ", say_bytes, " of memory for one more task",
                      NULL, costs_bytes},
    [CLAIM_VIRTUAL] = {" takes ", say_bytes,
                       " of address space for one more task", NULL,
                       costs_bytes},
    [CLAIM_LIFE] = {" starts and ends one more task in ", say_ratio,
                    " the time of ", NULL, say_ratio},
    [CLAIM_INFLIGHT] = {" has ", say_count, " in flight at once", NULL,
                        say_count},
    [CLAIM_THREADS] = {" has ", say_count, " threads", " thread", say_count},
    [CLAIM_STARTED] = {" the tasks start in the order", say_rate, "", NULL,
                       say_rate},
    [CLAIM_FINISHED] = {" the tasks finish in the order", say_rate, "", NULL,
                        say_rate},
};

void claim_write(FILE *out, const struct view *view, const struct view_case *c,
                 const struct claim *claim)
{
    const struct saying *saying = &sayings[claim->kind];
    const struct view_case *in = claim_case(view, c, &claim->who[0]);
    char text[SAY_BYTES];
    if (claim->kind == CLAIM_OK) {
        fputs("all results are right", out);
        return;
    }
    if (orders(claim))
        fputs("under ", out);
    who_write(out, &claim->who[0]);
    fputs(saying->before, out);
    for (size_t i = 0; i < claim->order_count; i++)
        fprintf(out, " %u", claim->order[i]);
    if (orders(claim))
        return;
    if (claim->relation != '=')
        fputs(claim->relation == '<' ? "less than " : "more than ", out);
    fputs(saying->claimed(text, claim->value), out);
    bool one = saying->one && claim->value > 0.5 && claim->value < 1.5;
    fputs(one ? saying->one : saying->after, out);
    if (claim->kind == CLAIM_SPEEDUP)
        fprintf(out, CODE "%s" CODE, in ? in->baseline : "the baseline");
    if (claim->who_count > 1)
        who_write(out, &claim->who[1]);
}

/* "3.00 s [2.99, 3.01]", or with its range and the number of rounds. */
static void spread_write(FILE *out, const struct claim *claim,
                         const struct measured *m)
{
    char *(*say)(char *, double) = sayings[claim->kind].measured;
    char text[SAY_BYTES], low[SAY_BYTES], high[SAY_BYTES];
    double lo, hi;
    fputs(say(text, m->spread.median), out);
    bounds(&m->spread, &lo, &hi);
    say(low, lo);
    say(high, hi);
    say_unit_once(text, low, high);
    if (counts(claim))
        return;
    if (m->samples >= STATS_MIN_SAMPLES || claim_is_cost(claim))
        fprintf(out, " [%s, %s]", low, high);
    else if (m->samples > 1)
        fprintf(out, " (%s to %s in %g rounds)", low, high, m->samples);
    else
        fputs(" (1 round)", out);
}

void claim_write_measured(FILE *out, const struct view *view,
                          const struct records *records,
                          const struct view_case *c, const struct claim *claim)
{
    size_t places[CLAIM_ORDER_MAX];
    struct measured m = {0};
    enum claim_verdict verdict = CLAIM_UNMEASURED;
    if (claim->kind != CLAIM_OK)
        verdict = decide(view, records, c, claim, &m);
    if (verdict == CLAIM_UNMEASURED)
        return;
    if (strcmp(claim->who[0].label, "all") == 0)
        fprintf(out, CODE "%s" CODE " ", m.entry->label);
    if (!orders(claim)) {
        spread_write(out, claim, &m);
        return;
    }
    const struct view_case *in = claim_case(view, c, &claim->who[0]);
    size_t count = order_measured(&m, in, claim, places);
    for (size_t i = 0; i < count; i++)
        fprintf(out, "%s%u", i ? " " : "", claim->order[places[i]]);
}
