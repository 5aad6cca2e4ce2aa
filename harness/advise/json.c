/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The answer as JSON. See docs/advise.md.
 */
#include "answer.h"

#include <math.h>

#include "../report/verdict.h"

static json_t *number(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *whole(double value)
{
    return isfinite(value) ? json_integer((json_int_t)llround(value))
                           : json_null();
}

static json_t *times_json(const struct choice *choice,
                          const struct view_entry *e)
{
    struct spread times;

    if (!choice->use || !view_measured(e))
        return json_null();
    times = choice_times(choice, e);
    return json_pack("{s:o, s:o, s:o}", "median", number(times.median), "lo",
                     number(times.lo), "hi", number(times.hi));
}

static json_t *spread_json(const struct spread *s)
{
    if (!isfinite(s->median))
        return json_null();
    return json_pack("{s:o, s:o, s:o, s:o, s:o}", "median", whole(s->median),
                     "lo", whole(s->lo), "hi", whole(s->hi), "min",
                     whole(s->min), "max", whole(s->max));
}

static json_t *reason_json(const struct answer *a, const struct view_entry *e)
{
    char reason[512];

    if (view_measured(e) && !(view_failed(e) > 0))
        return json_null();
    return json_string(answer_reason(reason, sizeof(reason), a, e));
}

static json_t *candidate_json(const struct answer *a,
                              const struct view_entry *e)
{
    static const char *const words[] = {
        [VIEW_OK] = "ok", [VIEW_ABSENT] = "absent", [VIEW_FAILED] = "failed"};
    const struct view_case *c = a->choice.c;
    bool open = view_open_load(c);

    return json_pack(
        "{s:s, s:s, s:s, s:b, s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o, "
        "s:o, s:o, s:o, s:o}",
        "label", e->label, "strategy", e->strategy, "gist", answer_gist(a, e),
        "own_only", choice_own_only(c, e), "status", words[e->status], "reason",
        reason_json(a, e), "rounds", whole(e->samples), "wall_ns",
        spread_json(&e->wall), "due_ns",
        open ? spread_json(&e->tail) : json_null(), "kept_up",
        open && view_measured(e) ? json_boolean(verdict_kept_up(e))
                                 : json_null(),
        "times", times_json(&a->choice, e), "ideal_ns", whole(e->ideal),
        "cpu_ns_per_task", number(e->cpu), "cores_busy",
        number(e->cores.median), "peak_rss_bytes", whole(e->rss), "threads",
        whole(e->threads), "connections", whole(e->connections));
}

/* ---- the parts ---- */

static json_t *use_json(const struct answer *a)
{
    const struct choice *ch = &a->choice;
    const struct view_entry *warmed;
    json_t *tied = json_array();

    if (!ch->use) {
        json_decref(tied);
        return json_null();
    }
    for (size_t i = 0; i < ch->tied; i++)
        if (ch->list[i] != ch->use)
            json_array_append_new(tied, json_string(ch->list[i]->label));
    return json_pack(
        "{s:s, s:s, s:s, s:b, s:o, s:o, s:o}", "label", ch->use->label,
        "strategy", ch->use->strategy, "gist", answer_gist(a, ch->use),
        "compared", !answer_alone(a, &warmed), "tied_with", tied, "next",
        ch->next ? json_pack("{s:s, s:o}", "label", ch->next->label, "times",
                             times_json(ch, ch->next))
                 : json_null(),
        "efficiency",
        ch->c->ideal > 0 && !view_open_load(ch->c)
            ? number(ch->c->ideal / ch->use->wall.median)
            : json_null());
}

static json_t *candidates_json(const struct answer *a)
{
    json_t *list = json_array();

    for (size_t i = 0; i < a->choice.all; i++)
        json_array_append_new(list, candidate_json(a, a->choice.list[i]));
    return list;
}

static void append(void *self, const char *text)
{
    json_array_append_new(self, json_string(text));
}

static json_t *resolution_json(const struct view_case *c)
{
    if (!isfinite(c->resolution) || view_open_load(c))
        return json_null();
    return json_pack("{s:f, s:b}", "share", c->resolution, "found",
                     c->resolution_found);
}

json_t *answer_json(const struct answer *a)
{
    const struct view_case *c = a->choice.c;
    json_t *sure = json_array(), *doubts = json_array();
    char load[1024];

    answer_sure(a, append, sure);
    answer_doubts(a, append, doubts);
    return json_pack(
        "{s:i, s:s, s:O, s:o, s:o, s:o, s:o, s:o, s:o, s:O, s:o, s:o, s:I, "
        "s:I, s:s}",
        "schema", 1, "load", answer_load(load, sizeof(load), a), "assumed",
        a->assumed, "tasks", whole(c->tasks), "ideal_ns", whole(c->ideal),
        "rounds", whole(c->rounds_done), "use", use_json(a), "resolution",
        resolution_json(c), "candidates", candidates_json(a), "left_out",
        a->left_out, "sure", sure, "cannot_tell", doubts, "budget_ns",
        (json_int_t)a->budget, "took_ns", (json_int_t)(now_ns() - a->began),
        "folder", a->folder);
}
