/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `concur report DIR`: summary, figures and report made again from a run's
 * data.
 */
#include <stdio.h>

#include "../report/report.h"
#include "command.h"

static const struct option none[] = {{.name = NULL}};

static const struct option *options(void)
{
    return none;
}

static int run(int argc, char **argv)
{
    struct arguments arguments = {.most = 1};
    char error[2048] = "";
    int code;

    (void)argc;
    if (!command_options(&command_report, &arguments, argv, &code))
        return code;
    if (arguments.count == 0 || !*arguments.words[0]) {
        fprintf(stderr, "concur report: needs the folder of a run\n");
        return 2;
    }
    if (report_make(arguments.words[0], error, sizeof(error)) != 0) {
        fprintf(stderr, "concur report: %s\n", error);
        return 2;
    }
    printf("%s/report.html\n", arguments.words[0]);
    return 0;
}

const struct command command_report = {
    .name = "report",
    .gist = "make plots and report of a run again from its data",
    .usage = "DIR",
    .options = options,
    .run = run,
};
