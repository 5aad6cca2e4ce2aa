# SPDX-License-Identifier: GPL-3.0-or-later
#
# Memory for each task in flight by the number of tasks, a line a strategy:
# resident growth, and dashed the virtual size. Variables: data, out.

folder = ARG0[:strlen(ARG0) - strlen("scaling_memory.gp")]
load folder."style.gp"
what = "number of tasks"
x_words = "plain"
of_what = "memory for each task in flight"
y_words = "in_size"
note = "solid: resident; dashed: virtual size"
load folder."scaling.gp"
