/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run.json: what was asked for, on what, before anything was measured.
 */
#ifndef CONCUR_DESCRIBE_H
#define CONCUR_DESCRIBE_H

#include <jansson.h>

#include "plan.h"
#include "run.h"

/* Each a new reference. */
json_t *describe_run(const struct run_request *request, const struct plan *plan,
                     const struct limits *limits);

/* What is said there of a case, and of what an entry of it calibrates. */
json_t *describe_case(const struct plan_case *p);
json_t *describe_calibration(const struct plan_case *p,
                             const struct entry *entry);

#endif
