/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Subcommands: each is one file with one `const struct command`, and one line
 * in main.c. Exit codes: 0 done; 1 the answer is no; 2 wrong usage or input,
 * said in one line on stderr.
 */
#ifndef CONCUR_COMMAND_H
#define CONCUR_COMMAND_H

#include "options.h"

struct command {
    const char *name;
    const char *gist;  /* one line */
    const char *usage; /* what follows the name: lines, each a form */
    const char *text;  /* a paragraph for its --help, or NULL */
    bool hidden;       /* from the list of subcommands */

    /* Its options, ended by a NULL name. */
    const struct option *(*options)(void);

    /* The whole command line, argv[0] being the program and argv[1] the name.
     * Returns an exit code. */
    int (*run)(int argc, char **argv);
};

extern const struct command command_run;
extern const struct command command_advise;
extern const struct command command_trace;
extern const struct command command_report;
extern const struct command command_compare;
extern const struct command command_origin;
extern const struct command command_list;
extern const struct command command_doctor;
extern const struct command command_worker;

/* Reads the command's options from argv + 2. True: go on; false: *code is the
 * exit code, help or error have been printed. */
bool command_options(const struct command *command, struct arguments *into,
                     char **argv, int *code);

/* On stdout: the help of one subcommand, of the program, and its version. */
void help_command(const struct command *command);
void help_program(const struct command *const *commands);
void help_version(void);

/* Prints `text` in lines of at most 80 columns, the first of which goes on
 * from column `at`, the others from `indent`. */
void print_filled(const char *text, int at, int indent);

#endif
