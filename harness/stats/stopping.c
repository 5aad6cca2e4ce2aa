/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How narrow an interval is, and what one more round is worth. See stopping.h.
 */
#include "stopping.h"

#include <math.h>

double stopping_width(const struct interval *interval)
{
    double width = (interval->hi - interval->lo) / 2 / interval->median;

    return isfinite(width) ? width : INFINITY;
}

double stopping_worth(double width, double precision, uint32_t rounds,
                      double round_cost)
{
    double excess = precision > 0 ? fmin(width / precision, 1e6) : 1e6;

    if (width <= precision || rounds == 0 || !(round_cost > 0))
        return 0;
    return excess / (2.0 * rounds) / round_cost;
}
