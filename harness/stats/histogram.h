/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A log-linear histogram of durations in nanoseconds (the layout of
 * HdrHistogram): 128 buckets to a power of two, values below 256 exact. Each
 * bucket is less than 1 % wide, so that a quantile read from it is less than
 * 1 % off, and histograms of several samples can be added, which percentiles
 * cannot. About 58 KB, whatever it holds; values beyond 2^63 - 1 (292 years)
 * count as that.
 */
#ifndef CONCUR_HISTOGRAM_H
#define CONCUR_HISTOGRAM_H

#include <jansson.h>
#include <stdint.h>

struct histogram; /* opaque */

/* NULL if there is no memory. */
struct histogram *histogram_new(void);
void histogram_free(struct histogram *h);
void histogram_add(struct histogram *h, uint64_t value, uint64_t count);
void histogram_merge(struct histogram *into, const struct histogram *from);
uint64_t histogram_count(const struct histogram *h);
uint64_t histogram_min(const struct histogram *h); /* exact; 0 if empty */
uint64_t histogram_max(const struct histogram *h); /* exact; 0 if empty */

/* The value at quantile q in [0, 1]: that of the value whose rank is q times
 * the count, rounded up (nearest rank), within 1 %; 0 if empty. */
uint64_t histogram_quantile(const struct histogram *h, double q);

/* As it stands in samples.jsonl:
 * {"min":N,"max":N,"buckets":[[low_ns,width_ns,count],…]}, empty buckets left
 * out, in rising order; an empty histogram's min and max are 0. to_json: a new
 * reference. from_json: NULL if it is not one. */
json_t *histogram_to_json(const struct histogram *h);
struct histogram *histogram_from_json(const json_t *json);

/* The same in as little memory as it takes, for holding thousands at once.
 * packed_from_json: NULL if it is not one; freed with free(). */
struct packed;
struct packed *packed_from_json(const json_t *json);
void histogram_add_packed(struct histogram *into, const struct packed *from);

#endif
