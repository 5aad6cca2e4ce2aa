/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tasks: stamps, and what is computed from a task's number. Everything here
 * may be called from several threads at once for different tasks.
 */
#include "task.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static const char *const step_kind_names[STEP_KINDS] = {
    [STEP_SLEEP] = "sleep",
    [STEP_FETCH] = "fetch",
};

static const char *const outcome_names[OUTCOMES] = {
    [OUTCOME_NONE] = "none",         [OUTCOME_OK] = "ok",
    [OUTCOME_RESOLVE] = "resolve",   [OUTCOME_CONNECT] = "connect",
    [OUTCOME_TRANSFER] = "transfer", [OUTCOME_TIMEOUT] = "timeout",
    [OUTCOME_URL] = "url",           [OUTCOME_CANCELLED] = "cancelled",
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
        task->created = batch->began;
        task->started = now;
    } else {
        task->idle += now - task->finished;
    }
    if (batch->observer)
        batch->observer->event(batch->observer, batch, i, TASK_STARTED, now);
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
    if (batch->observer)
        batch->observer->event(batch->observer, batch, i, TASK_FINISHED,
                               task->finished);
}

/* ---- durations ---- */

/* SplitMix64 (Steele, Lea, Flood 2014): one well-mixed word for each input,
 * so that any task's draw can be had without drawing those before it. */
static uint64_t mix(uint64_t x)
{
    x += 0x9e3779b97f4a7c15u;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
    return x ^ (x >> 31);
}

/* Uniform in (0, 1]: a logarithm of it is finite. */
static double draw(uint64_t seed, uint64_t stream, uint32_t i)
{
    uint64_t word = mix(mix(seed ^ mix(stream)) + i);

    return ((double)(word >> 11) + 1.0) * 0x1.0p-53;
}

static double duration_draw(const struct duration *d, uint64_t seed,
                            uint64_t stream, uint32_t i)
{
    double u = draw(seed, stream, i);

    switch (d->kind) {
    case DURATION_UNIFORM:
        return (double)d->low + u * (double)(d->high - d->low);
    case DURATION_EXPONENTIAL:
        return -log(u) * (double)d->low;
    case DURATION_LOGNORMAL: {
        /* Box and Muller (1958). */
        double v = draw(seed, stream + 1, i);
        double normal = sqrt(-2 * log(u)) * cos(2 * M_PI * v);
        return (double)d->low * exp(d->sigma * normal);
    }
    case DURATION_LIST:
        break;
    }
    return 0;
}

nsec step_delay(const struct batch *batch, const struct step *step, uint32_t i)
{
    const struct duration *d = &step->delay;

    if (d->kind == DURATION_LIST)
        return d->count ? d->list[i % d->count] : 0;
    /* Two streams a step: a lognormal draws twice. */
    uint64_t stream = 2 * (uint64_t)(step - batch->steps);
    double ns = duration_draw(d, batch->seed, stream, i);
    return (nsec)llround(ns / (double)NSEC_PER_USEC) * NSEC_PER_USEC;
}

/* ---- URLs ---- */

/* Milliseconds with as many decimals as it needs, at most three. */
static int print_delay(char *buf, size_t size, nsec delay)
{
    nsec us = delay / NSEC_PER_USEC;
    char text[40];
    int length = snprintf(text, sizeof(text), "%llu.%03llu",
                          (unsigned long long)(us / 1000),
                          (unsigned long long)(us % 1000));

    while (text[length - 1] == '0')
        length--;
    if (text[length - 1] == '.')
        length--;
    return snprintf(buf, size, "%.*s", length, text);
}

/* The {…} at `field` (its end at `close`) for task i, into buf. -1 if it is
 * none of those we know. */
static int print_field(const struct batch *batch, const struct step *step,
                       uint32_t i, const char *field, const char *close,
                       char *buf, size_t size)
{
    size_t length = (size_t)(close - field) - 1;
    unsigned long long low, high;
    int end = 0;

    if (length == 1 && field[1] == 'i')
        return snprintf(buf, size, "%llu",
                        (unsigned long long)batch->first + i);
    if (length == 5 && memcmp(field + 1, "delay", 5) == 0)
        return print_delay(buf, size, step_delay(batch, step, i));
    if (sscanf(field, "{%llu..%llu}%n", &low, &high, &end) == 2 &&
        end == close - field + 1 && low <= high)
        return snprintf(buf, size, "%llu", low + i % (high - low + 1));
    return -1;
}

bool step_url(const struct batch *batch, const struct step *step, uint32_t i,
              char *buf, size_t size)
{
    const char *from =
        step->url_count ? step->urls[i % step->url_count] : step->url;
    size_t used = 0;

    while (*from && used < size) {
        const char *close = NULL;
        int length = -1;

        /* A real URL from a file is taken as it is. */
        if (*from == '{' && !step->url_count)
            close = strchr(from, '}');
        if (close)
            length = print_field(batch, step, i, from, close, buf + used,
                                 size - used);
        if (length < 0) {
            buf[used++] = *from++;
            continue;
        }
        used += (size_t)length;
        from = close + 1;
    }
    if (used >= size)
        return false;
    buf[used] = '\0';
    return true;
}
