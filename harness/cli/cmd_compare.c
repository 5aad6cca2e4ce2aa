/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * `concur compare OLD NEW`: what shifted between two runs. Exit code 1 where
 * a strategy became slower.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../compare/compare.h"
#include "../suite/shown.h"
#include "../suite/units.h"
#include "../suite/words.h"
#include "command.h"

struct compare_options {
    struct compare_request request;
    const char *plot; /* borrowed from argv */
    bool markdown;
};

static const char *set_threshold(void *target, const struct option *option,
                                 const char *text)
{
    (void)option;
    return parse_percent(
        text, &((struct compare_options *)target)->request.threshold);
}

static const char *set_plot(void *target, const struct option *option,
                            const char *text)
{
    size_t length = strlen(text);

    (void)option;
    if (length < 5 || strcmp(text + length - 4, ".svg") != 0)
        return complain("'%s' does not end in .svg", text);
    ((struct compare_options *)target)->plot = text;
    return NULL;
}

static const struct option table[] = {
    {.name = "threshold",
     .value = "PERCENT",
     .help = "what is less is not called slower or faster (default: 5%)",
     .set = set_threshold},
    {.name = "absolute",
     .help = "judge wall times, not their ratios to the baseline's; only "
             "where the machine is known not to drift",
     .at = offsetof(struct compare_options, request.absolute),
     .set = option_flag},
    {.name = "markdown",
     .help = "Markdown for a pull request in place of the table",
     .at = offsetof(struct compare_options, markdown),
     .set = option_flag},
    {.name = "plot",
     .value = "FILE.svg",
     .help = "draw the shifts too; the figure's data goes beside it (.tsv)",
     .set = set_plot},
    {.name = NULL},
};

static const struct option *options(void)
{
    return table;
}

static int fail(const char *error)
{
    char shown[2048];

    fprintf(stderr, "concur compare: %s\n",
            shown_text(shown, sizeof shown, error));
    return 2;
}

static int compare(const struct compare_options *o)
{
    struct comparison c;
    char error[2048] = "";
    int code;

    if (!compare_open(&c, &o->request, error, sizeof error)) {
        compare_close(&c);
        return fail(error);
    }
    if (o->markdown)
        compare_markdown(stdout, &c);
    else
        compare_terminal(stdout, &c,
                         isatty(STDOUT_FILENO) && !getenv("NO_COLOR"));
    code = c.verdicts[COMPARE_SLOWER] > 0 ? 1 : 0;
    if (c.verdicts[COMPARE_BASELINE] == c.count)
        code = fail("the two runs have nothing that can be compared");
    else if (o->plot && !compare_figure(o->plot, &c, error, sizeof error)) {
        fail(error);
        code = code == 0 ? 2 : code;
    }
    compare_close(&c);
    return code;
}

static int run(int argc, char **argv)
{
    struct compare_options o = {.request = {.threshold = 0.05}};
    struct arguments arguments = {.target = &o, .most = 2};
    int code;

    (void)argc;
    if (!command_options(&command_compare, &arguments, argv, &code))
        return code;
    if (arguments.count < 2 || !*arguments.words[0] || !*arguments.words[1])
        return fail("needs the folders of two runs, the old one and the new "
                    "one");
    o.request.dirs[0] = arguments.words[0];
    o.request.dirs[1] = arguments.words[1];
    return compare(&o);
}

const struct command command_compare = {
    .name = "compare",
    .gist = "say what became slower or faster between two runs",
    .usage = "OLD NEW [OPTION]...",
    .text = "OLD and NEW are folders of runs. A strategy is slower or faster "
            "where the whole 95 % interval of its shift lies beyond the "
            "threshold and the Mann-Whitney test, corrected for all that is "
            "compared, rules out chance. Else it is not resolved, which does "
            "not mean that it is the same. Exit code 1: something is slower.",
    .options = options,
    .run = run,
};
