/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Looks at what goes on: CPU time by process, steal, swapping. Times have the
 * kernel's ticks (10 ms), and what a process does between its start and its
 * end inside of one interval is not seen.
 */
#include "host.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

/* "cpu  user nice system idle iowait irq softirq steal …": all ticks so far.
 * Guests' time is in user time already. */
static void look_at_cpus(struct look *look, const char *root)
{
    unsigned long long t[8] = {0};
    char text[256];

    look->known = root_field(root, "/proc/stat", "cpu", text, sizeof(text)) &&
                  sscanf(text, "%llu %llu %llu %llu %llu %llu %llu %llu", &t[0],
                         &t[1], &t[2], &t[3], &t[4], &t[5], &t[6], &t[7]) >= 4;
    for (size_t i = 0; i < 8; i++)
        look->total += t[i];
    look->steal = t[7];
}

static void look_at_swap(struct look *look, const char *root)
{
    static const char *const keys[] = {"pswpin", "pswpout"};
    uint64_t pages;

    for (size_t k = 0; k < 2; k++)
        if (root_field_number(root, "/proc/vmstat", keys[k], &pages))
            look->swapped += pages;
}

/* "12 (a name) S 1 …": the name may hold anything; fields 14 and 15 are its
 * threads' user and system time. */
static bool read_process(const char *root, const char *pid, struct process *p)
{
    char path[320], line[1024];
    unsigned long long user, system;

    snprintf(path, sizeof(path), "/proc/%.200s/stat", pid);
    if (!root_line(root, path, line, sizeof(line)))
        return false;
    char *begin = strchr(line, '('), *end = strrchr(line, ')');
    if (!begin || !end || end < begin ||
        sscanf(end + 1,
               " %*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu", &user,
               &system) != 2)
        return false;
    *end = '\0';
    p->pid = (pid_t)strtol(pid, NULL, 10);
    p->ticks = user + system;
    snprintf(p->name, sizeof(p->name), "%s", begin + 1);
    return true;
}

static bool add_process(struct look *look, size_t *room, const char *root,
                        const char *pid)
{
    if (look->count == *room) {
        size_t more = *room ? 2 * *room : 256;
        struct process *grown = realloc(look->processes, more * sizeof(*grown));

        if (!grown)
            return false;
        look->processes = grown;
        *room = more;
    }
    look->count += read_process(root, pid, &look->processes[look->count]);
    return true;
}

static void look_at_processes(struct look *look, const char *root)
{
    char path[4600];
    size_t room = 0;
    struct dirent *entry;

    snprintf(path, sizeof(path), "%s/proc", root);
    DIR *folder = opendir(path);
    while (folder && (entry = readdir(folder)) != NULL)
        if (isdigit((unsigned char)entry->d_name[0]) &&
            !add_process(look, &room, root, entry->d_name))
            break;
    if (folder)
        closedir(folder);
}

static void take(struct look *look, const char *root)
{
    *look = (struct look){.when = now_ns()};
    look_at_cpus(look, root);
    look_at_swap(look, root);
    look_at_processes(look, root);
}

void host_look(struct host *host)
{
    take(&host->before, host->root);
    host->pause(host);
    take(&host->after, host->root);
}

void host_clear(struct host *host)
{
    free(host->before.processes);
    free(host->after.processes);
    host->before = host->after = (struct look){0};
}
