# SPDX-License-Identifier: GPL-3.0-or-later
"""The articles' examples at a tenth of their scale: results under every
strategy, and the order of events where the example fixes it. The order in
which threads start is the kernel's and is never asserted."""

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
          "b-break", "c-send"}

# Who starts and ends tasks in an order that is its own and not the kernel's.
LOOPS = ("libev_loop", "coroutine", "raw_libev")
SERIAL = ("sequential", "await_in_loop", "blocking_in_loop")

# Case, the order of its events (S: starts, F: finishes), and whose it is. Tasks
# count from 0, and a creator comes after the last.
ORDERS = [
    ("a-gather", "S0 S1 F0 F1", LOOPS),
    ("a-gather", "S0 F0 S1 F1", SERIAL),
    ("a-page", "S0 S1 S2 F1 F2 F0", LOOPS),
    ("a-page", "S0 F0 S1 F1 S2 F2", SERIAL),
    ("b-gather3", "S0 S1 S2 F0 F1 F2", LOOPS),
    ("b-gather3", "S0 F0 S1 F1 S2 F2", SERIAL),
    ("b-order", "S2 S0 S1 F1 F0 F2", (*LOOPS, "polling_loop")),
    ("c-reverse", "S0 S1 S2 F2 F1 F0", (*LOOPS, "polling_loop")),
    ("c-reverse", "S0 F0 S1 F1 S2 F2", SERIAL),
    ("d-mock2", "S0 S1 F0 F1", LOOPS),
    ("d-mock3", "S0 S1 S2 F0 F1 F2", LOOPS),
    ("d-mock3", "S0 F0 S1 F1 S2 F2", SERIAL),
    ("d-forever", "S0 S1 F0 F1", LOOPS[:2]),
    # The second task's fetch is short, and still it ends last.
    ("e-coroutine", "S0 F0 S1 F1", ("blocking_in_loop",)),
    ("e-sync", "S0 F0 S1 F1 S2 F2 S3 F3 S4 F4", ("sequential",)),
    ("e-await", "S0 F0 S1 F1 S2 F2 S3 F3 S4 F4", SERIAL[:2]),
    ("e-gather-blocking", "S0 F0 S1 F1 S2 F2 S3 F3 S4 F4",
     ("sequential", "blocking_in_loop")),
]
# The same where threads start as the kernel has it: starts, finishes.
SORTED = [
    ("b-order", "0 1 2", "1 0 2", ("thread_per_task",)),
    ("c-reverse", "0 1 2", "2 1 0",
     ("thread_per_task", "thread_pool", "executor", "multi_loop")),
]


class SeedsFast(TempCase):
    def check_status(self, case):
        name = case["name"]
        for s in case["strategies"]:
            able = s["strategy"] in ONLY.get(name, HERE) & HERE
            if name in PRINTS and s["strategy"] == "process_pool":
                able = False
            self.assertEqual(s["status"], "ok" if able else "absent",
                             (name, s["label"], s["reason"]))

    def check_order(self, events, case, order, names):
        for name in names:
            with self.subTest(case=case, strategy=name):
                self.assertEqual(" ".join(events[case, name]), order)

    def check_sorted(self, events, case, starts, ends, names):
        for name in names:
            with self.subTest(case=case, strategy=name):
                words = events[case, name]
                self.assertEqual(
                    sorted(w[1:] for w in words if w[0] == "S"),
                    starts.split())
                self.assertEqual([w[1:] for w in words if w[0] == "F"],
                                 ends.split())

    def test_every_case(self):
        code, _, err = self.concur("run", "--suite", "seeds-fast")
        self.assertEqual((code, err), (0, ""))
        cases = self.latest().json("summary.json")["cases"]
        self.assertGreaterEqual(len(cases), 36)
        for case in cases:
            self.check_status(case)
        events = order_of(self.latest().timeline())
        for row in ORDERS:
            self.check_order(events, *row)
        for row in SORTED:
            self.check_sorted(events, *row)
        # All five start before any finishes.
        self.assertEqual("".join(word[0] for word in
                                 events["e-executor", "executor"]),
                         "SSSSSFFFFF")


def order_of(timeline):
    """Each case's and strategy's events, as they came."""
    events = {}
    for row in timeline:
        into = events.setdefault((row["case"], row["strategy"]), [])
        into.append((int(row["started_ns"]), "S" + row["task"]))
        into.append((int(row["finished_ns"]), "F" + row["task"]))
    # The sort is stable: a task's start stays before its end.
    return {key: [word for _, word in sorted(into, key=lambda e: e[0])]
            for key, into in events.items()}


class Shown(TempCase):
    """What only a trace shows: values, prints and phases."""

    def trace(self, case, strategy, *more):
        code, out, err = self.concur("trace", "--suite", "seeds-fast", case,
                                     "--strategy", strategy, *more)
        self.assertEqual(code, 0, (case, strategy, err))
        return out, err

    def test_values(self):
        for case, values in (("a-hello", "[42]"), ("a-chain", "[65]"),
                             ("a-gather", "[0, 0]"),
                             ("b-gather3", "[1, 2, 3]"),
                             ("b-create", "[42]"),
                             ("d-mock3", "[200, 200, 200]")):
            for strategy in ("libev_loop", "coroutine", "thread_per_task"):
                with self.subTest(case=case, strategy=strategy):
                    self.assertIn(f"results in the order given: {values}\n",
                                  self.trace(case, strategy)[0])

    def test_the_creator_works_before_the_task_starts(self):
        for strategy in SCHEDULED & HERE - {"thread_per_task"}:
            with self.subTest(strategy=strategy):
                words = re.findall(r"s  (.*)",
                                   self.trace("b-create", strategy)[0])
                self.assertLess(words.index("creator: other work"),
                                words.index("started 0"))

    def test_values_are_sent(self):
        for strategy in RESUMED & HERE:
            with self.subTest(strategy=strategy):
                self.assertEqual(
                    re.findall(r"s  0: (.*)",
                               self.trace("c-send", strategy)[0]),
                    ["something", "waiting First", "received First",
                     "waiting Second", "received Second"])

    def test_all_is_fetched_before_anything_is_saved(self):
        for strategy in ("sequential", "libev_loop", "coroutine"):
            with self.subTest(strategy=strategy):
                out, _ = self.trace("b-scrape", strategy)
                before, after = out.split("phase 2\n")
                for part in (before, after):
                    ends = re.findall(r"finished (\d)", part)
                    self.assertEqual(sorted(ends), list("01234"))

    def test_debug_names_the_selector_and_what_held_it(self):
        _, err = self.trace("b-debug", "libev_loop", "--debug",
                            "--slow-callback", "10ms")
        self.assertRegex(err, r"debug: event loop: libev on \w+\n")
        self.assertIn("debug: looked up ", err)
        self.assertGreaterEqual(err.count("held the loop"), 2, err)


if __name__ == "__main__":
    unittest.main()
