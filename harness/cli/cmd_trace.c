/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `concur trace`: one case and one strategy, found by the suite parser as for
 * `concur run`; the rest is trace_case's.
 */
#include <stdio.h>
#include <string.h>

#include "../suite/units.h"
#include "../suite/words.h"
#include "../trace/trace.h"
#include "command.h"
#include "keys.h"

#define DEFAULT_SUITE    "seeds"
#define DEFAULT_STRATEGY "libev_loop"
#define LABEL_BYTES      96
#define DEFAULT_SLOW     (100 * NSEC_PER_MSEC)

/* The options, as they are read. Texts are borrowed from argv. */
struct trace_options {
    const char *suite, *strategy;
    bool slow; /* --slow-callback was given */
    struct trace_request trace;
    struct key_options keys;
};

static const char *set_strategy(void *target, const struct option *option,
                                const char *text)
{
    (void)option;
    ((struct trace_options *)target)->strategy = text;
    return strchr(text, ',') ? "takes one strategy" : NULL;
}

static const char *set_slow(void *target, const struct option *option,
                            const char *text)
{
    struct trace_options *o = target;

    (void)option;
    o->slow = true;
    return parse_duration(text, &o->trace.slow);
}

static const char *set_break(void *target, const struct option *option,
                             const char *text)
{
    struct trace_request *trace = &((struct trace_options *)target)->trace;

    (void)option;
    trace->breaks = true;
    return parse_count(text, 0, UINT32_MAX, &trace->break_at);
}

static const struct option own_options[] = {
    {.name = "suite",
     .value = "NAME|FILE",
     .help = "where the case is: a suite of concur's (see concur list) or a "
             "file (default: " DEFAULT_SUITE ")",
     .at = offsetof(struct trace_options, suite),
     .set = option_suite},
    {.name = "strategy",
     .value = "NAME[:N]",
     .help = "who does the work (default: " DEFAULT_STRATEGY "; the last that "
             "the case lists, where that is not among them)",
     .set = set_strategy},
    {.name = "seed",
     .value = "N",
     .help = "of drawn delays (default: 1)",
     .at = offsetof(struct trace_options, trace.seed),
     .set = option_seed},
    {.name = "debug",
     .help = "on stderr: the loop's backend, address look-ups, callbacks that "
             "held the loop, tasks that were never started",
     .at = offsetof(struct trace_options, trace.debug),
     .set = option_flag},
    {.name = "slow-callback",
     .value = "TIME",
     .help = "--debug tells of a loop held for longer (default: 100ms)",
     .set = set_slow},
    {.name = "forever",
     .help = "when all is done, go on until Ctrl-C, as a loop that runs for "
             "ever",
     .at = offsetof(struct trace_options, trace.forever),
     .set = option_flag},
    {.name = "break",
     .value = "N",
     .help = "stop in the debugger when task N has finished",
     .set = set_break},
};
#define OWN_OPTIONS (sizeof(own_options) / sizeof(own_options[0]))

static const struct option *options(void)
{
    /* Keys that mean something only where several samples are compared. */
    static const char *const not_here[] = {
        "strategies", "peers", "baseline", "rounds", "calibrate", "limit",
        "article",    "claim", "note",     "probe",  NULL};
    static struct option table[OWN_OPTIONS + KEYS_MAX + 1];

    memcpy(table, own_options, sizeof(own_options));
    key_options_append(table, OWN_OPTIONS, not_here,
                       offsetof(struct trace_options, keys));
    return table;
}

static int refuse(const char *message)
{
    fprintf(stderr, "concur trace: %s\n", message);
    return 2;
}

/* "full, quick": names of the suites that there are. */
static const char *suites_text(void)
{
    char **names = suite_names();
    const char *text = "";

    for (size_t n = 0; names && names[n]; n++)
        text = complain("%s%s%s", text, n ? ", " : "", names[n]);
    words_free(names);
    return text;
}

static bool is_suite(const char *name)
{
    char **names = suite_names();
    bool found = false;

    for (size_t n = 0; names && names[n] && !found; n++)
        found = strcmp(names[n], name) == 0;
    words_free(names);
    return found;
}

/* The suite parser calls the options by the names that they have in `concur
 * run`. */
static int refuse_suite(const char *error)
{
    static const char of_case[] = "--cases: ", of_strategy[] = "--strategies: ";

    if (strncmp(error, of_case, strlen(of_case)) == 0)
        return refuse(error + strlen(of_case));
    if (strncmp(error, of_strategy, strlen(of_strategy)) == 0)
        return refuse(complain("--strategy: %s", error + strlen(of_strategy)));
    return refuse(error);
}

/* The strategy that the case is about: the default where it names that one or
 * names none, else the last that it lists. In `label`. */
static const char *strategy_of(const struct suite_request *asked,
                               char label[LABEL_BYTES])
{
    struct suite_request request = {.suite = asked->suite, .only = asked->only};
    char error[2048];
    struct suite *suite = suite_read(&request, error, sizeof(error));
    const struct bench_case *c = suite ? &suite->cases[0] : NULL;

    snprintf(label, LABEL_BYTES, DEFAULT_STRATEGY);
    for (size_t e = 0; c && e < c->entry_count; e++) {
        const struct entry *entry = &c->entries[e];

        if (!entry->strategy)
            continue;
        snprintf(label, LABEL_BYTES, "%s", entry->label);
        if (strcmp(entry->strategy->name, DEFAULT_STRATEGY) == 0)
            break;
    }
    suite_free(suite); /* what is wrong with it is told when it is read again */
    return label;
}

static int trace_suite(struct trace_options *o, const char *word)
{
    const char *const only[] = {word, NULL};
    struct suite_request request = {.suite = o->suite,
                                    .only = word ? only : NULL,
                                    .overrides = o->keys.overrides};
    char error[2048], label[LABEL_BYTES];
    int code;

    if (!o->strategy)
        o->strategy = word ? strategy_of(&request, label) : DEFAULT_STRATEGY;
    o->keys.overrides[o->keys.count++] =
        (struct override){"strategies", o->strategy};
    request.override_count = o->keys.count;
    o->trace.suite = suite_read(&request, error, sizeof(error));
    if (!o->trace.suite)
        return refuse_suite(error);
    if (o->trace.suite->case_count == 1)
        code = trace_case(&o->trace);
    else
        code = refuse(complain("takes one case: these are %s and %zu more",
                               o->trace.suite->cases[0].name,
                               o->trace.suite->case_count - 1));
    suite_free(o->trace.suite);
    return code;
}

/* Either CASE, of a suite, or keys that make one. */
static int trace_word(struct trace_options *o, const char *word)
{
    if (o->slow && !o->trace.debug)
        return refuse("--slow-callback: says nothing without --debug");
    if (!word && (o->suite || !o->keys.own_case))
        return refuse("needs the name of a case, or --workload");
    if (word && !o->suite) {
        if (!is_suite(DEFAULT_SUITE))
            return refuse(complain("say where the case is: --suite NAME; "
                                   "suites are: %s",
                                   suites_text()));
        o->suite = DEFAULT_SUITE;
    }
    return trace_suite(o, word);
}

static int run(int argc, char **argv)
{
    struct trace_options o = {.trace = {.seed = 1, .slow = DEFAULT_SLOW}};
    struct arguments arguments = {.target = &o, .most = 1};
    int code;

    (void)argc;
    if (command_options(&command_trace, &arguments, argv, &code))
        code = trace_word(&o, arguments.count ? arguments.words[0] : NULL);
    return code;
}

const struct command command_trace = {
    .name = "trace",
    .gist = "show one batch of one strategy, its events as they happen",
    .usage = "[--suite NAME] CASE [--strategy NAME[:N]] [OPTION]...\n"
             "--workload sleep --tasks 3 --delay 3s,2s,1s [OPTION]...",
    .text = "One line an event: seconds since the start, 'started N' or "
            "'finished N' and the task's value. At the end the results in the "
            "order given and in the order finished, and the time it took. "
            "Ctrl-C ends it and tells what had finished "
            "by then. Nothing is measured: for that there is concur run.",
    .options = options,
    .run = run,
};
