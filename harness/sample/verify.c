/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Expected and actual results of a batch. Real URLs have no expectation: only
 * their stamps can be checked.
 */
#include "verify.h"

#include <endian.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "../origin/content.h"
#include "scratch.h"

struct result {
    int64_t value;
    uint64_t bytes;
    uint32_t digest;
};

/* A body that a task has received, as far as a later step may need it. */
struct received {
    struct content reply;
    bool known;
};

/* Takes body->reply in. */
static void receive(struct result *result, struct received *body)
{
    body->known = true;
    result->bytes += body->reply.length;
    result->digest = content_crc(&body->reply, result->digest);
}

static void expect_fetch(const struct batch *batch, const struct step *step,
                         uint32_t i, struct result *result,
                         struct received *body)
{
    if (!scratch_reply(batch, step, i, &body->reply))
        return;
    receive(result, body);
    result->value = body->reply.status;
}

/* A file of the user's: it is read, as a task would. */
static void expect_file(const char *path, struct result *result)
{
    unsigned char chunk[16384];
    FILE *file = fopen(path, "re");
    size_t got;

    result->value = 0;
    while (file && (got = fread(chunk, 1, sizeof(chunk), file)) > 0) {
        result->value += (int64_t)got;
        result->bytes += got;
        result->digest = (uint32_t)crc32_z(result->digest, chunk, got);
    }
    if (file)
        fclose(file);
}

static void expect_read(const struct batch *batch, const struct step *step,
                        uint32_t i, struct result *result,
                        struct received *body)
{
    char path[PATH_MAX];

    body->known = false;
    if (!step_text(batch, step, i, path, sizeof(path)))
        return;
    if (path[0] == '/') {
        expect_file(path, result);
        return;
    }
    if (!scratch_content(batch, step, i, &body->reply))
        return;
    receive(result, body);
    result->value = (int64_t)body->reply.length;
}

static void expect_parse(const struct step *step, struct result *result,
                         const struct received *body)
{
    struct iovec slices[64];
    char text[65536];
    size_t size = 0;

    if (!body->known || body->reply.length > sizeof(text))
        return;
    int count = content_slices(&body->reply, 0, slices, 64);
    for (int s = 0; s < count; s++) {
        memcpy(text + size, slices[s].iov_base, slices[s].iov_len);
        size += slices[s].iov_len;
    }
    json_t *json = json_loadb(text, size, 0, NULL);
    result->value =
        (int64_t)json_number_value(json_object_get(json, step->text));
    json_decref(json);
}

static struct result expect_task(const struct batch *batch, uint32_t i);

/* Whether a step is one of task i's, in any phase. */
static bool is_of_task(const struct batch *batch, const struct step *step,
                       uint32_t i)
{
    bool creator = batch->creator_begin && i == batch->count - 1;

    if (!batch->creator_begin)
        return true;
    return creator == (step >= batch->creator_begin);
}

static void expect_step(const struct batch *batch, const struct step *step,
                        uint32_t i, struct result *result,
                        struct received *body)
{
    switch (step->kind) {
    case STEP_FETCH:
        expect_fetch(batch, step, i, result, body);
        break;
    case STEP_READ:
        expect_read(batch, step, i, result, body);
        break;
    case STEP_PARSE:
        expect_parse(step, result, body);
        break;
    case STEP_ADD:
        result->value += step_number(batch, step, i);
        break;
    case STEP_JOIN: /* only of tasks that join nobody: see the suite */
        result->value = expect_task(batch, (uint32_t)step->number).value;
        break;
    default:
        break;
    }
}

static struct result expect_task(const struct batch *batch, uint32_t i)
{
    struct result result = {0};
    struct received body = {0};

    for (uint32_t s = 0; s < batch->step_count; s++)
        if (is_of_task(batch, &batch->steps[s], i))
            expect_step(batch, &batch->steps[s], i, &result, &body);
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

static bool expected_value(const struct batch *batch, uint32_t i,
                           int64_t *value)
{
    *value = expect_task(batch, i).value;
    return true;
}

struct aggregate expect_aggregate(const struct batch *batch)
{
    return aggregate_make(batch, expected_value);
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
        if (is_of_task(batch, &batch->steps[s], i))
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
        if (batch->due && task->started < task->created)
            what = "it was started before it was due";
        else if (task->created < batch->began ||
                 task->started < task->created ||
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
