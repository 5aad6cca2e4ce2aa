#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How close to the limit: the figures that concur asks of itself, in one call.

Measures the cases that the chosen figures need, each a `concur run` of paired
rounds, and prints for each figure what is asked, the median with its 95 %
interval (the range below six rounds), and whether it is met. The medians
decide. Where the origin had a whole core to do meanwhile, that is said: the
client may then be faster than it looks. Needs the peers go and py-uvloop
(`make deps-peers peers`); says nothing about any other machine. Exit code 1 if
a figure is missed, 77 if one could not be measured, 2 if a run fails.
"""

import argparse
import dataclasses
import json
import math
import os
import statistics
import subprocess
import sys
import tempfile

CONCUR = os.environ.get("CONCUR", "build/concur")
LOOPS = "libev_loop,coroutine"
ALL = "libev_loop,coroutine,raw_libev,io_uring"
MB = 1e6
ORIGIN_BUSY = 0.9  # of a core

# What is run, by name: options of `concur run`.
RUNS = {
    "keep-1": "--tasks 4000 --width 1 --strategies libev_loop --peers go",
    "keep-64": "--tasks 10000 --width 64 --strategies libev_loop "
               "--peers go,py-uvloop",
    "keep-1000": "--tasks 20000 --width 1000 --strategies libev_loop "
                 "--peers go",
    "burst": f"--tasks 10000 --delay 100ms --strategies {ALL} --peers go",
    "growth": f"--tasks 1|10|100|1000|10000 --strategies {ALL}",
}


@dataclasses.dataclass(frozen=True)
class Figure:
    name: str
    run: str
    what: str
    kind: str        # how it is read: see READERS
    labels: tuple    # whom it is about
    asked: float
    least: bool      # at least, or at most
    unit: str = ""


def faster(name, run, width, peer, asked):
    return Figure(name, run, f"keep-alive fetch, no delay, {width} in flight: "
                  f"libev_loop's speed over {peer}'s", "ratio",
                  (peer, "libev_loop"), asked, True, " ×")


def burst(label, asked):
    return Figure(f"burst-{label}", "burst", "10,000 fetches at once, delay "
                  f"100 ms: {label}'s time over go's", "ratio", (label, "go"),
                  asked, False, " ×")


def growth(label):
    return Figure(f"growth-{label}", "growth", "1 to 10,000 fetches, all in "
                  f"flight: exponent of {label}'s time", "exponent", (label,),
                  1.1, False)


def memory(label, asked):
    return Figure(f"memory-{label}", "burst", "10,000 fetches at once: "
                  f"{label}'s peak resident memory", "memory", (label,), asked,
                  False, " MB")


FIGURES = [
    faster("keep-1", "keep-1", 1, "go", 1.6),
    faster("keep-64", "keep-64", 64, "go", 1.1),
    faster("keep-1000", "keep-1000", "1,000", "go", 1.0),
    faster("uvloop-64", "keep-64", 64, "py-uvloop", 12),
    burst("libev_loop", 1.0),
    burst("coroutine", 1.0),
    burst("raw_libev", 0.5),
    burst("io_uring", 0.35),
    *map(growth, ALL.split(",")),
    memory("libev_loop", 150),
    memory("coroutine", 200),
    memory("raw_libev", 16),
    memory("io_uring", 16),
]


def interval(values):
    """Of the median, by the sign test: the narrowest pair of order statistics
    with 95 %; the range where there are too few."""
    values = sorted(values)
    n, tail, k = len(values), 0.0, 0
    while k < n // 2 and tail + math.comb(n, k) / 2 ** n <= 0.025:
        tail += math.comb(n, k) / 2 ** n
        k += 1
    return values[max(k - 1, 0)], values[n - max(k, 1)]


class Absent(Exception):
    """Somebody who was not measured, and why."""


def entry(case, label):
    found = next(s for s in case["strategies"] if s["label"] == label)
    if found["status"] != "ok":
        raise Absent(f"{label} {found['status']}: {found['reason']}")
    return found


def busy_origin(case, labels):
    """A remark where the origin was busy throughout."""
    shares = {label: (entry(case, label)["origin"] or {}).get("cpu_share")
              for label in labels}
    busy = [f"{label} ({share:.0%})" for label, share in shares.items()
            if share and share >= ORIGIN_BUSY]
    return f"the origin was the limit of {', '.join(busy)}" if busy else ""


def read_ratio(summary, figure):
    case = summary["cases"][0]
    first, second = (dict(map(tuple, entry(case, label)["walls_ns"]))
                     for label in figure.labels)
    ratios = [first[r] / second[r] for r in first if r in second]
    return (statistics.median(ratios), *interval(ratios),
            busy_origin(case, figure.labels))


def read_memory(summary, figure):
    case = summary["cases"][0]
    return (entry(case, figure.labels[0])["peak_rss_bytes"] / MB, None, None,
            "")


def read_exponent(summary, figure):
    label, = figure.labels
    for case in summary["cases"]:
        entry(case, label)
    found = next(g for g in summary["growth"] if g["label"] == label)
    last, before = (entry(case, label)["wall_ns"]["median"]
                    for case in reversed(summary["cases"][-2:]))
    return (found["exponent"], found["lo"], found["hi"],
            f"from 1,000 to 10,000: {math.log10(last / before):.2f}")


READERS = {"ratio": read_ratio, "memory": read_memory,
           "exponent": read_exponent}


def measure(name, rounds, folder):
    out = os.path.join(folder, name)
    done = subprocess.run(
        [CONCUR, "run", "--workload", "fetch", *RUNS[name].split(" "),
         "--rounds", str(rounds), "--out", out, "--quiet"],
        stdout=subprocess.DEVNULL, check=False)
    if done.returncode == 2 or not os.path.exists(f"{out}/summary.json"):
        sys.exit(2)
    with open(f"{out}/summary.json", encoding="utf-8") as file:
        return json.load(file)


def show(figure, summary):
    """Prints the figure; whether it is met, None where it was not measured."""
    asked = (f"{'at least' if figure.least else 'at most'} "
             f"{figure.asked:g}{figure.unit}")
    print(f"{figure.name}: {figure.what}")
    try:
        value, low, high, remark = READERS[figure.kind](summary, figure)
    except Absent as absent:
        print(f"    asked {asked}; not measured: {absent}", flush=True)
        return None
    met = value >= figure.asked if figure.least else value <= figure.asked
    span = f" [{low:.2f}, {high:.2f}]" if low is not None else ""
    print(f"    asked {asked}; measured {value:.2f}{figure.unit}{span}: "
          f"{'met' if met else 'MISSED'}{'; ' + remark if remark else ''}",
          flush=True)
    return met


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("only", nargs="*", metavar="FIGURE",
                        help="those whose name begins so (default: all)")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--list", action="store_true",
                        help="name the figures and what is asked, no more")
    parser.add_argument("--keep", metavar="DIR",
                        help="leave the runs' folders in DIR")
    args = parser.parse_args()
    chosen = [f for f in FIGURES
              if not args.only or f.name.startswith(tuple(args.only))]
    if not chosen:
        parser.error("no figure's name begins so; --list names them")
    if args.list:
        for f in chosen:
            print(f"{f.name}: {f.what}: {'at least' if f.least else 'at most'} "
                  f"{f.asked:g}{f.unit}")
        return 0
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for name in RUNS:
            figures = [f for f in chosen if f.run == name]
            if figures:
                summary = measure(name, args.rounds, args.keep or folder)
                results += [show(f, summary) for f in figures]
    if False in results:
        return 1
    return 77 if None in results else 0


if __name__ == "__main__":
    sys.exit(main())
