/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ctrl-C while a batch is watched: the first cancels the batch, the second
 * ends the process.
 */
#ifndef CONCUR_STOP_H
#define CONCUR_STOP_H

#include "../../impls/task.h"

/* From now on SIGINT, SIGTERM and SIGHUP cancel; SIGPIPE is ignored. `cancel`
 * stays borrowed until stop_release. */
void stop_catch(struct cancel *cancel);

/* The signals do again what they do by default. */
void stop_release(void);

/* Cancels as a signal would. */
void stop_now(struct cancel *cancel);

/* True if a signal has cancelled. */
bool stop_asked(void);

#endif
