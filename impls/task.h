/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Tasks: what is to be done, and what came of it.
 *
 * A task is a short list of steps. All tasks of a batch share the list; what
 * differs from task to task (a duration, a URL) is computed from the task's
 * number, so that a task's record stays small enough for a million of them.
 * Times are nanoseconds throughout.
 */
#ifndef CONCUR_TASK_H
#define CONCUR_TASK_H

#include <assert.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Nanoseconds. As a point in time: on CLOCK_MONOTONIC. */
typedef uint64_t nsec;

#define NSEC_PER_SEC  1000000000ull
#define NSEC_PER_MSEC 1000000ull
#define NSEC_PER_USEC 1000ull

nsec now_ns(void);

/* ---- what is to be done ---- */

enum step_kind {
    /* Steps that wait: how is what strategies differ in. */
    STEP_SLEEP, /* for `delay` */
    STEP_FETCH, /* GET the URL; value: HTTP status; digest: of the body */
    STEP_READ,  /* the file `text`; value: its bytes; digest: of them */
    STEP_WRITE, /* the task's body into the file `text`, whole or not at all */
    STEP_RECV,  /* suspended until whoever runs the task sends `text` */
    STEP_JOIN,  /* until task `number` has finished; value: that task's */
    /* Steps that only compute: the same for all (parts/instant.h). */
    STEP_CPU,   /* until this thread's CPU time has grown by `delay` */
    STEP_PARSE, /* value: the member `text` of the body, a JSON object */
    STEP_ADD,   /* value grows by `number` */
    STEP_PRINT, /* tell the observer `text` */
    STEP_SPAWN, /* task `number` may start; nobody waits for it */
    STEP_KINDS,
};

/* A set of step kinds, as strategies declare it. */
#define STEP_BIT(kind) (1u << (kind))

/* Every kind that waits for nothing but the processor. */
#define STEPS_INSTANT                                                          \
    (STEP_BIT(STEP_CPU) | STEP_BIT(STEP_PARSE) | STEP_BIT(STEP_ADD) |          \
     STEP_BIT(STEP_PRINT))

/* The word for a step kind in suites and messages; NULL if out of range. */
const char *step_kind_name(enum step_kind kind);

enum duration_kind {
    DURATION_LIST,        /* list[i % count]; a constant is a list of one */
    DURATION_UNIFORM,     /* between low and high */
    DURATION_EXPONENTIAL, /* with mean low */
    DURATION_LOGNORMAL,   /* with median low; sigma of the logarithm */
};

/* A duration a task. `list` is borrowed. Drawn values are whole microseconds,
 * the same in every process that has the same seed. */
struct duration {
    enum duration_kind kind;
    uint32_t count;
    const nsec *list;
    nsec low, high;
    double sigma;
};

/* One step. All pointers are borrowed and outlive the batch.
 *
 * `url` is a template: {i} is the task's number, {A..B} runs from A to B and
 * starts over, {delay} is the step's delay in milliseconds. Where `urls` is
 * set, task i fetches urls[i % url_count] instead. `text` is a template too;
 * {value} is the task's value so far, {body} the first 100 characters of its
 * body; both are left as they are in a batch without records. */
struct step {
    enum step_kind kind;
    struct duration delay;
    const char *text;
    int64_t number;
    const char *url;
    const char *const *urls;
    uint32_t url_count;
};

/* ---- what came of it ---- */

enum outcome {
    OUTCOME_NONE,      /* not finished: never started, or lost */
    OUTCOME_OK,        /* every step done */
    OUTCOME_RESOLVE,   /* the host's name has no address */
    OUTCOME_CONNECT,   /* no connection to the server */
    OUTCOME_TRANSFER,  /* the connection broke, or the reply was not HTTP */
    OUTCOME_TIMEOUT,   /* a fetch took longer than the batch's timeout */
    OUTCOME_URL,       /* the URL is malformed, or its scheme unsupported */
    OUTCOME_FILE,      /* a file could not be read or written */
    OUTCOME_PARSE,     /* the body is not JSON, or lacks the member */
    OUTCOME_WORKER,    /* the process that did the task died */
    OUTCOME_CANCELLED, /* the batch was cancelled while the task ran */
    OUTCOME_SYSTEM,    /* the system refused memory, a thread, a socket … */
    OUTCOMES,
};

/* The word for an outcome in results; NULL if out of range. */
const char *outcome_name(enum outcome outcome);

/* A task's result. Only task_start and task_finish write the stamps, the
 * outcome and the progress; a step writes value, bytes, digest and error. */
struct task {
    nsec created;    /* entry to `run`, or the due time where there is a rate */
    nsec started;    /* its first step begins */
    nsec finished;   /* its last step has ended */
    nsec idle;       /* of the time between: at barriers, for other tasks */
    int64_t value;   /* fetch: HTTP status */
    uint64_t bytes;  /* of bodies received */
    uint32_t digest; /* CRC-32 (zlib) of those bytes, in order; 0 for none */
    uint8_t outcome; /* enum outcome */
    uint8_t progress; /* 2 × phases done, + 1 while one is under way */
    uint16_t
        error; /* of a fetch: CURLcode or TASK_ERRNO; else an errno; or 0 */
};

/* The error of a fetch that libcurl had no part in: beyond all of its codes. */
#define TASK_ERRNO(number) ((uint16_t)(0x1000 + (number)))

static_assert(sizeof(struct task) <= 64, "a million tasks must stay small");

/* ---- the batch ---- */

struct batch;

enum task_event { TASK_STARTED, TASK_FINISHED, TASK_PRINTED };

/* Told of each event as it happens, on the thread on which it happens:
 * `event` must be safe to call from several threads at once. `text` is what a
 * task prints, else NULL. */
struct observer {
    void (*event)(struct observer *self, const struct batch *batch, uint32_t i,
                  enum task_event event, nsec when, const char *text);
};

/* The last body that a task received, kept where a later step needs it. */
struct body {
    char *data; /* allocated; NUL-terminated; NULL if there is none */
    size_t size;
};

/* A request to stop. Whoever cancels sets the flag and then makes `fd` (an
 * eventfd) readable, for good: waits end early, no further task is started.
 * Tasks under way end as OUTCOME_CANCELLED, `run` returns 0. */
struct cancel {
    atomic_bool flag;
    int fd;
};

/* What a strategy or a task did that it must not do. The first is kept. */
enum breach {
    BREACH_NONE,
    BREACH_NO_SUCH_TASK,  /* a number beyond the batch */
    BREACH_STARTED_TWICE, /* started again in the same phase */
    BREACH_NOT_STARTED,   /* finished without having been started */
    BREACHES,
};

const char *breach_text(enum breach breach);

/* Read-only to strategies, except for what task_start, task_finish and the
 * steps write. A batch whose case has phases is run once for each of them:
 * `phase_begin` to `phase_end` are the steps of this call. */
struct batch {
    struct task *tasks; /* `count` of them, zeroed */
    uint32_t count;
    uint32_t first; /* number of the first task: task i has number first + i */
    uint32_t width; /* the most tasks in flight at once; at least 1 */
    uint64_t seed;

    /* Where not NULL, the last task is a creator that has these steps; it alone
     * is started by `run`, the others when it or they spawn them. */
    const struct step *creator_begin, *creator_end;

    const struct step *phase_begin, *phase_end;
    const struct step *steps; /* all steps of all phases */
    uint32_t step_count;
    uint8_t phase; /* the current phase, from 0 */

    bool reuse;         /* connections serve several requests */
    bool real;          /* real URLs: follow redirects, proxies apply */
    nsec timeout;       /* of each fetch; 0 for none */
    size_t stack_bytes; /* of each thread; 0 for the system's default */

    struct body *bodies; /* one a task; NULL where no step needs them */
    const char *folder;  /* files with relative names lie here */

    struct observer *observer; /* may be NULL; borrowed */
    struct cancel *cancel;     /* never NULL; borrowed */

    nsec began; /* entry to the first `run` */

    /* When each task is due, in nanoseconds from `began`, ascending: an open
     * load, whose tasks come at a rate of their own. No task is started before
     * it is due. NULL: a closed load, all are there from the start. */
    const nsec *due;

    _Atomic uint32_t in_flight, in_flight_peak;
    _Atomic uint64_t breach; /* enum breach << 32 | task; see batch_breach */
};

bool batch_cancelled(const struct batch *batch);

/* True if any step, of any phase, is of that kind. */
bool batch_has(const struct batch *batch, enum step_kind kind);

/* The first breach and, in *task, by which task; BREACH_NONE if there is none.
 */
enum breach batch_breach(const struct batch *batch, uint32_t *task);

/* How long it is until task i is due; 0: it may start. Only the first phase has
 * to wait. */
nsec task_due_in(const struct batch *batch, uint32_t i);

/* Task i begins the current phase. False: leave it alone (it failed in an
 * earlier phase, the batch is cancelled, or the call was a breach). */
bool task_start(struct batch *batch, uint32_t i);

/* Task i has ended the current phase so; called once for each task_start that
 * returned true. */
void task_finish(struct batch *batch, uint32_t i, enum outcome outcome);

/* How tasks of an open load come: a second apart / `per_second`, or as a
 * Poisson process of that rate. */
struct rate {
    double per_second; /* 0: a closed load */
    bool poisson;
};

/* The due times of `count` tasks, into `due`; the same in every process that
 * has the same seed. */
void rate_draw(const struct rate *rate, uint64_t seed, nsec *due,
               uint32_t count);

/* How long task i waits in this step. */
nsec step_delay(const struct batch *batch, const struct step *step, uint32_t i);

/* The URL that task i fetches in this step, into buf. False if it does not
 * fit. */
bool step_url(const struct batch *batch, const struct step *step, uint32_t i,
              char *buf, size_t size);

/* Long enough for every URL that a batch may hold, its end included. */
#define URL_MAX_BYTES 8192

/* The step's text for task i, likewise. */
bool step_text(const struct batch *batch, const struct step *step, uint32_t i,
               char *buf, size_t size);

/* The number that an `add` adds for task i: its text where there is one, as in
 * `add {i}`. */
int64_t step_number(const struct batch *batch, const struct step *step,
                    uint32_t i);

/* The file that a step reads or writes for task i: its text, in the batch's
 * folder where that is a relative name. */
bool step_path(const struct batch *batch, const struct step *step, uint32_t i,
               char *buf, size_t size);

/* The steps of task i in the current phase. */
const struct step *task_steps(const struct batch *batch, uint32_t i);
const struct step *task_steps_end(const struct batch *batch, uint32_t i);

/* Tells the observer what task i prints. */
void task_print(struct batch *batch, uint32_t i, const char *text);

#endif
