/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The answer on a terminal. Characters are counted as one column each.
 */
#include "answer.h"

#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "../report/say.h"
#include "../report/verdict.h"
#include "../suite/words.h"

#define COLUMNS 80
#define LABEL   19
#define INDENT  2

/* ---- text ---- */

static int columns(const char *text, size_t length)
{
    int count = 0;

    for (size_t i = 0; i < length; i++)
        count += ((unsigned char)text[i] & 0xc0) != 0x80;
    return count;
}

/* Lines of at most COLUMNS; the first goes on from column `at`, the others
 * begin at `indent`. */
static void fill(FILE *out, const char *text, int at, int indent)
{
    bool first = true;

    while (*text) {
        size_t length = strcspn(text, " ");
        int wide = columns(text, length);

        if (!first && at + 1 + wide > COLUMNS) {
            fprintf(out, "\n%*s", indent, "");
            at = indent;
        } else if (!first) {
            fputc(' ', out);
            at++;
        }
        fwrite(text, 1, length, out);
        at += wide;
        text += length + (text[length] == ' ');
        first = false;
    }
    fputc('\n', out);
}

__attribute__((format(printf, 3, 4))) static void fill_format(
    FILE *out, int indent, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    char *text = words_vprintf(format, arguments);
    va_end(arguments);
    if (text) {
        fprintf(out, "%*s", indent, "");
        fill(out, text, indent, indent);
    }
    free(text);
}

/* In so many columns; negative: to the right. */
static void put(FILE *out, const char *text, int room)
{
    int have = columns(text, strlen(text));

    for (int i = have; i < -room; i++)
        fputc(' ', out);
    fputs(text, out);
    for (int i = have; i < room; i++)
        fputc(' ', out);
}

/* "312 ms [305, 320]"; where there is no interval, the range: "312 ms (305 to
 * 320)". */
static char *say_around(char *buf, size_t size, const struct spread *s,
                        char *(*one)(char *, double))
{
    char middle[SAY_BYTES], lo[SAY_BYTES], hi[SAY_BYTES];
    bool interval = isfinite(s->lo) && isfinite(s->hi);
    bool range = isfinite(s->min) && s->min < s->max;

    one(middle, s->median);
    one(lo, interval ? s->lo : s->min);
    one(hi, interval ? s->hi : s->max);
    say_unit_once(middle, lo, hi);
    if (interval || range)
        snprintf(buf, size,
                 interval ? "%.40s [%.40s, %.40s]" : "%.40s (%.40s to %.40s)",
                 middle, lo, hi);
    else
        snprintf(buf, size, "%.40s", middle);
    return buf;
}

/* ---- the answer ---- */

static void print_ties(FILE *out, const struct answer *a)
{
    const struct choice *ch = &a->choice;
    char *text = NULL;
    size_t size, count = 0;
    FILE *names = open_memstream(&text, &size);

    if (!names)
        return;
    fprintf(names, "Not told apart from ");
    for (size_t i = 0; i < ch->tied; i++)
        if (ch->list[i] != ch->use)
            fprintf(names, "%s%s", count++ ? ", " : "", ch->list[i]->label);
    if (!view_open_load(ch->c))
        verdict_close(names, ch->c, ch->list, ch->tied);
    fputs(": a tie. None of these costs clearly less: CPU time a task, then "
          "memory, then threads and processes.",
          names);
    if (fclose(names) == 0 && count)
        fill_format(out, INDENT, "%s", text);
    free(text);
}

/* "3.1× [3.0, 3.2] as fast as thread_pool (next)" */
static void say_next(char *buf, size_t size, const struct answer *a)
{
    char around[3 * SAY_BYTES];
    struct spread times;

    *buf = '\0';
    if (!a->choice.next)
        return;
    times = choice_times(&a->choice, a->choice.next);
    snprintf(buf, size, ", %s as fast as %s (next)",
             say_around(around, sizeof(around), &times, say_ratio),
             a->choice.next->label);
}

/* The headline, as firm as what it rests on; what is known of others where
 * that is a warm-up. */
static void print_headline(FILE *out, const struct answer *a)
{
    const struct view_entry *use = a->choice.use, *next;
    const char *gist = answer_gist(a, use);
    char times[SAY_BYTES];

    if (!answer_alone(a, &next))
        fill_format(out, 0, "Use %s: %s.", use->label, gist);
    else if (!next || next->first_wall < use->first_wall)
        fill_format(out, 0,
                    "Not compared, for want of time: %s, the only one that was "
                    "measured: %s.",
                    use->label, gist);
    else
        fill_format(out, 0,
                    "Fastest in one warm-up, not compared: %s: %s. There it "
                    "was %s× as fast as %s, the next.",
                    use->label, gist,
                    say_factor(times, next->first_wall / use->first_wall),
                    next->label);
}

static void print_use(FILE *out, const struct answer *a)
{
    const struct choice *ch = &a->choice;
    char around[3 * SAY_BYTES], next[512], part[SAY_BYTES], share[SAY_BYTES];

    if (!ch->use) {
        fputs("No answer: nothing that could be used was measured in time.\n",
              out);
        return;
    }
    print_headline(out, a);
    say_around(around, sizeof(around), view_ranked(ch->use), say_time);
    say_next(next, sizeof(next), a);
    say_percent(part, ch->c->ideal / ch->use->wall.median);
    say_percent(share, ch->c->quantile);
    if (view_open_load(ch->c))
        fill_format(out, INDENT,
                    "%s of its tasks were done within %s of when they were "
                    "due%s. %s",
                    share, around, next,
                    verdict_kept_up(ch->use) ? "It keeps up with the rate."
                                             : "Nobody kept up with the rate.");
    else if (ch->c->ideal > 0)
        fill_format(out, INDENT, "%s%s; %s of the ideal.", around, next, part);
    else
        fill_format(out, INDENT, "%s%s.", around, next);
    print_ties(out, a);
}

/* ---- the table ---- */

/* Columns; negative: to the right. */
#define WALL    24
#define TIMES   (-6)
#define CPU     (-11)
#define MEMORY  (-10)
#define THREADS (-8)

static void print_heads(FILE *out, const struct view_case *c)
{
    char due[SAY_BYTES];

    snprintf(due, sizeof(due), "p%g from due", 100 * c->quantile);
    fprintf(out, "\n%*s", INDENT, "");
    put(out, "candidate", LABEL);
    put(out, view_open_load(c) ? due : "wall time", WALL);
    put(out, "times", TIMES);
    put(out, "CPU a task", CPU);
    put(out, "memory", MEMORY);
    put(out, "threads", THREADS);
    fputc('\n', out);
}

static void print_figures(FILE *out, const struct answer *a,
                          const struct view_entry *e)
{
    char text[3 * SAY_BYTES], failed[256];
    double times =
        a->choice.use ? choice_times(&a->choice, e).median : (double)NAN;

    put(out, say_around(text, sizeof(text), view_ranked(e), say_time), WALL);
    put(out, say_factor(text, times), TIMES);
    put(out, say_time(text, e->cpu), CPU);
    put(out, say_bytes(text, e->rss), MEMORY);
    put(out, say_count(text, e->threads), THREADS);
    fputc('\n', out);
    if (*say_failed(failed, sizeof(failed), e))
        fill_format(out, INDENT + LABEL, "%s", failed);
    if (!verdict_kept_up(e))
        fill_format(out, INDENT + LABEL,
                    "did not keep up with the rate: %s late",
                    say_percent(text, e->behind));
}

static void print_entry(FILE *out, const struct answer *a,
                        const struct view_entry *e)
{
    char reason[512];

    fprintf(out, "%*s", INDENT, "");
    put(out, e->label, LABEL - 1);
    fputc(' ', out);
    if (view_measured(e))
        print_figures(out, a, e);
    else
        fill(out, answer_reason(reason, sizeof(reason), a, e), INDENT + LABEL,
             INDENT + LABEL);
}

static void print_table(FILE *out, const struct answer *a)
{
    const struct choice *ch = &a->choice;

    if (ch->count + ch->apart)
        print_heads(out, ch->c);
    else
        fputc('\n', out);
    for (size_t i = 0; i < ch->all; i++) {
        if (ch->apart && i == ch->count)
            fprintf(out, "%*scannot fetch real URLs, for comparison:\n", INDENT,
                    "");
        if (i > 0 && i == ch->count + ch->apart)
            fprintf(out, "%*sleft out:\n", INDENT, "");
        print_entry(out, a, ch->list[i]);
    }
}

/* ---- what it costs ---- */

static void print_costs(FILE *out, const struct answer *a)
{
    const struct view_entry *e = a->choice.use;
    char threads[SAY_BYTES], links[SAY_BYTES + 20] = "", memory[SAY_BYTES];
    char cores[SAY_BYTES], cpu[SAY_BYTES], text[SAY_BYTES];

    if (!e || isnan(e->cpu))
        return;
    if (e->connections > 0)
        snprintf(links, sizeof(links), ", %s connection%s",
                 say_count(text, e->connections),
                 e->connections == 1 ? "" : "s");
    fputc('\n', out);
    fill_format(out, 0,
                "It costs %s thread%s%s, %s of memory in all, and %s of CPU "
                "time a task: %s of a core while it runs.",
                say_count(threads, e->threads), e->threads == 1 ? "" : "s",
                links, say_bytes(memory, e->rss), say_time(cpu, e->cpu),
                say_rate(cores, e->cores.median));
}

/* ---- the whole ---- */

static void print_sentence(void *self, const char *text)
{
    FILE *out = self;

    fputs("  - ", out);
    fill(out, text, 4, 4);
}

static void print_doubts(FILE *out, const struct answer *a)
{
    char *text = NULL;
    size_t size;
    FILE *all = open_memstream(&text, &size);

    if (!all)
        return;
    answer_doubts(a, print_sentence, all);
    if (fclose(all) == 0 && size)
        fprintf(out, "\nWhat this cannot tell:\n%s", text);
    free(text);
}

static void print_assumed(FILE *out, const struct answer *a)
{
    size_t i;
    const json_t *text;

    fputs("assumed:", out);
    char *line = NULL;
    size_t size;
    FILE *all = open_memstream(&line, &size);
    if (!all)
        return;
    json_array_foreach (a->assumed, i, text)
        fprintf(all, "%s%s", i ? "; " : "", json_string_value(text));
    if (fclose(all) == 0 && size) {
        fputc(' ', out);
        fill(out, line, 9, 9);
    } else {
        fputs(" nothing\n", out);
    }
    free(line);
}

void answer_print(FILE *out, const struct answer *a)
{
    char load[1024], time[SAY_BYTES];

    fputs("load:    ", out);
    fill(out, answer_load(load, sizeof(load), a), 9, 9);
    print_assumed(out, a);
    fputc('\n', out);
    print_use(out, a);
    print_table(out, a);
    print_costs(out, a);
    if (a->choice.use)
        fputs("\nHow sure:\n", out);
    answer_sure(a, print_sentence, out);
    print_doubts(out, a);
    fprintf(out, "\nanswered in %s; every sample and figure:\n%s/report.html\n",
            say_time(time, (double)(now_ns() - a->began)), a->folder);
}
