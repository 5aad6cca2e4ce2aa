# SPDX-License-Identifier: GPL-3.0-or-later
"""rounds = auto and --calibrate: when a run stops, and what it can tell."""

import os
import signal
import statistics
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from support import Run, TempCase, wait_until

ADDED = {"libev_loop~again": 0, "libev_loop+1%": 0.01, "libev_loop+2%": 0.02,
         "libev_loop+5%": 0.05}
CASE = ["--workload", "sleep", "--tasks", "4", "--delay", "2ms",
        "--strategies", "sequential,libev_loop", "--rounds", "auto"]


def rounds_of(run):
    """The rounds that stand, by case."""
    found = {}
    for sample in run.samples():
        found.setdefault(sample["case"], set()).add(sample["round"])
    return {case: max(rounds) for case, rounds in found.items()}


class Stopping(TempCase):

    def test_loose_precision_stops_at_once(self):
        """Six rounds, long before the budget is used up."""
        code, out, err = self.concur("run", *CASE, "--precision", "100%",
                                     "--budget", "100s", "--out", "run")
        self.assertEqual(code, 0, err)
        run = Run(os.path.join(self.dir, "run"))
        summary = run.json("summary.json")
        case = summary["cases"][0]
        self.assertEqual(summary["run"]["stopping"],
                         {"precision": 1.0, "budget_ns": 100 * 10**9})
        self.assertTrue(summary["run"]["complete"])
        self.assertEqual((case["stopped"], case["rounds_done"]),
                         ("precision", 6))
        self.assertLessEqual(case["precision"], 1)
        self.assertIn("reached in 1 of 1 case.", out)
        self.assertIsNone(case["resolution"])
        self.assertIsNone(summary["calibration"])
        report = run.read("report.md").decode()
        self.assertIn("It was not calibrated", report)

    def test_tight_precision_uses_the_budget(self):
        """Nobody reaches it: the fixed case has its rounds, the other one
        goes on until a round has no room, and the report says so. What was
        killed meanwhile goes on with what is left."""
        suite = self.write("two.ini", """
[fixed]
workload = sleep
tasks = 2
delay = 1ms
rounds = 2
strategies = sequential, libev_loop
[open]
workload = sleep
tasks = 2
delay = 1ms
rounds = auto
calibrate = yes
strategies = sequential, libev_loop
""")
        run = Run(os.path.join(self.dir, "run"))
        process = self.start("run", "--suite", suite, "--precision", "0.001%",
                             "--budget", "4s", "--out", "run", "--quiet")
        wait_until(lambda: os.path.exists(run.path("samples.jsonl")) and
                   run.read("samples.jsonl").count(b"\n") > 40)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        code, out, err = self.concur("run", "--resume", "run")
        self.assertEqual(code, 0, err)
        summary = run.json("summary.json")
        fixed, other = summary["cases"]
        self.assertEqual((fixed["stopped"], fixed["rounds_done"]),
                         ("rounds", 2))
        self.assertEqual(other["stopped"], "budget")
        self.assertGreaterEqual(other["rounds_done"], 6)
        self.assertEqual(rounds_of(run),
                         {"fixed": 2, "open": other["rounds_done"]})
        self.assertTrue(summary["run"]["complete"])
        self.assertIn("the budget of 4.00 s was used up before open", out)
        self.assertIn("was used up before open",
                      run.read("report.md").decode())
        spent = sum(s["process_ns"] + 2e6 for s in run.lines()
                    if "discard" not in s)
        if other["rounds_done"] > 6:
            self.assertLess(spent, 6e9)
        # No more is to be had: the same decisions follow from the samples.
        before = run.read("samples.jsonl")
        code, out, err = self.concur("run", "--resume", "run")
        self.assertEqual(code, 0, err)
        self.assertIn("is complete", out)
        self.assertEqual(run.read("samples.jsonl"), before)
        labels = {s["label"] for s in run.samples() if s["case"] == "open"}
        self.assertEqual(labels, {"sequential", "libev_loop", *ADDED})

    def test_refused(self):
        for more, said in (
                (["--rounds", "6", "--precision", "1%"],
                 "--precision: no case has rounds = auto"),
                (["--rounds", "6", "--budget", "1m"],
                 "--budget: no case has rounds = auto"),
                (["--precision", "2"], "'2' has no unit: write 2%"),
                (["--precision", "0%"], "can never be reached"),
                (["--budget", "0s"], "is no time at all"),
                (["--budget", "10"], "'10' has no unit"),
                (["--rate", "9/s"], ": rounds = auto goes by wall times"),
                (["--calibrate=perhaps"], "is neither yes nor no")):
            code, out, err = self.concur("run", *CASE[:-2], *CASE[-2:]
                                         if "--rounds" not in more else [],
                                         *more)
            self.assertEqual((code, out), (2, ""), more)
            self.assertIn(said, err)
            self.assertEqual(err.count("\n"), 1, err)
        self.assertEqual(self.runs(), [])


class Calibration(TempCase):

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.case = cls("test_where_they_are")
        cls.case.setUp()
        cls.code, cls.out, cls.err = cls.case.concur(
            "run", "--workload", "sleep", "--tasks", "2", "--delay", "60ms",
            "--strategies", "sequential,libev_loop", "--rounds", "7",
            "--calibrate", "--out", "run")
        cls.run_ = Run(os.path.join(cls.case.dir, "run"))

    @classmethod
    def tearDownClass(cls):
        cls.case.doCleanups()
        super().tearDownClass()

    def values(self, label, value):
        return [value(s) for s in self.run_.samples()
                if s["label"] == label and s["round"] > 0]

    def test_where_they_are(self):
        """In samples and run.json, in no ranking, no timeline and no table."""
        self.assertEqual(self.code, 0, self.err)
        for sample in self.run_.samples():
            added = ADDED.get(sample["label"])
            self.assertEqual(
                sample.get("calibration"),
                None if added is None else {"of": "libev_loop",
                                            "added": added})
        plan = self.run_.json("run.json")["cases"][0]["strategies"]
        self.assertEqual([s["label"] for s in plan],
                         ["sequential", "libev_loop", *ADDED])
        case = self.run_.json("summary.json")["cases"][0]
        self.assertEqual([s["label"] for s in case["strategies"]],
                         ["sequential", "libev_loop"])
        self.assertEqual([p["label"] for p in case["calibration"]],
                         list(ADDED))
        self.assertEqual([p["samples"] for p in case["calibration"]], [7] * 4)
        self.assertEqual({row["strategy"] for row in self.run_.timeline()},
                         {"sequential", "libev_loop"})
        self.assertNotIn("+5%", self.out)
        self.assertNotIn(b"+5%", self.run_.read("summary.csv"))
        self.assertTrue(os.path.exists(
            self.run_.path("plots", "calibration.svg")))
        report = self.run_.read("report.md").decode()
        self.assertIn("What this run can tell apart", report)
        self.assertIn("False alarms: of 2 pairs", report)

    def test_work_is_real(self):
        """CPU time, inside the wall time, by the share of what the strategy
        took before."""
        cpu = {label: statistics.median(self.values(
            label, lambda s: s["user_ns"] + s["sys_ns"]))
            for label in ("libev_loop", *ADDED)}
        walls = {(s["label"], s["round"]): s["wall_ns"]
                 for s in self.run_.samples()}
        for label, added in ADDED.items():
            for s in self.run_.samples():
                if s["label"] != label or not s["round"]:
                    continue
                if not added:
                    self.assertNotIn("handicap_ns", s)
                    continue
                before = [walls["libev_loop", r]
                          for r in range(1, s["round"])] or [
                              walls["libev_loop", 0]]
                self.assertGreaterEqual(
                    s["handicap_ns"],
                    added * statistics.median(before) * 0.999)
                self.assertGreaterEqual(s["run_ns"],
                                        60e6 + s["handicap_ns"])
        # 3 ms beside some tenths of one.
        self.assertGreater(cpu["libev_loop+5%"], cpu["libev_loop"] + 2e6)
        self.assertGreater(cpu["libev_loop+5%"], cpu["libev_loop+1%"])

    def test_pairs(self):
        """Ratios are those of the samples; each pair of likes has samples of
        its own, and what was added is taken off."""
        case = self.run_.json("summary.json")["cases"][0]
        walls = {(s["label"], s["round"]):
                 (s["wall_ns"], s["wall_ns"] - s.get("handicap_ns", 0))
                 for s in self.run_.samples() if s["round"]}

        def median(over, under, net):
            return statistics.median(
                walls[over, r][net] / walls[under, r][net]
                for r in range(1, 8))

        for point in case["calibration"]:
            self.assertAlmostEqual(point["ratio"]["median"],
                                   median(point["label"], "libev_loop", 0))
            self.assertEqual(point["detected"],
                             point["ratio"]["lo"] > 1 or
                             (point["added"] == 0 and
                              point["ratio"]["hi"] < 1))
        used = [label for pair in case["aa"]
                for label in (pair["label"], pair["of"])]
        self.assertEqual(len(used), 4)
        self.assertEqual(len(set(used)), 4)
        for pair in case["aa"]:
            self.assertAlmostEqual(pair["ratio"]["median"],
                                   median(pair["label"], pair["of"], 1))
        total = self.run_.json("summary.json")["calibration"]
        self.assertEqual(total["pairs"], 2)
        self.assertEqual(total["false_alarms"],
                         sum(pair["alarm"] for pair in case["aa"]))

    def test_compare_leaves_them_out(self):
        code, out, err = self.case.concur("compare", "run", "run")
        self.assertEqual(code, 0, err)
        self.assertNotIn("+5%", out)
        self.assertNotIn("~again", out)


if __name__ == "__main__":
    unittest.main()
