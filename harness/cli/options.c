/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Options, read. getopt_long is not used because it takes abbreviations: a
 * script's `--task` would change its meaning with the next option we add.
 */
#include "options.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "../suite/shown.h"
#include "../suite/units.h"
#include "../suite/words.h"

#define OPTIONS_MAX 64

/* One line on stderr, whatever the words in it hold. */
static enum options_result say(const struct arguments *a, const char *format,
                               ...) __attribute__((format(printf, 2, 3)));

static enum options_result say(const struct arguments *a, const char *format,
                               ...)
{
    char line[512];
    va_list arguments;

    va_start(arguments, format);
    shown_format(line, sizeof(line), format, arguments);
    va_end(arguments);
    fprintf(stderr, "%s: %s\n", a->command, line);
    return OPTIONS_WRONG;
}

static enum options_result unknown(const struct arguments *a, const char *name)
{
    const char *names[OPTIONS_MAX + 2] = {"help"};
    size_t count = 1;
    const char *near;

    for (const struct option *o = a->table; o->name && count <= OPTIONS_MAX;
         o++)
        if (!o->hidden)
            names[count++] = o->name;
    near = nearest(name, names);
    return say(a, "unknown option --%s%s%s%s", name,
               near ? "; did you mean --" : "", near ? near : "",
               near ? "?" : "");
}

static enum options_result wrong(const struct arguments *a,
                                 const struct option *o, const char *message)
{
    return say(a, "--%s: %s", o->name, message);
}

/* One option, "name" or "name=value" at *argv, dashes left out; its value may
 * be the next word. *argv is left at the last word used. */
static enum options_result take_option(struct arguments *a, char ***argv)
{
    const char *name = **argv + 2;
    char word[64];
    size_t length = strcspn(name, "=");
    const char *value = name[length] ? name + length + 1 : NULL, *message;
    size_t at = 0;

    snprintf(word, sizeof(word), "%.*s", length > 63 ? 63 : (int)length, name);
    while (a->table[at].name && strcmp(a->table[at].name, word) != 0)
        at++;
    const struct option *o = &a->table[at];
    if (!o->name)
        return unknown(a, word);
    if (a->given & 1ull << at && !o->repeats)
        return wrong(a, o, "is given twice");
    if (!o->value && value)
        return wrong(a, o, "takes no value");
    if (!value && o->implied)
        value = o->implied;
    if (o->value && !value) {
        value = (*argv)[1];
        /* The next option is not this one's value, a negative number is. */
        if (!value || strncmp(value, "--", 2) == 0)
            return wrong(a, o,
                         complain("needs a value: --%s %s", o->name, o->value));
        ++*argv;
    }
    a->given |= 1ull << at;
    message = value ? shown_fault(value) : NULL;
    if (!message)
        message = o->set(a->target, o, value);
    return message ? wrong(a, o, message) : OPTIONS_READ;
}

static enum options_result take_word(struct arguments *a, const char *word)
{
    const char *wrong = shown_fault(word);

    if (a->count == a->most)
        return say(a, "does not take '%s'", word);
    if (wrong)
        return say(a, "'%s' %s", word, wrong);
    a->words[a->count++] = word;
    return OPTIONS_READ;
}

static bool asks_help(char **argv)
{
    for (; *argv && strcmp(*argv, "--") != 0; argv++)
        if (strcmp(*argv, "--help") == 0)
            return true;
    return false;
}

enum options_result options_read(struct arguments *into, char **argv)
{
    bool only_words = false;

    into->count = 0;
    into->given = 0;
    if (asks_help(argv))
        return OPTIONS_HELP;
    for (; *argv; argv++) {
        enum options_result result = OPTIONS_READ;

        if (only_words || (*argv)[0] != '-' || (*argv)[1] == '\0') {
            result = take_word(into, *argv);
        } else if (strcmp(*argv, "--") == 0) {
            only_words = true;
        } else if ((*argv)[1] != '-') {
            return say(into, "unknown option %s: options begin with --", *argv);
        } else {
            result = take_option(into, &argv);
        }
        if (result != OPTIONS_READ)
            return result;
    }
    return OPTIONS_READ;
}

/* ---- setters ---- */

static void *field(void *target, const struct option *option)
{
    return (char *)target + option->at;
}

const char *option_flag(void *target, const struct option *option,
                        const char *text)
{
    (void)text;
    *(bool *)field(target, option) = true;
    return NULL;
}

const char *option_seed(void *target, const struct option *option,
                        const char *text)
{
    return parse_seed(text, field(target, option));
}

const char *option_folder(void *target, const struct option *option,
                          const char *text)
{
    *(const char **)field(target, option) = text;
    return *text ? NULL : "needs the name of a folder";
}

const char *option_suite(void *target, const struct option *option,
                         const char *text)
{
    *(const char **)field(target, option) = text;
    return *text ? NULL : "needs a name or a file";
}

const char *option_precision(void *target, const struct option *option,
                             const char *text)
{
    return parse_precision(text, field(target, option));
}
