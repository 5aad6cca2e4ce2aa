/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whom the claims of a suite speak of: a slip of the finger would else be
 * told as "not measured", for ever. Whether they hold is the report's part.
 */
#include <stdlib.h>
#include <string.h>

#include "claim.h"
#include "draft.h"
#include "words.h"

static bool has_label(const struct bench_case *c, const char *label)
{
    for (size_t e = 0; e < c->entry_count; e++)
        if (!c->entries[e].calibrates &&
            strcmp(c->entries[e].label, label) == 0)
            return true;
    return strcmp(label, "all") == 0;
}

/* NULL, or what is wrong with a label of the case. */
static const char *check_label(const struct bench_case *c, const char *label)
{
    const char **labels;
    char hint[WORD_HINT_BYTES];

    if (has_label(c, label))
        return NULL;
    labels = calloc(c->entry_count + 1, sizeof(*labels));
    if (!labels)
        return no_memory;
    for (size_t e = 0; e < c->entry_count; e++)
        labels[e] = c->entries[e].label;
    word_hint(hint, sizeof(hint), label, labels);
    free(labels);
    return complain("'%s' is neither a strategy nor a peer of case %s%s", label,
                    c->name, hint);
}

/* NULL, or why the claim cannot hold of that label in the case, whatever is
 * measured. */
static const char *check_sense(const struct bench_case *c,
                               const struct claim *claim, const char *label)
{
    uint32_t tasks = c->tasks - (c->creator < c->step_count);
    const struct entry *baseline = &c->entries[c->baseline];

    if (claim->kind == CLAIM_SPEEDUP && strcmp(label, baseline->label) == 0)
        return complain("speedup: %s is the baseline of case %s itself", label,
                        c->name);
    for (size_t o = 0; o < claim->order_count; o++)
        if (claim->order[o] < c->first || claim->order[o] - c->first >= tasks)
            return complain("case %s has no task %u: they are %u to %u",
                            c->name, claim->order[o], c->first,
                            c->first + tasks - 1);
    return NULL;
}

/* In the case of that name, or in each of the section of that name. */
static const char *check_who(const struct suite *suite, const char *name,
                             const struct claim *claim, const char *label)
{
    const char *wrong = NULL;
    bool found = false;

    for (size_t c = 0; c < suite->case_count && !wrong; c++) {
        const struct bench_case *one = &suite->cases[c];

        if (strcmp(one->name, name) != 0 && strcmp(one->section, name) != 0)
            continue;
        found = true;
        wrong = check_label(one, label);
        if (!wrong)
            wrong = check_sense(one, claim, label);
    }
    return found ? wrong : complain("there is no case '%s'", name);
}

static const char *check_statements(const struct suite *suite,
                                    const char *section, const char *text)
{
    struct claim claim;
    const char *wrong = NULL;

    do {
        wrong = claim_next(&text, &claim);
        for (size_t w = 0; w < claim.who_count && !wrong; w++) {
            const struct claim_who *who = &claim.who[w];

            wrong = check_who(suite, *who->in_case ? who->in_case : section,
                              &claim, who->label);
        }
    } while (!wrong && *text);
    return wrong;
}

static bool other_work(const struct section *section)
{
    for (size_t s = 0; s < section->count; s++)
        if (section->settings[s].option &&
            strcmp(section->settings[s].key->name, "claim") != 0)
            return true;
    return false;
}

bool claims_check(const struct suite *suite, const struct source *source,
                  const struct report *report)
{
    for (size_t s = 0; s < source->count; s++) {
        const struct section *section = &source->sections[s];

        for (size_t k = 0; k < section->count; k++) {
            const struct setting *setting = &section->settings[k];
            const char *wrong = NULL;

            if (strcmp(setting->key->name, "claim") == 0 &&
                (setting->option || !other_work(section)))
                wrong = check_statements(suite, section->name, setting->text);
            if (wrong)
                return fail(report, "%s: %s%s", setting->where,
                            setting->option ? "" : "claim: ", wrong);
        }
    }
    return true;
}
