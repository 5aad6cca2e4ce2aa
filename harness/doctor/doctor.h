/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The doctor: what of this machine, its state and this very build decides a
 * result, the effect of each, and how to mend it. It changes nothing.
 *
 * What is looked at follows pyperf's metadata, `pyperf system`, and the
 * warnings of google/benchmark; each check is a function of its own.
 */
#ifndef CONCUR_DOCTOR_H
#define CONCUR_DOCTOR_H

#include <jansson.h>

#include "host.h"

enum finding_state {
    FINDING_OK,
    FINDING_NOTE,    /* worth knowing; a comparison stays fair */
    FINDING_WARNING, /* may bias a comparison */
    FINDING_PROBLEM, /* makes a comparison worthless */
    FINDING_UNSEEN,  /* cannot be read here; all of these become one note */
};

struct finding {
    const char *name; /* one or two words */
    enum finding_state state;
    char found[320];    /* what there is; UTF-8 without control characters */
    const char *effect; /* what that does to results; NULL where ok */
    const char *mend;   /* NULL where ok */
};

#define FINDINGS_MOST 40

struct diagnosis {
    struct finding findings[FINDINGS_MOST]; /* the gravest first */
    size_t count;
    char unseen[320];
};

/* Looks at everything; takes host->interval and some milliseconds. Findings
 * borrow nothing from the host. */
void doctor_examine(struct diagnosis *diagnosis, struct host *host);

/* How many are in this state. */
size_t doctor_count(const struct diagnosis *diagnosis,
                    enum finding_state state);

/* "ok", "note", "warning", "problem". */
const char *finding_word(enum finding_state state);

/* [{"name","state","found","effect","mend"}], the last two null where ok;
 * those that are ok only if `all`. A new reference, NULL without memory. */
json_t *doctor_json(const struct diagnosis *diagnosis, bool all);

#endif
