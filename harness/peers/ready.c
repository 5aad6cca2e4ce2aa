/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whether a peer can be run here. The only thing that is looked for is Python
 * and its modules: of other commands the shell says it, when they are run.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../sample/sampler.h"
#include "peers.h"

/* A python3 whose imports take longer is not of use. */
#define IMPORT_LIMIT (30 * NSEC_PER_SEC)

/* The first python3 of the user's, and the distribution's own: where a user
 * has put another first, apt's modules are only in the latter. */
static const char *const pythons[] = {"python3", "/usr/bin/python3"};
#define PYTHONS (sizeof(pythons) / sizeof(*pythons))

/* True if that Python imports the modules. Else `reason` has its last word. */
static bool imports(const char *python, const char *modules, char *reason,
                    size_t size)
{
    char *words = NULL;
    bool good = false;

    reason[0] = '\0';
    if (asprintf(&words, "%s -c 'import %s; print(\"{}\")'", python, modules) <
        0)
        return false;
    const char *const argv[] = {"sh", "-c", words, NULL};
    json_t *nothing = json_object();
    struct sampled sampled =
        sample_take("/bin/sh", argv, nothing, IMPORT_LIMIT, NULL, NULL);
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

/* `python3 x.py` with the Python that can run it. */
static void find_python(struct peer *peer)
{
    const char *word = pythons[0];
    size_t length = strlen(word);
    char reason[320] = "";
    int printed = -1;
    bool is_python = strncmp(peer->command, word, length) == 0 &&
                     (peer->command[length] == ' ' || !peer->command[length]);

    if (!is_python) {
        peer->ready = strdup(peer->command);
        return;
    }
    for (size_t p = 0; p < PYTHONS && !peer->ready; p++)
        if (imports(pythons[p], peer->needs ? peer->needs : "sys", reason,
                    sizeof(reason)) &&
            asprintf(&peer->ready, "%s%s", pythons[p], peer->command + length) <
                0)
            peer->ready = NULL;
    if (peer->ready)
        return;
    if (strstr(reason, "exit code 127"))
        printed = asprintf(&peer->absent, "python3 is not installed");
    else
        printed = asprintf(
            &peer->absent, "%s: %s%s", pythons[PYTHONS - 1], reason,
            strstr(reason, "No module") ? "; see make deps-peers" : "");
    if (printed < 0)
        peer->absent = NULL;
}

const char *peer_ready(struct peer *peer)
{
    if (!peer->asked) {
        peer->asked = true;
        find_python(peer);
        if (!peer->ready && !peer->absent)
            peer->absent = strdup("there is no memory left");
    }
    return peer->ready;
}
