/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * run.json, read and checked as far as others rely on it. See run_file.h.
 */
#include "run_file.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* NULL, or what a case of run.json lacks. */
static const char *case_gap(const json_t *one_case)
{
    json_t *strategies = json_object_get(one_case, "strategies"), *strategy;
    json_t *tasks = json_object_get(one_case, "tasks");
    size_t i;

    if (!json_is_string(json_object_get(one_case, "name")))
        return "no 'name'";
    if (!json_is_integer(tasks) || json_integer_value(tasks) < 1 ||
        json_integer_value(tasks) > UINT32_MAX)
        return "no 'tasks'";
    if (!json_is_string(json_object_get(one_case, "baseline")))
        return "no 'baseline'";
    if (!json_is_array(strategies))
        return "no 'strategies'";
    json_array_foreach (strategies, i, strategy)
        if (!json_is_string(json_object_get(strategy, "label")))
            return "a strategy without a 'label'";
    return NULL;
}

/* NULL, or what is wrong; *number is then the case, from 1. */
static const char *run_gap(const json_t *run, size_t *number)
{
    json_t *cases = json_object_get(run, "cases"), *one_case;
    const char *gap = NULL;
    size_t i;

    *number = 0;
    if (json_integer_value(json_object_get(run, "schema")) != 1)
        return "its 'schema' is not 1";
    if (!json_is_array(cases))
        return "no 'cases'";
    json_array_foreach (cases, i, one_case) {
        *number = i + 1;
        gap = case_gap(one_case);
        if (gap != NULL)
            break;
    }
    return gap;
}

json_t *run_file_read(const char *dir, char *error, size_t error_size)
{
    char path[PATH_MAX];
    json_error_t parse;
    json_t *run;
    const char *gap;
    size_t number;

    snprintf(path, sizeof path, "%s/run.json", dir);
    run = json_load_file(path, 0, &parse);
    if (run == NULL && parse.line < 1) {
        snprintf(error, error_size, "%s: cannot read: %s", path,
                 strerror(errno));
        return NULL;
    }
    if (run == NULL) {
        snprintf(error, error_size, "%s:%d: %s", path, parse.line, parse.text);
        return NULL;
    }
    gap = run_gap(run, &number);
    if (gap == NULL)
        return run;
    if (number > 0)
        snprintf(error, error_size, "%s: case %zu: %s", path, number, gap);
    else
        snprintf(error, error_size, "%s: %s", path, gap);
    json_decref(run);
    return NULL;
}
