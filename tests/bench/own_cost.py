#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the harness itself costs a sample: the time between samples.

Measures a case of many short samples and takes from the run's time, first
process to last, the lives of the processes (process_ns: exec to exit). What
is left, divided by the samples, is the harness: asking the origin, reading the
kernel's counters, judging, writing the line, starting the next process.
Exit code 1 if it is more than the limit. Report and plots are timed too.
"""

import argparse
import datetime
import json
import os
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                os.pardir, "integration"))
from support import CONCUR

LIMIT_MS = 5.0


def seconds(stamp):
    return datetime.datetime.fromisoformat(
        stamp.replace("Z", "+00:00")).timestamp()


def between(lines):
    """From line to line the clock moves by one process and the harness."""
    gaps = [seconds(b["taken"]) - seconds(a["taken"]) - b["process_ns"] / 1e9
            for a, b in zip(lines, lines[1:])]
    return 1e3 * sum(gaps) / len(gaps), 1e3 * sorted(gaps)[len(gaps) // 2]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--limit-ms", type=float, default=LIMIT_MS)
    options = parser.parse_args()
    worst = 0.0
    with tempfile.TemporaryDirectory(prefix="concur-cost-") as folder:
        for workload in ("sleep", "fetch"):
            out = os.path.join(folder, workload)
            subprocess.run(
                [CONCUR, "run", "--workload", workload, "--tasks", "20",
                 "--delay", "2ms", "--rounds", str(options.rounds), "--out",
                 out, "--quiet"], check=True, stdin=subprocess.DEVNULL)
            with open(os.path.join(out, "samples.jsonl"),
                      encoding="utf-8") as file:
                lines = [line for line in map(json.loads, file)
                         if "process_ns" in line]
            mean, median = between(lines)
            worst = max(worst, mean)
            began = time.monotonic()
            subprocess.run([CONCUR, "report", out], check=True,
                           stdout=subprocess.DEVNULL)
            print(f"{workload}: {len(lines)} samples, the harness took "
                  f"{mean:.2f} ms a sample (median {median:.2f} ms, limit "
                  f"{options.limit_ms:g} ms); report and plots "
                  f"{time.monotonic() - began:.2f} s", flush=True)
    return 1 if worst > options.limit_ms else 0


if __name__ == "__main__":
    sys.exit(main())
