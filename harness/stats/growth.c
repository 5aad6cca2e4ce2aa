/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a strategy's wall time grows with the number of tasks. See growth.h.
 */
#include "growth.h"
#include "curves.h"
#include "stats.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define POINTS_LEAST 3

static json_t *real_or_null(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

/* The least and the greatest of n values, as whole numbers. */
static json_int_t least(const double *values, size_t n)
{
    double low = INFINITY;

    for (size_t i = 0; i < n; i++)
        low = fmin(low, values[i]);
    return (json_int_t)low;
}

static json_int_t greatest(const double *values, size_t n)
{
    double high = -INFINITY;

    for (size_t i = 0; i < n; i++)
        high = fmax(high, values[i]);
    return (json_int_t)high;
}

/* Adds what is shown of the curve, if it has points enough; false without
 * memory. */
static bool add_curve(json_t *out, const json_t *curve)
{
    size_t room = json_array_size(json_object_get(curve, "cases"));
    double *x = malloc((2 * room + 1) * sizeof *x), *y;
    struct growth growth;
    size_t n;
    bool good = true;

    if (x == NULL)
        return false;
    y = x + room;
    n = curve_points(curve, "wall_ns", "median", x, y);
    growth = stats_growth(x, y, n);
    if (n >= POINTS_LEAST)
        good =
            json_array_append_new(
                out, json_pack("{s:O, s:O, s:O, s:I, s:I, s:I, s:o, s:o, s:o}",
                               "section", json_object_get(curve, "section"),
                               "axes", json_object_get(curve, "axes"), "label",
                               json_object_get(curve, "label"), "points",
                               (json_int_t)n, "from", least(x, n), "to",
                               greatest(x, n), "exponent",
                               real_or_null(growth.exponent), "lo",
                               real_or_null(growth.lo), "hi",
                               real_or_null(growth.hi))) == 0;
    free(x);
    return good;
}

json_t *growth_json(const json_t *cases)
{
    json_t *curves = curves_of(cases), *out = json_array(), *curve;
    size_t i;
    bool good = curves != NULL && out != NULL;

    json_array_foreach (curves, i, curve)
        good = good && add_curve(out, curve);
    json_decref(curves);
    if (!good) {
        json_decref(out);
        return NULL;
    }
    return out;
}
