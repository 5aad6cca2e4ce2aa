# SPDX-License-Identifier: GPL-3.0-or-later
#
# Not a figure: what scaling_*.gp share. Lines on two logarithmic axes, named at
# their right ends. Expects `what`, the words under the axis, and `x_words`, the
# function that writes its values; `of_what`, `y_words` and `note` where it is
# not about wall time.

if (!exists("of_what")) { of_what = "wall time" }
if (!exists("y_words")) { y_words = "in_time" }
if (!exists("note")) { note = "" }

stats data index 0 using (title = strcol(1), x_low = $2, x_high = $3, \
    y_low = $4, y_high = $5, x_zero = int($6), y_zero = int($7), \
    0) nooutput
stats data using 0 nooutput
computed = 0
stats data using (computed = computed || \
    (strlen(strcol(7)) && int($7) == 1), 0) nooutput
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
# A logarithmic axis has no 0: where 0 was measured it has a place of its own,
# beyond a break.
zero_x = x_low / (x_high > x_low ? (x_high / x_low) ** 0.25 : 10)
zero_y = y_low / (y_high / y_low) ** 0.1
x_left = x_zero ? zero_x : x_low
y_foot = y_zero ? zero_y : y_low
at_x(x) = x == 0 ? zero_x : x
at_y(y) = y == 0 ? zero_y : y
x_span = x_high / x_left
set xrange [x_left / x_span ** 0.02:x_high * x_span ** 0.02]
set yrange [y_foot / (y_zero ? (y_high / y_low) ** 0.02 : 1):y_high]
if (x_zero) {
    gap_x = sqrt(zero_x * x_low)
    thin_x = x_span ** 0.007
    set object 1 rectangle from gap_x / thin_x, graph -0.01 \
        to gap_x * thin_x, graph 1.01 front fc rgb "white" \
        fillstyle solid noborder
    set arrow 1 from gap_x / thin_x, graph 0 to gap_x / thin_x, graph 1 \
        nohead front lw 1 dt (1, 3) lc rgb muted
    set arrow 2 from gap_x * thin_x, graph 0 to gap_x * thin_x, graph 1 \
        nohead front lw 1 dt (1, 3) lc rgb muted
}
if (y_zero) {
    gap_y = sqrt(zero_y * y_low)
    thin_y = (y_high / y_foot) ** 0.007
    set object 2 rectangle from graph -0.01, first gap_y / thin_y \
        to graph 1.01, first gap_y * thin_y front fc rgb "white" \
        fillstyle solid noborder
    set arrow 3 from graph 0, first gap_y / thin_y \
        to graph 1, first gap_y / thin_y nohead front lw 1 dt (1, 3) \
        lc rgb muted
    set arrow 4 from graph 0, first gap_y * thin_y \
        to graph 1, first gap_y * thin_y nohead front lw 1 dt (1, 3) \
        lc rgb muted
}
if (y_words eq "in_size") {
    eval size_tics("y", y_low, y_high)
} else {
    eval log_tics("y", y_words, y_low, y_high)
}
if (y_zero) { set ytics add ("0" zero_y) }
# The values that were measured, as far as their words do not touch; the last
# in any case.
swept = ""
stats data index 1 using (swept = swept.sprintf(" %.12g", $1), 0) nooutput
set xtics scale 0 () tc rgb muted
far(a, b) = log(b / a) / log(x_span) > 0.11
before = 0
do for [word in swept] {
    v = word + 0.0
    if (v == 0) {
        set xtics add ("0" zero_x)
    } else {
        if (v == x_high || (far(v, x_high) \
            && (before == 0 || far(before, v)))) {
            eval sprintf("set xtics add (%s(%s) %s)", x_words, word, word)
            before = v
        }
    }
}
set grid xtics ytics ls 1
set label 1 title at screen px(14), screen py(16) font ",14" tc rgb ink
set label 2 of_what.", logarithmic axis" at screen px(14), screen py(40) left \
    font ",11" tc rgb muted
set label 3 what.", logarithmic axis" at screen px(width_px - right_px), screen py(height_px - 10) \
    right font ",11" tc rgb muted
if (computed) { note = "hollow: computed, not measured" }
set label 4 note at screen px(width_px - 14), screen py(16) right \
    font ",11" tc rgb muted

x_end = x_high * x_span ** 0.02
# Earlier lines are wider: one that lies under another can still be seen.
wide(k) = series < 2 ? 2 : 1.8 + 3.4 * (series - 1 - k) / (series - 1)
plot for [k = 0:series - 1] data index 3 + k \
        using (at_x($4)):($7 == 0 ? at_y($5) : NaN):(colour(strcol(2))) \
        with lines lw wide(k) lc rgb variable, \
    for [k = 0:series - 1] "" index 3 + k \
        using (at_x($4)):($7 == 0 ? at_y($5) : NaN):(mark(column(3))):(colour(strcol(2))) \
        with points pt variable ps 0.6 lc rgb variable, \
    for [k = 0:series - 1] "" index 3 + k \
        using (at_x($4)):($7 == 1 ? at_y($5) : NaN):(hollow(column(3))): \
        (colour(strcol(2))) with points pt variable ps 0.6 lw 1.5 \
        lc rgb variable, \
    for [k = 0:series - 1] "" index 3 + k \
        using (at_x($4)):(at_y($6)):(colour(strcol(2))) with lines lw 1.2 dt (6, 3) \
        lc rgb variable, \
    for [k = 0:series - 1] "" index 3 + k \
        using (at_x($4)):(at_y($6)):(colour(strcol(2))) with points pt 7 \
        ps 0.2 lc rgb variable, \
    "" index 1 using (at_x($1)):2 with lines lw 1.4 dt (4, 3) lc rgb ink, \
    "" index 2 using (x_end):5:1:(dark(colour(strcol(2)))) \
        with labels left \
        offset ch(14), 0 tc rgb variable
