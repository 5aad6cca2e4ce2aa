/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads gnuplot's SVG tag by tag and writes what is needed of it. Not an XML
 * parser: no CDATA, no comments, no `>` inside an attribute; gnuplot writes
 * none.
 */
#include "svg.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH_MAX 32
#define DEFS_MAX  32
#define LARGER    1.35 /* so that its words are as large as the page's */

struct writer {
    char *text;
    size_t used;
    /* Where each element that is open begins, and where its tag ends. */
    size_t begin[DEPTH_MAX], inside[DEPTH_MAX];
    int depth;
    unsigned number; /* of the figure, for its ids */
    unsigned wanted; /* bit n: definition n is used */
    struct def {
        const char *text, *id;
        size_t length, id_length;
    } defs[DEFS_MAX];
    unsigned def_count;
};

static void put(struct writer *w, const char *text, size_t length)
{
    memcpy(w->text + w->used, text, length);
    w->used += length;
}

static void put_text(struct writer *w, const char *text)
{
    put(w, text, strlen(text));
}

/* Marks the definition of that id as used. */
static void want(struct writer *w, const char *id, size_t length)
{
    for (unsigned i = 0; i < w->def_count; i++) {
        struct def *d = &w->defs[i];
        if (d->id_length != length || memcmp(d->id, id, length) != 0 ||
            (w->wanted & (1u << i)))
            continue;
        w->wanted |= 1u << i;
        const char *other = memchr(d->text, '#', d->length);
        if (other)
            want(w, other + 1, strcspn(other + 1, "'\""));
    }
}

/* ---- attributes ---- */

struct attribute {
    const char *name, *value; /* value without its quotes */
    size_t name_length, value_length;
};

/* The next one from *at on; false at the tag's end. Of filled curves gnuplot
 * writes blanks around the `=`. */
static bool attribute_next(const char **at, const char *end,
                           struct attribute *a)
{
    const char *p = *at;
    while (p < end && (isspace((unsigned char)*p) || *p == '/'))
        p++;
    const char *equals = p < end ? memchr(p, '=', (size_t)(end - p)) : NULL;
    const char *quote = equals ? equals + 1 : end;
    while (quote < end && isspace((unsigned char)*quote))
        quote++;
    if (quote >= end)
        return false;
    a->name = p;
    a->name_length = (size_t)(equals - p);
    while (a->name_length && isspace((unsigned char)p[a->name_length - 1]))
        a->name_length--;
    const char *close = memchr(quote + 1, *quote, (size_t)(end - quote - 1));
    if (!close)
        return false;
    a->value = quote + 1;
    a->value_length = (size_t)(close - quote - 1);
    *at = close + 1;
    return true;
}

static bool named(const struct attribute *a, const char *name)
{
    return a->name_length == strlen(name) &&
           memcmp(a->name, name, a->name_length) == 0;
}

/* Hundredths of a pixel are dropped, and so is space that says nothing. */
static void put_value(struct writer *w, const struct attribute *a)
{
    const char *p = a->value, *end = p + a->value_length;
    while (p < end && isspace((unsigned char)end[-1]))
        end--;
    for (; p < end; p++) {
        if (isspace((unsigned char)*p)) {
            while (p + 1 < end && isspace((unsigned char)p[1]))
                p++;
            put(w, " ", 1);
        } else if (*p == '.' && end - p > 2 && isdigit((unsigned char)p[1]) &&
                   isdigit((unsigned char)p[2])) {
            if (p[1] != '0')
                put(w, p, 2);
            p += 2;
        } else {
            put(w, p, 1);
        }
    }
}

/* An id of the file, as it is in the page. */
static void put_id(struct writer *w, const char *id, size_t length)
{
    w->used += (size_t)sprintf(w->text + w->used, "f%u", w->number);
    if (length > 2 && memcmp(id, "gp", 2) == 0) {
        id += 2;
        length -= 2;
    }
    put(w, id, length);
}

static void put_attribute(struct writer *w, const struct attribute *a,
                          bool definition)
{
    /* What the page's style sheet or the <svg> element says for all. */
    static const char *const common[] = {"class",          "font-family",
                                         "stroke-linecap", "stroke-linejoin",
                                         "xml:space",      NULL};
    for (const char *const *name = common; *name; name++)
        if (named(a, *name))
            return;
    if (named(a, "id") && !definition)
        return;
    if (named(a, "fill") && a->value_length == 4 && !definition &&
        memcmp(a->value, "none", 4) == 0)
        return;
    bool link = named(a, "xlink:href") || named(a, "href");
    put(w, " ", 1);
    if (link)
        put_text(w, "href");
    else
        put(w, a->name, a->name_length);
    put_text(w, "=\"");
    if (link && a->value[0] == '#') {
        want(w, a->value + 1, a->value_length - 1);
        put(w, "#", 1);
        put_id(w, a->value + 1, a->value_length - 1);
    } else if (named(a, "id")) {
        put_id(w, a->value, a->value_length);
    } else {
        put_value(w, a);
    }
    put(w, "\"", 1);
}

/* ---- tags ---- */

/* A path that only moves draws nothing: gnuplot's tics of no length. */
static bool is_nothing(const char *tag, const char *end)
{
    struct attribute a;
    if (strncmp(tag, "path", 4) != 0)
        return false;
    const char *at = tag + 4;
    while (attribute_next(&at, end, &a))
        if (named(&a, "d"))
            return memchr(a.value, 'L', a.value_length) == NULL &&
                   memchr(a.value, 'h', a.value_length) == NULL;
    return false;
}

/* `tag` is after the <, `end` at the >. */
static void put_tag(struct writer *w, const char *tag, const char *end,
                    bool definition)
{
    struct attribute a;
    bool single = end[-1] == '/';
    const char *at = tag + strcspn(tag, " \t\n/>");
    if (is_nothing(tag, end) || (!single && w->depth == DEPTH_MAX))
        return;
    if (!single)
        w->begin[w->depth] = w->used;
    put(w, "<", 1);
    put(w, tag, (size_t)(at - tag));
    while (attribute_next(&at, end, &a))
        put_attribute(w, &a, definition);
    put_text(w, single ? "/>" : ">");
    if (!single)
        w->inside[w->depth++] = w->used;
}

/* An element in which nothing stands is taken back. */
static void put_end(struct writer *w, const char *tag, const char *end)
{
    if (w->depth == 0)
        return;
    w->depth--;
    if (w->used == w->inside[w->depth]) {
        w->used = w->begin[w->depth];
        return;
    }
    put(w, "<", 1);
    put(w, tag, (size_t)(end - tag));
    put(w, ">", 1);
}

/* The elements of <defs>, one id each. */
static void defs_read(struct writer *w, const char *from, const char *to)
{
    while (w->def_count < DEFS_MAX) {
        const char *tag = memchr(from, '<', (size_t)(to - from));
        const char *end = tag ? memchr(tag, '>', (size_t)(to - tag)) : NULL;
        struct attribute a;
        if (!end)
            return;
        from = end + 1;
        const char *at = tag + 1 + strcspn(tag + 1, " \t\n/>");
        while (end[-1] == '/' && attribute_next(&at, end, &a))
            if (named(&a, "id"))
                w->defs[w->def_count++] = (struct def){
                    tag, a.value, (size_t)(end - tag), a.value_length};
    }
}

/* Everything after the definitions. */
static void body_read(struct writer *w, const char *p)
{
    while (*p) {
        const char *tag = strchr(p, '<');
        const char *end = tag ? strchr(tag, '>') : NULL;
        bool blank = true;
        if (!end || strncmp(tag, "</svg", 5) == 0)
            return;
        for (const char *c = p; c < tag; c++)
            blank = blank && isspace((unsigned char)*c);
        if (!blank)
            put(w, p, (size_t)(tag - p));
        p = end + 1;
        if (strncmp(tag, "<title>", 7) == 0) {
            const char *after = strstr(tag, "</title>");
            p = after ? after + 8 : p;
        } else if (tag[1] == '/') {
            put_end(w, tag + 1, end);
        } else {
            put_tag(w, tag + 1, end, false);
        }
    }
}

void html_escape(FILE *out, const char *text)
{
    static const char marks[] = "<>&\"'";
    static const char *const names[] = {"&lt;", "&gt;", "&amp;", "&quot;",
                                        "&#39;"};
    for (; *text; text++) {
        const char *mark = strchr(marks, *text);
        if (mark)
            fputs(names[mark - marks], out);
        else if ((unsigned char)*text >= ' ' || *text == '\n')
            fputc(*text, out);
    }
}

bool svg_size(const char *svg, double *width, double *height)
{
    const char *box = strstr(svg, "viewBox=\"0 0 ");
    return box && sscanf(box, "viewBox=\"0 0 %lf %lf", width, height) == 2;
}

bool svg_inline(FILE *out, const char *svg, unsigned number, const char *title)
{
    double width, height;
    const char *defs = strstr(svg, "<defs>");
    const char *body = defs ? strstr(defs, "</defs>") : NULL;
    if (!body || !svg_size(svg, &width, &height))
        return false;
    struct writer w = {.number = number};
    w.text = malloc(2 * strlen(svg) + 4096); /* ids may grow, little else */
    if (!w.text)
        return false;
    defs_read(&w, defs, body);
    body_read(&w, body + strlen("</defs>"));
    fprintf(out,
            "<svg viewBox=\"0 0 %g %g\" width=\"%g\" height=\"%g\" "
            "style=\"max-width:%.0fpx\" fill=\"none\" role=\"img\" "
            "aria-label=\"",
            width, height, width, height, width * LARGER);
    html_escape(out, title);
    fputs("\">", out);
    size_t body_end = w.used;
    put_text(&w, "<defs>");
    w.depth = 0;
    for (unsigned i = 0; i < w.def_count; i++)
        if (w.wanted & (1u << i))
            put_tag(&w, w.defs[i].text + 1, w.defs[i].text + w.defs[i].length,
                    true);
    put_text(&w, "</defs>");
    fwrite(w.text + body_end, 1, w.used - body_end, out);
    fwrite(w.text, 1, body_end, out);
    fputs("</svg>\n", out);
    free(w.text);
    return true;
}
