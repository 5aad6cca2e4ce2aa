/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Calibration from samples to the summary. See calibration.h.
 */
#include "calibration.h"
#include "nearest.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_sort.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define TAIL       0.025
#define POINTS_MAX 16

/* ---- statistics ---- */

bool calibration_found(const struct calibration_point *point)
{
    const struct interval *r = &point->ratio;

    return r->lo > 1 || (!(point->added > 0) && r->hi < 1);
}

double calibration_resolution(const struct calibration_point *points,
                              size_t count)
{
    double least = NAN, pretended = 0, missed = 0;

    for (size_t i = 0; i < count; i++) {
        const struct calibration_point *p = &points[i];

        if (!isfinite(p->ratio.lo) || !isfinite(p->ratio.hi))
            return NAN;
        if (p->added > 0 && !calibration_found(p))
            missed = fmax(missed, p->added);
        if (!(p->added > 0) && calibration_found(p))
            pretended = fmax(pretended, fabs(p->ratio.median - 1));
    }
    for (size_t i = 0; i < count; i++) {
        double added = points[i].added;
        bool good = added > missed && added >= pretended;

        if (added > 0 && isnan(least))
            least = INFINITY;
        if (added > 0 && good)
            least = fmin(least, added);
    }
    return least;
}

double calibration_least(const struct calibration_point *points, size_t count)
{
    double least = calibration_resolution(points, count);

    if (!isinf(least))
        return least;
    least = 0;
    for (size_t i = 0; i < count; i++) {
        const struct calibration_point *p = &points[i];

        if (p->added > 0)
            least = fmax(least, fmax(p->added, 1 + p->added - p->ratio.lo));
        else if (calibration_found(p))
            least = fmax(least, fabs(p->ratio.median - 1));
    }
    return least;
}

struct proportion calibration_share(size_t count, size_t of)
{
    struct proportion p = {count, of, 0, 1};

    if (count > 0)
        p.lo = gsl_cdf_beta_Pinv(TAIL, (double)count, (double)(of - count + 1));
    if (count < of)
        p.hi =
            gsl_cdf_beta_Qinv(TAIL, (double)(count + 1), (double)(of - count));
    return p;
}

/* ---- a case ---- */

static json_t *real_json(double value)
{
    return isfinite(value) ? json_real(value) : json_null();
}

static json_t *ratio_json(const struct interval *ratio)
{
    return json_pack("{s:o, s:o, s:o}", "median", real_json(ratio->median),
                     "lo", real_json(ratio->lo), "hi", real_json(ratio->hi));
}

static struct interval ratio_of(const struct series *over,
                                const struct series *under, enum metric metric)
{
    size_t room = over->ok < under->ok ? over->ok : under->ok;
    double *values = calloc(2 * room + 1, sizeof *values);
    struct interval ratio = {NAN, NAN, NAN, NAN, NAN};

    if (values != NULL) {
        size_t n = series_pairs_of(over, under, metric, values, values + room);

        ratio = stats_ratio(values, values + room, n);
    }
    free(values);
    return ratio;
}

static const json_t *role_of(const struct series *s)
{
    return json_object_get(s->entry, "calibration");
}

static double added_of(const struct series *s)
{
    return json_number_value(json_object_get(role_of(s), "added"));
}

static const struct series *find(const struct series *series, size_t count,
                                 const char *label)
{
    for (size_t i = 0; label != NULL && i < count; i++)
        if (strcmp(series[i].label, label) == 0)
            return &series[i];
    return NULL;
}

/* Takes `a` against `b` into the list of A/A pairs, the added work of both
 * taken off, by what it really took. */
static bool put_pair(json_t *pairs, const struct series *a,
                     const struct series *b)
{
    struct calibration_point p = {0, ratio_of(a, b, METRIC_NET)};

    if (!isfinite(p.ratio.lo))
        return true;
    return json_array_append_new(
               pairs, json_pack("{s:s, s:s, s:o, s:b}", "label", a->label, "of",
                                b->label, "ratio", ratio_json(&p.ratio),
                                "alarm", calibration_found(&p))) == 0;
}

/* A/A pairs that share no sample, so that each is a trial of its own: the
 * strategy and itself again; then, two by two, those with added work, without
 * it: what is left is the strategy as it is, in a process of its own, in the
 * same rounds. */
static json_t *pairs_json(const struct series *series, size_t count)
{
    const struct series *left = NULL;
    json_t *pairs = json_array();
    bool good = pairs != NULL;

    for (size_t i = 0; good && i < count; i++) {
        const struct series *s = &series[i];
        const char *of = json_string_value(json_object_get(role_of(s), "of"));
        const struct series *original = find(series, count, of);

        if (original == NULL)
            continue;
        if (!(added_of(s) > 0)) {
            good = put_pair(pairs, s, original);
        } else if (left == NULL) {
            left = s;
        } else {
            good = put_pair(pairs, s, left);
            left = NULL;
        }
    }
    if (good)
        return pairs;
    json_decref(pairs);
    return NULL;
}

/* `least`: what two must be apart to be ranked. */
static json_t *resolution_json(double share, double greatest, double least,
                               const char *from)
{
    if (isnan(share))
        return json_null();
    return json_pack("{s:f, s:b, s:f, s:s}", "share",
                     isfinite(share) ? share : greatest, "found",
                     isfinite(share), "least", isfinite(share) ? share : least,
                     "from", from);
}

static json_t *point_json(const struct series *s,
                          const struct calibration_point *p)
{
    return json_pack("{s:s, s:O, s:f, s:I, s:o, s:b}", "label", s->label, "of",
                     json_object_get(role_of(s), "of"), "added", p->added,
                     "samples", (json_int_t)s->ok, "ratio",
                     ratio_json(&p->ratio), "detected", calibration_found(p));
}

bool calibration_put_case(json_t *out, const struct series *series,
                          size_t count)
{
    struct calibration_point points[POINTS_MAX];
    double greatest = 0;
    size_t found = 0;
    json_t *list = json_array();
    bool good = list != NULL;

    for (size_t i = 0; i < count && found < POINTS_MAX; i++) {
        const struct series *s = &series[i],
                            *of = find(series, count,
                                       json_string_value(
                                           json_object_get(role_of(s), "of")));

        if (of == NULL)
            continue;
        points[found].added = added_of(s);
        points[found].ratio = ratio_of(s, of, METRIC_WALL);
        greatest = fmax(greatest, points[found].added);
        good = good &&
               json_array_append_new(list, point_json(s, &points[found])) == 0;
        found++;
    }
    good = json_object_set_new(out, "calibration", list) == 0 && good;
    if (json_object_set_new(out, "aa", pairs_json(series, count)) < 0)
        good = false;
    return good &&
           json_object_set_new(
               out, "resolution",
               resolution_json(calibration_resolution(points, found), greatest,
                               calibration_least(points, found), "case")) == 0;
}

/* ---- the run ---- */

/* What the calibrated cases came to, as two sorted lists. */
struct shares {
    double *found; /* INFINITY where none was */
    double *least; /* what two must be apart to be ranked */
    double greatest;
    size_t count;
};

static bool shares_open(struct shares *s, const json_t *cases)
{
    size_t room = json_array_size(cases) + 1;

    *s = (struct shares){.found = calloc(2 * room, sizeof *s->found)};
    if (s->found == NULL)
        return false;
    s->least = s->found + room;

    for (size_t i = 0; i < json_array_size(cases); i++) {
        const json_t *r =
            json_object_get(json_array_get(cases, i), "resolution");
        double share = json_number_value(json_object_get(r, "share"));

        if (!json_is_object(r))
            continue;
        s->greatest = fmax(s->greatest, share);
        s->least[s->count] = json_number_value(json_object_get(r, "least"));
        s->found[s->count++] =
            json_is_true(json_object_get(r, "found")) ? share : INFINITY;
    }
    gsl_sort(s->found, 1, s->count);
    gsl_sort(s->least, 1, s->count);
    return true;
}

/* That at `place` of the sorted ones. */
static json_t *share_json(const struct shares *s, size_t place)
{
    return resolution_json(s->found[place], s->greatest, s->least[place],
                           "run");
}

static struct proportion alarms_of(const json_t *cases)
{
    size_t count = 0, of = 0;

    for (size_t i = 0; i < json_array_size(cases); i++) {
        const json_t *pairs = json_object_get(json_array_get(cases, i), "aa");

        for (size_t k = 0; k < json_array_size(pairs); k++, of++)
            count += json_is_true(
                json_object_get(json_array_get(pairs, k), "alarm"));
    }
    return calibration_share(count, of);
}

/* Of a case without a calibration: that of the nearest calibrated case of its
 * section, or else the run's middle one. */
static json_t *lent(json_t *cases, json_t *to, const struct shares *s)
{
    const json_t *near = nearest_case(cases, to), *r;
    json_t *copy;

    if (near == NULL)
        return share_json(s, s->count / 2);
    r = json_object_get(near, "resolution");
    copy = json_deep_copy(r);
    if (json_object_set_new(copy, "from", json_string("near")) == 0 &&
        json_object_set(copy, "case", json_object_get(near, "name")) == 0)
        return copy;
    json_decref(copy);
    return NULL;
}

static bool lend(json_t *cases, const struct shares *s)
{
    bool good = true;

    for (size_t i = 0; i < json_array_size(cases); i++) {
        json_t *c = json_array_get(cases, i);

        if (!json_is_object(json_object_get(c, "resolution")))
            good =
                json_object_set_new(c, "resolution", lent(cases, c, s)) == 0 &&
                good;
    }
    return good;
}

json_t *calibration_run(json_t *cases)
{
    struct shares shares;
    json_t *out = NULL;

    if (!shares_open(&shares, cases))
        return NULL;
    if (shares.count == 0) {
        out = json_null();
    } else if (lend(cases, &shares)) {
        struct proportion alarms = alarms_of(cases);

        out = json_pack(
            "{s:I, s:I, s:I, s:f, s:f, s:o, s:o, s:o}", "cases",
            (json_int_t)shares.count, "pairs", (json_int_t)alarms.of,
            "false_alarms", (json_int_t)alarms.count, "lo", alarms.lo, "hi",
            alarms.hi, "resolution", share_json(&shares, shares.count / 2),
            "finest", share_json(&shares, 0), "coarsest",
            share_json(&shares, shares.count - 1));
    }
    free(shares.found);
    return out;
}
