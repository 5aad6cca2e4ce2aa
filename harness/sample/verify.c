/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Expected and actual results of a batch. Real URLs have no expectation: only
 * their stamps can be checked.
 */
#include "verify.h"

#include <endian.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "../origin/content.h"

struct result {
    int64_t value;
    uint64_t bytes;
    uint32_t digest;
};

/* Path and query: of an absolute URL, or of one that is only these. */
static const char *target_of(const char *url)
{
    const char *host = strstr(url, "://");

    if (url[0] == '/' || !host)
        return url;
    const char *path = strchr(host + 3, '/');
    return path ? path : "/";
}

static void expect_fetch(const struct batch *batch, const struct step *step,
                         uint32_t i, struct result *result)
{
    char url[URL_MAX_BYTES];
    struct content reply;

    if (!step_url(batch, step, i, url, sizeof(url)))
        return;
    const char *target = target_of(url);
    content_of(target, strlen(target), &reply);
    result->value = reply.status;
    result->bytes += reply.length;
    result->digest = content_crc(&reply, result->digest);
}

static struct result expect_task(const struct batch *batch, uint32_t i)
{
    struct result result = {0};

    for (uint32_t s = 0; s < batch->step_count; s++)
        if (batch->steps[s].kind == STEP_FETCH)
            expect_fetch(batch, &batch->steps[s], i, &result);
    return result;
}

static struct result result_of(const struct task *task)
{
    return (struct result){task->value, task->bytes, task->digest};
}

static uint32_t crc_u32(uint32_t crc, uint32_t word)
{
    word = htole32(word);
    return (uint32_t)crc32_z(crc, (Bytef *)&word, sizeof(word));
}

static uint32_t crc_u64(uint32_t crc, uint64_t word)
{
    word = htole64(word);
    return (uint32_t)crc32_z(crc, (Bytef *)&word, sizeof(word));
}

struct expectation expect_batch(const struct batch *batch)
{
    struct expectation all = {.known = !batch->real};

    for (uint32_t i = 0; all.known && i < batch->count; i++) {
        struct result result = expect_task(batch, i);

        all.digest = crc_u32(all.digest, result.digest);
        all.values = crc_u64(all.values, (uint64_t)result.value);
        all.bytes += result.bytes;
    }
    return all;
}

struct tally tally_batch(const struct batch *batch)
{
    struct tally all = {0};

    for (uint32_t i = 0; i < batch->count; i++) {
        const struct task *task = &batch->tasks[i];

        all.digest = crc_u32(all.digest, task->digest);
        all.values = crc_u64(all.values, (uint64_t)task->value);
        all.bytes += task->bytes;
        if (task->outcome < OUTCOMES)
            all.by_outcome[task->outcome]++;
    }
    all.lost = all.by_outcome[OUTCOME_NONE];
    all.ok = all.by_outcome[OUTCOME_OK];
    all.failed = batch->count - all.lost - all.ok;
    return all;
}

bool verify_results(const struct batch *batch, char *text, size_t size)
{
    for (uint32_t i = 0; i < batch->count; i++) {
        struct result want = expect_task(batch, i);
        struct result have = result_of(&batch->tasks[i]);

        if (want.value == have.value && want.bytes == have.bytes &&
            want.digest == have.digest)
            continue;
        snprintf(text, size,
                 "task %u: value %lld, %llu bytes, digest %08x; expected "
                 "%lld, %llu, %08x",
                 batch->first + i, (long long)have.value,
                 (unsigned long long)have.bytes, have.digest,
                 (long long)want.value, (unsigned long long)want.bytes,
                 want.digest);
        return true;
    }
    return false;
}

static nsec waits_of(const struct batch *batch, uint32_t i)
{
    nsec sum = 0;

    for (uint32_t s = 0; s < batch->step_count; s++)
        sum += step_delay(batch, &batch->steps[s], i);
    return sum;
}

bool verify_stamps(const struct batch *batch, nsec ended, char *text,
                   size_t size)
{
    for (uint32_t i = 0; i < batch->count; i++) {
        const struct task *task = &batch->tasks[i];
        const char *what = NULL;

        if (task->outcome == OUTCOME_NONE)
            continue;
        if (task->created < batch->began || task->started < task->created ||
            task->finished < task->started)
            what = "its stamps are out of order";
        else if (task->finished > ended)
            what = "it finished after the batch had ended";
        else if (task->outcome == OUTCOME_OK &&
                 task->finished - task->started <
                     waits_of(batch, i) + task->idle)
            what = "it finished sooner than its waits allow";
        if (what) {
            snprintf(text, size, "task %u: %s", batch->first + i, what);
            return true;
        }
    }
    return false;
}
