# SPDX-License-Identifier: GPL-3.0-or-later
#
# What shifted between two runs: a row a case and strategy, the shift of its
# time with its interval, and the threshold as a band. What is beyond the axis
# is cut off there; the number beside it is whole. Variables: data, out.

load ARG0[:strlen(ARG0) - strlen("compare.gp")]."style.gp"

# By verdict: slower, faster, not resolved, baseline. Marks differ too.
verdict_colours = "0xd55e00 0x0072b2 0x6b6b6b 0xa0a0a0"
verdict_colour(v) = int(word(verdict_colours, 1 + int(v)))
verdict_mark(v) = int(word("9 11 7 6", 1 + int(v)))
is_head(v) = int(v) == 4

threshold = 5; axis = 10; title = ""; old = ""; new = ""
stats data index 0 using (threshold = $1, axis = $2, title = strcol(3), \
    old = strcol(4), new = strcol(5), 0) nooutput
rows = 0
stats data index 1 using (rows = $1 > rows ? $1 : rows, 0) nooutput

width_px = 860
row_px = 20
head_px = 92
foot_px = 44
left_px = 190
right_px = 190
height_px = head_px + foot_px + row_px * rows
@canvas

high = axis * 1.06
at(x) = x > high ? high : x < -high ? -high : x
# A tic's text is a format.
percent_tic(x) = x == 0 ? "0" \
    : (x > 0 ? "+" : "").sprintf("%.3g", x)." %%"
set lmargin at screen px(left_px)
set rmargin at screen px(width_px - right_px)
set tmargin at screen py(head_px)
set bmargin at screen py(height_px - foot_px)
set xrange [-high:high]
set yrange [rows + 0.6:0.4]
unset ytics
even_steps = 8
eval even_tics("x", "percent_tic", -high, high)

set label 1 title at screen px(14), screen py(20) font ",14" tc rgb ink
set label 2 "old: ".old at screen px(14), screen py(39) font ",11" tc rgb muted
set label 3 "new: ".new at screen px(14), screen py(54) font ",11" tc rgb muted
set label 4 "time less" at screen px(left_px), screen py(head_px - 10) \
    left font ",11" tc rgb muted
set label 5 "time more" at screen px(width_px - right_px), \
    screen py(head_px - 10) right font ",11" tc rgb muted
set label 6 "shift of the time with its 95 % interval; band: the threshold, " \
    .sprintf("%g", threshold)." %" at screen px(left_px), \
    screen py(height_px - 10) left font ",11" tc rgb muted
set object 1 rectangle from -threshold, graph 0 to threshold, graph 1 \
    fc rgb faint fillstyle solid noborder behind
set arrow 1 from 0, graph 0 to 0, graph 1 nohead lw 1 lc rgb muted back

plot data index 1 using (is_head($2) ? NaN : at($4)):1: \
        (at($5) - at($4)):(0):(verdict_colour(int($2) % 4)) \
        with vectors nohead lw 3 lc rgb variable, \
    "" index 1 using (is_head($2) ? NaN : at($3)):1: \
        ($2 < 2 ? 1.1 : 0.7):(verdict_mark(int($2) % 4)): \
        (verdict_colour(int($2) % 4)) \
        with points ps variable pt variable lc rgb variable, \
    "" index 1 using (is_head($2) ? NaN : -high):1:6 with labels right \
        offset character -1, 0 tc rgb ink, \
    "" index 1 using (is_head($2) ? -high : NaN):1:6 with labels left \
        offset ch(14 - left_px), 0 font ",13" tc rgb ink, \
    "" index 1 using (is_head($2) ? NaN : high):1:7 with labels right \
        offset ch(72), 0 tc rgb ink, \
    "" index 1 using (is_head($2) ? NaN : high):1:8: \
        (dark(verdict_colour(int($2) % 4))) with labels left \
        offset ch(86), 0 tc rgb variable
