/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which strategies of which cases lie on one curve. See curves.h.
 */
#include "curves.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* While they are gathered, curves are entries of an object: the key is what is
 * held fixed. */

/* The case's axes without `tasks`; NULL if it has no axis `tasks`. */
static json_t *fixed_axes(const json_t *one_case)
{
    json_t *axes = json_object_get(one_case, "axes");
    json_t *fixed;

    if (json_object_get(axes, "tasks") == NULL)
        return NULL;
    fixed = json_copy(axes);
    json_object_del(fixed, "tasks");
    return fixed;
}

static char *curve_key(const json_t *section, const json_t *fixed,
                       const json_t *label)
{
    json_t *parts = json_pack("[O, O, O]", section, fixed, label);
    char *key =
        parts != NULL ? json_dumps(parts, JSON_COMPACT | JSON_SORT_KEYS) : NULL;

    json_decref(parts);
    return key;
}

/* The curve that this strategy of this case lies on, made if it is new; NULL
 * without memory. Borrowed. */
static json_t *find_curve(json_t *curves, const json_t *one_case,
                          const json_t *fixed, const json_t *strategy)
{
    json_t *section = json_object_get(one_case, "section");
    json_t *label = json_object_get(strategy, "label");
    char *key = curve_key(section, fixed, label);
    json_t *curve = key != NULL ? json_object_get(curves, key) : NULL;

    if (key != NULL && curve == NULL) {
        curve = json_pack("{s:O, s:O, s:O, s:[], s:[]}", "section", section,
                          "axes", fixed, "label", label, "cases", "strategies");
        if (json_object_set_new(curves, key, curve) < 0)
            curve = NULL;
    }
    free(key);
    return curve;
}

/* Adds the case's strategies to their curves; false without memory. */
static bool take_case(json_t *curves, json_t *one_case)
{
    json_t *fixed = fixed_axes(one_case);
    json_t *strategy;
    size_t i;
    bool good = true;

    if (fixed == NULL || json_object_get(one_case, "section") == NULL) {
        json_decref(fixed);
        return true;
    }
    json_array_foreach (json_object_get(one_case, "strategies"), i, strategy) {
        const char *status =
            json_string_value(json_object_get(strategy, "status"));
        json_t *curve;

        /* What is computed from a rate grows as it is computed. */
        if (status == NULL || strcmp(status, "ok") != 0 ||
            json_is_true(json_object_get(strategy, "unverified")))
            continue;
        curve = find_curve(curves, one_case, fixed, strategy);
        good =
            good && curve != NULL &&
            json_array_append(json_object_get(curve, "cases"), one_case) == 0 &&
            json_array_append(json_object_get(curve, "strategies"), strategy) ==
                0;
    }
    json_decref(fixed);
    return good;
}

/* All of them; NULL without memory. */
static json_t *curves_of(const json_t *cases)
{
    json_t *curves = json_object(), *out = json_array(), *value;
    const char *key;
    size_t i;
    bool good = curves != NULL && out != NULL;

    json_array_foreach (cases, i, value)
        good = good && take_case(curves, value);
    json_object_foreach (curves, key, value)
        good = good && json_array_append(out, value) == 0;
    json_decref(curves);
    if (!good) {
        json_decref(out);
        return NULL;
    }
    return out;
}

json_t *curves_each(const json_t *cases,
                    bool (*add)(json_t *out, const json_t *curve))
{
    json_t *curves = curves_of(cases), *out = json_array(), *curve;
    size_t i;
    bool good = curves != NULL && out != NULL;

    json_array_foreach (curves, i, curve)
        good = good && add(out, curve);
    json_decref(curves);
    if (!good) {
        json_decref(out);
        return NULL;
    }
    return out;
}

size_t curve_points(const json_t *curve, const char *group, const char *key,
                    double *x, double *y)
{
    const json_t *cases = json_object_get(curve, "cases");
    json_t *strategy;
    size_t i, n = 0;

    json_array_foreach (json_object_get(curve, "strategies"), i, strategy) {
        const json_t *from =
            group != NULL ? json_object_get(strategy, group) : strategy;
        const json_t *value = json_object_get(from, key);

        if (!json_is_number(value))
            continue;
        x[n] = json_number_value(
            json_object_get(json_array_get(cases, i), "tasks"));
        y[n++] = json_number_value(value);
    }
    return n;
}

/* ---- sums over the batch ---- */

static double number(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    return json_is_number(value) ? json_number_value(value) : (double)NAN;
}

struct curve_value curve_over_ideal(const json_t *one_case,
                                    const json_t *strategy)
{
    const json_t *wall = json_object_get(strategy, "wall_ns");
    bool decided = json_is_object(json_object_get(one_case, "rate")) ||
                   json_is_number(json_object_get(one_case, "probe_ns"));
    double ideal = decided ? (double)NAN : number(strategy, "ideal_ns");
    double lo = number(wall, "lo"), hi = number(wall, "hi");

    if (!isfinite(lo) || !isfinite(hi)) {
        lo = number(wall, "min");
        hi = number(wall, "max");
    }
    return (struct curve_value){number(one_case, "tasks"),
                                number(wall, "median") - ideal, lo - ideal,
                                hi - ideal};
}

struct curve_value curve_cpu(const json_t *one_case, const json_t *strategy)
{
    double tasks = number(one_case, "tasks");
    double value = tasks * number(strategy, "cpu_ns_per_task");

    return (struct curve_value){tasks, value, value, value};
}

struct curve_value curve_peak_memory(const json_t *one_case,
                                     const json_t *strategy)
{
    double value = number(strategy, "peak_rss_bytes");

    return (struct curve_value){number(one_case, "tasks"), value, value, value};
}

static int by_tasks(const void *a, const void *b)
{
    double x = ((const struct curve_value *)a)->tasks;
    double y = ((const struct curve_value *)b)->tasks;

    return (x > y) - (x < y);
}

size_t curve_sums(const json_t *curve, curve_sum *sum, struct curve_value *out)
{
    const json_t *cases = json_object_get(curve, "cases");
    json_t *strategy;
    size_t i, n = 0;

    json_array_foreach (json_object_get(curve, "strategies"), i, strategy) {
        out[n] = sum(json_array_get(cases, i), strategy);
        if (isfinite(out[n].tasks) && isfinite(out[n].value) &&
            isfinite(out[n].lo) && isfinite(out[n].hi))
            n++;
    }
    if (n > 1)
        qsort(out, n, sizeof *out, by_tasks);
    return n;
}
