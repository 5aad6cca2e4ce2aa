/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * See pin.h. The origin gets the first core: that is where the kernel's own
 * housekeeping tends to be, and it had better disturb the origin.
 */
#include "pin.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "../doctor/root.h"

/* The CPUs that share a core with this one, itself included. */
static void siblings_of(const char *root, unsigned cpu, cpu_set_t *set)
{
    char path[128], list[512];

    snprintf(path, sizeof(path),
             "/sys/devices/system/cpu/cpu%u/topology/thread_siblings_list",
             cpu);
    if (!root_line(root, path, list, sizeof(list)) || !cpus_parse(list, set))
        CPU_ZERO(set);
    CPU_SET(cpu, set);
}

int pin_split(struct pin *pin, const char *root, char *error, size_t error_size)
{
    cpu_set_t core;
    unsigned first = 0;

    if (sched_getaffinity(0, sizeof(pin->before), &pin->before) != 0) {
        snprintf(error, error_size, "--pin: cannot read the cores: %s",
                 strerror(errno));
        return -1;
    }
    if (CPU_COUNT(&pin->before) < 2) {
        snprintf(error, error_size,
                 "--pin: needs two cores, and this process may use one");
        return -1;
    }
    while (!CPU_ISSET(first, &pin->before))
        first++;
    siblings_of(root, first, &core);
    CPU_AND(&pin->origin, &pin->before, &core);
    CPU_XOR(&pin->strategies, &pin->before, &pin->origin);
    if (CPU_COUNT(&pin->strategies) > 0)
        return 0;
    CPU_ZERO(&pin->origin); /* one core of two threads: one for each */
    CPU_SET(first, &pin->origin);
    CPU_XOR(&pin->strategies, &pin->before, &pin->origin);
    return 0;
}

static int confine(const cpu_set_t *set, char *error, size_t error_size)
{
    char list[256];

    if (sched_setaffinity(0, sizeof(*set), set) == 0)
        return 0;
    snprintf(error, error_size, "--pin: cannot use cores %s: %s",
             cpus_text(set, list, sizeof(list)), strerror(errno));
    return -1;
}

int pin_origin(const struct pin *pin, char *error, size_t error_size)
{
    return pin ? confine(&pin->origin, error, error_size) : 0;
}

int pin_strategies(const struct pin *pin, char *error, size_t error_size)
{
    return pin ? confine(&pin->strategies, error, error_size) : 0;
}

void pin_undo(const struct pin *pin)
{
    char error[320];

    if (pin)
        confine(&pin->before, error, sizeof(error));
}

json_t *pin_json(const struct pin *pin)
{
    char origin[512], strategies[512];

    if (!pin)
        return json_null();
    return json_pack(
        "{s:s, s:s}", "origin", cpus_text(&pin->origin, origin, sizeof(origin)),
        "strategies",
        cpus_text(&pin->strategies, strategies, sizeof(strategies)));
}
