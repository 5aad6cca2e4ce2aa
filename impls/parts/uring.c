/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An io_uring and a loop around it. Its memory does not grow with what is under
 * way: beyond the rings' size, submitting comes sooner and the kernel keeps
 * completions until there is room.
 */
#include "uring.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "watch.h"

/* More in one system call save nothing that could be measured. */
#define ENTRIES 512

/* Completions that are not yet looked at, without help from the kernel. */
#define COMPLETIONS 4096

/* Receive buffers, shared by all: the fewer connections, the larger, but never
 * more in all. Where they run out, a receive ends with ENOBUFS and is begun
 * again. */
#define BUFFERS_BYTES 524288u
#define BUFFERS_LEAST 16u
#define BUFFERS_MOST  128u
#define BUFFER_GROUP  0

/* In the words of <linux/io_uring.h>: completions are worked off by the thread
 * that waits for them, when it waits, and nobody is interrupted. From 6.1 on;
 * the second is what 6.0 has. */
static const unsigned setups[] = {
    IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN |
        IORING_SETUP_SUBMIT_ALL | IORING_SETUP_CQSIZE,
    IORING_SETUP_COOP_TASKRUN | IORING_SETUP_SUBMIT_ALL | IORING_SETUP_CQSIZE,
};

struct listener {
    uring_handler handler;
    void *context;
};

struct uring {
    struct io_uring ring;
    int error; /* the end of it */
    struct listener listeners[URING_KINDS];
    struct io_uring_buf_ring *free_buffers; /* NULL: there are none */
    char *buffers;
    uint32_t buffer_count, buffer_bytes;
    struct io_uring_sqe spare;        /* where there is an error */
    struct __kernel_timespec times[]; /* by entry: read when it is submitted */
};

/* ---- tags ---- */

#define KIND_BITS 16
#define LIFE_BITS 16

uint64_t uring_data(struct uring_tag tag)
{
    return (uint64_t)tag.index << (KIND_BITS + LIFE_BITS) |
           (uint64_t)tag.life << KIND_BITS | (uint64_t)tag.kind;
}

void uring_set_tag(struct io_uring_sqe *sqe, struct uring_tag tag)
{
    sqe->user_data = uring_data(tag);
}

static struct uring_tag read_tag(uint64_t data)
{
    return (struct uring_tag){
        .kind = (enum uring_kind)(data & 0xffff),
        .index = (uint32_t)(data >> (KIND_BITS + LIFE_BITS)),
        .life = (uint16_t)(data >> KIND_BITS),
    };
}

/* ---- whether there can be one ---- */

/* Returns 0 or an errno. */
static int make_ring(struct io_uring *ring, unsigned entries)
{
    int error = EINVAL;

    for (size_t s = 0; error == EINVAL && s < sizeof(setups) / sizeof(*setups);
         s++) {
        struct io_uring_params params = {.flags = setups[s],
                                         .cq_entries = COMPLETIONS};

        error = -io_uring_queue_init_params(entries, ring, &params);
    }
    return error;
}

/* No probe tells of a multishot receive: it came with the last of these. */
static const struct {
    int op;
    const char *name;
} needed[] = {
    {IORING_OP_TIMEOUT, "timeout"},        {IORING_OP_RENAMEAT, "renameat"},
    {IORING_OP_UNLINKAT, "unlinkat"},      {IORING_OP_SOCKET, "socket"},
    {IORING_OP_SEND_ZC, "multishot recv"},
};

static const char *lacking(struct io_uring *ring)
{
    struct io_uring_probe *probe = io_uring_get_probe_ring(ring);
    const char *name = probe ? NULL : "probe";

    for (size_t n = 0; !name && n < sizeof(needed) / sizeof(*needed); n++)
        if (!io_uring_opcode_supported(probe, needed[n].op))
            name = needed[n].name;
    io_uring_free_probe(probe);
    return name;
}

static const char *explain(int error)
{
    if (error == EPERM)
        return "not allowed: kernel.io_uring_disabled, or the container";
    if (error == ENOSYS)
        return "not in this kernel, or hidden by the container";
    return strerror(error);
}

const char *uring_absent(void)
{
    static bool asked;
    static char text[128];
    struct io_uring ring;

    if (asked)
        return *text ? text : NULL;
    asked = true;
    int error = make_ring(&ring, 8);
    if (error == EINVAL) {
        snprintf(text, sizeof(text), "needs Linux 6.0 or newer");
    } else if (error) {
        snprintf(text, sizeof(text), "%s", explain(error));
    } else {
        const char *name = lacking(&ring);

        if (name)
            snprintf(text, sizeof(text),
                     "no %s in this io_uring: needs Linux 6.0 or newer", name);
        io_uring_queue_exit(&ring);
    }
    return *text ? text : NULL;
}

/* ---- buffers ---- */

static void give_back(struct uring *u, uint16_t buffer)
{
    io_uring_buf_ring_add(
        u->free_buffers, u->buffers + (size_t)buffer * u->buffer_bytes,
        u->buffer_bytes, buffer, io_uring_buf_ring_mask(u->buffer_count), 0);
    io_uring_buf_ring_advance(u->free_buffers, 1);
}

static void *map(size_t size)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    return memory == MAP_FAILED ? NULL : memory;
}

static int open_buffers(struct uring *u, uint32_t sockets)
{
    u->buffer_count = BUFFERS_LEAST;
    while (u->buffer_count < sockets && u->buffer_count < BUFFERS_MOST)
        u->buffer_count *= 2;
    u->buffer_bytes = BUFFERS_BYTES / u->buffer_count;
    u->free_buffers = map(u->buffer_count * sizeof(struct io_uring_buf));
    u->buffers = map(BUFFERS_BYTES);
    if (!u->free_buffers || !u->buffers)
        return ENOMEM;
    struct io_uring_buf_reg reg = {
        .ring_addr = (uintptr_t)u->free_buffers,
        .ring_entries = u->buffer_count,
        .bgid = BUFFER_GROUP,
    };
    int error = -io_uring_register_buf_ring(&u->ring, &reg, 0);
    if (error)
        return error;
    io_uring_buf_ring_init(u->free_buffers);
    for (uint32_t b = 0; b < u->buffer_count; b++)
        give_back(u, (uint16_t)b);
    return 0;
}

void uring_receive(struct uring *u, uint32_t socket, unsigned how,
                   struct uring_tag tag)
{
    struct io_uring_sqe *sqe = uring_entry(u);

    if (how & URING_AGAIN)
        io_uring_prep_recv_multishot(sqe, (int)socket, NULL, 0, 0);
    else
        io_uring_prep_recv(sqe, (int)socket, NULL, u->buffer_bytes, 0);
    if (how & URING_LATER)
        sqe->ioprio |= IORING_RECVSEND_POLL_FIRST;
    sqe->flags |= IOSQE_FIXED_FILE | IOSQE_BUFFER_SELECT;
    sqe->buf_group = BUFFER_GROUP;
    uring_set_tag(sqe, tag);
}

/* ---- open and close ---- */

int uring_open(struct uring **out, uint32_t sockets)
{
    struct uring *u =
        calloc(1, sizeof(*u) + ENTRIES * sizeof(struct __kernel_timespec));

    if (!u)
        return ENOMEM;
    int error = make_ring(&u->ring, ENTRIES);
    if (error) {
        free(u);
        return error;
    }
    /* Spares the kernel a look-up each turn; it goes without, too. */
    (void)io_uring_register_ring_fd(&u->ring);
    if (sockets)
        error = -io_uring_register_files_sparse(&u->ring, sockets);
    if (sockets && !error)
        error = open_buffers(u, sockets);
    if (error)
        uring_close(u);
    else
        *out = u;
    watch_backend("io_uring");
    return error;
}

void uring_close(struct uring *u)
{
    io_uring_queue_exit(&u->ring);
    if (u->free_buffers)
        munmap(u->free_buffers, u->buffer_count * sizeof(struct io_uring_buf));
    if (u->buffers)
        munmap(u->buffers, BUFFERS_BYTES);
    free(u);
}

void uring_handle(struct uring *u, enum uring_kind kind, uring_handler handler,
                  void *context)
{
    u->listeners[kind] = (struct listener){handler, context};
}

/* ---- asking ---- */

/* What is no error: interrupted, or completions have to be looked at first. */
static bool passes(int error)
{
    return error == EINTR || error == EAGAIN || error == EBUSY;
}

static void submit(struct uring *u)
{
    int result = io_uring_submit(&u->ring);

    if (result < 0 && !passes(-result))
        u->error = -result;
}

struct io_uring_sqe *uring_entry(struct uring *u)
{
    while (!u->error && !io_uring_sq_space_left(&u->ring))
        submit(u);
    return u->error ? &u->spare : io_uring_get_sqe(&u->ring);
}

void uring_timer(struct uring *u, nsec when, struct uring_tag tag)
{
    struct io_uring_sqe *sqe = uring_entry(u);
    struct __kernel_timespec *time =
        &u->times[sqe == &u->spare ? 0 : sqe - u->ring.sq.sqes];

    time->tv_sec = (int64_t)(when / NSEC_PER_SEC);
    time->tv_nsec = (int64_t)(when % NSEC_PER_SEC);
    io_uring_prep_timeout(sqe, time, 0, IORING_TIMEOUT_ABS);
    uring_set_tag(sqe, tag);
}

void uring_yield(struct uring *u, struct uring_tag tag)
{
    struct io_uring_sqe *sqe = uring_entry(u);

    io_uring_prep_nop(sqe);
    uring_set_tag(sqe, tag);
}

/* ---- the loop ---- */

static void tell(struct uring *u, const struct io_uring_cqe *cqe)
{
    struct uring_done done = {
        .tag = read_tag(cqe->user_data),
        .result = cqe->res,
        .flags = cqe->flags,
    };
    const struct listener *to = &u->listeners[done.tag.kind];
    bool buffered = cqe->flags & IORING_CQE_F_BUFFER;
    uint16_t buffer = (uint16_t)(cqe->flags >> IORING_CQE_BUFFER_SHIFT);

    if (buffered)
        done.data = u->buffers + (size_t)buffer * u->buffer_bytes;
    if (to->handler)
        to->handler(to->context, &done);
    if (buffered)
        give_back(u, buffer);
}

int uring_turn(struct uring *u)
{
    int result = u->error ? -u->error : io_uring_submit_and_wait(&u->ring, 1);

    if (result < 0 && !passes(-result))
        return -result;
    watch_turn_begins();
    /* Not those that come meanwhile: what these ask for goes first. */
    for (unsigned n = io_uring_cq_ready(&u->ring); n && !u->error; n--) {
        struct io_uring_cqe *next = NULL;

        if (io_uring_peek_cqe(&u->ring, &next) != 0)
            break;
        struct io_uring_cqe cqe = *next;
        io_uring_cqe_seen(&u->ring, next);
        tell(u, &cqe);
    }
    watch_turn_ends();
    return u->error;
}
