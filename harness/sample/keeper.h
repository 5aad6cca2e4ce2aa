/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The keeper of a peer: a process between harness and command, so that
 * whatever the command starts (a shell's pipes, worker processes, sessions of
 * their own) ends with the command, and with the harness even if that is
 * killed.
 */
#ifndef CONCUR_KEEPER_H
#define CONCUR_KEEPER_H

/* Runs `command` with the shell in `folder` and waits for its end. Returns its
 * exit code; ends by its signal where it was ended by one. */
int keeper_run(const char *folder, const char *command);

#endif
