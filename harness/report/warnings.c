/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a reader must know before they believe the numbers: what voids results
 * first, then what biases them, then what makes them less precise, then what is
 * only good to know. A cause is one line, whichever cases it concerns.
 */
#include "verdict.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "../suite/words.h"
#include "causes.h"
#include "document.h"
#include "say.h"

#define EACH_MOST 6 /* warnings of one kind; the rest is counted */

struct warner {
    void (*warn)(void *self, const char *text);
    void *self;
    const struct view *view;
    unsigned said, held;  /* of the current kind … */
    struct causes causes; /* … what is to be said of cases */
};

__attribute__((format(printf, 2, 3))) static void say(struct warner *w,
                                                      const char *format, ...)
{
    va_list arguments;
    if (w->said == EACH_MOST) {
        w->held++;
        return;
    }
    va_start(arguments, format);
    char *text = words_vprintf(format, arguments);
    va_end(arguments);
    if (!text)
        return;
    w->said++;
    w->warn(w->self, text);
    free(text);
}

static void say_cause(void *self, const char *text)
{
    say(self, "%s", text);
}

/* Ends a kind of warning. */
static void next_kind(struct warner *w)
{
    unsigned held;
    causes_tell(&w->causes, say_cause, w);
    held = w->held;
    w->said = w->held = 0;
    if (held)
        say(w, "%u more of the same kind; see the tables.", held);
    w->said = 0;
}

/* Of the current kind: `before`, the case or cases, `middle` and `after`. */
static void say_of(struct warner *w, const char *before,
                   const struct view_case *c, const char *middle,
                   const char *after)
{
    char *text = NULL;
    if (asprintf(&text, "%s%s", middle, after) < 0)
        return;
    causes_add(&w->causes, before, c, text);
    free(text);
}

typedef void entry_check(struct warner *w, const struct view_case *c,
                         const struct view_entry *e);

static void check_failed(struct warner *w, const struct view_case *c,
                         const struct view_entry *e)
{
    char *before = NULL, *after = NULL;
    if (e->status != VIEW_FAILED || e->failed > 0) /* … said elsewhere */
        return;
    if (asprintf(&before, CODE "%s" CODE " failed in ", e->label) < 0)
        return;
    if (asprintf(&after, "%s.", e->reason ? e->reason : "no reason is known") >
        0)
        say_of(w, before, c, ": ", after);
    free(before);
    free(after);
}

static void check_note(struct warner *w, const struct view_case *c,
                       const struct view_entry *e)
{
    char *before = NULL, *after = NULL;
    if (!e->note || e->status != VIEW_OK || !c->base || e->unverified)
        return;
    if (asprintf(&before, CODE "%s" CODE " in ", e->label) < 0)
        return;
    if (asprintf(&after, "%s.", e->note) > 0)
        say_of(w, before, c, ": ", after);
    free(before);
    free(after);
}

static void each_entry(struct warner *w, entry_check *check)
{
    for (size_t i = 0; i < w->view->count; i++)
        for (size_t k = 0; k < w->view->cases[i].count; k++)
            check(w, &w->view->cases[i], &w->view->cases[i].entries[k]);
    next_kind(w);
}

/* Of the case, if there is something to write about it. */
static void tell_case(struct warner *w, const struct view_case *c,
                      void (*write)(FILE *, const struct view_case *))
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return;
    write(out, c);
    if (fclose(out) == 0 && *text)
        say_of(w, "", c, ": ", text);
    free(text);
}

/* Those cases first in which nothing is left to compare. */
static void failed_tasks(struct warner *w)
{
    for (int pass = 0; pass < 2; pass++)
        for (size_t i = 0; i < w->view->count; i++)
            if ((view_fastest(&w->view->cases[i]) != NULL) == pass)
                tell_case(w, &w->view->cases[i], verdict_failures);
    next_kind(w);
}

static void tell_cases(struct warner *w,
                       void (*write)(FILE *, const struct view_case *))
{
    for (size_t i = 0; i < w->view->count; i++)
        tell_case(w, &w->view->cases[i], write);
    next_kind(w);
}

/* No failure, but what was fetched may not be what was meant. */
static void statuses(struct warner *w)
{
    tell_cases(w, verdict_statuses);
}

static void case_notes(struct warner *w)
{
    for (size_t i = 0; i < w->view->count; i++) {
        const struct view_case *c = &w->view->cases[i];
        size_t k;
        json_t *note;
        json_array_foreach (c->notes, k, note) {
            char *text = NULL;
            if (!json_is_string(note) ||
                asprintf(&text, "%s.", json_string_value(note)) < 0)
                continue;
            say_of(w, "", c, ": ", text);
            free(text);
        }
    }
    next_kind(w);
}

static void incomplete(struct warner *w)
{
    const json_t *run = json_object_get(w->view->summary, "run");
    bool cut = json_is_false(json_object_get(run, "complete"));
    if (cut && !(view_number(run, "rounds_done") < view_number(run, "rounds")))
        say(w, "The run was cut short before its speed-ups were as precise as "
               "was asked.");
    else if (cut)
        say(w,
            "The run was cut short after %g of %g rounds; what was not "
            "reached is shown as absent.",
            view_number(run, "rounds_done"), view_number(run, "rounds"));
    next_kind(w);
}

static void few_rounds(struct warner *w)
{
    for (size_t i = 0; i < w->view->count; i++) {
        const struct view_entry *best = view_fastest(&w->view->cases[i]);
        if (best && !isfinite(best->wall.lo))
            causes_add(&w->causes, "Fewer than 6 rounds were measured in ",
                       &w->view->cases[i],
                       ": ranges only, no interval; small differences there "
                       "mean nothing.");
    }
    next_kind(w);
}

/* One line, if there is something to say. */
static void run_line(struct warner *w,
                     void (*write)(FILE *out, const struct view *view))
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return;
    write(out, w->view);
    if (fclose(out) == 0 && *text)
        say(w, "%s", text);
    free(text);
    next_kind(w);
}

/* Of cases with an open load. */
static void lags(struct warner *w)
{
    tell_cases(w, verdict_lag);
}

/* A run that went on elsewhere, or later. */
static void lives(struct warner *w)
{
    const json_t *run = json_object_get(w->view->summary, "run");
    const json_t *resumed = json_object_get(run, "resumed");
    size_t count = json_array_size(resumed), i;
    json_t *life, *value;
    const char *fact;
    if (count)
        say(w,
            "The run was interrupted and went on %zu time%s; rounds are "
            "compared within themselves, and none was left half.",
            count, count == 1 ? "" : "s");
    json_array_foreach (resumed, i, life)
        json_object_foreach (json_object_get(life, "changed"), fact, value)
            say(w,
                "When the run went on, the machine's " CODE "%s" CODE
                " had changed: rounds before and after are not alike.",
                fact);
    next_kind(w);
}

/* What the doctor found at the run's begin, the gravest first. False: the run
 * is older than the doctor. */
static bool doctor(struct warner *w, const json_t *run)
{
    const json_t *findings = json_object_get(run, "doctor");
    size_t i;
    json_t *f;
    json_array_foreach (findings, i, f) {
        const char *state = view_text_or(f, "state", "");
        if (strcmp(state, "warning") == 0 || strcmp(state, "problem") == 0)
            say(w, STRONG "%s" STRONG ": %s; %s.", view_text_or(f, "name", "?"),
                view_text_or(f, "found", "?"), view_text_or(f, "effect", "?"));
    }
    next_kind(w);
    return json_is_array(findings);
}

static void machine(struct warner *w)
{
    const json_t *run = json_object_get(w->view->summary, "run");
    const json_t *m = json_object_get(run, "machine");
    double load = view_number(m, "load1"), cores = view_number(m, "cores");
    const char *quota = view_text(m, "cgroup_cpu");
    const char *governor = view_text(m, "governor");
    char text[SAY_BYTES];
    if (doctor(w, run))
        return;
    if (load > 0.25 * cores)
        say(w,
            "The load was %s on %g core%s before the run began: something "
            "else was running.",
            say_count(text, load), cores, cores == 1 ? "" : "s");
    if (quota && *quota && strncmp(quota, "max", 3) != 0)
        say(w,
            "A control group limits the CPU time (cpu.max %s): the run may "
            "have been throttled.",
            quota);
    if (governor && strcmp(governor, "performance") != 0)
        say(w,
            "The CPU frequency governor is " CODE "%s" CODE
            ": the clock rate may have varied.",
            governor);
    next_kind(w);
}

/* All outliers of a run: how many of each kind, in the order first met, and the
 * one that is the most times its median, or the least. */
#define KINDS_MAX 8

struct strays {
    const char *kinds[KINDS_MAX];
    unsigned counts[KINDS_MAX], count;
    double samples, times; /* times: of `worst` */
    const json_t *worst;
    const struct view_case *where;
    const struct view_entry *whose;
};

static void take_stray(struct strays *s, const struct view_case *c,
                       const struct view_entry *e, const json_t *one)
{
    double times = view_number(one, "wall_ns") / e->wall.median;
    const char *kind = view_text_or(one, "kind", "not known");
    size_t at = 0;
    while (at < KINDS_MAX && s->kinds[at] && strcmp(s->kinds[at], kind) != 0)
        at++;
    if (at < KINDS_MAX) {
        s->kinds[at] = kind;
        s->counts[at]++;
    }
    s->count++;
    times = times < 1 ? 1 / times : times;
    if (s->worst && !(times > s->times))
        return;
    s->times = times;
    s->worst = one;
    s->where = c;
    s->whose = e;
}

static struct strays find_strays(const struct view *view)
{
    struct strays s = {.count = 0};
    for (size_t i = 0; i < view->count; i++)
        for (size_t k = 0; k < view->cases[i].count; k++) {
            const struct view_entry *e = &view->cases[i].entries[k];
            size_t n;
            json_t *one;
            if (!view_measured(e))
                continue;
            s.samples += e->samples;
            json_array_foreach (e->outlier_list, n, one)
                take_stray(&s, &view->cases[i], e, one);
        }
    return s;
}

/* One line for all of them: each is kept, and none is rare among so many. */
static void outliers(FILE *out, const struct view *view)
{
    struct strays s = find_strays(view);
    char text[SAY_BYTES], all[SAY_BYTES];
    if (!s.worst)
        return;
    fprintf(out,
            "%s of %s samples %s. Likely cause: ", say_count(text, s.count),
            say_count(all, s.samples),
            s.count > 1 ? "are outliers" : "is an outlier");
    for (size_t i = 0; i < KINDS_MAX && s.kinds[i]; i++)
        fprintf(out, "%s%s (%u)", i ? ", " : "", s.kinds[i], s.counts[i]);
    fprintf(out, ". %s " CODE "%s" CODE " in " CODE "%s" CODE ", round %g: %s",
            s.count > 1 ? "The farthest is" : "It is", s.whose->label,
            s.where->name, view_number(s.worst, "round"),
            say_time(text, view_number(s.worst, "wall_ns")));
    fprintf(out,
            " where %s is usual; %s. They are kept: medians and intervals bear "
            "them; " CODE "summary.json" CODE " has the cause of each.",
            say_time(text, s.whose->wall.median),
            view_text_or(s.worst, "cause", "nothing says why"));
}

void verdict_warnings(const struct view *view,
                      void (*warn)(void *self, const char *text), void *self)
{
    struct warner w = {.warn = warn, .self = self, .view = view};
    /* What voids. */
    each_entry(&w, check_failed);
    failed_tasks(&w);
    incomplete(&w);
    run_line(&w, verdict_standing);
    /* What biases. */
    statuses(&w);
    case_notes(&w);
    run_line(&w, verdict_origins);
    lags(&w);
    run_line(&w, verdict_loaded);
    machine(&w);
    run_line(&w, verdict_unsteady);
    lives(&w);
    /* What is less precise. */
    few_rounds(&w);
    each_entry(&w, check_note);
    /* What is good to know. */
    run_line(&w, verdict_clients);
    run_line(&w, verdict_again);
    run_line(&w, outliers);
}
