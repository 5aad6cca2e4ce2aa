/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Who is told apart, and who shares the first place: by what the case resolves
 * where the run was calibrated, by a rule of thumb where it was not. Of an open
 * load the tails are compared; who of it kept up is verdict_open.c's.
 */
#include <math.h>
#include <stdlib.h>

#include "verdict.h"

#define ALIKE 0.02 /* less is not worth a word, where nothing is known */

/* b / a of what they are ranked by, paired within rounds. */
static struct spread ratio_of(const struct view_case *c,
                              const struct view_entry *a,
                              const struct view_entry *b)
{
    return view_open_load(c) ? verdict_paired(a->tails, b->tails)
                             : verdict_ratio(a, b);
}

/* How far apart, as a share: 0.02. */
static double apart(const struct view_case *c, const struct view_entry *a,
                    const struct view_entry *b)
{
    struct spread ratio = ratio_of(c, a, b);
    double size = view_ranked(b)->median / view_ranked(a)->median;
    if (isfinite(ratio.median))
        size = ratio.median;
    return fmax(size, 1 / size) - 1;
}

/* What two must be apart in the case. Calibration is of wall times. */
static double least_apart(const struct view_case *c)
{
    if (view_open_load(c) || !isfinite(c->resolution))
        return ALIKE;
    return isfinite(c->resolution_least) ? c->resolution_least : c->resolution;
}

bool verdict_resolved(const struct view_case *c, const struct view_entry *a,
                      const struct view_entry *b)
{
    struct spread ratio = ratio_of(c, a, b);
    if (apart(c, a, b) < least_apart(c))
        return false;
    if (isfinite(ratio.lo) && isfinite(ratio.hi))
        return ratio.lo > 1 || ratio.hi < 1;
    const struct spread *x = view_ranked(a), *y = view_ranked(b);
    return x->max < y->min || y->max < x->min;
}

size_t verdict_tied(const struct view_case *c,
                    const struct view_entry *const *list, size_t count)
{
    size_t tied = count ? 1 : 0;
    while (tied < count && !verdict_resolved(c, list[0], list[tied]))
        tied++;
    return tied;
}

size_t verdict_leaders(const struct view_case *c, const struct view_entry *e,
                       bool *leads)
{
    size_t count, tied = 0;
    const struct view_entry **list = verdict_ranked(c, &count);
    *leads = e == view_fastest(c);
    if (list && !view_open_load(c))
        tied = verdict_tied(c, list, count);
    for (size_t i = 0; i < tied; i++)
        *leads = *leads || list[i] == e;
    free(list);
    return tied;
}

/* "1.2", "12", "120", in percent. */
static char *percent(char *text, size_t size, double part)
{
    snprintf(text, size, 100 * part < 9.95 ? "%.2g" : "%.0f", 100 * part);
    return text;
}

bool verdict_close(FILE *out, const struct view_case *c,
                   const struct view_entry *const *list, size_t tied)
{
    double most = 0;
    char text[32];
    for (size_t i = 1; i < tied; i++)
        most = fmax(most, apart(c, list[0], list[i]));
    if (!(most < least_apart(c)) || !isfinite(c->resolution))
        return false;
    fprintf(out, ", %s %% apart, %s %s %g %% today",
            percent(text, sizeof(text), most),
            c->resolution_own  ? "this case"
            : c->resolution_of ? "the nearest calibrated case"
                               : "this run",
            c->resolution_found ? "resolves" : "does not even resolve",
            100 * c->resolution);
    if (!c->resolution_found && least_apart(c) > c->resolution)
        fprintf(out, " (nothing below %s %% is ranked)",
                percent(text, sizeof(text), c->resolution_least));
    return true;
}

void verdict_tie(FILE *out, const struct view_case *c, size_t most)
{
    size_t count;
    const struct view_entry **list = verdict_ranked(c, &count);
    size_t tied = 0;
    if (list && !view_open_load(c))
        tied = verdict_tied(c, list, count);
    for (size_t i = 0; i < tied && i < most && tied > 1; i++)
        fprintf(out, "%s%s", i ? ", " : "", list[i]->label);
    if (tied > 1 && tied > most)
        fprintf(out, " and %zu more", tied - most);
    if (tied > 1) {
        fputs(": a tie", out);
        if (!verdict_close(out, c, list, tied))
            fputs(", not resolved", out);
    }
    free(list);
}

/* How many characters a text has. */
static int characters(const char *text)
{
    int count = 0;
    for (; *text; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

char *verdict_tie_within(const struct view_case *c, int room)
{
    for (size_t most = c->count; most > 0; most--) {
        char *text = NULL;
        size_t size = 0;
        FILE *out = open_memstream(&text, &size);
        if (!out)
            return NULL;
        verdict_tie(out, c, most);
        bool good = fclose(out) == 0 && size > 0;
        if (good && (most == 1 || characters(text) <= room))
            return text;
        free(text);
        if (!good)
            return NULL;
    }
    return NULL;
}
