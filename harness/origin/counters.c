/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The origin's counters: see counters.h. Its CPU time is the whole process's,
 * user and system, /stats included.
 */
#include "counters.h"

#include <time.h>

#include "text.h"

static uint64_t clock_now(clockid_t clock)
{
    struct timespec now;
    if (clock_gettime(clock, &now) != 0)
        return 0;
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

/* To be called before in_service changes, and before it is told. */
static void integrate(struct counters *counters)
{
    uint64_t now = clock_now(CLOCK_MONOTONIC);
    counters->in_service_ns +=
        counters->in_service * (now - counters->in_service_at);
    counters->in_service_at = now;
}

void counters_begin(struct counters *counters)
{
    integrate(counters);
    counters->requests++;
    counters->in_service++;
    if (counters->in_service_peak < counters->in_service)
        counters->in_service_peak = counters->in_service;
}

void counters_end(struct counters *counters, uint32_t count)
{
    if (count == 0)
        return;
    integrate(counters);
    counters->in_service -= count;
}

void counters_reset(struct counters *counters)
{
    *counters = (struct counters){
        .in_service = counters->in_service,
        .in_service_peak = counters->in_service,
        .in_service_at = clock_now(CLOCK_MONOTONIC),
        .open = counters->open,
        .cpu_began = clock_now(CLOCK_PROCESS_CPUTIME_ID),
    };
}

void counters_reply(struct counters *counters, struct content *reply)
{
    integrate(counters);
    const struct {
        const char *name;
        uint64_t value;
    } members[] = {
        {"{\"requests\":", counters->requests},
        {",\"connections\":", counters->connections},
        {",\"in_service\":", counters->in_service},
        {",\"in_service_peak\":", counters->in_service_peak},
        {",\"in_service_ns\":", counters->in_service_ns},
        {",\"bytes_sent\":", counters->bytes_sent},
        {",\"cpu_ns\":",
         clock_now(CLOCK_PROCESS_CPUTIME_ID) - counters->cpu_began},
        {",\"open_connections\":", counters->open},
    };
    struct text text = {.data = reply->head, .size = sizeof reply->head};
    for (size_t i = 0; i < sizeof members / sizeof *members; i++) {
        text_word(&text, members[i].name);
        text_number(&text, members[i].value);
    }
    text_word(&text, "}\n");
    reply->status = 200;
    reply->type = "application/json";
    reply->delay_ns = 0;
    reply->head_length = reply->length = text.used;
    reply->tail_length = 0;
}
