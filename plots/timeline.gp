# SPDX-License-Identifier: GPL-3.0-or-later
#
# Swim lanes: a lane a task, pale while it waits to be started or for others at
# a barrier, solid while it is in progress; a panel a strategy, one time axis
# for all. Of an open load the waiting begins when a task is due. Variables:
# data, out.

load ARG0[:strlen(ARG0) - strlen("timeline.gp")]."style.gp"

array Label[40]; array Name[40]; array LastText[40]; array Reason[40]
array Lanes[40]; array Last[40]; array Beyond[40]; array Failed[40]
stats data index 0 using (title = strcol(1), about = strcol(2), end_ns = $3, \
    ideal_text = strcol(5), tasks = $6, waiting = strcol(7), \
    creator = $8, 0) nooutput
ideal = NaN
stats data index 0 using (ideal = $4, 0) nooutput
panels = 0
stats data index 1 using (panels = int($1), Label[panels] = strcol(2), \
    Name[panels] = strcol(3), Lanes[panels] = int($4), Last[panels] = $5, \
    LastText[panels] = strcol(6), Beyond[panels] = int($7), \
    Failed[panels] = int($8), Reason[panels] = strcol(9), 0) nooutput

width_px = 860
head_px = 66
foot_px = 44
left_px = 150
right_px = 76
# Whole pixels a lane, so that no stripes appear where there are none.
lane_px(p) = Lanes[p] > 40 ? 1 : int(72.0 / Lanes[p])
tall_px(p) = Lanes[p] > 0 ? Lanes[p] * lane_px(p) : empty_px
empty_px = 26
gap_px = 9
shown = 0
height_px = head_px + foot_px
do for [p = 1:panels] {
    height_px = height_px + gap_px + tall_px(p)
}
@canvas
set multiplot
unit = time_unit(end_ns)
set xrange [0:end_ns * 1.02]
set lmargin at screen px(left_px)
set rmargin at screen px(width_px - right_px)
unset ytics

eval even_tics("x", "no_text", 0, end_ns * 1.02)

set label 1 title at screen px(14), screen py(16) font ",14" tc rgb ink
set label 2 about at screen px(14), screen py(33) font ",11" tc rgb muted
set label 3 waiting at screen px(width_px - right_px), \
    screen py(16) right font ",11" tc rgb muted
set label 4 "solid: in progress" at screen px(width_px - right_px), \
    screen py(33) right font ",11" tc rgb muted

y = head_px
do for [p = 1:panels] {
    tall = tall_px(p)
    set tmargin at screen py(y)
    set bmargin at screen py(y + tall)
    lanes = Lanes[p] > 0 ? Lanes[p] : 1
    set yrange [lanes + 0.5:0.5]
    thick = 1.0 * tall / lanes
    thick = thick > 3 ? thick - 1 : thick
    set label 10 Label[p] at screen px(left_px - 10), screen py(y + tall / 2) \
        right tc rgb ink
    if (creator > 0 && Lanes[p] > 0) {
        set label 16 "creator" at screen px(left_px - 10), \
            screen py(y + tall - tall / lanes / 2) right font ",10" \
            tc rgb muted
    } else {
        unset label 16
    }
    set label 11 (Lanes[p] > 0 ? "" : Reason[p]) at screen px(left_px + 8), screen py(y + tall / 2) \
        left font ",11" tc rgb (Reason[p][1:6] eq "failed" ? alarm : muted)
    unset label 12
    if (Lanes[p] > 0) {
        if (Beyond[p]) {
            set label 12 "→ ".LastText[p] at screen \
                px(width_px - right_px + 6), screen py(y + tall / 2) left \
                tc rgb muted
        } else {
            set label 12 LastText[p] at Last[p], graph 0.5 left \
                offset character 0.6, 0 tc rgb ink
        }
    }
    if (Failed[p] > 0) {
        set label 13 "× ".plain(Failed[p])." failed" at screen \
            px(left_px - 10), screen py(y + tall / 2 + 15) right \
            font ",11" tc rgb alarm
    } else {
        unset label 13
    }
    # No line runs through the reason why a panel is empty.
    unset arrow 1
    unset label 14
    if (ideal > 0 && Lanes[p] > 0) {
        set arrow 1 from ideal, graph 0 to ideal, graph 1 nohead lw 1.2 \
            dt (4, 3) lc rgb ink front
    }
    if (ideal > 0 && p == 1) {
        set label 14 "ideal ".ideal_text at ideal, graph 1 \
            offset 0, character 0.7 font ",11" tc rgb ink
    }
    if (p == panels) {
        eval even_tics("x", "in_time", 0, end_ns * 1.02)
        set label 15 "time since the batch was begun" at screen \
            px(width_px - right_px), screen py(height_px - 10) right \
            font ",11" tc rgb muted
    }
    last = end_ns * 1.02
    cut(t) = t > last ? last : t
    plot data index 2 using ($1 == p && $4 > $3 ? $3 : NaN):2: \
            (cut($4) - $3):(0) with vectors nohead lw thick \
            lc rgb pale(colour(Name[p]), 0.22), \
        "" index 2 using ($1 == p && $4 < last ? $4 : NaN):2: \
            (cut($5) - $4):(0) with vectors nohead lw thick \
            lc rgb colour(Name[p]), \
        "" index 2 using ($1 == p && $6 == 0 ? cut($5) : NaN):2 \
            with points pt 2 ps 0.6 lw 2 lc rgb alarm
    unset label 1
    unset label 2
    unset label 3
    unset label 4
    y = y + tall + gap_px
}
unset multiplot
