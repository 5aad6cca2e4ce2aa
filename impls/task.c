/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tasks: names, stamps and what the observer is told. Everything here may be
 * called from several threads at once for different tasks.
 */
#include "task.h"

#include <time.h>

static const char *const step_kind_names[STEP_KINDS] = {
    [STEP_SLEEP] = "sleep", [STEP_FETCH] = "fetch", [STEP_READ] = "read",
    [STEP_WRITE] = "write", [STEP_RECV] = "recv",   [STEP_JOIN] = "join",
    [STEP_CPU] = "cpu",     [STEP_PARSE] = "parse", [STEP_ADD] = "add",
    [STEP_PRINT] = "print", [STEP_SPAWN] = "spawn",
};

static const char *const outcome_names[OUTCOMES] = {
    [OUTCOME_NONE] = "none",
    [OUTCOME_OK] = "ok",
    [OUTCOME_RESOLVE] = "resolve",
    [OUTCOME_CONNECT] = "connect",
    [OUTCOME_TRANSFER] = "transfer",
    [OUTCOME_TIMEOUT] = "timeout",
    [OUTCOME_URL] = "url",
    [OUTCOME_FILE] = "file",
    [OUTCOME_PARSE] = "parse",
    [OUTCOME_WORKER] = "worker",
    [OUTCOME_CANCELLED] = "cancelled",
    [OUTCOME_SYSTEM] = "system",
};

static const char *const breach_texts[BREACHES] = {
    [BREACH_NONE] = "nothing wrong",
    [BREACH_NO_SUCH_TASK] = "is not in the batch",
    [BREACH_STARTED_TWICE] = "was started twice",
    [BREACH_NOT_STARTED] = "was finished without having been started",
};

const char *step_kind_name(enum step_kind kind)
{
    return kind < STEP_KINDS ? step_kind_names[kind] : NULL;
}

const char *outcome_name(enum outcome outcome)
{
    return outcome < OUTCOMES ? outcome_names[outcome] : NULL;
}

const char *breach_text(enum breach breach)
{
    return breach < BREACHES ? breach_texts[breach] : NULL;
}

nsec now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (nsec)now.tv_sec * NSEC_PER_SEC + (nsec)now.tv_nsec;
}

/* ---- stamps ---- */

bool batch_cancelled(const struct batch *batch)
{
    return atomic_load_explicit(&batch->cancel->flag, memory_order_relaxed);
}

bool batch_has(const struct batch *batch, enum step_kind kind)
{
    for (uint32_t s = 0; s < batch->step_count; s++)
        if (batch->steps[s].kind == kind)
            return true;
    return false;
}

static void set_breach(struct batch *batch, enum breach breach, uint32_t i)
{
    uint64_t none = 0;

    atomic_compare_exchange_strong(&batch->breach, &none,
                                   (uint64_t)breach << 32 | i);
}

enum breach batch_breach(const struct batch *batch, uint32_t *task)
{
    uint64_t breach = atomic_load(&batch->breach);

    *task = (uint32_t)breach;
    return (enum breach)(breach >> 32);
}

static void count_in(struct batch *batch)
{
    uint32_t now = atomic_fetch_add(&batch->in_flight, 1) + 1;
    uint32_t peak = atomic_load(&batch->in_flight_peak);

    while (now > peak)
        if (atomic_compare_exchange_weak(&batch->in_flight_peak, &peak, now))
            break;
}

static void tell(const struct batch *batch, uint32_t i, enum task_event event,
                 nsec when, const char *text)
{
    struct observer *observer = batch->observer;

    if (observer)
        observer->event(observer, batch, i, event, when, text);
}

static nsec due_time(const struct batch *batch, uint32_t i)
{
    return batch->began + (batch->due ? batch->due[i] : 0);
}

nsec task_due_in(const struct batch *batch, uint32_t i)
{
    if (!batch->due || batch->phase)
        return 0;
    nsec due = due_time(batch, i), now = now_ns();
    return due > now ? due - now : 0;
}

bool task_start(struct batch *batch, uint32_t i)
{
    if (i >= batch->count) {
        set_breach(batch, BREACH_NO_SUCH_TASK, i);
        return false;
    }
    struct task *task = &batch->tasks[i];

    if (task->outcome > OUTCOME_OK || batch_cancelled(batch))
        return false;
    if (task->progress != 2 * batch->phase) {
        set_breach(batch, BREACH_STARTED_TWICE, i);
        return false;
    }
    task->progress++;
    count_in(batch);
    nsec now = now_ns();
    if (batch->phase == 0) {
        task->created = due_time(batch, i);
        task->started = now;
    } else {
        task->idle += now - task->finished;
    }
    tell(batch, i, TASK_STARTED, now, NULL);
    return true;
}

void task_finish(struct batch *batch, uint32_t i, enum outcome outcome)
{
    if (i >= batch->count) {
        set_breach(batch, BREACH_NO_SUCH_TASK, i);
        return;
    }
    struct task *task = &batch->tasks[i];

    if (task->progress != 2 * batch->phase + 1) {
        set_breach(batch, BREACH_NOT_STARTED, i);
        return;
    }
    task->finished = now_ns();
    task->outcome = (uint8_t)outcome;
    task->progress++;
    atomic_fetch_sub(&batch->in_flight, 1);
    tell(batch, i, TASK_FINISHED, task->finished, NULL);
}

void task_print(struct batch *batch, uint32_t i, const char *text)
{
    tell(batch, i, TASK_PRINTED, now_ns(), text);
}

static bool is_creator(const struct batch *batch, uint32_t i)
{
    return batch->creator_begin && i == batch->count - 1;
}

const struct step *task_steps(const struct batch *batch, uint32_t i)
{
    return is_creator(batch, i) ? batch->creator_begin : batch->phase_begin;
}

const struct step *task_steps_end(const struct batch *batch, uint32_t i)
{
    return is_creator(batch, i) ? batch->creator_end : batch->phase_end;
}
