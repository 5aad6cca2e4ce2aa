# SPDX-License-Identifier: GPL-3.0-or-later
#
# Wall time by strategy, a panel a case: samples, median and interval, the
# ideal, and the speed-up in words. Variables: data, out.

load ARG0[:strlen(ARG0) - strlen("overview.gp")]."style.gp"

has_time(state) = state eq "ok" || state eq "computed"

array Title[16]; array About[16]; array IdealText[16]
array Logarithmic[16]; array Low[16]; array High[16]; array Ideal[16]
array Rows[16]
panels = 0
stats data index 0 using (panels = int($1), Title[panels] = strcol(2), \
    About[panels] = strcol(3), Logarithmic[panels] = int($4), \
    Low[panels] = $5, High[panels] = $6, 0) nooutput
# A NaN would end the row: the ideal is read apart.
do for [p = 1:panels] {
    Ideal[p] = NaN
}
stats data index 0 using (Ideal[int($1)] = $7, 0) nooutput
stats data index 0 using (IdealText[int($1)] = strcol(8), \
    Rows[int($1)] = $9, 0) nooutput

# One column of wide panels, or two of narrow ones.
columns = panels > 1 ? 2 : 1
even_steps = columns == 1 ? 5 : 3
width_px = columns == 1 ? 860 : 1000
panel_px = width_px / columns
row_px = 24
head_px = 62
foot_px = 56
left_px = 150
right_px = 152
# The panels of a line are as high as the one with the most rows.
array Top[16]
y0 = 0
do for [p = 1:panels] {
    Top[p] = y0
    if ((p - 1) % columns == 0) { most = 0 }
    most = Rows[p] > most ? Rows[p] : most
    if (p % columns == 0 || p == panels) {
        do for [q = p - (p - 1) % columns:p] { Top[q] = y0 }
        y0 = y0 + head_px + foot_px + row_px * most
    }
}
height_px = y0
@canvas
set multiplot
do for [p = 1:panels] {
    x0 = ((p - 1) % columns) * panel_px
    y0 = Top[p]
    y1 = y0 + head_px + row_px * Rows[p]
    set lmargin at screen px(x0 + left_px)
    set rmargin at screen px(x0 + panel_px - right_px)
    set tmargin at screen py(y0 + head_px)
    set bmargin at screen py(y1)
    set yrange [Rows[p] + 0.5:0.5]
    unset ytics
    unset label
    unset arrow
    low = Logarithmic[p] ? Low[p] / 1.25 : 0
    high = Logarithmic[p] ? High[p] * 1.25 : High[p] * 1.06
    set xrange [low:high]
    if (Logarithmic[p]) {
        set logscale x 10
        eval log_tics("x", "in_time", low, high)
    } else {
        unset logscale x
        eval even_tics("x", "in_time", low, high)
    }
    set label 1 Title[p] at screen px(x0 + 14), screen py(y0 + 16) \
        font ",14" tc rgb ink
    set label 2 About[p] at screen px(x0 + 14), screen py(y0 + 33) \
        font ",11" tc rgb muted
    set label 3 "wall time" at screen px(x0 + panel_px - right_px + 72), \
        screen py(y0 + 52) right font ",11" tc rgb muted
    set label 4 "speed-up" at screen px(x0 + panel_px - 10), \
        screen py(y0 + 52) right font ",11" tc rgb muted
    set label 6 Logarithmic[p] ? "wall time, logarithmic axis" \
        : "wall time, axis from 0" \
        at screen px(x0 + panel_px - right_px), screen py(y1 + 34) right \
        font ",11" tc rgb ink
    if (Ideal[p] > 0) {
        set arrow 1 from Ideal[p], graph 0 to Ideal[p], graph 1 nohead \
            lw 1.2 dt (4, 3) lc rgb ink back
        set label 5 IdealText[p] at Ideal[p], graph 1 \
            offset character 0, character 0.7 \
            center font ",11" tc rgb ink
    }
    # No line runs through the reason why a row is empty.
    plot data index 1 using ($1 == p && !has_time(strcol(6)) ? low : NaN):2: \
            (high - low):(0) with vectors nohead lw 20 lc rgb "white", \
        "" index 1 using ($1 == p ? low : NaN):2:(column(8) - low):(0) \
            with vectors nohead lw 1 lc rgb faint, \
        "" index 1 using ($1 == p && has_time(strcol(6)) \
            && $7 <= high ? $7 : NaN):($2 - 0.3):(0):(0.6) with vectors nohead lw 1.4 lc rgb muted, \
        "" index 2 using ($1 == p ? $3 : NaN):($2 + 0.23):(colour(strcol(4))) \
            with points pt 7 ps 0.22 lc rgb variable, \
        "" index 1 using ($1 == p ? $9 : NaN):2:($10 - $9):(0): \
            (colour(strcol(4))) with vectors nohead lw 4 lc rgb variable, \
        "" index 1 using ($1 == p ? $8 : NaN):2:(mark(column(5))): \
            (colour(strcol(4))) with points pt variable ps 0.85 \
            lc rgb variable, \
        "" index 1 using ($1 == p && strcol(6) eq "computed" \
            && $7 > high ? high : NaN):2:("→"):(dark(colour(strcol(4)))) \
            with labels right font ",14" tc rgb variable, \
        "" index 1 using ($1 == p && strcol(6) eq "computed" \
            && $7 <= high ? $7 : NaN):2:(hollow(column(5))):(colour(strcol(4))) \
            with points pt variable ps 0.85 lw 1.5 lc rgb variable, \
        "" index 1 using ($1 == p ? low : NaN):2:3 with labels right \
            offset character -1, 0 tc rgb ink, \
        "" index 1 using ($1 == p ? high : NaN):2:11 \
            with labels right offset ch(72), 0 tc rgb ink, \
        "" index 1 using ($1 == p ? high : NaN):2:12 \
            with labels right offset ch(142), 0 tc rgb ink, \
        "" index 1 using ($1 == p && strcol(6) ne "ok" \
            && strcol(6) ne "computed" ? low : NaN):2:13: \
            (strcol(6) eq "failed" ? alarm : muted) with labels \
            left offset character 0.5, 0 \
            font ",11" tc rgb variable
}
unset multiplot
