/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One batch of one strategy in this very process, its events printed as they
 * happen. Nothing is measured: printing takes part in the time.
 */
#ifndef CONCUR_TRACE_H
#define CONCUR_TRACE_H

#include "../suite/suite.h"

struct trace_request {
    struct suite *suite; /* one case with one strategy; borrowed */
    uint64_t seed;
    bool forever; /* when all is done, go on until a signal */
    bool debug;
    nsec slow;         /* for debug: a loop held for longer is told of */
    bool breaks;       /* stop in a debugger … */
    uint32_t break_at; /* … when the task of this number has finished */
};

/* Returns an exit code: 1 if a task failed or a signal ended it; what cannot
 * be is said in one line on stderr. */
int trace_case(const struct trace_request *request);

#endif
