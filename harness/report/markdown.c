/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The document as Markdown, in GitHub's flavour. Figures are links to the SVG
 * files beside it.
 */
#include "document.h"

#include <string.h>

/* The longest run of backquotes, so that a code span can be fenced by more. */
static size_t backquotes(const char *text, const char *end)
{
    size_t most = 0, run = 0;
    for (; text < end; text++) {
        run = *text == '`' ? run + 1 : 0;
        most = run > most ? run : most;
    }
    return most;
}

/* A code span from after one CODE to the next, which is returned. */
static const char *span(FILE *out, const char *text)
{
    const char *end = text + strcspn(text, CODE);
    size_t fence = backquotes(text, end) + 1;
    bool padded = fence > 1;
    for (size_t i = 0; i < fence; i++)
        fputc('`', out);
    if (padded)
        fputc(' ', out);
    for (; text < end; text++)
        if (*text == '|')
            fputs("\\|", out); /* would else end a table's cell */
        else if (*text >= ' ' || *text < 0)
            fputc((unsigned char)*text, out);
        else
            fputc(' ', out);
    if (padded)
        fputc(' ', out);
    for (size_t i = 0; i < fence; i++)
        fputc('`', out);
    return end;
}

static void plain(FILE *out, char c)
{
    if (strchr("\\`*_[]<>|&~#", c))
        fprintf(out, "\\%c", c);
    else
        fputc((unsigned char)c < ' ' ? ' ' : c, out);
}

/* A link from after its first LINK to its last, which is returned. */
static const char *reference(FILE *out, const char *text)
{
    char id[64];
    const char *words;
    size_t length;
    text = doc_link_read(text, id, sizeof(id), &words, &length);
    fputc('[', out);
    for (size_t i = 0; i < length; i++)
        plain(out, words[i]);
    fprintf(out, "](#%s)", id);
    return text - 1;
}

/* A text with what means something escaped. Line ends become spaces: a block
 * is one line. */
static void inline_text(FILE *out, const char *text)
{
    bool strong = false;
    for (; *text; text++) {
        if (*text == *CODE) {
            text = span(out, text + 1);
            if (!*text)
                break;
        } else if (*text == *LINK) {
            text = reference(out, text + 1);
        } else if (*text == *BREAK) {
            fputs("<br>", out);
        } else if (*text == *STRONG) {
            strong = !strong;
            fputs("**", out);
        } else {
            plain(out, *text);
        }
    }
    if (strong)
        fputs("**", out);
}

static void line(FILE *out, const char *before, const char *text,
                 const char *after)
{
    fputs(before, out);
    inline_text(out, text);
    fputs(after, out);
}

static void begin(FILE *out, const char *title)
{
    line(out, "# ", title, "\n\n");
}

static void end(FILE *out)
{
    (void)out;
}

static void heading(FILE *out, int level, const char *id, const char *text)
{
    fprintf(out, "<a id=\"%s\"></a>\n\n%.*s ", id, level, "######");
    line(out, "", text, "\n\n");
}

static void contents(FILE *out, const char *id, const char *text)
{
    line(out, "- [", text, "](#");
    fprintf(out, "%s)\n", id);
}

static void paragraph(FILE *out, const char *text)
{
    line(out, "", text, "\n\n");
}

static void warning(FILE *out, const char *text)
{
    line(out, "> **Warning:** ", text, "\n\n");
}

static void list(FILE *out, enum doc_list list)
{
    if (list == LIST_END)
        fputc('\n', out);
}

static void item(FILE *out, const char *text)
{
    line(out, "- ", text, "\n");
}

static void row(FILE *out, const struct doc_table *table,
                const char *const *cells)
{
    fputc('|', out);
    for (size_t i = 0; i < table->columns; i++)
        line(out, " ", cells[i], " |");
    fputc('\n', out);
}

static void table_begin(FILE *out, const struct doc_table *table)
{
    row(out, table, table->heads);
    fputc('|', out);
    for (size_t i = 0; i < table->columns; i++)
        fputs(i < table->words ? " --- |" : " ---: |", out);
    fputc('\n', out);
}

static void table_end(FILE *out)
{
    fputc('\n', out);
}

static void html_text(FILE *out, const char *text)
{
    for (; *text; text++)
        if (*text == '<')
            fputs("&lt;", out);
        else if (*text == '&')
            fputs("&amp;", out);
        else if ((unsigned char)*text >= ' ')
            fputc(*text, out);
}

static void details(FILE *out, const char *summary)
{
    if (!summary) {
        fputs("</details>\n\n", out);
        return;
    }
    fputs("<details><summary>", out);
    html_text(out, summary);
    fputs("</summary>\n\n", out);
}

static void code(FILE *out, const char *text)
{
    size_t fence = backquotes(text, text + strlen(text)) + 1;
    fence = fence < 3 ? 3 : fence;
    for (int side = 0; side < 2; side++) {
        for (size_t i = 0; i < fence; i++)
            fputc('`', out);
        fputc('\n', out);
        if (side == 0)
            fprintf(out, "%s%s", text,
                    *text && text[strlen(text) - 1] == '\n' ? "" : "\n");
    }
    fputc('\n', out);
}

static void figure(FILE *out, const struct doc_figure *f)
{
    line(out, "![", f->title, "](plots/");
    fprintf(out, "%s.svg)\n\n", f->stem);
    line(out, "*", f->caption, "*\n\n");
}

const struct doc_format format_markdown = {
    .begin = begin,
    .end = end,
    .heading = heading,
    .contents = contents,
    .paragraph = paragraph,
    .warning = warning,
    .list = list,
    .item = item,
    .table = table_begin,
    .row = row,
    .table_end = table_end,
    .details = details,
    .code = code,
    .figure = figure,
};
