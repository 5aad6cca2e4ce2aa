/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Between a suite's text and its cases: what was written and where, and a case
 * while it is put together. Private to harness/suite/.
 */
#ifndef CONCUR_DRAFT_H
#define CONCUR_DRAFT_H

#include "suite.h"

/* One key, as a line of a suite or an option gives it. */
struct setting {
    const struct case_key *key;
    char *text;
    char *where; /* `quick.ini:12`, or `--tasks` */
    bool option; /* from the command line */
    bool used;   /* some case could make use of it */
};

#define COMMAND_LINE "command line"

struct section {
    char *name;
    char *where; /* `quick.ini:10`, or COMMAND_LINE */
    struct setting *settings;
    size_t count;
    bool matched; /* a refinement: some case is such */
};

/* A suite file as read. */
struct source {
    char *text;
    char *note;       /* NULL if there is none */
    nsec budget;      /* as in struct suite … */
    unsigned budgets; /* … and its line; 0: there is none */
    struct section *sections;
    size_t count;
};

/* Where an error is reported to: the first one is kept. */
struct report {
    char *error;
    size_t size;
};

/* Writes the one line into the report and returns false. */
bool fail(const struct report *report, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Reads the file at `path`, which messages call `shown`, or takes `text` for
 * it where that is not NULL. False if it fails; source_clear is due in either
 * case. */
bool source_read(const char *path, const char *shown, const char *text,
                 struct source *out, const struct report *report);
void source_clear(struct source *source);

/* Adds a section, or a setting to a section; NULL if there is no memory.
 * `where` is copied. */
struct section *section_add(struct section **sections, size_t *count,
                            const char *name, const char *where);
struct setting *setting_add(struct section *section, const struct case_key *key,
                            const char *text, const char *where);
void section_clear(struct section *section);

/* More than there are keys. */
#define KEYS_MAX 32

/* A case while it is put together: one value for each key. */
struct draft {
    struct bench_case c;
    struct setting *settings[KEYS_MAX]; /* as case_keys; NULL: not given */
    const char *values[KEYS_MAX];       /* the text that counts, likewise */
    const char *where;                  /* of the section */
    const char *folder;    /* where `urls` files are, with '/' at its end */
    struct duration delay; /* the key's; owned */
    bool delay_used, body_used, url_used, urls_used, cpu_used;
    uint64_t url_range;  /* the longest {A..B} of its URLs; 0: none */
    uint32_t list_count; /* of the longest list of durations */
    struct peers *peers; /* the suite's */
    struct suite *suite; /* for its files */
    const struct report *report;
};

/* The text of a key, or NULL where it was not given. */
const char *draft_text(const struct draft *d, const char *key);

/* Reports that `key` (NULL: the case as a whole) is wrong; returns false. */
bool draft_fail(const struct draft *d, const char *key, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* Puts the case together from the draft's settings and values and checks it.
 * False: reported. The draft's case is to be cleared in either case. */
bool draft_build(struct draft *d);

/* Reads `text`, which `key` gives (NULL: nobody), as steps into the draft's
 * case. False: reported. */
bool steps_build(struct draft *d, const char *key, const char *text);

/* The same for the key `creator`, behind all others; and, once the number of
 * tasks is known, whether spawn and join name tasks that are there. */
bool creator_build(struct draft *d);
bool creator_check(struct draft *d);

/* That each task writes a file of its own, likewise; that what it reads by an
 * absolute name is there. */
bool files_check(struct draft *d);

/* Reads the keys `strategies`, `peers` and `baseline`. False: reported. */
bool entries_build(struct draft *d);

/* Reads the file of key `urls` into the case, and keeps it with the suite.
 * False: reported. */
bool urls_build(struct draft *d, const char *file);

/* Adds a copy of the file to the suite's. False: no memory. */
bool suite_keep(struct suite *suite, const struct suite_file *file);

/* ---- URLs (url.c): NULL, or what is wrong ---- */

bool url_is_own(const char *url);

/* Fields in braces. *range grows to the longest {A..B}. */
const char *url_check_fields(const char *url, bool has_delay, uint64_t *range);

/* Fields in braces of another text than a URL. */
const char *url_check_text(const char *text, uint64_t *range);

/* That it can be fetched at all: http or https, a host, no blanks. */
const char *url_check_real(const char *url);

/* Renders every fetch for the first and the last task: that it fits, and that
 * the origin serves it. */
const char *url_check_rendered(const struct bench_case *c);

/* The template of a fetch from the own origin: `url` (NULL: the default) with
 * body and delay in its query. NULL if there is no memory. */
char *url_own(const char *url, uint64_t body, bool has_delay);

/* Why a key that fits only some steps fits none of this case's. */
const char *unused_reason(const char *key);

/* ---- suites (find.c) and overrides (override.c) ---- */

/* Finds the file of suite `word`, a name or a path: suite->path and ->name.
 * *shown is what messages call it, a part of path. `known`: its text is there,
 * the file need not be. */
bool suite_find(struct suite *suite, const char *word, bool known,
                const char **shown, const struct report *report);

/* The one section of a case that only the command line knows, named by its
 * workload. */
bool override_section_make(struct source *source,
                           const struct suite_request *request,
                           const struct report *report);

/* True if `word`, of --cases, selects what is called `name`: fetch/tasks=10 by
 * `fetch` as well. */
bool case_covers(const char *word, const char *name);

/* Lays the request's overrides over every section that it selects a case
 * of. */
bool override_all(struct source *source, const struct suite_request *request,
                  const struct report *report);

/* That each override had an effect in some case, once all are built: one that
 * had none is a mistake. */
bool override_check(const struct source *source,
                    const struct suite_request *request,
                    const struct report *report);

/* ---- claims (claims.c) ---- */

/* That each claim speaks of cases, strategies and peers that there are, once
 * all cases are built. Where an option chooses the strategies, peers or work
 * of a case, its claims may speak of others. */
bool claims_check(const struct suite *suite, const struct source *source,
                  const struct report *report);

/* ---- sweeps (sweep.c) ---- */

/* Builds every case of a section of the source and appends them to the suite.
 */
bool section_expand(struct suite *suite, struct source *source,
                    struct section *section, const char *folder,
                    const struct report *report);

/* ---- refinements (refine.c) ---- */

/* `/tasks=10000` of a section that refines another one's cases, else NULL. */
const char *section_axes(const struct section *section);

/* That each refines a section there is, by keys that may differ in it: before
 * any case is built. That each has met a case: afterwards. */
bool refine_begin(struct source *source, const struct report *report);
bool refine_end(struct source *source, const struct report *report);

/* Lays the settings of all that the draft's case, which has its name, is such
 * over those it has; a later one counts more. */
void refine_draft(struct draft *d, struct source *source);

#endif
