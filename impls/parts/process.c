/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Worker processes. A message is a head, the task's record, and its body where
 * bodies are kept; the same in both directions.
 */
#include "process.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "blocking.h"
#include "body.h"

struct message {
    uint32_t task;
    uint32_t begin, end; /* the steps to do */
    uint32_t outcome;    /* of the reply */
    uint64_t body_size;
    struct task record;
};

#define ALIVE_MAX 4096

static pid_t alive[ALIVE_MAX];
static uint32_t alive_count;

uint32_t processes_alive(pid_t *pids, uint32_t count)
{
    uint32_t n = alive_count < count ? alive_count : count;

    memcpy(pids, alive, n * sizeof(*pids));
    return n;
}

static void forget(pid_t pid)
{
    for (uint32_t n = 0; n < alive_count; n++)
        if (alive[n] == pid) {
            alive[n] = alive[--alive_count];
            return;
        }
}

/* ---- messages ---- */

static bool write_all(int fd, const void *data, size_t size)
{
    while (size) {
        ssize_t put = send(fd, data, size, MSG_NOSIGNAL);

        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0)
            return false;
        data = (const char *)data + put;
        size -= (size_t)put;
    }
    return true;
}

static bool read_all(int fd, void *data, size_t size)
{
    while (size) {
        ssize_t got = recv(fd, data, size, 0);

        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return false;
        data = (char *)data + got;
        size -= (size_t)got;
    }
    return true;
}

static bool put_message(int fd, const struct batch *batch,
                        struct message *message)
{
    const struct body *body =
        batch->bodies ? &batch->bodies[message->task] : NULL;

    message->record = batch->tasks[message->task];
    message->body_size = body ? body->size : 0;
    return write_all(fd, message, sizeof(*message)) &&
           (!message->body_size ||
            write_all(fd, body->data, message->body_size));
}

/* The results in the record: what steps write, never stamps or progress. */
static void take_results(struct task *task, const struct task *from)
{
    task->value = from->value;
    task->bytes = from->bytes;
    task->digest = from->digest;
    task->error = from->error;
}

static bool get_body(int fd, struct batch *batch, const struct message *message)
{
    struct body *body = &batch->bodies[message->task];

    char *data = malloc(message->body_size + 1);

    if (!data || !read_all(fd, data, message->body_size)) {
        free(data);
        return false;
    }
    data[message->body_size] = '\0';
    *body = (struct body){data, message->body_size};
    return true;
}

/* Nothing of a message that breaks off is taken over. */
static bool get_message(int fd, struct batch *batch, struct message *message)
{
    if (!read_all(fd, message, sizeof(*message)) ||
        message->task >= batch->count || (message->body_size && !batch->bodies))
        return false;
    body_begin(batch, message->task);
    if (message->body_size && !get_body(fd, batch, message))
        return false;
    take_results(&batch->tasks[message->task], &message->record);
    return true;
}

/* ---- the worker's side ---- */

static void do_task(struct client *client, struct batch *batch,
                    struct message *message)
{
    enum outcome outcome = OUTCOME_OK;

    for (uint32_t s = message->begin; outcome == OUTCOME_OK && s < message->end;
         s++)
        outcome = client_step(client, &batch->steps[s], message->task);
    message->outcome = outcome;
}

/* Tasks until the other side closes. The exit is without ceremony: what the
 * parent has open or buffered is not this process's. */
static void serve(int fd, struct batch *batch)
{
    struct client client;
    struct message message;

    batch->observer = NULL;
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (client_open(&client, batch) != 0)
        _exit(1);
    while (get_message(fd, batch, &message)) {
        do_task(&client, batch, &message);
        if (!put_message(fd, batch, &message))
            break;
    }
    client_close(&client);
    _exit(0);
}

/* ---- the pool's side ---- */

int process_open(struct process *process, struct batch *batch)
{
    int ends[2];

    *process = (struct process){.fd = -1};
    if (alive_count == ALIVE_MAX)
        return EAGAIN;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return errno;
    pid_t pid = fork();
    if (pid < 0) {
        int error = errno;
        close(ends[0]);
        close(ends[1]);
        return error;
    }
    if (pid == 0) {
        close(ends[0]);
        serve(ends[1], batch);
    }
    close(ends[1]);
    *process = (struct process){.pid = pid, .fd = ends[0]};
    alive[alive_count++] = pid;
    return 0;
}

bool process_send(struct process *process, struct batch *batch, uint32_t i)
{
    struct message message = {
        .task = i,
        .begin = (uint32_t)(batch->phase_begin - batch->steps),
        .end = (uint32_t)(batch->phase_end - batch->steps),
    };

    return put_message(process->fd, batch, &message);
}

enum outcome process_receive(struct process *process, struct batch *batch,
                             uint32_t i)
{
    struct message message;

    if (!get_message(process->fd, batch, &message) || message.task != i ||
        message.outcome >= OUTCOMES)
        return OUTCOME_WORKER;
    return message.outcome;
}

void process_close(struct process *process)
{
    if (!process->pid)
        return;
    kill(process->pid, SIGKILL);
    while (waitpid(process->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    close(process->fd);
    forget(process->pid);
    *process = (struct process){.fd = -1};
}
