/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether a peer can be run here. What is looked for is Python with its
 * modules, Node with its names, a program that the peer names, and one that
 * `make peers` builds: of other commands the shell says it, when they are run.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../sample/sampler.h"
#include "../suite/words.h"
#include "peers.h"

/* A runtime that takes longer to start is not of use. */
#define START_LIMIT (30 * NSEC_PER_SEC)

/* Runtimes by the first word of a command. The first program that has what the
 * peer needs is taken: the user's, or the distribution's own. Where a user has
 * put another first, apt's modules are only in the latter. */
static const struct runtime {
    const char *word;
    const char *programs[2];
    const char *before, *after; /* around the names, in a shell's words */
    const char *nothing;        /* that each has */
} runtimes[] = {
    {.word = "python3",
     .programs = {"python3", "/usr/bin/python3"},
     .before = "-c 'import ",
     .after = "; print(\"{}\")'",
     .nothing = "sys"},
    {.word = "node",
     .programs = {"node", "/usr/bin/node"},
     .before = "-e 'try { ",
     .after = "; console.log(\"{}\") } catch (error) { "
              "console.error(String(error)); process.exitCode = 1 }'",
     .nothing = "process"},
};
#define RUNTIMES (sizeof(runtimes) / sizeof(*runtimes))
#define PROGRAMS (sizeof(runtimes->programs) / sizeof(*runtimes->programs))

/* True if that program has these. Else `reason` has its last word. */
static bool has(const struct runtime *runtime, const char *program,
                const char *names, char *reason, size_t size)
{
    char *words = NULL;
    bool good = false;

    reason[0] = '\0';
    if (asprintf(&words, "%s %s%s%s", program, runtime->before, names,
                 runtime->after) < 0)
        return false;
    const char *const argv[] = {"sh", "-c", words, NULL};
    json_t *nothing = json_object();
    struct sampled sampled =
        sample_take("/bin/sh", argv, nothing, START_LIMIT, NULL, NULL);
    good = sampled.result != NULL;
    if (!good) {
        const char *error = strstr(sampled.reason, "Error: ");

        snprintf(reason, size, "%s",
                 error ? error + strlen("Error: ") : sampled.reason);
    }
    json_decref(sampled.result);
    json_decref(nothing);
    free(words);
    return good;
}

/* The command's runtime, or NULL: it has none that is known. */
static const struct runtime *runtime_of(const char *command)
{
    size_t length = strcspn(command, " ");

    for (size_t r = 0; r < RUNTIMES; r++)
        if (strlen(runtimes[r].word) == length &&
            strncmp(runtimes[r].word, command, length) == 0)
            return &runtimes[r];
    return NULL;
}

static void say_not_installed(struct peer *peer, const char *word)
{
    peer->absent =
        words_printf("%s is not installed; see make deps-peers", word);
}

/* Of two reasons the first one counts, unless nothing is there at all. */
static void say_absent(struct peer *peer, const struct runtime *runtime,
                       const char *const reasons[PROGRAMS])
{
    size_t p = strstr(reasons[0], "exit code 127") ? 1 : 0;
    const char *reason = reasons[p];

    if (strstr(reason, "exit code 127"))
        say_not_installed(peer, runtime->word);
    else
        peer->absent = words_printf("%s: %s%s", runtime->programs[p], reason,
                                    strstr(reason, "No module") ||
                                            strstr(reason, "is not defined")
                                        ? "; see make deps-peers"
                                        : "");
}

/* `python3 x.py` with the Python that can run it. */
static void find_runtime(struct peer *peer, const struct runtime *runtime)
{
    const char *names = peer->needs ? peer->needs : runtime->nothing;
    char reasons[PROGRAMS][320];

    for (size_t p = 0; p < PROGRAMS; p++) {
        const char *program = runtime->programs[p];

        if (!has(runtime, program, names, reasons[p], sizeof(reasons[p])))
            continue;
        peer->ready = words_printf("%s%s", program,
                                   peer->command + strlen(runtime->word));
        return;
    }
    say_absent(peer, runtime, (const char *const[]){reasons[0], reasons[1]});
}

/* As word_quote writes it; NULL if there is no memory. */
static char *quoted(const char *text)
{
    char *words = NULL;
    size_t size;
    FILE *out = open_memstream(&words, &size);

    if (!out)
        return NULL;
    word_quote(out, text);
    if (fclose(out) == 0)
        return words;
    free(words);
    return NULL;
}

/* It is run in another folder than this one: the whole path is needed. */
static void find_built(struct peer *peer)
{
    char path[PATH_MAX], whole[PATH_MAX];
    int length =
        snprintf(path, sizeof(path), "%s/%s", peers_built(), peer->built);

    if (length >= 0 && (size_t)length < sizeof(path) &&
        access(path, X_OK) == 0 && realpath(path, whole))
        peer->ready = quoted(whole);
    else
        peer->absent = strdup("not built (make peers)");
}

/* Whether the shell would find it. */
static bool is_installed(const char *program)
{
    const char *at = getenv("PATH");
    char path[PATH_MAX];

    for (; at && *at; at += *at == ':') {
        int length = (int)strcspn(at, ":");
        int printed = snprintf(path, sizeof(path), "%.*s/%s", length,
                               length ? at : ".", program);

        if (printed >= 0 && (size_t)printed < sizeof(path) &&
            access(path, X_OK) == 0)
            return true;
        at += length;
    }
    return false;
}

static void find(struct peer *peer)
{
    const struct runtime *runtime =
        peer->built ? NULL : runtime_of(peer->command);

    if (peer->program && !is_installed(peer->program))
        say_not_installed(peer, peer->program);
    else if (peer->built)
        find_built(peer);
    else if (runtime)
        find_runtime(peer, runtime);
    else
        peer->ready = strdup(peer->command);
}

const char *peer_ready(struct peer *peer)
{
    if (!peer->asked) {
        peer->asked = true;
        find(peer);
        if (!peer->ready && !peer->absent)
            peer->absent = strdup("there is no memory left");
    }
    return peer->ready;
}
