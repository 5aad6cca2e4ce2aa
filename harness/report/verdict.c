/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sentences about a case. See verdict.h; warnings are in warnings.c.
 */
#include "verdict.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../stats/stats.h"
#include "document.h"
#include "say.h"

#define NO_GAIN 1.05 /* up to this a strategy is as fast as the baseline */
#define BUSY    0.9  /* of a core, from which on waiting is a cost */
#define NAMES   3    /* named one by one; the rest is counted */

/* The value of that round; NAN if there is none. */
static double value_in(const json_t *list, json_int_t round)
{
    double value = (double)NAN;
    size_t i;
    json_t *pair;
    json_array_foreach (list, i, pair)
        if (json_integer_value(json_array_get(pair, 0)) == round)
            value = json_number_value(json_array_get(pair, 1));
    return value;
}

struct spread verdict_paired(const json_t *a, const json_t *b)
{
    struct spread none = {(double)NAN, (double)NAN, (double)NAN, (double)NAN,
                          (double)NAN};
    size_t size = json_array_size(a), count = 0, i;
    double *pairs = calloc(2 * size + 1, sizeof(*pairs));
    json_t *pair;
    if (!pairs)
        return none;
    json_array_foreach (a, i, pair) {
        double own = json_number_value(json_array_get(pair, 1));
        double other = value_in(b, json_integer_value(json_array_get(pair, 0)));
        if (!(own > 0) || !(other > 0))
            continue;
        pairs[count] = other;
        pairs[size + count++] = own;
    }
    struct interval r = {0};
    if (count > 0)
        r = stats_ratio(pairs, pairs + size, count);
    free(pairs);
    return count ? (struct spread){r.median, r.lo, r.hi, r.min, r.max} : none;
}

struct spread verdict_ratio(const struct view_entry *a,
                            const struct view_entry *b)
{
    return verdict_paired(a->walls, b->walls);
}

static void name(FILE *out, const struct view_entry *e)
{
    fprintf(out, CODE "%s" CODE, e->label);
}

static void name_wall(FILE *out, const struct view_entry *e)
{
    char wall[SAY_BYTES];
    name(out, e);
    fprintf(out, " (%s)", say_time(wall, e->wall.median));
}

void verdict_names(FILE *out, const struct view_entry *const *list,
                   size_t count,
                   void (*each)(FILE *, const struct view_entry *))
{
    size_t shown = count > NAMES + 1 ? NAMES : count;
    for (size_t i = 0; i < shown; i++) {
        if (i > 0)
            fputs(i + 1 == count ? " and " : ", ", out);
        each(out, list[i]);
    }
    if (shown < count)
        fprintf(out, " and %zu more", count - shown);
}

static int by_median(const void *a, const void *b)
{
    double x = view_ranked(*(const struct view_entry *const *)a)->median;
    double y = view_ranked(*(const struct view_entry *const *)b)->median;
    return (x > y) - (x < y);
}

const struct view_entry **verdict_ranked(const struct view_case *c,
                                         size_t *count)
{
    const struct view_entry **list = calloc(c->count + 1, sizeof(*list));
    *count = 0;
    for (size_t i = 0; list && i < c->count; i++)
        if (view_level(c, &c->entries[i]))
            list[(*count)++] = &c->entries[i];
    if (*count > 1)
        qsort(list, *count, sizeof(*list), by_median);
    return list;
}

/* Whether there is a ratio to tell: one round of a batch that waits for nothing
 * says nothing of the next. */
static bool tells_ratio(const struct view_case *c, const struct view_entry *e)
{
    return e->samples > 1 || c->ideal > 0;
}

/* "88.7× [87.9, 89.4] as fast as `sequential` (4.00 s)" */
static void against_baseline(FILE *out, const struct view_case *c,
                             const struct view_entry *e, const char *before)
{
    char ratio[SAY_BYTES], spread[SAY_BYTES];
    if (!c->base || e == c->base || !isfinite(e->speedup.median) ||
        !tells_ratio(c, e))
        return;
    say_spread(spread, &e->speedup, say_factor);
    fprintf(out, "%s" STRONG "%s" STRONG "%s%s as fast as ", before,
            say_ratio(ratio, e->speedup.median), *spread ? " " : "", spread);
    name_wall(out, c->base);
}

static void near_ideal(FILE *out, const struct view_case *c,
                       const struct view_entry *e)
{
    char part[SAY_BYTES], ideal[SAY_BYTES];
    if (c->ideal > 0)
        fprintf(out, ", %s of the ideal (%s)",
                say_percent(part, c->ideal / e->wall.median),
                say_time(ideal, c->ideal));
}

/* "`thread_pool` (58.2 ms) is next, taking 1.29× [1.27, 1.31] as long" */
static void next_one(FILE *out, const struct view_entry *best,
                     const struct view_entry *e)
{
    char text[SAY_BYTES], around[SAY_BYTES];
    struct spread ratio = verdict_ratio(best, e);
    if (!isfinite(ratio.median))
        ratio.median = e->wall.median / best->wall.median;
    say_spread(around, &ratio, say_factor);
    fputs(". ", out);
    name_wall(out, e);
    fprintf(out, " is next, taking %s%s%s as long",
            say_ratio(text, ratio.median), *around ? " " : "", around);
}

/* Those, but for the fastest, that are as fast as the baseline. */
static void no_gain(FILE *out, const struct view_case *c,
                    const struct view_entry *const *list, size_t count)
{
    const struct view_entry *same[32];
    size_t found = 0;
    for (size_t i = 1; c->base && c->tasks > 1 && i < count; i++) {
        const struct view_entry *e = list[i];
        if (e != c->base && found < 32 && verdict_resolved(c, list[0], e) &&
            e->speedup.median > 1 / NO_GAIN && e->speedup.median < NO_GAIN)
            same[found++] = e;
    }
    if (found == 0)
        return;
    fputs(". No gain over ", out);
    name(out, c->base);
    fputs(": ", out);
    verdict_names(out, same, found, name);
}

static bool among(const struct view_entry *e,
                  const struct view_entry *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (list[i] == e)
            return true;
    return false;
}

/* The fastest, alone or with those that cannot be told from it. Returns how
 * many that is. */
static size_t leaders(FILE *out, const struct view_case *c,
                      const struct view_entry *const *list, size_t count)
{
    const struct view_entry *best = list[0];
    char wall[SAY_BYTES];
    size_t tied = verdict_tied(c, list, count);
    if (tied > 1) {
        verdict_names(out, list, tied, name_wall);
        fputs(tied == count ? ": no difference is resolved"
              : isfinite(c->resolution)
                  ? " are fastest: a tie"
                  : " are fastest, not resolved from each other",
              out);
        if (!verdict_close(out, c, list, tied) && tied < count &&
            isfinite(c->resolution))
            fputs(", not resolved from each other", out);
        if (!among(c->base, list, tied))
            against_baseline(out, c, best,
                             tied == 2 ? "; the first of the two "
                                       : "; the first of them ");
    } else {
        name(out, best);
        fprintf(out, " took %s", say_time(wall, best->wall.median));
        against_baseline(out, c, best, ", ");
    }
    if (tied < count || tied == 1)
        near_ideal(out, c, best);
    return tied;
}

/* ---- busy with waiting ---- */

/* Whether the tasks do nothing that would need a CPU but sleep. */
static bool only_sleeps(const struct view_case *c)
{
    static const char *const idle[] = {"sleep", "add",  "print",  "recv",
                                       "spawn", "join", "barrier"};
    bool sleeps = false;
    size_t i;
    json_t *step;
    json_array_foreach (c->steps, i, step) {
        const char *text = json_string_value(step);
        size_t length = text ? strcspn(text, " ") : 0, k = 0;
        while (
            k < sizeof(idle) / sizeof(*idle) &&
            (strlen(idle[k]) != length || strncmp(idle[k], text, length) != 0))
            k++;
        if (k == sizeof(idle) / sizeof(*idle))
            return false;
        sleeps = sleeps || k == 0;
    }
    return sleeps;
}

/* Those whose time is waiting, and not spent on starting very many tasks. */
static void burns(FILE *out, const struct view_case *c,
                  const struct view_entry *const *list, size_t count)
{
    char cores[SAY_BYTES];
    for (size_t i = 0; only_sleeps(c) && i < count; i++) {
        if (!(list[i]->cores.median >= BUSY) || !(list[i]->efficiency > 0.5))
            continue;
        fputs(". ", out);
        name(out, list[i]);
        fprintf(out,
                " keeps " STRONG "%s of a core busy" STRONG
                " while the tasks only sleep",
                say_rate(cores, list[i]->cores.median));
    }
}

/* ---- a case ---- */

void verdict_short(FILE *out, const struct view_case *c)
{
    size_t count;
    char about[320], failed[256];
    if (view_open_load(c)) {
        verdict_open_short(out, c);
        return;
    }
    const struct view_entry **list = verdict_ranked(c, &count);
    fprintf(out, STRONG "%s" STRONG ", %s: ", c->name,
            say_case(about, sizeof(about), c));
    if (!list || count == 0)
        fputs(verdict_alike(c, say_failed, failed, sizeof(failed))
                  ? "every task failed under every strategy"
                  : "nothing was measured",
              out);
    else
        leaders(out, c, list, count);
    if (list)
        burns(out, c, list, count);
    if (list && count > 0 && *say_failed(failed, sizeof(failed), list[0]))
        fprintf(out, "; %s", failed);
    fputc('.', out);
    free(list);
}

void verdict_case(FILE *out, const struct view_case *c)
{
    size_t count;
    char about[320];
    if (view_open_load(c)) {
        verdict_open_case(out, c);
        return;
    }
    const struct view_entry **list = verdict_ranked(c, &count);
    fprintf(out, STRONG "%s" STRONG ", %s: ", c->name,
            say_case(about, sizeof(about), c));
    if (!list || count == 0) {
        fputs("nothing was measured", out);
    } else {
        size_t tied = leaders(out, c, list, count);
        if (tied < count && list[tied] != c->base && tells_ratio(c, list[0]))
            next_one(out, list[0], list[tied]);
        no_gain(out, c, list, count);
        burns(out, c, list, count);
        if (!isfinite(list[0]->wall.lo))
            fprintf(out, ". Only %g round%s: ranges, no interval",
                    list[0]->samples, list[0]->samples == 1 ? "" : "s");
    }
    fputc('.', out);
    free(list);
}

/* ---- costs ---- */

static void cost(FILE *out, const struct view_entry *e)
{
    char memory[SAY_BYTES], cpu[SAY_BYTES], threads[SAY_BYTES];
    name(out, e);
    if (isnan(e->cpu)) {
        fputs(" does not say", out); /* a peer need not */
        return;
    }
    if (isfinite(e->threads))
        fprintf(out, " %s thread%s,", say_count(threads, e->threads),
                e->threads == 1 ? "" : "s");
    if (isfinite(e->bytes_per_task))
        fprintf(out, " %s of memory for each task in flight and",
                say_bytes(memory, e->bytes_per_task));
    fprintf(out, " %s of CPU time a task", say_time(cpu, e->cpu));
}

void verdict_costs(FILE *out, const struct view_case *c)
{
    size_t count;
    const struct view_entry **list = verdict_ranked(c, &count);
    if (list && count > 0) {
        fputs("What it takes: ", out);
        cost(out, list[0]);
        if (count > 1) {
            fputs("; ", out);
            cost(out, list[1]);
        }
        if (c->base && c->base != list[0] &&
            (count < 2 || c->base != list[1])) {
            fputs("; ", out);
            cost(out, c->base);
        }
        fputc('.', out);
    }
    free(list);
}

/* The entry of that label in the largest case in which it was measured with
 * several tasks in flight. */
static const struct view_entry *waiting(const struct view_case *cases,
                                        size_t count, const char *label)
{
    const struct view_entry *found = NULL;
    for (size_t i = 0; i < count; i++) {
        const struct view_entry *e = view_label(&cases[i], label);
        if (e && view_measured(e) && e->bytes_per_task > 0 && e->inflight > 1 &&
            (!found || e->inflight >= found->inflight))
            found = e;
    }
    return found;
}

static void memory_of(FILE *out, const struct view_entry *e)
{
    const struct {
        const char *what, *after;
        double all;
        bool stacks; /* of no interest where there is one */
    } parts[] = {
        {"virtual size", "", e->virtual_bytes, false},
        {"kernel stacks", ", computed", e->kernel_stack, true},
        {"page tables", "", e->page_table, true},
    };
    char bytes[SAY_BYTES], flight[SAY_BYTES];
    size_t known = 0;
    name(out, e);
    fprintf(out,
            " needs " STRONG "%s" STRONG " of resident memory for each of %s "
            "tasks in flight",
            say_bytes(bytes, e->bytes_per_task),
            say_count(flight, e->inflight));
    for (size_t i = 0; i < sizeof(parts) / sizeof(*parts); i++)
        if (isfinite(parts[i].all) && (e->threads > 1 || !parts[i].stacks))
            fprintf(out, "%s%s %s%s", known++ ? ", " : " (", parts[i].what,
                    say_bytes(bytes, parts[i].all / e->inflight),
                    parts[i].after);
    fputs(known ? ")" : "", out);
}

void verdict_memory(FILE *out, const struct view_case *cases, size_t count)
{
    const struct view_entry *least = NULL, *most = NULL;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < cases[i].count; k++) {
            const struct view_entry *e =
                waiting(cases, count, cases[i].entries[k].label);
            if (!e)
                continue;
            if (!least || e->bytes_per_task < least->bytes_per_task)
                least = e;
            if (!most || e->bytes_per_task > most->bytes_per_task)
                most = e;
        }
    if (!least)
        return;
    memory_of(out, least);
    if (strcmp(most->label, least->label) != 0) {
        fputs("; ", out);
        memory_of(out, most);
    }
    fputc('.', out);
}
