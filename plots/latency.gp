# SPDX-License-Identifier: GPL-3.0-or-later
#
# Percentile curves of the time in progress and of the time since the batch
# was begun, a line a strategy. Variables: data, out.

load ARG0[:strlen(ARG0) - strlen("latency.gp")]."style.gp"

array Low[2]; array High[2]
stats data index 0 using (title = strcol(1), about = strcol(2), last = $3, \
    Low[1] = $4 / 1.05, High[1] = $5 * 1.05, Low[2] = $6 / 1.05, \
    High[2] = $7 * 1.05, 0) nooutput
stats data using 0 nooutput
series = int(STATS_blocks) - 3

width_px = 1000
height_px = 400
head_px = 84
foot_px = 46
@canvas
set multiplot
set tmargin at screen py(head_px)
set bmargin at screen py(height_px - foot_px)

# Every nine takes the same room: the slowest tasks are the interesting ones.
nines(q) = -log10(1 - q)
x_end = nines(last) * 1.02
set xrange [0:x_end]
set xtics scale 0 () tc rgb muted
do for [q in "0 0.5 0.9 0.99 0.999 0.9999"] {
    if (q + 0.0 <= last && (q > 0 || last < 0.995)) {
        set xtics add (sprintf("%g %%%%", 100.0 * q) nines(q + 0.0))
    }
}
set logscale y 10
set grid xtics ytics ls 1
wide(k) = series < 2 ? 2 : 1.8 + 2.4 * (series - 1 - k) / (series - 1)
do for [panel = 1:2] {
    x0 = (panel - 1) * 500
    set lmargin at screen px(x0 + 62)
    set rmargin at screen px(x0 + 310)
    set yrange [Low[panel]:High[panel]]
    if (High[panel] / Low[panel] > 4) {
        eval log_tics("y", "in_time", Low[panel], High[panel])
    } else {
        eval even_tics("y", "in_time", Low[panel], High[panel])
    }
    if (panel == 1) {
        set label 1 title.": latency of the tasks" at screen px(14), \
            screen py(16) font ",14" tc rgb ink
        set label 2 about."; time axes logarithmic" at screen px(14), screen py(33) font ",11" \
            tc rgb muted
    } else {
        unset label 1
        unset label 2
    }
    set label 3 panel == 1 ? "in progress: from its own start" \
        : "with the wait: from the batch's begin" \
        at screen px(x0 + 62), screen py(head_px - 14) font ",12" tc rgb ink
    set label 4 "of all tasks, within" at screen px(x0 + 310), \
        screen py(height_px - 10) right font ",11" tc rgb muted
    set label 5 sprintf("at %g %%", 100 * last) \
        at screen px(x0 + 318), screen py(head_px - 17) font ",11" \
        tc rgb muted
    plot for [k = 0:series - 1] data index 3 + k \
            using ($1 == panel ? nines($5) : NaN):6:(colour(strcol(3))) \
            with lines lw wide(k) lc rgb variable, \
        for [k = 0:series - 1] "" index 3 + k \
            using ($1 == panel && $7 == 1 ? nines($5) : NaN):6: \
            (mark(column(4))):(colour(strcol(3))) with points pt variable \
            ps 0.55 lc rgb variable, \
        "" index panel using (x_end):5:1:(dark(colour(strcol(2)))) \
            with labels left offset ch(8), 0 font ",11" tc rgb variable
}
unset multiplot
