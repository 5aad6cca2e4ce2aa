/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An io_uring and a loop around it: what is asked for in one turn goes to the
 * kernel together with the wait for what is done, in one system call. Needs
 * Linux 6.0 and the leave to use it (uring_absent).
 */
#ifndef CONCUR_URING_H
#define CONCUR_URING_H

#include <liburing.h>

#include "../task.h"

/* Who is told of a completion. */
enum uring_kind {
    URING_NOTHING, /* nobody: what it says is no news */
    URING_STEP,
    URING_CANCEL,
    URING_DEADLINE,
    URING_SOCKET,
    URING_OPTION,
    URING_CONNECT,
    URING_SEND,
    URING_RECV,
    URING_FILE,
    URING_KINDS,
};

/* What a request is known by when it is done: `index` is its owner's, and so is
 * `life`, by which he tells it from what an earlier user of the index began. */
struct uring_tag {
    enum uring_kind kind;
    uint32_t index;
    uint16_t life;
};

struct uring_done {
    struct uring_tag tag;
    int result;       /* as a system call's, but an error is a negative errno */
    unsigned flags;   /* IORING_CQE_F_… */
    const char *data; /* what was received; lost when the handler returns */
};

/* On the loop; it may ask for more. */
typedef void (*uring_handler)(void *context, const struct uring_done *done);

struct uring;

/* Why there can be none here; NULL if there can. Asked once, then remembered.
 */
const char *uring_absent(void);

/* `sockets`: how many direct descriptors there are, from 0; 0: none, and no
 * buffers to receive into. Returns 0 or an errno. For one thread only. */
int uring_open(struct uring **uring, uint32_t sockets);

/* Whatever is under way is given up, and sockets are closed. */
void uring_close(struct uring *uring);

void uring_handle(struct uring *uring, enum uring_kind kind,
                  uring_handler handler, void *context);

/* An entry to be prepared, and then tagged. Never NULL. */
struct io_uring_sqe *uring_entry(struct uring *uring);
void uring_set_tag(struct io_uring_sqe *sqe, struct uring_tag tag);
uint64_t uring_data(struct uring_tag tag); /* as which an entry carries it */

/* Done at `when`, which may have passed, with -ETIME. */
void uring_timer(struct uring *uring, nsec when, struct uring_tag tag);

/* Done in the loop's next turn. */
void uring_yield(struct uring *uring, struct uring_tag tag);

/* How to receive. */
enum {
    URING_AGAIN = 1, /* again and again, until there is an error or no buffer */
    URING_LATER = 2, /* there is nothing yet: it would be tried in vain */
};

/* For a receive from a direct descriptor, into buffers that all share. */
void uring_receive(struct uring *uring, uint32_t socket, unsigned how,
                   struct uring_tag tag);

/* Submits, waits until something is done, and calls the handlers. Returns 0, or
 * an errno that is the end of it. */
int uring_turn(struct uring *uring);

#endif
