/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A document written twice at once: as Markdown (GitHub's flavour) and as one
 * HTML page. Both have the same contents; what differs is in markdown.c and
 * html.c.
 *
 * Texts are plain: every character that means something to either format is
 * escaped. STRONG and CODE inside a text switch bold type and code on, and off
 * again. BREAK begins a new line within a cell. LINK ID LINK TEXT LINK, without
 * the blanks, is a plain text that leads to the heading of that id.
 */
#ifndef CONCUR_DOCUMENT_H
#define CONCUR_DOCUMENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define STRONG "\1"
#define CODE   "\2"
#define BREAK  "\3"
#define LINK   "\4"

struct doc_table {
    const char *const *heads;
    size_t columns, words; /* the first `words` columns hold words */
};

struct doc_figure {
    const char *dir, *stem; /* dir/plots/stem.svg */
    const char *title, *caption;
    unsigned number; /* within the document, from 1 */
    bool needed;
};

enum doc_list { LIST_END, LIST_ITEMS, LIST_CONTENTS };

/* One format. Blocks are called in the order of the document. */
struct doc_format {
    void (*begin)(FILE *out, const char *title);
    void (*end)(FILE *out);
    void (*heading)(FILE *out, int level, const char *id, const char *text);
    void (*contents)(FILE *out, const char *id, const char *text);
    void (*paragraph)(FILE *out, const char *text);
    void (*warning)(FILE *out, const char *text);
    void (*list)(FILE *out, enum doc_list list);
    void (*item)(FILE *out, const char *text);
    void (*table)(FILE *out, const struct doc_table *table);
    void (*row)(FILE *out, const struct doc_table *table,
                const char *const *cells);
    void (*table_end)(FILE *out);
    void (*details)(FILE *out, const char *summary); /* NULL: ends */
    void (*code)(FILE *out, const char *text);
    void (*figure)(FILE *out, const struct doc_figure *figure);
};

extern const struct doc_format format_markdown, format_html;

/* ---- between document.c and the formats ---- */

/* Takes the link at `text`, after its first LINK, apart: its id (letters,
 * digits and dashes; else it is empty) and where its words begin and end.
 * Returns where the text goes on. */
const char *doc_link_read(const char *text, char *id, size_t size,
                          const char **words, size_t *length);

/* ---- its own ---- */

struct doc; /* opaque */

struct doc *doc_new(const char *title, const char *dir); /* NULL: no memory */

/* Ends the document and hands over both texts, which the caller frees. False:
 * no memory. The document is gone in either case. */
bool doc_finish(struct doc *doc, char **markdown, char **html);

void doc_heading(struct doc *doc, int level, const char *id, const char *text);
void doc_contents(struct doc *doc, const char *id, const char *text);

/* The rest take printf's formats. */
#define DOC_PRINTF __attribute__((format(printf, 2, 3)))
void doc_paragraph(struct doc *doc, const char *format, ...) DOC_PRINTF;
void doc_warning(struct doc *doc, const char *format, ...) DOC_PRINTF;
void doc_item(struct doc *doc, const char *format, ...) DOC_PRINTF;
void doc_details(struct doc *doc, const char *format, ...) DOC_PRINTF;
void doc_details_end(struct doc *doc);
void doc_code(struct doc *doc, const char *text);

/* `table` stays borrowed until doc_table_end. */
void doc_table(struct doc *doc, const struct doc_table *table);
void doc_row(struct doc *doc, const char *const *cells);
void doc_table_end(struct doc *doc);

/* plots/STEM.svg. One that is not `needed` is left out of the page where the
 * page would grow too large. */
void doc_figure(struct doc *doc, const char *stem, const char *title,
                const char *caption, bool needed);

#endif
