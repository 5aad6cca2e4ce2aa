/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The figures of a comparison as words, in one form in table, Markdown and
 * figure.
 */
#include "../report/say.h"
#include "parts.h"

#include <math.h>
#include <string.h>

/* Tenths of a percent, where that is not more than is known. */
static void percent(char *buf, size_t size, double part)
{
    double value = 100 * part;

    if (fabs(value) < 0.05) /* no "-0.0" */
        snprintf(buf, size, "0.0");
    else
        snprintf(buf, size, "%+.*f", fabs(value) < 99.95 ? 1 : 0, value);
}

char *words_shift(char *buf, double shift)
{
    buf[0] = '\0';
    if (isnan(shift))
        return buf;
    percent(buf, WORDS_BYTES - 2, shift);
    return strcat(buf, " %");
}

char *words_interval(char *buf, double lo, double hi)
{
    char low[24], high[24];

    buf[0] = '\0';
    if (isnan(lo) || isnan(hi))
        return buf;
    percent(low, sizeof low, lo);
    percent(high, sizeof high, hi);
    snprintf(buf, WORDS_BYTES, "[%s, %s]", low, high);
    return buf;
}

char *words_p(char *buf, double p)
{
    buf[0] = '\0';
    if (p < 0.001)
        strcpy(buf, "< 0.001");
    else if (!isnan(p))
        snprintf(buf, WORDS_BYTES, "%.3f", p);
    return buf;
}

char *words_value(char *buf, const struct compare_row *row, int side)
{
    char text[SAY_BYTES];

    snprintf(buf, WORDS_BYTES, "%.60s",
             row->wall ? say_time(text, row->values[side])
                       : say_ratio(text, row->values[side]));
    return buf;
}

/* "results/a (quick, 2026-11-22 02:16, concur 0.1.0)". */
char *words_run(char *buf, size_t size, const json_t *run, const char *dir)
{
    const char *started = view_text_or(run, "started", "");

    snprintf(buf, size, "%s (%s%s%.10s%s%.5s)", dir,
             view_text_or(run, "suite", "a case"), *started ? ", " : "",
             started, strlen(started) > 16 ? " " : "",
             strlen(started) > 16 ? started + 11 : "");
    return buf;
}

char *words_sum(char *buf, const struct comparison *c)
{
    snprintf(buf, WORDS_BYTES, "%zu slower, %zu faster, %zu not resolved",
             c->verdicts[COMPARE_SLOWER], c->verdicts[COMPARE_FASTER],
             c->verdicts[COMPARE_UNRESOLVED]);
    return buf;
}
