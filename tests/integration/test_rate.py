# SPDX-License-Identifier: GPL-3.0-or-later
"""Open load: tasks come at a rate of their own, whoever is busy."""

import os
import signal
import subprocess
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import support
from support import TempCase, strategies

ONE_BY_ONE = {"sequential", "await_in_loop", "blocking_in_loop"}


class OpenLoad(TempCase):
    def case(self, *words):
        code, _, err = self.concur("run", "--rounds", "1", *words)
        self.assertEqual((code, err), (0, ""))
        return self.latest()

    def test_no_task_starts_before_it_is_due(self):
        for rate, workload in (("200/s", "fetch"), ("poisson 200/s", "sleep")):
            with self.subTest(rate=rate):
                run = self.case("--workload", workload, "--tasks", "30",
                                "--delay", "10ms", "--rate", rate)
                shown = run.json("run.json")["cases"][0]
                self.assertEqual(shown["rate"], {
                    "per_second": 200.0, "poisson": "poisson" in rate})
                self.check_timeline(run, rate, workload)
                for label, s in run.strategies(workload).items():
                    self.check_figures(label, s)

    def check_timeline(self, run, rate, workload):
        due = {}
        for row in run.timeline():
            task = int(row["task"])
            # The due times belong to the load, not to who serves it.
            self.assertEqual(due.setdefault(task, row["created_ns"]),
                             row["created_ns"], (row["strategy"], task))
            self.assertGreaterEqual(int(row["started_ns"]),
                                    int(row["created_ns"]))
            if "poisson" not in rate:
                self.assertEqual(int(row["created_ns"]), task * 5_000_000)
        self.assertEqual(len(due), 30)
        self.assertEqual({r["strategy"] for r in run.timeline()},
                         set(strategies()), workload)

    def check_figures(self, label, s):
        self.assertEqual(s["status"], "ok", (label, s["reason"]))
        self.assertEqual(s["lag_ns"]["count"], 30)
        # The last task is due after 145 ms, give or take; nobody is done
        # sooner, and who has one task in flight needs the 300 ms of all.
        self.assertGreater(s["wall_ns"]["median"], 60e6)
        if label in ONE_BY_ONE:
            self.assertGreater(s["wall_ns"]["median"], 300e6)
            self.assertGreater(s["behind_share"], 0.5)
            # Coordinated omission: the wait before it was started is part of
            # what a task took.
            self.assertGreater(s["sojourn_ns"]["max"],
                               3 * s["latency_ns"]["p50"])

    def test_a_closed_load_has_no_lag(self):
        run = self.case("--workload", "sleep", "--tasks", "3", "--delay",
                        "1ms", "--strategies", "libev_loop")
        self.assertIsNone(run.json("run.json")["cases"][0]["rate"])
        s = run.strategies("sleep")["libev_loop"]
        self.assertIsNone(s["lag_ns"])
        self.assertIsNone(s["behind_share"])
        self.assertNotIn("lag_hist", run.samples()[-1])

    def test_width_limits_an_open_load_too(self):
        run = self.case("--workload", "sleep", "--tasks", "20", "--delay",
                        "20ms", "--rate", "1000/s", "--width", "2")
        for label, s in run.strategies("sleep").items():
            self.assertEqual(s["status"], "ok", (label, s["reason"]))
            self.assertLessEqual(s["inflight_peak"], 2, label)
            self.assertGreaterEqual(s["behind_share"], 0.5, label)

    def test_phases_after_the_first_have_no_due_times(self):
        run = self.case("--steps", "sleep 5ms; barrier; sleep 5ms",
                        "--tasks", "10", "--rate", "500/s")
        for label, s in run.strategies("steps").items():
            self.assertEqual(s["status"], "ok", (label, s["reason"]))

    def test_who_hastens_is_caught(self):
        code, _, _ = self.concur(
            "run", "--workload", "sleep", "--tasks", "5", "--delay", "1ms",
            "--rate", "50/s", "--rounds", "1", "--strategies",
            "sequential,hastens", program=support.FAULTY)
        self.assertEqual(code, 1)
        s = self.latest().strategies("sleep")["hastens"]
        self.assertEqual(s["status"], "failed")
        self.assertIn("started before it was due", s["reason"])

    def test_bad_rates(self):
        for words, said in (
                (["--rate", "500"], "has no unit"),
                (["--rate", "0/s"], "less than 1/h"),
                (["--rate", "burst 5/s"], "not a rate like"),
                (["--rate", "5/s", "--creator", "spawn 0"], "spawned")):
            with self.subTest(words=words):
                code, out, err = self.concur(
                    "run", "--workload", "sleep", "--tasks", "2", "--delay",
                    "1ms", *words)
                self.assertEqual((code, out), (2, ""))
                self.assertIn(said, err)
                self.assertEqual(err.count("\n"), 1)

    def test_interrupted_while_nothing_is_due(self):
        """Ctrl-C ends a trace though its next task is due in a minute."""
        for strategy in strategies():
            with self.subTest(strategy=strategy):
                child = subprocess.Popen(
                    [support.CONCUR, "trace", "--workload", "sleep",
                     "--tasks", "2", "--delay", "1ms", "--rate", "1/min",
                     "--limit", "2m", "--strategy", strategy], cwd=self.dir,
                    stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
                line = child.stdout.readline()
                while line and "finished 0" not in line:
                    line = child.stdout.readline()
                time.sleep(0.05)
                child.send_signal(signal.SIGINT)
                child.communicate(timeout=30)
                self.assertIsNotNone(child.returncode)


if __name__ == "__main__":
    unittest.main()
