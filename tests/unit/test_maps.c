/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Maps, "use this when", and the laws: who wins a cell, which cells become one
 * row, what grows faster than linearly, and that ties are called ties. The
 * runs are made up.
 */
#include "../../harness/report/chapters.h"
#include "../../harness/report/judged.h"
#include "../../harness/report/laws.h"
#include "../../harness/report/price.h"
#include "../../harness/report/uses.h"
#include "../../harness/stats/cost_lines.h"
#include "../../harness/stats/growth.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))
#define ROUNDS        7

static void assert_near(double have, double wanted, double within)
{
    if (isnan(wanted) ? isnan(have) : fabs(have - wanted) <= within)
        return;
    print_error("%.10g, not %.10g\n", have, wanted);
    fail();
}

static void assert_said(const char *text, const char *wanted)
{
    if (strstr(text, wanted))
        return;
    print_error("not there: %s\nbut: %s\n", wanted, text);
    fail();
}

/* ---- who costs least ---- */

/* A candidate: CPU time in µs, memory in MB, threads, processes; and how often
 * its strategy stood in the case before. */
struct cost_of {
    const char *strategy;
    double cpu, memory, threads, processes;
    unsigned variant;
    double ms;
};

static const struct {
    const char *what;
    struct cost_of list[4];
    const char *order; /* initials of whom it names, one after another */
    size_t alike;
} prices[] = {
    {"CPU time first, whatever memory",
     {{"thread_pool", 10, 90, 7, 0, 0, 5}, {"libev_loop", 15.1, 8, 1, 0, 0, 5}},
     "tl",
     1},
    {"a little more is alike: then memory",
     {{"thread_pool", 10, 90, 7, 0, 0, 5}, {"libev_loop", 14.9, 8, 1, 0, 0, 5}},
     "lt",
     1},
    {"then threads",
     {{"thread_pool", 10, 9, 7, 0, 0, 5}, {"libev_loop", 10, 10, 1, 0, 0, 5}},
     "lt",
     1},
    {"then the list of strategies",
     {{"raw_libev", 10, 8, 1, 0, 0, 5},
      {"io_uring", 9, 8, 1, 0, 0, 5},
      {"libev_loop", 11, 9, 1, 0, 0, 5}},
     "lri",
     3},
    {"but for who took over a tenth longer",
     {{"libev_loop", 10, 8, 1, 0, 0, 5.6}, {"raw_libev", 9, 8, 1, 0, 0, 5}},
     "rl",
     1},
    {"of one strategy the first label",
     {{"thread_pool", 10, 8, 1, 0, 1, 5}, {"thread_pool", 11, 8, 1, 0, 0, 5}},
     "tt",
     2},
    {"parts of shared pages are no less memory than a peak",
     {{"process_pool", 10, 2, 1, 4, 0, 5}, {"libev_loop", 10, 20, 1, 0, 0, 5}},
     "lp",
     1},
    {"nor more",
     {{"libev_loop", 19, 20, 1, 0, 0, 5}, {"process_pool", 10, 99, 1, 4, 0, 5}},
     "pl",
     1},
    {"what nobody told counts for nobody",
     {{"mine", NAN, NAN, NAN, NAN, 0, 5},
      {"libev_loop", NAN, NAN, NAN, NAN, 0, 5}},
     "lm",
     2},
    {"what one does not tell is no bargain",
     {{"mine", NAN, 1, 1, NAN, 0, 5}, {"thread_pool", 10, 9, 7, 0, 0, 5}},
     "tm",
     1},
};

static void test_prices(void **state)
{
    (void)state;
    for (size_t i = 0; i < LENGTH(prices); i++) {
        struct view_entry entries[4] = {{0}};
        const struct view_entry *list[4];
        size_t count = 0;

        for (; count < 4 && prices[i].list[count].strategy; count++) {
            const struct cost_of *c = &prices[i].list[count];

            entries[count].strategy = c->strategy;
            entries[count].cpu = c->cpu;
            entries[count].rss = c->memory;
            entries[count].threads = c->threads;
            entries[count].processes = c->processes;
            entries[count].variant = c->variant;
            entries[count].tail.median = (double)NAN;
            entries[count].wall.median = c->ms * 1e6;
            list[count] = &entries[count];
        }
        print_message("%s\n", prices[i].what);
        assert_int_equal(price_order(list, count), prices[i].alike);
        for (size_t k = 0; k < count; k++)
            assert_int_equal(list[k]->strategy[0], prices[i].order[k]);
        for (size_t k = 1; k < count; k++)
            if (strcmp(list[k]->strategy, list[k - 1]->strategy) == 0)
                assert_true(list[k]->variant > list[k - 1]->variant);
    }
}

/* ---- a run ---- */

/* A strategy in a cell: rounds spread by 1 % around `ms`. 0: it is absent. */
static json_t *entry_of(const char *label, double ms, double cpu_us, double mib)
{
    json_t *walls = json_array();
    const char *gap = strcmp(label, "raw_libev") == 0 ? "no names" : NULL;

    for (int i = 0; i < ROUNDS && ms > 0; i++)
        json_array_append_new(
            walls, json_pack("[i, f]", i + 1,
                             ms * 1e6 * (1 + 0.01 * (i * 3 % 7 - 3) / 3)));
    if (!(ms > 0)) {
        json_decref(walls);
        return json_pack("{s:s, s:s, s:s, s:s, s:i, s:s?}", "label", label,
                         "strategy", label, "status", "absent", "reason",
                         "cannot", "samples", 0, "real_gap", gap);
    }
    return json_pack(
        "{s:s, s:s, s:s, s:i, s:o, s:{s:f, s:f, s:f, s:f, s:f}, "
        "s:f, s:f, s:f, s:i, s:i, s:f, s:i, s:i, s:s?}",
        "label", label, "strategy", label, "status", "ok", "samples", ROUNDS,
        "walls_ns", walls, "wall_ns", "median", ms * 1e6, "lo", ms * 0.99e6,
        "hi", ms * 1.01e6, "min", ms * 0.99e6, "max", ms * 1.01e6, "ideal_ns",
        1e6, "cpu_ns_per_task", cpu_us * 1e3, "peak_rss_bytes", mib * 1048576,
        "threads_peak", 1, "inflight_peak", 8, "bytes_per_task", 4096.0, "ok",
        8, "failed", 0, "real_gap", gap);
}

/* A cell's wall times, in milliseconds; 0: absent. */
struct grid_case {
    const char *tasks, *delay;
    double sequential, pool, loop, raw;
};

/* A peer that is ahead of all, and cannot say what it received: it is none that
 * one could use, so nothing below may name it. */
static json_t *floor_of(void)
{
    json_t *floor = entry_of("wrk", 0.01, 1, 5);

    json_object_set_new(floor, "peer", json_true());
    json_object_set_new(floor, "unverified", json_true());
    return floor;
}

static json_t *case_of(const struct grid_case *g, const char *steps)
{
    char name[80];
    json_t *entries = json_array();

    snprintf(name, sizeof(name), "grid/tasks=%s/delay=%s", g->tasks, g->delay);
    json_array_append_new(entries,
                          entry_of("sequential", g->sequential, 10, 7));
    json_array_append_new(entries, entry_of("thread_pool", g->pool, 40, 9));
    json_array_append_new(entries, entry_of("libev_loop", g->loop, 20, 8));
    if (g->raw > 0)
        json_array_append_new(entries, entry_of("raw_libev", g->raw, 5, 7));
    json_array_append_new(entries, floor_of());
    return json_pack("{s:s, s:s, s:{s:s, s:s}, s:s, s:i, s:f, s:s, s:s, s:[s], "
                     "s:o}",
                     "name", name, "section", "grid", "axes", "delay", g->delay,
                     "tasks", g->tasks, "workload", "fetch", "tasks",
                     atoi(g->tasks), "ideal_ns", 1e6, "baseline", "sequential",
                     "delay", g->delay, "steps", steps, "strategies", entries);
}

static json_t *summary_of(const struct grid_case *list, size_t count,
                          const char *steps)
{
    json_t *cases = json_array();

    for (size_t i = 0; i < count; i++)
        json_array_append_new(cases, case_of(&list[i], steps));
    return json_pack("{s:{s:b}, s:o}", "run", "complete", 1, "cases", cases);
}

/* One task: nothing is told apart. From 10 on the loop wins, but for 100 tasks
 * without a delay, where the pool does; 1000 tasks were measured at one delay
 * only. Not in order, as a suite may be. */
static const struct grid_case grid[] = {
    {"10", "0ms", 10, 5, 2, 1},          {"10", "10ms", 100, 14, 11, 10.5},
    {"1", "0ms", 1, 1.001, 1.002, 0.5},  {"1", "10ms", 11, 11.01, 11.02, 10.5},
    {"100", "0ms", 100, 9, 20, 5},       {"100", "10ms", 1000, 60, 20, 12},
    {"1000", "10ms", 9999, 600, 50, 20},
};

static void test_map(void **state)
{
    json_t *summary = summary_of(grid, LENGTH(grid), "fetch /a");
    struct view view;
    struct maps maps;

    (void)state;
    assert_true(view_open(&view, NULL, summary));
    assert_true(maps_open(&maps, &view));
    assert_int_equal(maps.count, 2);
    const struct map *map = &maps.list[0];
    assert_string_equal(map->name, "grid");
    assert_string_equal(map->axes[0], "tasks");
    assert_string_equal(map->axes[1], "delay");
    assert_true(map->ordered[0] && map_is_drawn(map));
    assert_string_equal(map->values[0][0], "1");
    assert_string_equal(map->values[0][3], "1000");
    assert_string_equal(map->values[1][1], "10ms");
    assert_null(map_at(map, 3, 0)->c);
    /* Where all three tie, the one that costs least comes first. */
    assert_int_equal(map_at(map, 0, 0)->tied, 3);
    assert_string_equal(map_at(map, 0, 0)->list[0]->label, "sequential");
    assert_string_equal(map_at(map, 0, 0)->list[2]->label, "thread_pool");
    assert_null(map_next(map_at(map, 0, 0)));
    assert_true(isnan(map_behind(map_at(map, 0, 0)).median));
    assert_string_equal(map_at(map, 0, 0)->fastest->label, "sequential");
    assert_int_equal(map_at(map, 1, 1)->tied, 1);
    assert_string_equal(map_at(map, 1, 1)->list[0]->label, "libev_loop");
    assert_string_equal(map_next(map_at(map, 1, 1))->label, "thread_pool");
    /* The second has the one that fetches no real URLs. */
    assert_true(maps.list[1].own && !map->own && map->apart);
    assert_string_equal(map_at(&maps.list[1], 1, 1)->list[0]->label,
                        "raw_libev");
    maps_close(&maps);
    view_close(&view);
    json_decref(summary);
}

/* Who is not in first place is next, and so many times the fastest: the
 * sequential program is to be used, as it costs less than the loop, which is
 * faster by 1.5 %. The pool is 1.5 % behind the one and 3 % behind the other:
 * it is neither in the tie nor hidden by it. */
static void test_next(void **state)
{
    static const struct grid_case near[] = {
        {"2", "0ms", 10.15, 10.3, 10, 81.7},
        {"3", "0ms", 10.15, 20, 10, 30},
        {"4", "0ms", 10.15, 10.1, 10, 30},
        {"5", "0ms", 10.15, 10.1, 10, 10.05},
    };
    static const struct {
        const char *first, *next;
        size_t tied;
        double times;
    } wanted[] = {
        {"sequential", "thread_pool", 2, 1.03},
        {"sequential", "thread_pool", 2, 2},
        {"sequential", "raw_libev", 3, 3},
        {"raw_libev", NULL, 4, NAN},
    };
    json_t *summary = summary_of(near, LENGTH(near), "sleep 1ms");
    struct view view;
    struct maps maps;

    (void)state;
    assert_true(view_open(&view, NULL, summary));
    assert_true(maps_open(&maps, &view));
    for (size_t i = 0; i < LENGTH(near); i++) {
        const struct map_cell *cell = map_at(&maps.list[0], i, 0);

        const struct view_entry *next = map_next(cell);

        assert_int_equal(cell->tied, wanted[i].tied);
        assert_string_equal(cell->list[0]->label, wanted[i].first);
        assert_string_equal(cell->fastest->label, "libev_loop");
        assert_int_equal(next != NULL, wanted[i].next != NULL);
        if (next)
            assert_string_equal(next->label, wanted[i].next);
        assert_near(map_behind(cell).median, wanted[i].times, 1e-9);
        assert_near(map_behind(cell).lo, wanted[i].times, 1e-9);
    }
    maps_close(&maps);
    view_close(&view);
    json_decref(summary);
}

/* Who does not fetch needs no real URL: one map, of all. */
static void test_one_map(void **state)
{
    json_t *summary = summary_of(grid, LENGTH(grid), "sleep 1ms");
    struct view view;
    struct maps maps;

    (void)state;
    assert_true(view_open(&view, NULL, summary));
    assert_true(maps_open(&maps, &view));
    assert_int_equal(maps.count, 1);
    assert_string_equal(map_at(&maps.list[0], 1, 1)->list[0]->label,
                        "raw_libev");
    maps_close(&maps);
    view_close(&view);
    json_decref(summary);
}

/* ---- ranges ---- */

static void test_uses(void **state)
{
    static const struct {
        const char *load, *label;
        size_t cells, tied;
        double next, gain;
    } wanted[] = {
        {"1 task, delay 0 ms to 10 ms", "sequential", 2, 2, NAN, 1},
        {"10 tasks, delay 0 ms", "libev_loop", 1, 0, 2.5, 5},
        {"10 to 1,000 tasks, delay 10 ms", "libev_loop", 3, 0, 14. / 11,
         100. / 11},
        {"100 tasks, delay 0 ms", "thread_pool", 1, 0, 20. / 9, 100. / 9},
    };
    json_t *summary = summary_of(grid, LENGTH(grid), "fetch /a");
    struct view view;
    struct maps maps;
    struct uses uses = {0};
    char load[300];

    (void)state;
    assert_true(view_open(&view, NULL, summary));
    assert_true(maps_open(&maps, &view));
    assert_true(uses_open(&uses, &maps));
    for (size_t i = 0; i < LENGTH(wanted); i++) {
        const struct use *use = &uses.list[i];

        assert_string_equal(use_load(load, sizeof(load), use), wanted[i].load);
        assert_string_equal(use->label, wanted[i].label);
        assert_int_equal(use->cells, wanted[i].cells);
        assert_int_equal(use->tied, wanted[i].tied);
        assert_near(use->next.least, wanted[i].next, 0.03);
        assert_near(use->gain.least, wanted[i].gain, 0.1);
    }
    assert_string_equal(uses.list[0].ties[0].label, "libev_loop");
    assert_int_equal(uses.list[0].ties[0].cells, 2);
    /* With all of them one wins everywhere. */
    assert_int_equal(uses.list[LENGTH(wanted)].map->own, true);
    assert_string_equal(uses.list[LENGTH(wanted)].label, "raw_libev");
    uses_close(&uses);
    maps_close(&maps);
    view_close(&view);
    json_decref(summary);
}

/* A range is named as more than half of its cells are: not after who may be
 * used in all of them, but is the one to name in the second only. All cost the
 * same, so that the first in the list of strategies is named of a tie. */
static void test_most(void **state)
{
    static const struct {
        const char *tasks;
        double sequential, loop, coroutine;
    } cells[] = {{"1", 20, 10, 10},
                 {"2", 20, 11, 10},
                 {"3", 20, 10, 10},
                 {"4", 10, 10, 10},
                 {"5", 20, 10, 10}};
    static const struct {
        const char *load, *label;
        size_t cells, named;
    } wanted[] = {{"1 task", "libev_loop", 1, 1},
                  {"2 tasks", "coroutine", 1, 1},
                  {"3 to 5 tasks", "libev_loop", 3, 2}};
    json_t *cases = json_array(), *summary = json_pack("{s:o}", "cases", cases);
    struct view view;
    struct maps maps;
    struct uses uses = {0};
    char load[300];

    (void)state;
    for (size_t i = 0; i < LENGTH(cells); i++)
        json_array_append_new(
            cases,
            json_pack(
                "{s:s, s:s, s:{s:s}, s:s, s:i, s:o}", "name", cells[i].tasks,
                "section", "most", "axes", "tasks", cells[i].tasks, "workload",
                "sleep", "tasks", atoi(cells[i].tasks), "strategies",
                json_pack("[o, o, o]",
                          entry_of("sequential", cells[i].sequential, 9, 9),
                          entry_of("coroutine", cells[i].coroutine, 9, 9),
                          entry_of("libev_loop", cells[i].loop, 9, 9))));
    assert_true(view_open(&view, NULL, summary));
    assert_true(maps_open(&maps, &view) && uses_open(&uses, &maps));
    assert_int_equal(uses.count, LENGTH(wanted));
    for (size_t i = 0; i < LENGTH(wanted); i++) {
        assert_string_equal(use_load(load, sizeof(load), &uses.list[i]),
                            wanted[i].load);
        assert_string_equal(uses.list[i].label, wanted[i].label);
        assert_int_equal(uses.list[i].cells, wanted[i].cells);
        assert_int_equal(uses.list[i].named, wanted[i].named);
    }
    uses_close(&uses);
    maps_close(&maps);
    view_close(&view);
    json_decref(summary);
}

/* The chapter in Markdown; the caller frees it. */
static char *chapter_of(const json_t *summary,
                        void (*write)(struct doc *, const struct view *))
{
    struct view view;
    struct doc *doc = doc_new("t", ".");
    char *markdown = NULL, *html = NULL;

    assert_non_null(doc);
    assert_true(view_open(&view, NULL, summary));
    write(doc, &view);
    assert_true(doc_finish(doc, &markdown, &html));
    free(html);
    view_close(&view);
    return markdown;
}

static void write_uses(struct doc *doc, const struct view *view)
{
    struct figures none = {0};

    uses_write(doc, view, &none);
}

/* Less than 5 % is no reason to do otherwise than beside it for twice the cost:
 * the pool's cells lie between the loop's. Not more, and not for who costs
 * more: the loop does than the sequential program. */
static void test_practical(void **state)
{
    static const struct {
        double sequential, pool, loop;
        const char *first, *next;
        size_t tied;
    } middle[] = {
        {40, 10, 10.4, "libev_loop", "sequential", 2},
        {40, 10, 10.6, "thread_pool", "libev_loop", 1},
        {10, 10.3, 10.4, "sequential", "thread_pool", 1},
        {40, 10.4, 10.4, "libev_loop", "sequential", 2},
    };

    (void)state;
    for (size_t i = 0; i < LENGTH(middle); i++) {
        const struct grid_case row[] = {{"1", "0ms", 30, 20, 10, 0},
                                        {"2", "0ms", middle[i].sequential,
                                         middle[i].pool, middle[i].loop, 0},
                                        {"3", "0ms", 30, 20, 10, 0}};
        json_t *summary = summary_of(row, LENGTH(row), "sleep 1ms");
        struct view view;
        struct maps maps;

        assert_true(view_open(&view, NULL, summary));
        assert_true(maps_open(&maps, &view));
        const struct map_cell *cell = map_at(&maps.list[0], 1, 0);
        assert_string_equal(cell->list[0]->label, middle[i].first);
        assert_string_equal(map_next(cell)->label, middle[i].next);
        assert_int_equal(cell->tied, middle[i].tied);
        assert_int_equal(cell->practical, i == 0);
        if (i == 0) {
            char *text = chapter_of(summary, write_uses);

            assert_string_equal(cell->fastest->label, "thread_pool");
            assert_said(text, "tie: `thread_pool` (1 of 3)<br>(in 1 of 3 "
                              "within 5 %)");
            free(text);
        }
        maps_close(&maps);
        view_close(&view);
        json_decref(summary);
    }
}

/* Two that are apart by little, but surely, in tasks that wait for nothing. */
static void test_close(void **state)
{
    json_t *cases = json_array(), *summary = json_pack("{s:o}", "cases", cases);
    json_t *next = entry_of("libev_loop", 10.25, 9, 9);
    char *text;

    (void)state;
    json_array_append_new(
        cases,
        json_pack("{s:s, s:s, s:{s:s}, s:s, s:i, s:f, s:[s], s:o}", "name",
                  "close", "section", "close", "axes", "body", "1KiB",
                  "workload", "fetch", "tasks", 9, "ideal_ns", 0.0, "steps",
                  "fetch /bytes/1024", "strategies",
                  json_pack("[o, O]", entry_of("coroutine", 10, 9, 9), next)));
    /* Rounds at 1.004 to 1.046 times the other. */
    for (size_t i = 0; i < ROUNDS; i++) {
        json_t *pair = json_array_get(json_object_get(next, "walls_ns"), i);
        double part = 1 + 0.01 * ((double)(i * 3 % 7) - 3) / 3;

        json_array_set_new(
            pair, 1, json_real(10e6 * part * (1.004 + 0.007 * (double)i)));
    }
    json_decref(next);
    text = chapter_of(summary, write_uses);
    assert_said(text, "9 tasks,<br>delay 0 ms");
    assert_said(text, "| yes | 1.02× \\[1.004, 1.05\\]");
    free(text);
    json_object_set_new(json_array_get(cases, 0), "real", json_true());
    text = chapter_of(summary, write_uses);
    assert_null(strstr(text, "delay 0 ms"));
    free(text);
    json_decref(summary);
}

static void write_laws(struct doc *doc, const struct view *view)
{
    laws_write(doc, view, NULL);
}

static void test_words(void **state)
{
    static const char *const wanted[] = {
        "## Use this when",
        "1 task,<br>delay 0 ms to 10 ms | **`sequential`**<br>8 in flight | "
        "tie: `libev_loop` (2 of 2),<br>`thread_pool` (2 of 2) | no other ",
        "10 to 1,000 tasks,<br>delay 10 ms | **`libev_loop`**<br>8 in flight | "
        "yes | 1.27 to ",
        "×<br>`thread_pool` | ",
        "| 20.0 µs of CPU<br>4 KiB of memory<br>1 thread in all |",
        "leaves out `raw_libev`, which cannot fetch any URL here (no names)",
        "| **`raw_libev`**<br>8 in flight | yes |",
    };
    json_t *summary = summary_of(grid, LENGTH(grid), "fetch /a");
    char *text = chapter_of(summary, write_uses);

    (void)state;
    for (size_t i = 0; i < LENGTH(wanted); i++)
        assert_said(text, wanted[i]);
    assert_null(strstr(text, "wrk"));
    free(text);
    json_decref(summary);
}

/* Gives a case of the summary a resolution. */
static void resolve(json_t *summary, size_t at, double share, const char *from,
                    const char *of)
{
    json_object_set_new(
        json_array_get(json_object_get(summary, "cases"), at), "resolution",
        json_pack("{s:f, s:b, s:f, s:s, s:s*}", "share", share, "found", 1,
                  "least", share, "from", from, "case", of));
}

static char *judged(json_t *summary)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    struct view view;
    struct maps maps;

    assert_non_null(out);
    assert_true(view_open(&view, NULL, summary));
    assert_true(maps_open(&maps, &view));
    judged_write(out, &maps.list[0]);
    assert_int_equal(fclose(out), 0);
    maps_close(&maps);
    view_close(&view);
    return text;
}

/* What stands under a map: by which resolution its cells were judged. */
static void test_judged(void **state)
{
    static const char own[] = "grid/tasks=100/delay=0ms";
    json_t *summary = summary_of(grid, LENGTH(grid), "fetch /a");
    char *text = judged(summary);

    (void)state;
    assert_said(text, "The run was not calibrated: what is closer than 2 %");
    free(text);
    for (size_t i = 0; i < LENGTH(grid); i++)
        resolve(summary, i, 0.05, "run", NULL);
    text = judged(summary);
    assert_said(text, "No case of this section was calibrated: its cells go "
                      "by the middle one of the run's others (5 %)");
    free(text);
    for (size_t i = 0; i < LENGTH(grid); i++)
        resolve(summary, i, 0.01, "case", NULL);
    text = judged(summary);
    assert_said(text, "Each cell was calibrated");
    assert_said(text, "paired rounds does not leave out 1.");
    free(text);
    resolve(summary, 5, 0.02, "near", own);
    resolve(summary, 6, 0.02, "near", own);
    text = judged(summary);
    assert_said(text, "5 of 7 cells were calibrated");
    assert_said(text, "nearest case of the section that was: " CODE
                      "grid/tasks=100/delay=10ms" CODE ", " CODE
                      "grid/tasks=1000/delay=10ms" CODE " by " CODE
                      "grid/tasks=100/delay=0ms" CODE " (2 %). ");
    free(text);
    json_decref(summary);
}

static void test_summary(void **state)
{
    json_t *summary = summary_of(grid, LENGTH(grid), "fetch /a");
    struct view view;

    (void)state;
    assert_true(view_open(&view, NULL, summary));
    assert_true(uses_put(summary, &view));
    const json_t *map = json_array_get(json_object_get(summary, "maps"), 0);
    const json_t *cell = json_array_get(json_object_get(map, "cells"), 0);
    assert_string_equal(view_text(map, "x"), "tasks");
    assert_int_equal(json_array_size(json_object_get(map, "cells")), 7);
    assert_int_equal(json_array_size(json_object_get(cell, "leaders")), 3);
    assert_string_equal(view_text(cell, "fastest"), "sequential");
    assert_true(json_is_null(json_object_get(cell, "next")));
    assert_true(json_is_null(json_object_get(cell, "ratio")));
    const json_t *use = json_array_get(json_object_get(summary, "uses"), 2);
    assert_string_equal(view_text(use, "use"), "libev_loop");
    assert_int_equal(json_array_size(json_object_get(
                         json_object_get(use, "where"), "tasks")),
                     3);
    assert_near(view_number(use, "cells"), 3, 0);
    view_close(&view);
    json_decref(summary);
}

/* A sweep along one axis has rows and no picture; what cannot be ordered is
 * listed; open loads have neither. */
static void test_a_row(void **state)
{
    static const char *const values[] = {"yes", "no"};
    json_t *cases = json_array(), *summary;
    struct view view;
    struct maps maps;
    struct uses uses = {0};
    char load[300];

    (void)state;
    for (size_t i = 0; i < LENGTH(values); i++)
        json_array_append_new(
            cases,
            json_pack("{s:s, s:s, s:{s:s}, s:s, s:i, s:o}", "name", values[i],
                      "section", "new", "axes", "reuse", values[i], "workload",
                      "fetch", "tasks", 8, "strategies",
                      json_pack("[o, o]", entry_of("a", 5, 1, 1),
                                entry_of("b", 9, 1, 1))));
    summary = json_pack("{s:o}", "cases", cases);
    assert_true(view_open(&view, NULL, summary));
    assert_true(maps_open(&maps, &view) && uses_open(&uses, &maps));
    assert_int_equal(maps.count, 1);
    assert_false(map_is_drawn(&maps.list[0]));
    assert_int_equal(uses.count, 1);
    assert_string_equal(use_load(load, sizeof(load), &uses.list[0]),
                        "8 tasks, reuse yes or no");
    uses_close(&uses);
    maps_close(&maps);
    view_close(&view);
    json_object_set_new(
        json_array_get(cases, 0), "rate",
        json_pack("{s:f, s:b}", "per_second", 5.0, "poisson", 0));
    assert_true(view_open(&view, NULL, summary));
    assert_true(maps_open(&maps, &view));
    assert_int_equal(maps.count, 0);
    maps_close(&maps);
    view_close(&view);
    json_decref(summary);
}

/* Of three axes the two with most values are laid out, for each value of the
 * third. */
static void test_three_axes(void **state)
{
    static const char *const widths[] = {"4", "8"};
    json_t *cases = json_array(), *summary = json_pack("{s:o}", "cases", cases);
    struct view view;
    struct maps maps;

    (void)state;
    for (size_t w = 0; w < LENGTH(widths); w++)
        for (size_t i = 0; i < LENGTH(grid); i++) {
            json_t *c = case_of(&grid[i], "sleep 1ms");

            json_object_set_new(json_object_get(c, "axes"), "width",
                                json_string(widths[w]));
            json_array_append_new(cases, c);
        }
    assert_true(view_open(&view, NULL, summary));
    assert_true(maps_open(&maps, &view));
    assert_int_equal(maps.count, 2);
    for (size_t w = 0; w < LENGTH(widths); w++) {
        char name[32];

        snprintf(name, sizeof(name), "grid/width=%s", widths[w]);
        assert_string_equal(maps.list[w].name, name);
        assert_string_equal(maps.list[w].axes[0], "tasks");
        assert_string_equal(maps.list[w].axes[1], "delay");
    }
    maps_close(&maps);
    view_close(&view);
    json_decref(summary);
}

/* ---- sweeps ---- */

static void write_sweep(struct doc *doc, const struct view *view)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    verdict_sweep(out, view->cases, view->count);
    fclose(out);
    doc_paragraph(doc, "%s", text);
    free(text);
    table_sweep(doc, view, &view->sections[0]);
}

/* One axis changes at a time: in a sentence, and in a table where cases are
 * many. */
static void test_sweep(void **state)
{
    static const struct grid_case more[] = {
        {"100", "5ms", 500, 20, 10, 0},
        {"1000", "0ms", 100, 9, 150, 300},
        {"1000", "5ms", 5000, 90, 20, 0},
    };
    static const char *const wanted[] = {
        "`raw_libev` goes from 300 ms to 20.0 ms (15.0 times faster), "
        "`sequential` from 100 ms to 10.0 s (100 times slower). From ",
        "From `grid/tasks=10/delay=10ms` to `grid/tasks=1000/delay=10ms`, "
        "`raw_libev` goes from 10.5 ms to 20.0 ms (1.90×), ",
        "**delay=0ms**\n\n| strategy | tasks=1000 | tasks=10 | tasks=1 | "
        "tasks=",
        "**delay=5ms**\n\n| strategy | tasks=100 | tasks=1000 |",
        "`thread_pool` | 20.0 ms | 90.0 ms |",
    };
    struct grid_case all[LENGTH(grid) + LENGTH(more)];

    (void)state;
    memcpy(all, more, sizeof(more));
    memcpy(all + LENGTH(more), grid, sizeof(grid));
    json_t *few = summary_of(grid, LENGTH(grid), "sleep 1ms");
    json_t *many = summary_of(all, LENGTH(all), "fetch /a");
    char *text = chapter_of(few, write_sweep);
    assert_said(text, "| strategy | tasks=10/delay=0ms | ");
    free(text);
    text = chapter_of(many, write_sweep);
    for (size_t i = 0; i < LENGTH(wanted); i++)
        assert_said(text, wanted[i]);
    free(text);
    json_decref(few);
    json_decref(many);
}

/* ---- laws ---- */

/* A sweep of tasks: one strategy in a straight line, one by the square, one in
 * a straight line to the last step, which adds 19 times as much. */
static json_t *sweep(void)
{
    static const int tasks[] = {1, 10, 100, 1000, 10000};
    json_t *cases = json_array();

    for (size_t i = 0; i < LENGTH(tasks); i++) {
        double n = tasks[i];
        char text[16];

        snprintf(text, sizeof(text), "%d", tasks[i]);
        json_array_append_new(
            cases,
            json_pack(
                "{s:s, s:s, s:{s:s}, s:s, s:i, s:o}", "name", text, "section",
                "grow", "axes", "tasks", text, "workload", "fetch", "tasks",
                tasks[i], "strategies",
                json_pack("[o, o, o, o]",
                          entry_of("line", 2 + n / 100, 10, 7 + n / 100),
                          entry_of("square", 2 + n * n / 10000, 10, 7),
                          entry_of("late", 2 + n / (n > 1000 ? 10 : 19), 10, 7),
                          entry_of("bent", 2 + (n - 1) / (n > 100 ? 10 : 1), 10,
                                   7))));
    }
    json_t *growth = growth_json(cases), *costs = cost_lines_json(cases);
    return json_pack("{s:o, s:o, s:o}", "growth", growth, "costs", costs,
                     "cases", cases);
}

static void test_laws(void **state)
{
    static const char *const wanted[] = {
        "## Cost laws",
        "`square` grows **faster than linearly**: what more tasks add to its ",
        "time over the ideal goes as n^",
        " in grow (100 to 10,000 tasks; ten times as many add ",
        "`late` grows **faster than linearly**: what more tasks add to its ",
        "goes as n^1.28 \\[1.22, 1.34\\] in grow from 1,000 to 10,000 tasks, ",
        "10,000 tasks, the last step (ten times as many add 19.0 times as ",
        "; from 1,000 on **n^1.28 \\[1.22, 1.34\\]** |",
        "| `bent` | no straight line: 1.00 ms at 10, 100 µs at 10,000 | – | ",
        "| `line` | 10.0 µs ± 0 ns | 1.00 ms | 0.0 % | n^1.00 \\[1.00, 1.00\\]",
        "| 10.0 µs ± 0 ns | 10.2 KiB ± 0 B | 7 MiB | n^1.00 \\[1.00, 1.00\\]",
    };
    json_t *summary = sweep();
    char *text = chapter_of(summary, write_laws);

    (void)state;
    for (size_t i = 0; i < LENGTH(wanted); i++)
        assert_said(text, wanted[i]);
    assert_null(strstr(text, "`line` grows"));
    free(text);
    struct view view = {.summary = summary};
    size_t size;
    FILE *out = open_memstream(&text, &size);
    laws_faster(out, &view, "grow");
    laws_faster(out, &view, "another");
    fclose(out);
    char *first = strstr(text, "square");
    assert_non_null(first);
    assert_null(strstr(first + 1, "square"));
    free(text);
    json_decref(summary);
}

static void test_no_laws(void **state)
{
    json_t *summary = summary_of(grid, 2, "fetch /a");
    char *text = chapter_of(summary, write_laws);

    (void)state;
    assert_null(strstr(text, "Cost laws"));
    free(text);
    json_decref(summary);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_prices),     cmocka_unit_test(test_map),
        cmocka_unit_test(test_one_map),    cmocka_unit_test(test_uses),
        cmocka_unit_test(test_words),      cmocka_unit_test(test_summary),
        cmocka_unit_test(test_judged),     cmocka_unit_test(test_a_row),
        cmocka_unit_test(test_three_axes), cmocka_unit_test(test_laws),
        cmocka_unit_test(test_no_laws),    cmocka_unit_test(test_sweep),
        cmocka_unit_test(test_next),       cmocka_unit_test(test_most),
        cmocka_unit_test(test_close),      cmocka_unit_test(test_practical),
    };

    return cmocka_run_group_tests_name("maps", tests, NULL, NULL);
}
