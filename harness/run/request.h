/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a run was asked for, kept in run.json so that it can be asked again:
 * the suite's name and text, the command line's keys and peers, files of URLs.
 */
#ifndef CONCUR_RUN_REQUEST_H
#define CONCUR_RUN_REQUEST_H

#include <jansson.h>

#include "run.h"

/* For run.json, beside `suite_text`: a new reference, NULL if there is no
 * memory. */
json_t *request_json(const struct suite_request *asked,
                     const struct suite *suite);

/* The suite of a run.json as it was, whatever has become of its files. NULL
 * and one line in `error`. The caller frees it with suite_free. */
struct suite *request_suite(const json_t *run, char *error, size_t error_size);

#endif
