/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The choice. See choose.h. It knows no strategy by name.
 */
#include "choose.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../../impls/strategy.h"
#include "../report/price.h"
#include "../report/verdict.h"

static bool fetches(const struct view_case *c)
{
    const json_t *step;
    size_t i;

    json_array_foreach (c->steps, i, step) {
        const char *text = json_string_value(step);

        if (text && strncmp(text, "fetch", strlen("fetch")) == 0)
            return true;
    }
    return false;
}

bool choice_own_only(const struct view_case *c, const struct view_entry *e)
{
    const struct strategy *strategy = strategy_find(e->strategy);

    return strategy && strategy->real_gap && fetches(c);
}

/* ---- the order ---- */

/* Of the ranked ones those that have the property, or have not, one behind
 * another; of an open load first those that kept up. Returns how many. */
static size_t take(const struct view_case *c, const struct view_entry **to,
                   const struct view_entry *const *ranked, size_t count,
                   bool own_only)
{
    size_t taken = 0;

    for (int late = 0; late < 2; late++)
        for (size_t i = 0; i < count; i++) {
            bool kept = !view_open_load(c) || verdict_kept_up(ranked[i]);

            if (choice_own_only(c, ranked[i]) == own_only && kept == !late)
                to[taken++] = ranked[i];
        }
    return taken;
}

/* The rest, in the order of the case. */
static void take_rest(struct choice *choice)
{
    for (size_t i = 0; i < choice->c->count; i++) {
        const struct view_entry *e = &choice->c->entries[i];
        bool there = false;

        for (size_t k = 0; k < choice->count + choice->apart && !there; k++)
            there = choice->list[k] == e;
        if (!there)
            choice->list[choice->all++] = e;
    }
}

/* ---- the first place ---- */

/* Of an open load: who kept up and who did not are told apart by that. Few
 * samples fall apart by chance: without intervals only what is far is. */
static bool told_apart(const struct view_case *c, const struct view_entry *a,
                       const struct view_entry *b)
{
    bool sure = isfinite(view_ranked(a)->lo) && isfinite(view_ranked(b)->lo);

    if (!sure && view_ranked(b)->median < CHOOSE_FAR * view_ranked(a)->median)
        return false;
    if (view_open_load(c) && verdict_kept_up(a) != verdict_kept_up(b))
        return true;
    return verdict_resolved(c, a, b);
}

/* `work` has room for those that tie. False: no memory. */
static bool choose(struct choice *choice, const struct view_entry **work)
{
    size_t count = choice->count;

    if (count == 0)
        return true;
    choice->tied = 1;
    while (choice->tied < count &&
           !told_apart(choice->c, choice->list[0], choice->list[choice->tied]))
        choice->tied++;
    if (choice->tied < count)
        choice->next = choice->list[choice->tied];
    memcpy(work, choice->list, choice->tied * sizeof(*work));
    bool good = price_order(work, choice->tied) > 0;
    choice->use = work[0];
    return good;
}

bool choice_make(struct choice *choice, const struct view_case *c)
{
    size_t ranked = 0;
    const struct view_entry **list = verdict_ranked(c, &ranked);

    *choice = (struct choice){.c = c};
    choice->list = calloc(c->count + 1, sizeof(*choice->list));
    if (!list || !choice->list) {
        free(list);
        return false;
    }
    choice->count = take(c, choice->list, list, ranked, false);
    choice->apart = take(c, choice->list + choice->count, list, ranked, true);
    choice->all = choice->count + choice->apart;
    take_rest(choice);
    bool good = choose(choice, list);
    free(list);
    return good;
}

void choice_clear(struct choice *choice)
{
    free(choice->list);
    *choice = (struct choice){0};
}

struct spread choice_times(const struct choice *choice,
                           const struct view_entry *e)
{
    const struct view_entry *use = choice->use;
    struct spread times = view_open_load(choice->c)
                              ? verdict_paired(use->tails, e->tails)
                              : verdict_ratio(use, e);

    if (!isfinite(times.median))
        times.median = view_ranked(e)->median / view_ranked(use)->median;
    return times;
}
