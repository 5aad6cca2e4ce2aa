/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The comparison as a table for the terminal: a block a case, a line a
 * strategy. Characters are counted as one column each; long names are cut.
 */
#include "../stats/rank.h"
#include "../suite/shown.h"
#include "parts.h"

#include <stdlib.h>
#include <string.h>

#define LABEL    20
#define SHIFT    9
#define INTERVAL 17
#define CLIFF    7
#define P        9

struct table {
    FILE *out;
    bool colour;
};

static const char *const paints[COMPARE_VERDICTS] = {
    [COMPARE_SLOWER] = "\033[31m",
    [COMPARE_FASTER] = "\033[32m",
    [COMPARE_UNRESOLVED] = "\033[2m",
    [COMPARE_BASELINE] = "",
};

/* How many characters a text has. */
static int columns(const char *text)
{
    int count = 0;

    for (; *text; text++)
        count += ((unsigned char)*text & 0xc0) != 0x80;
    return count;
}

/* The text in so many columns; negative: to the right. What is too long is
 * cut, what a terminal would obey is shown. */
static void cell(const struct table *t, const char *text, int room)
{
    char shown[512];
    int wide = abs(room), have, left;
    size_t bytes = 0;

    shown_text(shown, sizeof shown, text);
    have = columns(shown);
    left = have > wide ? wide - 1 : have;
    if (room < 0)
        fprintf(t->out, "%*s", wide - left - (have > wide), "");
    for (; shown[bytes] && left > 0; left--)
        do
            bytes++;
        while (((unsigned char)shown[bytes] & 0xc0) == 0x80);
    fprintf(t->out, "%.*s%s", (int)bytes, shown, have > wide ? "…" : "");
    if (room > 0 && have < wide)
        fprintf(t->out, "%*s", wide - have, "");
}

/* Lines of the form "  text". */
static void line(const struct table *t, const char *text)
{
    char shown[1024];

    fprintf(t->out, "  %s\n", shown_text(shown, sizeof shown, text));
}

static void row_line(const struct table *t, const struct compare_row *row)
{
    char text[WORDS_BYTES], more[WORDS_BYTES];

    fputs("  ", t->out);
    cell(t, row->label, LABEL);
    cell(t, words_shift(text, row->shift), -SHIFT);
    fputs("  ", t->out);
    cell(t, words_interval(text, row->lo, row->hi), INTERVAL);
    snprintf(text, sizeof text, "%+.2f", row->cliff);
    cell(t, text, -CLIFF);
    if (row->verdict == COMPARE_BASELINE) {
        fprintf(t->out, "  %s → %s\n", words_value(text, row, 0),
                words_value(more, row, 1));
        return;
    }
    cell(t, words_p(text, row->corrected), -P);
    if (t->colour)
        fputs(paints[row->verdict], t->out);
    fprintf(t->out, "  %s", compare_words[row->verdict]);
    if (t->colour)
        fputs("\033[0m", t->out);
    fputc('\n', t->out);
}

static void case_head(const struct table *t, const struct compare_row *row)
{
    fputc('\n', t->out);
    cell(t, row->in_case, LABEL + 2);
    cell(t, "time", -SHIFT);
    fputs("  ", t->out);
    cell(t, "95 % interval", INTERVAL);
    cell(t, "Cliff", -CLIFF);
    cell(t, "p (Holm)", -P);
    fputc('\n', t->out);
}

static void few_lines(const struct table *t, const struct comparison *c)
{
    const struct compare_row *few = NULL;
    size_t count = 0;

    for (size_t i = 0; i < c->count; i++)
        if (c->rows[i].few && c->rows[i].verdict != COMPARE_BASELINE) {
            few = few == NULL ? &c->rows[i] : few;
            count++;
        }
    if (count > 0)
        fprintf(t->out,
                "\n%zu not resolved for too few samples: %s, %s has %zu and "
                "%zu, %d a side are needed\n",
                count, few->in_case, few->label, few->samples[0],
                few->samples[1], RANK_MIN_SAMPLES);
}

void compare_terminal(FILE *out, const struct comparison *c, bool colour)
{
    struct table t = {out, colour};
    char text[1024], sum[WORDS_BYTES];

    for (int side = 0; side < 2; side++)
        fprintf(
            out, "%s  %s\n", side == 0 ? "OLD" : "NEW",
            words_run(text, sizeof text, c->runs[side], c->request.dirs[side]));
    for (size_t i = 0; i < c->note_count; i++)
        line(&t, c->notes[i]);
    for (size_t i = 0; i < c->count; i++) {
        if (i == 0 || strcmp(c->rows[i].in_case, c->rows[i - 1].in_case) != 0)
            case_head(&t, &c->rows[i]);
        row_line(&t, &c->rows[i]);
    }
    few_lines(&t, c);
    if (c->gap_count > 0)
        fputs("\nnot compared\n", out);
    for (size_t i = 0; i < c->gap_count; i++) {
        snprintf(text, sizeof text, "%s: %s", c->gaps[i].what, c->gaps[i].why);
        line(&t, text);
    }
    fprintf(out, "\n%s (%s, threshold %g %%)\n", words_sum(sum, c),
            c->request.absolute ? "wall times" : "ratios to the baseline",
            100 * c->request.threshold);
}
