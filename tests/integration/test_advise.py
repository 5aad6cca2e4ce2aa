# SPDX-License-Identifier: GPL-3.0-or-later
"""concur advise: a load, an answer, within its budget; what it refuses."""

import json
import os
import sys
import time
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from support import Run, TempCase

LOAD = ["--tasks", "50", "--delay", "10ms"]
BUDGET_S = 5

# Arguments, and what the one line says.
WRONG = [
    ([], "command line: needs --tasks: say how many"),
    ([*LOAD, "--cpu", "abc"], "--cpu: 'abc' is neither a time like 40ms"),
    (["--tasks", "0"], "--tasks: 0 is out of range: 1 to 10,000,000"),
    ([*LOAD, "--budget", "10"], "--budget: '10' has no unit"),
    ([*LOAD, "--budget", "1s"], "--budget: 1s is too short: 3s at least"),
    ([*LOAD, "--precision", "0%"], "--precision: 0 % can never be reached"),
    ([*LOAD, "--strategies", "libev_lop"],
     "--strategies: unknown strategy 'libev_lop'; did you mean 'libev_loop'?"),
    ([*LOAD, "--workload", "ftch"],
     "--workload: unknown workload 'ftch'; did you mean 'fetch'?"),
    ([*LOAD, "--seed", "0"], "--seed: 0 is out of range"),
    ([*LOAD, "--rounds", "3"], "unknown option --rounds"),
    ([*LOAD, "--calibrate"], "unknown option --calibrate"),
    ([*LOAD, "fetch"], "does not take 'fetch'"),
    (["--tasks", "5 | 10"], "takes one load: these are 2"),
    (["--tasks", "2", "--steps", "fetch http://127.0.0.1:1/x"],
     "fetches from real servers"),
    (["--tasks", "1", "--delay", "20s", "--budget", "10s"],
     "--budget: 10.0 s is too short: doing the tasks once takes about 20.0 s"),
    ([*LOAD, "--workload", "sleep", "--body", "4KiB"],
     "--body: nothing is fetched from the own origin"),
]


class Answers(TempCase):

    def advise(self, *args):
        """Exit code, answer, stderr, seconds."""
        began = time.monotonic()
        code, out, err = self.concur("advise", *args, "--json")
        return code, json.loads(out), err, time.monotonic() - began

    def check_answer(self, answer):
        """What any machine must come to for 50 tasks that wait."""
        overlapping = {c["label"] for c in answer["candidates"]
                       if c["strategy"] != "sequential" and not c["own_only"]}
        use = answer["use"]
        self.assertIn(use["label"], overlapping)
        self.assertNotIn("sequential", use["tied_with"])
        times = {c["label"]: c["times"] for c in answer["candidates"]}
        self.assertAlmostEqual(times[use["label"]]["median"], 1)

    def test_an_answer_within_the_budget(self):
        code, answer, err, took = self.advise(
            *LOAD, "--budget", f"{BUDGET_S}s", "--seed", "3")
        self.assertEqual((code, err), (0, ""))
        self.check_answer(answer)
        self.assertLess(took, 2 * BUDGET_S)
        self.assertLessEqual(answer["took_ns"] / 1e9, took)
        own = {c["label"] for c in answer["candidates"] if c["own_only"]}
        self.assertEqual(own, {"raw_libev", "io_uring"})
        self.assertIn("no computing (--cpu)", answer["assumed"])
        # The run is kept, with its report, and knows what it was.
        run = Run(os.path.join(self.dir, answer["folder"]))
        self.assertRegex(answer["folder"], r"^results/\w+-advise$")
        self.assertTrue(os.path.exists(run.path("report.html")))
        self.assertIs(run.json("run.json")["stopping"]["race"], True)
        summary = run.json("summary.json")
        measured = {s["label"]: s["wall_ns"]["median"]
                    for s in summary["cases"][0]["strategies"]
                    if s["status"] == "ok"}
        for candidate in answer["candidates"]:
            if candidate["status"] == "ok":
                self.assertEqual(candidate["wall_ns"]["median"],
                                 measured[candidate["label"]])

    def test_who_is_behind_is_dropped(self):
        """After six rounds: ten waits one by one against one. What is left
        goes on, where the machine has time for it, and the answer says so;
        --resume comes to the same."""
        def rounds_of(label):
            return {s["round"] for s in run.samples() if s["label"] == label}

        code, out, err = self.concur(
            "advise", "--workload", "sleep", "--tasks", "10", "--delay",
            "10ms", "--budget", "5s", "--strategies", "libev_loop,sequential",
            "--precision", "0.001%", "--out", "run")
        self.assertEqual((code, err), (0, ""))
        self.assertIn("Use libev_loop: ", out)
        run = Run(os.path.join(self.dir, "run"))
        dropped = rounds_of("sequential")
        self.assertLessEqual(max(dropped), 6)
        if max(rounds_of("libev_loop")) < 8:
            return
        said = " ".join(out.split())
        self.assertRegex(said, "Measured in (too few|fewer) rounds.*: seq")
        before = run.read("samples.jsonl")
        code, out, err = self.concur("run", "--resume", "run")
        self.assertEqual(code, 0, err)
        self.assertTrue(run.read("samples.jsonl").startswith(before))
        self.assertEqual(rounds_of("sequential"), dropped)

    def test_what_cannot_be_measured_is_computed(self):
        """The sequential program would take longer than the budget; with long
        tasks there are fewer rounds than an interval takes, and fewer
        candidates."""
        code, answer, err, took = self.advise(
            "--tasks", "20", "--delay", "400ms", "--workload", "sleep",
            "--budget", "4s")
        self.assertEqual((code, err), (0, ""))
        self.check_answer(answer)
        self.assertLess(took, 8)
        by_label = {c["label"]: c for c in answer["candidates"]}
        self.assertIn("sequential",
                      {*answer["left_out"],
                       *(label for label, c in by_label.items()
                         if "would take 8.00 s" in (c["reason"] or ""))})
        self.assertRegex(answer["sure"][0], "^Only [1-5] rounds? had room")
        self.assertIsNone(answer["resolution"])

    def test_an_open_load(self):
        code, answer, err, _ = self.advise(
            "--tasks", "12", "--rate", "100/s", "--delay", "20ms",
            "--strategies", "libev_loop,sequential", "--budget", "4s")
        self.assertEqual((code, err), (0, ""))
        self.assertEqual(answer["use"]["label"], "libev_loop")
        kept = {c["label"]: c["kept_up"] for c in answer["candidates"]}
        self.assertFalse(kept["sequential"])

    def test_refused(self):
        for arguments, said in WRONG:
            code, out, err = self.concur("advise", *arguments)
            self.assertEqual((code, out), (2, ""), arguments)
            self.assertTrue(err.startswith("concur advise: " + said), err)
            self.assertEqual(err.count("\n"), 1, err)
        self.assertEqual(self.runs(), [])


if __name__ == "__main__":
    unittest.main()
