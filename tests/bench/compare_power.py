#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""How often `concur compare` cries wolf, and how often it sees one.

Each turn runs the quick suite three times: twice alike, then with known work
added to one strategy (tests/faulty/slowed.c, 10 % of its wall time). Called
falsely: a strategy is slower in the second run. Found: the one with the work
added is slower in the third. Needs build/test/concur-faulty (`make
test-programs`) and a machine that has nothing else to do; 20 turns take half
an hour. Exit code 1 if more than 1 in 20 are called falsely or fewer than 18
in 20 are found.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
FAULTY = os.path.join(ROOT, "build", "test", "concur-faulty")
HONEST = ("sequential,await_in_loop,blocking_in_loop,polling_loop,"
          "thread_per_task,thread_pool,process_pool,executor,libev_loop,"
          "coroutine,multi_loop,raw_libev,io_uring")
INJECTED = "slowed"
FALSE_MOST = 1 / 20
FOUND_LEAST = 18 / 20
ROW = re.compile(r"^\| `([^`]*)` \| `([^`]*)` \| [^|]* \| ([^|]*) \| ([^|]*) "
                 r"\|.*\*\*slower\*\* \|$", re.M)


def measure(options, folder, seed, percent):
    env = {key: value for key, value in os.environ.items()
           if key != "CONCUR_SLOWED"}
    if percent:
        env["CONCUR_SLOWED"] = str(percent)
    done = subprocess.run(
        [FAULTY, "run", "--suite", "quick", "--quiet", "--rounds",
         str(options.rounds), "--seed", str(seed), "--strategies",
         f"{HONEST},{INJECTED}", "--out", folder],
        env=env, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"the run failed: {done.stderr.strip()}")


def slower(options, old, new):
    """(case, label, shift and interval) of what became slower."""
    done = subprocess.run(
        [FAULTY, "compare", old, new, "--markdown", "--threshold",
         options.threshold], capture_output=True, text=True)
    found = [(case, label, f"{shift} {interval}") for
             case, label, shift, interval in ROW.findall(done.stdout)]
    if done.returncode not in (0, 1) or (done.returncode == 1) != bool(found):
        sys.exit(f"compare: exit {done.returncode}: {done.stderr}")
    return found


def say(rows):
    return "; ".join(f"{case} {label} {text}" for case, label, text in rows)


def turn(options, number, folder):
    """Whether it was called falsely, and found."""
    started = time.monotonic()
    names = [os.path.join(folder, f"{number}{letter}") for letter in "abc"]
    for name, percent in zip(names, (0, 0, options.percent)):
        measure(options, name, number, percent)
    wrong = slower(options, names[0], names[1])
    right = [row for row in slower(options, names[1], names[2])
             if row[1] == INJECTED]
    print(f"{number}: {time.monotonic() - started:.0f} s; "
          f"called falsely: {say(wrong) or 'none'}; "
          f"found: {say(right) or 'no'}", flush=True)
    return bool(wrong), bool(right)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--percent", type=float, default=10)
    parser.add_argument("--threshold", default="5%")
    parser.add_argument("--keep", metavar="DIR",
                        help="leave the runs in this folder")
    options = parser.parse_args()
    if not os.access(FAULTY, os.X_OK):
        sys.exit(f"no {FAULTY}: make test-programs")
    folder = options.keep or tempfile.mkdtemp(prefix="concur-power-")
    os.makedirs(folder, exist_ok=True)
    try:
        turns = [turn(options, number, folder)
                 for number in range(1, options.turns + 1)]
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)
    wrong, right = (sum(column) for column in zip(*turns))
    print(f"called falsely in {wrong}, found in {right} of {len(turns)}")
    return 0 if (wrong <= FALSE_MOST * len(turns)
                 and right >= FOUND_LEAST * len(turns)) else 1


if __name__ == "__main__":
    sys.exit(main())
