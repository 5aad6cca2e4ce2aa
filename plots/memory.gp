# SPDX-License-Identifier: GPL-3.0-or-later
#
# Memory for each task in flight, a row a strategy: resident growth, and what
# its threads take in the kernel, and the virtual size that people quote.
# Variables: data, out.

load ARG0[:strlen(ARG0) - strlen("memory.gp")]."style.gp"

stats data index 0 using (title = strcol(1), about = strcol(2), rows = $3, \
    low = $4 / 1.4, high = $5 * 1.4, least_part = $6, 0) nooutput
# Parts that are far less than all stand at the axis' left edge.
below = least_part < low
edge = low
low = below ? low / (high / low) ** 0.07 : low
at(x) = x < edge ? low : x

width_px = 860
row_px = 24
head_px = 74
left_px = 150
right_px = 172
height_px = head_px + row_px * rows + 50
@canvas
set lmargin at screen px(left_px)
set rmargin at screen px(width_px - right_px)
set tmargin at screen py(head_px)
set bmargin at screen py(head_px + row_px * rows)
set yrange [rows + 0.5:0.5]
unset ytics
set xrange [low:high]
set logscale x 2
eval size_tics("x", below ? 2 * edge * (high / low) ** 0.03 : low, high)
if (below) { set xtics add ("less" low) }
set label 1 title.": memory for each task in flight" \
    at screen px(14), screen py(16) font ",14" tc rgb ink
set label 2 about at screen px(14), screen py(33) font ",11" tc rgb muted
set label 3 "resident" at screen px(width_px - right_px + 88), \
    screen py(head_px - 12) right font ",11" tc rgb muted
set label 4 "in flight" at screen px(width_px - 14), \
    screen py(head_px - 12) right font ",11" tc rgb muted
set label 5 "resident, read" at screen px(left_px), screen py(52) left \
    point pt 7 ps 0.95 lc rgb muted offset ch(10), -0.25 font ",11" tc rgb muted
set label 6 "virtual size, read" at screen px(left_px + 118), screen py(52) \
    left point pt 6 ps 0.75 lw 1.5 lc rgb muted offset ch(10), -0.25 \
    font ",11" tc rgb muted
set label 7 "kernel stack, computed" at screen px(left_px + 250), \
    screen py(52) left point pt 2 ps 0.7 lw 1.5 lc rgb muted \
    offset ch(10), -0.25 font ",11" tc rgb muted
set label 8 "page tables, read" at screen px(left_px + 410), screen py(52) \
    left point pt 1 ps 0.8 lw 1.5 lc rgb muted offset ch(10), -0.25 \
    font ",11" tc rgb muted
set label 9 "bytes for each task, logarithmic axis" \
    at screen px(width_px - right_px), screen py(height_px - 10) right \
    font ",11" tc rgb muted

plot data index 1 using (low):1:(high - low):(0) with vectors nohead lw 1 \
        lc rgb faint, \
    "" index 1 using 5:1:(mark(column(4))):(colour(strcol(3))) with points \
        pt variable ps 0.95 lc rgb variable, \
    "" index 1 using 8:1:(colour(strcol(3))) with points pt 6 ps 0.75 lw 1.5 \
        lc rgb variable, \
    "" index 1 using (at($6)):1:(colour(strcol(3))) with points pt 2 ps 0.7 lw 1.5 \
        lc rgb variable, \
    "" index 1 using (at($7)):1:(colour(strcol(3))) with points pt 1 ps 0.8 lw 1.5 \
        lc rgb variable, \
    data index 1 using (low):1:2 with labels right offset character -1, 0 \
        tc rgb ink, \
    "" index 1 using (high):1:9 with labels right offset ch(88), 0 \
        tc rgb ink, \
    "" index 1 using (high):1:10 with labels right offset ch(158), 0 \
        tc rgb ink
