/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The digest of the file that this program runs from. The kernel keeps that
 * file open to it: it is the one that was started also after a new build has
 * taken its name.
 */
#include "program.h"

#include <stdbool.h>
#include <stdio.h>
#include <zlib.h>

static bool digest_file(const char *path, uLong *crc)
{
    unsigned char chunk[16384];
    FILE *file = fopen(path, "re");
    size_t got;

    if (!file)
        return false;
    *crc = crc32_z(0, NULL, 0);
    while ((got = fread(chunk, 1, sizeof(chunk), file)) > 0)
        *crc = crc32_z(*crc, chunk, got);
    bool whole = !ferror(file);
    return fclose(file) == 0 && whole;
}

const char *program_digest(void)
{
    static char digest[9];
    uLong crc;

    if (digest[0])
        return digest;
    if (digest_file("/proc/self/exe", &crc))
        snprintf(digest, sizeof(digest), "%08lx", crc);
    else
        snprintf(digest, sizeof(digest), "unknown");
    return digest;
}
