/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What differs between two runs beside what was measured: machines, programs,
 * suites, the work of a case, and the baselines themselves. Tells only what
 * run.json and the samples have; a machine may differ in what neither shows.
 */
#include "../report/say.h"
#include "../report/view.h"
#include "parts.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))

/* A load that differs by less is no news: in processes, and as a part of the
 * lesser one, as 13.6 is no quieter than 14.2. */
#define LOAD_APART      0.5
#define LOAD_APART_PART 0.25

/* The value as text: a string without its quotes, a rate as it is given. */
static void value_text(char *buf, size_t size, const json_t *value)
{
    char *text = NULL;

    if (json_is_string(value)) {
        snprintf(buf, size, "%s", json_string_value(value));
        return;
    }
    if (json_is_object(value) && json_object_get(value, "per_second")) {
        snprintf(buf, size, "%s%g/s",
                 json_is_true(json_object_get(value, "poisson")) ? "poisson "
                                                                 : "",
                 view_number(value, "per_second"));
        return;
    }
    if (value != NULL && !json_is_null(value))
        text = json_dumps(value, JSON_ENCODE_ANY | JSON_COMPACT |
                                     JSON_SORT_KEYS | JSON_REAL_PRECISION(9));
    snprintf(buf, size, "%s", text != NULL ? text : "none");
    free(text);
}

static bool differ(const json_t *a, const json_t *b)
{
    bool none_a = a == NULL || json_is_null(a);
    bool none_b = b == NULL || json_is_null(b);

    return none_a || none_b ? none_a != none_b : !json_equal(a, b);
}

/* ---- the same work? ---- */

static const struct {
    const char *key, *word;
} work_keys[] = {
    {"workload", "workload"},
    {"tasks", "number of tasks"},
    {"first", "first task"},
    {"delay", "delay"},
    {"body_bytes", "bytes of a body"},
    {"width", "width"},
    {"reuse", "reuse of connections"},
    {"steps", "steps"},
    {"rate", "rate"},
};

/* Whether delays of the case are drawn; else the seed decides none. */
static bool draws_delays(const json_t *one_case)
{
    static const char *const drawn[] = {"uniform ", "exp ", "lognormal "};
    char *text = json_dumps(json_object_get(one_case, "steps"), 0);
    const char *delay = view_text_or(one_case, "delay", "");
    bool found = false;

    for (size_t i = 0; i < LENGTH(drawn); i++)
        found = found || strstr(delay, drawn[i]) != NULL ||
                (text != NULL && strstr(text, drawn[i]) != NULL);
    free(text);
    return found;
}

/* What another seed would draw anew: due times, and delays where the ideal
 * tells that they differ; NULL: nothing. */
static const char *drawn_anew(const json_t *one_case, bool ideals_differ)
{
    if (json_is_true(
            json_object_get(json_object_get(one_case, "rate"), "poisson")))
        return "due times";
    return ideals_differ && draws_delays(one_case) ? "delays" : NULL;
}

bool notes_work(const struct comparison *c, const json_t *old_case,
                const json_t *new_case, char *why, size_t size)
{
    char before[80], after[80];
    const json_t *ideals[] = {json_object_get(old_case, "ideal_ns"),
                              json_object_get(new_case, "ideal_ns")};

    for (size_t i = 0; i < LENGTH(work_keys); i++) {
        const json_t *a = json_object_get(old_case, work_keys[i].key);
        const json_t *b = json_object_get(new_case, work_keys[i].key);

        if (!differ(a, b))
            continue;
        value_text(before, sizeof before, a);
        value_text(after, sizeof after, b);
        snprintf(why, size, "it is other work: %s %s, then %s",
                 work_keys[i].word, before, after);
        return true;
    }
    bool other = differ(ideals[0], ideals[1]);
    const char *drawn = drawn_anew(new_case, other);

    value_text(before, sizeof before, json_object_get(c->runs[0], "seed"));
    value_text(after, sizeof after, json_object_get(c->runs[1], "seed"));
    if (drawn != NULL && strcmp(before, after) != 0)
        snprintf(why, size,
                 "its %s were drawn with other seeds, %s and %s: give both "
                 "runs the same --seed",
                 drawn, before, after);
    else if (other)
        snprintf(why, size, "it is other work: its ideal time differs");
    else
        return false;
    return true;
}

/* ---- the runs ---- */

static const struct {
    const char *group, *key, *word;
} run_keys[] = {
    {"machine", "hostname", "machine"},
    {"machine", "cpu", "CPU"},
    {"machine", "cores", "cores"},
    {"machine", "arch", "architecture"},
    {"machine", "memory_bytes", "memory in bytes"},
    {"machine", "kernel", "kernel"},
    {"machine", "virtualisation", "virtualisation"},
    {"machine", "governor", "CPU governor"},
    {"machine", "turbo_off", "turbo off"},
    {"machine", "smt", "SMT"},
    {"machine", "clocksource", "clock source"},
    {"machine", "cgroup_cpu", "CPU limit of the cgroup"},
    {NULL, "concur", "version of concur"},
    {NULL, "build", "build of concur"},
    {NULL, "flags", "compiler flags"},
    {NULL, "compiler", "compiler"},
    {NULL, "libraries", "libraries"},
    {NULL, "suite", "suite"},
};

static const json_t *run_value(const json_t *run, size_t i)
{
    if (run_keys[i].group != NULL)
        run = json_object_get(run, run_keys[i].group);
    return json_object_get(run, run_keys[i].key);
}

/* Suites of one name whose files differ. */
static bool note_suite(struct comparison *c)
{
    if (differ(json_object_get(c->runs[0], "suite"),
               json_object_get(c->runs[1], "suite")) ||
        !differ(json_object_get(c->runs[0], "suite_text"),
                json_object_get(c->runs[1], "suite_text")))
        return true;
    return compare_note(c, "the suite's file was changed between the runs; "
                           "cases that are the same work are compared");
}

/* Who has a core without the origin on it measures something else than who
 * shares it. */
static bool note_pins(struct comparison *c)
{
    const json_t *old_pin = json_object_get(c->runs[0], "pin");
    const json_t *new_pin = json_object_get(c->runs[1], "pin");
    bool pinned[] = {json_is_object(old_pin), json_is_object(new_pin)};

    if (pinned[0] != pinned[1])
        return compare_note(c,
                            "only %s was pinned (--pin): there the origin has "
                            "cores of its own, and strategies have fewer; in "
                            "%s they share all of them",
                            pinned[0] ? "OLD" : "NEW",
                            pinned[0] ? "NEW" : "OLD");
    if (!differ(old_pin, new_pin))
        return true;
    return compare_note(
        c,
        "pinned to other cores: strategies on %s, then %s; origin on %s, "
        "then %s",
        view_text_or(old_pin, "strategies", "?"),
        view_text_or(new_pin, "strategies", "?"),
        view_text_or(old_pin, "origin", "?"),
        view_text_or(new_pin, "origin", "?"));
}

/* Where processors may fall asleep, waking up is a part of each wait. An older
 * run does not say. */
static bool note_awake(struct comparison *c)
{
    const json_t *held[2];

    for (size_t r = 0; r < 2; r++)
        held[r] = json_object_get(json_object_get(c->runs[r], "awake"), "held");
    if (!held[0] || !held[1] || json_equal(held[0], held[1]))
        return true;
    return compare_note(c,
                        "only in %s processors were kept awake: in the other "
                        "run waking up is a part of each wait",
                        json_is_true(held[0]) ? "OLD" : "NEW");
}

/* ---- how it was measured ---- */

static const json_t *named(const json_t *list, const char *key,
                           const char *name)
{
    for (size_t i = 0; i < json_array_size(list); i++)
        if (strcmp(view_text_or(json_array_get(list, i), key, ""), name) == 0)
            return json_array_get(list, i);
    return NULL;
}

/* What a case is measured with, besides its work. Of stacks, which each
 * strategy may have, those of the first that has another one. */
static const struct {
    const char *key, *word;
    bool each; /* in its strategies */
    char *(*say)(char *buf, double value);
} ways[] = {
    {"probe_ns", "--probe", false, say_time},
    {"timeout_ns", "--timeout", false, say_time},
    {"stack_bytes", "--stack", true, say_bytes},
};

/* What an older run does not tell is not known to be another. */
static bool both_differ(const json_t *const values[2])
{
    return values[0] != NULL && values[1] != NULL &&
           differ(values[0], values[1]);
}

/* The two values of a way in a case that differ; false: they do not. */
static bool other_way(size_t way, const json_t *const cases[2],
                      const json_t *values[2])
{
    const json_t *news = json_object_get(cases[1], "strategies"), *one;
    const char *key = ways[way].key;
    size_t i;

    values[0] = json_object_get(cases[0], key);
    values[1] = json_object_get(cases[1], key);
    if (!ways[way].each)
        return both_differ(values);
    json_array_foreach (news, i, one) {
        const json_t *was = named(json_object_get(cases[0], "strategies"),
                                  "label", view_text_or(one, "label", ""));

        values[0] = json_object_get(was, key);
        values[1] = json_object_get(one, key);
        if (both_differ(values))
            return true;
    }
    return false;
}

static void way_text(char buf[SAY_BYTES], size_t way, const json_t *value)
{
    if (json_is_number(value))
        ways[way].say(buf, json_number_value(value));
    else
        snprintf(buf, SAY_BYTES, "none");
}

/* Where a case was measured otherwise it took other time for that: one note a
 * way, which names the first of the cases. */
static bool note_ways(struct comparison *c)
{
    const json_t *olds = json_object_get(c->runs[0], "cases");
    const json_t *news = json_object_get(c->runs[1], "cases");
    char before[SAY_BYTES], after[SAY_BYTES], more[64] = "";
    bool done = true;

    for (size_t way = 0; done && way < LENGTH(ways); way++) {
        const char *first = NULL;
        size_t count = 0;

        for (size_t i = 0; i < json_array_size(news); i++) {
            const json_t *pair[2] = {NULL, json_array_get(news, i)}, *values[2];
            const char *name = view_text_or(pair[1], "name", "");

            pair[0] = named(olds, "name", name);
            if (pair[0] == NULL || !other_way(way, pair, values) || count++ > 0)
                continue;
            first = name;
            way_text(before, way, values[0]);
            way_text(after, way, values[1]);
        }
        snprintf(more, sizeof more, " and %zu more case%s", count - 1,
                 count == 2 ? "" : "s");
        if (count > 0)
            done = compare_note(c, "%s%s: measured otherwise: %s %s, then %s",
                                first, count > 1 ? more : "", ways[way].word,
                                before, after);
    }
    return done;
}

/* ---- all notes of the runs ---- */

/* Whether one load is greater in a way that matters; NAN is not. */
static bool busier(const double loads[2])
{
    double apart = fabs(loads[1] - loads[0]);

    return apart > LOAD_APART &&
           apart > LOAD_APART_PART * fmin(loads[0], loads[1]);
}

bool notes_runs(struct comparison *c, const double loads[2])
{
    bool done = true;

    for (size_t i = 0; done && i < LENGTH(run_keys); i++) {
        const json_t *a = run_value(c->runs[0], i);
        const json_t *b = run_value(c->runs[1], i);
        char before[160], after[160];

        if (!differ(a, b))
            continue;
        value_text(before, sizeof before, a);
        value_text(after, sizeof after, b);
        done = compare_note(c, "other %s: %s, then %s", run_keys[i].word,
                            before, after);
    }
    done =
        done && note_pins(c) && note_awake(c) && note_suite(c) && note_ways(c);
    if (done && busier(loads))
        done = compare_note(c,
                            "the machine was busier in %s: load %.1f, then "
                            "%.1f",
                            loads[1] > loads[0] ? "NEW" : "OLD", loads[0],
                            loads[1]);
    return done;
}

/* ---- baselines ---- */

bool notes_baselines(struct comparison *c)
{
    const double t = c->request.threshold;

    for (size_t i = 0; i < c->count; i++) {
        const struct compare_row *row = &c->rows[i];
        char shift[WORDS_BYTES], interval[WORDS_BYTES];

        if (row->verdict != COMPARE_BASELINE || !(row->lo > t || row->hi < -t))
            continue;
        words_shift(shift, fabs(row->shift)); /* its sign is in words */
        if (!compare_note(c,
                          "%s: the baseline itself, %s, took %s %s %s: the "
                          "machine drifted, or it changed; the others are "
                          "judged by it",
                          row->in_case, row->label, shift + 1,
                          row->shift > 0 ? "longer" : "less",
                          words_interval(interval, row->lo, row->hi)))
            return false;
    }
    return true;
}
