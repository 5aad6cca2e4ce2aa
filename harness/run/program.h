/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which build of concur this is. Two of one version differ where a line of
 * the source does; what it is linked to at run time is not part of it.
 */
#ifndef CONCUR_PROGRAM_H
#define CONCUR_PROGRAM_H

/* The digest of the program's own file: CRC-32 (zlib), eight hex digits.
 * "unknown" where it cannot be read. Lives as long as the program. */
const char *program_digest(void);

#endif
