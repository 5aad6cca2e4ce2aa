/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What real servers replied, for the sample's line: which HTTP statuses were
 * none of success, and which tasks failed. The own origin's replies are
 * expected as a whole and need none of this.
 */
#ifndef CONCUR_REPLIES_H
#define CONCUR_REPLIES_H

#include <jansson.h>

#include "../../impls/task.h"

/* {"404":3}: tasks that ended well, by the status of their last reply, 2xx left
 * out. A new reference; NULL if there is no memory. */
json_t *replies_statuses(const struct batch *batch);

/* [{"task","url","outcome"}]: the first failed tasks, three at most, each with
 * another URL. There is no "url" where a task fetches several times: which of
 * them failed is not kept. A new reference; NULL if there is no memory. */
json_t *replies_failed(const struct batch *batch);

#endif
