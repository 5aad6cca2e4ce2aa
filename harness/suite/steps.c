/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Steps as a case spells them out: `fetch /json/{i}; sleep 10ms; barrier;
 * sleep 5ms`. A barrier ends a phase.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "draft.h"
#include "units.h"
#include "words.h"

#define STEPS_MAX 1000

/* ---- durations ---- */

/* A copy of the case's delay, its list a step's own. */
static bool copy_delay(struct draft *d, struct step *step)
{
    size_t bytes = d->delay.count * sizeof(nsec);

    step->delay = d->delay;
    if (d->delay.kind == DURATION_LIST) {
        nsec *list = malloc(bytes);

        if (!list)
            return draft_fail(d, NULL, "%s", no_memory);
        memcpy(list, d->delay.list, bytes);
        step->delay.list = list;
    }
    d->delay_used = true;
    return true;
}

static void note_list(struct draft *d, const struct step *step)
{
    if (step->delay.kind == DURATION_LIST && step->delay.count > d->list_count)
        d->list_count = step->delay.count;
}

static bool add_sleep(struct draft *d, struct step *step, const char *key,
                      const char *text)
{
    const struct case_key *delay = case_key_find("delay");
    const char *wrong = NULL;

    if (!*text && !draft_text(d, "delay"))
        return draft_fail(
            d, key, "sleep needs a time: give the case a delay%s",
            key && strcmp(key, "steps") == 0 ? ", or write sleep 10ms" : "");
    if (!*text) {
        if (!copy_delay(d, step))
            return false;
    } else {
        wrong = parse_durations(text, &step->delay);
    }
    if (wrong)
        return draft_fail(d, key, "sleep: %s", wrong);
    for (uint32_t v = 0; v < step->delay.count; v++)
        if (step->delay.list[v] > delay->high)
            return draft_fail(d, key, "sleep: %s is longer than 1h", text);
    if (step->delay.low > delay->high || step->delay.high > delay->high)
        return draft_fail(d, key, "sleep: %s is longer than 1h", text);
    note_list(d, step);
    return true;
}

/* ---- fetches ---- */

/* A fetch from the own origin; `url` is NULL for the default. */
static bool add_own(struct draft *d, struct step *step, const char *key,
                    const char *url)
{
    bool delay = draft_text(d, "delay") != NULL;

    if (url && delay && strstr(url, "delay=") && !strstr(url, "{delay}"))
        return draft_fail(d, key,
                          "has a delay of its own beside the case's: "
                          "write {delay} for that one");
    if (url && d->c.body_bytes && strstr(url, "body="))
        return draft_fail(d, key, "has a body of its own beside the case's");
    if (delay && !copy_delay(d, step))
        return false;
    note_list(d, step);
    d->body_used = true;
    step->url = url_own(url, d->c.body_bytes, delay);
    return step->url || draft_fail(d, NULL, "%s", no_memory);
}

static bool add_fetch(struct draft *d, struct step *step, const char *key,
                      const char *text)
{
    const char *url = draft_text(d, "url"), *wrong;

    if (*text) {
        url = text;
    } else if (d->c.url_count) {
        step->urls = (const char *const *)d->c.urls;
        step->url_count = d->c.url_count;
        d->urls_used = true;
        return true;
    } else if (url) {
        key = "url";
        d->url_used = true;
    }
    if (!url)
        return add_own(d, step, key, NULL);
    if (url[strcspn(url, " \t")])
        return draft_fail(d, key, "'%.200s' is no URL: it has a blank", url);
    wrong = url_check_fields(url, draft_text(d, "delay") && url_is_own(url),
                             &d->url_range);
    if (wrong)
        return draft_fail(d, key, "%s", wrong);
    if (url_is_own(url))
        return add_own(d, step, key, url);
    if (!strstr(url, "://"))
        return draft_fail(d, key,
                          "'%.200s' is neither a path like /json/{i} nor an "
                          "http or https URL",
                          url);
    step->url = strdup(url);
    return step->url || draft_fail(d, NULL, "%s", no_memory);
}

/* ---- the list ---- */

static const struct verb {
    const char *name;
    enum step_kind kind;
    bool (*add)(struct draft *d, struct step *step, const char *key,
                const char *text);
} verbs[] = {
    {"sleep", STEP_SLEEP, add_sleep},
    {"fetch", STEP_FETCH, add_fetch},
};
#define VERBS (sizeof(verbs) / sizeof(verbs[0]))

static bool unknown_step(struct draft *d, const char *key, const char *word)
{
    const char *names[VERBS + 2] = {NULL};
    char hint[WORD_HINT_BYTES];

    for (size_t v = 0; v < VERBS; v++)
        names[v] = verbs[v].name;
    names[VERBS] = "barrier";
    return draft_fail(d, key, "unknown step '%s'%s", word,
                      word_hint(hint, sizeof(hint), word, names));
}

/* Ends the phase under way, which must have a step. */
static bool end_phase(struct draft *d, const char *key)
{
    struct bench_case *c = &d->c;
    size_t begin = c->phase_count ? c->phase_ends[c->phase_count - 1] : 0;

    if (c->step_count == begin)
        return draft_fail(d, key, "a barrier stands between steps");
    if (c->phase_count == PHASES_MAX)
        return draft_fail(d, key, "there are more than %d phases", PHASES_MAX);
    c->phase_ends[c->phase_count++] = c->step_count;
    return true;
}

static bool add_part(struct draft *d, const char *key, char *part)
{
    char *word = part, *text = part + strcspn(part, " \t");

    if (!*part)
        return draft_fail(d, key, "a step is missing beside a ';'");
    if (*text)
        *text++ = '\0';
    text = word_trim(text);
    if (strcmp(word, "barrier") == 0) {
        if (*text)
            return draft_fail(d, key, "barrier takes no '%s'", text);
        return end_phase(d, key);
    }
    for (size_t v = 0; v < VERBS; v++) {
        if (strcmp(word, verbs[v].name) != 0)
            continue;
        struct step *step = &d->c.steps[d->c.step_count++];

        step->kind = verbs[v].kind;
        return verbs[v].add(d, step, key, text);
    }
    return unknown_step(d, key, word);
}

bool steps_build(struct draft *d, const char *key, const char *text)
{
    size_t count, last = 0;
    char **parts = words_split(text, ';', &count);
    bool good = true;

    if (!parts)
        return draft_fail(d, key, "%s", no_memory);
    /* A ';' may also end the last step. */
    if (count > 1 && !*parts[count - 1])
        count--;
    if (count > STEPS_MAX) {
        free(parts);
        return draft_fail(d, key, "there are more than %d steps", STEPS_MAX);
    }
    d->c.steps = calloc(count, sizeof(*d->c.steps));
    d->c.phase_ends = calloc(count + 1, sizeof(*d->c.phase_ends));
    if (!d->c.steps || !d->c.phase_ends) {
        free(parts);
        return draft_fail(d, key, "%s", no_memory);
    }
    for (; good && last < count; last++)
        good = add_part(d, key, parts[last]);
    free(parts);
    return good && end_phase(d, key);
}
