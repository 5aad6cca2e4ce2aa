/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The kinds of figures: who draws them, what they are called, and what a reader
 * is told of them. When one is made is figures.c's to say.
 */
#include "figures.h"

const struct kind_of_figure figure_kinds[FIGURE_KINDS] = {
    [FIGURE_OVERVIEW] =
        {"overview.gp", "overview", "wall time",
         "A dot is a strategy's median wall time, the bar its interval, the "
         "small dots its samples. The dashed line is the ideal; a short line "
         "in a row is the least time possible at that strategy's own width. "
         "Under each axis stands whether it is logarithmic or begins at 0; "
         "an arrow at its end is a computed time far beyond it."},
    [FIGURE_TIMELINE] =
        {"timeline.gp", "timeline", "timeline",
         "A lane is a task: pale while it waits to be started, or for others "
         "at a barrier, solid while it is in progress. All panels have the "
         "same time axis."},
    [FIGURE_ZOOM] = {"timeline.gp", "timeline-start", "the timeline's start",
                     "The same, with the axis ending soon after the fast "
                     "strategies have."},
    [FIGURE_SCALING_TASKS] = {"scaling_tasks.gp", "scaling-tasks",
                              "scaling with the number of tasks",
                              "Median wall time by number of tasks; both axes "
                              "are logarithmic."},
    [FIGURE_SCALING_WIDTH] = {"scaling_width.gp", "scaling-width",
                              "scaling with the width",
                              "Median wall time by the most tasks that may be "
                              "in flight; both axes are logarithmic."},
    [FIGURE_SCALING_BODY] = {"scaling_body.gp", "scaling-body",
                             "scaling with the size of the body",
                             "Median wall time by the size of each response; "
                             "both axes are logarithmic."},
    [FIGURE_SCALING_DELAY] = {"scaling_delay.gp", "scaling-delay",
                              "scaling with the delay",
                              "Median wall time by how long each task waits; "
                              "both axes are logarithmic, which have no 0: "
                              "where it was measured it stands alone, left "
                              "of the break."},
    [FIGURE_SCALING_MEMORY] =
        {"scaling_memory.gp", "scaling-memory",
         "memory for each task in flight",
         "Solid: growth of resident memory for each task in flight. Dashed: "
         "virtual size, address space that costs nothing until it is used. "
         "Both are read. Kernel stacks (16 KiB a thread) and socket buffers "
         "are the kernel's and not included."},
    [FIGURE_MEMORY] =
        {"memory.gp", "memory", "memory a task",
         "What a task in flight costs. Resident memory, page "
         "tables and virtual size are read; kernel stacks are "
         "computed, and stand at the left edge where they are far "
         "less than the rest. Socket buffers are not included."},
    [FIGURE_CPU] = {"cpu.gp", "cpu", "CPU time and context switches",
                    "User and system time, and context switches, divided by "
                    "the number of tasks."},
    [FIGURE_LATENCY] =
        {"latency.gp", "latency", "latency",
         "The time within which a part of all tasks was done. All rounds "
         "together; dots are the median and the 99th percentile; percentiles "
         "that the number of tasks cannot support are left out."},
    [FIGURE_OPEN_LOAD] =
        {"open_load.gp", "open-load", "what the tasks' own clocks leave out",
         "The time within which a part of all tasks was done: solid from when "
         "they were due, dashed from when they were started. The area between "
         "is the waiting that the uncorrected figure leaves out (coordinated "
         "omission). All rounds together, one time axis, logarithmic."},
    [FIGURE_SAMPLES] = {"samples.gp", "samples", "samples in the order taken",
                        "Each sample against its strategy's median. A trend "
                        "or a step would mean that the machine changed while "
                        "it was measured; the hollow dot is the warm-up, "
                        "which does not count."},
    [FIGURE_COSTS] = {"costs.gp", "costs", "what one more waiting task takes",
                      "The dot is memory in all: resident, kernel stack and "
                      "page tables, the slope of the fit with its interval. "
                      "The hollow mark is virtual size, which is reserved and "
                      "takes nothing until it is used. What cannot be told "
                      "from 0 is left out; the axis is logarithmic."},
    [FIGURE_CALIBRATION] =
        {"calibration.gp", "calibration", "what can be told apart",
         "To the right the work that was added, upwards the slow-down that was "
         "measured, with its 95 % interval. On the dashed line both are equal. "
         "What is cut off at an edge goes on beyond it."},
    [FIGURE_MAP] = {"map.gp", "map", "who is fastest",
                    "In each cell the fastest, and how many times as long the "
                    "next takes that can be told from it. A striped edge is a "
                    "tie: those named share the first place, the one that "
                    "costs least, as in the table, first; the next is compared "
                    "with the fastest of them. Between two that name "
                    "another in their row, which costs no more and takes at "
                    "most 5 % longer than the fastest, that one stands too, "
                    "and shares the place though told apart. An empty cell was "
                    "not measured. Peers are left out."},
    [FIGURE_GROWTH] =
        {"growth.gp", "growth", "how what tasks add grows",
         "The exponent e of n^e, fitted to what more tasks add to the time "
         "over the ideal and to the peak of memory, with its 95 % interval. "
         "At 1 growth is linear; crimson lies above 1 with all of its "
         "interval (the last step alone is not drawn). What cannot be told "
         "from nothing is left out."},
};
