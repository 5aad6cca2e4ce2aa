# SPDX-License-Identifier: GPL-3.0-or-later
#
# What one more waiting task takes, a row a strategy: memory in all and what it
# is made of, and far to the right the address space that is only reserved; the
# claims are upright lines. Variables: data, out.

load ARG0[:strlen(ARG0) - strlen("costs.gp")]."style.gp"

stats data index 0 using (title = strcol(1), rows = $2, low = $3 / 1.6, \
    high = $4 * 1.6, claims = $5, 0) nooutput
sections = 0
stats data index 1 using (sections = sections + (strlen(strcol(14)) > 0), 0) \
    nooutput

width_px = 860
row_px = 24
head_px = 90
left_px = sections ? 366 : 236
right_px = 96
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
eval size_tics("x", low, high)
set label 1 title at screen px(14), screen py(16) font ",14" tc rgb ink
set label 2 "stack" at screen px(left_px - 14), screen py(head_px - 12) right \
    font ",11" tc rgb muted
set label 3 "in all" at screen px(width_px - 14), screen py(head_px - 12) \
    right font ",11" tc rgb muted
# What the marks mean, above the axis.
key_y = 40
set label 5 "memory in all, 95 % interval" at screen px(14), screen py(key_y) \
    left point pt 7 ps 1.1 lc rgb muted offset ch(10), -0.25 font ",11" \
    tc rgb muted
set label 6 "resident" at screen px(206), screen py(key_y) left \
    point pt 9 ps 0.7 lc rgb muted offset ch(10), -0.25 font ",11" tc rgb muted
set label 7 "kernel stack" at screen px(286), screen py(key_y) left \
    point pt 2 ps 0.7 lw 1.5 lc rgb muted offset ch(10), -0.25 font ",11" \
    tc rgb muted
set label 8 "page tables" at screen px(386), screen py(key_y) left \
    point pt 1 ps 0.8 lw 1.5 lc rgb muted offset ch(10), -0.25 font ",11" \
    tc rgb muted
set label 9 "virtual size: address space only" at screen px(482), \
    screen py(key_y) left point pt 6 ps 0.9 lw 1.5 lc rgb muted \
    offset ch(10), -0.25 font ",11" tc rgb muted
set label 10 "bytes for each task, logarithmic axis" \
    at screen px(width_px - right_px), screen py(height_px - 10) right \
    font ",11" tc rgb muted

claim_at(x) = claims > 0 ? x : NaN
plot data index 1 using (low):1:(high - low):(0) with vectors nohead lw 1 \
        lc rgb faint, \
    data index 2 using (claim_at($1)):(0.5):(0):(rows) with vectors nohead \
        dt (4, 4) lw 1.2 lc rgb alarm, \
    "" index 2 using (claim_at($1)):(0.5):2 with labels center \
        offset 0, 0.75 tc rgb alarm font ",11", \
    data index 1 using 5:1:($10 > $5 ? $10 - $5 : NaN):(0):(pale(colour(strcol(3)), 0.35)) \
        with vectors nohead lw 2 dt (2, 3) lc rgb variable, \
    "" index 1 using 6:1:($7 - $6):(0):(colour(strcol(3))) with vectors \
        nohead lw 3 lc rgb variable, \
    "" index 1 using 8:1:(colour(strcol(3))) with points pt 2 ps 0.7 lw 1.5 \
        lc rgb variable, \
    "" index 1 using 9:1:(colour(strcol(3))) with points pt 1 ps 0.8 lw 1.5 \
        lc rgb variable, \
    "" index 1 using 11:1:(colour(strcol(3))) with points pt 9 ps 0.7 \
        lc rgb variable, \
    "" index 1 using 10:1:(colour(strcol(3))) with points pt 6 ps 0.9 lw 1.5 \
        lc rgb variable, \
    "" index 1 using 5:1:(colour(strcol(3))) with points pt 7 ps 1.1 \
        lc rgb variable, \
    "" index 1 using (low):1:2 with labels right offset ch(-88), 0 \
        tc rgb ink, \
    "" index 1 using (low):1:14 with labels left offset ch(14 - left_px), 0 \
        tc rgb muted, \
    "" index 1 using (low):1:12 with labels right offset ch(-14), 0 \
        tc rgb muted font ",11", \
    "" index 1 using (high):1:13 with labels right offset ch(82), 0 \
        tc rgb ink
