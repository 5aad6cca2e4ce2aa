/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Hands each block of a document to both formats. Consecutive items make one
 * list.
 */
#include "document.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "../suite/words.h"

enum { FORMATS = 2 };

struct doc {
    const struct doc_format *formats[FORMATS];
    FILE *out[FORMATS];
    char *text[FORMATS];
    size_t size[FORMATS];
    const char *dir;
    const struct doc_table *table;
    unsigned figures;
    bool in_list, failed;
};

#define EACH(doc, call)                                                        \
    for (int f_ = 0; f_ < FORMATS; f_++) {                                     \
        FILE *out = (doc)->out[f_];                                            \
        (doc)->formats[f_]->call;                                              \
    }

const char *doc_link_read(const char *text, char *id, size_t size,
                          const char **words, size_t *length)
{
    size_t named = strcspn(text, LINK);
    size_t plain = strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789-");
    *id = '\0';
    if (plain == named && named < size)
        snprintf(id, size, "%.*s", (int)named, text);
    text += named + (text[named] != '\0');
    *words = text;
    *length = strcspn(text, LINK);
    text += *length;
    return text + (*text != '\0');
}

static void list_end(struct doc *doc)
{
    if (doc->in_list)
        EACH(doc, list(out, LIST_END));
    doc->in_list = false;
}

struct doc *doc_new(const char *title, const char *dir)
{
    struct doc *doc = calloc(1, sizeof(*doc));
    if (!doc)
        return NULL;
    doc->dir = dir;
    doc->formats[0] = &format_markdown;
    doc->formats[1] = &format_html;
    for (int i = 0; i < FORMATS; i++) {
        doc->out[i] = open_memstream(&doc->text[i], &doc->size[i]);
        if (!doc->out[i]) {
            if (i > 0)
                fclose(doc->out[0]);
            free(doc->text[0]);
            free(doc);
            return NULL;
        }
    }
    EACH(doc, begin(out, title));
    return doc;
}

bool doc_finish(struct doc *doc, char **markdown, char **html)
{
    bool good = !doc->failed;
    list_end(doc);
    EACH(doc, end(out));
    for (int i = 0; i < FORMATS; i++)
        good = (fclose(doc->out[i]) == 0) && good;
    *markdown = doc->text[0];
    *html = doc->text[1];
    free(doc);
    if (!good) {
        free(*markdown);
        free(*html);
        *markdown = *html = NULL;
    }
    return good;
}

/* The text that format and arguments make; the caller frees it. */
static char *text_of(struct doc *doc, const char *format, va_list arguments)
{
    char *text = words_vprintf(format, arguments);
    if (!text)
        doc->failed = true;
    return text;
}

#define TEXT_BLOCK(name, call)                                                 \
    void doc_##name(struct doc *doc, const char *format, ...)                  \
    {                                                                          \
        va_list arguments;                                                     \
        va_start(arguments, format);                                           \
        char *text = text_of(doc, format, arguments);                          \
        va_end(arguments);                                                     \
        if (!text)                                                             \
            return;                                                            \
        list_end(doc);                                                         \
        EACH(doc, call(out, text));                                            \
        free(text);                                                            \
    }

TEXT_BLOCK(paragraph, paragraph)
TEXT_BLOCK(warning, warning)
TEXT_BLOCK(details, details)

void doc_item(struct doc *doc, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = text_of(doc, format, arguments);
    va_end(arguments);
    if (!text)
        return;
    if (!doc->in_list)
        EACH(doc, list(out, LIST_ITEMS));
    doc->in_list = true;
    EACH(doc, item(out, text));
    free(text);
}

void doc_heading(struct doc *doc, int level, const char *id, const char *text)
{
    list_end(doc);
    EACH(doc, heading(out, level, id, text));
}

void doc_contents(struct doc *doc, const char *id, const char *text)
{
    if (!doc->in_list)
        EACH(doc, list(out, LIST_CONTENTS));
    doc->in_list = true;
    EACH(doc, contents(out, id, text));
}

void doc_details_end(struct doc *doc)
{
    list_end(doc);
    EACH(doc, details(out, NULL));
}

void doc_code(struct doc *doc, const char *text)
{
    list_end(doc);
    EACH(doc, code(out, text));
}

void doc_table(struct doc *doc, const struct doc_table *table)
{
    list_end(doc);
    doc->table = table;
    EACH(doc, table(out, table));
}

void doc_row(struct doc *doc, const char *const *cells)
{
    EACH(doc, row(out, doc->table, cells));
}

void doc_table_end(struct doc *doc)
{
    EACH(doc, table_end(out));
}

void doc_figure(struct doc *doc, const char *stem, const char *title,
                const char *caption, bool needed)
{
    const struct doc_figure it = {.dir = doc->dir,
                                  .stem = stem,
                                  .title = title,
                                  .caption = caption,
                                  .number = ++doc->figures,
                                  .needed = needed};
    list_end(doc);
    EACH(doc, figure(out, &it));
}
