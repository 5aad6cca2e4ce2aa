/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Quantities with units, read and written: 40ms, 1.5s, 64KiB, 100B, 12.
 */
#ifndef CONCUR_UNITS_H
#define CONCUR_UNITS_H

#include "../../impls/task.h"

/* Each reads the whole of `text` and returns NULL, or a message that says
 * what is wrong with it ("'40' has no unit: write 40ms or 40s"), in a static
 * per-thread buffer; *out is then untouched. */
const char *parse_duration(const char *text, nsec *out); /* ns us µs ms s m h */
const char *parse_bytes(const char *text, uint64_t *out); /* B KB KiB MB … */
const char *parse_count(const char *text, uint32_t low, uint32_t high,
                        uint32_t *out); /* 1000 or 1,000 or 1_000 */
const char *parse_seed(const char *text, uint64_t *out); /* not 0 */
/* `5%` or `0.5 %`, from 0 % to 100 %, as the share 0.05. */
const char *parse_percent(const char *text, double *out);
/* … that an interval can be asked to reach: more than 0 %. */
const char *parse_precision(const char *text, double *out);
const char *parse_bool(const char *text, bool *out); /* yes no */
/* `500/s` or `poisson 30/min`: at most a million a second, at least one an
 * hour. */
const char *parse_rate(const char *text, struct rate *out);
/* `40ms` | `3s, 2s, 1s` | `uniform 10ms 50ms` | `exp 20ms` |
 * `lognormal 20ms 0.5`. out->list is allocated, the caller frees it. */
const char *parse_durations(const char *text, struct duration *out);

/* Written for people, three significant digits: "413 ms", "1.20 s", "8.40 µs",
 * "1,000 s"; "64 KiB", "1.50 MiB"; "94,300", "7", "12.3". "?" for what is not
 * a number. Into `buf`, which is returned. 32 bytes are enough. */
char *format_duration(char *buf, size_t size, double ns);
char *format_bytes(char *buf, size_t size, double bytes);
char *format_count(char *buf, size_t size, double count);
/* Every digit of it: "1,000,000", "1,024". */
char *format_whole(char *buf, size_t size, uint64_t count);

/* As parse_duration, parse_bytes and parse_durations read them, nothing
 * rounded: "40ms", "1.5s", "64KiB", "uniform 10ms 50ms". A long list ends with
 * "…". Into `buf`, which is returned. */
char *duration_text(char *buf, size_t size, nsec ns);
char *bytes_text(char *buf, size_t size, uint64_t bytes);
char *durations_text(char *buf, size_t size, const struct duration *d);

/* Of the words (ends with NULL) the one most like `word`, or NULL if none is
 * near enough to be a slip of the finger (optimal string alignment). */
const char *nearest(const char *word, const char *const *words);

#endif
