/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The answer in words, for a terminal, and as JSON. Private to
 * harness/advise/.
 */
#ifndef CONCUR_ADVISE_ANSWER_H
#define CONCUR_ADVISE_ANSWER_H

#include <stdio.h>

#include "../../impls/task.h"
#include "choose.h"

/* All borrowed. */
struct answer {
    const struct view *view;
    struct choice choice;
    const json_t *assumed;  /* texts: what the load was not told to be */
    const json_t *left_out; /* labels of candidates without time */
    const char *folder;     /* the run's */
    nsec budget, began;
};

/* "5,000 fetches of 50 ms": what was asked for, steps spelled out where a task
 * has several. Into `buf`, which is returned. */
char *answer_load(char *buf, size_t size, const struct answer *a);

/* One line on what the entry is, by its own word; never NULL. */
const char *answer_gist(const struct answer *a, const struct view_entry *e);

/* Why an entry has no figures: "would take 250 s". SAY_BYTES and more. */
char *answer_reason(char *buf, size_t size, const struct answer *a,
                    const struct view_entry *e);

/* Whether it was measured, but not to the end: in fewer rounds than the one to
 * be used, and the last may have been cut off. */
bool answer_was_out(const struct answer *a, const struct view_entry *e);

/* Whether the one to be used was measured alone for want of time, though others
 * could run: it is compared with nobody. `*next`: the one that was the fastest
 * after it in the warm-up; NULL: no other had one, or the load is open. */
bool answer_alone(const struct answer *a, const struct view_entry **next);

/* Calls `say` with each sentence on how sure the answer is, then with each on
 * what it cannot tell. Plain text. */
typedef void answer_say(void *self, const char *text);
void answer_sure(const struct answer *a, answer_say *say, void *self);
void answer_doubts(const struct answer *a, answer_say *say, void *self);

/* For a terminal, 80 columns. */
void answer_print(FILE *out, const struct answer *a);

/* A new reference, NULL if there is no memory. docs/advise.md has it. */
json_t *answer_json(const struct answer *a);

#endif
