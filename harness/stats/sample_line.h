/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One line of samples.jsonl: from JSON to a struct sample or discard. Used by
 * samples.c only.
 */
#ifndef CONCUR_SAMPLE_LINE_H
#define CONCUR_SAMPLE_LINE_H

#include "samples.h"

struct line_reader {
    const json_t *cases; /* run.json's; borrowed */
    json_t *numbers;     /* a case's name → its index */
    char message[256];
};

/* Each returns NULL, or what is wrong, in the reader. *out is filled as far as
 * it got, so that samples_clear can free it. */
const char *line_reader_open(struct line_reader *reader, const json_t *cases);
void line_reader_close(struct line_reader *reader);
const char *line_sample(struct line_reader *reader, const json_t *json,
                        struct sample *out);
const char *line_discard(struct line_reader *reader, const json_t *json,
                         struct discard *out);

/* A message of one's own, in the same place. */
const char *line_wrong(struct line_reader *reader, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
