/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From a load to an answer: the candidates that have time, a race between
 * them, what came of it. The race is harness/run/'s; nothing is measured here.
 */
#include "advise.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../run/run.h"
#include "../run/limits.h"
#include "../stats/summary.h"
#include "../suite/units.h"
#include "../suite/words.h"
#include "answer.h"
#include "candidates.h"

/* Summary, figures and report, with one case in it; the origin's end. */
#define REPORT_TIME(budget) (NSEC_PER_SEC + (budget) / 30)

/* Of the time for measuring, what candidates are chosen for: samples take
 * longer than their ideals. */
#define CHOSEN_FOR(time) ((time) / 10 * 9)

#define KEYS_MORE 8 /* that are added to those given */

struct adviser {
    const struct advise_request *r;
    struct override *keys; /* those given, then those added; owned */
    size_t count;
    char *texts[KEYS_MORE]; /* of those that are made here; owned */
    size_t text_count;
    struct suite_request asked;
    struct suite *suite;
    struct limits limits;
    uint64_t seed;
    nsec until; /* measuring ends by then */
    json_t *assumed, *left_out;
    char *folder; /* the run's */
    char error[PATH_MAX + 512];
};

static int refuse(const char *error)
{
    fprintf(stderr, "concur advise: %s\n", error);
    return 2;
}

/* ---- the keys ---- */

static const char *key_text(const struct adviser *a, const char *key)
{
    for (size_t k = 0; k < a->count; k++)
        if (strcmp(a->keys[k].key, key) == 0)
            return a->keys[k].text;
    return NULL;
}

/* `text` is borrowed. */
static void set_key(struct adviser *a, const char *key, const char *text)
{
    for (size_t k = 0; k < a->count; k++)
        if (strcmp(a->keys[k].key, key) == 0) {
            a->keys[k].text = text;
            return;
        }
    a->keys[a->count++] = (struct override){key, text};
}

static void drop_key(struct adviser *a, const char *key)
{
    for (size_t k = 0; k < a->count; k++)
        if (strcmp(a->keys[k].key, key) == 0) {
            a->keys[k] = a->keys[--a->count];
            return;
        }
}

/* The same with a text that becomes the adviser's. False: there is none. */
static bool give_key(struct adviser *a, const char *key, char *text)
{
    if (!text)
        return false;
    a->texts[a->text_count++] = text;
    set_key(a, key, text);
    return true;
}

/* What the load is, where nobody said. */
static const struct assumption {
    const char *key, *text;
    bool fetch; /* of fetches only */
    bool own;   /* … and not where the steps are spelled out */
} assumptions[] = {
    {"delay", "the server replies at once (--delay)", true, true},
    {"body", "a reply is short JSON (--body)", true, true},
    {"cpu", "no computing (--cpu)", false, true},
    {"reuse", "connections are reused (--reuse)", true, false},
    {"rate", "all tasks are there at once (--rate)", false, false},
    {"width", "as many in flight as each likes (--width)", false, false},
};
#define ASSUMPTIONS (sizeof(assumptions) / sizeof(assumptions[0]))

static void assume(struct adviser *a, bool fetches, bool spelled_out)
{
    for (size_t i = 0; i < ASSUMPTIONS; i++)
        if (!key_text(a, assumptions[i].key) &&
            (fetches || !assumptions[i].fetch) &&
            !(spelled_out && assumptions[i].own))
            json_array_append_new(a->assumed, json_string(assumptions[i].text));
}

static bool is_none(const char *text)
{
    static const char *const words[] = {"0", "0s", "0ms", "none"};

    for (size_t w = 0; text && w < sizeof(words) / sizeof(*words); w++)
        if (strcmp(text, words[w]) == 0)
            return true;
    return false;
}

/* A fetch where nobody says what a task does, with computing where that is
 * said. */
static bool take_keys(struct adviser *a)
{
    const struct advise_request *r = a->r;
    static const char *const zero[] = {"delay", "cpu"};
    const char *workload;

    a->keys = calloc(r->key_count + KEYS_MORE, sizeof(*a->keys));
    a->assumed = json_array();
    a->left_out = json_array();
    if (!a->keys || !a->assumed || !a->left_out)
        return false;
    for (size_t k = 0; k < r->key_count; k++)
        a->keys[a->count++] = r->keys[k];
    workload = key_text(a, "workload");
    bool sleeps = workload && strcmp(workload, "sleep") == 0;
    bool steps = key_text(a, "steps") != NULL;
    assume(a, !sleeps,
           steps || (workload && !sleeps && strcmp(workload, "fetch") != 0));
    for (size_t z = 0; z < sizeof(zero) / sizeof(*zero); z++)
        if (is_none(key_text(a, zero[z])))
            drop_key(a, zero[z]);
    if (sleeps && key_text(a, "cpu")) {
        drop_key(a, "workload");
        set_key(a, "steps", "sleep; cpu");
    } else if (!workload && !steps) {
        set_key(a, "workload", key_text(a, "cpu") ? "mixed" : "fetch");
    }
    return true;
}

/* ---- the case ---- */

/* Reads it again, with the keys as they are now. False: `error` says why. */
static bool read_case(struct adviser *a)
{
    suite_free(a->suite);
    a->asked = (struct suite_request){.overrides = a->keys,
                                      .override_count = a->count};
    a->suite = suite_read(&a->asked, a->error, sizeof(a->error));
    if (!a->suite)
        return false;
    if (a->suite->case_count > 1)
        snprintf(a->error, sizeof(a->error),
                 "takes one load: these are %zu (a '|' sweeps; concur run "
                 "does that)",
                 a->suite->case_count);
    else if (case_uses_real_urls(&a->suite->cases[0]))
        snprintf(a->error, sizeof(a->error),
                 "fetches from real servers: a race would be a load on them; "
                 "concur run --urls measures with care");
    else
        return true;
    return false;
}

static bool no_room(struct adviser *a)
{
    snprintf(a->error, sizeof(a->error), "%s", no_memory);
    return false;
}

static bool name_candidates(struct adviser *a)
{
    if (!read_case(a))
        return false;
    if (key_text(a, "strategies"))
        return true;
    if (!give_key(a, "strategies",
                  candidates_text(&a->suite->cases[0], a->seed, a->limits.cores,
                                  a->limits.threads)))
        return no_room(a);
    return read_case(a);
}

/* Labels of those that have time, as the key takes them; notes the others. */
static char *chosen_text(struct adviser *a, const struct candidate *list,
                         size_t count)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    for (size_t i = 0; out && i < count; i++)
        if (list[i].left_out)
            json_array_append_new(a->left_out, json_string(list[i].label));
        else if (!list[i].peer)
            fprintf(out, "%s%s", ftell(out) > 0 ? "," : "", list[i].label);
    if (out && fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}

/* Says so of the cheapest. */
static bool too_short(struct adviser *a, const struct candidate *list,
                      size_t count)
{
    nsec least = UINT64_MAX;
    char once[32], budget[32];

    for (size_t i = 0; i < count; i++)
        if (!list[i].absent && list[i].cost < least)
            least = list[i].cost;
    snprintf(a->error, sizeof(a->error),
             "--budget: %s is too short: doing the tasks once takes about %s, "
             "and each candidate does them twice at least",
             format_duration(budget, sizeof(budget), (double)a->r->budget),
             format_duration(once, sizeof(once), (double)least));
    return false;
}

static const char race_note[] =
    "A race within a budget (concur advise): who is behind the fastest by over "
    "a tenth for certain, or too slow for the time that is left, is not "
    "measured further.";

/* What is measured, and how. */
static bool set_race(struct adviser *a, const struct bench_case *c,
                     const struct candidate *list, nsec ideals)
{
    size_t count = c->entry_count;
    nsec most = case_key_find("limit")->high;
    nsec limit = ideals < most ? ideals : most;
    char *text = NULL;
    const char *baseline = NULL;

    for (size_t i = 0; i < count; i++) {
        bool there = !list[i].left_out && !list[i].absent && !list[i].peer &&
                     list[i].ideal <= limit;

        if (there && (!baseline || strcmp(list[i].label, "libev_loop") == 0))
            baseline = list[i].label;
    }
    if (asprintf(&text, "%llums",
                 (unsigned long long)(limit / NSEC_PER_MSEC + 1)) < 0 ||
        !give_key(a, "limit", text) ||
        !give_key(a, "strategies", chosen_text(a, list, count)))
        return no_room(a);
    set_key(a, "rounds", "auto");
    /* Slow-downs of known size show in wall times, which a rate decides. If
     * there is time for them is known after the warm-up (run/race.h). */
    set_key(a, "calibrate", c->rate.per_second > 0 ? "no" : "yes");
    set_key(a, "note", race_note);
    if (baseline && !give_key(a, "baseline", words_printf("%s", baseline)))
        return no_room(a);
    return read_case(a);
}

static bool fit_candidates(struct adviser *a)
{
    const struct bench_case *c = &a->suite->cases[0];
    struct suite *suite = a->suite; /* labels are borrowed from it */
    size_t count = c->entry_count;
    nsec now = now_ns(), left = a->until > now ? a->until - now : 0;
    struct candidate *list = candidates_of(c, a->seed, &a->limits);
    nsec limit;
    bool good;

    if (!list)
        return no_room(a);
    a->suite = NULL;
    good = candidates_fit(list, count, CHOSEN_FOR(left), &limit) ||
           too_short(a, list, count);
    good = good && set_race(a, c, list, limit);
    free(list);
    suite_free(suite);
    return good;
}

/* ---- the race, and what came of it ---- */

static int race(struct adviser *a)
{
    const struct advise_request *r = a->r;
    struct run_request run = {.suite = a->suite,
                              .asked = &a->asked,
                              .seed = a->seed,
                              .out = r->out,
                              .precision = r->precision,
                              .until = a->until,
                              .quiet = r->quiet,
                              .argc = r->argc,
                              .argv = r->argv,
                              .caller = "concur advise",
                              .folder = &a->folder};

    free(a->suite->name);
    a->suite->name = strdup("advise");
    if (!a->suite->name)
        return refuse(no_memory);
    return run_suite(&run);
}

/* Prints what the summary comes to. */
static bool tell(struct adviser *a, const json_t *summary)
{
    struct view view;
    struct answer answer = {.view = &view,
                            .assumed = a->assumed,
                            .left_out = a->left_out,
                            .folder = a->folder,
                            .budget = a->r->budget,
                            .began = a->r->began};
    json_t *json;

    if (!view_open(&view, NULL, summary))
        return false;
    bool good = view.count == 1 && choice_make(&answer.choice, &view.cases[0]);
    if (good && a->r->json) {
        json = answer_json(&answer);
        good = json && json_dumpf(json, stdout, JSON_INDENT(1)) == 0;
        putchar('\n');
        json_decref(json);
    } else if (good) {
        answer_print(stdout, &answer);
    }
    good = good && answer.choice.use;
    choice_clear(&answer.choice);
    view_close(&view);
    return good;
}

static int conclude(struct adviser *a, int code)
{
    json_t *summary;

    if (code == 2 || !a->folder)
        return code;
    summary = summary_make(a->folder, a->error, sizeof(a->error));
    if (!summary)
        return refuse(a->error);
    if (!tell(a, summary))
        code = 1;
    json_decref(summary);
    return code;
}

int advise(const struct advise_request *request)
{
    nsec report = REPORT_TIME(request->budget);
    struct adviser a = {.r = request,
                        .limits = limits_raise(),
                        .seed = request->seed ? request->seed : run_seed(),
                        .until = request->began + request->budget - report};
    int code;

    if (!take_keys(&a))
        code = refuse(no_memory);
    else if (!name_candidates(&a) || !fit_candidates(&a))
        code = refuse(a.error);
    else
        code = conclude(&a, race(&a));
    suite_free(a.suite);
    for (size_t t = 0; t < a.text_count; t++)
        free(a.texts[t]);
    free(a.keys);
    free(a.folder);
    json_decref(a.assumed);
    json_decref(a.left_out);
    return code;
}
