/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The chapter of the articles' examples: what an article says of a case, what
 * was measured in Python and in C, and whether its claims hold here. Says
 * nothing of cases for which the suite has neither `article` nor `claim`.
 */
#include "chapters.h"

#include <stdlib.h>
#include <string.h>

#include "claims.h"
#include "say.h"
#include "task_costs.h"

enum { EXAMPLE, ARTICLE, PEERS, STRATEGIES, CLAIMS, CELLS };

#define VERDICTS  (CLAIM_FAILS + 1)
#define SHOWN_MAX 16 /* strategies in a row */

struct articles {
    struct doc *doc;
    const struct view *view;
    const struct records *records;
    bool peers; /* some peer was measured */
    size_t verdicts[VERDICTS];
};

/* Who stands in the row of a case: each peer beside its counterpart, NULL
 * where it has none, and then the other strategies. */
struct cast {
    const struct view_entry *peers[SHOWN_MAX], *strategies[SHOWN_MAX];
    size_t peer_count, count;
};

/* The case of a section that stands in the table: of a sweep the last. */
static const struct view_case *example_of(const struct view *view, size_t i)
{
    const struct view_section *s = &view->sections[i];
    const struct view_case *c = &view->cases[s->first + s->count - 1];
    return c->article || c->claim ? c : NULL;
}

/* ---- who is shown ---- */

static void cast_add(struct cast *cast, const struct view_entry *e)
{
    for (size_t i = 0; i < cast->count; i++)
        if (cast->strategies[i] == e)
            return;
    if (e && view_measured(e) && !e->peer && cast->count < SHOWN_MAX)
        cast->strategies[cast->count++] = e;
}

static void cast_peers(struct cast *cast, const struct view_case *c)
{
    for (size_t i = 0; i < c->count; i++) {
        const struct view_entry *e = &c->entries[i], *like = NULL;
        if (!e->peer || !view_measured(e) || e->unverified ||
            cast->peer_count == SHOWN_MAX)
            continue;
        if (e->counterpart)
            like = view_label(c, e->counterpart);
        cast->peers[cast->peer_count] = e;
        cast->strategies[cast->peer_count++] =
            like && view_measured(like) ? like : NULL;
    }
    cast->count = cast->peer_count;
}

static void cast_claimed(struct cast *cast, const struct articles *a,
                         const struct view_case *c)
{
    const char *text = c->claim ? c->claim : "";
    struct claim claim;
    while (*text && !claim_next(&text, &claim)) {
        for (size_t w = 0; w < claim.who_count; w++)
            if (claim_case(a->view, c, &claim.who[w]) == c)
                cast_add(cast, claim_entry(a->view, c, &claim.who[w]));
        if (claim.kind == CLAIM_SPEEDUP)
            cast_add(cast, c->base);
    }
}

static struct cast cast_of(const struct articles *a, const struct view_case *c)
{
    struct cast cast = {0};
    cast_peers(&cast, c);
    cast_claimed(&cast, a, c);
    if (cast.count == 0) {
        const struct view_entry *loop = view_label(c, "libev_loop");
        cast_add(&cast, c->base);
        cast_add(&cast, loop && view_measured(loop) ? loop : view_fastest(c));
    }
    return cast;
}

/* ---- cells ---- */

/* The first claim, where it is about what one more task takes: then that stands
 * beside the names, and no wall time. */
static bool cost_of(const struct view_case *c, struct claim *claim)
{
    const char *text = c->claim ? c->claim : "";
    return *text && !claim_next(&text, claim) && claim_is_cost(claim);
}

static void value_write(FILE *out, const struct articles *a,
                        const struct view_case *c, const struct view_entry *e)
{
    char text[SAY_BYTES];
    struct claim claim;
    if (!cost_of(c, &claim)) {
        fputs(say_time(text, e->wall.median), out);
        return;
    }
    struct spread one = claim_cost(a->view, c, &claim, e->label);
    if (!(one.lo > 0))
        fputs("not told from 0", out);
    else if (claim.kind == CLAIM_LIFE)
        fprintf(out, "%s a task", say_time(text, one.median));
    else
        fprintf(out, "%s a task", costs_bytes(text, one.median));
}

static void entries_write(FILE *out, const struct articles *a,
                          const struct view_case *c,
                          const struct view_entry *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        fputs(i ? BREAK : "", out);
        if (list[i]) {
            fprintf(out, CODE "%s" CODE " ", list[i]->label);
            value_write(out, a, c, list[i]);
        } else {
            fputs("–", out);
        }
    }
    if (count == 0)
        fputs("–", out);
}

/* Where it says nothing new: an order or a count that is as claimed. */
static bool says_all(const struct claim *claim, enum claim_verdict verdict)
{
    return verdict == CLAIM_HOLDS && claim->relation == '=' &&
           claim->kind >= CLAIM_INFLIGHT;
}

/* "`executor` is more than 4.80× as fast as …; measured: 4.95× [4.9×, 5×]" */
static void statement_write(FILE *out, const struct articles *a,
                            const struct view_case *c,
                            const struct claim *claim,
                            enum claim_verdict verdict)
{
    char *text = NULL;
    size_t size = 0;
    FILE *measured = open_memstream(&text, &size);
    claim_write(out, a->view, c, claim);
    if (!measured || says_all(claim, verdict)) {
        if (measured)
            fclose(measured);
        free(text);
        return;
    }
    claim_write_measured(measured, a->view, a->records, c, claim);
    if (fclose(measured) == 0 && size > 0)
        fprintf(out, "; measured: %s", text);
    free(text);
}

static void claims_write(FILE *out, struct articles *a,
                         const struct view_case *c)
{
    const char *text = c->claim ? c->claim : "";
    struct claim claim;
    bool first = true;
    while (*text && !claim_next(&text, &claim)) {
        enum claim_verdict verdict =
            claim_judge(a->view, a->records, c, &claim);
        const char *type = verdict == CLAIM_HOLDS ? "" : STRONG;
        a->verdicts[verdict]++;
        fprintf(out, "%s%s%s%s: ", first ? "" : BREAK, type,
                claim_word(verdict), type);
        statement_write(out, a, c, &claim, verdict);
        first = false;
    }
    if (cost_of(c, &claim) && costs_any(a->view))
        fputs(BREAK LINK "costs" LINK "What one more task costs" LINK, out);
}

static void cell_write(FILE *out, struct articles *a, size_t section, int cell)
{
    const struct view_case *c = example_of(a->view, section);
    const struct cast cast = cast_of(a, c);
    char id[40];
    switch (cell) {
    case EXAMPLE:
        fprintf(out, LINK "%s" LINK "%s" LINK,
                section_id(id, sizeof(id), section), c->name);
        break;
    case ARTICLE:
        fputs(c->article ? c->article : "–", out);
        break;
    case PEERS:
        entries_write(out, a, c, cast.peers, cast.peer_count);
        break;
    case STRATEGIES:
        entries_write(out, a, c, cast.strategies, cast.count);
        break;
    default:
        claims_write(out, a, c);
    }
}

static void row_write(struct articles *a, size_t section)
{
    char *text[CELLS] = {NULL};
    const char *cells[CELLS];
    size_t size, count = 0;
    for (int i = EXAMPLE; i < CELLS; i++) {
        FILE *out =
            i == PEERS && !a->peers ? NULL : open_memstream(&text[i], &size);
        if (!out)
            continue;
        cell_write(out, a, section, i);
        if (fclose(out) == 0)
            cells[count++] = text[i];
    }
    doc_row(a->doc, cells);
    for (int i = EXAMPLE; i < CELLS; i++)
        free(text[i]);
}

/* ---- the chapter ---- */

static void table_write(struct articles *a)
{
    static const char *const with[] = {"example", "the article says",
                                       "Python here", "C here",
                                       "does it hold here?"};
    static const char *const without[] = {"example", "the article says",
                                          "C here", "does it hold here?"};
    const struct doc_table table = {a->peers ? with : without,
                                    a->peers ? CELLS : CELLS - 1,
                                    a->peers ? CELLS : CELLS - 1};
    doc_table(a->doc, &table);
    for (size_t i = 0; i < a->view->section_count; i++)
        if (example_of(a->view, i))
            row_write(a, i);
    doc_table_end(a->doc);
}

/* The claims of a case that do not hold, in words; "" where all do. NULL: no
 * memory. The caller frees it. */
static char *contradictions_of(const struct articles *a,
                               const struct view_case *c)
{
    const char *text = c->claim ? c->claim : "";
    struct claim claim;
    char *words = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&words, &size);
    bool first = true;
    while (out && *text && !claim_next(&text, &claim)) {
        if (claim_judge(a->view, a->records, c, &claim) != CLAIM_FAILS)
            continue;
        fputs(first ? "" : ". ", out);
        statement_write(out, a, c, &claim, CLAIM_FAILS);
        first = false;
    }
    if (out && fclose(out) == 0)
        return words;
    free(words);
    return NULL;
}

/* Once more what does not hold, with what the suite's author has to say. */
static void contradictions_write(const struct articles *a)
{
    bool any = false;
    for (size_t i = 0; i < a->view->section_count; i++) {
        const struct view_case *c = example_of(a->view, i);
        char *words = c ? contradictions_of(a, c) : NULL;
        if (words && *words) {
            if (!any)
                doc_paragraph(a->doc, "What does not hold here:");
            any = true;
            doc_item(a->doc, STRONG "%s" STRONG ": %s. %s", c->name, words,
                     c->note ? c->note : "");
        }
        free(words);
    }
}

/* "Of 30 claims 27 hold here, 2 do not, 1 is not resolved." */
static void tally_write(const struct articles *a)
{
    const size_t *n = a->verdicts;
    size_t all = n[CLAIM_HOLDS] + n[CLAIM_FAILS] + n[CLAIM_UNRESOLVED] +
                 n[CLAIM_UNMEASURED];
    doc_paragraph(a->doc,
                  "Of %zu claim%s %zu hold%s here, %zu do%s not, %zu %s not "
                  "resolved, %zu %s not measured.",
                  all, all == 1 ? "" : "s", n[CLAIM_HOLDS],
                  n[CLAIM_HOLDS] == 1 ? "s" : "", n[CLAIM_FAILS],
                  n[CLAIM_FAILS] == 1 ? "es" : "", n[CLAIM_UNRESOLVED],
                  n[CLAIM_UNRESOLVED] == 1 ? "is" : "are", n[CLAIM_UNMEASURED],
                  n[CLAIM_UNMEASURED] == 1 ? "was" : "were");
}

bool articles_have(const struct view *view)
{
    for (size_t i = 0; i < view->section_count; i++)
        if (example_of(view, i))
            return true;
    return false;
}

void articles_write(struct doc *doc, const struct view *view,
                    const struct records *records)
{
    struct articles a = {.doc = doc, .view = view, .records = records};
    if (!articles_have(view))
        return;
    for (size_t i = 0; i < view->section_count; i++) {
        const struct view_case *c = example_of(view, i);
        a.peers = a.peers || (c && cast_of(&a, c).peer_count > 0);
    }
    doc_heading(doc, 2, "articles", "The articles' examples");
    doc_paragraph(doc,
                  "Median wall times of this run stand beside what the "
                  "articles say of their own machines and servers. A claim "
                  "about a time or a ratio holds where its whole interval "
                  "does (of few rounds: the range), and is not resolved where "
                  "only a part does. An example's name leads to its own "
                  "chapter, with its timeline.%s",
                  a.peers ? " A peer in Python stands beside the strategy that "
                            "is most like it."
                          : "");
    if (view_text(view->run, "suite_note"))
        doc_paragraph(doc, "Of the suite: %s",
                      view_text(view->run, "suite_note"));
    table_write(&a);
    tally_write(&a);
    contradictions_write(&a);
}
