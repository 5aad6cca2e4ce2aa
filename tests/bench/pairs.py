#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a change to concur does to a case: two programs, before and after, in
alternating rounds.

    tests/bench/pairs.py OLD/build/concur build/concur --workload fetch \\
        --tasks 10000 --delay 100ms --strategies raw_libev,io_uring

What follows the two programs are options of `concur run`, which each of them is
given; a round is one measured round of each, the order reversed every time.
For each strategy: medians of wall time, of CPU time a task, the strategy's own
and the origin's, and the ratio after / before, paired within rounds, with its
range. Says nothing about any other machine. Exit code 1 if a sample fails.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile

FIGURES = (("wall", "ms", 1e6), ("CPU", "µs", 1e3), ("origin", "µs", 1e3))


def sample(line):
    """Wall time, and CPU time a task of strategy and origin, nanoseconds."""
    tasks = line["ok"] + line["failed"]
    cpu = (line["user_ns"] or 0) + (line["sys_ns"] or 0)
    origin = (line.get("origin") or {}).get("cpu_ns", 0)
    return line["wall_ns"], cpu / tasks, origin / tasks


def measure(program, options, folder):
    """By label: the figures of one measured round."""
    out = os.path.join(folder, "run")
    done = subprocess.run(
        [program, "run", *options, "--rounds", "1", "--out", out, "--quiet"],
        stdout=subprocess.DEVNULL, check=False)
    if done.returncode:
        sys.exit(1 if done.returncode == 1 else 2)
    with open(os.path.join(out, "samples.jsonl"), encoding="utf-8") as lines:
        found = {line["label"]: sample(line) for line in map(json.loads, lines)
                 if line.get("status") == "ok" and not line.get("warmup")}
    shutil.rmtree(out)
    return found


def show(label, befores, afters):
    print(label)
    for at, (name, unit, scale) in enumerate(FIGURES):
        old = [found[label][at] for found in befores]
        new = [found[label][at] for found in afters]
        if not all(old):
            continue
        ratios = [n / o for o, n in zip(old, new)]
        print(f"  {name:7}{statistics.median(old) / scale:10.2f} -> "
              f"{statistics.median(new) / scale:8.2f} {unit}   "
              f"{statistics.median(ratios):5.2f} "
              f"({min(ratios):.2f} to {max(ratios):.2f})")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("old")
    parser.add_argument("new")
    parser.add_argument("--pairs", type=int, default=6)
    args, options = parser.parse_known_args()
    befores, afters = [], []
    with tempfile.TemporaryDirectory() as folder:
        for i in range(args.pairs):
            both = [(args.old, befores), (args.new, afters)]
            for program, kept in both if i % 2 == 0 else both[::-1]:
                kept.append(measure(program, options, folder))
    for label in befores[0]:
        if label in afters[0]:
            show(label, befores, afters)
    return 0


if __name__ == "__main__":
    sys.exit(main())
