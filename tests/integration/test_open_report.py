# SPDX-License-Identifier: GPL-3.0-or-later
"""The report of an open load, from samples of queues that are simulated here:
who keeps up with the rate is known beforehand."""

import csv
import heapq
import json
import os
import re
import shutil
import subprocess
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from test_report import CONCUR, MS, Maker, ReportCase, histogram

LATE = 2 * MS


class Queues(Maker):
    """Each task is started when it is due and a place is free."""

    gap = 2500000

    def sample(self, name, label, width, number, place, tasks, delay,
               failed):
        free, lanes = [0] * width, []
        for i in range(tasks):
            start = max(i * self.gap, heapq.heappop(free)) + 1000 * (place + 1)
            end = start + delay + (i % 7) * 100000 + number * 1000
            heapq.heappush(free, end)
            lanes.append((i * self.gap, start, end))
        if number == 1:
            self.lanes += [(name, label, 1, i, *lane, "ok")
                           for i, lane in enumerate(lanes)]
        super().sample(name, label, width, number, place, tasks, delay, failed)
        if number == 1:
            del self.lanes[-tasks:]
        line = json.loads(self.samples.pop())
        lag = [start - due for due, start, _ in lanes]
        run = max(end for _, _, end in lanes)
        line.update(
            wall_ns=run + 100000, run_ns=run, lag_hist=histogram(lag),
            behind=sum(value > LATE for value in lag),
            latency_hist=histogram([end - start for _, start, end in lanes]),
            sojourn_hist=histogram([end - due for due, _, end in lanes]))
        self.line(**line)


def quantile(values, q):
    values = sorted(values)
    return values[-(-len(values) * q // 100) - 1]


class Open(ReportCase):
    def setUp(self):
        super().setUp()
        self.maker = Queues(self.dir)
        self.maker.case("rate", tasks=300, delay_ms=10, rate={
            "per_second": 400.0, "poisson": False})

    def strategies(self):
        with open(os.path.join(self.dir, "summary.json"),
                  encoding="utf-8") as file:
            return {s["label"]: s
                    for s in json.load(file)["cases"][0]["strategies"]}

    def test_each_round_has_its_p99(self):
        self.maker.write()
        self.report()
        for label, s in self.strategies().items():
            tail = s["sojourn_round_ns"]
            self.assertEqual(tail["quantile"], 0.99)
            self.assertEqual([r for r, _ in tail["rounds"]],
                             [1, 2, 3, 4, 5, 6])
            ends = [end - due for case, name, _, _, due, _, end, _
                    in self.maker.lanes if name == label]
            self.assertAlmostEqual(
                tail["rounds"][0][1] / quantile(ends, 99), 1, delta=0.01)
            values = sorted(ns for _, ns in tail["rounds"])
            self.assertEqual((tail["lo"], tail["hi"]),
                             (values[0], values[-1]))
        with open(os.path.join(self.dir, "summary.csv"),
                  encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.assertEqual(rows[0]["sojourn_round_ns_quantile"], "0.99")

    def test_few_tasks_have_a_lower_quantile(self):
        self.maker.case("few", tasks=30, rate={
            "per_second": 400.0, "poisson": True})
        self.maker.case("fewest", tasks=9, rate={
            "per_second": 400.0, "poisson": True})
        self.maker.case("closed", tasks=9)
        self.maker.cases[-1]["rate"] = None
        for place, line in enumerate(self.maker.samples):
            fields = json.loads(line)
            if fields["case"] == "closed":
                del fields["lag_hist"], fields["behind"]
                self.maker.samples[place] = json.dumps(fields)
        self.maker.write()
        self.report()
        with open(os.path.join(self.dir, "summary.json"),
                  encoding="utf-8") as file:
            cases = json.load(file)["cases"]
        tails = [c["strategies"][0]["sojourn_round_ns"] for c in cases]
        self.assertEqual([t and t["quantile"] for t in tails],
                         [0.99, 0.9, 0.5, None])
        markdown = self.read("report.md")
        self.assertIn("due: p90 of a round", markdown)
        self.assertIn("had 50 % of", markdown)
        self.assertIn("Load: closed, at most 9 in flight at once.", markdown)

    def test_words(self):
        self.maker.write()
        self.report()
        markdown = self.read("report.md").replace("`", "")
        for text in ("300 fetches of 10 ms at 400/s",
                     "Load: open, 400/s, whoever is busy",
                     "due: p99 of a round", "start: p99", "lag max",
                     "pool:5 (10.6 ms) and loop (10.6 ms) had 99 % of their tasks "
                     "done soonest after they were due, not resolved from "
                     "each other. sequential",
                     "sequential (99.7 % late) did **not keep up** with 400/s",
                     "Timed from their own starts, 99 % of sequential's"):
            self.assertIn(text, markdown)
        self.assertNotIn("| speed-up |", markdown)
        self.check_page()

    @unittest.skipUnless(shutil.which("gnuplot"), "gnuplot is not installed")
    def test_figures(self):
        self.maker.case("other", tasks=20)
        self.maker.cases[-1]["rate"] = None
        self.maker.write()
        self.report()
        self.check_figures()
        made = self.figures()
        self.assertIn("open-load-rate.svg", made)
        self.assertIn("latency-other.svg", made)
        for name in ("overview-rate.svg", "latency-rate.svg",
                     "open-load-other.svg"):
            self.assertNotIn(name, made)
        figure = self.read("plots", "open-load-rate.svg")
        for text in (">sequential<", ">fell behind, 99.7 % late<",
                     ">kept up, 0.0 % late<"):
            self.assertIn(text, figure)
        # Each curve's area survives the way into the page.
        fills = re.findall(r"<polygon fill = '(rgb[^']*)'", figure)
        self.assertGreater(len(fills), 0)
        for fill in fills:
            self.assertIn('<polygon fill="%s"' % fill,
                          self.read("report.html"))
        self.assertIn("due, not yet started",
                      self.read("plots", "timeline-rate.svg"))

    def test_exports(self):
        self.maker.write()

        def export(form):
            return subprocess.run(
                [CONCUR, "report", self.dir, "--export", form], check=True,
                stdout=subprocess.PIPE, timeout=60).stdout.decode()
        values = {e["name"]: e for e in json.loads(export("json"))}
        loop = values["rate: loop, p99 from due"]
        self.assertAlmostEqual(loop["value"], 10.6, delta=0.2)
        self.assertIn("started late: 0.0 %", loop["extra"])
        self.assertIn("due: p99 of a round", export("markdown"))


if __name__ == "__main__":
    unittest.main()
