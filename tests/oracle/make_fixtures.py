#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes what SciPy says of 200 random and tied pairs of samples.

make_fixtures.py > tests/fixtures/oracle/samples.json

Needs SciPy (Debian: python3-scipy). Intervals are not taken from a formula but
found by asking SciPy's test about every shift; Holm's correction is its
definition, which SciPy does not have. The same seed gives the same sets.
"""

import json
import sys

import numpy
from scipy import stats

SEED = 20251122
SETS = 200
FAMILY = 10  # tests corrected together
EXACT_MOST = 40

KINDS = {
    "normal": lambda rng, n: rng.normal(100, 10, n),
    "lognormal": lambda rng, n: rng.lognormal(3, 0.8, n),
    "exponential": lambda rng, n: rng.exponential(50, n) + 1,
    "heavy tail": lambda rng, n: rng.pareto(1.2, n) + 1,
    "whole numbers": lambda rng, n: rng.poisson(30, n) + 1.0,
    "few values": lambda rng, n: rng.integers(1, 5, n) * 1.0,
    "one value": lambda rng, n: numpy.full(n, 7.0),
    "tied within": lambda rng, n: numpy.repeat(
        rng.normal(50, 5, n), 2)[:n],
}


def draw(rng, number):
    """A pair of samples, four digits a value, so that the file is short."""
    kind = list(KINDS)[number % len(KINDS)]
    most = 48 if number % 20 == 0 else 24
    n, m = rng.integers(2, most, 2)
    shift = rng.choice([1, 1, 1.05, 1.5])
    pair = [KINDS[kind](rng, n), KINDS[kind](rng, m) * shift]
    return kind, [[float("%.4g" % value) for value in sample]
                  for sample in pair]


def tied(values):
    return len(set(values)) < len(values)


def p_value(a, b, exact):
    return float(stats.mannwhitneyu(
        b, a, method="exact" if exact else "asymptotic").pvalue)


def counted_out(a, b, ties):
    return len(a) <= EXACT_MOST and len(b) <= EXACT_MOST and not ties


def test(a, b):
    if len(set(a + b)) == 1:
        return 1.0  # SciPy divides by zero; older ones say NaN
    return p_value(a, b, counted_out(a, b, tied(a + b)))


def shift(a, b):
    """Median of the differences, and the ends of the shifts that the test
    does not reject: it changes its mind only at a difference."""
    exact = counted_out(a, b, tied(a) or tied(b))
    differences = numpy.subtract.outer(numpy.array(b), numpy.array(a)).ravel()
    # Sums that differ by rounding alone are one difference.
    places = numpy.unique(numpy.round(differences, 9))
    between = (places[:-1] + places[1:]) / 2
    outside = [places[0] - 1, places[-1] + 1]
    accepted = [kept(a, b, d, exact) for d in
                [outside[0], *between, outside[1]]]
    lo = hi = None
    if not accepted[0] and True in accepted:
        first, last = accepted.index(True), len(accepted) - 1
        while not accepted[last]:
            last -= 1
        lo, hi = float(places[first - 1]), float(places[last])
    elif True not in accepted:  # every shift but one difference is rejected
        lo = hi = float(numpy.median(differences))
    return float(numpy.median(differences)), lo, hi


def kept(a, b, by, exact):
    moved = [value - by for value in b]
    return p_value(a, moved, exact) > 0.05


def cliff(a, b):
    u = stats.mannwhitneyu(b, a, method="asymptotic").statistic
    return float(2 * u / (len(a) * len(b)) - 1)


def sign_interval(values):
    """The median, and order statistics by the binomial distribution."""
    n = len(values)
    ranks = [k for k in range(1, n // 2 + 1)
             if 2 * stats.binom.cdf(k - 1, n, 0.5) <= 0.05]
    ordered = sorted(values)
    bounds = [ordered[ranks[-1] - 1], ordered[-ranks[-1]]] if ranks \
        else [None, None]
    return [float(numpy.median(values)), *bounds]


def fences(values):
    q1, q3 = numpy.quantile(values, [0.25, 0.75])
    beyond = numpy.maximum(q1 - values, numpy.array(values) - q3)
    severe = int((beyond > 3 * (q3 - q1)).sum())
    mild = int((beyond > 1.5 * (q3 - q1)).sum()) - severe
    return [mild, severe] if len(values) >= 6 else [0, 0]


def far(values):
    reach = 14.826 * stats.median_abs_deviation(values)
    distance = numpy.abs(values - numpy.median(values))
    return int((distance > reach).sum()) if len(values) >= 6 else 0


def quantiles(values):
    """Nearest rank, of the values in millionths, as the histogram has it."""
    whole = [round(value * 1e6) for value in values]
    return [int(q) for q in numpy.quantile(whole, [0.25, 0.5, 0.9, 0.99],
                                           method="inverted_cdf")]


def holm(family):
    order = sorted(range(len(family)), key=family.__getitem__)
    out = [0.0] * len(family)
    for place, index in enumerate(order):
        out[index] = min(1.0, max(
            (len(family) - earlier) * family[order[earlier]]
            for earlier in range(place + 1)))
    return out


def make_set(rng, number):
    kind, (a, b) = draw(rng, number)
    median, lo, hi = shift(a, b)
    return {"kind": kind, "a": a, "b": b, "p": test(a, b),
            "shift": [median, lo, hi], "cliff": cliff(a, b),
            "sign": sign_interval(a), "fences": fences(a), "far": far(a),
            "quantiles": quantiles(a)}


def make():
    rng = numpy.random.default_rng(SEED)
    with numpy.errstate(divide="ignore", invalid="ignore"):
        sets = [make_set(rng, number) for number in range(SETS)]
    for start in range(0, SETS, FAMILY):
        family = sets[start:start + FAMILY]
        for one, corrected in zip(family, holm([s["p"] for s in family])):
            one["holm"] = corrected
    return sets


def main():
    sys.stdout.write("[\n" + ",\n".join(
        json.dumps(one, separators=(",", ":")) for one in make()) + "\n]\n")


if __name__ == "__main__":
    main()
