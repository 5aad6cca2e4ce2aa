/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The summary of tests/fixtures/summary, a hand-made run in which every kind
 * of line occurs, and of runs that are made here. Wanted values were computed
 * from the fixture's lines with Python's statistics module.
 *
 * The fixture's cases: 0 six rounds, of which one was voided and done again,
 * an outlier, a strategy that fails once, one that is absent; 1 five rounds,
 * cut short, the last line torn; 2 a baseline beyond the limit; 3 real URLs
 * whose pages change.
 */
#include "../../harness/stats/samples.h"
#include "../../harness/stats/summary.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))
#define FIXTURE       "tests/fixtures/summary"

static char folder[64];
static char message[512];
static const char *doing = "it"; /* for the message of a failed check */

/* ---- files of the run under test ---- */

static char *in_folder(const char *name)
{
    static char path[128];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void write_file(const char *name, const char *text)
{
    FILE *file = fopen(in_folder(name), "w");

    assert_non_null(file);
    fputs(text, file);
    assert_int_equal(fclose(file), 0);
}

/* Adds to a text in an array of TEXT_SIZE. */
#define TEXT_SIZE 4096
__attribute__((format(printf, 2, 3))) static void add(char text[TEXT_SIZE],
                                                      const char *format, ...)
{
    size_t used = strlen(text);
    va_list values;

    va_start(values, format);
    vsnprintf(text + used, TEXT_SIZE - used, format, values);
    va_end(values);
}

/* The whole text, allocated. */
static char *read_file(const char *path)
{
    FILE *file = fopen(path, "r");
    char *text = calloc(1, 1 << 20);

    if (file == NULL)
        fail_msg("no %s: run this from the top of the tree", path);
    assert_non_null(text);
    assert_true(fread(text, 1, (1 << 20) - 1, file) > 0);
    fclose(file);
    return text;
}

static void take_fixture(const char *name)
{
    char path[128];
    char *text;

    snprintf(path, sizeof path, FIXTURE "/%s", name);
    text = read_file(path);
    write_file(name, text);
    free(text);
}

static int make_folder(void **state)
{
    (void)state;
    strcpy(folder, "/tmp/concur-summary-XXXXXX");
    return mkdtemp(folder) == NULL ? -1 : 0;
}

static int remove_folder(void **state)
{
    static const char *const names[] = {"run.json", "samples.jsonl",
                                        "summary.json", "summary.csv"};

    (void)state;
    for (size_t i = 0; i < LENGTH(names); i++)
        unlink(in_folder(names[i]));
    return rmdir(folder);
}

static json_t *make(void)
{
    json_t *summary = summary_make(folder, message, sizeof message);

    if (summary == NULL)
        fail_msg("%s", message);
    return summary;
}

/* ---- looking into the summary ---- */

/* `cases.0.strategies.1.wall_ns.median`; NULL if there is no such thing. */
static const json_t *find(const json_t *json, const char *path)
{
    char word[64];
    int used;

    while (json != NULL && sscanf(path, "%63[^.]%n", word, &used) == 1) {
        json = json_is_array(json)
                   ? json_array_get(json, strtoul(word, NULL, 10))
                   : json_object_get(json, word);
        path += used;
        path += *path == '.';
    }
    return json;
}

struct wanted {
    const char *path;
    double number;    /* NAN: the value is null */
    const char *text; /* where it is a text */
};

static void check(const json_t *summary, const struct wanted *w)
{
    const json_t *found = find(summary, w->path);

    if (found == NULL)
        fail_msg("%s: no %s", doing, w->path);
    if (w->text != NULL) {
        if (!json_is_string(found))
            fail_msg("%s: %s is not a text", doing, w->path);
        assert_string_equal(json_string_value(found), w->text);
    } else if (isnan(w->number)) {
        if (!json_is_null(found))
            fail_msg("%s: %s is not null", doing, w->path);
    } else {
        double value = json_is_boolean(found) ? json_is_true(found)
                                              : json_number_value(found);

        if (json_is_null(found) ||
            !(fabs(value - w->number) <= 1e-9 * fabs(w->number)))
            fail_msg("%s: %s is %.12g, not %.12g", doing, w->path, value,
                     w->number);
    }
}

static void check_all(const json_t *summary, const struct wanted *table,
                      size_t count)
{
    for (size_t i = 0; i < count; i++)
        check(summary, &table[i]);
}

/* ---- the fixture ---- */

static const struct wanted of_the_run[] = {
    {"schema", 1, NULL},
    {"run.seed", 1234, NULL},
    {"run.machine.cpu", 0, "made up"},
    {"run.rounds", 23, NULL},
    {"run.rounds_done", 18, NULL},
    {"run.complete", 0, NULL},
    {"discards.0.case", 0, "fetch/tasks=10"},
    {"discards.0.round", 3, NULL},
    {"discards.0.attempt", 1, NULL},
    {"discards.0.cause", 0, "the CPU was stolen"},
};

static const struct wanted of_cases[] = {
    {"cases.0.name", 0, "fetch/tasks=10"},
    {"cases.0.section", 0, "fetch"},
    {"cases.0.workload", 0, "fetch"},
    {"cases.0.axes.tasks", 0, "10"},
    {"cases.0.tasks", 10, NULL},
    {"cases.0.width", NAN, NULL},
    {"cases.0.steps.0", 0, "fetch /json/{i}?delay={delay}"},
    {"cases.0.delay", 0, "1ms"},
    {"cases.0.reuse", 1, NULL},
    {"cases.0.rounds", 6, NULL},
    {"cases.0.rounds_done", 6, NULL},
    {"cases.0.article", NAN, NULL},
    {"cases.0.baseline", 0, "sequential"},
    {"cases.0.ideal_ns", 1000, NULL},
    {"cases.1.rounds_done", 0, NULL},
    {"cases.1.note", 0, "says \"hello\", and more"},
    {"cases.3.notes.0", 0,
     "the pages differed between fetches: 2 different digests in 12 samples"},
};

/* Round 6 is an outlier: 90,000 where 10,350 is usual. */
static const struct wanted of_the_baseline[] = {
    {"cases.0.strategies.0.label", 0, "sequential"},
    {"cases.0.strategies.0.gist", 0, "sequential in one line"},
    {"cases.0.strategies.0.status", 0, "ok"},
    {"cases.0.strategies.0.reason", NAN, NULL},
    {"cases.0.strategies.0.samples", 6, NULL},
    {"cases.0.strategies.0.wall_ns.median", 10350, NULL},
    {"cases.0.strategies.0.wall_ns.lo", 10100, NULL},
    {"cases.0.strategies.0.wall_ns.hi", 90000, NULL},
    {"cases.0.strategies.0.first_wall_ns", 12000, NULL},
    {"cases.0.strategies.0.speedup.median", 1, NULL},
    {"cases.0.strategies.0.speedup.lo", 1, NULL},
    {"cases.0.strategies.0.speedup.hi", 1, NULL},
    {"cases.0.strategies.0.note", NAN, NULL},
    {"cases.0.strategies.0.outliers.0.round", 6, NULL},
    {"cases.0.strategies.0.outliers.0.wall_ns", 90000, NULL},
    {"cases.0.strategies.0.fences.severe", 1, NULL},
    {"cases.0.strategies.0.outliers.0.cause", 0,
     "pushed off the CPU 400 times (usual: 4): others wanted it"},
};

/* Round 3 is its second attempt (2,200); speed-ups are 5, 4.857, 4.68, 5.2,
 * 4.2 and 30. */
static const struct wanted of_the_pool[] = {
    {"cases.0.strategies.1.label", 0, "thread_pool:8"},
    {"cases.0.strategies.1.strategy", 0, "thread_pool"},
    {"cases.0.strategies.1.width", 8, NULL},
    {"cases.0.strategies.1.samples", 6, NULL},
    {"cases.0.strategies.1.wall_ns.median", 2150, NULL},
    {"cases.0.strategies.1.wall_ns.min", 2000, NULL},
    {"cases.0.strategies.1.wall_ns.max", 3000, NULL},
    {"cases.0.strategies.1.walls_ns.2.0", 3, NULL},
    {"cases.0.strategies.1.walls_ns.2.1", 2200, NULL},
    {"cases.0.strategies.1.setup_ns.median", 215, NULL},
    {"cases.0.strategies.1.run_ns.median", 1935, NULL},
    {"cases.0.strategies.1.close_ns.median", 11, NULL},
    {"cases.0.strategies.1.process_ns.median", 3150, NULL},
    {"cases.0.strategies.1.speedup.median", 4.928571428571429, NULL},
    {"cases.0.strategies.1.speedup.lo", 4.2, NULL},
    {"cases.0.strategies.1.speedup.hi", 30, NULL},
    {"cases.0.strategies.1.ideal_ns", 2000, NULL},
    {"cases.0.strategies.1.efficiency", 0.9302325581395349, NULL},
    {"cases.0.strategies.1.throughput_per_s", 5167958.656330749, NULL},
    {"cases.0.strategies.1.latency_ns.count", 60, NULL},
    {"cases.0.strategies.1.latency_ns.p50", 103, NULL},
    {"cases.0.strategies.1.latency_ns.p90", 106, NULL},
    {"cases.0.strategies.1.latency_ns.p99", NAN, NULL},
    {"cases.0.strategies.1.latency_ns.max", 106, NULL},
    {"cases.0.strategies.1.sojourn_ns.p50", 200, NULL},
    {"cases.0.strategies.1.cores_busy", NAN, NULL}, /* too short a time */
    {"cases.0.strategies.1.cpu_ns_per_task", 84.35, NULL},
    {"cases.0.strategies.1.peak_rss_bytes", 423936, NULL},
    {"cases.0.strategies.1.bytes_per_task", 160, NULL},
    {"cases.0.strategies.1.virtual_peak_bytes", 8000000, NULL},
    {"cases.0.strategies.1.page_table_bytes", 40960, NULL},
    {"cases.0.strategies.1.kernel_stack_bytes", 16384, NULL},
    {"cases.0.strategies.1.threads_peak", 8, NULL},
    {"cases.0.strategies.1.inflight_peak", 8, NULL},
    {"cases.0.strategies.1.context_switches", 17, NULL},
    {"cases.0.strategies.1.context_switches_per_task", 1.7, NULL},
    {"cases.0.strategies.1.origin.requests", 10, NULL},
    {"cases.0.strategies.1.origin.in_service_peak", 8, NULL},
    {"cases.0.strategies.1.origin.cpu_share", (110.0 / 1990 + 150.0 / 2713) / 2,
     NULL},
    {"cases.0.strategies.1.ok", 10, NULL},
    {"cases.0.strategies.1.failed", 0, NULL},
    {"cases.0.strategies.1.digest", 0, "0000000a"},
    {"cases.0.strategies.1.fences.severe", 0, NULL},
};

/* Failed, absent, cut short, beyond the limit, without a baseline. */
static const struct wanted of_the_others[] = {
    {"cases.0.strategies.2.status", 0, "failed"},
    {"cases.0.strategies.2.reason", 0, "task 3 was never finished"},
    {"cases.0.strategies.2.samples", 5, NULL},
    {"cases.0.strategies.2.wall_ns", NAN, NULL},
    {"cases.0.strategies.2.speedup", NAN, NULL},
    {"cases.0.strategies.2.efficiency", NAN, NULL},
    {"cases.0.strategies.2.throughput_per_s", NAN, NULL},
    {"cases.0.strategies.2.latency_ns", NAN, NULL},
    {"cases.0.strategies.2.peak_rss_bytes", NAN, NULL},
    {"cases.0.strategies.3.status", 0, "absent"},
    {"cases.0.strategies.3.reason", 0, "no event loop, here"},
    {"cases.0.strategies.3.samples", 0, NULL},
    {"cases.0.strategies.3.computed", 0, NULL},
    {"cases.1.strategies.0.wall_ns.median", 410, NULL},
    {"cases.1.strategies.0.wall_ns.lo", NAN, NULL},
    {"cases.1.strategies.0.wall_ns.hi", NAN, NULL},
    {"cases.1.strategies.0.wall_ns.min", 400, NULL},
    {"cases.1.strategies.1.speedup.median", 4, NULL},
    {"cases.1.strategies.1.speedup.lo", NAN, NULL},
    {"cases.1.strategies.1.speedup.hi", NAN, NULL},
    {"cases.1.strategies.1.latency_ns.p90", NAN, NULL}, /* of 20 */
    {"cases.1.strategies.2.status", 0, "absent"},
    {"cases.1.strategies.2.reason", 0, "not reached"},
    {"cases.2.strategies.0.status", 0, "absent"},
    {"cases.2.strategies.0.reason", 0, "would take 100 s"},
    {"cases.2.strategies.0.computed", 1, NULL},
    {"cases.2.strategies.0.ideal_ns", 1e11, NULL},
    {"cases.2.strategies.0.efficiency", NAN, NULL},
    {"cases.2.strategies.1.status", 0, "ok"},
    {"cases.2.strategies.1.speedup", NAN, NULL},
    {"cases.2.strategies.1.note", 0, "no speed-up: the baseline is absent"},
    {"cases.2.strategies.1.origin", NAN, NULL},
    {"cases.2.strategies.1.latency_ns.count", 6000, NULL},
    {"cases.2.strategies.1.latency_ns.p50", 100, NULL},
    {"cases.2.strategies.1.latency_ns.p90", 101, NULL},
    {"cases.2.strategies.1.latency_ns.p99", 102, NULL},
    {"cases.2.strategies.1.latency_ns.p999", 103, NULL},
    {"cases.3.strategies.0.status", 0, "ok"},
    {"cases.3.strategies.0.efficiency", NAN, NULL},
    {"cases.3.strategies.0.ok", 2, NULL}, /* rounds 2 and 3: one failed */
    {"cases.3.strategies.0.failed", 1, NULL},
    {"cases.3.strategies.0.failures.connect", 1, NULL},
    {"cases.3.strategies.0.failed_tasks.0.url", 0, "http://x/"},
    {"cases.3.strategies.0.statuses.404", 1, NULL},
    {"cases.0.strategies.0.statuses", NAN, NULL},
};

static void test_fixture(void **state)
{
    json_t *summary;

    (void)state;
    take_fixture("run.json");
    take_fixture("samples.jsonl");
    summary = make();
    check_all(summary, of_the_run, LENGTH(of_the_run));
    assert_null(find(summary, "run.suite_text"));
    assert_null(find(summary, "run.cases"));
    check_all(summary, of_cases, LENGTH(of_cases));
    check_all(summary, of_the_baseline, LENGTH(of_the_baseline));
    check_all(summary, of_the_pool, LENGTH(of_the_pool));
    check_all(summary, of_the_others, LENGTH(of_the_others));
    assert_int_equal(json_array_size(find(summary, "cases.0.notes")), 0);
    assert_int_equal(
        json_array_size(find(summary, "cases.0.strategies.1.outliers")), 0);
    json_decref(summary);
}

/* ---- what is written ---- */

static void test_written_files(void **state)
{
    json_t *summary, *again;
    char *csv;
    struct stat info;

    (void)state;
    take_fixture("run.json");
    take_fixture("samples.jsonl");
    summary = make();
    assert_int_equal(summary_write(folder, summary, message, sizeof message),
                     0);
    again = json_load_file(in_folder("summary.json"), 0, NULL);
    check_all(again, of_the_pool, LENGTH(of_the_pool));
    json_decref(again);
    assert_int_equal(stat(in_folder("summary.csv"), &info), 0);
    csv = read_file(in_folder("summary.csv"));
    assert_int_equal(strncmp(csv, "case,section,workload,tasks,width_cap,", 38),
                     0);
    assert_non_null(strstr(csv, ",axis_tasks,axis_width,axis_delay,axis_body,"
                                "axis_stack,label,"));
    assert_non_null(strstr(csv, ",wall_ns_median,wall_ns_lo,wall_ns_hi,"));
    assert_non_null(
        strstr(csv, ",thread_pool:8,thread_pool,8,ok,,,false,6,2150,"));
    assert_non_null(strstr(csv, ",absent,\"no event loop, here\",,false,0,"));
    assert_non_null(strstr(csv, "slow/width=2,slow,fetch,1000,2,1ms,0,true,6,6,"
                                "sequential,5000,,2,,,64KiB,sequential,"));
    free(csv);
    json_decref(summary);
}

/* Every line has as many cells as the header, also where texts hold commas,
 * quotes and line ends. */
static size_t count_cells(const char **text)
{
    size_t cells = 1;
    bool quoted = false;

    for (; **text != '\0' && (quoted || **text != '\n'); ++*text) {
        quoted ^= **text == '"';
        cells += !quoted && **text == ',';
    }
    *text += **text == '\n';
    return cells;
}

static void test_csv_quoting(void **state)
{
    json_t *summary =
        json_pack("{s:[{s:s, s:{s:s}, s:[{s:s, s:s, s:f}]}]}", "cases", "name",
                  "a,\"b\"\nc", "axes", "odd", " x", "strategies", "label",
                  "plain", "reason", "say \"no\"", "efficiency", 0.125);
    const char *rest;
    size_t cells;
    char *csv;

    (void)state;
    assert_non_null(summary);
    assert_int_equal(summary_write(folder, summary, message, sizeof message),
                     0);
    json_decref(summary);
    csv = read_file(in_folder("summary.csv"));
    rest = csv;
    cells = count_cells(&rest);
    assert_int_equal(strncmp(rest, "\"a,\"\"b\"\"\nc\",,", 13), 0);
    assert_non_null(strstr(rest, ",\" x\",plain,,,,\"say \"\"no\"\"\","));
    assert_non_null(strstr(rest, ",0.125,"));
    assert_int_equal(count_cells(&rest), cells);
    assert_int_equal(*rest, '\0');
    free(csv);
}

static void test_no_folder_to_write_to(void **state)
{
    json_t *summary = json_object();

    (void)state;
    assert_int_equal(
        summary_write("/nonexistent", summary, message, sizeof message), -1);
    assert_string_equal(message, "/nonexistent/summary.json: cannot write: "
                                 "No such file or directory");
    json_decref(summary);
}

/* ---- runs made here ---- */

/* One case `c` of ten tasks, six rounds, strategies a (baseline) and b. */
#define RUN                                                                    \
    "{\"schema\":1,\"cases\":[{\"name\":\"c\",\"tasks\":10,\"rounds\":6,"      \
    "\"baseline\":\"a\",\"strategies\":[{\"label\":\"a\"},"                    \
    "{\"label\":\"b\"}]}]}"

#define HEAD(label, round, attempt)                                            \
    "{\"case\":\"c\",\"label\":\"" label "\",\"round\":" #round                \
    ",\"attempt\":" #attempt
#define OK(label, round, attempt, wall)                                        \
    HEAD(label, round, attempt) ",\"status\":\"ok\",\"wall_ns\":" #wall "}\n"
#define FAILED(label, round, attempt, reason)                                  \
    HEAD(label, round, attempt)                                                \
    ",\"status\":\"failed\",\"reason\":\"" reason "\"}\n"
#define AGGREGATE(label, round, mean)                                          \
    HEAD(label, round, 1)                                                      \
    ",\"status\":\"ok\",\"wall_ns\":5,\"aggregate\":{\"field\":\"age\","       \
    "\"count\":1,\"mean\":" mean ",\"min\":1,\"max\":1,\"sd\":null}}\n"
#define IDLE(label, round)                                                     \
    HEAD(label, round, 1)                                                      \
    ",\"status\":\"ok\",\"wall_ns\":5,\"ok\":0,\"failed\":4,"                  \
    "\"failures\":{\"connect\":1,\"resolve\":2,\"url\":1}}\n"
#define WARMUP(label, status)                                                  \
    HEAD(label, 0, 1)                                                          \
    ",\"warmup\":true,\"status\":\"" status "\",\"reason\":\"cold\","          \
    "\"wall_ns\":9}\n"
#define DISCARD(round, attempt)                                                \
    "{\"discard\":{\"case\":\"c\",\"round\":" #round ",\"attempt\":" #attempt  \
    ",\"cause\":\"noise\"}}\n"

#define A "cases.0.strategies.0."
#define B "cases.0.strategies.1."

static const struct {
    const char *what, *samples;
    struct wanted wanted[6];
} runs[] = {
    {"nothing was taken",
     "",
     {{A "status", 0, "absent"},
      {A "reason", 0, "not reached"},
      {"run.complete", 0, NULL}}},
    {"the warm-up alone",
     WARMUP("a", "ok"),
     {{A "status", 0, "absent"},
      {A "reason", 0, "not reached"},
      {A "first_wall_ns", 9, NULL}}},
    {"the warm-up failed, nothing else was tried",
     WARMUP("a", "failed"),
     {{A "status", 0, "failed"},
      {A "reason", 0, "cold"},
      {A "first_wall_ns", NAN, NULL}}},
    {"the warm-up failed, the rest did not",
     WARMUP("a", "failed") OK("a", 1, 1, 5),
     {{A "status", 0, "ok"}, {A "note", 0, "the warm-up failed"}}},
    {"the first failure that stands gives the reason",
     FAILED("a", 1, 1, "voided") DISCARD(1, 1) OK("a", 1, 2, 5)
         FAILED("a", 2, 1, "first") FAILED("a", 3, 1, "second"),
     {{A "status", 0, "failed"},
      {A "reason", 0, "first"},
      {A "samples", 1, NULL}}},
    {"a failure that was voided does not count",
     FAILED("a", 1, 1, "voided") DISCARD(1, 1) OK("a", 1, 2, 5),
     {{A "status", 0, "ok"}, {A "wall_ns.median", 5, NULL}}},
    {"every round was voided",
     OK("a", 1, 1, 5) DISCARD(1, 1) OK("a", 1, 2, 6) DISCARD(1, 2),
     {{A "status", 0, "absent"},
      {A "reason", 0, "no valid round: each was discarded"}}},
    {"of attempts that stand the newest counts, for all strategies",
     OK("a", 1, 1, 5) OK("b", 1, 1, 7) OK("a", 1, 2, 6),
     {{A "wall_ns.median", 6, NULL}, {B "status", 0, "absent"}}},
    {"a newer attempt that was voided leaves the older one",
     OK("a", 1, 1, 5) OK("a", 1, 2, 6) DISCARD(1, 2),
     {{A "wall_ns.median", 5, NULL}}},
    {"a line twice: the later one counts",
     OK("a", 1, 1, 5) OK("a", 1, 1, 6),
     {{A "wall_ns.median", 6, NULL}, {A "samples", 1, NULL}}},
    {"pairs are of the same round",
     OK("a", 1, 1, 100) OK("b", 2, 1, 10) OK("a", 3, 1, 300) OK("b", 3, 1, 50),
     {{B "speedup.median", 6, NULL}, {B "samples", 2, NULL}}},
    {"no round in which both succeeded",
     OK("a", 1, 1, 100) OK("b", 2, 1, 10),
     {{B "speedup", NAN, NULL},
      {B "note", 0, "no speed-up: no round in which both succeeded"}}},
    {"the baseline failed",
     FAILED("a", 1, 1, "x") OK("b", 1, 1, 10),
     {{B "status", 0, "ok"},
      {B "speedup", NAN, NULL},
      {B "note", 0, "no speed-up: the baseline failed"}}},
    {"the baseline was not reached",
     OK("b", 1, 1, 10),
     {{B "note", 0, "no speed-up: the baseline was not reached"}}},
    {"absent without a reason",
     "{\"case\":\"c\",\"label\":\"b\",\"round\":0,\"status\":\"absent\"}\n",
     {{B "status", 0, "absent"}, {B "reason", 0, "no reason given"}}},
    {"walls in the order taken",
     OK("a", 1, 1, 5) OK("a", 2, 1, 6) DISCARD(1, 1) OK("a", 1, 2, 7),
     {{A "walls_ns.0.1", 6, NULL},
      {A "walls_ns.1.1", 7, NULL},
      {A "walls_ns.1.0", 1, NULL}}},
    {"half a nanosecond is rounded, an unknown figure is null",
     OK("a", 1, 1, 5) OK("a", 2, 1, 6),
     {{A "wall_ns.median", 6, NULL},
      {A "peak_rss_bytes", NAN, NULL},
      {A "latency_ns", NAN, NULL},
      {A "throughput_per_s", NAN, NULL}}},
    {"the aggregate is the last sample's",
     AGGREGATE("a", 1, "1.5") AGGREGATE("a", 2, "2.5"),
     {{A "aggregate.field", 0, "age"},
      {A "aggregate.mean", 2.5, NULL},
      {A "aggregate.sd", NAN, NULL},
      {B "aggregate", NAN, NULL},
      {"cases.0.notes.0", 0,
       "the strategies do not concur: 2 different aggregates in 2 samples"}}},
    {"where every task failed nothing was measured",
     OK("a", 1, 1, 9) IDLE("b", 1),
     {{B "status", 0, "failed"},
      {B "reason", 0, "every task failed: resolve 2, connect 1, url 1"},
      {B "wall_ns", NAN, NULL},
      {B "samples", 0, NULL},
      {B "failed", 4, NULL},
      {B "failures.connect", 1, NULL}}},
    {"… also if it was so only once",
     OK("a", 1, 1, 9) IDLE("a", 2),
     {{A "status", 0, "failed"},
      {A "samples", 1, NULL},
      {A "ok", 0, NULL},
      {A "failed", 4, NULL}}},
    {"a last line without its newline is whole",
     OK("a", 1, 1, 5) HEAD("a", 2, 1) ",\"status\":\"ok\",\"wall_ns\":9}",
     {{A "wall_ns.max", 9, NULL}}},
    {"a last line that was cut off is not",
     OK("a", 1, 1, 5) HEAD("a", 2, 1) ",\"status\":\"ok\",\"wall_ns\":9",
     {{A "wall_ns.max", 5, NULL}}},
};

static void test_made_runs(void **state)
{
    (void)state;
    write_file("run.json", RUN);
    for (size_t i = 0; i < LENGTH(runs); i++) {
        json_t *summary;

        doing = runs[i].what;
        write_file("samples.jsonl", runs[i].samples);
        summary = make();
        for (size_t j = 0; j < 6 && runs[i].wanted[j].path != NULL; j++)
            check(summary, &runs[i].wanted[j]);
        json_decref(summary);
    }
}

static void test_no_samples_file(void **state)
{
    json_t *summary;

    (void)state;
    write_file("run.json", RUN);
    summary = make();
    check(summary, &(struct wanted){A "reason", 0, "not reached"});
    json_decref(summary);
}

/* Complete: absent and failed strategies are not waited for. */
static void test_complete(void **state)
{
    char text[TEXT_SIZE] = "";
    json_t *summary;

    (void)state;
    for (int round = 1; round <= 6; round++) {
        add(text,
            "{\"case\":\"c\",\"label\":\"a\",\"round\":%d,\"attempt\":1,"
            "\"status\":\"ok\",\"wall_ns\":5}\n",
            round);
    }
    add(text, "%s", FAILED("b", 1, 1, "x"));
    write_file("run.json", RUN);
    write_file("samples.jsonl", text);
    summary = make();
    check(summary, &(struct wanted){"run.complete", 1, NULL});
    check(summary, &(struct wanted){"cases.0.rounds_done", 6, NULL});
    json_decref(summary);
}

static void test_digests_that_differ(void **state)
{
    json_t *summary;

    (void)state;
    write_file("run.json", RUN);
    write_file(
        "samples.jsonl",
        HEAD("a", 1, 1) ",\"status\":\"ok\",\"wall_ns\":5,"
                        "\"digest\":\"00000001\"}\n" HEAD(
                            "b", 1, 1) ",\"status\":\"ok\",\"wall_ns\":5,"
                                       "\"digest\":\"00000002\"}\n");
    summary = make();
    check(summary, &(struct wanted){"cases.0.notes.0", 0,
                                    "the strategies do not concur: 2 different "
                                    "digests in 2 samples"});
    json_decref(summary);
}

/* ---- likely causes ---- */

/* Six rounds: five alike (walls 1000 to 1004) and one as given. */
static const struct {
    int round; /* of the odd one */
    const char *figures, *cause;
} odd_ones[] = {
    {1, "\"wall_ns\":5000", "the first measured one: caches were not warm yet"},
    {4, "\"wall_ns\":5000,\"involuntary_switches\":40",
     "pushed off the CPU 40 times (usual: 2): others wanted it"},
    {4, "\"wall_ns\":5000,\"load1\":7.25",
     "the machine's load was 7.2 on 2 cores"},
    {4, "\"wall_ns\":5000,\"user_ns\":3900,\"sys_ns\":100",
     "it used that much more CPU time itself"},
    {4, "\"wall_ns\":5000",
     "it waited longer, without the CPU; nothing in it says why"},
    {1, "\"wall_ns\":500", "faster than the rest; nothing in it says why"},
};

static void test_causes_of_outliers(void **state)
{
    static const char usual[] =
        "\"load1\":1,\"user_ns\":90,\"sys_ns\":10,\"involuntary_switches\":2,";

    (void)state;
    write_file("run.json",
               "{\"schema\":1,\"machine\":{\"cores\":2},\"cases\":[{\"name\":"
               "\"c\",\"tasks\":10,\"rounds\":6,\"baseline\":\"a\","
               "\"strategies\":[{\"label\":\"a\"}]}]}");
    for (size_t i = 0; i < LENGTH(odd_ones); i++) {
        char text[TEXT_SIZE] = "";
        json_t *summary;

        for (int round = 1; round <= 6; round++) {
            char wall[32];
            snprintf(wall, sizeof wall, "\"wall_ns\":%d", 999 + round);
            add(text,
                "{\"case\":\"c\",\"label\":\"a\",\"round\":%d,"
                "\"attempt\":1,\"status\":\"ok\",%s%s}\n",
                round, usual,
                round == odd_ones[i].round ? odd_ones[i].figures : wall);
        }
        write_file("samples.jsonl", text);
        summary = make();
        assert_int_equal(json_array_size(find(summary, A "outliers")), 1);
        check(summary,
              &(struct wanted){A "outliers.0.cause", 0, odd_ones[i].cause});
        check(summary, &(struct wanted){"load1.quarter", 1, NULL});
        check(summary, &(struct wanted){"load1.max", i == 2 ? 7.25 : 1, NULL});
        json_decref(summary);
    }
}

/* ---- CPU time while the work was done ---- */

/* A long set-up that hardly computes, before a short run that does nothing
 * else: strategy and origin are at their limit. A peer's set-up is not known
 * apart, nor that of an older run. */
static void test_full_cores_behind_a_long_set_up(void **state)
{
    static const char times[] = "\"wall_ns\":100000000,\"setup_ns\":95000000,"
                                "\"run_ns\":5000000,\"user_ns\":4000000,"
                                "\"sys_ns\":1000000,"
                                "\"origin\":{\"cpu_ns\":4800000}";
    static const struct {
        const char *more;
        double cores, share;
    } table[] = {{",\"setup_cpu_ns\":200000", 0.96, 0.96},
                 {",\"setup_cpu_ns\":null", 0.05, 0.96},
                 {"", 0.05, 0.96}};

    (void)state;
    write_file("run.json", RUN);
    for (size_t i = 0; i < LENGTH(table); i++) {
        char text[TEXT_SIZE] = "";
        json_t *summary;

        add(text, HEAD("a", 1, 1) ",\"status\":\"ok\",%s%s}\n", times,
            table[i].more);
        write_file("samples.jsonl", text);
        summary = make();
        check(summary, &(struct wanted){A "run_cores", table[i].cores, NULL});
        check(summary,
              &(struct wanted){A "origin.cpu_share", table[i].share, NULL});
        check(summary, &(struct wanted){A "cores_busy.median", 0.05, NULL});
        json_decref(summary);
    }
}

/* ---- who cannot say what it received ---- */

static void test_unverified(void **state)
{
    static const struct wanted wanted[] = {
        {A "unverified", 1, NULL},
        {A "speedup", NAN, NULL},
        {A "note", 0, "unverified: it cannot say what it received"},
        {"cases.0.strategies.1.unverified", 0, NULL},
        {"cases.0.strategies.1.speedup", NAN, NULL},
        {"cases.0.strategies.1.note", 0,
         "no speed-up: the baseline is unverified"},
    };
    json_t *summary;

    (void)state;
    write_file("run.json", RUN);
    write_file("samples.jsonl",
               HEAD("a", 1, 1) ",\"status\":\"ok\",\"wall_ns\":5,"
                               "\"unverified\":true}\n" OK("b", 1, 1, 5));
    summary = make();
    check_all(summary, wanted, LENGTH(wanted));
    json_decref(summary);
}

/* ---- growth ---- */

static void test_growth_over_tasks(void **state)
{
    static const int tasks[] = {1, 10, 100, 1000};
    char run[TEXT_SIZE] = "{\"schema\":1,\"cases\":[", samples[TEXT_SIZE] = "";
    json_t *summary;

    (void)state;
    for (size_t i = 0; i < LENGTH(tasks); i++) {
        add(run,
            "%s{\"name\":\"s/%d\",\"section\":\"s\",\"axes\":{\"tasks\":"
            "\"%d\",\"delay\":\"1ms\"},\"tasks\":%d,\"rounds\":1,"
            "\"baseline\":\"a\",\"strategies\":[{\"label\":\"a\"},"
            "{\"label\":\"b\"}]}",
            i > 0 ? "," : "", tasks[i], tasks[i], tasks[i]);
        add(samples,
            "{\"case\":\"s/%d\",\"label\":\"%s\",\"round\":1,\"attempt\":"
            "1,\"status\":\"ok\",\"wall_ns\":%d}\n",
            tasks[i], "a", 7 * tasks[i]);
        add(samples, /* computed from a rate: no growth of its own */
            "{\"case\":\"s/%d\",\"label\":\"b\",\"round\":1,\"attempt\":"
            "1,\"status\":\"ok\",\"unverified\":true,\"wall_ns\":%d}\n",
            tasks[i], 2 * tasks[i]);
    }
    add(run, "]}");
    write_file("run.json", run);
    write_file("samples.jsonl", samples);
    summary = make();
    assert_int_equal(json_array_size(find(summary, "growth")), 1);
    check_all(summary,
              (const struct wanted[]){{"growth.0.section", 0, "s"},
                                      {"growth.0.axes.delay", 0, "1ms"},
                                      {"growth.0.label", 0, "a"},
                                      {"growth.0.points", 4, NULL},
                                      {"growth.0.from", 1, NULL},
                                      {"growth.0.to", 1000, NULL},
                                      {"growth.0.exponent", 1, NULL}},
              7);
    assert_null(find(summary, "growth.0.x"));
    assert_null(find(summary, "growth.0.axes.tasks"));
    json_decref(summary);
}

/* ---- files that are wrong ---- */

static const struct {
    const char *samples, *wanted; /* after the file's name */
} wrong_samples[] = {
    {"{\"case\":\n", ":1: not a JSON object: "},
    {OK("a", 1, 1, 5) "\n", ":2: not a JSON object: "},
    {OK("a", 1, 1, 5) "7\n" OK("a", 2, 1, 5), ":2: not a JSON object"},
    {"{}\n", ":1: no 'case'"},
    {"{\"case\":\"d\"}\n", ":1: run.json has no case 'd'"},
    {"{\"case\":\"c\"}\n", ":1: no 'label'"},
    {OK("a", 1, 1, 5) OK("z", 1, 1, 5), ":2: run.json has no 'z' in this case"},
    {OK("a", -1, 1, 5), ":1: 'round' is not a whole number from 0 up"},
    {OK("a", 1, 1.5, 5), ":1: 'attempt' is not a whole number from 0 up"},
    {OK("a", 0, 1, 5), ":1: 'warmup' and 'round' disagree"},
    {HEAD("a", 1, 1) "}\n", ":1: 'status' is not ok, failed or absent"},
    {HEAD("a", 1, 1) ",\"status\":\"missing\"}\n",
     ":1: 'status' is not ok, failed or absent"},
    {HEAD("a", 1, 1) ",\"status\":\"ok\"}\n",
     ":1: a sample that is ok has no 'wall_ns'"},
    {OK("a", 1, 1, -5), ":1: 'wall_ns' is not a number from 0 up"},
    {OK("a", 1, 1, "5"), ":1: 'wall_ns' is not a number from 0 up"},
    {HEAD("a", 1, 1) ",\"status\":\"failed\",\"reason\":7}\n",
     ":1: 'reason' is not a text"},
    {HEAD("a", 1, 1) ",\"status\":\"ok\",\"wall_ns\":5,\"digest\":\"XYZ\"}\n",
     ":1: 'digest' is not eight hex digits"},
    {HEAD("a", 1, 1) ",\"status\":\"ok\",\"wall_ns\":5,\"latency_hist\":{}}\n",
     ":1: 'latency_hist' is not a histogram"},
    {HEAD("a", 1, 1) ",\"status\":\"ok\",\"wall_ns\":5,\"statuses\":[]}\n",
     ":1: 'statuses' is not an object"},
    {HEAD("a", 1, 1) ",\"status\":\"failed\",\"failures\":{\"x\":\"y\"}}\n",
     ":1: 'failures' has 'x' without a number"},
    {HEAD("a", 1, 1) ",\"status\":\"failed\",\"aggregate\":{\"count\":1}}\n",
     ":1: 'aggregate' has no 'field' and 'count'"},
    {HEAD("a", 1, 1) ",\"status\":\"failed\",\"failed_tasks\":[1]}\n",
     ":1: 'failed_tasks' holds what is no object"},
    {"{\"discard\":{\"case\":\"c\"}}\n",
     ":1: 'round' is not a whole number from 0 up"},
};

static void test_wrong_samples(void **state)
{
    (void)state;
    write_file("run.json", RUN);
    for (size_t i = 0; i < LENGTH(wrong_samples); i++) {
        char wanted[256];

        write_file("samples.jsonl", wrong_samples[i].samples);
        snprintf(wanted, sizeof wanted, "%s%s", in_folder("samples.jsonl"),
                 wrong_samples[i].wanted);
        assert_null(summary_make(folder, message, sizeof message));
        if (strncmp(message, wanted, strlen(wanted)) != 0)
            fail_msg("'%s' where '%s' was wanted", message, wanted);
        assert_null(strchr(message, '\n'));
    }
}

static void test_wrong_runs(void **state)
{
    static const struct {
        const char *run, *wanted;
    } table[] = {
        {"{\n\"schema\":", "run.json:2: "},
        {"[]", "run.json: its 'schema' is not 1"},
        {"{\"schema\":2}", "run.json: its 'schema' is not 1"},
        {"{\"schema\":1}", "run.json: no 'cases'"},
        {"{\"schema\":1,\"cases\":[7]}", "run.json: case 1: no 'name'"},
        {"{\"schema\":1,\"cases\":[{\"name\":\"c\"}]}",
         "run.json: case 1: no 'tasks'"},
        {"{\"schema\":1,\"cases\":[{\"name\":\"c\",\"tasks\":0}]}",
         "run.json: case 1: no 'tasks'"},
        {"{\"schema\":1,\"cases\":[{\"name\":\"c\",\"tasks\":1}]}",
         "run.json: case 1: no 'baseline'"},
        {"{\"schema\":1,\"cases\":[{\"name\":\"c\",\"tasks\":1,"
         "\"baseline\":\"a\"}]}",
         "run.json: case 1: no 'strategies'"},
        {"{\"schema\":1,\"cases\":[{\"name\":\"c\",\"tasks\":1,"
         "\"baseline\":\"a\",\"strategies\":[{}]}]}",
         "run.json: case 1: a strategy without a 'label'"},
    };

    (void)state;
    assert_null(summary_make(folder, message, sizeof message));
    assert_non_null(strstr(message, "run.json: cannot read"));
    for (size_t i = 0; i < LENGTH(table); i++) {
        write_file("run.json", table[i].run);
        assert_null(summary_make(folder, message, sizeof message));
        if (strstr(message, table[i].wanted) == NULL)
            fail_msg("'%s' where '%s' was wanted", message, table[i].wanted);
    }
}

/* Every cut of the fixture's samples is a run that was killed there: each is
 * summarised, and never has fewer samples than a shorter one. */
static void test_killed_anywhere(void **state)
{
    char *text;
    size_t length, last = 0;

    (void)state;
    take_fixture("run.json");
    text = read_file(FIXTURE "/samples.jsonl");
    length = strlen(text);
    for (size_t cut = 0; cut <= length; cut += 997) {
        struct samples samples;
        json_t *run = json_load_file(in_folder("run.json"), 0, NULL);
        FILE *file = fopen(in_folder("samples.jsonl"), "w");

        assert_non_null(file);
        assert_int_equal(fwrite(text, 1, cut, file), cut);
        assert_int_equal(fclose(file), 0);
        json_decref(make());
        assert_int_equal(samples_read(in_folder("samples.jsonl"),
                                      json_object_get(run, "cases"), &samples,
                                      message, sizeof message),
                         0);
        assert_true(samples.count >= last);
        last = samples.count;
        samples_clear(&samples);
        json_decref(run);
    }
    assert_true(last > 50);
    free(text);
}

#define SUMMARY_TEST(name)                                                     \
    cmocka_unit_test_setup_teardown(name, make_folder, remove_folder)

int main(void)
{
    static const struct CMUnitTest tests[] = {
        SUMMARY_TEST(test_fixture),
        SUMMARY_TEST(test_written_files),
        SUMMARY_TEST(test_csv_quoting),
        SUMMARY_TEST(test_no_folder_to_write_to),
        SUMMARY_TEST(test_made_runs),
        SUMMARY_TEST(test_no_samples_file),
        SUMMARY_TEST(test_complete),
        SUMMARY_TEST(test_digests_that_differ),
        SUMMARY_TEST(test_causes_of_outliers),
        SUMMARY_TEST(test_full_cores_behind_a_long_set_up),
        SUMMARY_TEST(test_unverified),
        SUMMARY_TEST(test_growth_over_tasks),
        SUMMARY_TEST(test_wrong_samples),
        SUMMARY_TEST(test_wrong_runs),
        SUMMARY_TEST(test_killed_anywhere),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
