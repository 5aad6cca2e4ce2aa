/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Exports: a table of forms. See export.h. The JSON has times only, since
 * whoever reads it raises one alarm for all that grows: wall times, or, of an
 * open load, how long after their due times the slowest tasks were done.
 */
#include "export.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../stats/run_file.h"
#include "../stats/summary.h"
#include "../stats/summary_csv.h"
#include "chapters.h"
#include "say.h"

#define NSEC_PER_MS 1e6

/* Each returns false where there is no memory. */
typedef bool writer(FILE *out, const struct view *view);

static bool csv_write(FILE *out, const struct view *view)
{
    summary_csv(out, view->summary);
    return true;
}

/* ---- JSON ---- */

/* "44.9 to 45.3": the interval, or else the range, in milliseconds. */
static void range_text(char *text, size_t size, const struct view_entry *e)
{
    const struct spread *s = view_ranked(e);
    bool interval = isfinite(s->lo) && isfinite(s->hi);

    snprintf(text, size, "%.6g to %.6g",
             (interval ? s->lo : s->min) / NSEC_PER_MS,
             (interval ? s->hi : s->max) / NSEC_PER_MS);
}

/* Lines that a chart shows beside the point. */
static void extra_text(char *text, size_t size, const struct view_case *c,
                       const struct view_entry *e)
{
    char what[320], speedup[SAY_BYTES], spread[SAY_BYTES], cpu[SAY_BYTES],
        memory[SAY_BYTES];
    const struct spread *s = view_ranked(e);
    bool interval = isfinite(s->lo) && isfinite(s->hi);

    if (view_open_load(c)) {
        snprintf(text, size,
                 "%s\n%g samples; the range is %s\np99 from due: %s; from its "
                 "own start: %s\nstarted late: %s\nCPU a task: %s",
                 say_case(what, sizeof(what), c), e->samples,
                 interval ? "the median's 95 % interval" : "least to greatest",
                 say_time(speedup, e->sojourn.p99),
                 say_time(spread, e->latency.p99),
                 say_percent(memory, e->behind), say_time(cpu, e->cpu));
        return;
    }
    snprintf(text, size,
             "%s\n%g samples; the range is %s\nspeed-up over %s: %s %s\n"
             "CPU a task: %s\npeak memory: %s",
             say_case(what, sizeof(what), c), e->samples,
             interval ? "the median's 95 % interval" : "least to greatest",
             c->baseline ? c->baseline : "the baseline",
             say_ratio(speedup, e->speedup.median),
             say_spread(spread, &e->speedup, say_factor), say_time(cpu, e->cpu),
             say_bytes(memory, e->rss));
}

static json_t *entry_json(const struct view_case *c, const struct view_entry *e)
{
    char range[96], extra[1024], what[40] = "";

    if (view_open_load(c))
        snprintf(what, sizeof(what), ", p%g from due", 100 * c->quantile);
    range_text(range, sizeof(range), e);
    extra_text(extra, sizeof(extra), c, e);
    return json_pack("{s:o, s:s, s:f, s:s, s:s}", "name",
                     json_sprintf("%s: %s%s", c->name, e->label, what), "unit",
                     "ms", "value", view_ranked(e)->median / NSEC_PER_MS,
                     "range", range, "extra", extra);
}

static bool json_write(FILE *out, const struct view *view)
{
    json_t *array = json_array();
    bool good = array != NULL;

    for (size_t i = 0; i < view->count; i++)
        for (size_t k = 0; k < view->cases[i].count && good; k++) {
            const struct view_case *c = &view->cases[i];

            if (view_measured(&c->entries[k]) && !c->entries[k].unverified)
                good = json_array_append_new(
                           array, entry_json(c, &c->entries[k])) == 0;
        }
    if (good) /* a broken stream is told by ferror */
        json_dumpf(array, out, JSON_INDENT(1) | JSON_REAL_PRECISION(9));
    fputc('\n', out);
    json_decref(array);
    return good;
}

/* ---- Markdown ---- */

static void sections_write(struct doc *doc, const struct view *view)
{
    char what[320], ideal[SAY_BYTES];

    for (size_t s = 0; s < view->section_count; s++) {
        const struct view_section *section = &view->sections[s];
        const struct view_case *c = &view->cases[section->first];

        if (section->count > 1) {
            doc_paragraph(doc, STRONG "%s" STRONG ", median %s", c->section,
                          view_open_load(c) ? "of the slowest tasks' times "
                                              "from when they were due"
                                            : "wall times");
            table_sweep(doc, view, section);
        } else {
            bool open = view_open_load(c);
            doc_paragraph(doc, STRONG "%s" STRONG ", %s%s%s", c->name,
                          say_case(what, sizeof(what), c),
                          open ? "" : "; ideal ",
                          open ? "" : say_time(ideal, c->ideal));
            table_short(doc, c);
        }
    }
}

static bool markdown_write(FILE *out, const struct view *view)
{
    char *markdown = NULL, *html = NULL;
    char *title = chapters_title(view);
    struct doc *doc = title ? doc_new(title, "") : NULL;

    if (doc)
        sections_write(doc, view);
    bool good = doc && doc_finish(doc, &markdown, &html);
    if (good)
        fputs(markdown, out);
    free(markdown);
    free(html);
    free(title);
    return good;
}

/* ---- all of them ---- */

const char *const export_forms[] = {"csv", "json", "markdown", NULL};
static writer *const writers[] = {csv_write, json_write, markdown_write};

int export_write(FILE *out, const char *dir, const char *form, char *error,
                 size_t error_size)
{
    struct view view;
    size_t at = 0;
    bool good = false;

    while (export_forms[at] && strcmp(export_forms[at], form) != 0)
        at++;
    if (!export_forms[at]) {
        snprintf(error, error_size, "there is no export '%s'", form);
        return -1;
    }
    json_t *run = run_file_read(dir, error, error_size);
    json_t *summary = run ? summary_make(dir, error, error_size) : NULL;
    if (summary && view_open(&view, run, summary)) {
        good = writers[at](out, &view);
        view_close(&view);
    }
    if (summary && !good)
        snprintf(error, error_size, "%s: no memory for the export", dir);
    json_decref(summary);
    json_decref(run);
    return good ? 0 : -1;
}
