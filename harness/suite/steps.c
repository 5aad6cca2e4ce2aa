/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Steps as a case spells them out: `fetch /json/{i}; sleep 10ms; barrier;
 * sleep 5ms`. A barrier ends a phase.
 */
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

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

/* ---- the rest ---- */

/* True if a step before this one, of the same list, has received a body. */
static bool has_body(const struct draft *d)
{
    for (size_t s = 0; s + 1 < d->c.step_count; s++)
        if (d->c.steps[s].kind == STEP_FETCH || d->c.steps[s].kind == STEP_READ)
            return true;
    return false;
}

static bool names_file(const struct step *step)
{
    return step->kind == STEP_READ || step->kind == STEP_WRITE;
}

/* In the sample's own folder: of another nobody knows what is in it. */
static const char *check_name(const char *text)
{
    if (text[0] == '/')
        return NULL;
    if (strchr(text, '/') || strcmp(text, ".") == 0 || strcmp(text, "..") == 0)
        return complain("'%.200s' is outside of the sample's own folder: write "
                        "a name without '/'",
                        text);
    return NULL;
}

static bool add_text(struct draft *d, struct step *step, const char *key,
                     const char *text)
{
    const char *name = step_kind_name(step->kind), *wrong;
    bool body = step->kind == STEP_WRITE || step->kind == STEP_PARSE ||
                strstr(text, "{body}");

    if (!*text)
        return draft_fail(d, key, "%s needs a word or a text", name);
    if (body && !has_body(d))
        return draft_fail(d, key, "%s: nothing was fetched or read before it",
                          name);
    wrong = url_check_text(text, &d->url_range);
    if (wrong)
        return draft_fail(d, key, "%s: %s", name, wrong);
    if (names_file(step) && (strstr(text, "{value}") || strstr(text, "{body}")))
        return draft_fail(d, key,
                          "%s: a file's name is known before the task runs: "
                          "it takes {i}, but neither {value} nor {body}",
                          name);
    wrong = names_file(step) ? check_name(text) : NULL;
    if (wrong)
        return draft_fail(d, key, "%s: %s", name, wrong);
    step->text = strdup(text);
    return step->text || draft_fail(d, NULL, "%s", no_memory);
}

/* True if no two of `tasks` tasks get the same name. */
static bool names_differ(const char *text, uint32_t tasks)
{
    unsigned long long low, high;
    const char *at = strchr(text, '{');

    if (tasks == 1 || strstr(text, "{i}"))
        return true;
    for (; at; at = strchr(at + 1, '{'))
        if (sscanf(at, "{%llu..%llu}", &low, &high) == 2 && high >= low &&
            high - low >= tasks - 1)
            return true;
    return false;
}

/* Whether a step before this one makes the file that this one reads. */
static bool is_written(const struct bench_case *c, size_t read)
{
    for (size_t s = 0; s < read; s++)
        if (c->steps[s].kind == STEP_WRITE &&
            strcmp(c->steps[s].text, c->steps[read].text) == 0)
            return true;
    return false;
}

/* Why this file cannot be read; NULL if it can. */
static const char *file_fault(const char *path)
{
    struct stat info;

    if (stat(path, &info) != 0 || access(path, R_OK) != 0)
        return strerror(errno);
    return S_ISDIR(info.st_mode) ? strerror(EISDIR) : NULL;
}

/* What tasks read by an absolute name is there already: else each sample would
 * fail for it. */
static bool check_read(struct draft *d, size_t s)
{
    const struct step *step = &d->c.steps[s];
    struct batch batch = case_batch(&d->c, 1);
    uint32_t names = strchr(step->text, '{') ? d->c.tasks : 1;
    const char *key = s < d->c.creator ? "steps" : "creator";
    char path[PATH_MAX];

    for (uint32_t i = 0; i < names; i++) {
        const char *fault = step_path(&batch, step, i, path, sizeof(path))
                                ? file_fault(path)
                                : strerror(ENAMETOOLONG);

        if (fault)
            return draft_fail(d, key, "read %.200s: %s", path, fault);
    }
    return true;
}

bool files_check(struct draft *d)
{
    const struct bench_case *c = &d->c;
    uint32_t tasks = c->tasks - (c->creator < c->step_count);

    for (size_t s = 0; s < c->creator; s++)
        if (c->steps[s].kind == STEP_WRITE &&
            !names_differ(c->steps[s].text, tasks))
            return draft_fail(d, draft_text(d, "steps") ? "steps" : NULL,
                              "write %s: all tasks write the same file: its "
                              "name needs {i}",
                              c->steps[s].text);
    for (size_t s = 0; s < c->step_count; s++)
        if (c->steps[s].kind == STEP_READ && c->steps[s].text[0] == '/' &&
            !is_written(c, s) && !check_read(d, s))
            return false;
    return true;
}

/* Tasks that spawn and join name are checked once their number is known. */
static bool add_number(struct draft *d, struct step *step, const char *key,
                       const char *text)
{
    char *end;
    const char *name = step_kind_name(step->kind);

    if (step->kind == STEP_ADD && strcmp(text, "{i}") == 0) {
        step->text = strdup(text);
        return step->text || draft_fail(d, NULL, "%s", no_memory);
    }
    errno = 0;
    step->number = strtoll(text, &end, 10);
    if (!*text || *end || errno)
        return draft_fail(d, key, "%s needs a whole number%s, not '%s'", name,
                          step->kind == STEP_ADD ? " or {i}" : "", text);
    return true;
}

static bool add_cpu(struct draft *d, struct step *step, const char *key,
                    const char *text)
{
    const char *own = *text ? NULL : draft_text(d, "cpu");
    const char *wrong;

    d->cpu_used = true;
    if (own)
        wrong = parse_durations(own, &step->delay);
    else
        wrong = *text ? parse_durations(text, &step->delay)
                      : "how long? write cpu 1ms, or give the case a cpu";
    if (!wrong)
        return true;
    return own ? draft_fail(d, "cpu", "%s", wrong)
               : draft_fail(d, key, "cpu: %s", wrong);
}

/* ---- the list ---- */

static const struct verb {
    const char *name;
    enum step_kind kind;
    bool (*add)(struct draft *d, struct step *step, const char *key,
                const char *text);
} verbs[] = {
    {"sleep", STEP_SLEEP, add_sleep}, {"fetch", STEP_FETCH, add_fetch},
    {"read", STEP_READ, add_text},    {"write", STEP_WRITE, add_text},
    {"recv", STEP_RECV, add_text},    {"parse", STEP_PARSE, add_text},
    {"print", STEP_PRINT, add_text},  {"add", STEP_ADD, add_number},
    {"cpu", STEP_CPU, add_cpu},       {"spawn", STEP_SPAWN, add_number},
    {"join", STEP_JOIN, add_number},
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

/* Room for more steps behind those that there are. */
static bool grow(struct draft *d, size_t count)
{
    struct bench_case *c = &d->c;
    size_t all = c->step_count + count;
    void *steps = realloc(c->steps, all * sizeof(*c->steps));

    if (!steps)
        return false;
    c->steps = steps;
    memset(c->steps + c->step_count, 0, count * sizeof(*c->steps));
    return true;
}

static bool read_steps(struct draft *d, const char *key, const char *text)
{
    size_t count, last = 0;
    char **parts = words_split(text, ';', &count);
    bool good = true;

    if (!parts)
        return draft_fail(d, key, "%s", no_memory);
    if (count > STEPS_MAX) {
        free(parts);
        return draft_fail(d, key, "there are more than %d steps", STEPS_MAX);
    }
    if (!grow(d, count)) {
        free(parts);
        return draft_fail(d, key, "%s", no_memory);
    }
    for (; good && last < count; last++)
        good = add_part(d, key, parts[last]);
    free(parts);
    return good;
}

bool steps_build(struct draft *d, const char *key, const char *text)
{
    struct bench_case *c = &d->c;
    size_t barriers = 1;

    for (const char *at = text; *at; at++)
        barriers += *at == ';';
    c->phase_ends = calloc(barriers + 1, sizeof(*c->phase_ends));
    if (!c->phase_ends)
        return draft_fail(d, key, "%s", no_memory);
    if (*text == '\0') { /* tasks that do nothing */
        c->phase_ends[c->phase_count++] = 0;
        return grow(d, 1);
    }
    return read_steps(d, key, text) && end_phase(d, key);
}

bool creator_build(struct draft *d)
{
    const char *text = draft_text(d, "creator");

    d->c.creator = d->c.step_count;
    if (!text)
        return true;
    if (d->c.phase_count > 1)
        return draft_fail(d, "creator", "a case with a barrier has none");
    return read_steps(d, "creator", text);
}

/* Each task that is named is there, and is spawned once by the creator. */
bool creator_check(struct draft *d)
{
    struct bench_case *c = &d->c;
    bool creator = c->creator < c->step_count;
    uint32_t spawned = 0;

    for (size_t s = 0; s < c->step_count; s++) {
        const struct step *step = &c->steps[s];
        const char *key = s < c->creator ? "steps" : "creator";

        if (step->kind != STEP_SPAWN && step->kind != STEP_JOIN)
            continue;
        if (s < c->creator)
            return draft_fail(d, key, "%s is for a creator's steps",
                              step_kind_name(step->kind));
        if (step->number < 0 || step->number + 1 >= c->tasks)
            return draft_fail(d, key, "%s %lld: there is no such task",
                              step_kind_name(step->kind),
                              (long long)step->number);
        if (step->kind == STEP_SPAWN && step->number != spawned++)
            return draft_fail(d, key, "spawn tasks in order: 0, 1, 2 …");
        if (step->kind == STEP_JOIN && step->number >= spawned)
            return draft_fail(d, key, "join %lld: it has not been spawned",
                              (long long)step->number);
    }
    if (creator && spawned + 1 != c->tasks)
        return draft_fail(d, "creator", "case %s: it spawns %u of its %u tasks",
                          c->section, spawned, c->tasks - 1);
    return true;
}
