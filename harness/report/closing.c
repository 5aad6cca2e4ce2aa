/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The last chapters of a report: the machine, the method with what it cannot
 * tell, and how to do it again.
 */
#include "chapters.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../suite/words.h"
#include "say.h"

/* ---- machine and method ---- */

static void fact_row(struct doc *doc, const char *name, const json_t *value)
{
    char text[256];
    double number = json_number_value(value);
    if (json_is_string(value))
        snprintf(text, sizeof(text), "%s", json_string_value(value));
    else if (json_is_number(value) && strstr(name, "bytes"))
        say_bytes(text, number);
    else if (json_is_number(value))
        say_count(text, number);
    else
        strcpy(text, json_is_true(value)    ? "yes"
                     : json_is_false(value) ? "no"
                                            : "not known");
    doc_row(doc, (const char *const[]){name, text});
}

/* What was not as it should be when the run began; the grave ones are among the
 * report's warnings too. */
static void doctor(struct doc *doc, const struct view *view)
{
    static const char *const heads[] = {
        "check", "state", "found", "what it does to results", "how to mend it"};
    static const struct doc_table table = {heads, 5, 5};
    const json_t *findings = json_object_get(view->run, "doctor");
    size_t i;
    json_t *f;
    if (json_array_size(findings) == 0)
        return;
    doc_details(doc, "What the doctor found when the run began");
    doc_table(doc, &table);
    json_array_foreach (findings, i, f)
        doc_row(doc, (const char *const[]){view_text_or(f, "name", "?"),
                                           view_text_or(f, "state", "?"),
                                           view_text_or(f, "found", ""),
                                           view_text_or(f, "effect", ""),
                                           view_text_or(f, "mend", "")});
    doc_table_end(doc);
    doc_details_end(doc);
}

static void machine(struct doc *doc, const struct view *view)
{
    static const char *const heads[] = {"what", "value"};
    static const struct doc_table table = {heads, 2, 2};
    static const char *const own[] = {"libraries", "compiler", "flags"};
    const char *key;
    json_t *value;
    doc_heading(doc, 2, "machine", "Machine and its state");
    doc_details(doc, "What is known of the machine");
    doc_table(doc, &table);
    json_object_foreach (json_object_get(view->run, "machine"), key, value)
        fact_row(doc, key, value);
    for (size_t i = 0; i < sizeof(own) / sizeof(*own); i++)
        fact_row(doc, own[i], json_object_get(view->run, own[i]));
    doc_table_end(doc);
    doc_details_end(doc);
    doctor(doc, view);
}

/* Rounds that were taken again, and those that were not although …: why. */
static void disturbed_rows(struct doc *doc, const json_t *list,
                           const char *fate)
{
    size_t i;
    json_t *one;
    json_array_foreach (list, i, one) {
        char round[SAY_BYTES];
        say_count(round, view_number(one, "round"));
        doc_row(doc,
                (const char *const[]){view_text_or(one, "case", "?"), round,
                                      fate, view_text_or(one, "cause", "?")});
    }
}

static void disturbed(struct doc *doc, const struct view *view)
{
    static const char *const heads[] = {"case", "round", "what became of it",
                                        "cause"};
    static const struct doc_table table = {heads, 4, 4};
    const json_t *again = json_object_get(view->summary, "discards");
    const json_t *standing = json_object_get(view->summary, "invalid");
    if (json_array_size(again) + json_array_size(standing) == 0)
        return;
    doc_details(doc, "Rounds that were disturbed");
    doc_table(doc, &table);
    disturbed_rows(doc, again, "taken again");
    disturbed_rows(doc, standing, "stands all the same");
    doc_table_end(doc);
    doc_details_end(doc);
}

static bool any_peer(const struct view *view)
{
    for (size_t i = 0; i < view->count; i++)
        if (view_has_peer(&view->cases[i]))
            return true;
    return false;
}

static void pinned(struct doc *doc, const struct view *view)
{
    const json_t *pin = json_object_get(view->run, "pin");
    if (json_is_object(pin))
        doc_item(
            doc,
            "The run was pinned (" CODE "--pin" CODE "): the origin ran "
            "on CPU %s, strategies and peers on CPU %s; their pools and "
            "ideals count only these. What a strategy could do with all cores "
            "cannot be told from it.",
            view_text_or(pin, "origin", "?"),
            view_text_or(pin, "strategies", "?"));
}

static void awake(struct doc *doc, const struct view *view)
{
    const json_t *awake = json_object_get(view->run, "awake");
    if (!json_is_object(awake))
        return;
    if (json_is_true(json_object_get(awake, "held")))
        doc_item(doc,
                 "Processors were kept awake while the run measured: without "
                 "that, waking up is a part of each short wait, tens of "
                 "microseconds in a virtual machine, for all alike, and who "
                 "waits more often pays more (" CODE "--may-idle" CODE ").");
    else
        doc_item(doc,
                 "Processors could fall asleep (%s): waking them up is a part "
                 "of each short wait, tens of microseconds in a virtual "
                 "machine.",
                 view_text_or(awake, "why_not", "?"));
}

static void method_of_times(struct doc *doc, const struct view *view)
{
    doc_item(doc,
             "A round is every strategy of a case once, in an order "
             "reshuffled for each round from seed %.0f. Every sample is "
             "a fresh process. One unmeasured round comes first.",
             view_number(view->run, "seed"));
    pinned(doc, view);
    awake(doc, view);
    doc_item(doc, "Wall time is opening plus running; closing is timed apart "
                  "and shown beside it. The results of every task (outcome, "
                  "value, bytes, digest) are checked before a sample counts.");
    doc_item(doc, "Intervals are exact sign-test intervals (binomial order "
                  "statistics) of at least 95 %% coverage; they need 6 "
                  "rounds. Ratios are paired within rounds. Nothing is "
                  "thrown away: outliers are kept and named.");
    doc_item(doc,
             "Each series of 6 rounds or more is tested for a trend in the "
             "order taken (Mann-Kendall, p corrected over the run's "
             "series after Holm, below 0.01). Where there is one, of 5 %% "
             "or more from the first round to the last (Theil-Sen), the "
             "warnings say \"no steady state\". What rises and falls "
             "again is no trend and is not found, a single step only where "
             "there are tens of rounds.");
    if (!json_is_object(json_object_get(view->summary, "calibration")))
        doc_item(doc, "The run was not calibrated (" CODE "--calibrate" CODE
                      "): that differences below 2 %% are called ties is a "
                      "rule of thumb, and no finding about this machine.");
}

static void method_of_other_figures(struct doc *doc, const struct view *view)
{
    doc_item(doc, "Percentiles are of all tasks of all rounds together, from "
                  "histograms with an error of at most 1 %%; those that the "
                  "number of tasks cannot support are left out.");
    doc_item(doc, "Memory a task is the growth of the process's resident "
                  "high-water mark from before the batch is filled, divided "
                  "by the tasks in flight: where one task is in flight, it "
                  "bears the whole growth alone. Kernel stacks are computed "
                  "(16 KiB a thread), all else is read. The kernel's socket "
                  "buffers are " STRONG "not" STRONG " included.");
    if (any_peer(view))
        doc_item(doc, "Peers are programs of other languages. A peer's wall "
                      "time begins at its first client object: starting the "
                      "runtime and loading its modules are only in the whole "
                      "process's time and CPU. Its CPU, memory and switches "
                      "over the batch are its own word; its results are "
                      "checked as everybody's, but for those called "
                      "unverified, which have none to check.");
}

static void method(struct doc *doc, const struct view *view)
{
    doc_heading(doc, 2, "method", "Method, and what cannot be told");
    method_of_times(doc, view);
    method_of_other_figures(doc, view);
    doc_item(doc, "The origin runs on the same machine, in a process of its "
                  "own, over the loopback interface, which it shares with "
                  "the strategies. Nothing here tells how they would compare "
                  "over a real network with loss and with distance, or on "
                  "more cores than these.");
    doc_item(doc, "Where the load is closed, all tasks are handed over at the "
                  "beginning. What a steady rate of arrivals would do cannot "
                  "be told from it; a case with a rate, an open load, can.");
    doc_item(doc, "A round is void and taken again where in one of its samples "
                  "more than 5 %% of the CPU time was stolen by the "
                  "hypervisor, a control group stopped it for more than 1 %% "
                  "of its time, other programs took its core, origin or "
                  "process were killed, or the figures break Little's law (in "
                  "flight = throughput × latency), or the origin served other "
                  "requests than the results say. That is done twice a round "
                  "at most. Context switches are judged only where nothing is "
                  "fetched: beside a server they do not tell another program "
                  "from the origin, with which the client may share a core.");
    doc_item(doc, "Where an interval is missing or intervals meet, this run "
                  "cannot tell; more rounds may.");
}

/* ---- again ---- */

/* A word as a shell reads it. */
static void word_write(FILE *out, const char *text)
{
    bool plain = *text != '\0';
    for (const char *p = text; *p && plain; p++)
        plain = strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTU"
                       "VWXYZ0123456789-_=+:,./%@",
                       *p) != NULL;
    if (plain)
        fputs(text, out);
    else
        word_quote(out, text);
}

/* The run's command line with its seed. Without its folder: that one holds
 * this run now, and a second one would be refused. */
static void command_write(FILE *out, const json_t *run)
{
    const json_t *command = json_object_get(run, "command");
    bool seeded = false;
    for (size_t i = 0; i < json_array_size(command); i++) {
        const char *word = json_string_value(json_array_get(command, i));
        if (!word || strncmp(word, "--out=", 6) == 0)
            continue;
        if (strcmp(word, "--out") == 0) {
            i++; /* its value */
            continue;
        }
        seeded = seeded || strcmp(word, "--seed") == 0 ||
                 strncmp(word, "--seed=", 7) == 0;
        fputs(i ? " " : "", out);
        word_write(out, word);
    }
    if (!seeded)
        fprintf(out, " --seed %.0f", view_number(run, "seed"));
}

static void again_command(struct doc *doc, const json_t *run)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);
    if (!out)
        return;
    command_write(out, run);
    if (fclose(out) == 0)
        doc_code(doc, text);
    free(text);
}

static void again(struct doc *doc, const char *dir, const struct view *view)
{
    const char *slash = strrchr(dir, '/');
    doc_heading(doc, 2, "again", "Files, and how to do it again");
    doc_paragraph(doc, "The same tasks, delays and orders again:");
    again_command(doc, view->run);
    doc_paragraph(
        doc, "This report again, from the data: " CODE "concur report %s" CODE,
        slash && slash[1] ? slash + 1 : dir);
    doc_item(doc, CODE "samples.jsonl" CODE
                       ": every sample, as it was taken; " CODE "run.json" CODE
                       ": suite, seed, versions, machine. All else is made "
                       "from these two.");
    doc_item(doc, CODE "summary.json" CODE ", " CODE "summary.csv" CODE
                       ": what the statistics say; " CODE "timeline.csv" CODE
                       ": when each task began and ended; " CODE "plots/" CODE
                       ": the figures and what they were drawn from.");
    if (view_text(view->run, "suite_text")) {
        doc_details(doc, "The suite as it was read");
        doc_code(doc, view_text(view->run, "suite_text"));
        doc_details_end(doc);
    }
}

void closing_write(struct doc *doc, const char *dir, const struct view *view)
{
    machine(doc, view);
    method(doc, view);
    disturbed(doc, view);
    again(doc, dir, view);
}
