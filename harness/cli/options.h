/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * GNU long options, from a table that --help reads too: `--name=value`,
 * `--name value`, `--` before what is none. No abbreviations: a word that is
 * not in the table is an error, with the nearest one that is.
 */
#ifndef CONCUR_OPTIONS_H
#define CONCUR_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct option {
    const char *name;    /* without the dashes; NULL ends a table */
    const char *value;   /* what it takes, for --help; NULL: nothing */
    const char *implied; /* its value where none is given; one has to be given
                          * as --name=VALUE then; NULL: it must be given */
    const char *help;    /* one line */
    bool hidden;         /* from --help: the harness's own use */
    bool repeats;        /* may be given several times */
    size_t at;           /* offset of the field that a setter below fills */

    /* Takes `text` (NULL where `value` is) into the caller's struct. NULL, or
     * what is wrong with it. */
    const char *(*set)(void *target, const struct option *option,
                       const char *text);
};

/* Setters of what several commands have: the field at `at` of the caller's
 * struct, of the type named. */
const char *option_flag(void *target, const struct option *option,
                        const char *text); /* bool: it was given */
const char *option_seed(void *target, const struct option *option,
                        const char *text); /* uint64_t */
const char *option_folder(void *target, const struct option *option,
                          const char *text); /* const char *, borrowed */
const char *option_suite(void *target, const struct option *option,
                         const char *text); /* likewise: a name or a file */
const char *option_precision(void *target, const struct option *option,
                             const char *text); /* double, a share */

/* What a command line is read into. */
struct arguments {
    const char *command;        /* "concur run", for messages */
    const struct option *table; /* borrowed */
    void *target;               /* handed to `set` */
    size_t most;                /* words allowed beside options */
    const char *words[4];       /* they, borrowed from argv */
    size_t count;
    uint64_t given; /* a bit for each option of the table seen */
};

enum options_result {
    OPTIONS_READ,
    OPTIONS_HELP,  /* --help was among them: nothing else was looked at */
    OPTIONS_WRONG, /* said in one line on stderr */
};

/* Reads argv[0] … up to NULL. */
enum options_result options_read(struct arguments *into, char **argv);

#endif
