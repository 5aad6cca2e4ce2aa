/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The origin's counters: see counters.h. Its CPU time is the whole process's,
 * user and system, /stats included.
 */
#include "counters.h"

#include <time.h>

#include "text.h"

static uint64_t cpu_now(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now) != 0)
        return 0;
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void counters_begin(struct counters *counters)
{
    counters->requests++;
    counters->in_service++;
    if (counters->in_service_peak < counters->in_service)
        counters->in_service_peak = counters->in_service;
}

void counters_end(struct counters *counters, uint32_t count)
{
    counters->in_service -= count;
}

void counters_reset(struct counters *counters)
{
    *counters = (struct counters){
        .in_service = counters->in_service,
        .in_service_peak = counters->in_service,
        .open = counters->open,
        .cpu_began = cpu_now(),
    };
}

void counters_reply(const struct counters *counters, struct content *reply)
{
    const struct {
        const char *name;
        uint64_t value;
    } members[] = {
        {"{\"requests\":", counters->requests},
        {",\"connections\":", counters->connections},
        {",\"in_service\":", counters->in_service},
        {",\"in_service_peak\":", counters->in_service_peak},
        {",\"bytes_sent\":", counters->bytes_sent},
        {",\"cpu_ns\":", cpu_now() - counters->cpu_began},
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
