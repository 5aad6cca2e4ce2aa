/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The host that is examined: where its files are read, how concur was built,
 * what is tried out, and two looks at what goes on.
 */
#ifndef CONCUR_HOST_H
#define CONCUR_HOST_H

#include <sys/types.h>

#include "../../impls/task.h"
#include "root.h"

/* A process at one moment. */
struct process {
    pid_t pid;
    uint64_t ticks; /* CPU time since its start, in 1/HZ of a second */
    char name[32];
};

/* What goes on, as sums since boot; ticks are 1/HZ of a second. */
struct look {
    nsec when;
    bool known;            /* /proc/stat could be read */
    uint64_t total, steal; /* ticks of all CPUs */
    uint64_t swapped;      /* pages, in and out */
    struct process *processes;
    size_t count;
};

struct clock_cost {
    nsec reading; /* what a call takes */
    nsec tick;    /* the clock's resolution */
};

struct host {
    const char *root; /* see root.h */
    unsigned cores;   /* allowed, where the caller knows; 0: ask */
    nsec interval;    /* between the two looks */
    bool brief;       /* starts no other program (gnuplot --version) */
    const char *compiler, *flags; /* of this very program */
    const char *path;             /* where programs are looked for: $PATH */
    struct look before, after;

    /* Tried out on the machine itself. */
    int (*perf)(void);          /* counting cycles: 0, or its errno */
    const char *(*uring)(void); /* why there is no io_uring; NULL: there is */
    struct clock_cost (*clock)(void);
    void (*pause)(struct host *host); /* lets `interval` pass */
};

/* This machine and this program. */
struct host host_here(nsec interval, bool brief);

/* Takes both looks, `interval` apart. What could not be read counts as
 * nothing. host_clear frees them. */
void host_look(struct host *host);
void host_clear(struct host *host);

/* Asked for by the CPU check and by run.json alike; "" where unknown. */
char *host_cpu_model(const char *root, char *text, size_t size);

/* "container in a virtual machine", "none seen", … */
const char *host_virtualisation(const char *root);

/* CPUs that this process may use, and those online; 0 where unknown. */
unsigned host_cpus_allowed(const struct host *host);
unsigned host_cpus_online(const char *root);

/* Of the cgroups' CPU quotas the tightest, in cores; 0: there is none.
 * *known is false where no cgroup can be read. */
double host_quota(const char *root, bool *known);

#endif
