/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a report begins with: what was measured, what a reader must know before
 * they believe it, how to read it, and where its chapters are.
 */
#include "chapters.h"

#include <stdlib.h>

#include "laws.h"
#include "say.h"
#include "task_costs.h"
#include "verdict.h"

static void introduction(struct doc *doc, const struct view *view)
{
    const json_t *machine = json_object_get(view->run, "machine");
    double samples = 0;
    char text[SAY_BYTES], cores[SAY_BYTES];
    for (size_t i = 0; i < view->count; i++)
        for (size_t k = 0; k < view->cases[i].count; k++)
            if (view->cases[i].entries[k].samples > 0)
                samples += view->cases[i].entries[k].samples;
    if (view_text(view->run, "suite_note"))
        doc_paragraph(doc, "%s", view_text(view->run, "suite_note"));
    doc_paragraph(doc,
                  "%zu case%s, %s measured samples, each in a fresh process, "
                  "on %s cores of %s%s.",
                  view->count, view->count == 1 ? "" : "s",
                  say_count(text, samples),
                  say_count(cores, view_number(machine, "cores")),
                  view_text_or(machine, "cpu", "an unknown CPU"),
                  json_is_object(json_object_get(view->run, "pin"))
                      ? ", the origin pinned to other cores than the strategies"
                      : "");
}

/* The gravest come first; what follows them is folded away. */
#define WARNINGS_SHOWN 4

struct warnings {
    struct doc *doc;
    unsigned count;
};

static void warn(void *self, const char *text)
{
    struct warnings *w = self;
    if (w->count++ == WARNINGS_SHOWN)
        doc_details(w->doc, "More that may have disturbed the measurement");
    doc_warning(w->doc, "%s", text);
}

static void warnings_write(struct doc *doc, const struct view *view,
                           const struct figures *figures)
{
    struct warnings w = {doc, 0};
    if (*figures->trouble)
        doc_warning(doc, "There are figures missing here: %s.",
                    figures->trouble);
    verdict_warnings(view, warn, &w);
    if (w.count > WARNINGS_SHOWN)
        doc_details_end(doc);
}

static void contents(struct doc *doc, const struct view *view)
{
    char id[40];
    if (articles_have(view))
        doc_contents(doc, "articles", "The articles' examples");
    if (costs_any(view))
        doc_contents(doc, "costs", "What one more task costs");
    if (laws_any(view))
        doc_contents(doc, "laws", "Cost laws");
    for (size_t i = 0; i < view->section_count; i++) {
        char *text = NULL;
        const struct view_case *c = &view->cases[view->sections[i].first];
        if (asprintf(&text, "Case %s", c->section) < 0)
            continue;
        doc_contents(doc, section_id(id, sizeof(id), i), text);
        free(text);
    }
    doc_contents(doc, "machine", "Machine and its state");
    doc_contents(doc, "method", "Method, and what cannot be told");
    doc_contents(doc, "again", "Files, and how to do it again");
}

static void reading(struct doc *doc)
{
    doc_details(doc, "How to read this report");
    doc_item(doc, STRONG
             "Wall time" STRONG
             " is what a user waits: setting up, and doing all tasks. It is "
             "the median of the rounds; [a, b] is its 95 %% interval.");
    doc_item(doc, STRONG
             "Speed-up" STRONG
             " compares with the baseline within each round; [a, b] is the "
             "interval of these ratios. Two strategies are told apart where "
             "the interval of their own ratio leaves out 1 and it comes to "
             "what the case resolves at least (2 %% where the run was not "
             "calibrated); else they tie, or the word is " STRONG
             "not resolved" STRONG ", never \"the same\".");
    doc_item(doc, STRONG
             "The ideal" STRONG
             " is the least time in which the tasks can be done: the longest "
             "of them, or all waiting divided by the width. " STRONG
             "Of its ideal" STRONG
             " compares a strategy with the ideal at its own width.");
    doc_item(doc, STRONG
             "A closed load" STRONG " begins a task as another ends; " STRONG
             "an open load" STRONG
             " has a rate: tasks are due at given times, whoever is busy. "
             "What a task took there counts from when it was due. Counted "
             "from its own start, the waiting of those that were held up "
             "would be left out (coordinated omission). Lag is from due to "
             "started; who started more than 5 %% of the tasks over 2 ms late "
             "did not keep up.");
    doc_item(doc, STRONG
             "Latency" STRONG
             " runs from a task's own start to its end; with the wait, from "
             "the moment at which the whole batch was handed over.");
    doc_item(doc, STRONG
             "Absent" STRONG
             " says that a strategy cannot do a case here, and why; a value "
             "in parentheses, or a hollow mark, is computed and not "
             "measured.");
    doc_details_end(doc);
}

/* ---- both ---- */

void opening_write(struct doc *doc, const struct view *view,
                   const struct figures *figures)
{
    introduction(doc, view);
    warnings_write(doc, view, figures);
}

void guide_write(struct doc *doc, const struct view *view)
{
    reading(doc);
    contents(doc, view);
}
