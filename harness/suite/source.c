/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A suite file, read with inih into sections and settings. The file is read
 * whole, at most 1 MiB of it, and handed to inih by lines.c.
 */
#include <ctype.h>
#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reading.h"
#include "units.h"
#include "words.h"

/* Debian's inih has these as variables; an inih as its author ships it has
 * fixed sizes (lines of 200 bytes), and then these are not there. */
extern int ini_max_line __attribute__((weak));
extern int ini_initial_alloc __attribute__((weak));
extern bool ini_use_stack __attribute__((weak));

#define FILE_MAX_BYTES (1u << 20)

/* ---- settings, from inih ---- */

static bool unknown_key(struct reading *r, const char *name)
{
    const char *names[64] = {NULL};
    char hint[WORD_HINT_BYTES];

    for (size_t k = 0; k < 63 && case_keys[k].name; k++)
        names[k] = case_keys[k].name;
    return line_fail(r, complain("unknown key '%s'%s", name,
                                 word_hint(hint, sizeof(hint), name, names)));
}

/* More of the last setting's value. Lines of steps are steps, and those of a
 * claim statements. */
static bool append(struct reading *r, const char *value)
{
    struct section *section = &r->source->sections[r->source->count - 1];
    struct setting *last = &section->settings[section->count - 1];
    bool steps = strcmp(last->key->name, "steps") == 0 ||
                 strcmp(last->key->name, "claim") == 0;
    size_t length = strlen(last->text);
    const char *between = " ";
    char *text;

    if (length == 0)
        between = "";
    else if (steps && last->text[length - 1] != ';')
        between = "; ";
    if (asprintf(&text, "%s%s%s", last->text, between, value) < 0)
        return line_fail(r, no_memory);
    free(last->text);
    last->text = text;
    return true;
}

/* What is said of the suite as a whole, before its first section. */
static bool take_budget(struct reading *r, const char *value)
{
    const char *wrong = parse_duration(value, &r->source->budget);

    if (r->source->budgets)
        return line_fail(r, complain("budget is there already: %s:%u", r->shown,
                                     r->source->budgets));
    r->source->budgets = r->number;
    if (!wrong && !r->source->budget)
        wrong = "is no time at all";
    return !wrong || line_fail(r, complain("budget: %s", wrong));
}

static bool take_setting(struct reading *r, const char *name, const char *value)
{
    const struct case_key *key = case_key_find(name);
    struct section *section;
    char where[WHERE_BYTES];

    if (!r->in_section && strcmp(name, "budget") == 0)
        return take_budget(r, value);
    if (!r->in_section)
        return line_fail(r, complain("'%s' stands before the first section: "
                                     "begin one with [name]",
                                     name));
    if (r->continued)
        return append(r, value);
    if (!key)
        return unknown_key(r, name);
    section = &r->source->sections[r->source->count - 1];
    for (size_t s = 0; s < section->count; s++)
        if (section->settings[s].key == key)
            return line_fail(r, complain("%s is there already: %s", name,
                                         section->settings[s].where));
    where_now(r, where, sizeof(where));
    if (!setting_add(section, key, value, where))
        return line_fail(r, no_memory);
    return true;
}

static int handle(void *user, const char *section, const char *name,
                  const char *value)
{
    struct reading *r = user;

    (void)section; /* cut to inih's length; ours is the last one opened */
    return !r->failed && take_setting(r, name, value ? value : "");
}

/* ---- the file ---- */

/* The whole file; NULL and a report where it is none of ours. */
static char *read_file(const char *path, const char *shown,
                       const struct report *report)
{
    FILE *file = fopen(path, "re");
    char *text = file ? malloc(FILE_MAX_BYTES + 2) : NULL;
    size_t length = 0;

    if (file && text) {
        errno = 0;
        length = fread(text, 1, FILE_MAX_BYTES + 1, file);
        text[length] = '\0';
    }
    if (!file || !text || ferror(file))
        fail(report, "%s: cannot be read: %s", shown, strerror(errno));
    else if (length > FILE_MAX_BYTES)
        fail(report, "%s: is longer than 1 MiB", shown);
    else if (strlen(text) != length)
        fail(report, "%s: is not a text file", shown);
    else {
        fclose(file);
        return text;
    }
    free(text);
    if (file)
        fclose(file);
    return NULL;
}

/* What the leading comment says up to its first empty line; who may copy the
 * file is not what it is for. */
static char *read_note(const char *text)
{
    size_t used = 0;
    char *note = malloc(strlen(text) + 1);

    while (note && *text == '#') {
        size_t length = strcspn(text, "\n");
        size_t blank = strspn(text, "# \t\r");
        bool licence = strncmp(text + blank, "SPDX-", 5) == 0;

        if (blank >= length && used > 0)
            break;
        if (blank < length && !licence) {
            if (used > 0)
                note[used++] = ' ';
            memcpy(note + used, text + blank, length - blank);
            used += length - blank;
            while (isspace((unsigned char)note[used - 1]))
                used--;
        }
        text += length + (text[length] == '\n');
    }
    if (note)
        note[used] = '\0';
    return note;
}

static bool parse_text(struct reading *r)
{
    int line;

    if (&ini_max_line && &ini_initial_alloc && &ini_use_stack) {
        ini_use_stack = false;
        ini_max_line = ini_initial_alloc = LINE_MAX_BYTES;
    }
    line = ini_parse_stream(read_line, r, handle, r);
    if (line == -2)
        return fail(r->report, "%s", no_memory);
    if (line != 0 && !r->failed) {
        r->number = (unsigned)line;
        return line_fail(r, "is neither a [section] nor key = value");
    }
    return !r->failed;
}

bool source_read(const char *path, const char *shown, const char *text,
                 struct source *out, const struct report *report)
{
    static const char mark[] = "\xef\xbb\xbf"; /* some editors begin so */
    struct reading r = {
        .path = path, .shown = shown, .source = out, .report = report};
    bool good;

    *out = (struct source){0};
    out->text = text ? strdup(text) : read_file(path, shown, report);
    if (!out->text)
        return text ? fail(report, "%s", no_memory) : false;
    r.next = out->text;
    if (strncmp(r.next, mark, strlen(mark)) == 0)
        r.next += strlen(mark);
    out->note = read_note(r.next);
    r.line = malloc(LINE_MAX_BYTES);
    if (!out->note || !r.line) {
        free(r.line);
        return fail(report, "%s", no_memory);
    }
    good = parse_text(&r);
    free(r.line);
    if (good && out->count == 0)
        return fail(report, "%s:1: has no case: begin one with [name]", shown);
    return good;
}

void source_clear(struct source *source)
{
    for (size_t s = 0; s < source->count; s++)
        section_clear(&source->sections[s]);
    free(source->sections);
    free(source->text);
    free(source->note);
}
