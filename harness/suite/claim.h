/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Claims: what an article says of a case, as statements that the report holds
 * against the data. Only their grammar is here: harness/report/claims.h says
 * what becomes of them.
 *
 *   statements = statement *( ";" statement )
 *   statement  = "ok"
 *              | ("wall" | "speedup" | "cores" | "inflight" | "threads")
 *                LABEL relation VALUE [ "±" PERCENT ]
 *              | ("ratio" | "life") LABEL LABEL relation VALUE [ "±" PERCENT ]
 *              | ("memory" | "virtual") LABEL relation SIZE [ "±" PERCENT ]
 *              | ("started" | "finished") LABEL "=" TASK TASK …
 *   relation   = "=" | "<" | ">"
 *
 * LABEL is that of a strategy or peer of the case, `all` of them, or
 * `CASE/LABEL` one of another case.
 */
#ifndef CONCUR_CLAIM_H
#define CONCUR_CLAIM_H

#include <stddef.h>
#include <stdint.h>

/* What is counted or ordered, and so is exact, comes last. */
enum claim_kind {
    CLAIM_OK,       /* every result was checked and right */
    CLAIM_WALL,     /* wall time, ns */
    CLAIM_SPEEDUP,  /* against the case's baseline */
    CLAIM_RATIO,    /* wall time of the first / of the second */
    CLAIM_CORES,    /* CPU time / wall time */
    CLAIM_MEMORY,   /* of one more waiting task, in all, bytes */
    CLAIM_VIRTUAL,  /* … its address space, bytes */
    CLAIM_LIFE,     /* time to start and end one more task: of the first / of
                       the second */
    CLAIM_INFLIGHT, /* the most tasks in flight */
    CLAIM_THREADS,  /* the most threads */
    CLAIM_STARTED,  /* the order in which tasks start */
    CLAIM_FINISHED, /* … and in which they finish */
};

#define CLAIM_NAME_BYTES 128
#define CLAIM_ORDER_MAX  16

struct claim_who {
    char in_case[CLAIM_NAME_BYTES]; /* "": the case itself */
    char label[CLAIM_NAME_BYTES];
};

struct claim {
    enum claim_kind kind;
    struct claim_who who[2];
    size_t who_count;
    char relation;                   /* '=', '<' or '>' */
    double value;                    /* ns, bytes, or a plain number */
    double tolerance;                /* of '=', as a part of value: 0.05 */
    uint32_t order[CLAIM_ORDER_MAX]; /* tasks' numbers, as trace shows them */
    size_t order_count;
};

/* Reads the statement at *text and moves *text behind it and its ';': to "" at
 * the end. NULL, or what is wrong, in words.h's buffer. */
const char *claim_next(const char **text, struct claim *out);

/* Whether all of them can be read: NULL, or what is wrong. */
const char *claim_check(const char *text);

#endif
