# SPDX-License-Identifier: GPL-3.0-or-later
#
# Who is fastest by two axes: a cell for each pair of values in the winner's
# colour, with its name and how far behind the next one is; striped where
# several share the first place. Words have a ground without stripes. Variables:
# data, out.

load ARG0[:strlen(ARG0) - strlen("map.gp")]."style.gp"

stats data index 0 using (title = strcol(1), columns = int($2), \
    rows = int($3), panels = int($4), x_axis = strcol(5), \
    y_axis = strcol(6), 0) nooutput
array Title[2]; array X[64]; array Y[64]
Title[1] = ""; Title[2] = ""
stats data index 1 using (Title[int($1)] = strcol(2), 0) nooutput
stats data index 2 using (X[int($1)] = strcol(2), 0) nooutput
stats data index 3 using (Y[int($1)] = strcol(2), 0) nooutput

cell_px = 134
row_px = 84
left_px = 92
right_px = 14
top_px = 46
head_px = strlen(Title[1]) > 0 ? 40 : 26
foot_px = 46
least_px = 640
width_px = left_px + cell_px * columns + right_px
width_px = width_px < least_px ? least_px : width_px
height_px = top_px + panels * (head_px + row_px * rows + foot_px)
@canvas
gap = 0.02                           # between two cells, as part of a cell
stripes = 15
frame_px = 9.0                       # that is striped around the words
# The stripe number k runs along u = v + shift(k) across the unit square.
shift(k) = -1 + 2.0 * k / (stripes + 1)
lower(k) = shift(k) < 0 ? -shift(k) : 0
upper(k) = shift(k) > 0 ? 1 - shift(k) : 1
in_cell(at, part) = at - 0.5 + gap + (1 - 2 * gap) * part
frame_x = frame_px / cell_px
frame_y = frame_px / row_px

set label 1 title at screen px(14), screen py(16) font ",14" tc rgb ink
set label 2 "striped edge: a tie, those named share the first place" \
    at screen px(width_px - 14), screen py(16) right font ",11" tc rgb muted
set grid noxtics noytics
set multiplot
do for [p = 1:panels] {
    y0 = top_px + (p - 1) * (head_px + row_px * rows + foot_px)
    set lmargin at screen px(left_px)
    set rmargin at screen px(left_px + cell_px * columns)
    set tmargin at screen py(y0 + head_px)
    set bmargin at screen py(y0 + head_px + row_px * rows)
    set xrange [0.5:columns + 0.5]
    set yrange [0.5:rows + 0.5]
    set xtics scale 0 () tc rgb ink
    set ytics scale 0 () tc rgb ink
    do for [i = 1:columns] { set xtics add (X[i] i) }
    do for [i = 1:rows] { set ytics add (Y[i] i) }
    set label 3 Title[p] at screen px(14), screen py(y0 + 6) font ",12" \
        tc rgb ink
    set label 4 y_axis at screen px(14), screen py(y0 + head_px - 10) left \
        font ",11" tc rgb muted
    set label 5 x_axis at screen px(left_px + cell_px * columns), \
        screen py(y0 + head_px + row_px * rows + 32) right font ",11" \
        tc rgb muted
    plot data index 4 using ($1 == p ? $2 : NaN):3:(in_cell($2, 0)): \
            (in_cell($2, 1)):(in_cell($3, 0)):(in_cell($3, 1)): \
            (pale(colour(strcol(5)), 0.42)) \
            with boxxyerror fs solid noborder lc rgb variable, \
        for [k = 1:stripes] "" index 4 \
            using ($1 == p && $4 == 1 ? in_cell($2, lower(k)) : NaN): \
            (in_cell($3, lower(k) + shift(k))): \
            ((1 - 2 * gap) * (upper(k) - lower(k))): \
            ((1 - 2 * gap) * (upper(k) - lower(k))) \
            with vectors nohead lw 3 lc rgb "white", \
        "" index 4 using ($1 == p && $4 == 1 ? $2 : NaN):3: \
            (in_cell($2, frame_x)):(in_cell($2, 1 - frame_x)): \
            (in_cell($3, frame_y)):(in_cell($3, 1 - frame_y)): \
            (pale(colour(strcol(5)), 0.42)) \
            with boxxyerror fs solid noborder lc rgb variable, \
        "" index 5 using ($1 == p && $4 == 1 ? $2 : NaN):3:5 with labels \
            center font ",13" tc rgb ink, \
        "" index 5 using ($1 == p && $4 == 0 ? $2 : NaN):3:5 with labels \
            center font ",11" tc rgb ink
    unset label 1
    unset label 2
}
unset multiplot
