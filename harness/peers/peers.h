/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Peers: external strategies, any command that speaks the protocol of
 * docs/peers.md. They are listed in peers.ini, or named on the command line.
 */
#ifndef CONCUR_PEERS_H
#define CONCUR_PEERS_H

#include <stdbool.h>
#include <stddef.h>

#include "../../impls/strategy.h"

struct peer {
    char *name;
    char *label; /* of --peer: with its width; else NULL */
    char *gist;
    char *command; /* as given; NULL: that program */
    char *built;   /* the program that `make peers` builds; NULL: none */
    char *folder;  /* where it is run; NULL: the working folder */
    char *needs;   /* Python's modules, Node's names; NULL: none */
    char *program; /* that must be installed beside it; NULL: none */
    enum width_rule width;
    unsigned kinds; /* STEP_BIT of each kind it does */
    char *gap;      /* why not the others; NULL: not said */
    char *own_only; /* why it fetches no real URLs; NULL: it does */
    char *repeats;  /* why it does only what case_repeats; NULL: it does all */

    /* It cannot say what it received: nobody is measured against it. */
    bool unverified;

    bool rate; /* it starts no task before it is due … */
    nsec tick; /* … but up to that later; 0: not said */

    /* The same in C, to lay beside it; NULL: not said. */
    const struct strategy *counterpart;

    /* What peer_ready found out. */
    bool asked;
    char *ready;  /* the shell's command; NULL if it cannot be run here */
    char *absent; /* why not */
};

/* Zeroed to begin with. Peers keep their addresses. */
struct peers {
    struct peer **list;
    size_t count;
    bool read; /* peers.ini is in it */
};

/* Folder of the peers that come with concur: $CONCUR_PEERS, or else where the
 * build says. */
const char *peers_folder(void);

/* Folder of the programs that `make peers` builds: $CONCUR_PEERS_BUILT, or else
 * where the build says. */
const char *peers_built(void);

/* Adds those of peers.ini in that folder, the first time it is called. A
 * folder without one has no peers. 0, or -1 and one line in `error`. */
int peers_read(struct peers *peers, char *error, size_t error_size);

/* Adds a user's own, `name=command` or `name:width=command`. 0, or -1 and what
 * is wrong with it. */
int peers_add(struct peers *peers, const char *text, char *error,
              size_t error_size);

/* The peer of that name, or NULL. */
struct peer *peers_find(const struct peers *peers, const char *name);

void peers_clear(struct peers *peers);

/* The command to run, or NULL and then peer->absent says why not: the program
 * is not built; Python or Node, or what it needs of it, is not there. Looks
 * once and remembers it. */
const char *peer_ready(struct peer *peer);

#endif
