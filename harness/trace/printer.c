/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Events, printed. A line is flushed at once: it must be seen when it happens,
 * also through a pipe.
 */
#include "printer.h"

#include <ctype.h>
#include <curl/curl.h>
#include <string.h>

#include "break.h"
#include "stop.h"

/* ---- words ---- */

bool task_is_creator(const struct batch *batch, uint32_t i)
{
    return batch->creator_begin && i == batch->count - 1;
}

char *task_name(const struct batch *batch, uint32_t i,
                char buf[TASK_NAME_BYTES])
{
    if (task_is_creator(batch, i))
        snprintf(buf, TASK_NAME_BYTES, "creator");
    else
        snprintf(buf, TASK_NAME_BYTES, "%llu",
                 (unsigned long long)batch->first + i);
    return buf;
}

/* What a task's `error` is, outcome by outcome, and what is said where it
 * says nothing. */
static const struct {
    enum { ERROR_NUMBER, ERROR_CURL, ERROR_ERRNO } error;
    const char *text;
} failures[OUTCOMES] = {
    [OUTCOME_NONE] = {ERROR_NUMBER, "it was lost"},
    [OUTCOME_RESOLVE] = {ERROR_CURL, "the host's name has no address"},
    [OUTCOME_CONNECT] = {ERROR_CURL, "no connection to the server"},
    [OUTCOME_TRANSFER] = {ERROR_CURL, "the connection broke"},
    [OUTCOME_TIMEOUT] = {ERROR_CURL, "it took longer than the timeout"},
    [OUTCOME_URL] = {ERROR_CURL, "the URL is malformed or too long"},
    [OUTCOME_FILE] = {ERROR_ERRNO, "a file cannot be read or written"},
    [OUTCOME_PARSE] = {ERROR_NUMBER, "the body is not JSON, or lacks the "
                                     "member"},
    [OUTCOME_WORKER] = {ERROR_NUMBER, "the process that did the task died"},
    [OUTCOME_SYSTEM] = {ERROR_NUMBER, "the system refused what it needs"},
};

char *failure_text(const struct task *task, char *buf, size_t size)
{
    enum outcome outcome = (enum outcome)task->outcome;
    const char *name = outcome_name(outcome), *text;

    text = outcome < OUTCOMES ? failures[outcome].text : NULL;
    if (text && task->error >= TASK_ERRNO(0))
        text = strerrordesc_np(task->error - TASK_ERRNO(0));
    else if (text && task->error && failures[outcome].error == ERROR_CURL)
        text = curl_easy_strerror((CURLcode)task->error);
    else if (text && task->error && failures[outcome].error == ERROR_ERRNO)
        text = strerrordesc_np(task->error);
    snprintf(buf, size, "%s%s%s", name ? name : "failed", text ? ": " : "",
             text ? text : "");
    return buf;
}

/* ---- lines ---- */

/* A line is a line, and a server's bytes do not command the terminal. */
static void put_text(FILE *out, const char *text)
{
    static const char letters[] = {['\n'] = 'n', ['\t'] = 't', ['\r'] = 'r'};

    for (; *text; text++) {
        unsigned char c = (unsigned char)*text;

        if (!iscntrl(c))
            putc(c, out);
        else if (c < sizeof(letters) && letters[c])
            fprintf(out, "\\%c", letters[c]);
        else
            fprintf(out, "\\x%02x", c);
    }
}

static void put_finish(FILE *out, const struct task *task, const char *name)
{
    char why[160];

    if (task->outcome == OUTCOME_OK)
        fprintf(out, "finished %s → %lld", name, (long long)task->value);
    else if (task->outcome == OUTCOME_CANCELLED)
        fprintf(out, "cancelled %s", name);
    else
        fprintf(out, "failed %s: %s", name,
                failure_text(task, why, sizeof(why)));
}

static void put_line(struct printer *p, const struct batch *batch, uint32_t i,
                     enum task_event event, nsec when, const char *text)
{
    char name[TASK_NAME_BYTES];
    nsec since = when > batch->began ? when - batch->began : 0;

    if (batch->phase != p->phase) {
        p->phase = batch->phase;
        fprintf(p->out, "phase %d\n", p->phase + 1);
    }
    task_name(batch, i, name);
    fprintf(p->out, "%*.3f s  ", p->columns, (double)since / 1e9);
    switch (event) {
    case TASK_STARTED:
        fprintf(p->out, "started %s", name);
        break;
    case TASK_FINISHED:
        put_finish(p->out, &batch->tasks[i], name);
        break;
    case TASK_PRINTED:
        fprintf(p->out, "%s: ", name);
        put_text(p->out, text ? text : "");
        break;
    }
    putc('\n', p->out);
}

/* True if task i has nothing more to do. */
static bool is_done(const struct batch *batch, uint32_t i)
{
    const struct step *end = batch->creator_begin
                                 ? batch->creator_begin
                                 : batch->steps + batch->step_count;

    return batch->tasks[i].outcome != OUTCOME_OK || batch->phase_end == end;
}

static void on_event(struct observer *self, const struct batch *batch,
                     uint32_t i, enum task_event event, nsec when,
                     const char *text)
{
    struct printer *p = (struct printer *)self;

    pthread_mutex_lock(&p->lock);
    put_line(p, batch, i, event, when, text);
    /* Nobody reads any more: main says so, after the batch has ended. */
    if (fflush(p->out) != 0 && !batch_cancelled(batch))
        stop_now(batch->cancel);
    if (p->breaks && event == TASK_FINISHED && i == p->break_at &&
        is_done(batch, i))
        trace_break(batch, &batch->tasks[i]);
    pthread_mutex_unlock(&p->lock);
}

void printer_begin(struct printer *printer, FILE *out, nsec longest)
{
    /* A default lock: its calls cannot fail (see impls/parts/thread.h). */
    *printer = (struct printer){
        .observer.event = on_event,
        .lock = PTHREAD_MUTEX_INITIALIZER,
        .out = out,
        .columns = snprintf(NULL, 0, "%.3f", (double)longest / 1e9),
    };
}

void printer_end(struct printer *printer)
{
    pthread_mutex_destroy(&printer->lock);
}
