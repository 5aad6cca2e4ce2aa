# SPDX-License-Identifier: GPL-3.0-or-later
#
# The power of the number of tasks by which what they add to time and memory
# grows: a panel a sweep, a row a strategy, the interval as a bar; 1 is linear.
# Variables: data, out.

load ARG0[:strlen(ARG0) - strlen("growth.gp")]."style.gp"

stats data index 0 using (title = strcol(1), rows = int($2), \
    panels = int($3), 0) nooutput
array Title[16]
stats data index 1 using (Title[int($1)] = strcol(2), 0) nooutput

left_px = 150
panel_px = panels > 2 ? 200 : panels > 1 ? 330 : 560
row_px = 24
top_px = 84
foot_px = 40
width_px = left_px + panel_px * panels + 14
width_px = width_px < 640 ? 640 : width_px
height_px = top_px + row_px * rows + foot_px
@canvas
low = 0
high = 2.4
# What lies beyond the axis is drawn at its end.
cut(e) = e > high ? high : e < low ? low : e

set label 1 title at screen px(14), screen py(16) font ",14" tc rgb ink
set label 2 "time over the ideal" at screen px(22), screen py(40) left \
    point pt 7 ps 0.85 lc rgb muted offset ch(10), -0.25 font ",11" \
    tc rgb muted
set label 3 "peak of memory" at screen px(160), screen py(40) left \
    point pt 6 ps 0.85 lw 1.5 lc rgb muted offset ch(10), -0.25 font ",11" \
    tc rgb muted
set label 4 "dashed: linear" at screen px(280), screen py(40) left \
    font ",11" tc rgb muted
set label 5 "crimson: faster than linear" at screen px(372), screen py(40) \
    left font ",11" tc rgb alarm
set multiplot
do for [p = 1:panels] {
    x0 = left_px + (p - 1) * panel_px
    set lmargin at screen px(x0)
    set rmargin at screen px(x0 + panel_px - 16)
    set tmargin at screen py(top_px)
    set bmargin at screen py(top_px + row_px * rows)
    set xrange [low:high]
    set yrange [rows + 0.5:0.5]
    set xtics scale 0 ("0" 0, "0.5" 0.5, "1" 1, "1.5" 1.5, "2" 2) \
        tc rgb muted
    unset ytics
    set label 10 Title[p] at screen px(x0), screen py(top_px - 12) left \
        font ",12" tc rgb ink
    set label 11 "exponent e" at screen px(x0 + panel_px - 16), \
        screen py(height_px - 8) right font ",11" tc rgb muted
    set arrow 1 from 1, graph 0 to 1, graph 1 nohead lw 1.4 dt (4, 3) \
        lc rgb ink back
    plot data index 2 using (low):1:(high - low):(0) with vectors nohead \
            lw 1 lc rgb faint, \
        "" index 2 using (p == 1 ? low : NaN):1:2 with labels right \
            offset character -1, 0 tc rgb ink, \
        "" index 3 using ($1 == p ? cut($5) : NaN): \
            ($2 - 0.16 + 0.32 * $3):(cut($6) - cut($5)):(0): \
            ($7 == 1 ? alarm : colour(strcol(8))) with vectors nohead lw 3 \
            lc rgb variable, \
        "" index 3 using ($1 == p && $3 == 1 ? cut($4) : NaN): \
            ($2 + 0.16) with points pt 7 ps 0.85 lc rgb "white", \
        "" index 3 using ($1 == p ? cut($4) : NaN): \
            ($2 - 0.16 + 0.32 * $3):($3 == 1 ? 6 : 7): \
            ($7 == 1 ? alarm : colour(strcol(8))) \
            with points pt variable ps 0.85 lw 1.5 lc rgb variable
    unset label 1; unset label 2; unset label 3; unset label 4; unset label 5
}
unset multiplot
