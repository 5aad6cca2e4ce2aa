/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Chooses the case that stands for a sweep. A case tells much if many pairs of
 * its strategies differ by so much that a reader sees it, and that the samples
 * bear out; how far apart the extremes are is not asked, since one slow
 * strategy would decide that alone.
 */
#include "example.h"

#include <math.h>

#include "verdict.h"

#define SEEN 1.2 /* times; less is hardly seen in a figure */

const char *const example_reason =
    "in which the most pairs of strategies can be told apart and lie 1.2 times "
    "or more apart";

static bool far_apart(const struct view_case *c, const struct view_entry *a,
                      const struct view_entry *b)
{
    double ratio = view_ranked(a)->median / view_ranked(b)->median;

    return fmax(ratio, 1 / ratio) >= SEEN && verdict_resolved(c, a, b);
}

/* How many pairs are far apart; *pairs: of how many. */
static size_t pairs_apart(const struct view_case *c, size_t *pairs)
{
    size_t count = 0;

    *pairs = 0;
    for (size_t i = 0; i < c->count; i++)
        for (size_t k = 0; k < i; k++) {
            const struct view_entry *a = &c->entries[i], *b = &c->entries[k];

            if (!view_level(c, a) || !view_level(c, b))
                continue;
            ++*pairs;
            count += far_apart(c, a, b);
        }
    return count;
}

/* About a hundred tasks, and in the middle of what else is swept: few are not
 * worth a look, and very many cannot be seen. */
static const struct view_case *middling(const struct view *view,
                                        const struct view_section *section)
{
    const struct view_case *best = &view->cases[section->first];
    double least = INFINITY;

    for (size_t i = 0; i < section->count; i++) {
        const struct view_case *c = &view->cases[section->first + i];
        double off = fabs(log(c->tasks / 100)) +
                     0.01 * fabs((double)i - (double)section->count / 2);

        if (!view_fastest(c))
            off += 1000;
        if (off < least) {
            least = off;
            best = c;
        }
    }
    return best;
}

const struct view_case *section_example(const struct view *view,
                                        const struct view_section *section)
{
    const struct view_case *best = NULL;
    size_t most = 0;

    for (size_t i = 0; i < section->count && section->count > 1; i++) {
        const struct view_case *c = &view->cases[section->first + i];
        size_t pairs, apart = pairs_apart(c, &pairs);

        if (apart > most) {
            most = apart;
            best = c;
        }
    }
    return most ? best : middling(view, section);
}

void example_pairs(FILE *out, const struct view_case *c)
{
    size_t pairs, apart = pairs_apart(c, &pairs);

    if (pairs)
        fprintf(out, " (%zu of %zu)", apart, pairs);
}
