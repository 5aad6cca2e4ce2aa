#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs killed with SIGKILL at random moments, each then resumed to its end.

Each time the run must complete, samples.jsonl must be valid with every sample
of every round standing once, what was there before the kill must still be
there, and no process and no port may be left. Takes about a minute for 30;
exit code 1 if one of them fails.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
import unittest

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)),
                                os.pardir, "integration"))
from support import CONCUR, Run, children_of, is_alive, is_listening, wait_until
from test_resume import ROUNDS, SUITE, check_whole, marked


def ports_of(pids):
    """TCP ports on which one of the processes listens."""
    sockets = set()
    for pid in pids:
        try:
            for fd in os.listdir(f"/proc/{pid}/fd"):
                sockets.add(os.readlink(f"/proc/{pid}/fd/{fd}"))
        except OSError:
            continue
    with open("/proc/net/tcp", encoding="utf-8") as file:
        rows = [line.split() for line in file.readlines()[1:]]
    return [int(row[1].split(":")[1], 16) for row in rows
            if row[3] == "0A" and f"socket:[{row[9]}]" in sockets]


def one(test, folder, suite, moment):
    """Returns how far the run was when it was killed."""
    out = os.path.join(folder, "r")
    process = subprocess.Popen(
        [CONCUR, "run", "--suite", suite, "--out", out, "--quiet"],
        stderr=subprocess.DEVNULL)
    test.assertTrue(wait_until(
        lambda: os.path.exists(os.path.join(out, "run.json"))))
    time.sleep(moment)
    below = children_of(process.pid)
    ports = ports_of(below)
    process.kill()
    process.wait()
    test.assertTrue(wait_until(
        lambda: not any(map(is_alive, below)) and not marked(process.pid)),
        "a process is left")
    test.assertFalse(any(map(is_listening, ports)), "a port is left")
    run = Run(out)
    path = run.path("samples.jsonl")
    before = run.read("samples.jsonl") if os.path.exists(path) else b""
    done = subprocess.run([CONCUR, "run", "--resume", out, "--quiet"],
                          capture_output=True, text=True, check=False)
    test.assertEqual((done.returncode, done.stderr), (0, ""))
    test.assertTrue(run.read("samples.jsonl").startswith(
        before[:before.rfind(b"\n") + 1]), "a line has changed")
    check_whole(test, run, ROUNDS)
    shutil.rmtree(out)
    return before.count(b"\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    draw = random.Random(options.seed)
    test = unittest.TestCase()
    bad = 0
    with tempfile.TemporaryDirectory(prefix="concur-kill-") as folder:
        suite = os.path.join(folder, "s.ini")
        with open(suite, "w", encoding="utf-8") as file:
            file.write(SUITE)
        for number in range(1, options.times + 1):
            moment = draw.uniform(0, 1.5)
            try:
                lines = one(test, folder, suite, moment)
                print(f"{number:3}  killed after {moment:5.3f} s, "
                      f"{lines:2} lines: complete", flush=True)
            except AssertionError as error:
                bad += 1
                print(f"{number:3}  killed after {moment:5.3f} s: {error}",
                      flush=True)
                shutil.rmtree(os.path.join(folder, "r"), ignore_errors=True)
    print(f"{options.times - bad} of {options.times} went on and completed")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
