/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sentences about a case with an open load. Its rate decides the wall time, so
 * that strategies are ranked by how long their slowest tasks took from when
 * they were due (Tene's correction for coordinated omission, as in wrk2); who
 * fell behind the rate is named, and what its own clock would have hidden.
 * Which load a case has is said here for closed ones too.
 */
#include "verdict.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "document.h"
#include "say.h"

#define FLATTERS 1.5 /* a smaller ratio of the two clocks hides little */
#define LATE_NS  3e5 /* a median lag from which on a sender is late */

bool verdict_kept_up(const struct view_entry *e)
{
    return !(e->behind > VERDICT_BEHIND);
}

/* Whether one more task could have been started at any moment. */
static bool had_room(const struct view_entry *e)
{
    return view_measured(e) && e->inflight < e->width;
}

static int by_tail(const void *a, const void *b)
{
    const struct view_entry *x = *(const struct view_entry *const *)a;
    const struct view_entry *y = *(const struct view_entry *const *)b;
    return (x->tail.median > y->tail.median) -
           (x->tail.median < y->tail.median);
}

/* By what is said of them, the share that is late, the greatest first; then by
 * name, since under too high a rate many are wholly late. */
static int by_lateness(const void *a, const void *b)
{
    const struct view_entry *x = *(const struct view_entry *const *)a;
    const struct view_entry *y = *(const struct view_entry *const *)b;
    char late[2][SAY_BYTES];
    if (strcmp(say_percent(late[0], x->behind),
               say_percent(late[1], y->behind)) == 0)
        return strcmp(x->label, y->label);
    return (x->behind < y->behind) - (x->behind > y->behind);
}

/* The entries that may be compared: those that kept up, then those that did
 * not, by their tails; *kept: how many of the first. The caller frees it. */
static const struct view_entry **ranked(const struct view_case *c, size_t *kept,
                                        size_t *count)
{
    const struct view_entry **list = calloc(c->count + 1, sizeof(*list));
    *count = 0;
    for (int pass = 0; list && pass < 2; pass++) {
        size_t from = *count;
        for (size_t i = 0; i < c->count; i++)
            if (view_level(c, &c->entries[i]) &&
                verdict_kept_up(&c->entries[i]) == (pass == 0))
                list[(*count)++] = &c->entries[i];
        *kept = pass == 0 ? *count : *kept;
        if (*count > from + 1)
            qsort(list + from, *count - from, sizeof(*list), by_tail);
    }
    return list;
}

static void name_tail(FILE *out, const struct view_entry *e)
{
    char tail[SAY_BYTES];
    fprintf(out, CODE "%s" CODE " (%s)", e->label,
            say_time(tail, e->tail.median));
}

static void name_late(FILE *out, const struct view_entry *e)
{
    char late[SAY_BYTES];
    fprintf(out, CODE "%s" CODE " (%s late%s)", e->label,
            say_percent(late, e->behind),
            had_room(e) ? ", though places were free" : "");
}

/* ---- who was best ---- */

/* Returns how many cannot be told from the best. */
static size_t leaders(FILE *out, const struct view_case *c,
                      const struct view_entry *const *list, size_t count,
                      bool all)
{
    char part[SAY_BYTES], tail[SAY_BYTES], around[SAY_BYTES];
    size_t tied = verdict_tied(c, list, count);
    say_percent(part, c->quantile);
    if (tied > 1) {
        verdict_names(out, list, tied, name_tail);
        fprintf(out, " had %s of their tasks done soonest after they were due",
                part);
        fputs(all && tied == count ? "; no difference is resolved"
                                   : ", not resolved from each other",
              out);
        return tied;
    }
    say_spread(around, &list[0]->tail, say_time);
    fprintf(out,
            CODE "%s" CODE " had %s of its tasks done within " STRONG
                 "%s" STRONG "%s%s of when they were due",
            list[0]->label, part, say_time(tail, list[0]->tail.median),
            *around ? " " : "", around);
    return tied;
}

/* "`thread_pool` (14.1 ms) is next, taking 1.20× [1.10, 1.31] as long" */
static void next_one(FILE *out, const struct view_entry *best,
                     const struct view_entry *e)
{
    char text[SAY_BYTES], around[SAY_BYTES];
    struct spread ratio = verdict_paired(best->tails, e->tails);
    say_spread(around, &ratio, say_factor);
    fputs(". ", out);
    name_tail(out, e);
    fprintf(out, " is next, taking %s%s%s as long",
            say_ratio(text, ratio.median), *around ? " " : "", around);
}

/* ---- who fell behind ---- */

/* What the uncorrected clock, which starts when a task is started, leaves out
 * of the same tasks; pooled on both sides. */
static double flattery(const struct view_entry *e)
{
    return e->sojourn.p99 / e->latency.p99;
}

/* The one of the list whose own clock hides most; NULL: none hides much. */
static const struct view_entry *most_flattered(
    const struct view_entry *const *list, size_t count)
{
    const struct view_entry *most = NULL;
    for (size_t i = 0; i < count; i++)
        if (flattery(list[i]) > (most ? flattery(most) : FLATTERS))
            most = list[i];
    return most;
}

static void flattered(FILE *out, const struct view_entry *e)
{
    char own[SAY_BYTES], due[SAY_BYTES], ratio[SAY_BYTES];
    fprintf(out,
            ". Timed from their own starts, 99 %% of " CODE "%s" CODE
            "'s tasks took %s at most; from when they were due, %s: the "
            "uncorrected figure is " STRONG "%s" STRONG " too small",
            e->label, say_time(own, e->latency.p99),
            say_time(due, e->sojourn.p99), say_ratio(ratio, flattery(e)));
}

/* Sorts the list. */
static void fell_behind(FILE *out, const struct view_case *c,
                        const struct view_entry **list, size_t count, bool all)
{
    char rate[SAY_BYTES];
    const struct view_entry *most = most_flattered(list, count);
    if (count == 0)
        return;
    qsort(list, count, sizeof(*list), by_lateness);
    say_load(rate, c);
    fputs(". ", out);
    if (all)
        fprintf(out, STRONG "Nobody kept up" STRONG " with %s: ", rate);
    verdict_names(out, list, count, name_late);
    if (!all)
        fprintf(out, " did " STRONG "not keep up" STRONG " with %s", rate);
    if (most)
        flattered(out, most);
}

/* ---- a case ---- */

static void write_case(FILE *out, const struct view_case *c, bool whole)
{
    char about[320], failed[256];
    size_t kept = 0, count;
    const struct view_entry **list = ranked(c, &kept, &count);
    const struct view_entry *best = list && count ? list[0] : NULL;
    fprintf(out, STRONG "%s" STRONG ", %s: ", c->name,
            say_case(about, sizeof(about), c));
    if (best) {
        /* Where nobody kept up, those that fell behind least are compared. */
        size_t compared = kept ? kept : count;
        size_t tied = leaders(out, c, list, compared, compared == count);
        if (whole && tied < compared)
            next_one(out, best, list[tied]);
        if (!whole && *say_failed(failed, sizeof(failed), best))
            fprintf(out, "; %s", failed);
        if (kept == count && count > 1)
            fprintf(out, ". All %zu kept up", count);
        fell_behind(out, c, list + kept, count - kept, kept == 0);
        if (whole && !isfinite(best->tail.lo))
            fprintf(out, ". Only %g round%s: ranges, no interval",
                    best->samples, best->samples == 1 ? "" : "s");
    } else {
        fputs("nothing was measured", out);
    }
    fputc('.', out);
    free(list);
}

void verdict_open_short(FILE *out, const struct view_case *c)
{
    write_case(out, c, false);
}

void verdict_open_case(FILE *out, const struct view_case *c)
{
    write_case(out, c, true);
}

/* ---- which load it is ---- */

/* The most tasks of the case that any strategy may have in flight. */
static double flight_most(const struct view_case *c)
{
    double most = 1;
    for (size_t i = 0; i < c->count; i++)
        most = fmax(most, c->entries[i].width);
    return fmin(most, c->tasks);
}

static void closed_load(FILE *out, const struct view_case *c, size_t count)
{
    char from[SAY_BYTES], to[SAY_BYTES];
    double least = INFINITY, most = 0;
    for (size_t i = 0; i < count; i++) {
        least = fmin(least, flight_most(&c[i]));
        most = fmax(most, flight_most(&c[i]));
    }
    fprintf(out, "Load: closed, at most %s%s%s in flight at once.",
            least < most ? say_count(from, least) : "",
            least < most ? " to " : "", say_count(to, most));
}

void verdict_load(FILE *out, const struct view_case *c, size_t count)
{
    char from[SAY_BYTES], to[SAY_BYTES];
    if (!view_open_load(c)) {
        closed_load(out, c, count);
        return;
    }
    bool swept = strcmp(say_load(from, c), say_load(to, &c[count - 1])) != 0;
    fprintf(
        out,
        "Load: open, %s%s%s, whoever is busy; the due times are the same "
        "for every strategy. What a task took counts from when it was " STRONG
        "due" STRONG "; what its own clock says, which runs from "
        "its " STRONG "start" STRONG ", stands beside it.",
        from, swept ? " to " : "", swept ? to : "");
    if (count == 1 && c->ideal > 0)
        fprintf(out,
                " Nobody can have done these tasks in less than %s, which is "
                "%s a second.",
                say_time(from, c->ideal),
                say_rate(to, c->tasks / (c->ideal / 1e9)));
}

/* ---- a sender that is late of its own ---- */

/* Whether its timers, which count in whole ticks, explain the lag: a tick, and
 * the waking up. */
static bool is_ticking(const struct view_entry *e)
{
    return e->lag.p50 <= 1.5 * e->tick;
}

/* Those that were late at the median, by their timers or otherwise; `before`
 * the first of them. False: none was. */
static bool late_senders(FILE *out, const struct view_case *c, bool ticking,
                         const char *before)
{
    char lag[SAY_BYTES];
    bool any = false;
    for (size_t i = 0; i < c->count; i++) {
        const struct view_entry *e = &c->entries[i];
        if (!had_room(e) || is_ticking(e) != ticking ||
            !(e->lag.p50 >= LATE_NS))
            continue;
        fprintf(out, "%s" CODE "%s" CODE " %s", any ? ", " : before, e->label,
                say_time(lag, e->lag.p50));
        any = true;
    }
    return any;
}

void verdict_lag(FILE *out, const struct view_case *c)
{
    static const char head[] = "tasks started late although places were free; "
                               "lag p50: ";
    if (!view_open_load(c))
        return;
    bool ticking = late_senders(out, c, true, head);
    if (ticking)
        fputs(" (loops' timers count in whole milliseconds)", out);
    bool others = late_senders(out, c, false, ticking ? "; " : head);
    if (others)
        fputs(" (the machine, or its own work, held it up)", out);
    if (ticking || others)
        fputc('.', out);
}
