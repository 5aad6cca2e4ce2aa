/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a new run and one that goes on have in common, once plan and folder are
 * there. Private to run.c and resume.c.
 */
#ifndef CONCUR_MEASURE_H
#define CONCUR_MEASURE_H

#include "folder.h"
#include "pin.h"
#include "plan.h"

/* Takes what samples there are to be taken, writes summary and report, prints
 * the table if `tell`. Returns an exit code; errors have been printed. */
int run_measure(struct plan *plan, struct folder *folder, bool quiet,
                bool tell);

/* From now on strategies see their own cores, which decide widths and ideals.
 * Returns as pin_split. */
int run_pin(struct pin *pin, struct limits *limits, char *error,
            size_t error_size);

/* One line on stderr; returns 2, the exit code that goes with it. */
int run_refuse(const char *error);

#endif
