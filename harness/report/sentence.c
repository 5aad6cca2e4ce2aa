/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Sentences: see sentence.h. They are whole or not at all.
 */
#include "sentence.h"

#include <stdlib.h>

bool sentence_begin(struct sentence *s)
{
    *s = (struct sentence){0};
    s->out = open_memstream(&s->text, &s->size);
    return s->out != NULL;
}

char *sentence_end(struct sentence *s)
{
    if (fclose(s->out) == 0 && s->size > 0)
        return s->text;
    free(s->text);
    return NULL;
}

void sentence_say(struct sentence *s, struct doc *doc, bool item)
{
    char *text = sentence_end(s);
    if (text && item)
        doc_item(doc, "%s", text);
    else if (text)
        doc_paragraph(doc, "%s", text);
    free(text);
}
