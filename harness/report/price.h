/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one rule for whom to name of several that cannot be told apart by their
 * time: who costs least. The maps, "use this when" and concur advise go by it.
 *
 * Costs are looked at one after another: CPU time a task; peak memory; threads
 * and processes. Whoever takes more than PRICE_ALIKE times the least of those
 * that are left is out; then whoever took more than PRICE_NEAR times as long as
 * the fastest of them, which is not resolved, but is no recommendation. Of
 * those that are left at the end the first one in the list of strategies
 * (impls/list.h, the best known models first) is named; of one strategy at
 * several widths the one that the case has first.
 *
 * What processes share is counted in parts (Pss), what one process has is
 * counted whole, and at its peak (VmHWM): memory is compared between likes
 * only. What nobody told is no reason against anybody, else it is.
 */
#ifndef CONCUR_REPORT_PRICE_H
#define CONCUR_REPORT_PRICE_H

#include "view.h"

/* Costs are medians without an interval, and on a shared machine CPU time alone
 * differs by half from hour to hour: less is no reason to change. */
#define PRICE_ALIKE 1.5
#define PRICE_NEAR  1.1

struct price {
    const void *of; /* whoever it is; the caller's */
    double cpu;     /* ns a task; NAN: not told, as in all of these */
    double memory;  /* bytes, at the peak */
    double workers; /* threads and processes */
    bool summed;    /* memory is a sum of several processes' parts */
    double time;    /* ns, what it is ranked by */
    size_t place;   /* in the list of strategies, then in the case */
};

struct price price_of(const struct view_entry *e);

/* Puts the one to name first, then those that cost no more, then the others;
 * of these, each time the one that would be named without those before it.
 * Returns how many cost no more, the first one included. */
size_t prices_order(struct price *list, size_t count);

/* The same of entries. 0: no memory, or none are given. */
size_t price_order(const struct view_entry **list, size_t count);

#endif
