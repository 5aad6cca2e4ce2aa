/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What was reached. See reached.h.
 */
#include "reached.h"

#include <math.h>
#include <string.h>

#include "stopping.h"

/* A race ends with its time, of which what surrounds the samples on a busy
 * machine takes a part: from here on it was the time that ended it. */
#define RACE_FULL 0.75

static double number_at(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    return json_is_number(value) ? json_number_value(value) : NAN;
}

static double cost_of(const struct sample *s)
{
    double process = s->values[METRIC_PROCESS];

    return STOPPING_ASIDE + (process > 0 ? process : 0);
}

double reached_spent(const struct samples *samples)
{
    double spent = 0;

    for (size_t i = 0; i < samples->count; i++)
        if (samples->list[i].status != SAMPLE_ABSENT)
            spent += cost_of(&samples->list[i]);
    return spent;
}

static const struct sample *last_of(const struct series *s)
{
    const struct sample *last = NULL;

    for (size_t k = 0; k < s->count; k++)
        if (s->list[k].status != SAMPLE_ABSENT &&
            (last == NULL || s->list[k].line > last->line))
            last = &s->list[k];
    return last;
}

/* Of one more round: the last sample of each; in a race not of those that have
 * been out of it for longer than a round. */
static double round_cost(const struct series *series, size_t count, bool race)
{
    double cost = 0;
    uint32_t newest = 0;

    for (size_t i = 0; i < count; i++)
        if (last_of(&series[i]) != NULL && last_of(&series[i])->round > newest)
            newest = last_of(&series[i])->round;
    for (size_t i = 0; i < count; i++) {
        const struct sample *last = last_of(&series[i]);

        if (last != NULL && (!race || last->round + 1 >= newest))
            cost += cost_of(last);
    }
    return cost;
}

/* Of what stands at `key`, in units of its median. */
static double width_of(const json_t *strategy, const char *key)
{
    const json_t *spread = json_object_get(strategy, key);
    struct interval interval = {.median = number_at(spread, "median"),
                                .lo = number_at(spread, "lo"),
                                .hi = number_at(spread, "hi")};

    return stopping_width(&interval);
}

/* Whether it was measured in every round: of a race, to its end. */
static bool was_in_all(const json_t *strategy, double rounds)
{
    return number_at(strategy, "samples") >= rounds;
}

/* Whether the case's baseline was. */
static bool has_baseline(const json_t *strategies, const char *baseline,
                         double rounds)
{
    size_t i;
    json_t *s;

    json_array_foreach (strategies, i, s) {
        const char *label = json_string_value(json_object_get(s, "label"));

        if (label != NULL && baseline != NULL && strcmp(label, baseline) == 0)
            return was_in_all(s, rounds);
    }
    return false;
}

/* Notes every strategy's precision; the widest of them, NAN if there is none.
 * Where nothing is compared with the baseline it is that of wall times; of an
 * open load, whose rate decides these, that of the tail it is ranked by. Who is
 * out of a race, which has so many rounds, does not count (0: it is none). */
static double put_precisions(json_t *out, double race)
{
    bool open = json_is_object(json_object_get(out, "rate"));
    const char *own = open ? "sojourn_round_ns" : "wall_ns";
    const char *baseline = json_string_value(json_object_get(out, "baseline"));
    json_t *strategies = json_object_get(out, "strategies"), *s;
    double widest[2] = {NAN, NAN}; /* of speed-ups, of wall times */
    bool based = !(race > 0) || has_baseline(strategies, baseline, race);
    size_t i;

    json_array_foreach (strategies, i, s) {
        const char *status = json_string_value(json_object_get(s, "status"));
        const char *label = json_string_value(json_object_get(s, "label"));
        bool measured = status != NULL && strcmp(status, "ok") == 0 &&
                        !json_is_true(json_object_get(s, "unverified"));
        bool compared =
            measured && !open && label != NULL && baseline != NULL &&
            strcmp(label, baseline) != 0 &&
            isfinite(number_at(json_object_get(s, "speedup"), "median"));
        double width = width_of(s, compared ? "speedup" : own);

        if (compared && based && was_in_all(s, race))
            widest[0] = fmax(widest[0], width);
        if (measured && was_in_all(s, race))
            widest[1] = fmax(widest[1], width_of(s, own));
        json_object_set_new(s, "precision",
                            measured && isfinite(width) ? json_real(width)
                                                        : json_null());
    }
    return isnan(widest[0]) ? widest[1] : widest[0];
}

bool reached_put(json_t *out, const json_t *stopping,
                 const struct series *series, size_t count, double spent)
{
    double done = number_at(out, "rounds_done"),
           most = number_at(out, "rounds");
    double least = number_at(out, "rounds_least");
    bool race = json_is_true(json_object_get(stopping, "race"));
    double width = put_precisions(out, race ? done : 0);
    const char *why = "interrupted";

    if (done >= most)
        why = "rounds";
    else if (done >= least && width <= number_at(stopping, "precision"))
        why = "precision";
    else if ((done >= least || race) &&
             spent + round_cost(series, count, race) >
                 (race ? RACE_FULL : 1) * number_at(stopping, "budget_ns"))
        why = "budget";
    return json_object_set_new(out, "precision",
                               isfinite(width) ? json_real(width)
                                               : json_null()) == 0 &&
           json_object_set_new(out, "stopped", json_string(why)) == 0;
}

bool reached_interrupted(const json_t *one_case)
{
    const char *why = json_string_value(json_object_get(one_case, "stopped"));

    return why != NULL && strcmp(why, "interrupted") == 0;
}
