/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Counts of failures, sorted and told. Beyond sixteen kinds the others are left
 * out.
 */
#include "failure_kinds.h"

#include <stdio.h>

#define KINDS 16

struct kind {
    const char *name;
    double count;
};

/* By count, kinds of the same count in the order given. Returns how many. */
static size_t sort_kinds(struct kind *kinds, const json_t *failures)
{
    size_t count = 0;
    const char *key;
    json_t *value;

    json_object_foreach ((json_t *)failures, key, value) {
        size_t at = count;

        if (count == KINDS)
            break;
        for (; at > 0 && kinds[at - 1].count < json_number_value(value); at--)
            kinds[at] = kinds[at - 1];
        kinds[at] = (struct kind){key, json_number_value(value)};
        count++;
    }
    return count;
}

char *failure_kinds(char *buf, size_t size, const json_t *failures)
{
    struct kind kinds[KINDS];
    size_t count = sort_kinds(kinds, failures), used = 0;

    *buf = '\0';
    for (size_t i = 0; i < count && used < size; i++)
        used += (size_t)snprintf(buf + used, size - used, "%s%s %g",
                                 i ? ", " : "", kinds[i].name, kinds[i].count);
    return buf;
}
