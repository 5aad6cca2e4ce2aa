/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A sample's own folder, for cases that read or write files with relative
 * names: filled before the sample, looked at after it, then removed.
 */
#ifndef CONCUR_SCRATCH_H
#define CONCUR_SCRATCH_H

#include "../origin/content.h"
#include "../suite/case.h"

struct scratch {
    char *path; /* NULL where the case has no use for one */
    int mark;   /* a file in it, locked for as long as it is in use; or -1 */
};

/* Makes the folder (in $TMPDIR or /tmp), with the files that the case's tasks
 * read. 0, or -1 and one line in `error`. */
int scratch_open(struct scratch *scratch, const struct bench_case *c,
                 uint64_t seed, char *error, size_t error_size);

/* Whether each file that the case writes is there with every byte, and no
 * other beside. False: what is wrong is in `error`. */
bool scratch_check(const struct scratch *scratch, const struct bench_case *c,
                   uint64_t seed, char *error, size_t error_size);

/* Removes the folder with all that is in it. */
void scratch_close(struct scratch *scratch);

/* Leaves it where it is, for somebody to look at: it has a path. */
void scratch_keep(struct scratch *scratch);

/* Removes the folders of samples whose program was killed: those that have the
 * mark, which nobody locks any more. Another's are left alone. */
void scratch_sweep(void);

/* What task i receives by such a step, as far as it can be known. False: it
 * cannot (a real URL, a file of the user's). A file of the folder has what the
 * task itself has written there last, else the origin's page of its index. */
bool scratch_reply(const struct batch *batch, const struct step *fetch,
                   uint32_t i, struct content *content);
bool scratch_content(const struct batch *batch, const struct step *read,
                     uint32_t i, struct content *content);

#endif
