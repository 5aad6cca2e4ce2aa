/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Small files of /proc and /sys. See root.h.
 */
#include "root.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PATH_BYTES 4600
#define LINE_BYTES 4400

FILE *root_open(const char *root, const char *path)
{
    char full[PATH_BYTES];

    if (snprintf(full, sizeof(full), "%s%s", root, path) >= (int)sizeof(full))
        return NULL;
    return fopen(full, "re");
}

bool root_exists(const char *root, const char *path)
{
    char full[PATH_BYTES];

    return snprintf(full, sizeof(full), "%s%s", root, path) <
               (int)sizeof(full) &&
           access(full, F_OK) == 0;
}

bool root_line(const char *root, const char *path, char *line, size_t size)
{
    FILE *file = root_open(root, path);
    bool got = file && fgets(line, (int)size, file);

    if (file)
        fclose(file);
    if (got)
        line[strcspn(line, "\n")] = '\0';
    return got;
}

static bool to_number(const char *text, uint64_t *number)
{
    char *end;

    *number = strtoull(text, &end, 10);
    return end != text;
}

bool root_number(const char *root, const char *path, uint64_t *number)
{
    char line[64];

    return root_line(root, path, line, sizeof(line)) && to_number(line, number);
}

bool root_field(const char *root, const char *path, const char *key, char *text,
                size_t size)
{
    FILE *file = root_open(root, path);
    char line[LINE_BYTES];
    size_t length = strlen(key);
    bool found = false;

    while (file && !found && fgets(line, sizeof(line), file)) {
        if (strncmp(line, key, length) != 0 || !strchr(" \t:", line[length]))
            continue;
        char *value = line + length + strspn(line + length, " \t:");
        value[strcspn(value, "\n")] = '\0';
        snprintf(text, size, "%s", value);
        found = true;
    }
    if (file)
        fclose(file);
    return found;
}

bool root_field_number(const char *root, const char *path, const char *key,
                       uint64_t *number)
{
    char text[64];

    return root_field(root, path, key, text, sizeof(text)) &&
           to_number(text, number);
}

/* ---- lists of CPUs ---- */

bool cpus_parse(const char *text, cpu_set_t *set)
{
    CPU_ZERO(set);
    for (;;) {
        char *end;
        unsigned long first = strtoul(text, &end, 10), last = first;

        if (end == text)
            return false;
        if (*end == '-') {
            text = end + 1;
            last = strtoul(text, &end, 10);
            if (end == text)
                return false;
        }
        for (; first <= last && first < CPU_SETSIZE; first++)
            CPU_SET(first, set);
        if (*end != ',')
            return *end == '\0' || *end == '\n';
        text = end + 1;
    }
}

char *cpus_text(const cpu_set_t *set, char *text, size_t size)
{
    size_t used = 0;

    *text = '\0';
    for (unsigned cpu = 0; cpu < CPU_SETSIZE && used < size; cpu++) {
        unsigned last = cpu;

        if (!CPU_ISSET(cpu, set))
            continue;
        while (last + 1 < CPU_SETSIZE && CPU_ISSET(last + 1, set))
            last++;
        const char *comma = used ? "," : "";
        if (last > cpu)
            used += (size_t)snprintf(text + used, size - used, "%s%u-%u", comma,
                                     cpu, last);
        else
            used +=
                (size_t)snprintf(text + used, size - used, "%s%u", comma, cpu);
        cpu = last;
    }
    return text;
}
