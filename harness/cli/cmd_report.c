/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `concur report DIR`: summary, figures and report made again from a run's
 * data; or the summary for other tools (--export).
 */
#include <stdio.h>
#include <string.h>

#include "../report/export.h"
#include "../report/report.h"
#include "../suite/words.h"
#include "command.h"

static const char *set_export(void *target, const struct option *option,
                              const char *text)
{
    (void)option;
    *(const char **)target = text;
    for (size_t f = 0; export_forms[f]; f++)
        if (strcmp(export_forms[f], text) == 0)
            return NULL;
    return complain("'%s' is none of csv, json, markdown", text);
}

static const struct option table[] = {
    {.name = "export",
     .value = "csv|json|markdown",
     .help = "only write the summary to standard output, in a form for other "
             "tools (json: github-action-benchmark's customSmallerIsBetter)",
     .set = set_export},
    {.name = NULL},
};

static const struct option *options(void)
{
    return table;
}

/* Returns as report_make. */
static int make(const char *dir, const char *form, char *error, size_t size)
{
    if (form)
        return export_write(stdout, dir, form, error, size);
    if (report_make(dir, error, size) != 0)
        return -1;
    printf("%s/report.html\n", dir);
    return 0;
}

static int run(int argc, char **argv)
{
    const char *form = NULL;
    struct arguments arguments = {.target = &form, .most = 1};
    char error[2048] = "";
    int code;

    (void)argc;
    if (!command_options(&command_report, &arguments, argv, &code))
        return code;
    if (arguments.count == 0 || !*arguments.words[0]) {
        fprintf(stderr, "concur report: needs the folder of a run\n");
        return 2;
    }
    if (make(arguments.words[0], form, error, sizeof(error)) == 0)
        return 0;
    fprintf(stderr, "concur report: %s\n", error);
    return 2;
}

const struct command command_report = {
    .name = "report",
    .gist = "make plots and report of a run again from its data",
    .usage = "DIR\nDIR --export csv|json|markdown",
    .options = options,
    .run = run,
};
