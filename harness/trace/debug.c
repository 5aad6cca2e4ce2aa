/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Debugging remarks, each a line that begins with `debug:`. One call of
 * fprintf a line, so that those of several threads do not mix.
 */
#include "debug.h"

#include <inttypes.h>

#include "../suite/units.h"
#include "printer.h"

#define TIME_BYTES 32

static char *time_text(char buf[TIME_BYTES], nsec ns)
{
    return format_duration(buf, TIME_BYTES, (double)ns);
}

/* ---- told by the strategies ---- */

static void on_loop(struct watcher *self, const char *backend)
{
    struct debug *debug = (struct debug *)self;

    atomic_fetch_add(&debug->loops, 1);
    fprintf(debug->out, "debug: event loop: %s\n", backend);
}

static void on_lookup(struct watcher *self, const char *host,
                      const char *address, nsec took)
{
    struct debug *debug = (struct debug *)self;
    char time[TIME_BYTES];

    if (address && !*address)
        address = "no address";
    fprintf(debug->out, "debug: looked up %s in %s%s%s\n", host,
            time_text(time, took), address ? ": " : "", address ? address : "");
}

static void on_held(struct watcher *self, nsec began, nsec took)
{
    struct debug *debug = (struct debug *)self;
    char time[TIME_BYTES], most[TIME_BYTES];
    nsec since = began > *debug->began ? began - *debug->began : 0;

    if (took > debug->slow)
        fprintf(debug->out,
                "debug: %.3f s: a callback held the loop for %s (over %s)\n",
                (double)since / 1e9, time_text(time, took),
                time_text(most, debug->slow));
}

/* ---- before and after ---- */

void debug_begin(struct debug *debug, FILE *out, nsec slow,
                 const struct job *job)
{
    *debug = (struct debug){
        .watcher = {on_loop, on_lookup, on_held},
        .out = out,
        .slow = slow,
        .began = &job->batch.began,
    };
    if (!out)
        return;
    fprintf(out, "debug: %s, width %" PRIu32 ": %s\n", job->strategy->name,
            job->batch.width, job->strategy->gist);
    fprintf(out, "debug: %s\n", strategies_libraries());
    strategies_watch(&debug->watcher);
}

void debug_opened(struct debug *debug)
{
    if (debug->out && !atomic_load(&debug->loops))
        fprintf(debug->out, "debug: no event loop\n");
}

/* Tasks from i on that were never started, as one line. Returns the number of
 * them. */
static uint32_t tell_unstarted(FILE *out, const struct batch *batch, uint32_t i)
{
    uint32_t run = 0;
    char from[TASK_NAME_BYTES], to[TASK_NAME_BYTES];

    while (i + run < batch->count && batch->tasks[i + run].progress == 0)
        run++;
    if (run == 1)
        fprintf(out, "debug: task %s was never started\n",
                task_name(batch, i, from));
    else if (run)
        fprintf(out, "debug: tasks %s to %s were never started\n",
                task_name(batch, i, from), task_name(batch, i + run - 1, to));
    return run;
}

void debug_end(struct debug *debug, const struct batch *batch)
{
    uint32_t task;
    enum breach breach = batch_breach(batch, &task);

    if (!debug->out)
        return;
    strategies_watch(NULL);
    for (uint32_t i = 0; i < batch->count; i++)
        i += tell_unstarted(debug->out, batch, i);
    if (breach != BREACH_NONE)
        fprintf(debug->out, "debug: task %" PRIu32 " %s\n", task,
                breach_text(breach));
    fprintf(debug->out,
            "debug: at most %" PRIu32 " in flight, %" PRIu32 " thread%s\n",
            atomic_load(&batch->in_flight_peak), strategies_threads_peak(),
            strategies_threads_peak() == 1 ? "" : "s");
}
