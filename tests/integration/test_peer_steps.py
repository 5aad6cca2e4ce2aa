# SPDX-License-Identifier: GPL-3.0-or-later
"""Peers that start other tasks, are sent values, or do their steps wrongly."""

import os
import sys
import unittest

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from support import ROOT, TempCase
from test_peers import NEEDS, OTHERS, has, missing

PEERS = os.path.join(ROOT, "impls", "peers")

CREATOR = """
[creator]
steps = sleep 150ms, 10ms; add 40; print {value}
tasks = 2
creator = spawn 0; spawn 1; cpu 20ms; join 0; join 1; add 2
strategies = thread_per_task, coroutine
peers = py-polling, py-executor, %s
rounds = 1
"""

SEND = """
[send]
steps = print something; recv First; sleep 100ms; recv Second; sleep 50ms
tasks = 2
strategies = polling_loop, libev_loop
peers = py-polling, %s
rounds = 1
"""

# One task after another with the steps of impls/peers, bent in one way.
BENT = """
import sys
sys.path.insert(0, PEERS)
import peer
do_file, compute = peer.Task.do_file, peer.Task.compute

def skip(*kinds):
    def some(task, step):
        if step.kind not in kinds:
            compute(task, step)
    peer.Task.compute = some

def half(path, beside, body):
    with open(path, "wb") as file:
        file.write(body[:-1])

def both(path, beside, body):
    for name in (path, beside):
        with open(name, "wb") as file:
            file.write(body)

def misread(task, value, body):
    receive(task, value, body)
    task.digest ^= 1

receive = peer.Task.receive
exec(sys.argv[1])

def do(task, job):
    with task:
        for step in task.steps:
            if step.kind in ("read", "write"):
                task.do_file(step)
            elif step.kind == "spawn":
                if not job.lazy:
                    do(job.tasks[step.what], job)
            elif step.kind == "join":
                if not job.heedless:
                    task.take_over(job.tasks[step.what])
            else:
                task.compute(step)

def main(job):
    job.lazy, job.heedless = "lazy" in sys.argv[1], "heedless" in sys.argv[1]
    for tasks in job.phases():
        for task in tasks:
            do(task, job)

peer.run(main)
"""

WORK = """
[work]
steps = read in_{i}.html; write out_{i}.html; add {i}
tasks = 2
strategies = sequential
peers = %s
rounds = 1
[child]
steps = add 5
tasks = 1
creator = spawn 0; join 0
strategies = thread_per_task
peers = %s
rounds = 1
"""

# By case: how the program is bent, and what is said of it.
VALUES = "^the tasks' values are not as expected$"
BENDS = {
    "work": {
        "honest": ("pass", None),
        "adds-nothing": ("skip('add')", VALUES),
        "misreads": ("peer.Task.receive = misread",
                     "^digest .*, expected .*$"),
        "half": ("peer.write_whole = half",
                 r"^out_0\.html: is not what its task had received$"),
        "leaves": ("peer.write_whole = both",
                   r"^out_[01]\.html\.[01]\.part: was left behind$"),
        "raises": ("peer.Task.compute = None",
                   r"^2 of 2 tasks failed \(TypeError\)$"),
    },
    "child": {
        "parent": ("pass", None),
        "lazy": ("'lazy'", "^task 0: its stamps are out of order$"),
        "heedless": ("'heedless'", VALUES),
    },
}


class Steps(TempCase):
    def run_suite(self, text, code=0, env=None):
        """The summary's strategies, by case and label."""
        got, _, err = self.concur("run", "--suite", self.write("s.ini", text),
                                  env=env)
        self.assertEqual(got, code, err)
        return {case["name"]: {s["label"]: s for s in case["strategies"]}
                for case in self.latest().json("summary.json")["cases"]}

    def there(self, *names):
        names = [name for name in names if has(NEEDS[name])]
        if not names:
            self.skipTest("no peer's packages: make deps-peers")
        return names

    def check_absent(self, s, label, reason):
        self.assertEqual(s[label]["status"], "absent")
        self.assertRegex(s[label]["reason"], reason)

    def test_a_creator_starts_the_others(self):
        names = self.there("py-threads", "py-asyncio", "py-uvloop")
        names += [name for name in OTHERS if not missing(name)]
        s = self.run_suite(CREATOR % ", ".join(names))["creator"]
        self.check_absent(s, "py-polling", "spawn, join: it creates no tasks")
        self.check_absent(s, "py-executor", "^spawn, join: workers that all ")
        for name in ("thread_per_task", "coroutine", *names):
            with self.subTest(name):
                self.assertEqual(s[name]["status"], "ok", s[name]["reason"])
                self.check_order(name)

    def check_order(self, name):
        rows = {int(row["task"]): row for row in self.latest().timeline()
                if row["strategy"] == name}
        start = {i: int(row["started_ns"]) for i, row in rows.items()}
        end = {i: int(row["finished_ns"]) for i, row in rows.items()}
        self.assertEqual(sorted(rows), [0, 1, 2])
        self.assertLess(end[1], end[0])
        self.assertLess(end[0], end[2])
        self.assertLess(start[2], min(start[0], start[1]))
        if name not in ("thread_per_task", "py-threads", "go",
                        "tokio"):
            self.assertLess(start[0], start[1])
            # The creator's work comes before the tasks even start.
            self.assertGreater(start[0] - start[2], 10_000_000)

    def test_a_generator_is_sent_values(self):
        names = self.there("py-threads", "py-asyncio")
        s = self.run_suite(SEND % ", ".join(names))["send"]
        self.check_absent(s, "py-threads", "^recv: a thread is not resumed ")
        self.check_absent(s, "py-asyncio", "^recv: asyncio sends its ")
        self.assertEqual(s["py-polling"]["status"], "ok",
                         s["py-polling"]["reason"])
        self.assertEqual(s["py-polling"]["inflight_peak"], 2)
        # Who asks all the time has no rest.
        self.assertGreater(s["py-polling"]["cpu_ns_per_task"],
                           5 * s["libev_loop"]["cpu_ns_per_task"])

    def test_a_generator_is_sent_something_else(self):
        with open(os.path.join(PEERS, "py_polling.py"),
                  encoding="utf-8") as file:
            text = file.read()
        sent = "send(self.wanted)"
        self.assertEqual(text.count(sent), 1)
        self.write("deaf.py", f"import sys\nsys.path.insert(0, {PEERS!r})\n"
                   + text.replace(sent, "send(self.wanted and 'Third')"))
        self.write("peers.ini", "[deaf]\ngist = sends the wrong values\n"
                   "command = python3 deaf.py\nsteps = recv sleep print\n")
        s = self.run_suite(SEND.replace("py-polling, %s", "deaf"), code=1,
                           env={"CONCUR_PEERS": self.dir})["send"]
        self.assertEqual(s["deaf"]["reason"],
                         "2 of 2 tasks failed (ValueError)")

    def test_bent_steps_are_caught(self):
        bends = {**BENDS["work"], **BENDS["child"]}
        self.write("bent.py", f"PEERS = {PEERS!r}\n" + BENT)
        self.write("peers.ini", "".join(
            f"[{name}]\ngist = bent\ncommand = python3 bent.py \"{bend}\"\n"
            "steps = read write add spawn join\n"
            for name, (bend, _) in bends.items()))
        cases = self.run_suite(
            WORK % (", ".join(BENDS["work"]), ", ".join(BENDS["child"])),
            code=1, env={"CONCUR_PEERS": self.dir})
        for case, names in BENDS.items():
            for name, (_, reason) in names.items():
                with self.subTest(case=case, name=name):
                    self.check_bent(cases[case][name], reason)

    def check_bent(self, s, reason):
        if reason is None:
            self.assertEqual(s["status"], "ok", s["reason"])
        else:
            self.assertEqual(s["status"], "failed")
            self.assertRegex(s["reason"], reason)


if __name__ == "__main__":
    unittest.main()
