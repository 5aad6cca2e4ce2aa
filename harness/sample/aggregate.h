/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Statistics over the values of a batch: of a field that every task has taken
 * from its reply. Nothing is kept but the sums; a value is a whole number, so
 * that a field's fraction is not in them.
 */
#ifndef CONCUR_AGGREGATE_H
#define CONCUR_AGGREGATE_H

#include <jansson.h>

#include "../../impls/task.h"

struct aggregate {
    const char *field;     /* borrowed from the step; NULL: there is none */
    uint32_t count;        /* tasks that ended well */
    double mean, min, max; /* NAN where there is no value */
    double sd;             /* of a sample (n - 1); NAN below two values */
};

/* The field whose values the batch's tasks end with: that of the last `parse`,
 * unless a later step changes the value. NULL if there is none. */
const char *aggregate_field(const struct batch *batch);

/* Writes the value of task i. False: it does not count. */
typedef bool aggregate_value(const struct batch *batch, uint32_t i,
                             int64_t *value);

/* Over all tasks but a creator, whose steps are others. Everything but the
 * field is empty if there is no memory. */
struct aggregate aggregate_make(const struct batch *batch,
                                aggregate_value *value);

/* … of the values that the tasks have, once the batch's last phase is over;
 * those count that have ended it well. */
struct aggregate aggregate_of(const struct batch *batch);

/* {"field","count","mean","min","max","sd"}, null where there is no value; a
 * JSON null where there is no field. A new reference. */
json_t *aggregate_json(const struct aggregate *aggregate);

#endif
