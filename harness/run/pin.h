/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pinning: the origin on a core of its own, strategies and peers on the
 * others. Where two CPUs are threads of one core, the origin gets the whole
 * core if another one is left for the strategies.
 *
 * Processes inherit it: the harness itself stays where the strategies run, but
 * while it starts the origin.
 */
#ifndef CONCUR_PIN_H
#define CONCUR_PIN_H

#include <jansson.h>
#include <sched.h>
#include <stddef.h>

struct pin {
    cpu_set_t before; /* what this process was given */
    cpu_set_t origin, strategies;
};

/* Divides what this process may use. `root`: see doctor/root.h. 0, or -1 and
 * one line in `error` where there is only one CPU. */
int pin_split(struct pin *pin, const char *root, char *error,
              size_t error_size);

/* Confines this thread, and what it starts from now on. `pin` may be NULL: then
 * nothing is done. Each 0, or -1 and one line in `error`: a core has been taken
 * away meanwhile. */
int pin_origin(const struct pin *pin, char *error, size_t error_size);
int pin_strategies(const struct pin *pin, char *error, size_t error_size);

/* As it was before; if that cannot be, it stays as it is. */
void pin_undo(const struct pin *pin);

/* {"origin":"0","strategies":"1-3"}, lists of CPUs; null for NULL. */
json_t *pin_json(const struct pin *pin);

#endif
