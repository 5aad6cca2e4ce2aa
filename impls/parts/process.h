/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Worker processes: forked copies of this one that do whole tasks, one at a
 * time, and send back what came of them over a socket.
 */
#ifndef CONCUR_PROCESS_H
#define CONCUR_PROCESS_H

#include <sys/types.h>

#include "../task.h"

struct process {
    pid_t pid; /* 0: none */
    int fd;    /* readable when a task is done or the process has died */
};

/* Starts one. To be called while this process has one thread. Returns 0 or an
 * errno. */
int process_open(struct process *process, struct batch *batch);

/* Gives it task i of the current phase. False if it has died. */
bool process_send(struct process *process, struct batch *batch, uint32_t i);

/* Takes over what came of task i: its record's results and its body. Blocks
 * until they are there. OUTCOME_WORKER if the process has died. */
enum outcome process_receive(struct process *process, struct batch *batch,
                             uint32_t i);

/* Ends it, whatever it is doing, and reaps it. */
void process_close(struct process *process);

/* The processes alive now, at most `count` of them; returns how many. */
uint32_t processes_alive(pid_t *pids, uint32_t count);

#endif
