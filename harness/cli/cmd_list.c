/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `concur list`: the strategies, peers and suites that there are.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../impls/list.h"
#include "../peers/peers.h"
#include "../suite/suite.h"
#include "../suite/units.h"
#include "command.h"

static const struct option none[] = {{.name = NULL}};

static const struct option *options(void)
{
    return none;
}

/* What is said of a name begins here. */
#define NAME_COLUMNS 20

/* ---- strategies ---- */

static const char *const width_words[] = {
    [WIDTH_ONE] = "one task in flight",
    [WIDTH_POOL] = "a pool: min(32, cores + 4)",
    [WIDTH_CORES] = "one for each core",
    [WIDTH_BATCH] = "as wide as the batch",
};

static void list_what(const char *name, const char *gist, enum width_rule width,
                      unsigned kinds)
{
    printf("  %-17s ", name);
    print_filled(gist, NAME_COLUMNS, NAME_COLUMNS);
    printf("%*s%s; steps:", NAME_COLUMNS, "", width_words[width]);
    for (int k = 0; k < STEP_KINDS; k++)
        if (kinds & STEP_BIT(k))
            printf(" %s", step_kind_name((enum step_kind)k));
}

static void list_gap(const char *gap)
{
    if (!gap)
        return;
    printf("%*snot all: ", NAME_COLUMNS, "");
    print_filled(gap, NAME_COLUMNS + 9, NAME_COLUMNS);
}

static void list_absence(const char *reason)
{
    if (!reason)
        return;
    printf("%*sabsent here: ", NAME_COLUMNS, "");
    print_filled(reason, NAME_COLUMNS + 13, NAME_COLUMNS);
}

static void list_strategy(const struct strategy *strategy)
{
    list_what(strategy->name, strategy->gist, strategy->width, strategy->kinds);
    putchar('\n');
    if (strategy->files)
        printf("%*sfile steps wait %s\n", NAME_COLUMNS, "", strategy->files);
    list_gap(strategy->gap);
    list_gap(strategy->real_gap);
    list_absence(strategy->absent ? strategy->absent() : NULL);
}

/* ---- peers ---- */

static void list_peer(const struct peer *peer)
{
    list_what(peer->name, peer->gist, peer->width, peer->kinds);
    if (peer->needs)
        printf("; needs %s %s",
               strncmp(peer->command, "node", 4) == 0 ? "Node's" : "Python's",
               peer->needs);
    if (peer->program)
        printf("; needs %s", peer->program);
    if (peer->built)
        printf("; built by make peers");
    if (peer->unverified)
        printf("; unverified");
    putchar('\n');
    if (peer->counterpart)
        printf("%*sbeside it, in C: %s\n", NAME_COLUMNS, "",
               peer->counterpart->name);
    list_gap(peer->gap);
    list_gap(peer->own_only);
    list_gap(peer->repeats);
}

/* False if peers.ini is wrong, which is said. */
static bool list_peers(void)
{
    struct peers peers = {0};
    char error[512];
    bool good = peers_read(&peers, error, sizeof(error)) == 0;

    printf("\nPeers (--peers NAME, NAME:WIDTH), in %s:\n", peers_folder());
    for (size_t p = 0; good && p < peers.count; p++)
        list_peer(peers.list[p]);
    if (!good)
        printf("  %s\n", error);
    else if (peers.count == 0)
        printf("  none\n");
    peers_clear(&peers);
    return good;
}

/* ---- suites ---- */

/* Measured samples and the warm-up round's, those included that will turn out
 * to be absent; of `rounds = auto` the least. */
static uint64_t samples_of(const struct suite *suite)
{
    uint64_t samples = 0;

    for (size_t c = 0; c < suite->case_count; c++)
        samples += (uint64_t)suite->cases[c].entry_count *
                   (suite->cases[c].rounds_least + 1);
    return samples;
}

/* False if the suite is wrong, which is said in its line. */
static bool list_suite(const char *name)
{
    struct suite_request request = {.suite = name};
    char error[1024], samples[32];
    struct suite *suite = suite_read(&request, error, sizeof(error));

    if (!suite) {
        printf("  %-17s %s\n", name, error);
        return false;
    }
    format_whole(samples, sizeof(samples), samples_of(suite));
    printf("  %-17s %zu case%s, up to %s samples with warm-up\n", name,
           suite->case_count, suite->case_count == 1 ? "" : "s", samples);
    if (*suite->note) {
        printf("%*s", NAME_COLUMNS, "");
        print_filled(suite->note, NAME_COLUMNS, NAME_COLUMNS);
    }
    suite_free(suite);
    return true;
}

static int run(int argc, char **argv)
{
    struct arguments arguments = {.most = 0};
    bool good = true;
    char **names;
    int code;

    (void)argc;
    if (!command_options(&command_list, &arguments, argv, &code))
        return code;
    printf("Strategies (--strategies NAME, NAME:WIDTH):\n");
    for (size_t s = 0; strategies[s]; s++)
        list_strategy(strategies[s]);
    good = list_peers();
    names = suite_names();
    if (!names) {
        fprintf(stderr, "concur list: there is no memory left\n");
        return 2;
    }
    printf("\nSuites (--suite NAME), in %s:\n", suite_folder());
    for (size_t n = 0; names[n]; n++)
        good = list_suite(names[n]) && good;
    if (!names[0])
        printf("  none\n");
    words_free(names);
    return good ? 0 : 2;
}

const struct command command_list = {
    .name = "list",
    .gist = "show strategies, peers and suites",
    .usage = "",
    .options = options,
    .run = run,
};
