/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Two runs compared, strategy by strategy: what shifted, how surely, and what
 * that is called. Reads results only.
 *
 * What is compared is a sample's wall time as a ratio to its baseline's in the
 * same round, since the machine drifts between runs; or the wall time itself.
 * In an open load it is the slow end of the tasks' times (stats/tails.h).
 * The shift is that of the logarithms, so it is a factor. What the two runs
 * cannot tell is whether all that the machine does to one strategy and not to
 * its baseline is the same in both.
 */
#ifndef CONCUR_COMPARE_H
#define CONCUR_COMPARE_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

struct compare_request {
    const char *dirs[2]; /* OLD, NEW: folders of runs */
    double threshold;    /* a part: 0.05; 0 up to 1 */
    bool absolute;       /* judge wall times, not ratios */
};

enum compare_verdict {
    COMPARE_SLOWER, /* the whole interval beyond the threshold, and p */
    COMPARE_FASTER,
    COMPARE_UNRESOLVED, /* neither is shown; not: they are the same */
    COMPARE_BASELINE,   /* what the others are measured by; not judged */
    COMPARE_VERDICTS,
};

extern const char *const compare_words[COMPARE_VERDICTS];

/* A strategy in a case that both runs have. */
struct compare_row {
    const char *in_case, *label; /* borrowed from the runs */
    bool wall;                   /* values are times, else speed-ups */
    size_t samples[2];           /* of OLD and NEW; so of what follows */
    double values[2];            /* medians: ns, or a factor */
    double shift, lo, hi;        /* of the time, parts: 0.1 is 10 % longer;
                                  * lo and hi NAN where there is no interval */
    double cliff;                /* effect size: rank_cliff */
    double p, corrected;         /* NAN where the row is not judged */
    enum compare_verdict verdict;
    bool few; /* too few samples for a verdict */
};

/* What is not compared, and why. */
struct compare_gap {
    char *what, *why; /* "fetch", "fetch, libev_loop"; owned */
};

struct comparison {
    struct compare_request request;
    json_t *runs[2];          /* run.json of each; owned */
    struct compare_row *rows; /* by case, in the order of NEW */
    size_t count;
    struct compare_gap *gaps;
    size_t gap_count;
    char **notes; /* what a reader must know first; owned */
    size_t note_count;
    size_t verdicts[COMPARE_VERDICTS]; /* how many rows of each */
};

/* Reads both runs and judges. The strings in `request` are borrowed. False and
 * one line in `error` where a run cannot be read, or the two have nothing in
 * common. compare_close in either case. */
bool compare_open(struct comparison *c, const struct compare_request *request,
                  char *error, size_t error_size);
void compare_close(struct comparison *c);

/* A table of at most 80 columns where names are short; `colour`: verdicts are
 * coloured. Errors stay in the stream. */
void compare_terminal(FILE *out, const struct comparison *c, bool colour);

/* For a pull request: the sum first, then what changed, the rest folded. */
void compare_markdown(FILE *out, const struct comparison *c);

/* Draws the shifts as `svg`, a name that ends in .svg; the data it is drawn
 * from is left beside it as .tsv. False and one line in `error` where it could
 * not be drawn. */
bool compare_figure(const char *svg, const struct comparison *c, char *error,
                    size_t error_size);

#endif
