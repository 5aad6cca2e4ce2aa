/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Lines of a suite file, made ready for inih: what it would drop or cut short
 * without a word is kept or refused, and each line's number is known.
 */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "reading.h"
#include "shown.h"
#include "words.h"

#define NAME_MAX_BYTES 49 /* inih's own limit for a section's name */

bool line_fail(struct reading *r, const char *message)
{
    if (!r->failed)
        fail(r->report, "%s:%u: %s", r->shown, r->number, message);
    r->failed = true;
    return false;
}

void where_now(const struct reading *r, char *buf, size_t size)
{
    snprintf(buf, size, "%s:%u", r->shown, r->number);
}

/* The `[name]` at `line` begins a section. inih would cut a long name short,
 * and tells nobody of a section without keys. */
static bool open_section(struct reading *r, const char *line)
{
    const char *end = strchr(line, ']');
    char name[NAME_MAX_BYTES + 1], where[WHERE_BYTES];
    size_t length = end ? (size_t)(end - line) - 1 : 0;
    const char *rest = end ? end + 1 + strspn(end + 1, " \t\r\n") : "";

    if (!end)
        return line_fail(r, "a section's name ends with ']'");
    if (*rest && *rest != ';' && *rest != '#')
        return line_fail(r, "nothing may follow a section's name");
    if (length == 0 || length > NAME_MAX_BYTES)
        return line_fail(r, "a section's name has 1 to 49 characters");
    memcpy(name, line + 1, length);
    name[length] = '\0';
    for (const char *c = name; *c; c++) {
        bool axes = *c == '/' || (*c == '=' && strchr(name, '/'));

        if (!isalnum((unsigned char)*c) && !strchr("_-.+ ", *c) && !axes)
            return line_fail(r, "a section's name is made of letters, digits, "
                                "blanks and _ - . +");
    }
    if (name[0] == ' ' || name[length - 1] == ' ')
        return line_fail(r, "a section's name neither begins nor ends with a "
                            "blank");
    for (size_t s = 0; s < r->source->count; s++)
        if (strcmp(r->source->sections[s].name, name) == 0)
            return line_fail(r, complain("section '%s' is there already: %s",
                                         name, r->source->sections[s].where));
    where_now(r, where, sizeof(where));
    r->in_section = true;
    r->key = NULL;
    if (!section_add(&r->source->sections, &r->source->count, name, where))
        return line_fail(r, no_memory);
    return true;
}

/* In steps and in prose a ';' is no comment; inih takes one after white space
 * for such. Dropping the white space before it keeps the rest. */
static void keep_semicolons(char *line)
{
    char *to = line;

    for (const char *from = line; *from; from++) {
        if (*from == ';')
            while (to > line && isspace((unsigned char)to[-1]))
                to--;
        *to++ = *from;
    }
    *to = '\0';
}

static bool key_keeps_semicolons(const struct case_key *key)
{
    static const char *const keys[] = {"steps", "note", "article", "claim"};

    for (size_t k = 0; key && k < sizeof(keys) / sizeof(keys[0]); k++)
        if (strcmp(key->name, keys[k]) == 0)
            return true;
    return false;
}

/* Where `line` begins with `word =`, the key of that word; *is_pair says
 * whether it does. */
static const struct case_key *key_of_line(const char *line, bool *is_pair)
{
    char name[NAME_MAX_BYTES + 1];
    size_t length = 0;

    while (isalnum((unsigned char)line[length]) || line[length] == '_' ||
           line[length] == '-')
        length++;
    const char *rest = line + length + strspn(line + length, " \t");

    *is_pair = length > 0 && *rest == '=';
    /* `key: value` is inih's other form; `http://` is not that. */
    if (length == 0 || length > NAME_MAX_BYTES ||
        (*rest != '=' && *rest != ':'))
        return NULL;
    memcpy(name, line, length);
    name[length] = '\0';
    return case_key_find(name);
}

/* Decides what the line is. Indented `key = value` lines are keys like any
 * other; inih would take them for more of the value before. */
static bool prepare_line(struct reading *r)
{
    char *text = r->line + strspn(r->line, " \t\r\n\f\v");
    bool indented = text != r->line, is_pair;
    const struct case_key *key = key_of_line(text, &is_pair);

    r->continued = false;
    if (*text == ';' && indented && key_keeps_semicolons(r->key))
        return line_fail(r, "a line that begins with ';' is a comment: put "
                            "the ';' at the end of the line before");
    if (*text == '\0' || *text == ';' || *text == '#')
        return true;
    if (*text == '[') {
        memmove(r->line, text, strlen(text) + 1);
        return open_section(r, r->line);
    }
    r->continued = indented && !is_pair && r->key;
    if (!r->continued) {
        memmove(r->line, text, strlen(text) + 1);
        r->key = key;
    }
    if (key_keeps_semicolons(r->key))
        keep_semicolons(r->line);
    return true;
}

/* A carriage return may end it. */
static bool check_text(struct reading *r, size_t length)
{
    bool ends = length > 0 && r->line[length - 1] == '\r';
    const char *wrong;

    if (ends)
        r->line[length - 1] = '\0';
    wrong = shown_fault(r->line);
    if (ends)
        r->line[length - 1] = '\r';
    return !wrong || line_fail(r, wrong);
}

/* inih's reader: the next line, at most `size` - 1 bytes of it. */
char *read_line(char *buf, int size, void *user)
{
    struct reading *r = user;
    size_t length;

    if (r->failed || !*r->next)
        return NULL;
    r->number++;
    length = strcspn(r->next, "\n");
    /* A newline and the end must fit too. */
    if (length + 2 > (size_t)size || length + 2 > LINE_MAX_BYTES) {
        line_fail(
            r, complain("the line is longer than %d characters",
                        (size < LINE_MAX_BYTES ? size : LINE_MAX_BYTES) - 2));
        return NULL;
    }
    memcpy(r->line, r->next, length);
    r->line[length] = '\0';
    r->next += length + (r->next[length] == '\n');
    if (!check_text(r, length) || !prepare_line(r))
        return NULL;
    memcpy(buf, r->line, strlen(r->line) + 1); /* it has not grown */
    return buf;
}
