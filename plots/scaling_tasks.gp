# SPDX-License-Identifier: GPL-3.0-or-later
#
# Wall time by the number of tasks, a line a strategy, with the ideal.
# Variables: data, out.

folder = ARG0[:strlen(ARG0) - strlen("scaling_tasks.gp")]
load folder."style.gp"
what = "number of tasks"
x_words = "plain"
load folder."scaling.gp"
