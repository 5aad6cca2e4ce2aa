/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A log-linear histogram of durations. See histogram.h.
 *
 * A value's highest SUB_BITS + 1 bits name its bucket: the power of two that
 * it lies in (a row of SUBS buckets), and which of them. Row 0 holds the
 * values below SUBS, row 1 those below 2 * SUBS: both are exact.
 */
#include "histogram.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#define SUB_BITS  7
#define SUBS      (1u << SUB_BITS)
#define VALUE_MAX ((uint64_t)INT64_MAX) /* what a JSON integer can hold */
#define BUCKETS   ((64u - SUB_BITS) * SUBS)

struct histogram {
    uint64_t count, min, max; /* min and max: 0 while count is 0 */
    uint64_t counts[BUCKETS];
};

struct packed_bucket {
    uint32_t index;
    uint64_t count;
};

struct packed {
    uint64_t min, max;
    size_t size;
    struct packed_bucket buckets[];
};

/* ---- buckets ---- */

static unsigned bucket_shift(unsigned index)
{
    return index < SUBS ? 0 : index / SUBS - 1;
}

static unsigned bucket_index(uint64_t value)
{
    unsigned shift;

    if (value < SUBS)
        return (unsigned)value;
    shift = 63u - (unsigned)__builtin_clzll(value) - SUB_BITS;
    return shift * SUBS + (unsigned)(value >> shift);
}

static uint64_t bucket_low(unsigned index)
{
    unsigned shift = bucket_shift(index);

    return (uint64_t)(index - shift * SUBS) << shift;
}

static uint64_t bucket_width(unsigned index)
{
    return 1ull << bucket_shift(index);
}

/* ---- counting ---- */

struct histogram *histogram_new(void)
{
    return calloc(1, sizeof(struct histogram));
}

void histogram_free(struct histogram *h)
{
    free(h);
}

/* Widens min and max before `count` is raised. */
static void histogram_reach(struct histogram *h, uint64_t min, uint64_t max)
{
    if (h->count == 0 || min < h->min)
        h->min = min;
    if (h->count == 0 || max > h->max)
        h->max = max;
}

void histogram_add(struct histogram *h, uint64_t value, uint64_t count)
{
    if (count == 0)
        return;
    if (value > VALUE_MAX)
        value = VALUE_MAX;
    histogram_reach(h, value, value);
    h->counts[bucket_index(value)] += count;
    h->count += count;
}

void histogram_merge(struct histogram *into, const struct histogram *from)
{
    if (from->count == 0)
        return;
    histogram_reach(into, from->min, from->max);
    for (unsigned i = bucket_index(from->min); i <= bucket_index(from->max);
         i++)
        into->counts[i] += from->counts[i];
    into->count += from->count;
}

uint64_t histogram_count(const struct histogram *h)
{
    return h->count;
}

uint64_t histogram_min(const struct histogram *h)
{
    return h->min;
}

uint64_t histogram_max(const struct histogram *h)
{
    return h->max;
}

/* Nearest rank, from 1. 0.07 × 100 is a hair above 7 in binary: that hair must
 * not become a rank. */
static uint64_t quantile_rank(double q, uint64_t count)
{
    double rank = ceil(q * (double)count * (1 - 1e-15));

    if (!(rank >= 1))
        return 1;
    return rank >= (double)count ? count : (uint64_t)rank;
}

uint64_t histogram_quantile(const struct histogram *h, double q)
{
    uint64_t rank = quantile_rank(q, h->count), seen = 0, middle;
    unsigned i = bucket_index(h->min);

    if (h->count == 0 || rank == 1)
        return h->min;
    if (rank == h->count)
        return h->max;
    for (seen = h->counts[i]; seen < rank; seen += h->counts[i])
        i++;
    middle = bucket_low(i) + bucket_width(i) / 2;
    if (middle < h->min)
        return h->min;
    return middle > h->max ? h->max : middle;
}

/* ---- JSON ---- */

json_t *histogram_to_json(const struct histogram *h)
{
    json_t *buckets = json_array();

    for (unsigned i = bucket_index(h->min);
         h->count > 0 && i <= bucket_index(h->max); i++) {
        if (h->counts[i] == 0)
            continue;
        if (json_array_append_new(
                buckets, json_pack("[I, I, I]", (json_int_t)bucket_low(i),
                                   (json_int_t)bucket_width(i),
                                   (json_int_t)h->counts[i])) < 0) {
            json_decref(buckets);
            return NULL;
        }
    }
    return json_pack("{s:I, s:I, s:o}", "min", (json_int_t)h->min, "max",
                     (json_int_t)h->max, "buckets", buckets);
}

/* A whole number >= 0. */
static bool whole(const json_t *json, uint64_t *out)
{
    if (!json_is_integer(json) || json_integer_value(json) < 0)
        return false;
    *out = (uint64_t)json_integer_value(json);
    return true;
}

/* One of our own buckets: a file with others would be read wrongly. */
static bool read_bucket(const json_t *json, struct packed_bucket *out)
{
    uint64_t low, width;

    if (json_array_size(json) != 3 || !whole(json_array_get(json, 0), &low) ||
        !whole(json_array_get(json, 1), &width) ||
        !whole(json_array_get(json, 2), &out->count) || out->count == 0)
        return false;
    out->index = bucket_index(low);
    return bucket_low(out->index) == low && bucket_width(out->index) == width;
}

/* Rising, min in the first bucket and max in the last; their counts in sum are
 * one that JSON can hold, so that adding a few of them cannot overflow. */
static bool packed_holds(const struct packed *p)
{
    uint64_t sum = 0;

    if (p->size == 0)
        return p->min == 0 && p->max == 0;
    for (size_t i = 0; i < p->size; i++) {
        sum += p->buckets[i].count;
        if (sum > VALUE_MAX ||
            (i > 0 && p->buckets[i].index <= p->buckets[i - 1].index))
            return false;
    }
    return p->min <= p->max && bucket_index(p->min) == p->buckets[0].index &&
           bucket_index(p->max) == p->buckets[p->size - 1].index;
}

struct packed *packed_from_json(const json_t *json)
{
    const json_t *buckets = json_object_get(json, "buckets");
    size_t size = json_array_size(buckets);
    struct packed *p;
    bool good;

    if (!json_is_array(buckets) || size > BUCKETS)
        return NULL;
    p = malloc(sizeof *p + size * sizeof p->buckets[0]);
    if (p == NULL)
        return NULL;
    p->size = size;
    good = whole(json_object_get(json, "min"), &p->min) &&
           whole(json_object_get(json, "max"), &p->max);
    for (size_t i = 0; good && i < size; i++)
        good = read_bucket(json_array_get(buckets, i), &p->buckets[i]);
    if (!good || !packed_holds(p)) {
        free(p);
        return NULL;
    }
    return p;
}

void histogram_add_packed(struct histogram *into, const struct packed *from)
{
    if (from->size == 0)
        return;
    histogram_reach(into, from->min, from->max);
    for (size_t i = 0; i < from->size; i++) {
        into->counts[from->buckets[i].index] += from->buckets[i].count;
        into->count += from->buckets[i].count;
    }
}

struct histogram *histogram_from_json(const json_t *json)
{
    struct packed *p = packed_from_json(json);
    struct histogram *h = p != NULL ? histogram_new() : NULL;

    if (h != NULL)
        histogram_add_packed(h, p);
    free(p);
    return h;
}
