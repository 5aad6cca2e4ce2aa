/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The list of peers: peers.ini and the command line's.
 */
#include "peers.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../impls/list.h"
#include "../suite/units.h"
#include "../suite/words.h"

#define WIDTH_MAX 10000000 /* as the key `width` has it */

#ifndef CONCUR_PEERS
#define CONCUR_PEERS "impls/peers"
#endif
#ifndef CONCUR_PEERS_BUILT
#define CONCUR_PEERS_BUILT "build/peers"
#endif

const char *peers_folder(void)
{
    const char *folder = getenv("CONCUR_PEERS");

    return folder && *folder ? folder : CONCUR_PEERS;
}

const char *peers_built(void)
{
    const char *folder = getenv("CONCUR_PEERS_BUILT");

    return folder && *folder ? folder : CONCUR_PEERS_BUILT;
}

struct peer *peers_find(const struct peers *peers, const char *name)
{
    for (size_t p = 0; p < peers->count; p++)
        if (strcmp(peers->list[p]->name, name) == 0)
            return peers->list[p];
    return NULL;
}

static void peer_free(struct peer *peer)
{
    free(peer->name);
    free(peer->label);
    free(peer->gist);
    free(peer->command);
    free(peer->built);
    free(peer->folder);
    free(peer->needs);
    free(peer->program);
    free(peer->gap);
    free(peer->own_only);
    free(peer->repeats);
    free(peer->ready);
    free(peer->absent);
    free(peer);
}

void peers_clear(struct peers *peers)
{
    for (size_t p = 0; p < peers->count; p++)
        peer_free(peers->list[p]);
    free(peers->list);
    *peers = (struct peers){0};
}

/* A new one of that name, or NULL if there is no memory. */
static struct peer *add(struct peers *peers, const char *name, size_t length)
{
    struct peer **more =
        reallocarray(peers->list, peers->count + 1, sizeof(struct peer *));
    struct peer *peer;

    if (!more)
        return NULL;
    peers->list = more;
    peer = calloc(1, sizeof(*peer));
    if (!peer)
        return NULL;
    peer->width = WIDTH_BATCH;
    peer->kinds = STEP_BIT(STEP_SLEEP) | STEP_BIT(STEP_FETCH);
    peer->name = strndup(name, length);
    if (!peer->name) {
        free(peer);
        return NULL;
    }
    more[peers->count++] = peer;
    return peer;
}

/* ---- a name ---- */

/* Names are words of the command line, of labels and of figures. NULL, or what
 * is wrong. */
static const char *name_wrong(const char *name, size_t length)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";

    if (length == 0)
        return "a peer has no name";
    if (length > 40)
        return complain("'%.*s': a peer's name has at most 40 letters", 60,
                        name);
    if (strspn(name, letters) < length)
        return complain("'%.*s': a peer's name has letters, digits, '-', '_' "
                        "and '.' only",
                        (int)length, name);
    for (size_t s = 0; strategies[s]; s++)
        if (strlen(strategies[s]->name) == length &&
            strncmp(strategies[s]->name, name, length) == 0)
            return complain("'%.*s' is the name of a strategy", (int)length,
                            name);
    return NULL;
}

/* ---- the command line's ---- */

/* One of peers.ini's would give way to it without a word. */
static bool is_taken(const char *name, size_t length)
{
    struct peers known = {0};
    char error[512], *copy = strndup(name, length);
    /* A list that cannot be read is told of where it is needed. */
    bool taken = copy && peers_read(&known, error, sizeof(error)) == 0 &&
                 peers_find(&known, copy);

    free(copy);
    peers_clear(&known);
    return taken;
}

/* `text` has `length` bytes before the '=', `name` of them before a ':'. NULL,
 * or what is wrong. */
static const char *label_wrong(const char *text, size_t name, size_t length)
{
    const char *wrong = name_wrong(text, name);
    char number[16];
    uint32_t width;

    if (!wrong && is_taken(text, name))
        wrong = complain("'%.*s' is the name of a peer of concur's", (int)name,
                         text);
    if (wrong || name == length)
        return wrong;
    snprintf(number, sizeof(number), "%.*s", (int)(length - name - 1),
             text + name + 1);
    wrong = parse_count(number, 1, WIDTH_MAX, &width);
    return wrong ? complain("%.*s: %s", (int)length, text, wrong) : NULL;
}

int peers_add(struct peers *peers, const char *text, char *error,
              size_t error_size)
{
    size_t length = strcspn(text, "="), name = strcspn(text, ":=");
    const char *command = text + length + (text[length] == '=');
    const char *wrong = NULL;
    struct peer *peer;

    command += strspn(command, " \t");
    if (!text[length] || !*command)
        wrong = "write it as name=command";
    if (!wrong)
        wrong = label_wrong(text, name, length);
    if (wrong) {
        snprintf(error, error_size, "%s", wrong);
        return -1;
    }
    peer = add(peers, text, name);
    if (peer) {
        peer->label = strndup(text, length);
        peer->command = strdup(command);
        peer->gist = strdup(command);
    }
    if (peer && peer->label && peer->command && peer->gist)
        return 0;
    snprintf(error, error_size, "%s", no_memory);
    return -1;
}

/* ---- peers.ini ---- */

struct reading {
    struct peers *peers;
    size_t before; /* that were there already */
    const char *wrong;
    char name[64]; /* of the section under way */
};

static const char *set_text(char **out, const char *value)
{
    if (*out)
        return "is there twice";
    *out = strdup(value);
    return *out ? NULL : no_memory;
}

static const char *set_gist(struct peer *peer, const char *value)
{
    return set_text(&peer->gist, value);
}

static const char *set_command(struct peer *peer, const char *value)
{
    return set_text(&peer->command, value);
}

static const char *set_built(struct peer *peer, const char *value)
{
    if (strchr(value, '/'))
        return "the name of a program, without a folder";
    return set_text(&peer->built, value);
}

static const char *set_gap(struct peer *peer, const char *value)
{
    return set_text(&peer->gap, value);
}

static const char *set_own_only(struct peer *peer, const char *value)
{
    return set_text(&peer->own_only, value);
}

static const char *set_repeats(struct peer *peer, const char *value)
{
    return set_text(&peer->repeats, value);
}

static const char *set_program(struct peer *peer, const char *value)
{
    if (strpbrk(value, "/ "))
        return "the name of one program, without a folder";
    return set_text(&peer->program, value);
}

static const char *set_flag(bool *out, const char *value)
{
    *out = strcmp(value, "yes") == 0;
    return *out || strcmp(value, "no") == 0
               ? NULL
               : complain("'%s' is neither yes nor no", value);
}

static const char *set_unverified(struct peer *peer, const char *value)
{
    return set_flag(&peer->unverified, value);
}

static const char *set_rate(struct peer *peer, const char *value)
{
    return set_flag(&peer->rate, value);
}

static const char *set_tick(struct peer *peer, const char *value)
{
    return parse_duration(value, &peer->tick);
}

static const char *set_counterpart(struct peer *peer, const char *value)
{
    const char *names[64] = {NULL};
    char hint[WORD_HINT_BYTES];

    peer->counterpart = strategy_find(value);
    if (peer->counterpart)
        return NULL;
    for (size_t s = 0; s < 63 && strategies[s]; s++)
        names[s] = strategies[s]->name;
    return complain("unknown strategy '%s'%s", value,
                    word_hint(hint, sizeof(hint), value, names));
}

static const char *set_needs(struct peer *peer, const char *value)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_., ";

    if (strspn(value, letters) < strlen(value))
        return "names of Python modules, or of Node's, with commas between";
    return set_text(&peer->needs, value);
}

static const char *set_width(struct peer *peer, const char *value)
{
    static const struct {
        const char *word;
        enum width_rule rule;
    } rules[] = {{"one", WIDTH_ONE},
                 {"pool", WIDTH_POOL},
                 {"cores", WIDTH_CORES},
                 {"batch", WIDTH_BATCH}};

    for (size_t r = 0; r < sizeof(rules) / sizeof(*rules); r++) {
        if (strcmp(rules[r].word, value) == 0) {
            peer->width = rules[r].rule;
            return NULL;
        }
    }
    return complain("'%s' is none of one, pool, cores, batch", value);
}

static const char *set_steps(struct peer *peer, const char *value)
{
    const char *wrong = NULL;
    size_t count;
    char **words = words_of(value, &count);

    if (!words)
        return no_memory;
    peer->kinds = 0;
    for (size_t w = 0; !wrong && w < count; w++) {
        unsigned before = peer->kinds;

        for (int k = 0; k < STEP_KINDS; k++)
            if (strcmp(words[w], step_kind_name((enum step_kind)k)) == 0)
                peer->kinds |= STEP_BIT(k);
        if (peer->kinds == before)
            wrong = complain("'%s' is no step, or is there twice", words[w]);
    }
    free(words);
    return wrong;
}

static const struct key {
    const char *name;
    const char *(*set)(struct peer *peer, const char *value);
} keys[] = {
    {"gist", set_gist},
    {"command", set_command},
    {"built", set_built},
    {"needs", set_needs},
    {"width", set_width},
    {"steps", set_steps},
    {"gap", set_gap},
    {"own_only", set_own_only},
    {"repeats", set_repeats},
    {"program", set_program},
    {"unverified", set_unverified},
    {"rate", set_rate},
    {"tick", set_tick},
    {"counterpart", set_counterpart},
};
#define KEYS (sizeof(keys) / sizeof(*keys))

/* The peer of the section, made where the section is new. */
static struct peer *section_peer(struct reading *r, const char *section)
{
    struct peer *peer;

    if (*section && strcmp(r->name, section) == 0)
        return r->peers->list[r->peers->count - 1];
    r->wrong = name_wrong(section, strlen(section));
    if (r->wrong)
        return NULL;
    peer = peers_find(r->peers, section);
    if (peer) {
        r->wrong = complain("'%s' is there twice", section);
        return NULL;
    }
    snprintf(r->name, sizeof(r->name), "%s", section);
    peer = add(r->peers, section, strlen(section));
    if (peer)
        peer->folder = strdup(peers_folder());
    if (!peer || !peer->folder) {
        r->wrong = no_memory;
        return NULL;
    }
    return peer;
}

/* inih's handler: 0 stops it at this line. */
static int handle(void *user, const char *section, const char *name,
                  const char *value)
{
    struct reading *r = user;
    const char *names[KEYS + 1] = {NULL};
    char hint[WORD_HINT_BYTES];
    struct peer *peer = r->wrong ? NULL : section_peer(r, section);

    if (!peer)
        return 0;
    for (size_t k = 0; k < KEYS; k++) {
        names[k] = keys[k].name;
        if (strcmp(keys[k].name, name) != 0)
            continue;
        const char *wrong = *value ? keys[k].set(peer, value) : "has no value";

        if (wrong)
            r->wrong = complain("%s: %s", name, wrong);
        return !wrong;
    }
    r->wrong = complain("unknown key '%s'%s", name,
                        word_hint(hint, sizeof(hint), name, names));
    return 0;
}

/* What a peer of the file must have. */
static const char *peer_gap(const struct reading *r)
{
    for (size_t p = r->before; p < r->peers->count; p++) {
        const struct peer *peer = r->peers->list[p];

        bool runs = peer->command || peer->built;

        if (!runs || !peer->gist)
            return complain("[%s] needs a %s", peer->name,
                            runs ? "gist" : "command");
        if (peer->command && peer->built)
            return complain("[%s] has a command and is built: one of the two",
                            peer->name);
    }
    return NULL;
}

int peers_read(struct peers *peers, char *error, size_t error_size)
{
    struct reading r = {.peers = peers, .before = peers->count};
    char *path = NULL;
    const char *gap;
    FILE *file;
    int line = 0;

    if (peers->read)
        return 0;
    peers->read = true;
    if (asprintf(&path, "%s/peers.ini", peers_folder()) < 0) {
        snprintf(error, error_size, "%s", no_memory);
        return -1;
    }
    file = fopen(path, "re");
    if (file) {
        line = ini_parse_file(file, handle, &r);
        fclose(file);
    } else if (errno != ENOENT) {
        r.wrong = complain("cannot be read: %s", strerror(errno));
    }
    if (line > 0)
        snprintf(error, error_size, "peers.ini:%d: %s", line,
                 r.wrong ? r.wrong : "is neither a [section] nor key = value");
    else if (line < 0 || r.wrong)
        snprintf(error, error_size, "%s: %s", path,
                 r.wrong ? r.wrong : no_memory);
    gap = line || r.wrong ? NULL : peer_gap(&r);
    if (gap)
        snprintf(error, error_size, "%s: %s", path, gap);
    free(path);
    return line || r.wrong || gap ? -1 : 0;
}
