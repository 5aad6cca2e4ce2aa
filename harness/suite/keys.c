/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of case keys: what a suite's line or an option may say, with its
 * range and default, and how plain values are read.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../origin/content.h"
#include "claim.h"
#include "draft.h"
#include "units.h"
#include "words.h"

/* Below 20 KiB a fetch overruns its stack; other libraries, longer names and
 * sanitizers take more than the ones at hand. */
#define STACK_MIN_BYTES 65536

#define DAY_NS (86400 * NSEC_PER_SEC)

static const char *out_of_range(const struct case_key *key, const char *text)
{
    char range[80];

    return complain("%s is out of range: %s", text,
                    case_key_range(key, range, sizeof(range)));
}

static const char *set_count(const struct case_key *key, const char *text,
                             uint32_t *out)
{
    return parse_count(text, (uint32_t)key->low, (uint32_t)key->high, out);
}

static const char *set_time(const struct case_key *key, const char *text,
                            nsec *out)
{
    nsec value = 0;
    const char *wrong = parse_duration(text, &value);

    if (wrong)
        return wrong;
    if (value < key->low || value > key->high)
        return out_of_range(key, text);
    *out = value;
    return NULL;
}

static const char *set_bytes(const struct case_key *key, const char *text,
                             uint64_t *out)
{
    uint64_t value = 0;
    const char *wrong = parse_bytes(text, &value);

    if (wrong)
        return wrong;
    if (value < key->low || value > key->high)
        return out_of_range(key, text);
    *out = value;
    return NULL;
}

static const char *set_text(const char *text, char **out)
{
    *out = strdup(text);
    return *out ? NULL : no_memory;
}

static const char *set_tasks(struct draft *d, const struct case_key *key,
                             const char *text)
{
    return set_count(key, text, &d->c.tasks);
}

static const char *set_first(struct draft *d, const struct case_key *key,
                             const char *text)
{
    return set_count(key, text, &d->c.first);
}

/* Every number of it is held against the range: a list's values, and the
 * parameters of a distribution. */
static const char *set_delay(struct draft *d, const struct case_key *key,
                             const char *text)
{
    const char *wrong = parse_durations(text, &d->delay);

    if (wrong)
        return wrong;
    for (uint32_t v = 0; v < d->delay.count; v++)
        if (d->delay.list[v] > key->high)
            return out_of_range(key, text);
    if (d->delay.low > key->high || d->delay.high > key->high)
        return out_of_range(key, text);
    return set_text(text, &d->c.delay);
}

static const char *set_body(struct draft *d, const struct case_key *key,
                            const char *text)
{
    return set_bytes(key, text, &d->c.body_bytes);
}

static const char *set_reuse(struct draft *d, const struct case_key *key,
                             const char *text)
{
    (void)key;
    return parse_bool(text, &d->c.reuse);
}

static const char *set_width(struct draft *d, const struct case_key *key,
                             const char *text)
{
    return set_count(key, text, &d->c.width);
}

static const char *set_rate(struct draft *d, const struct case_key *key,
                            const char *text)
{
    (void)key;
    return parse_rate(text, &d->c.rate);
}

static const char *set_stack(struct draft *d, const struct case_key *key,
                             const char *text)
{
    uint64_t bytes = 0;
    const char *wrong = set_bytes(key, text, &bytes);

    d->c.stack_bytes = (size_t)bytes;
    return wrong;
}

static const char *set_timeout(struct draft *d, const struct case_key *key,
                               const char *text)
{
    return set_time(key, text, &d->c.timeout);
}

static const char *set_rounds(struct draft *d, const struct case_key *key,
                              const char *text)
{
    const char *wrong = NULL;

    if (strcmp(text, "auto") == 0) {
        d->c.rounds_least = ROUNDS_AUTO_LEAST;
        d->c.rounds = ROUNDS_AUTO_MOST;
        return NULL;
    }
    if (isalpha((unsigned char)text[0]))
        return complain("'%s' is neither a whole number nor auto", text);
    wrong = set_count(key, text, &d->c.rounds);
    d->c.rounds_least = d->c.rounds;
    return wrong;
}

static const char *set_calibrate(struct draft *d, const struct case_key *key,
                                 const char *text)
{
    (void)key;
    return parse_bool(text, &d->c.calibrate);
}

static const char *set_limit(struct draft *d, const struct case_key *key,
                             const char *text)
{
    return set_time(key, text, &d->c.limit);
}

static const char *set_probe(struct draft *d, const struct case_key *key,
                             const char *text)
{
    return set_time(key, text, &d->c.probe);
}

static const char *set_article(struct draft *d, const struct case_key *key,
                               const char *text)
{
    (void)key;
    return set_text(text, &d->c.article);
}

static const char *set_claim(struct draft *d, const struct case_key *key,
                             const char *text)
{
    const char *wrong = claim_check(text);

    (void)key;
    return wrong ? wrong : set_text(text, &d->c.claim);
}

static const char *set_note(struct draft *d, const struct case_key *key,
                            const char *text)
{
    (void)key;
    return set_text(text, &d->c.note);
}

const struct case_key case_keys[] = {
    {.name = "workload",
     .value = "NAME",
     .sweeps = true,
     .help = "what each task does",
     .unit = RANGE_WORKLOADS},
    {.name = "steps",
     .value = "STEPS",
     .help = "a workload of one's own, as in "
             "'fetch /json/{i}; sleep 10ms; barrier; sleep 5ms'; "
             "also read, write, parse, cpu, add, print, recv; "
             "spawn and join in a creator"},
    {.name = "creator",
     .value = "STEPS",
     .help = "the steps of one more task, which alone is started and has the "
             "others begin: 'spawn 0; sleep 1s; join 0'"},
    {.name = "tasks",
     .value = "N",
     .sweeps = true,
     .help = "number of tasks",
     .standard = "as many as urls, {A..B} or a "
                 "list of delays name",
     .unit = RANGE_COUNT,
     .low = 1,
     .high = 10000000,
     .set = set_tasks},
    {.name = "first",
     .value = "N",
     .sweeps = true,
     .help = "number of the first task",
     .standard = "0",
     .unit = RANGE_COUNT,
     .low = 0,
     .high = 4000000000,
     .set = set_first},
    {.name = "delay",
     .value = "TIME",
     .sweeps = true,
     .help = "how long a sleep lasts and the origin waits: 40ms, a list, "
             "'uniform A B', 'exp M' or 'lognormal MEDIAN SIGMA'",
     .unit = RANGE_TIME,
     .low = 0,
     .high = CONTENT_DELAY_MAX_NS,
     .set = set_delay},
    {.name = "body",
     .value = "SIZE",
     .sweeps = true,
     .help = "size of each reply of the own origin",
     .standard = "a short JSON object",
     .unit = RANGE_BYTES,
     .low = 1,
     .high = CONTENT_BODY_MAX,
     .set = set_body},
    {.name = "cpu",
     .value = "TIME",
     .sweeps = true,
     .help = "how long a cpu step computes",
     .standard = "what the step says"},
    {.name = "url",
     .value = "URL",
     .help = "what is fetched: a path of the own origin or a real URL; "
             "{i}, {A..B} and {delay} are filled in",
     .standard = "/json/{i}"},
    {.name = "urls",
     .value = "FILE",
     .help = "real URLs, one a line; the tasks are its lines"},
    {.name = "reuse",
     .value = "yes|no",
     .sweeps = true,
     .help = "whether connections serve several requests",
     .standard = "yes",
     .set = set_reuse},
    {.name = "width",
     .value = "N",
     .sweeps = true,
     .help = "the most tasks in flight, for every strategy",
     .standard = "each strategy's own",
     .unit = RANGE_COUNT,
     .low = 1,
     .high = 1000000,
     .set = set_width},
    {.name = "rate",
     .value = "RATE",
     .sweeps = true,
     .help = "an open load: tasks come at 500/s, or at random as in "
             "'poisson 500/s', however many are in flight",
     .standard = "none: all tasks are there at once",
     .set = set_rate},
    {.name = "stack",
     .value = "SIZE",
     .sweeps = true,
     .help = "stack of each thread that a strategy starts for its tasks",
     .standard = "the system's",
     .unit = RANGE_BYTES,
     .low = STACK_MIN_BYTES,
     .high = 1ull << 30,
     .set = set_stack},
    {.name = "timeout",
     .value = "TIME",
     .sweeps = true,
     .help = "of each fetch; 0s for none",
     .standard = "none, 30s for real URLs",
     .unit = RANGE_TIME,
     .low = 0,
     .high = DAY_NS,
     .set = set_timeout},
    {.name = "strategies",
     .value = "A,B:N",
     .refines = true,
     .help = "who does the work; NAME:N sets the width of one",
     .standard = "all"},
    {.name = "peers",
     .value = "A,B:N",
     .refines = true,
     .help = "external strategies beside them (see concur list); NAME:N as "
             "above, 'none' for none",
     .standard = "none"},
    {.name = "baseline",
     .value = "LABEL",
     .help = "the strategy that the others are compared with",
     .standard = "sequential, else the first"},
    {.name = "rounds",
     .value = "N|auto",
     .refines = true,
     .help = "measured samples of each strategy; auto: 6 to 100, until "
             "speed-ups are precise or the budget is used up",
     .standard = "10",
     .unit = RANGE_COUNT,
     .low = 1,
     .high = 10000,
     .set = set_rounds},
    {.name = "calibrate",
     .value = "yes|no",
     .implied = "yes",
     .refines = true,
     .help = "in the same rounds one strategy again, and with 1 %, 2 % and "
             "5 % of work added: what this machine can tell apart today",
     .standard = "no",
     .set = set_calibrate},
    {.name = "limit",
     .value = "TIME",
     .refines = true,
     .help = "a strategy that would take longer is left out",
     .standard = "60s",
     .unit = RANGE_TIME,
     .low = NSEC_PER_MSEC,
     .high = DAY_NS,
     .set = set_limit},
    {.name = "probe",
     .value = "TIME",
     .help = "read memory of all processes of a sample this often; the "
             "reading from the middle of the batch is kept",
     .standard = "never",
     .unit = RANGE_TIME,
     .low = NSEC_PER_MSEC,
     .high = 10 * NSEC_PER_SEC,
     .set = set_probe},
    {.name = "article",
     .value = "TEXT",
     .help = "what an article says of the case, for the report",
     .set = set_article},
    {.name = "claim",
     .value = "STATEMENTS",
     .help = "the same as statements that the report tests: "
             "'wall libev_loop = 3s; inflight libev_loop = 5'",
     .set = set_claim},
    {.name = "note",
     .value = "TEXT",
     .help = "a remark for the report",
     .set = set_note},
    {.name = NULL},
};

const struct case_key *case_key_find(const char *name)
{
    for (const struct case_key *key = case_keys; key->name; key++)
        if (strcmp(key->name, name) == 0)
            return key;
    return NULL;
}

char *case_key_range(const struct case_key *key, char *buf, size_t size)
{
    char low[32] = "", high[32] = "";

    buf[0] = '\0';
    switch (key->unit) {
    case RANGE_NONE:
        return buf;
    case RANGE_WORKLOADS:
        return workload_names(buf, size);
    case RANGE_COUNT:
        format_whole(low, sizeof(low), key->low);
        format_whole(high, sizeof(high), key->high);
        break;
    case RANGE_TIME:
        duration_text(low, sizeof(low), key->low);
        duration_text(high, sizeof(high), key->high);
        break;
    case RANGE_BYTES:
        bytes_text(low, sizeof(low), key->low);
        bytes_text(high, sizeof(high), key->high);
        break;
    }
    snprintf(buf, size, "%s to %s", low, high);
    return buf;
}
