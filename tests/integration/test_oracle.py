# SPDX-License-Identifier: GPL-3.0-or-later
"""The committed oracle is what SciPy says. Skipped where there is no SciPy;
the C code is held against the committed file everywhere."""

import json
import math
import os
import subprocess
import sys
import unittest

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
SCRIPT = os.path.join(ROOT, "tests", "oracle", "make_fixtures.py")
FIXTURE = os.path.join(ROOT, "tests", "fixtures", "oracle", "samples.json")


def python_with_scipy():
    """This Python or the system's, whichever has SciPy; None if neither."""
    for python in (sys.executable, "/usr/bin/python3"):
        try:
            done = subprocess.run([python, "-c", "import scipy.stats"],
                                  capture_output=True)
        except OSError:
            continue
        if done.returncode == 0:
            return python
    return None


def alike(one, other):
    """Equal but for the rounding of another version of SciPy."""
    if isinstance(one, list):
        return len(one) == len(other) and all(map(alike, one, other))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(
            alike(one[key], other[key]) for key in one)
    if isinstance(one, float) and isinstance(other, (int, float)):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return one == other


class Oracle(unittest.TestCase):
    def test_the_file_is_what_scipy_says(self):
        python = python_with_scipy()
        if python is None:
            self.skipTest("no SciPy (Debian: python3-scipy)")
        made = json.loads(subprocess.run(
            [python, SCRIPT], check=True, capture_output=True,
            env={**os.environ, "OMP_NUM_THREADS": "1"}).stdout)
        with open(FIXTURE, encoding="utf-8") as file:
            kept = json.load(file)
        self.assertEqual(len(kept), 200)
        for number, (one, other) in enumerate(zip(made, kept)):
            self.assertTrue(alike(one, other), f"set {number}: {one['kind']}")


if __name__ == "__main__":
    unittest.main()
