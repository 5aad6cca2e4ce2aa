/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An origin as a child process of the harness: on a free port of loopback,
 * ready when start returns, in a session of its own (the terminal's Ctrl-C
 * does not reach it), and gone when the harness is gone.
 */
#ifndef CONCUR_CHILD_H
#define CONCUR_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct origin_child {
    pid_t pid; /* 0: none, or ended and reaped */
    uint16_t port;
    uint32_t addresses; /* it listens on 127.0.0.1 to 127.0.0.ADDRESSES */
    int status;         /* as waitpid gave it, once pid is 0 */
};

/* Runs `EXE origin --port 0 --addresses 250 --ready-fd 3 --quiet
 * --die-with-parent` and waits until it says its port and how many addresses it
 * could have; `exe` NULL is the running program itself. Returns 0,
 * or -1 and one line in `error`. The child ends with the thread that called
 * this: it must be one that lasts. */
int origin_child_start(struct origin_child *child, const char *exe, char *error,
                       size_t error_size);

/* False once it has died; how is then written to `how` ("ended with code 2",
 * "killed by SIGSEGV"). Does not wait. */
bool origin_child_alive(struct origin_child *child, char *how, size_t how_size);

/* Asks it to end, kills it if it does not within two seconds, and reaps it.
 * Does nothing where there is none. */
void origin_child_stop(struct origin_child *child);

#endif
