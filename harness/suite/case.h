/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A case: a workload with its parameters, one section of a suite file after
 * its sweeps are expanded. Plain data; times in nanoseconds, sizes in bytes.
 */
#ifndef CONCUR_CASE_H
#define CONCUR_CASE_H

#include "../../impls/list.h"
#include "../peers/peers.h"

/* A strategy or a peer as a case names it: one of the two is NULL. */
struct entry {
    char *label; /* as given: `thread_pool:100` */
    const struct strategy *strategy;
    struct peer *peer; /* borrowed from the suite */
    uint32_t width;    /* asked for by `:N`; 0 if not */
    bool calibrates; /* it does what entry `of` does, under another label … */
    size_t of;       /* (an index into the case's entries) */
    double added;    /* … with work added that takes this share of its time */
};

/* Shares of a calibrated case, the pair without any first; more than that is
 * not looked for. */
#define CALIBRATION_SHARES 4
extern const double calibration_shares[CALIBRATION_SHARES];

/* What both have. */
const char *entry_name(const struct entry *entry);
const char *entry_gist(const struct entry *entry);
enum width_rule entry_rule(const struct entry *entry);
unsigned entry_kinds(const struct entry *entry); /* STEP_BIT of each */
nsec entry_tick(const struct entry *entry);      /* 0: none is known */

/* Why it cannot do those of `kinds` that it does not do: what its gap says of
 * them alone. Into `text`, which is returned. */
char *entry_gap(const struct entry *entry, unsigned kinds, char *text,
                size_t size);

/* As strategy_width. */
uint32_t entry_width(const struct entry *entry, uint32_t cap, uint32_t tasks,
                     uint32_t cores);

/* Where a case has a sweep: one of its axes and the value taken. */
struct axis {
    char *key;   /* `tasks` */
    char *value; /* `100`, as written */
};

struct bench_case {
    char *name;     /* `fetch/tasks=100`: section and swept values */
    char *section;  /* `fetch` */
    char *workload; /* `fetch`; `steps` where the case spells them out */
    char *where;    /* `quick.ini:12`, for messages; "command line" */
    struct axis *axes;
    size_t axis_count;

    uint32_t tasks, first;
    uint32_t width; /* cap for every strategy; 0: none */

    struct step *steps; /* `url`: a path, with `delay` and `body` put into
                         * its query, means the own origin */
    size_t step_count;
    size_t *phase_ends; /* a phase's last step + 1, in order */
    size_t phase_count; /* at least 1, at most PHASES_MAX */
    size_t creator; /* index of the creator's first step, which lie behind those
                     * of the phases; step_count where there is no creator */
    char *delay;    /* the key's text: `uniform 10ms 50ms`; or NULL */
    char **urls;    /* lines of the `urls` file, which steps borrow */
    uint32_t url_count;

    struct rate rate;    /* of an open load; per_second 0: a closed one */
    uint64_t body_bytes; /* of each reply of the own origin; 0: its default */
    bool reuse;
    size_t stack_bytes;
    nsec timeout;    /* of each fetch; 0: none */
    nsec probe;      /* the sample's processes are read this often; 0: never */
    nsec limit;      /* an ideal beyond it makes a strategy absent */
    uint32_t rounds; /* measured ones, at most … */
    uint32_t rounds_least; /* … and at least: less where `rounds = auto` */
    bool calibrate;        /* entries that calibrate follow the others */

    struct entry *entries;
    size_t entry_count;
    size_t baseline; /* index into entries */

    char *article; /* what an article says of it, or NULL */
    char *claim;   /* the same as statements (claim.h), or NULL */
    char *note;    /* or NULL */

    struct case_wait *waits; /* case_ideal's cache, one a phase; or NULL */
};

/* What the tasks of one phase wait, as drawn from `seed` (0: not computed). */
struct case_wait {
    uint64_t seed;
    nsec total;   /* of all tasks together */
    nsec longest; /* of one task */
};

/* A task's record counts phases in half a byte's range. */
#define PHASES_MAX 100

/* A case with `rounds = auto` has so many: what an interval takes, and what a
 * case that never gets precise may cost. */
#define ROUNDS_AUTO_LEAST 6
#define ROUNDS_AUTO_MOST  100

/* Whether its number of rounds is found while it is measured. */
bool case_is_auto(const struct bench_case *c);

/* STEP_BIT of each kind of step in it. */
unsigned case_kinds(const struct bench_case *c);

/* True if any fetch goes to the own origin / to a real URL. */
bool case_uses_origin(const struct bench_case *c);
bool case_uses_real_urls(const struct bench_case *c);

/* Whether one request, sent again and again, is the work of all tasks: each is
 * a single fetch from the own origin that waits as long as any other, a second
 * at most, and all are there from the start. URLs may differ. */
bool case_repeats(const struct bench_case *c);

/* The least time in which a strategy of that width (0: unlimited) can do the
 * batch: in each phase the longest task, or the total wait divided by the
 * width, whichever is more; phases add up. Real URLs' waits are unknown and
 * count as 0. Computed once a seed and then kept in the case: not safe from
 * two threads at once. */
nsec case_ideal(const struct bench_case *c, uint64_t seed, uint32_t width);

/* The CPU time that the cpu steps of all tasks take; a creator's are not among
 * them. */
nsec case_computing(const struct bench_case *c, uint64_t seed);

/* Due times of the case's tasks; NULL without memory, or where the load is
 * closed. The caller frees it. */
nsec *case_due(const struct bench_case *c, uint64_t seed);

/* A batch of the case's tasks for step_delay and step_url; it borrows from the
 * case, has no records, and cannot be run. */
struct batch case_batch(const struct bench_case *c, uint64_t seed);

/* Step `s` as a suite would have it: `fetch /json/{i}`, `sleep 10ms`. Into
 * `buf`, which is returned. */
char *case_step_text(const struct bench_case *c, size_t s, char *buf,
                     size_t size);

/* Frees what the case owns, not the struct itself. */
void case_clear(struct bench_case *c);

#endif
