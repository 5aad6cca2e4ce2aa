/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The document as one HTML page that needs nothing else: no script, no network,
 * figures inside it.
 */
#include "document.h"

#include <stdlib.h>
#include <string.h>

#include "svg.h"

/* Beyond this the page takes only figures that are needed. */
#define PAGE_BYTES (2300l * 1024)
#define BROAD_PX   900 /* a figure as wide stands alone on the widest screen */

static const char head[] =
    "<!DOCTYPE html>\n"
    "<html lang=\"en\">\n"
    "<head>\n"
    "<meta charset=\"utf-8\">\n"
    "<meta name=\"viewport\" content=\"width=device-width, "
    "initial-scale=1\">\n"
    "<meta name=\"color-scheme\" content=\"light dark\">\n"
    "<title>";

static const char style[] =
    "</title>\n"
    "<style>\n"
    ":root{--ink:#222;--muted:#666;--line:#ddd;--paper:#fff;--tint:#f6f6f4;"
    "--link:#005a92;--warn:#b3002d;--warnbg:#fdf0f2}\n"
    "@media (prefers-color-scheme:dark){:root{--ink:#e4e4e0;--muted:#a2a29c;"
    "--line:#3c3c3a;--paper:#1b1b1a;--tint:#262625;--link:#7fc4f0;"
    "--warn:#ff8aa0;--warnbg:#3a2026}}\n"
    "*{box-sizing:border-box}\n"
    "html{-webkit-text-size-adjust:100%}\n"
    "body{margin:0 auto;padding:1.5rem 1.25rem 4rem;max-width:112rem;"
    "color:var(--ink);background:var(--paper);"
    "font:16px/1.5 system-ui,-apple-system,\"Segoe UI\",Roboto,"
    "\"Helvetica Neue\",Arial,sans-serif;overflow-wrap:break-word}\n"
    "h1{font-size:1.7rem;line-height:1.2;margin:.5rem 0 1rem}\n"
    "h2{font-size:1.35rem;margin:2.8rem 0 .8rem;padding-bottom:.3rem;"
    "border-bottom:1px solid var(--line)}\n"
    "h3{font-size:1.1rem;margin:2.4rem 0 .5rem}\n"
    "p,li{max-width:50rem}\n"
    "li{margin:.35rem 0}\n"
    "ul{padding-left:1.2rem}\n"
    ".contents{columns:15rem;max-width:56rem}\n"
    ".contents li{margin:.1rem 0;break-inside:avoid}\n"
    "a{color:var(--link)}\n"
    "code{font:.92em ui-monospace,SFMono-Regular,Menlo,Consolas,"
    "\"DejaVu Sans Mono\",monospace;background:var(--tint);"
    "padding:.08em .3em;border-radius:3px}\n"
    "pre{background:var(--tint);padding:.8rem 1rem;overflow-x:auto;"
    "border-radius:4px}\n"
    "pre code{padding:0;background:none}\n"
    ".warning{border-left:4px solid var(--warn);background:var(--warnbg);"
    "padding:.5rem .9rem;margin:.6rem 0;max-width:52rem}\n"
    ".wide{overflow-x:auto;margin:1rem 0}\n"
    "table{border-collapse:collapse;font-size:.84rem;line-height:1.35;"
    "font-variant-numeric:tabular-nums}\n"
    "th,td{padding:.32rem .5rem;text-align:right;vertical-align:top;"
    "border-bottom:1px solid var(--line);white-space:nowrap}\n"
    "th{color:var(--muted);font-weight:600;vertical-align:bottom;"
    "white-space:normal}\n"
    ".w{text-align:left}\n"
    "td:first-child,th:first-child{position:sticky;left:0;"
    "background:var(--paper)}\n"
    ".wrap{white-space:normal;min-width:14rem}\n"
    "figure{margin:1.2rem 0;overflow-x:auto}\n"
    "figure svg{display:block;width:100%;height:auto;background:#fff;"
    "border-radius:4px;stroke-linejoin:round}\n"
    "@media (min-width:104rem){.pair{display:inline-block;vertical-align:top;"
    "width:calc(50% - .9rem);margin-right:.5rem}"
    ".pair:not(.pair+.pair):not(:has(+.pair)){display:block;width:auto}}\n"
    "svg text{font-family:system-ui,-apple-system,\"Segoe UI\",Roboto,"
    "\"Helvetica Neue\",Arial,sans-serif}\n"
    "figcaption{color:var(--muted);font-size:.86rem;max-width:50rem;"
    "margin-top:.3rem;position:sticky;left:0}\n"
    "details{margin:.8rem 0;border:1px solid var(--line);border-radius:4px;"
    "padding:.4rem .9rem}\n"
    "summary{cursor:pointer;color:var(--link)}\n"
    "@media (max-width:46rem){body{padding:1rem .8rem 3rem}"
    "figure svg{min-width:40rem}}\n"
    "@media print{body{max-width:none;font-size:10pt}"
    "figure,tr,.warning{break-inside:avoid}h2,h3{break-after:avoid}"
    "figure,.wide{overflow:visible}table{font-size:7.5pt}"
    "th,td{padding:.15rem .25rem}}\n"
    "</style>\n"
    "</head>\n"
    "<body>\n";

static void toggle(FILE *out, const char *name, bool *on)
{
    fprintf(out, "<%s%s>", *on ? "/" : "", name);
    *on = !*on;
}

/* A link from after its first LINK to its last, which is returned. */
static const char *reference(FILE *out, const char *text)
{
    char id[64], one[2] = "";
    const char *words;
    size_t length;
    text = doc_link_read(text, id, sizeof(id), &words, &length);
    fprintf(out, "<a href=\"#%s\">", id);
    for (size_t i = 0; i < length; i++) {
        one[0] = words[i];
        html_escape(out, one);
    }
    fputs("</a>", out);
    return text - 1;
}

/* A text with its type; control characters that a user wrote are dropped, and
 * what is left on is switched off. A line may end after each of `breaks`. */
static void text_write(FILE *out, const char *text, const char *breaks)
{
    bool strong = false, code = false;
    char one[2] = "";
    for (; *text; text++) {
        one[0] = *text == '\n' ? ' ' : *text;
        if (*text == *CODE)
            toggle(out, "code", &code);
        else if (*text == *STRONG && !code)
            toggle(out, "strong", &strong);
        else if (*text == *BREAK)
            fputs("<br>", out);
        else if (*text == *LINK)
            text = reference(out, text + 1);
        else
            html_escape(out, one);
        if (strchr(breaks, *text))
            fputs("<wbr>", out);
    }
    if (code)
        toggle(out, "code", &code);
    if (strong)
        toggle(out, "strong", &strong);
}

static void inline_text(FILE *out, const char *text)
{
    text_write(out, text, "");
}

static void block(FILE *out, const char *before, const char *text,
                  const char *after)
{
    fputs(before, out);
    inline_text(out, text);
    fputs(after, out);
}

static void begin(FILE *out, const char *title)
{
    fputs(head, out);
    html_escape(out, title);
    fputs(style, out);
    block(out, "<h1>", title, "</h1>\n");
}

static void end(FILE *out)
{
    fputs("</body>\n</html>\n", out);
}

static void heading(FILE *out, int level, const char *id, const char *text)
{
    fprintf(out, "<h%d id=\"%s\">", level, id);
    inline_text(out, text);
    fprintf(out, "</h%d>\n", level);
}

static void contents(FILE *out, const char *id, const char *text)
{
    fprintf(out, "<li><a href=\"#%s\">", id);
    block(out, "", text, "</a></li>\n");
}

static void paragraph(FILE *out, const char *text)
{
    block(out, "<p>", text, "</p>\n");
}

static void warning(FILE *out, const char *text)
{
    block(out, "<p class=\"warning\"><strong>Warning:</strong> ", text,
          "</p>\n");
}

static void list(FILE *out, enum doc_list list)
{
    fputs(list == LIST_END        ? "</ul>\n"
          : list == LIST_CONTENTS ? "<ul class=\"contents\">\n"
                                  : "<ul>\n",
          out);
}

static void item(FILE *out, const char *text)
{
    block(out, "<li>", text, "</li>\n");
}

/* Tables with more columns than these have the margin, or the interval, below
 * its value: else their last columns are out of sight. */
#define MARGIN_BELOW   8
#define INTERVAL_BELOW 13

static void cell_write(FILE *out, size_t columns, const char *text)
{
    const char *at = columns > MARGIN_BELOW ? strstr(text, " ± ") : NULL;
    if (!at && columns > INTERVAL_BELOW)
        at = strstr(text, " [");
    if (!at) {
        inline_text(out, text);
        return;
    }
    char *before = strndup(text, (size_t)(at - text));
    inline_text(out, before ? before : "");
    free(before);
    fputs("<br>", out);
    inline_text(out, at + 1);
}

/* A cell with a longer line than this is broken wherever there is a blank. */
#define LINE_MOST 40

static size_t longest_line(const char *text)
{
    size_t longest = 0;
    for (;; text++) {
        size_t length = strcspn(text, BREAK);
        longest = length > longest ? length : longest;
        text += length;
        if (!*text)
            return longest;
    }
}

/* How many columns the cell takes: a long one also those that are empty behind
 * it. */
static size_t span_of(const struct doc_table *table, const char *const *cells,
                      size_t at, bool wrap)
{
    size_t next = at + 1;
    while (wrap && next < table->columns && !*cells[next])
        next++;
    return next - at;
}

static void cells_write(FILE *out, const char *tag,
                        const struct doc_table *table, const char *const *cells)
{
    fputs("<tr>", out);
    for (size_t i = 0, span; i < table->columns; i += span) {
        bool words = i < table->words;
        bool wrap = i > 0 && longest_line(cells[i]) > LINE_MOST;
        span = span_of(table, cells, i, wrap);
        fprintf(out, "<%s", tag);
        if (span > 1)
            fprintf(out, " colspan=\"%zu\"", span);
        fprintf(out, "%s>",
                wrap    ? " class=\"w wrap\""
                : words ? " class=\"w\""
                        : "");
        if (strcmp(tag, "th") == 0)
            text_write(out, cells[i], "/_:");
        else
            cell_write(out, table->columns, cells[i]);
        fprintf(out, "</%s>", tag);
    }
    fputs("</tr>\n", out);
}

static void table_begin(FILE *out, const struct doc_table *table)
{
    fputs("<div class=\"wide\"><table>\n<thead>", out);
    cells_write(out, "th", table, table->heads);
    fputs("</thead>\n<tbody>\n", out);
}

static void row(FILE *out, const struct doc_table *table,
                const char *const *cells)
{
    cells_write(out, "td", table, cells);
}

static void table_end(FILE *out)
{
    fputs("</tbody>\n</table></div>\n", out);
}

static void details(FILE *out, const char *summary)
{
    if (summary)
        block(out, "<details><summary>", summary, "</summary>\n");
    else
        fputs("</details>\n", out);
}

static void code(FILE *out, const char *text)
{
    fputs("<pre><code>", out);
    html_escape(out, text);
    fputs("</code></pre>\n", out);
}

/* The file's text, which the caller frees; NULL if it cannot be read. */
static char *file_text(const char *path)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = fopen(path, "re");
    if (!file)
        return NULL;
    if (getdelim(&text, &size, '\0', file) < 0) {
        free(text);
        text = NULL;
    }
    fclose(file);
    return text;
}

static void figure(FILE *out, const struct doc_figure *f)
{
    char path[4096];
    char *svg = NULL;
    double width, height;
    snprintf(path, sizeof(path), "%s/plots/%s.svg", f->dir, f->stem);
    if (f->needed || ftell(out) < PAGE_BYTES)
        svg = file_text(path);
    bool pair = svg && svg_size(svg, &width, &height) && width < BROAD_PX;
    fputs(pair ? "<figure class=\"pair\">\n" : "<figure>\n", out);
    if (!svg || !svg_inline(out, svg, f->number, f->title))
        block(out, "<p>Left out to keep this page small; see <code>plots/",
              f->stem, ".svg</code>.</p>\n");
    block(out, "<figcaption>", f->caption, "</figcaption>\n</figure>\n");
    free(svg);
}

const struct doc_format format_html = {
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
