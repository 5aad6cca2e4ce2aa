# SPDX-License-Identifier: GPL-3.0-or-later
"""A sample of each strategy under valgrind: no leak, no invalid access."""

import json
import os
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from support import CONCUR, TempCase, strategies

VALGRIND = shutil.which("valgrind")
STEP = {"urls": [], "delay": {"kind": "list", "values": [2_000_000],
                              "low": 0, "high": 0, "sigma": 0}}


@unittest.skipUnless(VALGRIND, "valgrind is not installed")
@unittest.skipIf(os.environ.get("CONCUR_SAN"), "a sanitizer's build")
class EveryStrategy(TempCase):
    def sample(self, strategy, steps):
        """The worker's result; fails on anything that valgrind finds."""
        job = {"strategy": strategy, "width": 1, "workload": "steps",
               "tasks": 6, "first": 0, "seed": 1, "reuse": True,
               "real": False, "timeout_ns": 0, "stack_bytes": 0,
               "timeline": 10, "steps": steps, "phase_ends": [len(steps)],
               "expect": None}
        if strategy not in ("sequential", "await_in_loop",
                            "blocking_in_loop"):
            job["width"] = 3
        done = subprocess.run(
            [VALGRIND, "--quiet", "--leak-check=full",
             "--errors-for-leak-kinds=definite,indirect,possible",
             "--error-exitcode=99", CONCUR, "worker"],
            input=json.dumps(job), capture_output=True, text=True,
            timeout=120, check=False)
        self.assertEqual((done.returncode, done.stderr), (0, ""), strategy)
        return json.loads(done.stdout)

    def test_no_leak(self):
        base = self.origin()
        sleep = {"kind": "sleep", "url": None, **STEP}
        fetch = {"kind": "fetch", "url": base + "/json/{i}", **STEP}
        names = strategies()
        self.assertGreaterEqual(len(names), 7)
        for strategy in names:
            result = self.sample(strategy, [fetch, sleep])
            self.assertEqual((result["ok"], result["failed"]), (6, 0))

    def test_buffer_that_grows(self):
        """After a large body a place's next transfer has a larger buffer."""
        fetch = {"kind": "fetch", "url": self.origin() + "/bytes/400000",
                 **STEP}
        result = self.sample("libev_loop", [fetch])
        self.assertEqual((result["ok"], result["failed"]), (6, 0))


if __name__ == "__main__":
    unittest.main()
