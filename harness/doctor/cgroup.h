/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The control groups that this process is in, of version 1 and 2.
 */
#ifndef CONCUR_CGROUP_H
#define CONCUR_CGROUP_H

#include <stdbool.h>

/* Calls `visit` with the folder of the own cgroup and of each one above it,
 * which limit it too. `controller` is version 1's ("cpu"); NULL: version 2. The
 * folder is below `root`; it may lack any file, or be missing, as a cgroup of
 * the host is in a container. False if this process is in none. */
bool cgroup_each(const char *root, const char *controller,
                 void (*visit)(void *self, const char *root,
                               const char *folder),
                 void *self);

#endif
