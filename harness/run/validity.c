/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Validity of a sample: what is read, and the bounds with their reasons. A
 * machine that tells less is believed: what is not known is not held against
 * a sample.
 */
#include "validity.h"

#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../doctor/cgroup.h"

/* The bounds, with their reasons. */
enum bound {
    STEAL_SHARE,
    STEAL_TICKS,
    THROTTLED_SHARE,
    PREEMPTED_RATE,
    PREEMPTED_LEAST,
    LITTLE_SHARE,
    LITTLE_REQUEST,
};
static const double bounds[] = {
    /* Less is what a shared host takes all the time; rounds are paired, and
     * their intervals show it. More shifts a median by what is looked for. */
    [STEAL_SHARE] = 0.05,
    /* The kernel tells ticks of 10 ms: one may be the end of an older one. */
    [STEAL_TICKS] = 2,
    /* A quota stops all threads for the rest of its period, mostly 100 ms:
     * not noise but a pause, of which a hundredth of the time is enough. */
    [THROTTLED_SHARE] = 0.01,
    /* A scheduler's slice is about 3 ms, so that somebody else who computes on
     * the same core costs 150 switches a second of CPU time; the kernel's own
     * threads cost some tens. */
    [PREEMPTED_RATE] = 100,
    [PREEMPTED_LEAST] = 20,
    /* The histogram is 1 % off at most, and run a little longer than its
     * tasks. */
    [LITTLE_SHARE] = 0.05,
    /* ns: the origin may count a reply as sent only after its client has been
     * scheduled, and has taken it. */
    [LITTLE_REQUEST] = 2e6,
};

/* ---- what the kernel counts ---- */

/* "cpu user nice system idle iowait irq softirq steal …"; guests are in user
 * and nice already. */
static void read_steal(struct vitals *v)
{
    unsigned long long t[8];
    FILE *file = fopen("/proc/stat", "re");

    v->steal = v->total = NAN;
    if (!file)
        return;
    if (fscanf(file, "cpu %llu %llu %llu %llu %llu %llu %llu %llu", &t[0],
               &t[1], &t[2], &t[3], &t[4], &t[5], &t[6], &t[7]) == 8) {
        v->steal = (double)t[7];
        v->total = 0;
        for (size_t i = 0; i < 8; i++)
            v->total += (double)t[i];
    }
    fclose(file);
}

/* A cpu.stat's throttled time in ns: version 2 has microseconds under another
 * name. NAN where it has none. */
static double throttled_in(const char *path)
{
    static const struct {
        const char *name;
        double unit;
    } names[] = {{"throttled_usec", 1e3}, {"throttled_time", 1}};
    char name[64];
    unsigned long long value;
    double found = NAN;
    FILE *file = fopen(path, "re");

    while (file && fscanf(file, "%63s %llu", name, &value) == 2)
        for (size_t n = 0; n < sizeof(names) / sizeof(*names); n++)
            if (strcmp(name, names[n].name) == 0)
                found = (double)value * names[n].unit;
    if (file)
        fclose(file);
    return found;
}

/* A quota may be set on the own cgroup or on any above it. Those that tell
 * nothing are passed over. */
static void add_throttled(void *self, const char *root, const char *folder)
{
    double *sum = self, one;
    char path[4400];

    (void)root;
    snprintf(path, sizeof(path), "%s/cpu.stat", folder);
    one = throttled_in(path);
    if (!isnan(one))
        *sum = isnan(*sum) ? one : *sum + one;
}

static void read_throttled(struct vitals *v)
{
    v->throttled = NAN;
    cgroup_each("", NULL, add_throttled, &v->throttled);
    if (isnan(v->throttled))
        cgroup_each("", "cpu", add_throttled, &v->throttled);
}

/* "TcpExt: NAME …", and a line with as many numbers below it: of this network
 * namespace. */
static void read_overflows(struct vitals *v)
{
    char names[8192], numbers[8192];
    FILE *file = fopen("/proc/net/netstat", "re");

    v->overflows = NAN;
    if (file && fgets(names, sizeof(names), file) &&
        fgets(numbers, sizeof(numbers), file)) {
        char *name_state, *number_state;
        char *name = strtok_r(names, " \n", &name_state);
        char *number = strtok_r(numbers, " \n", &number_state);

        while (name && number && strcmp(name, "ListenOverflows") != 0) {
            name = strtok_r(NULL, " \n", &name_state);
            number = strtok_r(NULL, " \n", &number_state);
        }
        if (name && number)
            v->overflows = strtod(number, NULL);
    }
    if (file)
        fclose(file);
}

struct vitals vitals_read(void)
{
    struct vitals v;

    read_steal(&v);
    read_throttled(&v);
    read_overflows(&v);
    return v;
}

/* ---- what a sample tells ---- */

static double figure(const struct evidence *s, const char *key)
{
    const json_t *value = json_object_get(s->sampled->result, key);

    return json_is_number(value) ? json_number_value(value) : NAN;
}

/* The latencies of all tasks, summed up. NAN where there are none. */
static double latency_sum(const struct evidence *s)
{
    const json_t *hist = json_object_get(s->sampled->result, "latency_hist");
    const json_t *bucket;
    double sum = 0;
    size_t i;

    if (!json_is_object(hist))
        return NAN;
    json_array_foreach (json_object_get(hist, "buckets"), i, bucket)
        sum += (json_number_value(json_array_get(bucket, 0)) +
                json_number_value(json_array_get(bucket, 1)) / 2) *
               json_number_value(json_array_get(bucket, 2));
    return sum;
}

static void weigh(const struct evidence *s, struct validity *v)
{
    double run = figure(s, "run_ns");
    double ticks = s->after.total - s->before.total;

    v->stolen_ticks = s->after.steal - s->before.steal;
    v->steal_share = ticks > 0 ? v->stolen_ticks / ticks : NAN;
    v->throttled = s->after.throttled - s->before.throttled;
    v->overflows = s->after.overflows - s->before.overflows;
    v->mean = latency_sum(s) / run;
    v->peak = figure(s, "inflight_peak");
    v->origin_mean =
        s->counts ? (double)s->counts->in_service_ns / run : (double)NAN;
}

/* ---- the checks: each says what is wrong, or returns false ---- */

struct bench {
    const struct evidence *s;
    const struct validity *v;
    char *text;
    size_t size;
};

static bool origin_lost(const struct bench *b)
{
    if (b->s->origin_lost)
        snprintf(b->text, b->size, "the origin ended or fell silent");
    return b->s->origin_lost;
}

/* Nothing that a strategy does wrong ends in SIGKILL: the user sent it, or
 * the kernel was out of memory. */
static bool killed(const struct bench *b)
{
    if (b->s->sampled->signal != SIGKILL)
        return false;
    snprintf(b->text, b->size, "the process was killed from outside");
    return true;
}

static bool stolen(const struct bench *b)
{
    if (!(b->v->steal_share > bounds[STEAL_SHARE] &&
          b->v->stolen_ticks >= bounds[STEAL_TICKS]))
        return false;
    snprintf(b->text, b->size, "the hypervisor took %.0f %% of the CPU time",
             100 * b->v->steal_share);
    return true;
}

static bool throttled(const struct bench *b)
{
    double share = b->v->throttled / (double)b->s->sampled->process;

    if (!(share > bounds[THROTTLED_SHARE]))
        return false;
    snprintf(b->text, b->size, "a control group stopped it for %.0f ms",
             b->v->throttled / 1e6);
    return true;
}

/* Of the own origin: others' queues are in the count, and nobody's business
 * where nothing is fetched from it. */
static bool overflowed(const struct bench *b)
{
    if (!b->s->counts || !(b->v->overflows > 0))
        return false;
    snprintf(b->text, b->size,
             "a listen queue was full %.0f times, and whoever met it tried "
             "again a second later",
             b->v->overflows);
    return true;
}

static bool fetches(const struct bench_case *c)
{
    for (size_t s = 0; s < c->step_count; s++)
        if (c->steps[s].kind == STEP_FETCH)
            return true;
    return false;
}

/* Threads of one strategy preempt each other, and a server its clients: only
 * without one, and with fewer threads than cores, was it somebody else. With a
 * server neither a rate nor a strategy's own median is a sound bound: on a
 * quiet machine of two cores one sample in ten has more than ten times the
 * switches of those before it, about one a request, because origin and client
 * were put on one core; a quarter of these were faster than their median. */
static bool preempted(const struct bench *b)
{
    double switches = figure(b->s, "involuntary_switches");
    double busy = (figure(b->s, "user_ns") + figure(b->s, "sys_ns")) / 1e9;
    double alone = figure(b->s, "threads_peak") + figure(b->s, "processes");

    if (fetches(b->s->p->c) || !(alone < (double)b->s->p->cores) ||
        !(switches >= bounds[PREEMPTED_LEAST] &&
          switches > bounds[PREEMPTED_RATE] * busy))
        return false;
    snprintf(b->text, b->size, "other programs took its core %.0f times",
             switches);
    return true;
}

/* Little's law: in flight = throughput × latency. More than were ever in
 * flight at once, or less than the origin had in service, cannot be. Tasks
 * that gave up are done sooner than the origin. */
static bool little(const struct bench *b)
{
    double most = b->v->peak * (1 + bounds[LITTLE_SHARE]);
    double run = figure(b->s, "run_ns");
    double slack = b->s->counts ? (double)b->s->counts->requests *
                                      bounds[LITTLE_REQUEST] / run
                                : 0;

    if (b->v->mean > most)
        snprintf(b->text, b->size,
                 "Little's law: %.2f in flight on average, at most %.0f at "
                 "once",
                 b->v->mean, b->v->peak);
    else if (figure(b->s, "failed") == 0 &&
             b->v->origin_mean >
                 b->v->mean * (1 + bounds[LITTLE_SHARE]) + slack)
        snprintf(b->text, b->size,
                 "Little's law: %.2f in flight on average, the origin had "
                 "%.2f in service",
                 b->v->mean, b->v->origin_mean);
    else
        return false;
    return true;
}

struct validity validity_judge(const struct evidence *evidence)
{
    static const struct {
        const char *cause;
        bool (*found)(const struct bench *b);
        bool warmup; /* matters there too */
    } checks[] = {
        {"origin", origin_lost, true},  {"killed", killed, true},
        {"stolen", stolen, false},      {"throttled", throttled, false},
        {"backlog", overflowed, false}, {"preempted", preempted, false},
        {"little", little, false},
    };
    struct validity v = {.cause = NULL};
    const struct bench b = {evidence, &v, v.text, sizeof(v.text)};

    weigh(evidence, &v);
    for (size_t i = 0; !v.cause && i < sizeof(checks) / sizeof(*checks); i++)
        if ((checks[i].warmup || !evidence->warmup) && checks[i].found(&b))
            v.cause = checks[i].cause;
    return v;
}

void validity_dispute(struct validity *validity, const char *text)
{
    if (validity->cause)
        return;
    validity->cause = "disputed";
    snprintf(validity->text, sizeof(validity->text), "%s", text);
}

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

json_t *validity_json(const struct validity *v)
{
    return json_pack("{s:s?, s:o, s:o, s:{s:o, s:o, s:o}}", "invalid", v->cause,
                     "steal_share", number(v->steal_share), "throttled_ns",
                     isfinite(v->throttled)
                         ? json_integer((json_int_t)v->throttled)
                         : json_null(),
                     "little", "mean", number(v->mean), "peak", number(v->peak),
                     "origin_mean", number(v->origin_mean));
}
