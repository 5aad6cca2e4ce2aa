/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is said of an answer: the load, how sure it is, what it cannot tell.
 */
#include "answer.h"

#include <ctype.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "../report/say.h"
#include "../report/verdict.h"
#include "../suite/words.h"

/* ---- sentences ---- */

struct sayer_of {
    answer_say *say;
    void *self;
};

__attribute__((format(printf, 2, 3))) static void tell(const struct sayer_of *s,
                                                       const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    char *text = words_vprintf(format, arguments);
    va_end(arguments);
    if (!text)
        return;
    s->say(s->self, text);
    free(text);
}

/* A sentence of the report's, as plain text with a capital; nothing where it
 * is empty. Takes the text over. */
static void tell_plain(const struct sayer_of *s, char *text)
{
    size_t used = 0;

    for (const char *at = text; at && *at; at++)
        if ((unsigned char)*at >= ' ')
            text[used++] = *at;
    if (used) {
        text[used] = '\0';
        text[0] = (char)toupper((unsigned char)text[0]);
        s->say(s->self, text);
    }
    free(text);
}

/* ---- the load ---- */

static void add(char *buf, size_t size, const char *before, const char *text,
                size_t length)
{
    size_t used = strlen(buf);

    if (used + 1 < size)
        snprintf(buf + used, size - used, "%s%.*s", before, (int)length, text);
}

char *answer_load(char *buf, size_t size, const struct answer *a)
{
    const struct view_case *c = a->choice.c;
    const char *before = ": ";
    const json_t *step;
    size_t i;

    say_case(buf, size, c);
    if (json_array_size(c->steps) < 2)
        return buf;
    json_array_foreach (c->steps, i, step) {
        const char *text = json_string_value(step);

        /* Without a URL's query: it has the delay as a field. */
        add(buf, size, before, text ? text : "", text ? strcspn(text, "?") : 0);
        before = "; ";
    }
    if (c->delay)
        add(buf, size, "; delay ", c->delay, strlen(c->delay));
    return buf;
}

/* ---- an entry ---- */

const char *answer_gist(const struct answer *a, const struct view_entry *e)
{
    const json_t *s;
    size_t i;

    json_array_foreach (json_object_get(a->choice.c->from, "strategies"), i, s)
        if (strcmp(view_text_or(s, "label", ""), e->label) == 0)
            return view_text_or(s, "gist", "");
    return "";
}

bool answer_was_out(const struct answer *a, const struct view_entry *e)
{
    const struct view_entry *use = a->choice.use;

    return view_measured(e) && use && e->samples + 1 < use->samples;
}

/* Absent for want of time: warmed up and no more, or not even that. */
static bool had_no_time(const struct view_entry *e)
{
    return e->status == VIEW_ABSENT && !e->computed &&
           (isfinite(e->first_wall) ||
            (e->reason && strcmp(e->reason, "not reached") == 0));
}

bool answer_alone(const struct answer *a, const struct view_entry **next)
{
    const struct view_case *c = a->choice.c;
    size_t short_of_time = json_array_size(a->left_out);

    *next = NULL;
    if (!a->choice.use || a->choice.count != 1)
        return false;
    for (size_t i = 0; i < c->count; i++) {
        const struct view_entry *e = &c->entries[i];

        if (!had_no_time(e) || choice_own_only(c, e))
            continue;
        short_of_time++;
        if (isfinite(e->first_wall) && !view_open_load(c) &&
            isfinite(a->choice.use->first_wall) &&
            (!*next || e->first_wall < (*next)->first_wall))
            *next = e;
    }
    return short_of_time > 0;
}

char *answer_reason(char *buf, size_t size, const struct answer *a,
                    const struct view_entry *e)
{
    const char *reason = e->reason ? e->reason : "no reason is known";
    char time[SAY_BYTES];

    (void)a;
    if (e->computed)
        snprintf(buf, size, "would take %s at best", say_time(time, e->ideal));
    else if (e->status == VIEW_ABSENT && isfinite(e->first_wall))
        snprintf(buf, size, "took %s in the warm-up: no time for more",
                 say_time(time, e->first_wall));
    else if (view_measured(e))
        say_failed(buf, size, e);
    else
        snprintf(buf, size, "%s%s", e->status == VIEW_FAILED ? "failed: " : "",
                 e->status == VIEW_ABSENT && strcmp(reason, "not reached") == 0
                     ? "no time was left for it"
                     : reason);
    return buf;
}

/* ---- how sure ---- */

static void tell_resolution(const struct sayer_of *s, const struct answer *a)
{
    const struct view_case *c = a->choice.c;

    if (view_open_load(c))
        tell(s, "Differences below 2 %% are called ties by rule of thumb: an "
                "open load is not calibrated.");
    else if (!isfinite(c->resolution))
        tell(s, "It was not calibrated: differences below 2 %% are called ties "
                "by rule of thumb.");
    else
        tell(s,
             "Of the work that was added on purpose, %s%g %% was found here "
             "today: what differs by less is called a tie.",
             c->resolution_found ? "" : "not even ", 100 * c->resolution);
}

void answer_sure(const struct answer *a, answer_say *say, void *self)
{
    const struct sayer_of s = {say, self};
    const struct view_case *c = a->choice.c;
    const struct view_entry *use = a->choice.use;
    bool interval = use && isfinite(view_ranked(use)->lo);

    if (!use)
        return;
    if (interval)
        tell(&s,
             "Medians of %g rounds with 95 %% intervals; ratios are paired "
             "within rounds.",
             use->samples);
    else
        tell(&s, "Only %g round%s had room in the budget: no intervals%s.",
             use->samples, use->samples == 1 ? "" : "s",
             use->samples == 1 ? "" : "; least to greatest in brackets");
    tell_resolution(&s, a);
    if (strcmp(c->stopped, "interrupted") == 0)
        tell(&s, "It was cut short.");
}

/* ---- what it cannot tell ---- */

static void tell_bound(const struct sayer_of *s, const struct answer *a)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    if (!out)
        return;
    verdict_bound(out, a->view, a->choice.c);
    if (fclose(out) == 0)
        tell_plain(s, text);
    else
        free(text);
}

static void tell_standing(const struct sayer_of *s, const struct answer *a)
{
    char *text = NULL;
    size_t size;
    FILE *out = open_memstream(&text, &size);

    if (!out)
        return;
    verdict_standing(out, a->view);
    if (fclose(out) == 0)
        tell_plain(s, text);
    else
        free(text);
}

/* Labels, one behind another; how many. */
static size_t add_label(FILE *out, size_t count, const char *label)
{
    fprintf(out, "%s%s", count ? ", " : "", label);
    return count + 1;
}

static void tell_left_out(const struct sayer_of *s, const struct answer *a)
{
    char *text = NULL;
    size_t size, count = 0, i;
    const json_t *label;
    FILE *out = open_memstream(&text, &size);

    if (!out)
        return;
    json_array_foreach (a->left_out, i, label)
        count = add_label(out, count, json_string_value(label));
    if (fclose(out) == 0 && count)
        tell(s, "There was no time for %s: a longer --budget has it.", text);
    free(text);
}

/* Who had no time for rounds, and yet was not far behind. */
static void tell_close(const struct sayer_of *s, const struct answer *a)
{
    const struct view_case *c = a->choice.c;
    const struct view_entry *use = a->choice.use;
    char *text = NULL;
    size_t size, count = 0;
    FILE *out = open_memstream(&text, &size);

    if (!out)
        return;
    for (size_t i = 0; use && i < c->count; i++)
        if (c->entries[i].status == VIEW_ABSENT &&
            c->entries[i].first_wall < CHOOSE_FAR * use->wall.median)
            count = add_label(out, count, c->entries[i].label);
    if (fclose(out) == 0 && count)
        tell(
            s,
            "Without time for rounds, though they took less than twice as long "
            "in the warm-up: %s. A longer --budget tells who is faster.",
            text);
    free(text);
}

/* What is known of one that had too few rounds; a race leaves out whoever is
 * slow so far, and whoever is no answer before others (run/race.h). */
static const char *about_short(const struct answer *a,
                               const struct view_entry *e)
{
    if (choice_own_only(a->choice.c, e))
        return " (no answer: it fetches from the own server alone)";
    return choice_times(&a->choice, e).median > 1 ? " (slower in those)" : "";
}

/* Of those that were not measured to the end: who was out of the race for
 * certain, which takes an interval; or who had no time for one. */
static void tell_out(const struct sayer_of *s, const struct answer *a,
                     bool certain)
{
    const struct view_case *c = a->choice.c;
    char *text = NULL;
    size_t size, count = 0;
    FILE *out = open_memstream(&text, &size);

    if (!out)
        return;
    for (size_t i = 0; i < c->count; i++) {
        const struct view_entry *e = &c->entries[i];

        if (!answer_was_out(a, e) ||
            isfinite(choice_times(&a->choice, e).lo) != certain)
            continue;
        count = add_label(out, count, e->label);
        fputs(certain ? "" : about_short(a, e), out);
    }
    if (fclose(out) == 0 && count)
        tell(s,
             certain ? "Measured in fewer rounds, since they were behind the "
                       "fastest by over a tenth for certain: %s. Their order "
                       "among themselves is less sure."
                     : "Measured in too few rounds for an interval, since time "
                       "was short: %s.",
             text);
    free(text);
}

static bool uses_origin(const struct view_case *c)
{
    for (size_t i = 0; i < c->count; i++)
        if (c->entries[i].connections > 0)
            return true;
    return false;
}

void answer_doubts(const struct answer *a, answer_say *say, void *self)
{
    const struct sayer_of s = {say, self};

    tell_bound(&s, a);
    tell_standing(&s, a);
    tell_left_out(&s, a);
    tell_close(&s, a);
    tell_out(&s, a, true);
    tell_out(&s, a, false);
    if (uses_origin(a->choice.c))
        tell(&s,
             "The server is concur's own, on this machine and its cores: "
             "--delay stands for network and server together. Name look-ups, "
             "TLS, a network's bandwidth and losses are not in it.");
}
