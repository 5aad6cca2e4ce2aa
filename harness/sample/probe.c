/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Readings of a session's processes from /proc. A process that ends while it
 * is read is left out.
 */
#include "probe.h"

#include <dirent.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* What a thread's stack takes in the kernel on x86-64 and aarch64. */
#define KERNEL_STACK_BYTES 16384

/* Holds any file that is read here. */
#define FILE_BYTES 8192

/* The text of a small file of /proc; false if it cannot be read. */
static bool read_file(const char *path, char text[FILE_BYTES])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    size_t used = 0;
    ssize_t got = 0;

    if (fd < 0)
        return false;
    do {
        used += (size_t)got;
        got = read(fd, text + used, FILE_BYTES - 1 - used);
    } while (got > 0);
    close(fd);
    text[used] = '\0';
    return used > 0;
}

/* The number in the line `name` ("VmPTE:"), -1 if there is none. */
static int64_t field(const char *text, const char *name)
{
    size_t length = strlen(name);
    int64_t value;

    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (strncmp(line, name, length) == 0 &&
            sscanf(line + length, "%" SCNd64, &value) == 1)
            return value;
    }
    return -1;
}

/* Both, or neither. */
static struct stacks stacks_read(void)
{
    char text[FILE_BYTES];
    struct stacks stacks = {-1, 0};
    int64_t kib = -1;

    if (read_file("/proc/meminfo", text))
        kib = field(text, "KernelStack:");
    if (kib >= 0 && read_file("/proc/loadavg", text) &&
        sscanf(text, "%*s %*s %*s %*d/%" SCNd64, &stacks.threads) == 1)
        stacks.bytes = kib * 1024;
    return stacks;
}

/* ---- one process ---- */

/* A process's name may hold anything, a parenthesis too. */
static bool in_session(pid_t pid, pid_t session)
{
    char path[64], text[FILE_BYTES], state;
    int of = 0;

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    if (!read_file(path, text))
        return false;
    const char *end = strrchr(text, ')');
    return end && sscanf(end + 1, " %c %*d %*d %d", &state, &of) == 2 &&
           of == session && state != 'Z' && state != 'X';
}

/* Adds what the process takes; its share of memory to *share. */
static void add_process(struct reading *r, pid_t pid, uint64_t *share)
{
    char path[64], status[FILE_BYTES], rollup[FILE_BYTES];

    snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
    if (!read_file(path, status) || field(status, "VmSize:") < 0)
        return;
    snprintf(path, sizeof(path), "/proc/%d/smaps_rollup", (int)pid);
    if (!read_file(path, rollup))
        return;
    r->processes++;
    r->threads += (uint32_t)field(status, "Threads:");
    r->virtual_size += (uint64_t)field(status, "VmSize:") * 1024;
    r->page_table += (uint64_t)field(status, "VmPTE:") * 1024;
    r->resident += (uint64_t)field(rollup, "Rss:") * 1024;
    *share += (uint64_t)field(rollup, "Pss:") * 1024;
}

/* ---- the session ---- */

static void add_processes(struct reading *r, pid_t session, bool kept)
{
    DIR *proc = opendir("/proc");
    uint64_t share = 0;

    if (!proc)
        return;
    for (const struct dirent *d = readdir(proc); d; d = readdir(proc)) {
        int pid = atoi(d->d_name);

        if (pid > 0 && !(kept && pid == session) && in_session(pid, session))
            add_process(r, pid, &share);
    }
    closedir(proc);
    if (r->processes > 1)
        r->resident = share;
}

/* What the system's stacks have grown by, without what others had part in:
 * programs that begin or end threads meanwhile are nothing unusual. */
static void add_stacks(struct reading *r, struct stacks before,
                       struct stacks now)
{
    int64_t others = now.threads - (int64_t)r->threads - before.threads;
    int64_t grown = now.bytes - before.bytes - others * KERNEL_STACK_BYTES;

    r->kernel_stack_computed = now.bytes < 0 || before.bytes < 0;
    if (r->kernel_stack_computed)
        r->kernel_stack = (uint64_t)r->threads * KERNEL_STACK_BYTES;
    else if (grown > 0)
        r->kernel_stack = (uint64_t)grown;
}

void probe_begin(struct probe *probe, nsec interval)
{
    *probe = (struct probe){
        .interval = interval,
        .before = interval ? stacks_read() : (struct stacks){-1, 0},
    };
}

void probe_clear(struct probe *probe)
{
    free(probe->list);
    *probe = (struct probe){0};
}

void probe_take(struct probe *probe, pid_t session)
{
    struct reading r = {.from = now_ns()};
    struct stacks now = stacks_read();

    add_processes(&r, session, probe->kept);
    if (!r.processes)
        return;
    add_stacks(&r, probe->before, now);
    r.to = now_ns();
    if (probe->count == probe->room) {
        size_t room = probe->room ? 2 * probe->room : 16;
        struct reading *more = reallocarray(probe->list, room, sizeof(*more));

        if (!more)
            return; /* the readings so far are as good */
        probe->list = more;
        probe->room = room;
    }
    probe->list[probe->count++] = r;
}

/* ---- which one counts ---- */

const struct reading *probe_middle(const struct probe *probe, nsec from,
                                   nsec to)
{
    const struct reading *best = NULL;
    nsec middle = from + (to > from ? to - from : 0) / 2, least = 0;

    for (size_t i = 0; i < probe->count; i++) {
        const struct reading *r = &probe->list[i];
        nsec at = r->from + (r->to - r->from) / 2;
        nsec away = at > middle ? at - middle : middle - at;

        if (r->from < from || r->to > to || (best && away >= least))
            continue;
        best = r;
        least = away;
    }
    return best;
}

static json_t *reading_json(const struct reading *r, nsec began)
{
    return json_pack(
        "{s:I, s:I, s:I, s:I, s:I, s:b, s:I, s:I}", "at_ns",
        (json_int_t)(r->from - began), "resident_bytes",
        (json_int_t)r->resident, "virtual_bytes", (json_int_t)r->virtual_size,
        "page_table_bytes", (json_int_t)r->page_table, "kernel_stack_bytes",
        (json_int_t)r->kernel_stack, "kernel_stack_computed",
        r->kernel_stack_computed, "threads", (json_int_t)r->threads,
        "processes", (json_int_t)r->processes);
}

/* What stands at `key`, 0 if nothing does. */
static nsec time_at(const json_t *figures, const char *key)
{
    return (nsec)json_integer_value(json_object_get(figures, key));
}

void probe_put(const struct probe *probe, json_t *figures, bool together)
{
    static const char *const told[] = {"began_ns", "last_start_ns",
                                       "first_end_ns"};
    nsec began = time_at(figures, told[0]);
    nsec from = together ? time_at(figures, told[1]) : began;
    nsec to = together ? time_at(figures, told[2])
                       : began + time_at(figures, "run_ns");
    const struct reading *r = from ? probe_middle(probe, from, to) : NULL;

    if (probe->interval && figures)
        json_object_set_new(figures, "mid",
                            r ? reading_json(r, began) : json_null());
    for (size_t t = 0; t < sizeof(told) / sizeof(*told); t++)
        json_object_del(figures, told[t]);
}
