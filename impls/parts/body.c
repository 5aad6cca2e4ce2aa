/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a task receives.
 */
#include "body.h"

#include <libdeflate.h>
#include <stdlib.h>
#include <string.h>

void body_begin(struct batch *batch, uint32_t i)
{
    if (!batch->bodies)
        return;
    free(batch->bodies[i].data);
    batch->bodies[i] = (struct body){0};
}

static bool keep(struct body *body, const void *data, size_t size)
{
    char *grown = realloc(body->data, body->size + size + 1);

    if (!grown)
        return false;
    memcpy(grown + body->size, data, size);
    body->data = grown;
    body->size += size;
    body->data[body->size] = '\0';
    return true;
}

bool body_receive(struct batch *batch, uint32_t i, const void *data,
                  size_t size)
{
    struct task *task = &batch->tasks[i];

    task->bytes += size;
    /* Every byte is looked at, so it has to be fast: zlib's would take longer
     * for a large body than receiving it. */
    task->digest = libdeflate_crc32(task->digest, data, size);
    return !batch->bodies || keep(&batch->bodies[i], data, size);
}
