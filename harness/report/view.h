/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A summary as plain structs, so that whoever writes words, tables or figures
 * asks for a field and not for JSON. A number that is not there is NAN, a text
 * that is not there is NULL. Computes nothing that the statistics should.
 */
#ifndef CONCUR_VIEW_H
#define CONCUR_VIEW_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct spread {
    double median, lo, hi, min, max;
};

struct percentiles {
    double p50, p90, p99, max; /* NAN where the count does not support it */
};

enum view_status { VIEW_OK, VIEW_ABSENT, VIEW_FAILED };

/* One strategy in one case: a row of the tables. Texts are borrowed. */
struct view_entry {
    const char *label, *strategy, *reason, *note;
    enum view_status status;
    unsigned variant; /* how many earlier entries have the same strategy */
    bool computed;    /* absent because its ideal is beyond the limit */
    bool unsteady;    /* its rounds have a trend: see `drift` */
    bool peer;        /* an external strategy */
    bool unverified;  /* … that cannot say what it received */
    double width, samples, ideal, efficiency, throughput;
    struct spread wall, speedup;
    double setup, close, first_wall;
    double process, process_cpu; /* of the whole process, start-up included */
    struct percentiles latency, sojourn;
    struct percentiles lag; /* of an open load: from due to started */
    struct spread tail;     /* … a round's quantile, from due to finished */
    double behind;          /* … part of the tasks that started too late */
    double tick;         /* … what its timers count in; NAN, 0: not known */
    const json_t *tails; /* … [[round, ns], …] of `tail`, or NULL */
    struct spread cores; /* CPU time / wall time */
    double run_cores;    /* likewise, of run alone */
    double cpu, rss, bytes_per_task, virtual_bytes, kernel_stack, page_table;
    double threads, processes; /* processes: that it started */
    double inflight, switches, voluntary, involuntary;
    const json_t *walls; /* [[round, ns], …] in the order taken, or NULL */
    double ok, failed;
    const json_t *failures;     /* outcome → count, or NULL */
    const json_t *failed_tasks; /* some of them: objects, or NULL */
    const json_t *statuses;     /* HTTP status, not 2xx → count, or NULL */
    double drift, drift_p;      /* from the first round to the last, a part */
    double outliers;            /* how many */
    const json_t *outlier_list; /* [{round, wall_ns, kind, cause}, …] */
    double origin_share;        /* its CPU time / the time of run */
    double origin_peak;         /* requests in service at once */
    double connections;         /* that the origin accepted */
    const char *counterpart;    /* of a peer: the strategy like it, or NULL */
    const char *real_gap;       /* why it fetches no real URLs, or NULL */
    const json_t *aggregate;    /* count, mean, … of a field, or NULL */
};

struct view_case {
    const char *name, *section, *workload, *baseline, *delay, *note, *article;
    const char *claim;   /* statements to be tested, or NULL */
    const json_t *axes;  /* object of texts, or NULL */
    const json_t *notes; /* array of texts, or NULL */
    const json_t *steps; /* array of texts, "barrier" among them, or NULL */
    double tasks, first, width, body; /* tasks: but for a creator */
    double creator; /* the first of its steps in `steps`; NAN: none */
    double ideal;   /* at the case's width, where that is limited */
    double rounds, rounds_done;
    bool is_auto;              /* the number of rounds was not fixed … */
    const char *stopped;       /* … and ended for this; "" where not known */
    double precision;          /* half of the widest interval, a share */
    const json_t *calibration; /* points, or NULL … */
    const char *calibrated;    /* … and of which strategy, or NULL */
    double resolution; /* the least share that is told apart; NAN: not known */
    double resolution_least;   /* what two must be apart to be ranked; or NAN */
    bool resolution_found;     /* false: not even that much was … */
    bool resolution_own;       /* false: taken from the run's other cases … */
    const char *resolution_of; /* … from this one, the nearest; or NULL */
    const json_t *from;        /* the summary's case */
    bool reuse, real;          /* real: the URLs are not the own origin's */
    double rate;     /* tasks a second that are due; NAN: the load is closed */
    bool poisson;    /* … at random */
    double quantile; /* … that which `tail` is of its entries */
    struct view_entry *entries;
    size_t count;
    const struct view_entry *base; /* measured baseline, or NULL */
};

/* The cases of one section stand together: `first` to `first + count`. */
struct view_section {
    size_t first, count;
};

struct view {
    const json_t *run, *summary; /* borrowed */
    struct view_case *cases;
    size_t count;
    struct view_section *sections;
    size_t section_count;
};

/* `run` is run.json, or NULL. Both must outlive the view. False: no memory. */
bool view_open(struct view *view, const json_t *run, const json_t *summary);
void view_close(struct view *view);

/* A measured entry: status ok, at least one sample, and a wall time. */
bool view_measured(const struct view_entry *entry);
size_t view_measured_count(const struct view_case *c);

/* Whether the case has a peer. */
bool view_has_peer(const struct view_case *c);

/* How many tasks failed in a sample of the measured entry at most. */
double view_failed(const struct view_entry *entry);

/* A measured entry of which no more tasks failed than of any other in the case,
 * and of which it is known what it received. Only these are compared: who does
 * less is done sooner. */
bool view_level(const struct view_case *c, const struct view_entry *entry);

/* Whether its tasks come at a rate of their own, whoever is busy. */
bool view_open_load(const struct view_case *c);

/* What entries are ranked by: wall time; of an open load, whose rate decides
 * that, the tail. */
const struct spread *view_ranked(const struct view_entry *entry);

/* The level entry with the least median of that, or NULL. */
const struct view_entry *view_fastest(const struct view_case *c);

/* The entry of that label in the case, or NULL. */
const struct view_entry *view_label(const struct view_case *c,
                                    const char *label);

/* Text of the case's axis `key` (`tasks`, `width`, …), or NULL. */
const char *view_axis(const struct view_case *c, const char *key);

/* What stands in the object at `key`: a number or NAN; a text or NULL. */
double view_number(const json_t *object, const char *key);
const char *view_text(const json_t *object, const char *key);

/* Likewise; `other` where the text is missing or empty. */
const char *view_text_or(const json_t *object, const char *key,
                         const char *other);

#endif
