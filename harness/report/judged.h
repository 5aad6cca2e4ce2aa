/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * By what resolution the cells of a map were judged, in words: each cell's own,
 * or that of which other case.
 */
#ifndef CONCUR_JUDGED_H
#define CONCUR_JUDGED_H

#include <stdio.h>

#include "map.h"

/* Sentences, to stand under the map. Nothing where no cell has two strategies.
 */
void judged_write(FILE *out, const struct map *map);

#endif
