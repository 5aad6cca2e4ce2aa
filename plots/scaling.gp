# SPDX-License-Identifier: GPL-3.0-or-later
#
# Not a figure: what scaling_tasks.gp and scaling_width.gp share. Lines of the
# median wall time on two logarithmic axes, named at their right ends. Expects
# `what`, the words under the axis, and `base`, 2 or 10.

stats data index 0 using (title = strcol(1), x_low = $2, x_high = $3, \
    y_low = $4, y_high = $5, 0) nooutput
stats data using 0 nooutput
computed = 0
stats data using (computed = computed || \
    (strlen(strcol(8)) && int($8) == 1), 0) nooutput
series = int(STATS_blocks) - 3

width_px = 860
height_px = 460
@canvas
left_px = 70
right_px = 262
set lmargin at screen px(left_px)
set rmargin at screen px(width_px - right_px)
set tmargin at screen py(58)
set bmargin at screen py(height_px - 46)
set logscale xy 10
set xrange [x_low / (x_high / x_low) ** 0.02:x_high * (x_high / x_low) ** 0.02]
set yrange [y_low:y_high]
eval log_tics("y", "in_time", y_low, y_high)
set xtics scale 0 () tc rgb muted
if (base == 2) {
    do for [e = 0:20] { set xtics add (plain(2.0 ** e) 2.0 ** e) }
} else {
    eval log_tics("x", "plain", x_low, x_high)
}
set grid xtics ytics ls 1
set label 1 title at screen px(14), screen py(16) font ",14" tc rgb ink
set label 2 "wall time" at screen px(left_px - 8), screen py(46) right \
    font ",11" tc rgb muted
set label 3 what at screen px(width_px - right_px), screen py(height_px - 10) \
    right font ",11" tc rgb muted
set label 4 "hollow: computed, not measured" at screen px(width_px - 14), \
    screen py(16) right font ",11" tc rgb (computed ? muted : 0xffffff)

x_end = x_high * (x_high / x_low) ** 0.02
# Earlier lines are wider: one that lies under another can still be seen.
wide(k) = series < 2 ? 2 : 1.8 + 3.4 * (series - 1 - k) / (series - 1)
plot for [k = 0:series - 1] data index 3 + k \
        using 4:($8 == 0 ? $5 : NaN):(colour(strcol(2))) \
        with lines lw wide(k) lc rgb variable, \
    for [k = 0:series - 1] "" index 3 + k \
        using 4:($8 == 0 ? $5 : NaN):(mark(column(3))):(colour(strcol(2))) \
        with points pt variable ps 0.6 lc rgb variable, \
    for [k = 0:series - 1] "" index 3 + k \
        using 4:($8 == 1 ? $5 : NaN):(hollow(column(3))): \
        (colour(strcol(2))) with points pt variable ps 0.6 lw 1.5 \
        lc rgb variable, \
    "" index 1 using 1:2 with lines lw 1.4 dt (4, 3) lc rgb ink, \
    "" index 2 using (x_end):5:1:(dark(colour(strcol(2)))) \
        with labels left \
        offset ch(14), 0 tc rgb variable
