/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `concur run`: which cases, and how; the rest is run_suite's. Every key of a
 * case is an option too.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../run/run.h"
#include "../suite/units.h"
#include "../suite/words.h"
#include "command.h"
#include "keys.h"

#define PEERS_MAX 16

/* The options, as they are read. Texts are borrowed from argv. */
struct run_options {
    struct suite_request suite;
    struct run_request run;
    struct key_options keys;
    char **cases; /* of --cases; owned */
    const char *peers[PEERS_MAX];
    const char *resume; /* the folder of a run to go on with */
};

static const char *set_cases(void *target, const struct option *option,
                             const char *text)
{
    struct run_options *o = target;
    size_t count;

    (void)option;
    o->cases = words_split(text, ',', &count);
    if (!o->cases)
        return no_memory;
    for (size_t c = 0; c < count; c++)
        if (!*o->cases[c])
            return "a case is missing beside a ','";
    o->suite.only = (const char *const *)o->cases;
    return NULL;
}

static const char *set_resume(void *target, const struct option *option,
                              const char *text)
{
    (void)option;
    ((struct run_options *)target)->resume = text;
    return *text ? NULL : "needs the folder of a run";
}

static const char *set_budget(void *target, const struct option *option,
                              const char *text)
{
    nsec time = 0;
    const char *wrong = parse_duration(text, &time);

    (void)option;
    if (!wrong && !time)
        wrong = "is no time at all";
    ((struct run_options *)target)->run.budget = time;
    return wrong;
}

static const char *set_peer(void *target, const struct option *option,
                            const char *text)
{
    struct run_options *o = target;

    (void)option;
    if (o->suite.peer_count == PEERS_MAX)
        return "there are too many of them";
    o->peers[o->suite.peer_count++] = text;
    o->suite.peers = o->peers;
    return NULL;
}

static const struct option own_options[] = {
    {.name = "suite",
     .value = "NAME|FILE",
     .help = "the cases: a suite of concur's (see concur list) or a file "
             "(default: full)",
     .at = offsetof(struct run_options, suite.suite),
     .set = option_suite},
    {.name = "cases",
     .value = "A,B",
     .help = "only these; a section's name takes all of its sweep",
     .set = set_cases},
    {.name = "seed",
     .value = "N",
     .help = "of drawn delays and of the order (default: a fresh one, which "
             "is printed)",
     .at = offsetof(struct run_options, run.seed),
     .set = option_seed},
    {.name = "out",
     .value = "DIR",
     .help = "the run's own folder (default: results/TIME-SUITE)",
     .at = offsetof(struct run_options, run.out),
     .set = option_folder},
    {.name = "precision",
     .value = "PERCENT",
     .help = "with rounds = auto: go on until the 95 % interval of every "
             "speed-up is at most that far to either side of it, on average "
             "(default: 2%)",
     .at = offsetof(struct run_options, run.precision),
     .set = option_precision},
    {.name = "budget",
     .value = "TIME",
     .help = "with rounds = auto: the time in which that has to be reached, "
             "of the whole run (default: the suite's, or 9m)",
     .set = set_budget},
    {.name = "pin",
     .help = "the origin on one core, strategies and peers on the others",
     .at = offsetof(struct run_options, run.pin),
     .set = option_flag},
    {.name = "may-idle",
     .help = "processors may fall asleep; otherwise they are kept awake while "
             "the run measures, where /dev/cpu_dma_latency may be opened",
     .at = offsetof(struct run_options, run.may_idle),
     .set = option_flag},
    {.name = "peer",
     .value = "NAME[:N]=COMMAND",
     .help = "an external strategy of your own, for every case; may be given "
             "again (see docs/peers.md)",
     .repeats = true,
     .set = set_peer},
    {.name = "resume",
     .value = "DIR",
     .help = "go on with the run in DIR from where it stopped; takes no other "
             "option but --quiet",
     .set = set_resume},
    {.name = "quiet",
     .help = "no progress and no table",
     .at = offsetof(struct run_options, run.quiet),
     .set = option_flag},
};
#define OWN_OPTIONS (sizeof(own_options) / sizeof(own_options[0]))

/* The table of this command: its own options, then the keys. */
static const struct option *options(void)
{
    static struct option table[OWN_OPTIONS + KEYS_MAX + 1];

    memcpy(table, own_options, sizeof(own_options));
    key_options_append(table, OWN_OPTIONS, NULL,
                       offsetof(struct run_options, keys));
    return table;
}

static int run_cases(struct run_options *o)
{
    char error[2048];
    struct suite *suite;
    int code = 2;

    o->suite.overrides = o->keys.overrides;
    o->suite.override_count = o->keys.count;
    o->run.urls = o->keys.urls;
    o->run.asked = &o->suite;
    if (!o->suite.suite && !o->keys.own_case)
        o->suite.suite = "full";
    suite = suite_read(&o->suite, error, sizeof(error));
    if (suite) {
        o->run.suite = suite;
        code = run_suite(&o->run);
    } else {
        fprintf(stderr, "concur run: %s\n", error);
    }
    suite_free(suite);
    return code;
}

/* The run in the folder says what it was asked for. */
static int resume_run(const struct run_options *o)
{
    bool other = o->suite.suite || o->cases || o->run.seed || o->run.out ||
                 o->run.precision > 0 || o->run.budget || o->run.pin ||
                 o->run.may_idle || o->suite.peer_count || o->keys.count;

    if (!other)
        return run_resume(o->resume, o->run.quiet);
    fprintf(stderr,
            "concur run: --resume takes no other option but --quiet: "
            "the run in %s knows what it was asked for\n",
            o->resume);
    return 2;
}

static int run(int argc, char **argv)
{
    struct run_options o = {.run = {.argc = argc, .argv = argv}};
    struct arguments arguments = {.target = &o};
    int code;

    if (command_options(&command_run, &arguments, argv, &code))
        code = o.resume ? resume_run(&o) : run_cases(&o);
    free(o.cases);
    return code;
}

const struct command command_run = {
    .name = "run",
    .gist = "measure the strategies and write a report",
    .usage = "[--suite NAME|FILE] [--cases A,B] [OPTION]...\n"
             "--workload fetch --tasks 100 --delay 40ms [OPTION]...\n"
             "--urls FILE [OPTION]...\n"
             "--resume DIR [--quiet]",
    .text = "The cases come from a suite, or one case from the command line "
            "(--workload, --steps, --url or --urls without --suite; it is "
            "called as its workload). Beside a suite, an option that is a "
            "key of a case replaces what the suite says of it in every "
            "case. 'A | B' sweeps, as in --tasks '10 | 100'. Times and sizes "
            "have units: 40ms, 1.5s, 64KiB.",
    .options = options,
    .run = run,
};
