# SPDX-License-Identifier: GPL-3.0-or-later
#
# What was injected and what was measured: a panel a calibrated case, the known
# slow-down to the right, the measured one upwards with its interval. On the
# dashed line both are equal; a slow-down is found where its interval lies above
# 0. Variables: data, out.

load ARG0[:strlen(ARG0) - strlen("calibration.gp")]."style.gp"

panels = 1; low = -1; high = 6
stats data index 0 using (panels = int($1), low = $2, high = $3, 0) nooutput
array Title[64]; array About[64]
stats data index 1 using (Title[int($1)] = strcol(2), \
    About[int($1)] = strcol(3), 0) nooutput

found_colour = 0x0072b2
missed_colour = 0x8a8a8a
state_colour(s) = s eq "found" ? found_colour : s eq "alarm" ? alarm \
    : s eq "alike" ? ink : missed_colour
state_mark(s) = s eq "missed" ? 6 : s eq "alarm" ? 2 : 7

columns = panels > 3 ? 4 : panels
panel_px = 215
left_px = 52
top_px = 62
head_px = 40
plot_px = 150
foot_px = 44
lines = (panels - 1) / columns + 1
width_px = left_px + panel_px * (columns < 3 ? 3 : columns)
height_px = top_px + lines * (head_px + plot_px + foot_px) - 10
@canvas
pad = 0.06 * (high - low)
cut(y) = y > high + pad ? high + pad : y < low - pad ? low - pad : y
# A measured value beyond the axis is an arrow's head at its edge, no dot.
cut_mark(y, mark) = y > high + pad ? 9 : y < low - pad ? 11 : mark

set label 1 "A slow-down of known size, and what was measured of it" \
    at screen px(14), screen py(18) font ",14" tc rgb ink
# What the marks mean.
key_y = 40
set label 2 "itself again" at screen px(14), screen py(key_y) left \
    point pt 7 ps 0.8 lc rgb ink offset ch(10), -0.25 font ",11" tc rgb muted
set label 3 "found: the interval is above 0" at screen px(112), \
    screen py(key_y) left point pt 7 ps 0.8 lc rgb found_colour \
    offset ch(10), -0.25 font ",11" tc rgb muted
set label 4 "not found" at screen px(316), screen py(key_y) left \
    point pt 6 ps 0.8 lw 1.5 lc rgb missed_colour offset ch(10), -0.25 \
    font ",11" tc rgb muted
set label 5 "false alarm" at screen px(404), screen py(key_y) left \
    point pt 2 ps 0.8 lw 1.5 lc rgb alarm offset ch(10), -0.25 font ",11" \
    tc rgb muted
set label 6 "dashed: measured = added" at screen px(500), screen py(key_y) \
    left font ",11" tc rgb muted

set multiplot
do for [p = 1:panels] {
    x0 = left_px + ((p - 1) % columns) * panel_px
    y0 = top_px + ((p - 1) / columns) * (head_px + plot_px + foot_px)
    set lmargin at screen px(x0)
    set rmargin at screen px(x0 + panel_px - 24)
    set tmargin at screen py(y0 + head_px)
    set bmargin at screen py(y0 + head_px + plot_px)
    set xrange [-0.6:5.6]
    set yrange [low - pad:high + pad]
    set xtics scale 0 ("0" 0, "+1" 1, "+2" 2, "+5 %%" 5) tc rgb muted
    if ((p - 1) % columns == 0) {
        set ytics scale 0 ("-5 %%" -5, "0" 0, "+5 %%" 5, "+10 %%" 10) tc rgb muted
    } else {
        set ytics scale 0 ("" -5, "" 0, "" 5, "" 10)
    }
    set grid noxtics ytics ls 1
    set label 10 Title[p] at screen px(x0), screen py(y0 + 12) font ",12" \
        tc rgb ink
    set label 11 About[p] at screen px(x0), screen py(y0 + 28) font ",11" \
        tc rgb muted
    set arrow 1 from -0.6, 0 to 5.6, 0 nohead lw 1 lc rgb muted back
    set arrow 2 from 0, 0 to 5.6, 5.6 nohead lw 1 dt (4, 3) lc rgb ink back
    plot data index 2 using ($1 == p ? $2 : NaN):(cut($4)):(0): \
            (cut($5) - cut($4)):(state_colour(strcol(6))) \
            with vectors nohead lw 3 lc rgb variable, \
        "" index 2 using ($1 == p && strcol(6) eq "missed" ? $2 : NaN): \
            (cut($3)) with points pt 7 ps 0.8 lc rgb "white", \
        "" index 2 using ($1 == p ? $2 : NaN):(cut($3)): \
            (cut_mark($3, state_mark(strcol(6)))):(state_colour(strcol(6))) \
            with points pt variable ps 0.8 lw 1.5 lc rgb variable
    unset label 1; unset label 2; unset label 3; unset label 4
    unset label 5; unset label 6
}
unset multiplot
