/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of checks, and what comes of them. See doctor.h.
 */
#include "doctor.h"

#include <stdarg.h>
#include <string.h>

#include "../suite/shown.h"
#include "checks.h"

static const struct {
    const char *name;
    check_function *check;
} checks[] = {
    {"build", check_build},
    {"processor", check_cpu},
    {"governor", check_governor},
    {"turbo", check_turbo},
    {"SMT", check_smt},
    {"idle states", check_idle},
    {"mitigations", check_mitigations},
    {"CPU quota", check_quota},
    {"throttling", check_throttling},
    {"steal", check_steal},
    {"load", check_load},
    {"other processes", check_processes},
    {"memory", check_memory},
    {"swap", check_swap},
    {"kernel", check_kernel},
    {"virtualisation", check_virtualisation},
    {"clock", check_clock},
    {"timer slack", check_slack},
    {"address space", check_address_space},
    {"huge pages", check_huge_pages},
    {"perf counters", check_counters},
    {"io_uring", check_uring},
    {"open files", check_files},
    {"threads", check_threads},
    {"ports", check_ports},
    {"backlog", check_backlog},
    {"packet filter", check_tracking},
    {"loopback", check_loopback},
    {"libraries", check_libraries},
};
#define CHECKS (sizeof(checks) / sizeof(*checks))

_Static_assert(CHECKS + 1 <= FINDINGS_MOST, "there is room for all findings");

/* ---- one finding ---- */

void finding_ok(struct finding *f, const char *format, ...)
{
    va_list arguments;

    f->state = FINDING_OK;
    va_start(arguments, format);
    shown_format(f->found, sizeof(f->found), format, arguments);
    va_end(arguments);
}

void finding_is(struct finding *f, enum finding_state state, const char *effect,
                const char *mend, const char *format, ...)
{
    va_list arguments;

    f->state = state;
    f->effect = effect;
    f->mend = mend;
    va_start(arguments, format);
    shown_format(f->found, sizeof(f->found), format, arguments);
    va_end(arguments);
}

void finding_unseen(struct finding *f)
{
    f->state = FINDING_UNSEEN;
}

const char *finding_word(enum finding_state state)
{
    static const char *const words[] = {
        [FINDING_OK] = "ok",           [FINDING_NOTE] = "note",
        [FINDING_WARNING] = "warning", [FINDING_PROBLEM] = "problem",
        [FINDING_UNSEEN] = "note",
    };

    return words[state];
}

/* ---- all of them ---- */

/* The gravest first; those alike stay in the table's order. */
static void insert(struct diagnosis *d, const struct finding *f)
{
    size_t at = d->count++;

    for (; at > 0 && d->findings[at - 1].state < f->state; at--)
        d->findings[at] = d->findings[at - 1];
    d->findings[at] = *f;
}

/* One note for all that could not be read. */
static void insert_unseen(struct diagnosis *d)
{
    struct finding f = {.name = "not visible"};

    if (!*d->unseen)
        return;
    finding_is(&f, FINDING_NOTE,
               "whether they disturb a comparison cannot be told from here",
               "usual in a container or a virtual machine: look on its host",
               "%s", d->unseen);
    insert(d, &f);
}

void doctor_examine(struct diagnosis *diagnosis, struct host *host)
{
    *diagnosis = (struct diagnosis){0};
    host_look(host);
    for (size_t c = 0; c < CHECKS; c++) {
        struct finding f = {.name = checks[c].name};
        size_t used = strlen(diagnosis->unseen);

        checks[c].check(&f, host);
        if (f.state == FINDING_UNSEEN)
            snprintf(diagnosis->unseen + used, sizeof(diagnosis->unseen) - used,
                     "%s%s", used ? ", " : "", f.name);
        else
            insert(diagnosis, &f);
    }
    insert_unseen(diagnosis);
    host_clear(host);
}

size_t doctor_count(const struct diagnosis *diagnosis, enum finding_state state)
{
    size_t count = 0;

    for (size_t i = 0; i < diagnosis->count; i++)
        count += diagnosis->findings[i].state == state;
    return count;
}

json_t *doctor_json(const struct diagnosis *diagnosis, bool all)
{
    json_t *array = json_array();

    for (size_t i = 0; i < diagnosis->count; i++) {
        const struct finding *f = &diagnosis->findings[i];

        if (f->state == FINDING_OK && !all)
            continue;
        if (json_array_append_new(
                array,
                json_pack("{s:s, s:s, s:s, s:s?, s:s?}", "name", f->name,
                          "state", finding_word(f->state), "found", f->found,
                          "effect", f->effect, "mend", f->mend)) != 0) {
            json_decref(array);
            return NULL;
        }
    }
    return array;
}
