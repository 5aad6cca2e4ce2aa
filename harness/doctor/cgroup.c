/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * /proc/self/cgroup has lines like `0::/user.slice` (version 2) and
 * `5:cpu,cpuacct:/user.slice` (version 1). Hierarchies are looked for where
 * every distribution mounts them: below /sys/fs/cgroup.
 */
#include "cgroup.h"

#include <stdio.h>
#include <string.h>

#include "root.h"

#define MOUNT "/sys/fs/cgroup"

/* Whether the comma-separated list has this name. */
static bool lists(const char *names, const char *name)
{
    size_t length = strlen(name);

    for (; *names; names += *names == ',') {
        size_t here = strcspn(names, ",");

        if (here == length && strncmp(names, name, here) == 0)
            return true;
        names += here;
    }
    return false;
}

bool cgroup_each(const char *root, const char *controller,
                 void (*visit)(void *self, const char *root,
                               const char *folder),
                 void *self)
{
    FILE *file = root_open(root, "/proc/self/cgroup");
    char line[4200], folder[4300];
    bool found = false;

    while (file && fgets(line, sizeof(line), file)) {
        char *names = strchr(line, ':');
        char *path = names ? strchr(names + 1, ':') : NULL;

        if (!path)
            continue;
        line[strcspn(line, "\n")] = '\0';
        *path++ = '\0';
        names++;
        if (controller ? !lists(names, controller) : *names != '\0')
            continue;
        found = true;
        if (strcmp(path, "/") == 0)
            *path = '\0';
        for (char *slash = path; slash;) {
            snprintf(folder, sizeof(folder), MOUNT "%s%s%s",
                     controller ? "/" : "", controller ? controller : "", path);
            visit(self, root, folder);
            slash = strrchr(path, '/');
            if (slash)
                *slash = '\0';
        }
    }
    if (file)
        fclose(file);
    return found;
}
