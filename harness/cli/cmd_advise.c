/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `concur advise`: the load and the time there is for an answer; the rest is
 * advise's. Keys of a case that describe a load are options, as in `concur
 * run`.
 */
#include <string.h>

#include "../advise/advise.h"
#include "../suite/units.h"
#include "../suite/words.h"
#include "command.h"
#include "keys.h"

/* The options, as they are read. Texts are borrowed from argv. */
struct advise_options {
    struct advise_request advise;
    struct key_options keys;
};

static const char *set_budget(void *target, const struct option *option,
                              const char *text)
{
    nsec time = 0;
    const char *wrong = parse_duration(text, &time);

    (void)option;
    if (!wrong && time < ADVISE_BUDGET_MIN)
        wrong = complain("%s is too short: 3s at least", text);
    ((struct advise_options *)target)->advise.budget = time;
    return wrong;
}

static const struct option own_options[] = {
    {.name = "budget",
     .value = "TIME",
     .help = "everything has to be done in it, the report too (3s at least; "
             "default: 60s)",
     .set = set_budget},
    {.name = "precision",
     .value = "PERCENT",
     .help = "end before that once the 95 % intervals of those still in the "
             "race are at most that far to either side, on average (default: "
             "2%)",
     .at = offsetof(struct advise_options, advise.precision),
     .set = option_precision},
    {.name = "strategies",
     .value = "A,B:N",
     .help = "the candidates, the likeliest first; NAME:N sets the width of "
             "one (default: all that can be an answer; pools also at a width "
             "that fits the load)",
     .at = offsetof(struct advise_options, keys),
     .set = key_options_take},
    {.name = "seed",
     .value = "N",
     .help = "of drawn delays and of the order (default: a fresh one)",
     .at = offsetof(struct advise_options, advise.seed),
     .set = option_seed},
    {.name = "out",
     .value = "DIR",
     .help = "the folder of the run (default: results/TIME-advise)",
     .at = offsetof(struct advise_options, advise.out),
     .set = option_folder},
    {.name = "json",
     .help = "the answer as JSON",
     .at = offsetof(struct advise_options, advise.json),
     .set = option_flag},
    {.name = "quiet",
     .help = "no progress",
     .at = offsetof(struct advise_options, advise.quiet),
     .set = option_flag},
};
#define OWN_OPTIONS (sizeof(own_options) / sizeof(own_options[0]))

static const struct option *options(void)
{
    /* Keys that say how to measure, and what only concur run does. */
    static const char *const not_here[] = {
        "strategies", "baseline", "rounds", "calibrate", "limit",
        "article",    "claim",    "note",   "probe",     "creator",
        "first",      "url",      "urls",   NULL};
    static struct option table[OWN_OPTIONS + KEYS_MAX + 1];

    memcpy(table, own_options, sizeof(own_options));
    key_options_append(table, OWN_OPTIONS, not_here,
                       offsetof(struct advise_options, keys));
    return table;
}

static int run(int argc, char **argv)
{
    struct advise_options o = {.advise = {.began = now_ns(),
                                          .budget = ADVISE_BUDGET,
                                          .argc = argc,
                                          .argv = argv}};
    struct arguments arguments = {.target = &o};
    int code;

    if (!command_options(&command_advise, &arguments, argv, &code))
        return code;
    o.advise.keys = o.keys.overrides;
    o.advise.key_count = o.keys.count;
    return advise(&o.advise);
}

const struct command command_advise = {
    .name = "advise",
    .gist = "measure a load here and now, and say which strategy to use",
    .usage = "--tasks 5000 --delay 50ms [--cpu 0.2ms] [OPTION]...\n"
             "--workload sleep --tasks 5000 --delay 50ms [OPTION]...",
    .text = "A task is a fetch from concur's own server, which replies after "
            "--delay, and --cpu of computing; --workload and --steps make it "
            "something else. The candidates are measured in rounds, and who "
            "is behind for certain is dropped. The answer says which to use, "
            "by how much, how sure that is, what it costs and what it cannot "
            "tell; the run is kept, with its report.",
    .options = options,
    .run = run,
};
