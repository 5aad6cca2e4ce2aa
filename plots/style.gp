# SPDX-License-Identifier: GPL-3.0-or-later
#
# What all figures share: the terminal, one colour a strategy, axes with units.
# A figure sets `width_px` and `height_px`, calls `@canvas`, and draws. It reads
# one file of tab-separated blocks that `concur report` wrote from the results;
# see README.md.

set datafile separator "\t"

set encoding utf8

# ---- canvas ----
# Text stays text: the reader's own sans-serif face is used.
canvas = "set terminal svg size width_px,height_px fixed noenhanced \
font 'sans-serif,12' background rgb 'white' butt; set output out"
ink = 0x222222
muted = 0x6b6b6b
faint = 0xe4e4e4
alarm = 0xb3002d
px(x) = x / (1.0 * width_px)         # pixels from the left, as screen
py(y) = 1 - y / (1.0 * height_px)    # pixels from the top, as screen
ch(x) = x / 8.4                      # pixels as an offset in characters

unset key
set key noautotitle
set border 0
set tics nomirror scale 0 textcolor rgb muted
unset mxtics
unset mytics
set style line 1 lc rgb faint lw 1
set grid xtics ls 1
set grid noytics
set style fill solid noborder

# ---- one colour a strategy ----
# After Okabe and Ito, so that no two neighbours are alike to a colour-blind
# eye. What does one thing at a time is grey or brown, threads and processes
# are warm, event loops are cool. The peers in Python follow, in other shades.
names = "sequential await_in_loop blocking_in_loop polling_loop \
thread_per_task thread_pool process_pool executor \
libev_loop coroutine multi_loop raw_libev io_uring ideal \
py-requests py-threads py-executor py-asyncio py-uvloop"
colours = "0x3a3a3a 0x8a8a8a 0xa67c52 0x6b4f3a \
0xd55e00 0xe69f00 0x882255 0xcc79a7 \
0x0072b2 0x56b4e9 0x009e73 0x332288 0x7a8b00 0x222222 \
0x999933 0xcc6677 0xaa4499 0x44aa99 0x117733"
# For names that are not in the list (a user's strategies and peers).
spare = "0x6699cc 0x997700 0x994455 0x88a0a8 0x004488 0xee99aa 0xbbcc33"

place(name) = sum [k = 1:words(names)] (word(names, k) eq name ? k : 0)
letters = "abcdefghijklmnopqrstuvwxyz0123456789_"
mix(name) = sum [k = 1:strlen(name)] (k * strstrt(letters, name[k:k]))
colour(name) = place(name) > 0 ? int(word(colours, place(name))) \
    : int(word(spare, 1 + int(mix(name)) % words(spare)))

# The colour thinned with white: part 0 is white, 1 the colour itself.
channel(c, shift, part) = int(255 - part * (255 - ((c >> shift) & 255)))
pale(c, part) = (channel(c, 16, part) << 16) + (channel(c, 8, part) << 8) \
    + channel(c, 0, part)

# The colour darkened, for words: pale letters on white cannot be read.
shade(c, shift) = int(0.72 * ((c >> shift) & 255)) << shift
dark(c) = shade(c, 16) + shade(c, 8) + shade(c, 0)

# The same strategy at another width (`thread_pool:100`): another mark.
mark(variant) = int(word("7 9 5 13 11", 1 + int(variant) % 5))
hollow(variant) = int(word("6 8 4 12 10", 1 + int(variant) % 5))
dash(variant) = int(word("1 2 4 5 3", 1 + int(variant) % 5))

# ---- axes with units ----
# A value as words, in the unit that suits it.
time_unit(ns) = ns < 2e3 ? 1 : ns < 2e6 ? 1e3 : ns < 2e9 ? 1e6 : 1e9
time_word(u) = u == 1 ? "ns" : u == 1e3 ? "µs" : u == 1e6 ? "ms" : "s"
size_unit(b) = b < 2048 ? 1 : b < 2097152 ? 1024.0 : b < 2147483648.0 \
    ? 1048576.0 : 1073741824.0
size_word(u) = u == 1 ? "B" : u == 1024 ? "KiB" : u == 1048576 ? "MiB" : "GiB"
# Thousands are set apart, as in the report's tables.
plain(v) = v < 999.5 ? sprintf("%g", v) \
    : plain(floor((v + 0.5) / 1000)).sprintf(",%03d", int(v + 0.5) % 1000)
in_time(ns) = ns == 0 ? "0" : plain(ns / time_unit(ns * 2))." ". \
    time_word(time_unit(ns * 2))
in_size(b) = b == 0 ? "0" : plain(b / size_unit(b * 2))." ". \
    size_word(size_unit(b * 2))

# Tics of a logarithmic axis: decades, and 2 and 5 between where the axis is
# short. Axis is "x" or "y"; label is a function's name.
log_tics(axis, label, low, high) = sprintf( \
"set %stics scale 0 () tc rgb muted; \
do for [e = int(floor(log10(%g))):int(ceil(log10(%g)))] { \
do for [m in '%s'] { v = m * 10.0 ** e; \
set %stics add (%s(v) v) } }", axis, low, high, \
    log10(high / low) < 1.2 ? "1 2 5" : log10(high / low) < 2 ? "1 3" : "1", \
    axis, label)
# Even steps, about `even_steps` of them, in round figures of the unit.
even_steps = 5
nice(x) = x / 10.0 ** floor(log10(x)) < 1.5 ? 10.0 ** floor(log10(x)) \
    : x / 10.0 ** floor(log10(x)) < 3.5 ? 2 * 10.0 ** floor(log10(x)) \
    : x / 10.0 ** floor(log10(x)) < 7.5 ? 5 * 10.0 ** floor(log10(x)) \
    : 10 * 10.0 ** floor(log10(x))
even_tics(axis, label, low, high) = sprintf( \
"set %stics scale 0 () tc rgb muted; \
tic_step = nice(1.0 * (%.12g - %.12g) / even_steps); \
do for [e = int(ceil(%.12g / tic_step - 1e-6)):int(%.12g / tic_step)] { \
v = e * tic_step; set %stics add (%s(v) v) }", \
    axis, high, low, low, high, axis, label)
# Sizes go up by powers of 1024.
size_tics(axis, low, high) = sprintf("set %stics scale 0 () tc rgb muted; \
do for [e = int(floor(log(%g) / log(2))):int(ceil(log(%g) / log(2)))] { \
if (e %% %d == 0) { set %stics add (in_size(2.0 ** e) 2.0 ** e) } }", \
    axis, low, high, log10(high / low) < 2.5 ? 2 : log10(high / low) < 5 \
    ? 4 : 5, axis)
no_text(v) = ""
