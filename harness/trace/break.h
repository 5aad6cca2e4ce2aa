/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A place for a debugger to stop.
 */
#ifndef CONCUR_BREAK_H
#define CONCUR_BREAK_H

#include "../../impls/task.h"

/* Called when the task has finished; both are in scope where it stops. Raises
 * SIGTRAP where a debugger is attached, else does nothing. */
void trace_break(const struct batch *batch, const struct task *task);

/* True if a debugger is attached to this process. */
bool debugger_attached(void);

#endif
