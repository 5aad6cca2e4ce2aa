/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The comparison as Markdown for a pull request: the sum, what a reader must
 * know, a table of what changed, and the rest folded. GitHub's dialect.
 */
#include "../suite/shown.h"
#include "parts.h"

#include <string.h>

/* A name as code, in a table too: nothing in it is markup. */
static void code(FILE *out, const char *text)
{
    char shown[512];

    fputc('`', out);
    for (const char *p = shown_text(shown, sizeof shown, text); *p; p++) {
        if (*p == '|')
            fputc('\\', out);
        fputc(*p == '`' ? '\'' : *p, out);
    }
    fputc('`', out);
}

/* Words from the runs in a sentence. */
static void prose(FILE *out, const char *text)
{
    char shown[1024];

    for (const char *p = shown_text(shown, sizeof shown, text); *p; p++) {
        if (strchr("\\`*_{}[]<>#|&~", *p) != NULL)
            fputc('\\', out);
        fputc(*p, out);
    }
}

static void head(FILE *out, const struct comparison *c)
{
    fprintf(out,
            "| case | strategy | %s, old → new | time | 95 %% interval "
            "| Cliff's delta | p | p, corrected | verdict |\n"
            "| --- | --- | --: | --: | --: | --: | --: | --: | --- |\n",
            c->request.absolute ? "wall time" : "speed-up");
}

static void row_line(FILE *out, const struct compare_row *row)
{
    char text[WORDS_BYTES], more[WORDS_BYTES];
    const char *mark = row->verdict < COMPARE_UNRESOLVED ? "**" : "";

    fputs("| ", out);
    code(out, row->in_case);
    fputs(" | ", out);
    code(out, row->label);
    fprintf(out, " | %s → %s", words_value(text, row, 0),
            words_value(more, row, 1));
    fprintf(out, " | %s | %s", words_shift(text, row->shift),
            words_interval(more, row->lo, row->hi));
    fprintf(out, " | %+.2f | %s | %s", row->cliff, words_p(text, row->p),
            words_p(more, row->corrected));
    fprintf(out, " | %s%s%s", mark, compare_words[row->verdict], mark);
    if (row->few && row->verdict == COMPARE_UNRESOLVED)
        fprintf(out, ": too few samples, %zu and %zu", row->samples[0],
                row->samples[1]);
    fputs(" |\n", out);
}

/* The rows from verdict `first` to `last`; nothing where there are none. */
static void table(FILE *out, const struct comparison *c,
                  enum compare_verdict first, enum compare_verdict last)
{
    size_t count = 0;

    for (enum compare_verdict v = first; v <= last; v++)
        count += c->verdicts[v];
    if (count == 0)
        return;
    head(out, c);
    for (size_t i = 0; i < c->count; i++)
        if (c->rows[i].verdict >= first && c->rows[i].verdict <= last)
            row_line(out, &c->rows[i]);
    fputc('\n', out);
}

static void gaps(FILE *out, const struct comparison *c)
{
    if (c->gap_count > 0)
        fputs("Not compared:\n\n", out);
    for (size_t i = 0; i < c->gap_count; i++) {
        fputs("- ", out);
        code(out, c->gaps[i].what);
        fputs(": ", out);
        prose(out, c->gaps[i].why);
        fputc('\n', out);
    }
    if (c->gap_count > 0)
        fputc('\n', out);
}

void compare_markdown(FILE *out, const struct comparison *c)
{
    char text[1024], sum[WORDS_BYTES];

    fprintf(out, "### concur: %s\n\n", words_sum(sum, c));
    for (int side = 0; side < 2; side++) {
        fputs(side == 0 ? "From " : " to ", out);
        prose(out, words_run(text, sizeof text, c->runs[side],
                             c->request.dirs[side]));
    }
    fprintf(out, ". Threshold %g %%, %s.\n\n", 100 * c->request.threshold,
            c->request.absolute ? "wall times"
                                : "times as ratios to each run's own baseline");
    for (size_t i = 0; i < c->note_count; i++) {
        fputs("- ", out);
        prose(out, c->notes[i]);
        fputs(i + 1 < c->note_count ? "\n" : "\n\n", out);
    }
    table(out, c, COMPARE_SLOWER, COMPARE_FASTER);
    if (c->count + c->gap_count ==
        c->verdicts[COMPARE_SLOWER] + c->verdicts[COMPARE_FASTER])
        return;
    fprintf(out,
            "<details><summary>%zu not resolved, %zu baseline%s, %zu not "
            "compared</summary>\n\n",
            c->verdicts[COMPARE_UNRESOLVED], c->verdicts[COMPARE_BASELINE],
            c->verdicts[COMPARE_BASELINE] == 1 ? "" : "s", c->gap_count);
    table(out, c, COMPARE_UNRESOLVED, COMPARE_BASELINE);
    gaps(out, c);
    fputs("Not resolved does not mean the same: the samples show neither. A "
          "verdict needs the whole interval beyond the threshold and a "
          "corrected p below 0.05.\n\n</details>\n",
          out);
}
