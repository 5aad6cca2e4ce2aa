/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The judge. Each check is one function that says what is wrong; the first
 * one that has something to say decides.
 */
#include "judge.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../peers/work.h"

struct hearing {
    const struct plan_case *p;
    const struct plan_entry *e;
    const struct sampled *sampled;
    const struct origin_counts *counts;
    char *reason;
    size_t size;
};

static uint64_t figure(const struct hearing *h, const char *key)
{
    return (uint64_t)json_integer_value(
        json_object_get(h->sampled->result, key));
}

/* A peer need not tell everything. */
static bool tells(const struct hearing *h, const char *key)
{
    return !h->e->entry->peer ||
           json_is_integer(json_object_get(h->sampled->result, key));
}

/* What a peer's sleeps may be short of: each of them, and as often as a slot
 * is used. */
static nsec slack_of(const struct hearing *h)
{
    const struct bench_case *c = h->p->c;
    nsec sleeps = 0;

    for (size_t s = 0; h->e->entry->peer && s < c->step_count; s++)
        sleeps += c->steps[s].kind == STEP_SLEEP;
    return sleeps * (c->tasks / h->e->width + 1) * SLEEP_SLACK;
}

static uint64_t fetches_of(const struct bench_case *c)
{
    bool creator = c->creator < c->step_count;
    uint64_t fetches = 0;

    for (size_t s = 0; s < c->step_count; s++)
        if (c->steps[s].kind == STEP_FETCH)
            fetches += s < c->creator ? c->tasks - creator : 1;
    return fetches;
}

static bool no_result(const struct hearing *h)
{
    const char *error =
        json_string_value(json_object_get(h->sampled->result, "error"));

    if (!h->sampled->result)
        snprintf(h->reason, h->size, "%s", h->sampled->reason);
    else if (error)
        snprintf(h->reason, h->size, "%s", error);
    else
        return false;
    return true;
}

/* The most frequent failure's name, for the message. */
static const char *main_failure(const struct hearing *h)
{
    const char *key, *most = "unknown";
    json_int_t count = 0;
    json_t *value;

    json_object_foreach (json_object_get(h->sampled->result, "failures"), key,
                         value)
        if (json_integer_value(value) > count) {
            count = json_integer_value(value);
            most = key;
        }
    return most;
}

static bool wrong_counts(const struct hearing *h)
{
    uint64_t ok = figure(h, "ok"), failed = figure(h, "failed");
    uint32_t tasks = h->p->c->tasks;

    if (work_unverified(h->sampled) && !(tells(h, "ok") && tells(h, "failed")))
        return false;
    if (ok + failed != tasks)
        snprintf(h->reason, h->size,
                 "%" PRIu64 " of %u tasks were never finished",
                 tasks - ok - failed, tasks);
    else if (failed && !case_uses_real_urls(h->p->c))
        snprintf(h->reason, h->size, "%" PRIu64 " of %u tasks failed (%s)",
                 failed, tasks, main_failure(h));
    else
        return false;
    return true;
}

static bool wrong_results(const struct hearing *h)
{
    const struct expectation *expect = &h->p->expect;
    const char *digest =
        json_string_value(json_object_get(h->sampled->result, "digest"));

    if (!expect->known || (work_unverified(h->sampled) && !digest))
        return false;
    if (!digest || strtoul(digest, NULL, 16) != expect->digest)
        snprintf(h->reason, h->size, "digest %s, expected %08x",
                 digest ? digest : "missing", expect->digest);
    else if (tells(h, "bytes") && figure(h, "bytes") != expect->bytes)
        snprintf(h->reason, h->size,
                 "%" PRIu64 " bytes received, expected %" PRIu64,
                 figure(h, "bytes"), expect->bytes);
    else if (tells(h, "values") && figure(h, "values") != expect->values)
        snprintf(h->reason, h->size, "the tasks' values are not as expected");
    else
        return false;
    return true;
}

/* A peer tells none: no case of parsing is for peers. */
static bool wrong_aggregate(const struct hearing *h)
{
    const struct aggregate *want = &h->p->aggregate;
    const json_t *have = json_object_get(h->sampled->result, "aggregate");

    if (!h->p->expect.known || !want->field || h->e->entry->peer)
        return false;
    json_t *wanted = aggregate_json(want);
    bool same = json_equal(wanted, have);
    json_decref(wanted);
    if (!same)
        snprintf(h->reason, h->size,
                 "the statistics of '%.80s' are not as expected", want->field);
    return !same;
}

static bool impossible_time(const struct hearing *h)
{
    uint64_t wall = figure(h, "wall_ns");

    /* A tool's that only knows a rate is computed. */
    if (wall > h->sampled->process && !work_unverified(h->sampled))
        snprintf(h->reason, h->size,
                 "claims %.3f ms, but its process lived %.3f ms",
                 (double)wall / 1e6, (double)h->sampled->process / 1e6);
    else if (wall + slack_of(h) < h->e->ideal)
        snprintf(h->reason, h->size,
                 "claims %.3f ms, less than the ideal of %.3f ms",
                 (double)wall / 1e6, (double)h->e->ideal / 1e6);
    else
        return false;
    return true;
}

static bool too_wide(const struct hearing *h)
{
    uint64_t peak = figure(h, "inflight_peak");

    if (peak <= h->e->width)
        return false;
    snprintf(h->reason, h->size,
             "%" PRIu64 " tasks in flight, more than its width of %u", peak,
             h->e->width);
    return true;
}

/* How many connections it may open where they are reused. A peer's library may
 * give one up and open another in its place, one for a thousand requests or
 * what is left of them from a hundred on: Go's net/http does where its own
 * writing is not back 50 ms after the reply came, as on a machine under load.
 * That is the peer's cost, and no other work. */
static uint64_t connections_most(const struct hearing *h)
{
    uint64_t replaced =
        h->e->entry->peer ? (h->counts->requests + 900) / 1000 : 0;

    return h->e->width + replaced;
}

static bool origin_disagrees(const struct hearing *h)
{
    const struct bench_case *c = h->p->c;
    const struct origin_counts *counts = h->counts;

    if (!counts)
        return false;
    if (counts->requests != fetches_of(c))
        snprintf(h->reason, h->size,
                 "the origin served %" PRIu64 " requests, expected %" PRIu64,
                 counts->requests, fetches_of(c));
    else if (c->reuse && counts->connections > connections_most(h))
        snprintf(h->reason, h->size,
                 "%" PRIu64 " connections, more than its width of %u",
                 counts->connections, h->e->width);
    else if (!c->reuse && counts->connections != counts->requests)
        snprintf(h->reason, h->size,
                 "%" PRIu64 " connections for %" PRIu64
                 " requests, expected one each",
                 counts->connections, counts->requests);
    else if (counts->in_service_peak > h->e->width)
        snprintf(h->reason, h->size,
                 "the origin saw %" PRIu64 " requests at once, more than its "
                 "width of %u",
                 counts->in_service_peak, h->e->width);
    else
        return false;
    return true;
}

enum verdict judge_sample(const struct plan_case *p, const struct plan_entry *e,
                          const struct sampled *sampled,
                          const struct origin_counts *counts, char *reason,
                          size_t size)
{
    static bool (*const checks[])(const struct hearing *) = {
        no_result,       wrong_counts,    wrong_results,
        wrong_aggregate, impossible_time, too_wide,
    };
    const struct hearing h = {p, e, sampled, counts, reason, size};

    for (size_t i = 0; i < sizeof(checks) / sizeof(*checks); i++)
        if (checks[i](&h))
            return VERDICT_WRONG;
    return origin_disagrees(&h) ? VERDICT_DISPUTED : VERDICT_COUNTS;
}
