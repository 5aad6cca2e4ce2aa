/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Percentiles of a series' tasks. See percentiles.h.
 */
#include "percentiles.h"
#include "stats.h"

static const struct {
    const char *key;
    double q;
} percentiles[] = {{"p50", 0.5}, {"p90", 0.9}, {"p99", 0.99}, {"p999", 0.999}};

static const struct packed *span_of(const struct sample *s, enum span span)
{
    const struct packed *const spans[] = {
        [SPAN_LATENCY] = s->latency,
        [SPAN_SOJOURN] = s->sojourn,
        [SPAN_LAG] = s->lag,
    };

    return spans[span];
}

/* Of each sample that counts. */
static void pool(const struct series *s, enum span span, struct histogram *h)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct sample *sample = &s->list[i];
        const struct packed *packed = span_of(sample, span);

        if (sample_counts(sample) && packed != NULL)
            histogram_add_packed(h, packed);
    }
}

static json_t *quantile_json(const struct histogram *h, double q)
{
    if (!stats_supports(q, histogram_count(h)))
        return json_null();
    return json_integer((json_int_t)histogram_quantile(h, q));
}

static json_t *pooled_json(const struct histogram *h)
{
    json_t *out = json_pack("{s:I}", "count", (json_int_t)histogram_count(h));
    int failed = 0;

    for (size_t i = 0; i < sizeof percentiles / sizeof *percentiles; i++)
        failed |= json_object_set_new(out, percentiles[i].key,
                                      quantile_json(h, percentiles[i].q));
    failed |= json_object_set_new(out, "max",
                                  json_integer((json_int_t)histogram_max(h)));
    if (failed == 0)
        return out;
    json_decref(out);
    return NULL;
}

json_t *percentiles_json(const struct series *s, enum span span)
{
    struct histogram *h;
    json_t *out;

    if (s->state != SERIES_OK)
        return json_null();
    h = histogram_new();
    if (h == NULL)
        return NULL;
    pool(s, span, h);
    out = histogram_count(h) > 0 ? pooled_json(h) : json_null();
    histogram_free(h);
    return out;
}
