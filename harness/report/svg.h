/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * gnuplot's SVG made fit to stand inside an HTML page: ids that no other
 * figure has, no names of other documents, and a third of the size.
 */
#ifndef CONCUR_SVG_H
#define CONCUR_SVG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

/* Writes the figure `svg` (the whole file's text) as an <svg> element with
 * that title, its ids begun with f`number`. False: it is not an SVG of the
 * kind that gnuplot writes, or there is no memory; nothing was written. It
 * fills what it stands in up to a third above its size, and no more than its
 * size where it is tall. */
bool svg_inline(FILE *out, const char *svg, unsigned number, const char *title);

/* How large it is, in pixels; false: it is not an SVG as gnuplot writes it. */
bool svg_size(const char *svg, double *width, double *height);

/* Text as HTML: what means something to it is escaped, control characters are
 * left out. For attributes in double quotes as well. */
void html_escape(FILE *out, const char *text);

#endif
