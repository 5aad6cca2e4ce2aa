/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The chapter on what one more task costs: what it takes while it waits, beside
 * what is claimed of it, and what starting and ending it takes. The fits are
 * the statistics' (summary.json's `costs`); here they only become words.
 */
#include "task_costs.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "../suite/units.h"
#include "say.h"

/* ---- the entries ---- */

struct fit costs_fit(const json_t *cost, const char *quantity)
{
    const json_t *fit = json_object_get(cost, quantity);
    double slope = view_number(fit, "slope");

    return (struct fit){slope, view_number(fit, "hi") - slope,
                        view_number(fit, "intercept")};
}

bool costs_resolved(struct fit fit)
{
    return fit.slope - fit.margin > 0;
}

static bool waits(const json_t *cost)
{
    return isfinite(costs_fit(cost, "resident_bytes").slope);
}

static bool spawns(const json_t *cost)
{
    return strcmp(view_text_or(cost, "workload", ""), "spawn") == 0 &&
           isfinite(costs_fit(cost, "life_ns").slope);
}

static bool any(const struct view *view, bool (*is)(const json_t *))
{
    const json_t *costs = json_object_get(view->summary, "costs");

    for (size_t i = 0; i < json_array_size(costs); i++)
        if (is(json_array_get(costs, i)))
            return true;
    return false;
}

bool costs_probed(const struct view *view, const char *section)
{
    const json_t *costs = json_object_get(view->summary, "costs");

    for (size_t i = 0; i < json_array_size(costs); i++) {
        const json_t *cost = json_array_get(costs, i);

        if (strcmp(view_text_or(cost, "section", ""), section) == 0 &&
            waits(cost))
            return true;
    }
    return false;
}

bool costs_any(const struct view *view)
{
    return any(view, waits) || any(view, spawns);
}

/* ---- cells ---- */

char *costs_whole(char *buf, double value, bool time)
{
    double size = fabs(value);
    char text[SAY_BYTES];

    if (!isfinite(value))
        return say_bytes(buf, value);
    if (size < 999.5)
        snprintf(text, sizeof(text), "%.0f %s", size, time ? "ns" : "B");
    else if (time)
        say_time(text, size);
    else
        say_bytes(text, size);
    snprintf(buf, SAY_BYTES, "%s%.80s", value < -0.5 ? "−" : "", text);
    return buf;
}

char *costs_bytes(char *buf, double bytes)
{
    return costs_whole(buf, bytes, false);
}

static void fit_cell(char *cell, struct fit fit, bool time)
{
    char slope[SAY_BYTES], margin[SAY_BYTES];

    costs_whole(slope, fit.slope, time);
    bool none = fabs(fit.slope) < 0.5 && fit.margin < 0.5;
    if (!none && fabs(fit.slope) <= fit.margin)
        snprintf(cell, COSTS_CELL_BYTES, "not told from 0 ± %s",
                 costs_whole(margin, fit.margin, time));
    else if (!none && isfinite(fit.margin))
        snprintf(cell, COSTS_CELL_BYTES, "%s ± %s", slope,
                 costs_whole(margin, fit.margin, time));
    else
        snprintf(cell, COSTS_CELL_BYTES, "%s", slope);
}

void costs_slope(char *cell, const json_t *cost, const char *quantity)
{
    fit_cell(cell, costs_fit(cost, quantity), strstr(quantity, "_ns") != NULL);
}

static void label_cell(char *cell, const json_t *cost, const char *unused)
{
    (void)unused;
    snprintf(cell, COSTS_CELL_BYTES, CODE "%s" CODE,
             view_text_or(cost, "label", ""));
}

/* The section, and what else was swept in it. */
static void case_cell(char *cell, const json_t *cost, const char *unused)
{
    size_t used = (size_t)snprintf(cell, COSTS_CELL_BYTES, "%.100s",
                                   view_text_or(cost, "section", ""));
    const char *key;
    json_t *value;

    (void)unused;
    json_object_foreach (json_object_get(cost, "axes"), key, value)
        if (used < COSTS_CELL_BYTES)
            used += (size_t)snprintf(cell + used, COSTS_CELL_BYTES - used,
                                     ", %.40s=%.60s", key,
                                     json_string_value(value));
}

static void stack_cell(char *cell, const json_t *cost, const char *unused)
{
    (void)unused;
    say_bytes(cell, view_number(cost, "stack_bytes"));
}

static void kernel_cell(char *cell, const json_t *cost, const char *quantity)
{
    costs_slope(cell, cost, quantity);
    if (json_is_true(json_object_get(cost, "kernel_stack_computed")))
        strcat(cell, ", computed");
}

void costs_fixed(char *cell, const json_t *cost, const char *quantity)
{
    struct fit fit = costs_fit(cost, quantity);

    /* A line that begins below 0 does not tell. */
    costs_whole(cell, fit.intercept > 0 ? fit.intercept : (double)NAN,
                strstr(quantity, "_ns") != NULL);
}

/* How many sizes there are, and which: "4: 500–2,000". */
static void sizes_cell(char *cell, const json_t *cost, const char *unused)
{
    const json_t *tasks = json_object_get(cost, "tasks");
    double low = INFINITY, high = 0;
    char from[SAY_BYTES], to[SAY_BYTES];

    (void)unused;
    for (size_t i = 0; i < json_array_size(tasks); i++) {
        low = fmin(low, json_number_value(json_array_get(tasks, i)));
        high = fmax(high, json_number_value(json_array_get(tasks, i)));
    }
    snprintf(cell, COSTS_CELL_BYTES, "%zu: %s–%s", json_array_size(tasks),
             say_count(from, low), say_count(to, high));
}

static void samples_cell(char *cell, const json_t *cost, const char *unused)
{
    (void)unused;
    say_count(cell, view_number(cost, "samples"));
}

/* ---- tables ---- */

struct column {
    const char *head;
    void (*write)(char *cell, const json_t *cost, const char *quantity);
    const char *quantity;
};

static const struct column waiting_columns[] = {
    {"strategy", label_cell, NULL},
    {"case", case_cell, NULL},
    {"stack", stack_cell, NULL},
    {"memory in all", costs_slope, "taken_bytes"},
    {"resident", costs_slope, "resident_bytes"},
    {"kernel stack", kernel_cell, "kernel_stack_bytes"},
    {"page tables", costs_slope, "page_table_bytes"},
    {"virtual size", costs_slope, "virtual_bytes"},
    {"tasks", sizes_cell, NULL},
    {"samples", samples_cell, NULL},
};

static const struct column spawn_columns[] = {
    {"strategy", label_cell, NULL},
    {"case", case_cell, NULL},
    {"stack", stack_cell, NULL},
    {"wall time a task", costs_slope, "life_ns"},
    {"CPU time a task", costs_slope, "life_cpu_ns"},
    {"wall time for none", costs_fixed, "life_ns"},
    {"tasks", sizes_cell, NULL},
    {"samples", samples_cell, NULL},
};

#define COLUMNS_MAX   10
#define COLUMNS(list) list, sizeof(list) / sizeof(*(list))

static void costs_table(struct doc *doc, const struct view *view,
                        bool (*is)(const json_t *),
                        const struct column *columns, size_t count)
{
    const json_t *costs = json_object_get(view->summary, "costs");
    const char *heads[COLUMNS_MAX], *cells[COLUMNS_MAX];
    char text[COLUMNS_MAX][COSTS_CELL_BYTES];

    for (size_t i = 0; i < count; i++)
        heads[i] = columns[i].head;
    const struct doc_table table = {heads, count, 2};
    doc_table(doc, &table);
    for (size_t k = 0; k < json_array_size(costs); k++) {
        const json_t *cost = json_array_get(costs, k);

        if (!is(cost))
            continue;
        for (size_t i = 0; i < count; i++) {
            columns[i].write(text[i], cost, columns[i].quantity);
            cells[i] = text[i];
        }
        doc_row(doc, cells);
    }
    doc_table_end(doc);
}

/* ---- what is claimed ---- */

/* What a task of a strategy is called where somebody says what it takes. */
static const struct kind {
    const char *strategy, *noun;
} kinds[] = {
    {"thread_per_task", "thread"}, {"py-threads", "thread"},
    {"coroutine", "coroutine"},    {"py-asyncio", "coroutine"},
    {"py-uvloop", "coroutine"},
};
#define KINDS (sizeof(kinds) / sizeof(*kinds))

const char *costs_noun(const json_t *cost)
{
    const char *strategy = view_text_or(cost, "strategy", "");

    for (size_t k = 0; k < KINDS; k++)
        if (strcmp(kinds[k].strategy, strategy) == 0)
            return kinds[k].noun;
    return NULL;
}

double costs_claim(const json_t *cost, const char *noun, char *text)
{
    const char *article = view_text_or(cost, "article", "");
    const char *at = noun ? strstr(article, noun) : NULL;
    char number[24], unit[8], joined[40];
    uint64_t bytes = 0;

    if (!at ||
        sscanf(at + strlen(noun), " %20[0-9.] %6[A-Za-z]", number, unit) != 2)
        return 0;
    snprintf(joined, sizeof(joined), "%s%s", number, unit);
    snprintf(text, SAY_BYTES, "%s %s", number, unit);
    return parse_bytes(joined, &bytes) ? 0 : (double)bytes;
}

/* Near enough for a round figure, and for MB that are meant as MiB. */
static bool is_about(double value, double claim)
{
    return value > claim / 1.25 && value < claim * 1.25;
}

static void say_claim(struct doc *doc, const json_t *cost)
{
    char claimed[SAY_BYTES], have[SAY_BYTES], reserved[SAY_BYTES];
    char factor[SAY_BYTES], name[COSTS_CELL_BYTES], place[COSTS_CELL_BYTES];
    struct fit taken = costs_fit(cost, "taken_bytes");
    struct fit virtual = costs_fit(cost, "virtual_bytes");
    const char *noun = costs_noun(cost);
    double claim = costs_claim(cost, noun, claimed);
    char verdict[3 * SAY_BYTES];

    if (!(claim > 0) || !costs_resolved(taken))
        return;
    if (is_about(taken.slope, claim))
        strcpy(verdict, "as claimed");
    else if (taken.slope < claim)
        snprintf(verdict, sizeof(verdict), "1/%s of the claimed %s",
                 say_factor(factor, claim / taken.slope), claimed);
    else
        snprintf(verdict, sizeof(verdict), "%s the claimed %s",
                 say_ratio(factor, taken.slope / claim), claimed);
    label_cell(name, cost, NULL);
    case_cell(place, cost, NULL);
    doc_item(doc,
             "%s in %s: one more %s takes " STRONG "%s" STRONG
             " of memory, %s, and %s of address space%s.",
             name, place, noun, costs_whole(have, taken.slope, false), verdict,
             costs_whole(reserved, virtual.slope, false),
             is_about(virtual.slope, claim)
                 ? ": that is the figure claimed, reserved but not used"
                 : "");
}

/* The first resolved entry of that noun in the same section and language. */
static const json_t *entry_of(const struct view *view, const json_t *like,
                              const char *noun)
{
    const json_t *costs = json_object_get(view->summary, "costs");

    for (size_t i = 0; i < json_array_size(costs); i++) {
        const json_t *cost = json_array_get(costs, i);
        const char *own = costs_noun(cost);

        if (own && strcmp(own, noun) == 0 && waits(cost) &&
            costs_resolved(costs_fit(cost, "taken_bytes")) &&
            json_equal(json_object_get(cost, "section"),
                       json_object_get(like, "section")) &&
            json_equal(json_object_get(cost, "peer"),
                       json_object_get(like, "peer")))
            return cost;
    }
    return NULL;
}

/* Thread against coroutine, as claimed and as measured. */
static void say_ratio_of(struct doc *doc, const struct view *view,
                         const json_t *thread)
{
    const json_t *other = entry_of(view, thread, "coroutine");
    char text[SAY_BYTES], ratio[SAY_BYTES], claimed[SAY_BYTES];
    double claims[2] = {costs_claim(thread, "thread", text),
                        costs_claim(thread, "coroutine", text)};

    if (!other || !(claims[0] > 0 && claims[1] > 0))
        return;
    doc_item(doc,
             "By the claim a thread takes %s what a coroutine takes; " CODE
             "%s" CODE " takes " STRONG "%s" STRONG " what " CODE "%s" CODE
             " takes.",
             say_ratio(claimed, claims[0] / claims[1]),
             view_text_or(thread, "label", ""),
             say_ratio(ratio, costs_fit(thread, "taken_bytes").slope /
                                  costs_fit(other, "taken_bytes").slope),
             view_text_or(other, "label", ""));
}

static void say_claims(struct doc *doc, const struct view *view)
{
    const json_t *costs = json_object_get(view->summary, "costs");
    const char *last = "";

    for (size_t i = 0; i < json_array_size(costs); i++) {
        const json_t *cost = json_array_get(costs, i);
        const char *article = view_text_or(cost, "article", "");

        if (waits(cost) && *article && strcmp(article, last) != 0)
            doc_paragraph(doc, "The claim: %s.", last = article);
        if (waits(cost))
            say_claim(doc, cost);
    }
    for (size_t i = 0; i < json_array_size(costs); i++) {
        const json_t *cost = json_array_get(costs, i);
        const char *noun = costs_noun(cost);

        if (noun && strcmp(noun, "thread") == 0 &&
            entry_of(view, cost, noun) == cost)
            say_ratio_of(doc, view, cost);
    }
}

/* ---- the chapter ---- */

static void write_waiting(struct doc *doc, const struct view *view,
                          const struct figure *figure)
{
    doc_heading(doc, 2, "costs", "What one more waiting task takes");
    doc_paragraph(
        doc,
        "A straight line through the medians of several batch sizes (their "
        "number "
        "and range stand under " STRONG "tasks" STRONG "); its slope "
        "is what one more task takes, ± half of its 95 %% interval. Read from "
        "/proc for all processes of a sample, at a moment at which all tasks "
        "were in flight, or in the middle of the batch where they take "
        "turns. " STRONG "Memory in all" STRONG
        " is resident memory, kernel stack and "
        "page tables; virtual size is address space, which takes nothing until "
        "it is used. Kernel stacks are the whole system's growth over the "
        "sample, less 16 KiB for each thread that others began meanwhile, or "
        "computed where that is said. Resident memory has the "
        "harness's own record of the task in "
        "it, 56 bytes in C. Socket buffers are not included.");
    costs_table(doc, view, waits, COLUMNS(waiting_columns));
    say_claims(doc, view);
    if (figure)
        doc_figure(doc, figure->stem, figure->title,
                   figure_caption(figure->kind), true);
}

/* The entry with the most or the least wall time a task, of those that are
 * resolved. */
static const json_t *extreme(const struct view *view, bool most)
{
    const json_t *costs = json_object_get(view->summary, "costs"), *best = NULL;

    for (size_t i = 0; i < json_array_size(costs); i++) {
        const json_t *cost = json_array_get(costs, i);
        struct fit fit = costs_fit(cost, "life_ns");

        if (!spawns(cost) || !costs_resolved(fit))
            continue;
        if (!best || (fit.slope > costs_fit(best, "life_ns").slope) == most)
            best = cost;
    }
    return best;
}

static void write_spawning(struct doc *doc, const struct view *view)
{
    const json_t *most = extreme(view, true), *least = extreme(view, false);
    char dear[SAY_BYTES], cheap[SAY_BYTES], ratio[SAY_BYTES];

    doc_heading(doc, any(view, waits) ? 3 : 2,
                any(view, waits) ? "spawning" : "costs",
                "What starting and ending one more task costs");
    doc_paragraph(doc, "Fitted likewise, to the time that open, run and close "
                       "take together for tasks that do nothing. " STRONG
                       "Wall time for none" STRONG " is where the line begins: "
                       "what the strategy takes before the first task. Times "
                       "are read; where the error is larger than the value, "
                       "one more task costs less than can be told here.");
    costs_table(doc, view, spawns, COLUMNS(spawn_columns));
    if (!most || most == least)
        return;
    double slopes[2] = {costs_fit(most, "life_ns").slope,
                        costs_fit(least, "life_ns").slope};
    doc_paragraph(
        doc,
        "Of those that can be told, one more task costs the most "
        "with " CODE "%s" CODE ", %s, %s the %s of " CODE "%s" CODE ".",
        view_text_or(most, "label", ""), costs_whole(dear, slopes[0], true),
        say_ratio(ratio, slopes[0] / slopes[1]),
        costs_whole(cheap, slopes[1], true), view_text_or(least, "label", ""));
}

void costs_write(struct doc *doc, const struct view *view,
                 const struct figure *figure)
{
    if (any(view, waits))
        write_waiting(doc, view, figure);
    if (any(view, spawns))
        write_spawning(doc, view);
}
