# SPDX-License-Identifier: GPL-3.0-or-later
#
# CPU time a task and context switches a task, a row a strategy. Variables:
# data, out.

load ARG0[:strlen(ARG0) - strlen("cpu.gp")]."style.gp"

stats data index 0 using (title = strcol(1), about = strcol(2), rows = $3, \
    cpu_high = $5 * 1.06, switch_high = $7 * 1.06, 0) nooutput

width_px = 860
row_px = 24
head_px = 74
left_px = 150
middle_px = 510
right_px = 66
height_px = head_px + row_px * rows + 34
@canvas
even_steps = 3.5                     # so that their words stay apart
set multiplot
set tmargin at screen py(head_px)
set bmargin at screen py(head_px + row_px * rows)
set yrange [rows + 0.5:0.5]
unset ytics
set label 1 title.": CPU time and context switches for each task" \
    at screen px(14), screen py(16) font ",14" tc rgb ink
set label 2 about at screen px(14), screen py(33) font ",11" tc rgb muted
set label 3 "CPU time, user and system" at screen px(left_px), \
    screen py(head_px - 12) left font ",11" tc rgb muted
set label 4 "context switches: full voluntary, pale involuntary" \
    at screen px(middle_px), screen py(head_px - 12) left font ",11" \
    tc rgb muted
set boxwidth 0.6
set lmargin at screen px(left_px)
set rmargin at screen px(middle_px - 90)
set xrange [0:cpu_high]
eval even_tics("x", "in_time", 0, cpu_high)
plot data index 1 using (0):1:(0):5:($1 - 0.3):($1 + 0.3): \
        (colour(strcol(3))) with boxxyerror lc rgb variable, \
    "" index 1 using (0):1:2 with labels right offset character -1, 0 \
        tc rgb ink, \
    "" index 1 using 5:1:8 with labels left offset character 0.6, 0 tc rgb ink

unset label
set lmargin at screen px(middle_px)
set rmargin at screen px(width_px - right_px)
set xrange [0:switch_high]
eval even_tics("x", "plain", 0, switch_high)
plot data index 1 using (0):1:(0):6:($1 - 0.3):($1 + 0.3): \
        (colour(strcol(3))) with boxxyerror lc rgb variable, \
    "" index 1 using (0):1:6:($6 + $7):($1 - 0.3):($1 + 0.3): \
        (pale(colour(strcol(3)), 0.4)) with boxxyerror lc rgb variable, \
    "" index 1 using ($6 + $7):1:9 with labels left offset character 0.6, 0 \
        tc rgb ink
unset multiplot
