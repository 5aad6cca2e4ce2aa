/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `concur worker`: takes one sample. The harness starts it and hands it the
 * job on standard input; the words that follow the name are there for people
 * who look at a list of processes, and are not read. As
 * `concur worker --peer FOLDER COMMAND` it runs that command and ends as it
 * does.
 */
#include "../sample/keeper.h"
#include "../sample/worker.h"
#include "command.h"

#include <string.h>

static const struct option none[] = {{.name = NULL}};

static const struct option *options(void)
{
    return none;
}

static int run(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[2], "--help") == 0) {
        help_command(&command_worker);
        return 0;
    }
    if (argc == 5 && strcmp(argv[2], "--peer") == 0)
        return keeper_run(argv[3], argv[4]);
    return worker_main();
}

const struct command command_worker = {
    .name = "worker",
    .gist = "take one sample (started by concur run, job on standard input)",
    .usage = "[WORD]...",
    .hidden = true,
    .options = options,
    .run = run,
};
