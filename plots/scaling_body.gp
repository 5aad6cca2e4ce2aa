# SPDX-License-Identifier: GPL-3.0-or-later
#
# Wall time by the size of each response's body, a line a strategy.
# Variables: data, out.

folder = ARG0[:strlen(ARG0) - strlen("scaling_body.gp")]
load folder."style.gp"
what = "size of each body"
x_words = "in_size"
load folder."scaling.gp"
