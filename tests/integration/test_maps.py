# SPDX-License-Identifier: GPL-3.0-or-later
"""A sweep along two axes, from the suite to the summary and the report: who is
fastest where. Only what no machine could have otherwise is asserted."""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from support import TempCase

SUITE = """# Few and many, soon and late.
[m]
workload = fetch
tasks = 20 | 2
delay = 1ms | 8ms
strategies = sequential, libev_loop, raw_libev
rounds = 6
"""


class Maps(TempCase):
    def test_a_run(self):
        code, _, err = self.concur("run", "--suite",
                                   self.write("s.ini", SUITE))
        self.assertEqual((code, err), (0, ""))
        run = self.latest()
        gaps = {s["label"]: s["real_gap"]
                for s in run.json("run.json")["cases"][0]["strategies"]}
        self.assertIsNone(gaps["libev_loop"])
        self.assertIn("URLs", gaps["raw_libev"])
        summary = run.json("summary.json")
        any_url = summary["maps"][0]
        self.assertEqual((any_url["x"], any_url["y"], any_url["own_origin"]),
                         ("tasks", "delay", False))
        self.assertEqual([(c["x"], c["y"]) for c in any_url["cells"]],
                         [("2", "1ms"), ("20", "1ms"), ("2", "8ms"),
                          ("20", "8ms")])
        many = any_url["cells"][3]
        self.assertEqual(many["leaders"], ["libev_loop"])
        self.assertEqual(many["next"], "sequential")
        self.assertGreater(many["ratio"]["lo"], 2)
        for cell in any_url["cells"]:
            self.assertNotIn("raw_libev", cell["leaders"])
        self.check_uses(summary["uses"])
        self.assertIn("## Use this when", run.read("report.md").decode())

    def check_uses(self, uses):
        """Each cell of a map is in one row."""
        rows = [use for use in uses if not use["own_origin"]]
        covered = sorted((tasks, delay) for use in rows
                         for tasks in use["where"]["tasks"]
                         for delay in use["where"]["delay"])
        self.assertEqual(covered, [("2", "1ms"), ("2", "8ms"), ("20", "1ms"),
                                   ("20", "8ms")])
        self.assertEqual(sum(use["cells"] for use in rows), 4)
        last = [use for use in rows if "20" in use["where"]["tasks"] and
                "8ms" in use["where"]["delay"]]
        self.assertEqual([use["use"] for use in last], ["libev_loop"])


if __name__ == "__main__":
    unittest.main()
