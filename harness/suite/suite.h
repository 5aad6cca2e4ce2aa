/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Suites: INI files whose sections are cases. Reading one expands its sweeps,
 * applies the command line's overrides and refuses what cannot be, naming
 * file and line. Nothing here looks at the machine or writes anything.
 *
 * Names: `[fetch]` with `tasks = 10 | 100` makes `fetch/tasks=10` and
 * `fetch/tasks=100`; each further sweep adds `/key=value`, in the order of the
 * file, the last one varying fastest. No name holds a comma: a list's commas
 * become `+`.
 */
#ifndef CONCUR_SUITE_H
#define CONCUR_SUITE_H

#include "case.h"

/* A file that a suite names: where it was read from, and what was in it. */
struct suite_file {
    char *path;
    char *text;
    size_t size; /* of the text; a NUL follows it */
};

struct suite {
    char *name;  /* file's stem; "cases" for one from the command line */
    char *path;  /* NULL for one from the command line */
    char *text;  /* the file as read; NULL likewise */
    char *note;  /* what the suite is for: the file's leading `#` comment */
    nsec budget; /* of a run that is told no other; 0: none of its own */
    struct bench_case *cases;
    size_t case_count;
    struct peers peers;       /* that its cases may name */
    struct suite_file *files; /* its files of URLs */
    size_t file_count;
};

struct draft;

enum range_unit {
    RANGE_NONE,
    RANGE_WORKLOADS, /* names and no range: those of the workloads */
    RANGE_COUNT,
    RANGE_TIME,
    RANGE_BYTES,
};

/* A key of a case: of a suite file's line or of the command line. The table of
 * keys is read by the suite parser, by the option parser and by --help. */
struct case_key {
    const char *name;     /* `tasks`; as an option `--tasks` */
    const char *value;    /* what it takes, for --help: `N`, `TIME` */
    const char *implied;  /* an option's value where none is given, or NULL */
    const char *help;     /* one line */
    const char *standard; /* the default in words, or NULL */
    bool sweeps;          /* may be swept with `|` */
    bool refines;         /* may differ within a section: `[fetch/tasks=10]` */
    enum range_unit unit;
    uint64_t low, high; /* of every number in it; in ns or bytes */

    /* Reads `text` into the draft. NULL, or what is wrong with it. Keys whose
     * meaning depends on others have none: build.c puts them together. */
    const char *(*set)(struct draft *d, const struct case_key *key,
                       const char *text);
};
extern const struct case_key case_keys[]; /* ends with a NULL name */

/* The key of that name, or NULL. */
/* "sleep, fetch, …": all workloads, into `buf`, which is returned. */
char *workload_names(char *buf, size_t size);

const struct case_key *case_key_find(const char *name);

/* "1 to 10,000,000", or an empty string. Into `buf`, which is returned. */
char *case_key_range(const struct case_key *key, char *buf, size_t size);

/* An override from the command line: key as in case_keys, and its text. It
 * replaces what every case says of the key, a sweep included. */
struct override {
    const char *key, *text;
};

struct suite_request {
    const char *suite;       /* name or path; NULL: a case of the overrides */
    const char *const *only; /* --cases, ends with NULL; NULL: all. A section's
                              * name takes all of its sweep, and so does
                              * `section/tasks=10` what begins like that. */
    const struct override *overrides;
    size_t override_count;
    const char *text; /* the suite's file as it was read before; NULL: it is
                       * read from the disk */
    const struct suite_file *files; /* likewise of files of URLs, which are */
    size_t file_count;              /* taken from here where they are */
    const char *const *peers; /* --peer: `name=command`; each is added to every
                               * case that it can do */
    size_t peer_count;
};

/* Reads, expands and checks. NULL and one line in `error` if anything is wrong
 * (`quick.ini:12: unknown key 'taks'; did you mean 'tasks'?`). The caller
 * frees the suite with suite_free. */
struct suite *suite_read(const struct suite_request *request, char *error,
                         size_t error_size);
void suite_free(struct suite *suite);

/* Folder of the suites that come with concur: $CONCUR_SUITES, or else where
 * the build says. */
const char *suite_folder(void);

/* Names of the suites in that folder, sorted, NULL at the end; the caller
 * frees them with words_free. NULL if there is no memory. */
char **suite_names(void);
void words_free(char **words);

#endif
