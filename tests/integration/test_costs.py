# SPDX-License-Identifier: GPL-3.0-or-later
"""What one more waiting task takes, as a run with a probe has it. How much
that is depends on the machine; what is asserted are wide ratios in one run."""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from support import TempCase

SUITE = """# What one more waiting task takes.
[m]
workload = sleep
tasks = 40 | 80 | 120 | 160
delay = 200ms
probe = 10ms
strategies = thread_per_task, libev_loop
baseline = libev_loop
rounds = 1
article = a thread 8 MB
[q]
workload = sleep
tasks = 50
delay = 1ms
strategies = process_pool:3
probe = 2ms
rounds = 1
[plain]
workload = sleep
tasks = 5
delay = 1ms
strategies = sequential
rounds = 1
"""
FIELDS = {"at_ns", "resident_bytes", "virtual_bytes", "page_table_bytes",
          "kernel_stack_bytes", "kernel_stack_computed", "threads",
          "processes"}
MIB = 1 << 20


class Probe(TempCase):
    def test_a_run(self):
        suite = self.write("s.ini", SUITE)
        code, _, err = self.concur("run", "--suite", suite)
        self.assertEqual((code, err), (0, ""))
        run = self.latest()
        with self.subTest("samples"):
            self.check_samples(run.samples())
        with self.subTest("costs"):
            self.check_costs(run.json("summary.json")["costs"])
        with self.subTest("report"):
            self.assertIn("one more thread takes",
                          run.read("report.md").decode())

    def check_samples(self, samples):
        for s in samples:
            self.assertNotIn("began_ns", s)
            if s["case"] == "plain":
                self.assertNotIn("mid", s)
                continue
            mid = s["mid"]
            if mid is None:  # the machine was busy elsewhere
                continue
            self.assertEqual(set(mid), FIELDS)
            self.assertLessEqual(mid["at_ns"], s["run_ns"])
            wide = s["strategy"] == "thread_per_task"
            self.assertGreaterEqual(mid["threads"],
                                    s["threads_peak"] if wide else 1)
            if s["strategy"] == "process_pool":
                self.assertEqual(mid["processes"], 4)
        self.assertTrue(any(s.get("mid") for s in samples))

    def check_costs(self, costs):
        by = {c["label"]: c for c in costs}
        self.assertEqual(set(by), {"thread_per_task", "libev_loop"})
        thread, loop = by["thread_per_task"], by["libev_loop"]
        self.assertEqual(thread["tasks"], [40, 80, 120, 160])
        self.assertGreaterEqual(thread["stack_bytes"], MIB)
        self.assertIsNone(loop["stack_bytes"])
        virtual = thread["virtual_bytes"]["slope"]
        resident = thread["resident_bytes"]["slope"]
        self.assertGreater(virtual, MIB)
        self.assertGreater(virtual, 10 * resident)
        self.assertGreater(resident, loop["resident_bytes"]["slope"])
        for quantity in ("virtual_bytes", "life_ns", "life_cpu_ns"):
            fit = thread[quantity]
            self.assertGreaterEqual(fit["points"], 3)
            self.assertLessEqual(fit["lo"], fit["slope"])
            self.assertLessEqual(fit["slope"], fit["hi"])

    def test_bad_values(self):
        for value, what in (("0s", "out of range: 1ms to 10s"),
                            ("11s", "out of range: 1ms to 10s"),
                            ("40", "has no unit"), ("x", "probe")):
            with self.subTest(value=value):
                code, out, err = self.concur(
                    "run", "--workload", "sleep", "--tasks", "2", "--delay",
                    "1ms", "--probe", value)
                self.assertEqual((code, out, err.count("\n")), (2, "", 1))
                self.assertIn("--probe", err)
                self.assertIn(what, err)
                self.assertEqual(self.runs(), [])


if __name__ == "__main__":
    unittest.main()
