/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The grammar of claims, see claim.h. Who the labels are is not known here.
 */
#include "claim.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "units.h"
#include "words.h"

#define STATEMENT_BYTES 480

/* What '=' allows where the statement does not say: of what is counted,
 * nothing. */
#define WITHIN 0.05

enum value {
    VALUE_NONE,
    VALUE_TIME,
    VALUE_BYTES,
    VALUE_NUMBER,
    VALUE_COUNT,
    VALUE_ORDER,
};

static const struct form {
    const char *word;
    size_t labels;
    double within;
    const char *example;
    enum claim_kind kind;
    enum value value;
} forms[] = {
    {"ok", 0, 0, "ok", CLAIM_OK, VALUE_NONE},
    {"wall", 1, WITHIN, "wall libev_loop = 3s", CLAIM_WALL, VALUE_TIME},
    {"speedup", 1, WITHIN, "speedup libev_loop > 28.9", CLAIM_SPEEDUP,
     VALUE_NUMBER},
    {"ratio", 2, WITHIN, "ratio await_in_loop sequential = 1", CLAIM_RATIO,
     VALUE_NUMBER},
    {"cores", 1, WITHIN, "cores polling_loop > 0.95", CLAIM_CORES,
     VALUE_NUMBER},
    {"memory", 1, WITHIN, "memory coroutine = 1KiB", CLAIM_MEMORY, VALUE_BYTES},
    {"virtual", 1, WITHIN, "virtual thread_per_task = 8MiB", CLAIM_VIRTUAL,
     VALUE_BYTES},
    {"life", 2, WITHIN, "life thread_per_task libev_loop > 5", CLAIM_LIFE,
     VALUE_NUMBER},
    {"inflight", 1, 0, "inflight executor = 5", CLAIM_INFLIGHT, VALUE_COUNT},
    {"threads", 1, 0, "threads libev_loop = 1", CLAIM_THREADS, VALUE_COUNT},
    {"started", 1, 0, "started libev_loop = 0 1 2", CLAIM_STARTED, VALUE_ORDER},
    {"finished", 1, 0, "finished libev_loop = 2 1 0", CLAIM_FINISHED,
     VALUE_ORDER},
};
#define FORMS (sizeof(forms) / sizeof(forms[0]))

/* The words of one statement under way. */
struct words {
    char **list;
    size_t count, at;
};

static const char *take(struct words *w)
{
    return w->at < w->count ? w->list[w->at++] : NULL;
}

static const char *incomplete(const struct form *form)
{
    return complain("'%s' is not complete: write it as in '%s'", form->word,
                    form->example);
}

/* `LABEL` or `CASE/LABEL`: a case's name may hold a '/', a label none. */
static const char *read_who(const char *word, struct claim_who *who)
{
    const char *slash = strrchr(word, '/');
    size_t length = slash ? (size_t)(slash - word) : 0;
    const char *label = slash ? slash + 1 : word;

    if ((slash && length == 0) || !*label || length >= CLAIM_NAME_BYTES ||
        strlen(label) >= CLAIM_NAME_BYTES)
        return complain("'%s' is neither a LABEL nor CASE/LABEL", word);
    memcpy(who->in_case, word, length);
    who->in_case[length] = '\0';
    strcpy(who->label, label);
    return NULL;
}

/* ---- values ---- */

static const char *read_number(const char *text, double *out)
{
    char *end;
    double value = strtod(text, &end);

    if (end == text || *end || !isfinite(value) || value < 0)
        return complain("'%s' is not a number from 0 up", text);
    *out = value;
    return NULL;
}

/* What is left of the statement, its blanks taken out: `3s±5%`. */
static const char *read_value(struct words *w, const struct form *form,
                              struct claim *out)
{
    static const char *const signs[] = {"±", "+-"};
    char text[STATEMENT_BYTES] = "", *within = NULL;
    const char *wrong = NULL;
    nsec time = 0;
    uint64_t bytes = 0;

    while (w->at < w->count)
        strcat(text, take(w)); /* no longer than the statement */
    for (size_t s = 0; !within && s < 2; s++) {
        within = strstr(text, signs[s]);
        if (within) {
            *within = '\0';
            within += strlen(signs[s]);
        }
    }
    if (!*text)
        return incomplete(form);
    if (form->value == VALUE_TIME) {
        wrong = parse_duration(text, &time);
        out->value = (double)time;
    } else if (form->value == VALUE_BYTES) {
        wrong = parse_bytes(text, &bytes);
        out->value = (double)bytes;
    } else {
        wrong = read_number(text, &out->value);
    }
    if (!wrong && form->value == VALUE_COUNT && out->value > floor(out->value))
        wrong = complain("%s: '%s' is not a whole number", form->word, text);
    if (!wrong && within && out->relation != '=')
        wrong = complain("± goes with '=' only");
    if (!wrong && within)
        wrong = *within ? parse_percent(within, &out->tolerance)
                        : "± needs a percentage: write ± 5%";
    return wrong;
}

static const char *read_order(struct words *w, const struct form *form,
                              struct claim *out)
{
    const char *word, *wrong = NULL;

    while (!wrong && (word = take(w)) != NULL) {
        if (out->order_count == CLAIM_ORDER_MAX)
            return complain("%s: more than %d tasks", form->word,
                            CLAIM_ORDER_MAX);
        wrong =
            parse_count(word, 0, UINT32_MAX, &out->order[out->order_count++]);
        for (size_t o = 0; !wrong && o + 1 < out->order_count; o++)
            if (out->order[o] == out->order[out->order_count - 1])
                wrong = complain("task %s is there twice", word);
    }
    if (!wrong && out->order_count < 2)
        return incomplete(form);
    return wrong;
}

/* ---- a statement ---- */

static const char *unknown(const char *word)
{
    const char *names[FORMS + 1] = {NULL};
    char hint[WORD_CHOICE_BYTES];

    for (size_t f = 0; f < FORMS; f++)
        names[f] = forms[f].word;
    return complain("unknown statement '%s'%s", word,
                    word_choice(hint, sizeof(hint), word, names));
}

static const char *read_relation(struct words *w, const struct form *form,
                                 struct claim *out)
{
    const char *word = take(w);

    if (!word)
        return incomplete(form);
    if (strlen(word) != 1 || !strchr("=<>", *word))
        return complain("'%s' is none of = < >: write it as in '%s'", word,
                        form->example);
    if (form->value == VALUE_ORDER && *word != '=')
        return complain("'%s' goes with '=' only", form->word);
    out->relation = *word;
    return NULL;
}

static const char *read_statement(struct words *w, struct claim *out)
{
    const char *word = take(w), *wrong = NULL;
    const struct form *form = NULL;

    if (!word)
        return "a statement is missing beside a ';'";
    for (size_t f = 0; f < FORMS; f++)
        if (strcmp(forms[f].word, word) == 0)
            form = &forms[f];
    if (!form)
        return unknown(word);
    out->kind = form->kind;
    out->tolerance = form->within;
    for (out->who_count = 0; !wrong && out->who_count < form->labels;) {
        word = take(w);
        wrong = word ? read_who(word, &out->who[out->who_count++])
                     : incomplete(form);
    }
    if (wrong)
        return wrong;
    if (form->value == VALUE_NONE)
        return w->at < w->count ? complain("nothing follows '%s'", form->word)
                                : NULL;
    wrong = read_relation(w, form, out);
    if (wrong)
        return wrong;
    return form->value == VALUE_ORDER ? read_order(w, form, out)
                                      : read_value(w, form, out);
}

const char *claim_next(const char **text, struct claim *out)
{
    size_t length = strcspn(*text, ";");
    char statement[STATEMENT_BYTES];
    struct words words = {0};
    const char *wrong;

    *out = (struct claim){0};
    if (length >= sizeof(statement))
        return complain("a statement has at most %zu characters",
                        sizeof(statement) - 1);
    memcpy(statement, *text, length);
    statement[length] = '\0';
    words.list = words_of(statement, &words.count);
    if (!words.list)
        return no_memory;
    wrong = read_statement(&words, out);
    free(words.list);
    *text += length;
    if (!wrong && **text == ';' && !(*text)[1 + strspn(*text + 1, " \t")])
        return "a statement is missing beside a ';'";
    *text += **text == ';';
    return wrong;
}

const char *claim_check(const char *text)
{
    struct claim claim;
    const char *wrong = NULL;

    do
        wrong = claim_next(&text, &claim);
    while (!wrong && *text);
    return wrong;
}
