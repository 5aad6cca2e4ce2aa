/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Help, made from the tables that the parsers read.
 */
#include <jansson.h>
#include <gsl/gsl_version.h>
#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "../../impls/list.h"
#include "command.h"

#ifndef CONCUR_VERSION
#define CONCUR_VERSION "0.1.0"
#endif

#define COLUMNS 80

void print_filled(const char *text, int at, int indent)
{
    bool first = true;

    while (*text) {
        int length = (int)strcspn(text, " ");

        if (!first && at + 1 + length > COLUMNS) {
            printf("\n%*s", indent, "");
            at = indent;
        } else if (!first) {
            putchar(' ');
            at++;
        }
        printf("%.*s", length, text);
        at += length;
        text += length;
        text += *text == ' ';
        first = false;
    }
    putchar('\n');
}

#define OPTION_COLUMN 25

static void print_option(const struct option *o)
{
    const char *open = o->value ? o->implied ? "[=" : " " : "";
    int width = printf("  --%s%s%s%s", o->name, open, o->value ? o->value : "",
                       o->value && o->implied ? "]" : "");

    if (width < OPTION_COLUMN - 1)
        printf("%*s", OPTION_COLUMN - width, "");
    else
        printf("\n%*s", OPTION_COLUMN, "");
    print_filled(o->help, OPTION_COLUMN, OPTION_COLUMN);
}

/* Each line of `usage` behind the command's name. */
static void print_usage(const struct command *command)
{
    const char *form = command->usage, *before = "Usage:";

    for (;;) {
        int length = (int)strcspn(form, "\n");

        printf("%-6s concur %s %.*s\n", before, command->name, length, form);
        if (!form[length])
            break;
        form += length + 1;
        before = "";
    }
}

void help_command(const struct command *command)
{
    print_usage(command);
    printf("\n%c%s.\n", toupper((unsigned char)command->gist[0]),
           command->gist + 1);
    if (command->text) {
        putchar('\n');
        print_filled(command->text, 0, 0);
    }
    printf("\nOptions:\n");
    for (const struct option *o = command->options(); o->name; o++)
        if (!o->hidden)
            print_option(o);
    print_option(&(struct option){.name = "help", .help = "this text"});
}

void help_program(const struct command *const *commands)
{
    printf("Usage: concur COMMAND [OPTION]...\n\n"
           "Runs the same tasks (fetches, waits, files, computing) under every "
           "concurrency\nmodel and compares them: time, CPU, memory, threads, "
           "and how close each comes to\nthe ideal.\n\nCommands:\n");
    for (; *commands; commands++)
        if (!(*commands)->hidden)
            printf("  %-8s %s\n", (*commands)->name, (*commands)->gist);
    printf("\nOptions:\n");
    print_option(&(struct option){
        .name = "help", .help = "this text; concur COMMAND --help for more"});
    print_option(&(struct option){
        .name = "version", .help = "the version, and those of its libraries"});
    printf("\nExit codes: 0 done; 1 a sample failed, or the answer is no; 2 "
           "wrong usage or\ninput.\n");
}

void help_version(void)
{
    printf("concur %s\n%s jansson/%s GSL/%s zlib/%s\n"
           "Licence: GPL-3.0-or-later\n",
           CONCUR_VERSION, strategies_libraries(), JANSSON_VERSION, gsl_version,
           zlibVersion());
}

bool command_options(const struct command *command, struct arguments *into,
                     char **argv, int *code)
{
    char name[64];

    snprintf(name, sizeof(name), "concur %s", command->name);
    into->command = name;
    into->table = command->options();
    enum options_result result = options_read(into, argv + 2);
    into->command = NULL;
    if (result == OPTIONS_HELP)
        help_command(command);
    *code = result == OPTIONS_WRONG ? 2 : 0;
    return result == OPTIONS_READ;
}
