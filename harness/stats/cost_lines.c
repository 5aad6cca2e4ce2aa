/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What one more task costs. Each quantity is fitted through the points that it
 * has: where a probe found nothing at one size, the others still say. See
 * cost_lines.h.
 */
#include "cost_lines.h"
#include "curves.h"
#include "growth.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_fit.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define LENGTH(array) (sizeof(array) / sizeof *(array))
#define POINTS_LEAST  3
#define TAIL          0.025 /* on either side of a 95 % interval */

static const struct quantity {
    const char *name;        /* in the entry */
    const char *group, *key; /* in a strategy of the summary */
} quantities[] = {
    {"taken_bytes", "mid", "taken_bytes"},
    {"resident_bytes", "mid", "resident_bytes"},
    {"virtual_bytes", "mid", "virtual_bytes"},
    {"page_table_bytes", "mid", "page_table_bytes"},
    {"kernel_stack_bytes", "mid", "kernel_stack_bytes"},
    {"life_ns", "life_ns", "median"},
    {"life_cpu_ns", "life_cpu_ns", "median"},
};

/* Of the whole batch, fitted to relative errors. */
static const struct law {
    const char *name;
    curve_sum *sum;
    double least; /* what is added beyond the smallest batch, to tell it */
} laws[] = {
    {"over_ideal_ns", curve_over_ideal, 0},
    {"cpu_ns", curve_cpu, 0},
    {"peak_rss_bytes", curve_peak_memory, GROWTH_MEMORY_LEAST},
};

struct line cost_line(const double *x, const double *y, size_t n)
{
    struct line line = {NAN, NAN, NAN, NAN};
    double v00, v01, v11, squares;
    bool spread = false;

    for (size_t i = 0; i < n; i++)
        spread |= x[i] > x[0] || x[i] < x[0];
    if (!spread)
        return line;
    gsl_fit_linear(x, 1, y, 1, n, &line.intercept, &line.slope, &v00, &v01,
                   &v11, &squares);
    if (n >= 3) {
        double margin = gsl_cdf_tdist_Qinv(TAIL, (double)(n - 2)) * sqrt(v11);

        line.lo = line.slope - margin;
        line.hi = line.slope + margin;
    }
    return line;
}

struct line cost_line_relative(const double *x, const double *y, size_t n,
                               double *misfit)
{
    struct line line = {NAN, NAN, NAN, NAN};
    double *weights = malloc((n + 1) * sizeof *weights);
    double v00, v01, v11, squares;
    bool spread = false;

    *misfit = NAN;
    for (size_t i = 0; weights != NULL && i < n; i++) {
        spread |= x[i] > x[0] || x[i] < x[0];
        weights[i] = 1 / (y[i] * y[i]);
    }
    if (spread)
        gsl_fit_wlinear(x, 1, weights, 1, y, 1, n, &line.intercept, &line.slope,
                        &v00, &v01, &v11, &squares);
    if (spread && n >= 3) {
        *misfit = sqrt(squares / (double)(n - 2));
        double margin =
            gsl_cdf_tdist_Qinv(TAIL, (double)(n - 2)) * sqrt(v11) * *misfit;

        line.lo = line.slope - margin;
        line.hi = line.slope + margin;
    }
    free(weights);
    return line;
}

/* ---- an entry ---- */

static json_t *line_json(const json_t *curve, const struct quantity *q,
                         double *work, size_t room)
{
    size_t n = curve_points(curve, q->group, q->key, work, work + room);
    struct line line = cost_line(work, work + room, n);

    if (n < POINTS_LEAST || !isfinite(line.slope))
        return json_null();
    return json_pack("{s:f, s:f, s:f, s:f, s:I}", "slope", line.slope, "lo",
                     line.lo, "hi", line.hi, "intercept", line.intercept,
                     "points", (json_int_t)n);
}

/* What a task adds at `to`, beyond the batch `from`: NAN where that is not
 * known within a factor of two, either way. */
static double each(const struct curve_value *from, const struct curve_value *to,
                   double least)
{
    double added = to->value - from->value, more = to->tasks - from->tasks;

    if (!(more > 0) || !(added > 0) || added < least ||
        to->lo - from->hi < added / 2 || to->hi - from->lo > added * 2)
        return NAN;
    return added / more;
}

/* That at the smallest size (or, from the end, at the largest) that tells it;
 * null where none does. */
static json_t *end_json(const struct curve_value *sums, size_t count,
                        double least, bool from_end)
{
    for (size_t i = 1; i < count; i++) {
        const struct curve_value *at = &sums[from_end ? count - i : i];
        double one = each(&sums[0], at, least);

        if (isfinite(one))
            return json_pack("{s:I, s:f}", "tasks", (json_int_t)at->tasks,
                             "each", one);
    }
    return json_null();
}

static json_t *law_json(const json_t *curve, const struct law *law, size_t room)
{
    struct curve_value *sums = malloc((room + 1) * sizeof *sums);
    double *work = malloc((2 * room + 1) * sizeof *work), misfit = NAN;
    struct line line = {NAN, NAN, NAN, NAN};
    json_t *out = json_null();
    size_t n = 0, all = 0;

    if (sums != NULL && work != NULL)
        all = curve_sums(curve, law->sum, sums);
    for (size_t i = 0; i < all; i++)
        if (sums[i].value > 0) {
            work[n] = sums[i].tasks;
            work[room + n++] = sums[i].value;
        }
    if (n >= POINTS_LEAST)
        line = cost_line_relative(work, work + room, n, &misfit);
    if (isfinite(line.slope))
        out = json_pack("{s:f, s:f, s:f, s:f, s:I, s:f, s:o, s:o}", "slope",
                        line.slope, "lo", line.lo, "hi", line.hi, "intercept",
                        line.intercept, "points", (json_int_t)n, "misfit",
                        misfit, "first", end_json(sums, all, law->least, false),
                        "last", end_json(sums, all, law->least, true));
    free(sums);
    free(work);
    return out;
}

/* What the curve's first strategy has at `key`; stacks only where each task
 * has one at every size. */
static json_t *stack_json(const json_t *curve)
{
    const json_t *cases = json_object_get(curve, "cases");
    json_t *strategy, *stack = NULL;
    size_t i;

    json_array_foreach (json_object_get(curve, "strategies"), i, strategy) {
        const json_t *tasks =
            json_object_get(json_array_get(cases, i), "tasks");

        stack = json_object_get(strategy, "stack_bytes");
        if (json_integer_value(json_object_get(strategy, "width")) <
            json_integer_value(tasks))
            return json_null();
    }
    return stack != NULL ? json_incref(stack) : json_null();
}

static json_t *shared(const json_t *object, const char *key)
{
    json_t *value = json_object_get(object, key);

    return value != NULL ? json_incref(value) : json_null();
}

/* Sizes, and over all of them the samples, and whether any kernel stack was
 * computed. NULL without memory. */
static json_t *points_json(const json_t *curve)
{
    const json_t *cases = json_object_get(curve, "cases");
    json_t *strategy, *tasks = json_array();
    json_int_t samples = 0;
    bool computed = false;
    size_t i;

    json_array_foreach (json_object_get(curve, "strategies"), i, strategy) {
        const json_t *mid = json_object_get(strategy, "mid");

        samples += json_integer_value(json_object_get(strategy, "samples"));
        computed |= json_is_true(json_object_get(mid, "kernel_stack_computed"));
        json_array_append_new(tasks, shared(json_array_get(cases, i), "tasks"));
    }
    return json_pack("{s:o, s:I, s:b}", "tasks", tasks, "samples", samples,
                     "kernel_stack_computed", computed);
}

/* Who it is and where, and over what. NULL without memory. */
static json_t *entry_begin(const json_t *curve)
{
    const json_t *strategy =
        json_array_get(json_object_get(curve, "strategies"), 0);
    const json_t *one_case = json_array_get(json_object_get(curve, "cases"), 0);
    json_t *entry =
        json_pack("{s:o, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "section",
                  shared(curve, "section"), "axes", shared(curve, "axes"),
                  "workload", shared(one_case, "workload"), "article",
                  shared(one_case, "article"), "label", shared(curve, "label"),
                  "strategy", shared(strategy, "strategy"), "peer",
                  shared(strategy, "peer"), "stack_bytes", stack_json(curve));
    json_t *points = points_json(curve);
    bool good = entry != NULL && points != NULL &&
                json_object_update(entry, points) == 0;

    json_decref(points);
    if (!good) {
        json_decref(entry);
        return NULL;
    }
    return entry;
}

/* Adds the curve's entry, if it has points enough; false without memory. */
static bool add_curve(json_t *out, const json_t *curve)
{
    size_t room = json_array_size(json_object_get(curve, "cases"));
    double *work;
    json_t *entry;
    bool good;

    if (room < POINTS_LEAST)
        return true;
    work = malloc(2 * room * sizeof *work);
    entry = entry_begin(curve);
    good = work != NULL && entry != NULL;
    for (size_t q = 0; good && q < LENGTH(quantities); q++)
        good = json_object_set_new(
                   entry, quantities[q].name,
                   line_json(curve, &quantities[q], work, room)) == 0;
    for (size_t l = 0; good && l < LENGTH(laws); l++)
        good = json_object_set_new(entry, laws[l].name,
                                   law_json(curve, &laws[l], room)) == 0;
    free(work);
    if (!good) {
        json_decref(entry);
        return false;
    }
    return json_array_append_new(out, entry) == 0;
}

json_t *cost_lines_json(const json_t *cases)
{
    return curves_each(cases, add_curve);
}
