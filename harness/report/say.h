/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Figures as words: what is said about a number, in one form everywhere.
 */
#ifndef CONCUR_SAY_H
#define CONCUR_SAY_H

#include "view.h"

/* Long enough for every function here. */
#define SAY_BYTES 96

/* Each writes into `buf` (SAY_BYTES) and returns it; what is not known is
 * an en dash. */
char *say_time(char *buf, double ns);      /* 45.1 ms */
char *say_bytes(char *buf, double bytes);  /* 64.0 KiB */
char *say_count(char *buf, double count);  /* 1,000; 2.10 */
char *say_rate(char *buf, double rate);    /* 1,230; 1.00 */
char *say_ratio(char *buf, double ratio);  /* 88.7× */
char *say_factor(char *buf, double ratio); /* 88.7 */
char *say_change(char *buf, double ratio); /* of times: 1.30×; beyond tenfold
                                            * 14 times slower, or faster */
char *say_percent(char *buf, double part); /* 89 % */
char *say_spread(char *buf, const struct spread *s,
                 char *(*one)(char *, double)); /* [lo, hi], or "" */

/* What a suite says, with a blank between a digit and a letter after it: "40ms"
 * as "40 ms". */
char *say_given(char *buf, size_t size, const char *text);

/* Where all three end in the same unit, takes it off `low` and `high`. */
void say_unit_once(const char *middle, char *low, char *high);

/* "2 of 7 tasks failed: connect 2"; "" where none did. */
char *say_failed(char *buf, size_t size, const struct view_entry *e);

/* That nobody knows what it received; "" where that was checked. */
char *say_unverified(char *buf, size_t size, const struct view_entry *e);

/* Which replies were no success: "3 of 7 replies were 404, 1 was 500"; "" where
 * all were, or that is not known. */
char *say_statuses(char *buf, size_t size, const struct view_entry *e);

/* What a case does: "100 fetches of 40 ms, width 8"; "1 task of 3 steps and a
 * creator". */
char *say_case(char *buf, size_t size, const struct view_case *c);

/* The rate of an open load: "400/s (Poisson)"; SAY_BYTES. "" for a closed one.
 */
char *say_load(char *buf, const struct view_case *c);

/* What each of its tasks does, where that is more than one step: "fetch /a;
 * sleep 5ms"; each step between `mark`s, "" or CODE. "" for a single step. */
char *say_steps(char *buf, size_t size, const struct view_case *c,
                const char *mark);

/* Likewise those of its creator; "" where it has none. */
char *say_creator(char *buf, size_t size, const struct view_case *c,
                  const char *mark);

#endif
