# SPDX-License-Identifier: GPL-3.0-or-later
#
# Wall time by width (the most tasks in flight), a line a strategy, with the
# ideal. Variables: data, out.

folder = ARG0[:strlen(ARG0) - strlen("scaling_width.gp")]
load folder."style.gp"
what = "width: the most tasks in flight"
x_words = "plain"
load folder."scaling.gp"
