/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a strategy's wall time grows with the number of tasks. See growth.h.
 */
#include "growth.h"
#include "stats.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#define POINTS_LEAST 3

/* While they are gathered, curves are entries of an object, in the order in
 * which they are first met: the key is what is held fixed. Each has the wanted
 * fields and "x" and "y", arrays of numbers. */

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
                          "axes", fixed, "label", label, "x", "y");
        if (json_object_set_new(curves, key, curve) < 0)
            curve = NULL;
    }
    free(key);
    return curve;
}

/* Adds the case's strategies to their curves; false without memory. */
static bool take_case(json_t *curves, const json_t *one_case)
{
    json_t *fixed = fixed_axes(one_case);
    json_t *tasks = json_object_get(one_case, "tasks");
    json_t *strategy;
    size_t i;
    bool good = true;

    if (fixed == NULL || json_object_get(one_case, "section") == NULL)
        return true;
    json_array_foreach (json_object_get(one_case, "strategies"), i, strategy) {
        json_t *wall =
            json_object_get(json_object_get(strategy, "wall_ns"), "median");
        json_t *curve;

        if (!json_is_number(wall))
            continue;
        curve = find_curve(curves, one_case, fixed, strategy);
        good = good && curve != NULL &&
               json_array_append(json_object_get(curve, "x"), tasks) == 0 &&
               json_array_append(json_object_get(curve, "y"), wall) == 0;
    }
    json_decref(fixed);
    return good;
}

static json_t *real_or_null(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

/* The numbers of an array; the least and the greatest too. */
static void read_numbers(const json_t *array, double *out, double *low,
                         double *high)
{
    *low = INFINITY;
    *high = -INFINITY;
    for (size_t i = 0; i < json_array_size(array); i++) {
        out[i] = json_number_value(json_array_get(array, i));
        *low = fmin(*low, out[i]);
        *high = fmax(*high, out[i]);
    }
}

/* Fits the curve and turns it into what is shown; false without memory. */
static bool fit_curve(json_t *curve, size_t n)
{
    double *x = malloc(2 * n * sizeof *x);
    double low, high, from, to;
    struct growth growth;

    if (x == NULL)
        return false;
    read_numbers(json_object_get(curve, "y"), x + n, &low, &high);
    read_numbers(json_object_get(curve, "x"), x, &from, &to);
    growth = stats_growth(x, x + n, n);
    free(x);
    json_object_del(curve, "x");
    json_object_del(curve, "y");
    return json_object_set_new(curve, "points", json_integer((json_int_t)n)) |
                   json_object_set_new(curve, "from",
                                       json_integer((json_int_t)from)) |
                   json_object_set_new(curve, "to",
                                       json_integer((json_int_t)to)) |
                   json_object_set_new(curve, "exponent",
                                       real_or_null(growth.exponent)) |
                   json_object_set_new(curve, "lo", real_or_null(growth.lo)) |
                   json_object_set_new(curve, "hi", real_or_null(growth.hi))
               ? false
               : true;
}

json_t *growth_json(const json_t *cases)
{
    json_t *curves = json_object(), *out = json_array(), *value;
    const char *key;
    size_t i;
    bool good = curves != NULL && out != NULL;

    json_array_foreach (cases, i, value)
        good = good && take_case(curves, value);
    json_object_foreach (curves, key, value) {
        size_t n = json_array_size(json_object_get(value, "x"));

        if (good && n >= POINTS_LEAST)
            good = fit_curve(value, n) && json_array_append(out, value) == 0;
    }
    json_decref(curves);
    if (!good) {
        json_decref(out);
        return NULL;
    }
    return out;
}
