# SPDX-License-Identifier: GPL-3.0-or-later
#
# Every sample in the order taken, against its strategy's median; a panel a
# strategy. Variables: data, out.

load ARG0[:strlen(ARG0) - strlen("samples.gp")]."style.gp"

array Label[40]; array Name[40]; array Median[40]
stats data index 0 using (title = strcol(1), panels = int($2), 0) nooutput
stats data index 1 using (p = int($1), Label[p] = strcol(2), \
    Name[p] = strcol(3), Median[p] = strcol(4), 0) nooutput
stats data index 2 using 2 name "round" nooutput
stats data index 2 using 3 name "part" nooutput

columns = 4
even_steps = 3
width_px = 860
panel_w = (width_px - 80.0) / columns
panel_h = 120
head_px = 54
lines = (panels + columns - 1) / columns
height_px = head_px + lines * panel_h + 24
@canvas
set multiplot
# The same axis for all; at least 5 % each way, so that noise looks like noise.
reach = part_max > -part_min ? part_max : -part_min
reach = reach < 5 ? 5 : reach * 1.08
set xrange [-0.6:round_max + 0.6]
set yrange [-reach:reach]
unset xtics
percent(v) = v == 0 ? "median" : sprintf("%+g %%%%", v)
set grid ytics ls 1
set label 1 title.": samples in the order taken" at screen px(14), \
    screen py(16) font ",14" tc rgb ink
set label 2 "each against its strategy's median; ". \
    "hollow: the warm-up, which does not count" \
    at screen px(14), screen py(33) font ",11" tc rgb muted
do for [p = 1:panels] {
    x0 = 66 + ((p - 1) % columns) * panel_w
    y0 = head_px + ((p - 1) / columns) * panel_h
    set lmargin at screen px(x0 + 6)
    set rmargin at screen px(x0 + panel_w - 10)
    set tmargin at screen py(y0 + 24)
    set bmargin at screen py(y0 + panel_h - 8)
    if ((p - 1) % columns == 0) {
        eval even_tics("y", "percent", -reach, reach)
    } else {
        eval even_tics("y", "no_text", -reach, reach)
    }
    set label 3 Label[p]."  ".Median[p] at screen px(x0 + 6), \
        screen py(y0 + 14) font ",11" tc rgb dark(colour(Name[p]))
    set arrow 1 from graph 0, first 0 to graph 1, first 0 nohead lw 1 \
        lc rgb muted back
    plot data index 2 using ($1 == p && $4 == 0 ? $2 : NaN):3 with points \
            pt 7 ps 0.45 lc rgb colour(Name[p]), \
        "" index 2 using ($1 == p && $4 == 1 ? $2 : NaN):3 with points \
            pt 6 ps 0.45 lw 1.5 lc rgb colour(Name[p])
    unset label 1
    unset label 2
}
unset multiplot
