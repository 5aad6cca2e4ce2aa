/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The origin's listening sockets, and the limits that decide how many
 * connections it can have.
 */
#ifndef CONCUR_LISTENER_H
#define CONCUR_LISTENER_H

#include <stddef.h>
#include <stdint.h>

/* Binds `address` (a number or a name; its first address counts) and listens.
 * Returns a non-blocking socket, or -1 and one line in `error`. */
int listener_open(const char *address, uint16_t port, char *error,
                  size_t error_size);

/* A listening socket's queue has at most somaxconn places, and whoever finds it
 * full hears nothing for a second. Several sockets on one address and port have
 * a queue each, among which the kernel spreads connections. So many sockets are
 * taken, for LISTENER_PLACES in all where that many of them suffice. */
#define LISTENER_PLACES 16384
#define LISTENER_QUEUES 8
uint32_t listener_queues(uint64_t somaxconn);
uint32_t listener_own_queues(void); /* … as this machine has it */

/* What is to be had, and then what was had. */
struct listening {
    uint16_t port;      /* 0: any free one */
    uint32_t addresses; /* 127.0.0.1 and those after it */
    uint32_t queues;    /* sockets on each of them */
};

/* Listening sockets as listener_open makes them, on one port: those of the
 * first address first, then the next one's. *want becomes what could be had;
 * `fds` has room for what is asked. No more than a quarter of the descriptors
 * are used. 0, or -1 and one line in `error`. */
int listener_open_many(int *fds, struct listening *want, char *error,
                       size_t error_size);

/* "127.0.0.1:8080" or "[::1]:8080" into `text`, and the port. 0 or an errno. */
int listener_name(int fd, char *text, size_t size, uint16_t *port);

/* Lets the process have as many descriptors as the system will give it. */
void listener_raise_limit(void);

/* How many those are; this process's own limit is as it was afterwards. */
uint64_t listener_files(void);

#endif
