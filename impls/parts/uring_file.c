/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * File steps on an io_uring: a few at once, stage by stage. What is written
 * survives the process, not a power cut: nothing is forced to the disk.
 */
#include "uring_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "body.h"

/* Enough to keep a disk busy; more only wait in the kernel, with a buffer. */
#define AT_ONCE     32
#define CHUNK_BYTES 65536

enum stage {
    STAGE_OPEN,
    STAGE_READ,
    STAGE_WRITE,
    STAGE_CLOSE,
    STAGE_RENAME, /* what was written gets its name … */
    STAGE_UNLINK, /* … or is taken away */
    STAGE_END,    /* there was nothing to be done */
};

/* A step that is under way. */
struct file {
    const struct step *step;
    uint32_t slot, task;
    enum stage stage;
    int fd;
    int error; /* the first; 0 */
    enum outcome outcome;
    uint64_t moved; /* bytes read or written */
    char path[PATH_MAX], beside[PATH_MAX + 32];
    char chunk[CHUNK_BYTES];
};

/* A step that waits for one of those to end. */
struct call {
    const struct step *step;
    uint32_t task;
    uint32_t next; /* the place that waits behind it */
};

struct uring_files {
    struct uring *uring;
    struct batch *batch;
    uring_ended ended;
    void *context;
    uint32_t first, last, waiting;        /* places */
    struct file *files[AT_ONCE], *memory; /* those not in use, from 0 */
    uint32_t free;
    struct call calls[];
};

/* ---- what is asked for ---- */

static void prepare_open(const struct uring_files *uf, struct file *f,
                         struct io_uring_sqe *sqe)
{
    (void)uf;
    if (f->step->kind == STEP_READ)
        io_uring_prep_openat(sqe, AT_FDCWD, f->path, O_RDONLY | O_CLOEXEC, 0);
    else
        io_uring_prep_openat(sqe, AT_FDCWD, f->beside,
                             O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
}

/* -1: where the last one ended, as read and write do. */
#define AS_BEFORE ((uint64_t)-1)

static void prepare_read(const struct uring_files *uf, struct file *f,
                         struct io_uring_sqe *sqe)
{
    (void)uf;
    io_uring_prep_read(sqe, f->fd, f->chunk, sizeof(f->chunk), AS_BEFORE);
}

static void prepare_write(const struct uring_files *uf, struct file *f,
                          struct io_uring_sqe *sqe)
{
    const struct body *body = &uf->batch->bodies[f->task];
    size_t left = body->size - f->moved;

    io_uring_prep_write(sqe, f->fd, body->data + f->moved,
                        left < INT_MAX ? (unsigned)left : INT_MAX, AS_BEFORE);
}

static void prepare_close(const struct uring_files *uf, struct file *f,
                          struct io_uring_sqe *sqe)
{
    (void)uf;
    io_uring_prep_close(sqe, f->fd);
}

static void prepare_rename(const struct uring_files *uf, struct file *f,
                           struct io_uring_sqe *sqe)
{
    (void)uf;
    io_uring_prep_renameat(sqe, AT_FDCWD, f->beside, AT_FDCWD, f->path, 0);
}

static void prepare_unlink(const struct uring_files *uf, struct file *f,
                           struct io_uring_sqe *sqe)
{
    (void)uf;
    io_uring_prep_unlinkat(sqe, AT_FDCWD, f->beside, 0);
}

static void prepare_nothing(const struct uring_files *uf, struct file *f,
                            struct io_uring_sqe *sqe)
{
    (void)uf, (void)f;
    io_uring_prep_nop(sqe);
}

static void (*const prepares[])(const struct uring_files *, struct file *,
                                struct io_uring_sqe *) = {
    [STAGE_OPEN] = prepare_open,     [STAGE_READ] = prepare_read,
    [STAGE_WRITE] = prepare_write,   [STAGE_CLOSE] = prepare_close,
    [STAGE_RENAME] = prepare_rename, [STAGE_UNLINK] = prepare_unlink,
    [STAGE_END] = prepare_nothing,
};

static void ask(struct uring_files *uf, struct file *f, enum stage stage)
{
    struct io_uring_sqe *sqe = uring_entry(uf->uring);

    f->stage = stage;
    prepares[stage](uf, f, sqe);
    uring_set_tag(sqe, (struct uring_tag){
                           .kind = URING_FILE,
                           .index = (uint32_t)(f - uf->memory),
                       });
}

/* ---- a step ---- */

static void begin(struct uring_files *uf, uint32_t slot)
{
    struct file *f = uf->files[--uf->free];
    const struct call *call = &uf->calls[slot];

    f->step = call->step;
    f->slot = slot;
    f->task = call->task;
    f->error = 0;
    f->outcome = OUTCOME_OK;
    f->moved = 0;
    if (f->step->kind == STEP_READ)
        body_begin(uf->batch, f->task);
    if (!step_path(uf->batch, f->step, f->task, f->path, sizeof(f->path))) {
        f->error = ENAMETOOLONG;
        ask(uf, f, STAGE_END);
        return;
    }
    snprintf(f->beside, sizeof(f->beside), "%s.%u.part", f->path, f->task);
    ask(uf, f, STAGE_OPEN);
}

/* The longest waiting has its turn. */
static void begin_next(struct uring_files *uf)
{
    while (uf->waiting && uf->free) {
        uint32_t slot = uf->first;

        uf->first = uf->calls[slot].next;
        uf->waiting--;
        if (batch_cancelled(uf->batch))
            uf->ended(uf->context, slot, OUTCOME_CANCELLED);
        else
            begin(uf, slot);
    }
}

static void end(struct uring_files *uf, struct file *f)
{
    uint32_t slot = f->slot;
    enum outcome outcome = f->outcome;

    if (f->step->kind == STEP_READ)
        uf->batch->tasks[f->task].value = (int64_t)f->moved;
    if (f->error) {
        uf->batch->tasks[f->task].error = (uint16_t)f->error;
        outcome = OUTCOME_FILE;
    }
    uf->files[uf->free++] = f;
    begin_next(uf);
    uf->ended(uf->context, slot, outcome);
}

/* ---- what has been done ---- */

static void on_open(struct uring_files *uf, struct file *f, int result)
{
    f->fd = result;
    if (result < 0)
        end(uf, f);
    else if (f->step->kind == STEP_READ)
        ask(uf, f, STAGE_READ);
    else
        ask(uf, f, uf->batch->bodies[f->task].size ? STAGE_WRITE : STAGE_CLOSE);
}

static void on_read(struct uring_files *uf, struct file *f, int result)
{
    if (result > 0) {
        f->moved += (uint64_t)result;
        if (!body_receive(uf->batch, f->task, f->chunk, (size_t)result))
            f->outcome = OUTCOME_SYSTEM;
    }
    ask(uf, f,
        result > 0 && f->outcome == OUTCOME_OK ? STAGE_READ : STAGE_CLOSE);
}

static void on_write(struct uring_files *uf, struct file *f, int result)
{
    const struct body *body = &uf->batch->bodies[f->task];

    if (result > 0)
        f->moved += (uint64_t)result;
    ask(uf, f,
        result >= 0 && f->moved < body->size ? STAGE_WRITE : STAGE_CLOSE);
}

static void on_close(struct uring_files *uf, struct file *f, int result)
{
    (void)result;
    if (f->step->kind == STEP_READ)
        end(uf, f);
    else
        ask(uf, f, f->error ? STAGE_UNLINK : STAGE_RENAME);
}

static void on_rename(struct uring_files *uf, struct file *f, int result)
{
    if (result < 0)
        ask(uf, f, STAGE_UNLINK);
    else
        end(uf, f);
}

static void on_end(struct uring_files *uf, struct file *f, int result)
{
    (void)result;
    end(uf, f);
}

static void (*const stages[])(struct uring_files *, struct file *, int) = {
    [STAGE_OPEN] = on_open,     [STAGE_READ] = on_read,
    [STAGE_WRITE] = on_write,   [STAGE_CLOSE] = on_close,
    [STAGE_RENAME] = on_rename, [STAGE_UNLINK] = on_end,
    [STAGE_END] = on_end,
};

static void on_done(void *context, const struct uring_done *done)
{
    struct uring_files *uf = context;
    struct file *f = &uf->memory[done->tag.index];

    if (done->result == -EINTR || done->result == -EAGAIN) {
        ask(uf, f, f->stage);
        return;
    }
    if (done->result < 0 && !f->error)
        f->error = -done->result;
    stages[f->stage](uf, f, done->result);
}

/* ---- the hooks ---- */

void uring_file_begin(struct uring_files *uf, uint32_t slot,
                      const struct step *step, uint32_t task)
{
    uf->calls[slot] = (struct call){.step = step, .task = task};
    if (uf->free) {
        begin(uf, slot);
        return;
    }
    if (uf->waiting++)
        uf->calls[uf->last].next = slot;
    else
        uf->first = slot;
    uf->last = slot;
}

void uring_files_close(struct uring_files *uf)
{
    free(uf->memory);
    free(uf);
}

int uring_files_open(struct uring_files **out, struct uring *uring,
                     struct batch *batch, uint32_t width, uring_ended ended,
                     void *context)
{
    struct uring_files *uf =
        calloc(1, sizeof(*uf) + width * sizeof(struct call));

    if (!uf)
        return ENOMEM;
    uf->uring = uring;
    uf->batch = batch;
    uf->ended = ended;
    uf->context = context;
    uf->memory = calloc(AT_ONCE, sizeof(struct file));
    if (!uf->memory) {
        uring_files_close(uf);
        return ENOMEM;
    }
    for (; uf->free < AT_ONCE; uf->free++)
        uf->files[uf->free] = &uf->memory[uf->free];
    uring_handle(uring, URING_FILE, on_done, uf);
    *out = uf;
    return 0;
}
