/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The chapters of a report that say what was found, and on what. The words
 * about numbers are verdict.c's, the tables tables.c's; what comes before is
 * opening.c's; machine, method and command lines are closing.c's.
 */
#include "chapters.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "apart.h"
#include "example.h"
#include "laws.h"
#include "say.h"
#include "sentence.h"
#include "task_costs.h"
#include "uses.h"
#include "verdict.h"

/* ---- small parts ---- */

static void say_about(struct doc *doc, bool item,
                      void (*write)(FILE *, const struct view_case *),
                      const struct view_case *c)
{
    struct sentence s;
    if (!sentence_begin(&s))
        return;
    write(s.out, c);
    sentence_say(&s, doc, item);
}

const char *section_id(char *id, size_t size, size_t section)
{
    snprintf(id, size, "case-%zu", section + 1);
    return id;
}

/* The figure of that kind for a section, drawn or not; NULL: none planned. */
static const struct figure *figure_find(const struct figures *figures,
                                        enum figure_kind kind, size_t section)
{
    for (size_t i = 0; i < figures->count; i++)
        if (figures->list[i].kind == kind &&
            figures->list[i].section == section && figures->list[i].made)
            return &figures->list[i];
    return NULL;
}

/* What shows best who did well. */
static const struct figure *main_figure(const struct figures *figures,
                                        size_t section,
                                        const struct view_case *c)
{
    return figure_find(figures,
                       view_open_load(c) ? FIGURE_OPEN_LOAD : FIGURE_OVERVIEW,
                       section);
}

/* Whether the case is one of several in its section. */
static bool in_sweep(const struct view *view, const struct view_case *c)
{
    for (size_t i = 0; i < view->section_count; i++) {
        size_t at = (size_t)(c - view->cases);
        if (at >= view->sections[i].first &&
            at < view->sections[i].first + view->sections[i].count)
            return view->sections[i].count > 1;
    }
    return false;
}

/* The run's overview: of each sweep it shows one case, and says which. */
static void overview_show(struct doc *doc, const struct view *view,
                          const struct figure *f)
{
    struct sentence s;
    bool any = false;
    if (!sentence_begin(&s))
        return;
    fputs(figure_caption(f->kind), s.out);
    for (size_t p = 0; f->cases[p]; p++) {
        if (!in_sweep(view, f->cases[p]))
            continue;
        if (!any)
            fprintf(s.out,
                    " Of a sweep that case is shown %s: ", example_reason);
        fprintf(s.out, "%s" CODE "%s" CODE, any ? ", " : "", f->cases[p]->name);
        example_pairs(s.out, f->cases[p]);
        any = true;
    }
    fputs(any ? "." : "", s.out);
    char *text = sentence_end(&s);
    if (text)
        doc_figure(doc, f->stem, f->title, text, true);
    free(text);
}

static void figure_show(struct doc *doc, const struct figure *f, bool needed)
{
    if (f)
        doc_figure(doc, f->stem, f->title, figure_caption(f->kind), needed);
}

/* ---- beginning ---- */

char *chapters_title(const struct view *view)
{
    char *title = NULL;
    const char *started = view_text_or(view->run, "started", "");
    size_t date = strcspn(started, "T"), minute = date ? date + 6 : 0;
    if (strlen(started) < minute)
        minute = date;
    if (asprintf(&title, "concur: suite %s, %.*s%s%.*s%s",
                 view_text_or(view->run, "suite", "without a name"), (int)date,
                 started, minute > date ? " " : "",
                 (int)(minute > date ? minute - date - 1 : 0),
                 started + (minute > date ? date + 1 : 0),
                 minute > date ? " UTC" : "") < 0)
        return NULL;
    return title;
}

/* The last case of a section in which there is something to compare, with the
 * baseline at best. */
static const struct view_case *telling(const struct view *view,
                                       const struct view_section *s)
{
    const struct view_case *first = &view->cases[s->first], *other = NULL;
    for (size_t i = s->count; i-- > 0;) {
        if (view_measured_count(&first[i]) < 2)
            continue;
        if (first[i].base)
            return &first[i];
        other = other ? other : &first[i];
    }
    return other ? other : &first[s->count - 1];
}

/* Where very many tasks only wait, what they take is the question. */
#define MANY 1000
static bool about_memory(const struct view *view, const struct view_section *s)
{
    const struct view_case *last = &view->cases[s->first + s->count - 1];
    return strcmp(last->workload, "sleep") == 0 && last->tasks >= MANY;
}

static void say_memory(struct doc *doc, const struct view *view,
                       const struct view_section *s, const char *before)
{
    struct sentence sentence;
    if (!about_memory(view, s) || !sentence_begin(&sentence))
        return;
    verdict_memory(sentence.out, &view->cases[s->first], s->count);
    char *text = sentence_end(&sentence);
    if (text && before)
        doc_item(doc, STRONG "%s" STRONG ", what a waiting task takes: %s",
                 before, text);
    else if (text)
        doc_paragraph(doc, "%s", text);
    free(text);
}

/* Who grows faster than linearly in the section. */
static void say_growth(struct doc *doc, const struct view *view,
                       const char *section, bool item)
{
    struct sentence s;
    if (!sentence_begin(&s))
        return;
    laws_faster(s.out, view, section);
    sentence_say(&s, doc, item);
}

static void verdict(struct doc *doc, const struct view *view,
                    const struct figures *figures)
{
    doc_heading(doc, 2, "verdict", "Verdict");
    for (size_t i = 0; i < view->section_count; i++) {
        const struct view_section *s = &view->sections[i];
        const struct view_case *c = telling(view, s);
        if (costs_probed(view, c->section))
            doc_item(doc, "%s: see " LINK "costs" LINK "costs" LINK ".",
                     c->section);
        else if (!about_memory(view, s) || !view_fastest(c))
            say_about(doc, true, verdict_short, c);
        else
            say_memory(doc, view, s, c->section);
        say_growth(doc, view, c->section, true);
    }
    const struct figure *all = figure_find(figures, FIGURE_OVERVIEW, SIZE_MAX);
    if (!all && view->section_count == 1)
        all = main_figure(figures, 0, view->cases);
    if (all)
        overview_show(doc, view, all);
}

/* ---- a section ---- */

static void case_failures(struct doc *doc, const struct view_case *c,
                          bool named)
{
    struct sentence s;
    if (!sentence_begin(&s))
        return;
    verdict_failures(s.out, c);
    char *text = sentence_end(&s);
    if (text)
        doc_warning(doc, "%s%s%s", named ? c->name : "", named ? ": " : "",
                    text);
    free(text);
}

/* What a field of the replies came to: the same under every strategy, since
 * their results concur, or they had failed. */
static void case_aggregate(struct doc *doc, const struct view_case *c)
{
    static const char *const keys[] = {"count", "mean", "min", "max", "sd"};
    const json_t *found = NULL;
    char count[SAY_BYTES];
    double values[5];
    for (size_t i = 0; i < c->count && !found; i++)
        if (view_measured(&c->entries[i]) &&
            json_is_object(c->entries[i].aggregate))
            found = c->entries[i].aggregate;
    if (!found)
        return;
    for (size_t i = 0; i < 5; i++)
        values[i] = view_number(found, keys[i]);
    doc_paragraph(doc,
                  "The field " CODE "%s" CODE " of %s replies: mean %.6g, "
                  "least %.6g, greatest %.6g, standard deviation %.6g.",
                  view_text_or(found, "field", "?"),
                  say_count(count, values[0]), values[1], values[2], values[3],
                  values[4]);
}

/* Closed or open: what the figures mean depends on it. */
static void case_load(struct doc *doc, const struct view_case *c, size_t count)
{
    struct sentence s;
    if (!sentence_begin(&s))
        return;
    verdict_load(s.out, c, count);
    char *text = sentence_end(&s);
    if (text)
        doc_paragraph(doc, "%s", text);
    free(text);
}

static void case_facts(struct doc *doc, const struct view_case *c, size_t count)
{
    size_t i;
    json_t *note;
    char steps[1024];
    for (i = 0; i < count; i++)
        case_failures(doc, &c[i], count > 1);
    if (c->note)
        doc_paragraph(doc, "%s", c->note);
    if (*say_steps(steps, sizeof(steps), c, CODE))
        doc_paragraph(doc, "Each task: %s.%s", steps,
                      strstr(steps, CODE "barrier" CODE)
                          ? " At a barrier all tasks wait for each other."
                          : "");
    case_load(doc, c, count);
    if (*say_creator(steps, sizeof(steps), c, CODE))
        doc_paragraph(doc, "Its creator, one more in flight: %s.", steps);
    if (c->article)
        doc_paragraph(doc, "The article says: %s", c->article);
    case_aggregate(doc, c);
    json_array_foreach (c->notes, i, note)
        if (json_is_string(note))
            doc_warning(doc, "%s.", json_string_value(note));
}

/* The figures of a sweep: those of wall times, or those of memory. */
static void show_scaling(struct doc *doc, const struct figures *figures,
                         size_t section, bool memory, bool needed)
{
    for (size_t i = 0; i < figures->count; i++) {
        const struct figure *f = &figures->list[i];
        if (f->section == section && f->made && figure_is_scaling(f->kind) &&
            (f->kind == FIGURE_SCALING_MEMORY) == memory)
            figure_show(doc, f, needed);
    }
}

/* Whether the run's overview shows the case. */
static bool in_overview(const struct figures *figures,
                        const struct view_case *c)
{
    const struct figure *all = figure_find(figures, FIGURE_OVERVIEW, SIZE_MAX);
    for (size_t i = 0; all && all->cases[i]; i++)
        if (all->cases[i] == c)
            return true;
    return false;
}

/* What only few readers want, folded away. */
static void section_more(struct doc *doc, const struct figures *figures,
                         size_t section, const struct view_case *example)
{
    static const enum figure_kind more[] = {
        FIGURE_ZOOM, FIGURE_LATENCY, FIGURE_CPU, FIGURE_MEMORY, FIGURE_SAMPLES};
    if (!view_fastest(example))
        return;
    doc_details(doc, "More about %s: latency, CPU time, memory, every sample",
                example->name);
    if (in_overview(figures, example))
        figure_show(doc, figure_find(figures, FIGURE_OVERVIEW, section), false);
    for (size_t i = 0; i < sizeof(more) / sizeof(*more); i++)
        figure_show(doc, figure_find(figures, more[i], section), false);
    table_more(doc, example);
    doc_details_end(doc);
}

/* Which of the sweep's cases the figures are of, and why. */
static void example_say(struct doc *doc, const struct view_case *example)
{
    struct sentence s;
    char *pairs = NULL;
    if (sentence_begin(&s)) {
        example_pairs(s.out, example);
        pairs = sentence_end(&s);
    }
    doc_paragraph(doc,
                  "One of the cases as a picture, " CODE "%s" CODE "%s%s%s:",
                  example->name, pairs ? ", that " : "",
                  pairs ? example_reason : "", pairs ? pairs : "");
    free(pairs);
}

static void section_sweep(struct doc *doc, const struct view *view,
                          const struct figures *figures, size_t section,
                          const struct view_case *example)
{
    const struct view_section *s = &view->sections[section];
    const struct view_case *last = &view->cases[s->first + s->count - 1];
    bool about = about_memory(view, s);
    struct sentence sentence;
    say_memory(doc, view, s, NULL);
    if (about)
        show_scaling(doc, figures, section, true, true);
    say_about(doc, false, verdict_case, telling(view, s));
    if (sentence_begin(&sentence)) {
        verdict_sweep(sentence.out, &view->cases[s->first], s->count);
        char *text = sentence_end(&sentence);
        if (text)
            doc_paragraph(doc, "%s", text);
        free(text);
    }
    say_growth(doc, view, last->section, false);
    doc_paragraph(doc,
                  view_open_load(last)
                      ? "From due to done, the p%g of a round, median of the "
                        "rounds; bold is the least of each column:"
                      : "Median wall time; bold is the least of each "
                        "column, and what is not resolved from it:",
                  100 * last->quantile);
    table_sweep(doc, view, s);
    if (!about)
        show_scaling(doc, figures, section, false, true);
    doc_details(doc, "All figures of each case");
    show_scaling(doc, figures, section, !about, false);
    for (size_t i = 0; i < s->count; i++) {
        const struct view_case *c = &view->cases[s->first + i];
        doc_paragraph(doc, STRONG "%s" STRONG, c->name);
        table_case(doc, c);
    }
    doc_details_end(doc);
    example_say(doc, example);
    figure_show(doc, figure_find(figures, FIGURE_OPEN_LOAD, section), true);
    figure_show(doc, figure_find(figures, FIGURE_TIMELINE, section), true);
}

static void section_single(struct doc *doc, const struct view *view,
                           const struct figures *figures, size_t section,
                           const struct view_case *c)
{
    bool overview = view->section_count > 1 &&
                    (view_open_load(c) ||
                     (view_measured_count(c) > 1 && !in_overview(figures, c)));
    say_memory(doc, view, &view->sections[section], NULL);
    say_about(doc, false, verdict_case, c);
    say_about(doc, false, verdict_costs, c);
    table_case(doc, c);
    if (overview)
        figure_show(doc, main_figure(figures, section, c), false);
    figure_show(doc, figure_find(figures, FIGURE_TIMELINE, section), true);
}

static void section_write(struct doc *doc, const struct view *view,
                          const struct figures *figures, size_t section)
{
    char id[40];
    const struct view_section *s = &view->sections[section];
    const struct view_case *example = section_example(view, s);
    char *title = NULL;
    if (asprintf(&title, "Case %s", view->cases[s->first].section) < 0)
        return;
    doc_heading(doc, 2, section_id(id, sizeof(id), section), title);
    free(title);
    case_facts(doc, &view->cases[s->first], s->count);
    if (s->count > 1)
        section_sweep(doc, view, figures, section, example);
    else
        section_single(doc, view, figures, section, example);
    section_more(doc, figures, section, example);
}

/* ---- all of them ---- */

void chapters_write(struct doc *doc, const char *dir, const struct view *view,
                    const struct records *records,
                    const struct figures *figures)
{
    opening_write(doc, view, figures);
    verdict(doc, view, figures);
    comparison_write(doc, view, records);
    uses_write(doc, view, figures);
    apart_write(doc, view, figure_find(figures, FIGURE_CALIBRATION, SIZE_MAX));
    guide_write(doc, view);
    articles_write(doc, view, records);
    costs_write(doc, view, figure_find(figures, FIGURE_COSTS, SIZE_MAX));
    laws_write(doc, view, figure_find(figures, FIGURE_GROWTH, SIZE_MAX));
    for (size_t i = 0; i < view->section_count; i++)
        section_write(doc, view, figures, i);
    closing_write(doc, dir, view);
}
