/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The kernel's file takes the longest time that waking up may take, in
 * microseconds, as a 32-bit number, and holds it while it is open. It cannot
 * tell how long waking up takes otherwise.
 */
#include "awake.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#define KERNEL_FILE "/dev/cpu_dma_latency"

void awake_begin(struct awake *awake, const char *path)
{
    static const int32_t none = 0;

    *awake = (struct awake){
        .fd = open(path ? path : KERNEL_FILE, O_WRONLY | O_CLOEXEC)};
    if (awake->fd < 0) {
        awake->why = strerrordesc_np(errno);
    } else if (write(awake->fd, &none, sizeof(none)) != sizeof(none)) {
        awake->why = strerrordesc_np(errno);
        close(awake->fd);
        awake->fd = -1;
    }
}

void awake_not(struct awake *awake)
{
    *awake = (struct awake){.fd = -1, .why = "--may-idle"};
}

void awake_end(struct awake *awake)
{
    if (awake->fd >= 0)
        close(awake->fd);
    awake->fd = -1;
}

json_t *awake_json(const struct awake *awake)
{
    return json_pack("{s:b, s:s?}", "held", awake->fd >= 0, "why_not",
                     awake->why);
}
