/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From samples to a verdict. A shift is called one where its whole interval
 * lies beyond the threshold and the test, corrected for all rows of the
 * comparison, says that it is no accident. See compare.h.
 */
#include "../stats/rank.h"
#include "../stats/stats.h"
#include "parts.h"

#include <math.h>
#include <stdlib.h>

#define ALPHA 0.05

const char *const compare_words[COMPARE_VERDICTS] = {
    [COMPARE_SLOWER] = "slower",
    [COMPARE_FASTER] = "faster",
    [COMPARE_UNRESOLVED] = "not resolved",
    [COMPARE_BASELINE] = "baseline",
};

/* Makes logarithms of the times, or ratios of times. Returns their median, of
 * ratios that of the speed-ups, as the report has it. */
static double take_logs(const struct compare_row *row, double *values, size_t n)
{
    double median;

    for (size_t i = 0; i < n && !row->wall; i++)
        values[i] = 1 / values[i];
    median = stats_median(values, n).median;
    for (size_t i = 0; i < n; i++)
        values[i] = row->wall ? log(values[i]) : -log(values[i]);
    return median;
}

bool judge_row(struct compare_row *row, double *values[2])
{
    const size_t n = row->samples[0], m = row->samples[1];
    struct rank_shift shift;

    for (int side = 0; side < 2; side++)
        row->values[side] = take_logs(row, values[side], row->samples[side]);
    shift = rank_shift(values[0], n, values[1], m);
    row->shift = expm1(shift.shift);
    row->lo = expm1(shift.lo);
    row->hi = expm1(shift.hi);
    row->cliff = rank_cliff(values[0], n, values[1], m);
    row->p = rank_test(values[0], n, values[1], m).p;
    row->corrected = NAN;
    row->few = n < RANK_MIN_SAMPLES || m < RANK_MIN_SAMPLES;
    return !isnan(row->shift) && !isnan(row->p);
}

static enum compare_verdict verdict_of(const struct compare_row *row,
                                       double threshold)
{
    if (row->verdict == COMPARE_BASELINE)
        return COMPARE_BASELINE;
    if (!(row->corrected < ALPHA)) /* NAN: too few samples */
        return COMPARE_UNRESOLVED;
    if (row->lo > threshold)
        return COMPARE_SLOWER;
    return row->hi < -threshold ? COMPARE_FASTER : COMPARE_UNRESOLVED;
}

bool judge_all(struct comparison *c)
{
    double *p = malloc((c->count + 1) * sizeof *p);

    if (p == NULL)
        return false;
    for (size_t i = 0; i < c->count; i++) {
        struct compare_row *row = &c->rows[i];

        if (row->few || row->verdict == COMPARE_BASELINE)
            row->p = NAN;
        p[i] = row->p;
    }
    if (!rank_holm(p, c->count, p)) {
        free(p);
        return false;
    }
    for (size_t i = 0; i < c->count; i++) {
        struct compare_row *row = &c->rows[i];

        row->corrected = p[i];
        row->verdict = verdict_of(row, c->request.threshold);
        c->verdicts[row->verdict]++;
    }
    free(p);
    return true;
}
