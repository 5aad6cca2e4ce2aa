# SPDX-License-Identifier: GPL-3.0-or-later
#
# An open load by both clocks: from when tasks were due, and from when they were
# started; what lies between is what the second leaves out. A panel a strategy,
# one time axis for all. Variables: data, out.

load ARG0[:strlen(ARG0) - strlen("open_load.gp")]."style.gp"

array Label[40]; array Name[40]; array Kept[40]; array Said[40]
array Last[40]; array Due[40]; array DueText[40]; array Own[40]
array OwnText[40]
stats data index 0 using (title = strcol(1), about = strcol(2), last = $3, \
    low = $4, high = $5, 0) nooutput
panels = 0
stats data index 1 using (panels = int($1), Label[panels] = strcol(2), \
    Name[panels] = strcol(3), Kept[panels] = int($4), \
    Said[panels] = strcol(5), Last[panels] = $6, Due[panels] = $7, \
    DueText[panels] = strcol(8), Own[panels] = $9, \
    OwnText[panels] = strcol(10), 0) nooutput

across = panels < 4 ? panels : panels < 7 ? 3 : 4
down = int((panels + across - 1) / across)
left_px = 58
panel_px = 226
gap_px = 66
width_px = left_px + across * (panel_px + gap_px)
width_px = width_px < 640 ? 640 : width_px
head_px = 58
row_px = 218
tall_px = 150
foot_px = 20
height_px = head_px + down * row_px + foot_px
@canvas
set multiplot

# Every nine takes the same room: the slowest tasks are the interesting ones.
nines(q) = -log10(1 - q)
set xrange [0:nines(last) * 1.02]
set yrange [low / 1.15:high * 1.3]
set logscale y 10
set grid xtics ytics ls 1
even = high / low < 4
apart(p) = log10(Due[p] / Own[p]) / log10(1.5 * high / low) * tall_px > 13

set label 1 title.": latency from due and from start" at screen px(14), screen py(16) font ",14" tc rgb ink
set label 2 about."; time axis logarithmic" at screen px(14), screen py(33) font ",11" tc rgb muted
set label 3 "solid: from when a task was due" at screen px(width_px - 14), \
    screen py(16) right font ",11" tc rgb muted
set label 4 "dashed: from when it was started" at screen px(width_px - 14), \
    screen py(33) right font ",11" tc rgb muted
do for [p = 1:panels] {
    column = int((p - 1) % across)
    row = int((p - 1) / across)
    x0 = left_px + column * (panel_px + gap_px)
    y0 = head_px + row * row_px + 38
    set lmargin at screen px(x0)
    set rmargin at screen px(x0 + panel_px)
    set tmargin at screen py(y0)
    set bmargin at screen py(y0 + tall_px)
    text = column == 0 ? "in_time" : "no_text"
    if (even) {
        eval even_tics("y", text, low, high)
    } else {
        eval log_tics("y", text, low, high)
    }
    set xtics scale 0 () tc rgb muted
    do for [q in "0 0.5 0.9 0.99 0.999 0.9999"] {
        if (q + 0.0 <= last && (q > 0 || last < 0.995)) {
            set xtics add (sprintf("%g %%%%", 100.0 * q) nines(q + 0.0))
        }
    }
    set label 10 Label[p] at screen px(x0), screen py(y0 - 24) left \
        font ",12" tc rgb dark(colour(Name[p]))
    set label 11 Said[p] at screen px(x0), screen py(y0 - 9) left \
        font ",11" tc rgb (Kept[p] ? muted : alarm)
    set label 12 DueText[p] at nines(Last[p]), Due[p] left \
        offset ch(6), 0 font ",11" tc rgb dark(colour(Name[p])) front
    if (apart(p)) {
        set label 13 OwnText[p] at nines(Last[p]), Own[p] left \
            offset ch(6), 0 font ",11" tc rgb muted front
    } else {
        unset label 13
    }
    if (p == panels) {
        set label 14 "of all tasks, within" at screen px(x0 + panel_px), \
            screen py(height_px - 8) right font ",11" tc rgb muted
    }
    plot data index 1 + p using (nines($1)):3:2 with filledcurves \
            lc rgb pale(colour(Name[p]), Kept[p] ? 0.25 : 0.4), \
        "" index 1 + p using (nines($1)):3 with lines lw 1.6 dt (4, 3) \
            lc rgb muted, \
        "" index 1 + p using (nines($1)):2 with lines lw 2.6 \
            lc rgb colour(Name[p])
    unset label 1
    unset label 2
    unset label 3
    unset label 4
}
unset multiplot
