/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a function writes into a stream, as a paragraph or an item of the
 * document: nothing, where it wrote nothing.
 */
#ifndef CONCUR_REPORT_SENTENCE_H
#define CONCUR_REPORT_SENTENCE_H

#include <stdbool.h>
#include <stdio.h>

#include "document.h"

struct sentence {
    char *text;
    size_t size;
    FILE *out; /* to be written to */
};

/* False: no memory, and nothing is to be ended. */
bool sentence_begin(struct sentence *s);

/* The text, or NULL where there is none. The caller frees it. */
char *sentence_end(struct sentence *s);

/* It ends in the document, if anything was written. */
void sentence_say(struct sentence *s, struct doc *doc, bool item);

#endif
