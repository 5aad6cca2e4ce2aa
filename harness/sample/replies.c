/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Real servers' replies in short. See replies.h.
 */
#include "replies.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define SHOWN 3

json_t *replies_statuses(const struct batch *batch)
{
    json_t *statuses = json_object();

    for (uint32_t i = 0; statuses && i < batch->count; i++) {
        const struct task *task = &batch->tasks[i];
        char status[24];

        if (task->outcome != OUTCOME_OK || task->value <= 0 ||
            task->value / 100 == 2)
            continue;
        snprintf(status, sizeof(status), "%lld", (long long)task->value);
        json_int_t count =
            json_integer_value(json_object_get(statuses, status));
        json_object_set_new(statuses, status, json_integer(count + 1));
    }
    return statuses;
}

/* The only step that fetches, or NULL. */
static const struct step *only_fetch(const struct batch *batch)
{
    const struct step *found = NULL;

    for (uint32_t s = 0; s < batch->step_count; s++) {
        if (batch->steps[s].kind != STEP_FETCH)
            continue;
        if (found)
            return NULL;
        found = &batch->steps[s];
    }
    return found;
}

static bool url_known(const json_t *list, const char *url)
{
    json_t *one;
    size_t i;

    json_array_foreach (list, i, one) {
        const char *known = json_string_value(json_object_get(one, "url"));

        if (known && strcmp(known, url) == 0)
            return true;
    }
    return false;
}

json_t *replies_failed(const struct batch *batch)
{
    const struct step *fetch = only_fetch(batch);
    json_t *list = json_array();
    char url[URL_MAX_BYTES];

    for (uint32_t i = 0; i < batch->count && json_array_size(list) < SHOWN;
         i++) {
        enum outcome outcome = batch->tasks[i].outcome;

        if (outcome == OUTCOME_NONE || outcome == OUTCOME_OK)
            continue;
        bool named = fetch && step_url(batch, fetch, i, url, sizeof(url));
        if (named && url_known(list, url))
            continue;
        json_t *one =
            json_pack("{s:I, s:s}", "task", (json_int_t)batch->first + i,
                      "outcome", outcome_name(outcome));
        if (named)
            json_object_set_new(one, "url", json_string(url));
        json_array_append_new(list, one);
    }
    return list;
}
