/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A suite file while it is read: line by line for inih (lines.c), setting by
 * setting from it (source.c). Private to these two.
 */
#ifndef CONCUR_READING_H
#define CONCUR_READING_H

#include "draft.h"

/* The longest line, its newline and end included. */
#define LINE_MAX_BYTES 10240

struct reading {
    const char *path, *shown;
    char *next; /* rest of the text */
    char *line; /* room for the line under way */
    unsigned number;
    bool continued; /* the line goes on with the value before */
    bool in_section;
    struct source *source;
    const struct case_key *key; /* of the last setting */
    const struct report *report;
    bool failed;
};

/* Reports the line under way; returns false. The first error is kept. */
bool line_fail(struct reading *r, const char *message);

/* `quick.ini:12` of that line, into buf; WHERE_BYTES are enough to hold any
 * name that a file can have. */
void where_now(const struct reading *r, char *buf, size_t size);
#define WHERE_BYTES 4128

/* inih's reader, with fgets' interface: the next line as inih should see it,
 * NULL at the end or after an error. `user` is a struct reading. */
char *read_line(char *buf, int size, void *user);

#endif
