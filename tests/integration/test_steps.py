# SPDX-License-Identifier: GPL-3.0-or-later
"""Statistics over the values of a batch; workers that are killed."""

import json
import os
import re
import signal
import statistics
import sys
import unittest
import urllib.request

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from support import TempCase, children_of, strategies

DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))

SUITE = """
[ages]
steps = fetch /json/{i}; parse age
tasks = 40
first = 3
rounds = 1

[kept]
steps = fetch /json/{i}; parse height; barrier; sleep 1ms
tasks = 6
rounds = 1
strategies = sequential, libev_loop

[one]
steps = fetch /json/{i}; parse age
tasks = 1
rounds = 1
strategies = sequential

[changed]
steps = fetch /json/{i}; parse age; add 1
tasks = 2
rounds = 1
strategies = sequential
"""


def figures(field, values):
    return {"field": field, "count": len(values),
            "mean": statistics.mean(values), "min": min(values),
            "max": max(values), "sd": statistics.stdev(values)}


class Aggregate(TempCase):
    def values(self, field, numbers):
        base = self.origin()
        return [int(json.load(DIRECT.open(f"{base}/json/{i}"))[field])
                for i in numbers]

    def check(self, have, want):
        self.assertEqual(list(have), list(want))
        for name, value in want.items():
            if isinstance(value, float):
                self.assertAlmostEqual(have[name], value, 9, name)
            else:
                self.assertEqual(have[name], value, name)

    def test_the_field_of_all_replies(self):
        suite = self.write("aggregate.ini", SUITE)
        code, _, err = self.concur("run", "--suite", suite)
        self.assertEqual((code, err), (0, ""))
        ages = self.values("age", range(3, 43))
        run = self.latest()
        for sample in run.samples():
            if sample["case"] == "ages":
                self.check(sample["aggregate"], figures("age", ages))
        entries = run.strategies("ages")
        self.assertEqual(list(entries), strategies())
        for name in strategies():
            self.check(entries[name]["aggregate"], figures("age", ages))
        heights = self.values("height", range(6))
        for entry in run.strategies("kept").values():
            self.check(entry["aggregate"], figures("height", heights))
        age = self.values("age", [0])[0]
        self.check(run.strategies("one")["sequential"]["aggregate"],
                   {"field": "age", "count": 1, "mean": age, "min": age,
                    "max": age, "sd": None})
        self.assertIsNone(
            run.strategies("changed")["sequential"]["aggregate"])

    def test_failed_tasks_do_not_count(self):
        base = self.origin()
        urls = self.write("urls.txt", f"{base}/json/1\n{base}/json/4\n"
                                      f"{base}/page/1\n{base}/json/9\n")
        code, _, err = self.concur(
            "run", "--steps", "fetch; parse age", "--urls", urls, "--rounds",
            "1", "--strategies", "sequential,libev_loop")
        self.assertEqual((code, err), (0, ""))
        want = figures("age", self.values("age", (1, 4, 9)))
        for sample in self.latest().samples():
            self.assertEqual(sample["failures"], {"parse": 1})
            self.check(sample["aggregate"], want)

    def test_a_trace_ends_with_it(self):
        args = ["trace", "--steps", "fetch /json/{i}; parse age", "--tasks"]
        code, out, _ = self.concur(*args, "5")
        want = figures("age", self.values("age", range(5)))
        self.assertEqual(code, 0)
        self.assertEqual(
            re.findall("^age: .*", out, re.M),
            ["age: count 5, mean {mean:.3f}, min {min}, max {max}, standard "
             "deviation {sd:.3f}".format(**want)])
        self.assertNotIn("deviation", self.concur(*args, "1")[1])


class KilledWorker(TempCase):
    def test_only_its_task_is_lost(self):
        process = self.start(
            "trace", "--workload", "sleep", "--tasks", "6", "--delay",
            "60s, 60s, 1ms, 1ms, 1ms, 1ms", "--strategy", "process_pool:2")
        self.addCleanup(process.kill)
        self.lines(process, "started 1")
        workers = set(children_of(process.pid))
        self.assertEqual(len(workers), 2)
        os.kill(min(workers), signal.SIGKILL)
        lines = self.lines(process, "finished 5")
        failed = [line for line in lines if "failed" in line]
        self.assertEqual(len(failed), 1, lines)
        self.assertRegex(failed[0], r"failed [01]: worker\b")
        others = set(children_of(process.pid))
        self.assertEqual(len(others), 2)
        self.assertEqual(len(workers & others), 1)
        os.kill((workers & others).pop(), signal.SIGKILL)
        out, err = process.communicate(timeout=30)
        self.assertEqual((process.returncode, err), (1, ""))
        self.assertIn("given: [failed, failed, 0, 0, 0, 0]\n", out)

    def lines(self, process, last):
        """What it says until a line ends so."""
        lines = [""]
        while last not in lines[-1]:
            lines.append(process.stdout.readline())
            self.assertTrue(lines[-1], lines)
        return lines


class OwnFiles(TempCase):
    def test_what_a_task_has_written_is_what_it_reads(self):
        suite = self.write("files.ini", """
[back]
steps = fetch /json/{i}; write {i}.json; read {i}.json
tasks = 3
first = 4
rounds = 1

[over]
steps = read {i}.x; write a{i}; fetch /json/{i}; write {i}.x; barrier; read a{i}; read {i}.x; parse id; write {i}.x; fetch /json/{i}; write {i}.x
tasks = 3
rounds = 1
strategies = sequential, libev_loop, thread_pool

[users]
steps = read /etc/passwd; write {i}.copy
tasks = 2
rounds = 1
strategies = sequential, executor
""")
        code, _, err = self.concur("run", "--suite", suite, "--quiet")
        self.assertEqual((code, err), (0, ""))
        back = self.latest().strategies("back")
        got = {s["digest"] for s in back.values() if s["status"] == "ok"}
        self.assertEqual(len(got), 1, back)
        self.assertNotIn("failed", [s["status"] for s in back.values()])


if __name__ == "__main__":
    unittest.main()
