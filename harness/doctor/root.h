/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Files of /proc and /sys, read below a root: "" for this machine, or a folder
 * that holds such files of another one. Paths begin with a slash.
 */
#ifndef CONCUR_ROOT_H
#define CONCUR_ROOT_H

#include <sched.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

/* For reading; NULL if there is no such file or it may not be read. */
FILE *root_open(const char *root, const char *path);
bool root_exists(const char *root, const char *path);

/* The first line without its newline; at most size - 1 bytes of it. */
bool root_line(const char *root, const char *path, char *line, size_t size);

/* The number that the first line begins with. */
bool root_number(const char *root, const char *path, uint64_t *number);

/* What follows `key` and blanks or a colon in the first line that begins with
 * the whole word `key`: `nr_throttled 5`, `MemAvailable:  81 kB`. */
bool root_field(const char *root, const char *path, const char *key, char *text,
                size_t size);
bool root_field_number(const char *root, const char *path, const char *key,
                       uint64_t *number);

/* "0-2,5" as the set {0, 1, 2, 5}. False if it is no such list. */
bool cpus_parse(const char *text, cpu_set_t *set);

/* The other way round, into `text`, which is returned. */
char *cpus_text(const cpu_set_t *set, char *text, size_t size);

#endif
