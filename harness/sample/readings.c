/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Readings of the own process from /proc and getrusage. Memory is not taken
 * from getrusage: its high-water mark survives exec and carries the parent's.
 */
#include "readings.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

void memory_reset_peak(void)
{
    int fd = open("/proc/self/clear_refs", O_WRONLY | O_CLOEXEC);

    if (fd < 0)
        return;
    /* 5: "reset the peak resident set size" (proc(5)); a kernel without it
     * leaves the mark where it is, which reads too high, never too low. */
    ssize_t written = write(fd, "5", 1);
    (void)written;
    close(fd);
}

struct memory memory_read(void)
{
    struct memory memory = {0};
    const struct {
        const char *name;
        uint64_t *value;
    } lines[] = {
        {"VmRSS:", &memory.resident},
        {"VmHWM:", &memory.resident_peak},
        {"VmPeak:", &memory.virtual_peak},
        {"VmPTE:", &memory.page_tables},
    };
    char line[256];
    FILE *status = fopen("/proc/self/status", "re");

    if (!status)
        return memory;
    while (fgets(line, sizeof(line), status)) {
        for (size_t l = 0; l < sizeof(lines) / sizeof(*lines); l++) {
            size_t length = strlen(lines[l].name);
            unsigned long long kib;

            if (strncmp(line, lines[l].name, length) == 0 &&
                sscanf(line + length, "%llu", &kib) == 1)
                *lines[l].value = kib * 1024;
        }
    }
    fclose(status);
    return memory;
}

static nsec nsec_of(struct timeval t)
{
    return (nsec)t.tv_sec * NSEC_PER_SEC + (nsec)t.tv_usec * NSEC_PER_USEC;
}

uint64_t memory_pss(pid_t pid)
{
    char line[256];
    unsigned long long kib = 0;

    snprintf(line, sizeof(line), "/proc/%d/smaps_rollup", (int)pid);
    FILE *file = fopen(line, "re");
    while (file && fgets(line, sizeof(line), file))
        if (sscanf(line, "Pss: %llu", &kib) == 1)
            break;
    if (file)
        fclose(file);
    return kib * 1024;
}

static struct usage usage_of(int who)
{
    struct rusage now;

    getrusage(who, &now);
    return (struct usage){nsec_of(now.ru_utime), nsec_of(now.ru_stime),
                          (uint64_t)now.ru_nvcsw, (uint64_t)now.ru_nivcsw};
}

struct usage usage_read(void)
{
    return usage_of(RUSAGE_SELF);
}

struct usage usage_children(void)
{
    return usage_of(RUSAGE_CHILDREN);
}

struct usage usage_since(struct usage before)
{
    struct usage now = usage_read();

    return (struct usage){now.user - before.user, now.system - before.system,
                          now.voluntary - before.voluntary,
                          now.involuntary - before.involuntary};
}
