/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Makes the report of a run: summary, figures, report.md and report.html.
 */
#include "report.h"

#include <stdlib.h>
#include <string.h>

#include "../stats/summary.h"
#include "../store/store.h"
#include "chapters.h"
#include "uses.h"

const char *plots_folder(void)
{
    const char *folder = getenv("CONCUR_PLOTS");
    return folder && *folder ? folder : CONCUR_PLOTS;
}

static int file_write(const char *dir, const char *name, const char *text,
                      char *error, size_t error_size)
{
    char path[4096];
    if (snprintf(path, sizeof(path), "%s/%s", dir, name) >= (int)sizeof(path)) {
        snprintf(error, error_size, "%s: the path is too long", dir);
        return -1;
    }
    return store_replace(path, text, strlen(text), error, error_size);
}

static int document_write(const char *dir, const struct view *view,
                          const struct records *records,
                          const struct figures *figures, char *error,
                          size_t error_size)
{
    char *markdown = NULL, *html = NULL;
    char *title = chapters_title(view);
    struct doc *doc = title ? doc_new(title, dir) : NULL;
    int result = -1;
    if (doc)
        chapters_write(doc, dir, view, records, figures);
    if (!doc || !doc_finish(doc, &markdown, &html))
        snprintf(error, error_size, "%s: no memory for the report", dir);
    else if (file_write(dir, "report.md", markdown, error, error_size) == 0)
        result = file_write(dir, "report.html", html, error, error_size);
    free(markdown);
    free(html);
    free(title);
    return result;
}

/* Figures and both documents of a run that has been summed up. */
static int all_write(const char *dir, const struct view *view, char *error,
                     size_t error_size)
{
    struct figures figures = {0};
    struct records *records = records_load(dir, view);
    int result = -1;
    if (!records)
        snprintf(error, error_size, "%s: no memory for the report", dir);
    else
        result = figures_make(&figures, dir, view, records, error, error_size);
    if (result == 0)
        result =
            document_write(dir, view, records, &figures, error, error_size);
    figures_clear(&figures);
    records_free(records);
    return result;
}

/* All files, of a summary that gets what the view makes of it. */
static int view_write(const char *dir, const json_t *run, json_t *summary,
                      char *error, size_t error_size)
{
    struct view view;
    int result = -1;
    if (!view_open(&view, run, summary)) {
        snprintf(error, error_size, "%s: no memory for the report", dir);
        return -1;
    }
    if (!uses_put(summary, &view))
        snprintf(error, error_size, "%s: no memory for its maps", dir);
    else if (summary_write(dir, summary, error, error_size) == 0)
        result = all_write(dir, &view, error, error_size);
    view_close(&view);
    return result;
}

int report_make(const char *dir, char *error, size_t error_size)
{
    char path[4096];
    json_error_t wrong;
    int result = -1;
    json_t *summary = summary_make(dir, error, error_size);
    if (!summary)
        return -1;
    snprintf(path, sizeof(path), "%s/run.json", dir);
    json_t *run = json_load_file(path, 0, &wrong);
    if (!run)
        snprintf(error, error_size, "%s: %s", path, wrong.text);
    else
        result = view_write(dir, run, summary, error, error_size);
    json_decref(run);
    json_decref(summary);
    return result;
}
