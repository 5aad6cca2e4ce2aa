/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * concur: from the command line to a subcommand, and nothing else.
 */
#include <stdio.h>
#include <string.h>

#include "cli/command.h"
#include "suite/shown.h"
#include "suite/units.h"

static const struct command *const commands[] = {
    &command_run,     &command_advise,
    &command_trace,   &command_report,
    &command_compare, &command_origin,
    &command_list,    &command_doctor,
    &command_worker,  NULL,
};

/* A word that is no subcommand. */
static int wrong_word(const char *word)
{
    const char *names[sizeof(commands) / sizeof(commands[0]) + 2] = {NULL};
    size_t count = 0;
    bool option = word[0] == '-';
    const char *near;
    char shown[200];

    for (size_t c = 0; commands[c] && !option; c++)
        if (!commands[c]->hidden)
            names[count++] = commands[c]->name;
    if (option) {
        names[count++] = "--help";
        names[count++] = "--version";
    }
    near = nearest(word, names);
    fprintf(stderr, "concur: unknown %s '%s'; %s '%s'%s\n",
            option ? "option" : "command",
            shown_text(shown, sizeof(shown), word),
            near ? "did you mean" : "see", near ? near : "concur --help",
            near ? "?" : "");
    return 2;
}

static int dispatch(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "concur: needs a command; see 'concur --help'\n");
        return 2;
    }
    for (size_t c = 0; commands[c]; c++)
        if (strcmp(commands[c]->name, argv[1]) == 0)
            return commands[c]->run(argc, argv);
    if (strcmp(argv[1], "--help") == 0)
        help_program(commands);
    else if (strcmp(argv[1], "--version") == 0)
        help_version();
    else
        return wrong_word(argv[1]);
    return 0;
}

int main(int argc, char **argv)
{
    int code = dispatch(argc, argv);

    /* What was said may sit in a buffer until now: a full disk shows here. */
    if (fflush(stdout) != 0 || ferror(stdout)) {
        perror("concur: standard output");
        return code ? code : 2;
    }
    return code;
}
