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

/* "127.0.0.1:8080" or "[::1]:8080" into `text`, and the port. 0 or an errno. */
int listener_name(int fd, char *text, size_t size, uint16_t *port);

/* Lets the process have as many descriptors as the system will give it. */
void listener_raise_limit(void);

#endif
