/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `concur origin`: the origin server alone, until Ctrl-C.
 */
#include "../origin/origin.h"
#include "../suite/units.h"
#include "command.h"

static const char *set_address(void *target, const struct option *option,
                               const char *text)
{
    (void)option;
    ((struct origin_options *)target)->address = text;
    return *text ? NULL : "needs an address";
}

static const char *set_port(void *target, const struct option *option,
                            const char *text)
{
    uint32_t port = 0;
    const char *wrong = parse_count(text, 0, UINT16_MAX, &port);

    (void)option;
    ((struct origin_options *)target)->port = (uint16_t)port;
    return wrong;
}

static const char *set_ready_fd(void *target, const struct option *option,
                                const char *text)
{
    uint32_t fd = 0;
    const char *wrong = parse_count(text, 0, INT32_MAX, &fd);

    (void)option;
    ((struct origin_options *)target)->ready_fd = (int)fd;
    return wrong;
}

static const char *set_addresses(void *target, const struct option *option,
                                 const char *text)
{
    (void)option;
    return parse_count(text, 1, ORIGIN_ADDRESSES,
                       &((struct origin_options *)target)->addresses);
}

static const struct option table[] = {
    {.name = "port",
     .value = "N",
     .help = "to listen on (0 to 65,535; default: 0, any free one)",
     .set = set_port},
    {.name = "address",
     .value = "ADDRESS",
     .help = "to bind (default: 127.0.0.1)",
     .set = set_address},
    {.name = "quiet",
     .help = "do not say where it listens",
     .at = offsetof(struct origin_options, quiet),
     .set = option_flag},
    {.name = "addresses",
     .value = "N",
     .help = "on 127.0.0.1 and those after it, as many as can be had",
     .hidden = true,
     .set = set_addresses},
    {.name = "ready-fd",
     .value = "FD",
     .help = "gets the port and how many addresses, once connections are "
             "accepted",
     .hidden = true,
     .set = set_ready_fd},
    {.name = "die-with-parent",
     .help = "end when the process that started it ends",
     .hidden = true,
     .at = offsetof(struct origin_options, die_with_parent),
     .set = option_flag},
    {.name = NULL},
};

static const struct option *options(void)
{
    return table;
}

static int run(int argc, char **argv)
{
    struct origin_options origin = {.ready_fd = -1};
    struct arguments arguments = {.target = &origin};
    int code;

    (void)argc;
    if (!command_options(&command_origin, &arguments, argv, &code))
        return code;
    return origin_serve(&origin);
}

const struct command command_origin = {
    .name = "origin",
    .gist = "serve what the fetches ask for, until Ctrl-C",
    .usage = "[--port N] [--address ADDRESS]",
    .text = "Paths: /delay/MS, /bytes/N, /status/CODE, /json/ID, /page/K; to "
            "each of them ?delay=MS, ?body=N, ?status=CODE. /stats says what "
            "it has served, ?reset=1 starts afresh.",
    .options = options,
    .run = run,
};
