/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The short table for the terminal: a block a case, a line a strategy, with a
 * bar for the wall time. Of a sweep there is one block, a line a strategy with
 * its wall times across. Characters are counted as one column each; nothing
 * wraps from 40 columns on.
 */
#include "report.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "apart.h"
#include "say.h"
#include "verdict.h"

#define LABEL       18
#define WIDTH_LEAST 40
#define WIDTH_BARS  72 /* below that there is no room for bars */
#define WIDTH_MOST  120
#define NUMBER      8 /* of a sweep's column, at least */

enum paint { PLAIN, BOLD, DIM, GREEN, RED };

static const char *const paints[] = {[PLAIN] = "",
                                     [BOLD] = "\033[1m",
                                     [DIM] = "\033[2m",
                                     [GREEN] = "\033[32m",
                                     [RED] = "\033[31m"};

struct terminal {
    FILE *out;
    int width, number; /* number: of a sweep's column */
    bool colour;
};

/* How many characters a text has. */
static int columns(const char *text)
{
    int count = 0;
    for (; *text; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

/* Writes the text in so many columns, cut or padded; negative: to the right.
 * Control characters are shown as spaces. */
static void fit(struct terminal *t, const char *text, int room)
{
    int wide = abs(room), have = columns(text);
    for (int i = have; room < 0 && i < wide; i++)
        fputc(' ', t->out);
    int shown = 0;
    for (; *text; text++) {
        bool continues = ((unsigned char)*text & 0xc0) == 0x80;
        if (!continues && shown == wide - (have > wide)) {
            fputs("…", t->out);
            shown++;
            break;
        }
        shown += !continues;
        fputc((unsigned char)*text < ' ' || *text == 127 ? ' ' : *text, t->out);
    }
    for (; room > 0 && shown < wide; shown++)
        fputc(' ', t->out);
}

static void paint(struct terminal *t, enum paint paint)
{
    if (t->colour && paint != PLAIN)
        fputs(paints[paint], t->out);
}

static void unpaint(struct terminal *t)
{
    if (t->colour)
        fputs("\033[0m", t->out);
}

/* What a case's lines leave for the labels. */
static int label_room(const struct terminal *t)
{
    int room = t->width - 2 - 9 - 9 - 8;
    return t->width >= WIDTH_BARS || room > LABEL ? LABEL : room;
}

/* A bar of eighths of a column; something can always be seen. */
static void bar(struct terminal *t, double part, int room)
{
    static const char *const eighths[] = {"",  "▏", "▎", "▍",
                                          "▌", "▋", "▊", "▉"};
    int full = isfinite(part) ? (int)lround(part * room * 8) : 0;
    int used = 0;
    full = full < 1 ? 1 : full > room * 8 ? room * 8 : full;
    for (; used < full / 8; used++)
        fputs("█", t->out);
    fputs(eighths[full % 8], t->out);
    for (used += full % 8 > 0; used < room; used++)
        fputc(' ', t->out);
}

static bool leads(const struct view_case *c, const struct view_entry *e)
{
    bool yes = false;
    verdict_leaders(c, e, &yes);
    return yes;
}

/* ---- a case ---- */

/* The column after the time: the speed-up, with its interval where that fits;
 * of an open load, what the tasks took by their own clocks. */
static char *middle(char *text, size_t size, const struct view_case *c,
                    const struct view_entry *e, bool interval)
{
    char ratio[SAY_BYTES], spread[SAY_BYTES];
    *text = '\0';
    if (view_open_load(c)) {
        snprintf(text, size, "%s", say_time(ratio, e->latency.p99));
    } else if (e == c->base) {
        snprintf(text, size, "baseline");
    } else if (isfinite(e->speedup.median)) {
        say_spread(spread, &e->speedup, say_factor);
        snprintf(text, size, "%s%s%s", say_ratio(ratio, e->speedup.median),
                 interval && *spread ? " " : "", interval ? spread : "");
    }
    return text;
}

/* The last column. */
static char *part(char *text, const struct view_case *c,
                  const struct view_entry *e)
{
    return say_percent(text, view_open_load(c) ? e->behind : e->efficiency);
}

/* Who did best is green; who fell behind an open load, red. */
static enum paint shade_of(const struct view_case *c,
                           const struct view_entry *e)
{
    return !verdict_kept_up(e) ? RED : leads(c, e) ? GREEN : PLAIN;
}

/* "libev_loop      45.1 ms    88.7×     89 %", where there is little room. */
static void entry_narrow(struct terminal *t, const struct view_case *c,
                         const struct view_entry *e)
{
    char text[3 * SAY_BYTES];
    fputs("  ", t->out);
    paint(t, shade_of(c, e));
    fit(t, e->label, label_room(t));
    fit(t, say_time(text, view_ranked(e)->median), -9);
    fit(t, middle(text, sizeof(text), c, e, false), -9);
    fit(t, part(text, c, e), -8);
    unpaint(t);
    fputc('\n', t->out);
}

/* "libev_loop          45.1 ms ▏     88.7× [87.9, 89.4]  89 %" */
static void entry_line(struct terminal *t, const struct view_case *c,
                       const struct view_entry *e, double most)
{
    char text[3 * SAY_BYTES];
    int room = t->width - LABEL - 9 - 1 - 27 - 9 - 3;
    fputs("  ", t->out);
    paint(t, shade_of(c, e));
    fit(t, e->label, LABEL);
    fit(t, say_time(text, view_ranked(e)->median), -9);
    fputc(' ', t->out);
    bar(t, view_ranked(e)->median / most, room > 4 ? room : 4);
    fputc(' ', t->out);
    fit(t, middle(text, sizeof(text), c, e, true), -26);
    fit(t, part(text, c, e), -9);
    unpaint(t);
    fputc('\n', t->out);
}

/* "2 of 7 tasks failed: connect 2", below what it is about. */
static void failed_line(struct terminal *t, const char *text, int indent)
{
    int room = t->width - indent;
    for (int i = 0; i < indent; i++)
        fputc(' ', t->out);
    paint(t, RED);
    fit(t, text, columns(text) < room ? columns(text) : room);
    unpaint(t);
    fputc('\n', t->out);
}

static void missing_line(struct terminal *t, const struct view_entry *e)
{
    char text[512];
    int label = label_room(t);
    snprintf(text, sizeof(text), "%s: %s",
             e->status == VIEW_FAILED ? "failed" : "absent",
             e->reason ? e->reason : "no sample");
    fputs("  ", t->out);
    paint(t, e->status == VIEW_FAILED ? RED : DIM);
    fit(t, e->label, label - 1);
    fputc(' ', t->out);
    int room = t->width - label - 2;
    fit(t, text, columns(text) < room ? columns(text) : room);
    unpaint(t);
    fputc('\n', t->out);
}

static void heading(struct terminal *t, const char *name, const char *about)
{
    char text[512];
    fputc('\n', t->out);
    paint(t, BOLD);
    snprintf(text, sizeof(text), "%.200s", name);
    fit(t, text, columns(text) < t->width ? columns(text) : t->width);
    unpaint(t);
    int room = t->width - columns(text) - 2;
    if (room > 10 && *about) {
        fputs("  ", t->out);
        fit(t, about, columns(about) < room ? columns(about) : room);
    }
    fputc('\n', t->out);
}

/* The text, where it is the same under every measured strategy. */
static bool said_alike(const struct view_case *c, sayer *say, char *text,
                       size_t size)
{
    char other[256];
    *text = '\0';
    for (size_t i = 0; i < c->count; i++) {
        if (!view_measured(&c->entries[i]))
            continue;
        say(other, sizeof(other), &c->entries[i]);
        if (!*other || (*text && strcmp(text, other) != 0))
            return false;
        snprintf(text, size, "%s", other);
    }
    return *text != '\0';
}

static void case_heads(struct terminal *t, const struct view_case *c)
{
    bool open = view_open_load(c), narrow = t->width < WIDTH_BARS;
    char due[SAY_BYTES];
    snprintf(due, sizeof(due), "due p%g", 100 * c->quantile);
    fputs("  ", t->out);
    paint(t, DIM);
    fit(t, "", label_room(t));
    fit(t, open ? due : "wall time", -9);
    if (narrow)
        fit(t, open ? "start p99" : "speed-up", -9);
    else
        fit(t, open ? "from start p99" : "speed-up",
            -(t->width - LABEL - 9 - 9 - 3));
    fit(t, open ? "late" : narrow ? "ideal" : "its ideal", narrow ? -8 : -10);
    unpaint(t);
    fputc('\n', t->out);
}

static sayer *const sayers[] = {say_unverified, say_failed, say_statuses};
#define SAYERS (sizeof(sayers) / sizeof(*sayers))

/* A line a strategy, below it what is to be said of this one alone; what holds
 * for all of them comes last. */
static void case_lines(struct terminal *t, const struct view_case *c,
                       double most)
{
    char text[288], common[SAYERS][256];
    bool alike[SAYERS];
    for (size_t s = 0; s < SAYERS; s++)
        alike[s] = said_alike(c, sayers[s], common[s], sizeof(common[s]));
    for (size_t i = 0; i < c->count; i++) {
        const struct view_entry *e = &c->entries[i];
        if (!view_measured(e)) {
            missing_line(t, e);
            continue;
        }
        if (t->width < WIDTH_BARS)
            entry_narrow(t, c, e);
        else
            entry_line(t, c, e, most);
        for (size_t s = 0; s < SAYERS; s++)
            if (!alike[s] && *sayers[s](text, sizeof(text), e))
                failed_line(t, text, 2 + label_room(t) + 2);
    }
    for (size_t s = 0; s < SAYERS; s++) {
        snprintf(text, sizeof(text), "under every strategy, %.250s", common[s]);
        if (alike[s])
            failed_line(t, text, 2);
    }
}

/* Who shares the first place. */
static void tie_line(struct terminal *t, const struct view_case *c)
{
    int room = t->width - 2;
    char *text = verdict_tie_within(c, room);
    if (text) {
        fputs("  ", t->out);
        fit(t, text, columns(text) < room ? columns(text) : room);
        fputc('\n', t->out);
    }
    free(text);
}

static void case_block(struct terminal *t, const struct view_case *c)
{
    char about[320], ideal[SAY_BYTES], text[480];
    double most = 0;
    bool open = view_open_load(c);
    snprintf(text, sizeof(text), "%s%s%s", say_case(about, sizeof(about), c),
             open ? "" : "; ideal ", open ? "" : say_time(ideal, c->ideal));
    heading(t, c->name, text);
    if (*say_steps(about, sizeof(about), c, "")) {
        int room = t->width - 2;
        fputs("  ", t->out);
        fit(t, about, columns(about) < room ? columns(about) : room);
        fputc('\n', t->out);
    }
    for (size_t i = 0; i < c->count; i++)
        if (view_measured(&c->entries[i]))
            most = fmax(most, view_ranked(&c->entries[i])->median);
    if (most > 0)
        case_heads(t, c);
    case_lines(t, c, most);
    tie_line(t, c);
}

/* ---- a sweep ---- */

/* The swept values of a case: "100", or "100 8" for two axes. */
static void values(char *text, size_t size, const struct view_case *c)
{
    const char *key;
    json_t *value;
    *text = '\0';
    json_object_foreach ((json_t *)c->axes, key, value) {
        size_t used = strlen(text);
        snprintf(text + used, size - used, "%s%s", used ? " " : "",
                 json_is_string(value) ? json_string_value(value) : "");
    }
}

/* After a number that is not quite what it seems. */
static const char *mark_of(const struct view_entry *e)
{
    return e->unverified ? "?" : view_failed(e) > 0 ? "!" : "";
}

static void sweep_cell(struct terminal *t, const struct view_case *c,
                       const char *label)
{
    const struct view_entry *e = view_label(c, label);
    char wall[SAY_BYTES], text[SAY_BYTES + 4] = "";
    enum paint shade = PLAIN;
    if (e && view_measured(e)) {
        say_time(text, view_ranked(e)->median);
        shade = view_failed(e) > 0 ? RED : shade_of(c, e);
        strcat(text, mark_of(e));
    } else if (e && e->computed) {
        snprintf(text, sizeof(text), "(%s)", say_time(wall, e->ideal));
        shade = DIM;
    } else if (e) {
        strcpy(text, e->status == VIEW_FAILED ? "failed" : "absent");
        shade = e->status == VIEW_FAILED ? RED : DIM;
    }
    paint(t, shade);
    fit(t, text, -t->number);
    unpaint(t);
}

/* So many cases of a section as fit across, one line a strategy. */
static void sweep_part(struct terminal *t, const struct view_case *cases,
                       size_t count)
{
    char text[SAY_BYTES];
    fputs("  ", t->out);
    paint(t, DIM);
    const char *key;
    json_t *value;
    char keys[SAY_BYTES] = "";
    json_object_foreach ((json_t *)cases[0].axes, key, value) {
        size_t used = strlen(keys);
        snprintf(keys + used, sizeof(keys) - used, "%s%s", used ? " " : "",
                 key);
    }
    fit(t, keys, LABEL);
    for (size_t i = 0; i < count; i++) {
        values(text, sizeof(text), &cases[i]);
        fit(t, text, -t->number);
    }
    unpaint(t);
    fputc('\n', t->out);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < cases[i].count; k++) {
            const char *label = cases[i].entries[k].label;
            bool seen = false;
            for (size_t j = 0; j < i; j++)
                seen = seen || view_label(&cases[j], label);
            if (seen)
                continue;
            fputs("  ", t->out);
            fit(t, label, LABEL);
            for (size_t j = 0; j < count; j++)
                sweep_cell(t, &cases[j], label);
            fputc('\n', t->out);
        }
}

/* The width of a column: a number, or one in parentheses, a mark, and a space;
 * `marks` gets those that there are. */
static int number_room(const struct view_case *cases, size_t count,
                       char marks[3])
{
    char text[SAY_BYTES];
    int most = NUMBER;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < cases[i].count; k++) {
            const struct view_entry *e = &cases[i].entries[k];
            const char *mark = view_measured(e) ? mark_of(e) : "";
            int room = view_measured(e)
                           ? columns(say_time(text, view_ranked(e)->median))
                       : e->computed ? columns(say_time(text, e->ideal)) + 2
                                     : 6;
            if (*mark && !strchr(marks, *mark))
                strcat(marks, mark);
            room += 1 + (*mark != 0);
            most = room > most ? room : most;
        }
    return most;
}

static void sweep_block(struct terminal *t, const struct view *view,
                        const struct view_section *s)
{
    char marks[3] = "";
    t->number = number_room(&view->cases[s->first], s->count, marks);
    int room = (t->width - 2 - LABEL) / t->number;
    size_t across = room > 1 ? (size_t)room : 1;
    char text[SAY_BYTES + 60] = "median wall time";
    if (view_open_load(&view->cases[s->first]))
        snprintf(text, sizeof(text), "p%g from when tasks were due",
                 100 * view->cases[s->first].quantile);
    strcat(text, strchr(marks, '!') ? "; ! some of the tasks failed" : "");
    strcat(text, strchr(marks, '?') ? "; ? unverified" : "");
    heading(t, view->cases[s->first].section, text);
    for (size_t i = 0; i < s->count; i += across)
        sweep_part(t, &view->cases[s->first + i],
                   s->count - i < across ? s->count - i : across);
}

/* A sentence, if there is one, on a line of its own. */
static void paragraph(FILE *out, const struct view *view,
                      void (*write)(FILE *, const struct view *))
{
    char *text = NULL;
    size_t size = 0;
    FILE *sentence = open_memstream(&text, &size);
    if (!sentence)
        return;
    write(sentence, view);
    if (fclose(sentence) == 0 && size > 0)
        fprintf(out, "%s\n", text);
    free(text);
}

void report_terminal(FILE *out, const json_t *summary, int width, bool colour)
{
    struct view view;
    struct terminal t = {.out = out, .colour = colour};
    t.width = width < WIDTH_LEAST  ? WIDTH_LEAST
              : width > WIDTH_MOST ? WIDTH_MOST
                                   : width;
    if (!view_open(&view, json_object_get(summary, "run"), summary))
        return;
    for (size_t i = 0; i < view.section_count; i++)
        if (view.sections[i].count > 1)
            sweep_block(&t, &view, &view.sections[i]);
        else
            case_block(&t, &view.cases[view.sections[i].first]);
    fputc('\n', out);
    paragraph(out, &view, apart_resolution);
    paragraph(out, &view, apart_alarms);
    paragraph(out, &view, apart_stopping);
    if (json_array_size(json_object_get(summary, "discards"))) {
        verdict_again(out, &view);
        fputc('\n', out);
    }
    if (json_array_size(json_object_get(summary, "invalid"))) {
        verdict_standing(out, &view);
        fputc('\n', out);
    }
    view_close(&view);
}
