/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How wall time and memory grow with the number of tasks. See growth.h.
 */
#include "growth.h"
#include "stats.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_fit.h>
#include <math.h>
#include <stdlib.h>

#define POINTS_LEAST 3
#define TAIL         0.025 /* on either side of a 95 % interval */
#define NORMAL       1.96  /* half of such an interval, in deviations */
#define MISFIT       0.05  /* no power law is nearer to a machine than that */

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

/* ---- what tasks add ---- */

/* Logarithms of what is used, and how much each counts. */
struct points {
    double *x, *y, *weight;
    size_t count;
};

/* Takes what `to` adds to `from`, if that can be told. */
static bool take(struct points *points, const struct curve_value *from,
                 const struct curve_value *to, double least_added)
{
    double added = to->value - from->value, more = to->tasks - from->tasks;
    double half = (to->hi - to->lo + from->hi - from->lo) / 2;
    double error = half / added / NORMAL;

    if (!(more > 0) || !(added > 0) || added < least_added ||
        to->lo - from->hi < added / 2)
        return false;
    points->x[points->count] = log(more);
    points->y[points->count] = log(added);
    points->weight[points->count++] = 1 / (error * error + MISFIT * MISFIT);
    return true;
}

/* Through two points; both have their errors, and that of the law. */
static void join(struct added_growth *out, const struct points *points)
{
    double way = points->x[1] - points->x[0];
    double error = sqrt(1 / points->weight[0] + 1 / points->weight[1]);

    out->exponent = (points->y[1] - points->y[0]) / way;
    out->lo = out->exponent - NORMAL * error / way;
    out->hi = out->exponent + NORMAL * error / way;
}

static void fit(struct added_growth *out, const struct points *points)
{
    double c0, v00, v01, v11, squares, margin;
    double degrees = (double)points->count - 2;

    gsl_fit_wlinear(points->x, 1, points->weight, 1, points->y, 1,
                    points->count, &c0, &out->exponent, &v00, &v01, &v11,
                    &squares);
    margin = gsl_cdf_tdist_Qinv(TAIL, degrees) * sqrt(v11 * squares / degrees);
    out->lo = out->exponent - margin;
    out->hi = out->exponent + margin;
}

/* The same of the last two alone. */
static void join_last(struct added_growth *out, const struct points *points)
{
    size_t first = points->count - 2;
    const struct points two = {points->x + first, points->y + first,
                               points->weight + first, 2};

    join(out, &two);
    out->points = 2;
}

struct added_growth growth_added(const struct curve_value *sums, size_t count,
                                 double least_added, struct added_growth *last)
{
    struct added_growth out = {NAN, NAN, NAN, 0, NAN, NAN};
    double *room = malloc((3 * count + 1) * sizeof *room);
    struct points points;

    *last = out;
    if (room == NULL)
        return out;
    points = (struct points){room, room + count, room + 2 * count, 0};
    for (size_t i = 1; i < count; i++) {
        if (!take(&points, &sums[0], &sums[i], least_added))
            continue;
        if (points.count == 1)
            out.from = sums[i].tasks;
        last->from = out.to;
        last->to = sums[i].tasks;
        out.to = sums[i].tasks;
    }
    out.points = points.count;
    if (points.count >= POINTS_LEAST) {
        fit(&out, &points);
        join_last(last, &points);
    } else if (points.count == 2) {
        join(&out, &points);
    }
    free(room);
    return out;
}

bool growth_is_faster(const struct added_growth *growth)
{
    return growth->lo > GROWTH_LINEAR;
}

static json_t *step_json(const struct added_growth *step)
{
    if (!isfinite(step->exponent))
        return json_null();
    return json_pack("{s:f, s:f, s:f, s:I, s:I, s:b}", "exponent",
                     step->exponent, "lo", step->lo, "hi", step->hi, "from",
                     (json_int_t)step->from, "to", (json_int_t)step->to,
                     "faster", growth_is_faster(step));
}

static json_t *added_json(const json_t *curve, curve_sum *sum,
                          double least_added)
{
    size_t room = json_array_size(json_object_get(curve, "cases"));
    struct curve_value *sums = malloc((room + 1) * sizeof *sums);
    struct added_growth growth, last;

    if (sums == NULL)
        return NULL;
    growth =
        growth_added(sums, curve_sums(curve, sum, sums), least_added, &last);
    if (sum == curve_peak_memory)
        last.exponent = NAN; /* it has no rounds to be judged by */
    free(sums);
    if (!isfinite(growth.exponent))
        return json_null();
    return json_pack(
        "{s:f, s:f, s:f, s:I, s:I, s:I, s:b, s:o}", "exponent", growth.exponent,
        "lo", growth.lo, "hi", growth.hi, "points", (json_int_t)growth.points,
        "from", (json_int_t)growth.from, "to", (json_int_t)growth.to, "faster",
        growth_is_faster(&growth), "last", step_json(&last));
}

/* ---- entries ---- */

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
        good = json_array_append_new(
                   out,
                   json_pack(
                       "{s:O, s:O, s:O, s:I, s:I, s:I, s:o, s:o, s:o, s:o, "
                       "s:o}",
                       "section", json_object_get(curve, "section"), "axes",
                       json_object_get(curve, "axes"), "label",
                       json_object_get(curve, "label"), "points", (json_int_t)n,
                       "from", least(x, n), "to", greatest(x, n), "exponent",
                       real_or_null(growth.exponent), "lo",
                       real_or_null(growth.lo), "hi", real_or_null(growth.hi),
                       "over_ideal_ns", added_json(curve, curve_over_ideal, 0),
                       "peak_rss_bytes",
                       added_json(curve, curve_peak_memory,
                                  GROWTH_MEMORY_LEAST))) == 0;
    free(x);
    return good;
}

json_t *growth_json(const json_t *cases)
{
    return curves_each(cases, add_curve);
}
