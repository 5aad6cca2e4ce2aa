# SPDX-License-Identifier: GPL-3.0-or-later
"""The articles' examples at a tenth of their scale: results under every
strategy, and the order of events where the example fixes it."""

import os
import re
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from support import TempCase, strategies

# Which strategies cannot do a case; everybody else must.
SCHEDULED = {"thread_per_task", "polling_loop", "libev_loop", "coroutine",
             "raw_libev", "io_uring"}
RESUMED = {"await_in_loop", "polling_loop", "libev_loop", "coroutine",
           "multi_loop", "raw_libev", "io_uring"}
HERE = set(strategies())
ONLY = {"b-create": SCHEDULED, "b-order": SCHEDULED, "c-send": RESUMED}
PRINTS = {"a-hello", "b-hello", "b-fetch", "b-file", "b-gather3", "b-create",
          "c-send"}
ONE_BY_ONE = {"sequential", "await_in_loop", "blocking_in_loop"}


class SeedsFast(TempCase):
    def test_every_case(self):
        code, _, err = self.concur("run", "--suite", "seeds-fast")
        self.assertEqual((code, err), (0, ""))
        cases = self.latest().json("summary.json")["cases"]
        self.assertGreaterEqual(len(cases), 34)
        for case in cases:
            name = case["name"]
            for s in case["strategies"]:
                able = s["strategy"] in ONLY.get(name, HERE) & HERE
                if name in PRINTS and s["strategy"] == "process_pool":
                    able = False
                self.assertEqual(s["status"], "ok" if able else "absent",
                                 (name, s["label"], s["reason"]))


class Order(TempCase):
    """What a trace shows, for each strategy that does the case."""

    def trace(self, case, strategy):
        code, out, err = self.concur("trace", "--suite", "seeds-fast", case,
                                     "--strategy", strategy)
        self.assertEqual((code, err), (0, ""), (case, strategy))
        return out

    def events(self, case, strategy):
        return re.findall(r"s  (started \w+|finished \w+)",
                          self.trace(case, strategy))

    def check_values(self, case, values, names):
        for strategy in names:
            with self.subTest(case=case, strategy=strategy):
                self.assertIn(f"results in the order given: {values}\n",
                              self.trace(case, strategy))

    def able(self, case):
        names = [n for n in strategies() if n in ONLY.get(case, HERE)]
        return [n for n in names
                if n != "process_pool" or case not in PRINTS]

    def test_values(self):
        for case, values in (("a-hello", "[42]"), ("a-chain", "[65]"),
                             ("b-gather3", "[1, 2, 3]"),
                             ("b-create", "[42]"),
                             ("d-mock3", "[200, 200, 200]")):
            self.check_values(case, values, self.able(case))

    def test_the_second_ends_first(self):
        for strategy in SCHEDULED & HERE:
            with self.subTest(strategy=strategy):
                events = self.events("b-order", strategy)
                starts = ["started 0", "started 1"]
                if strategy == "thread_per_task":  # the kernel's choice
                    events[1:3] = sorted(events[1:3])
                self.assertEqual(
                    events, ["started creator", *starts, "finished 1",
                             "finished 0", "finished creator"])

    def test_the_creator_works_before_the_task_starts(self):
        for strategy in SCHEDULED & HERE - {"thread_per_task"}:
            with self.subTest(strategy=strategy):
                words = re.findall(r"s  (.*)", self.trace("b-create", strategy))
                self.assertLess(words.index("creator: other work"),
                                words.index("started 0"))

    def test_the_last_ends_first(self):
        for strategy in strategies():
            with self.subTest(strategy=strategy):
                ends = [e for e in self.events("c-reverse", strategy)
                        if e.startswith("finished")]
                if strategy in ONE_BY_ONE:
                    self.assertEqual(ends, ["finished 0", "finished 1",
                                            "finished 2"])
                elif strategy != "process_pool":
                    self.assertEqual(ends, ["finished 2", "finished 1",
                                            "finished 0"])

    def test_values_are_sent(self):
        for strategy in RESUMED & HERE:
            with self.subTest(strategy=strategy):
                self.assertEqual(
                    re.findall(r"s  0: (.*)", self.trace("c-send", strategy)),
                    ["something", "waiting First", "received First",
                     "waiting Second", "received Second"])

    def test_executor_starts_all_before_any_finishes(self):
        events = self.events("e-executor", "executor")
        self.assertEqual(sorted(events[:5]),
                         [f"started {n}" for n in range(5)])

    def test_gather_over_blocking_calls_overlaps_nothing(self):
        self.assertEqual(
            self.events("e-gather-blocking", "blocking_in_loop"),
            [f"{what} {n}" for n in range(5)
             for what in ("started", "finished")])


if __name__ == "__main__":
    unittest.main()
