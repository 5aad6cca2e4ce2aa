/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `concur doctor`: what of this machine would bias a comparison, and how to
 * mend it. Reads only.
 */
#include <stdio.h>

#include "../doctor/doctor.h"
#include "command.h"

/* Long enough to tell a busy process from one that only wakes. */
#define LOOK (200 * NSEC_PER_MSEC)

struct doctor_options {
    const char *root;
    bool json;
};

static const char *set_root(void *target, const struct option *option,
                            const char *text)
{
    (void)option;
    ((struct doctor_options *)target)->root = text;
    return NULL;
}

static const struct option table[] = {
    {.name = "json",
     .help = "an array of all findings",
     .at = offsetof(struct doctor_options, json),
     .set = option_flag},
    {.name = "root",
     .value = "DIR",
     .help = "read the files below DIR instead",
     .hidden = true,
     .set = set_root},
    {.name = NULL},
};

static const struct option *options(void)
{
    return table;
}

/* ---- as a list ---- */

#define NAME_COLUMN 9
#define TEXT_COLUMN 26

static void print_line(const char *head, const char *text)
{
    printf("%*s%s ", TEXT_COLUMN, "", head);
    print_filled(text, TEXT_COLUMN + 8, TEXT_COLUMN + 8);
}

static void print_finding(const struct finding *f)
{
    printf("%-*s%-*s", NAME_COLUMN, finding_word(f->state),
           TEXT_COLUMN - NAME_COLUMN, f->name);
    print_filled(f->found, TEXT_COLUMN, TEXT_COLUMN);
    if (f->effect)
        print_line("effect:", f->effect);
    if (f->mend)
        print_line("mend:  ", f->mend);
}

static void print_count(size_t count, const char *one, const char *many)
{
    printf("%zu %s, ", count, count == 1 ? one : many);
}

static void print_verdict(const struct diagnosis *d, size_t grave)
{
    putchar('\n');
    print_count(doctor_count(d, FINDING_PROBLEM), "problem", "problems");
    print_count(doctor_count(d, FINDING_WARNING), "warning", "warnings");
    print_count(doctor_count(d, FINDING_NOTE), "note", "notes");
    printf("%zu fine: %s.\n", doctor_count(d, FINDING_OK),
           grave ? "a comparison made now may be biased"
                 : "nothing here biases a comparison");
}

static int run(int argc, char **argv)
{
    struct doctor_options o = {.root = ""};
    struct arguments arguments = {.target = &o};
    struct host host = host_here(LOOK, false);
    struct diagnosis d;
    int code;

    (void)argc;
    if (!command_options(&command_doctor, &arguments, argv, &code))
        return code;
    host.root = o.root;
    doctor_examine(&d, &host);
    size_t grave =
        doctor_count(&d, FINDING_PROBLEM) + doctor_count(&d, FINDING_WARNING);
    if (o.json) {
        json_t *findings = doctor_json(&d, true);

        json_dumpf(findings, stdout, JSON_INDENT(1));
        putchar('\n');
        json_decref(findings);
    } else {
        for (size_t i = 0; i < d.count; i++)
            print_finding(&d.findings[i]);
        print_verdict(&d, grave);
    }
    return grave ? 1 : 0;
}

const struct command command_doctor = {
    .name = "doctor",
    .gist = "tell what of this machine would bias a comparison",
    .usage = "[--json]",
    .text = "Looks at the build, processors, limits, other processes and "
            "everything else that decides a result; says what each does to "
            "results and how to mend it. It changes nothing. Exit code 1 where "
            "there is a warning or a problem. What it finds at the begin of a "
            "run is in run.json and in the report.",
    .options = options,
    .run = run,
};
