# SPDX-License-Identifier: GPL-3.0-or-later
#
# Wall time by the time that each task waits, a line a strategy, with the ideal.
# Variables: data, out.

folder = ARG0[:strlen(ARG0) - strlen("scaling_delay.gp")]
load folder."style.gp"
what = "how long each task waits"
x_words = "in_time"
load folder."scaling.gp"
